"""Minutes on foot: Tobler's hiking function, off the path, under a load (contract 3.5)."""

import math

import networkx as nx
import numpy as np
import pytest
from slow_paths import between

from phancong import InvalidArgumentError, PathNetwork, Walking
from phancong.travel.paths import tobler_speed


def test_the_speeds_are_those_that_tobler_gives():
    """6 km/h down a slope of 5 %, and on the flat 6 exp(-0.175) = 5.037 km/h (Tobler 1993)."""
    assert tobler_speed([-0.05, 0.0]) * 60 / 1000 == pytest.approx([6, 5.0367], abs=1e-4)
    # As steep up as 5 % beyond the best is down: the function is even about -0.05.
    assert tobler_speed(0.15) == pytest.approx(tobler_speed(-0.25))


def test_minutes_follow_from_length_and_rise():
    """1 km with 100 m of climb: 6 exp(-3.5 · 0.15) = 3.55 km/h, 16.9 minutes; down 14.2."""
    assert Walking().minutes([1000, 1000], [100, -100]) == pytest.approx(
        [60 / (6 * math.exp(-0.525)), 60 / (6 * math.exp(-0.175))]
    )


def test_a_load_makes_all_ways_slower_and_off_the_path_only_those():
    assert Walking(load=0.5).minutes(100, 5) == pytest.approx(2 * Walking().minutes(100, 5))
    assert Walking(load=0.5).access == pytest.approx(2 * Walking().access)
    assert Walking(off_path=0.3).minutes(100, 5) == Walking().minutes(100, 5)
    assert Walking().access == pytest.approx(Walking().minutes(1, 0) / 0.6)


def test_no_length_takes_no_time_whatever_the_rise():
    assert Walking().minutes([0.0, 0.0], [3.0, -3.0]).tolist() == [0, 0]


@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan, True, "fast"])
@pytest.mark.parametrize("name", ["off_path", "load"])
def test_factors_that_are_no_speed_are_refused(name, value):
    with pytest.raises(InvalidArgumentError, match=f"{name}: .* is not a finite number above 0"):
        Walking(**{name: value})


def slope():
    graph = nx.Graph()
    graph.add_node("low", lat=22.0, lon=105.0, elevation=500)
    graph.add_node("high", lat=22.01, lon=105.0, elevation=700)
    graph.add_edge("low", "high", length=2000)
    return graph


def test_up_and_down_differ_and_their_mean_counts():
    travel = PathNetwork(slope(), Walking())
    assert travel.unit == "minutes"
    law = Walking()
    mean = (law.minutes(2000, 200) + law.minutes(2000, -200)) / 2
    found = between(travel, [(22.0, 105.0), (22.005, 105.0)], [(22.01, 105.0)])
    assert found.ravel() == pytest.approx([float(mean), float(mean) / 2], rel=1e-6)


def test_without_elevations_all_is_flat():
    travel = PathNetwork(slope(), Walking(elevation=None))
    flat = between(travel, [(22.0, 105.0)], [(22.01, 105.0)])
    assert flat == pytest.approx(Walking().minutes(2000, 0))
    assert np.isfinite(flat).all()
