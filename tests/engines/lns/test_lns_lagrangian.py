"""Steps of the bound: how far they aim, how they become smaller, and what they are told to."""

import numpy as np
import pytest
from assigning import Begun, assignment

from phancong.engines.lns.lagrangian import Pace


@pytest.fixture
def begun(monkeypatch):
    return Begun(monkeypatch, assignment(3, agents=8, jobs=60))


def start(begun):
    """Prices a tenth below good ones."""
    return begun.lagrangian.at(begun.prices.cover * 9 // 10, ())


def never(work):
    return False


def test_prices_come_with_tables_whatever_steps_were_taken_without(begun):
    """Penalties of pairs need them; the bound is that of the best step."""
    first = start(begun)
    bounds = []
    upper = begun.standing.value * begun.standing.scale
    raised = begun.lagrangian.raised(first, 50, never, upper, told=lambda _: bounds.append(1))
    assert raised.best.tables is not None
    assert raised.bound > first.bound
    assert len(bounds) == 50
    assert begun.lagrangian.at(raised.cover, raised.budgets).bound == raised.bound
    assert begun.lagrangian.raised(first, 0, never, 2**40) is first


def test_steps_aim_as_far_above_the_bound_as_they_are_told_to(begun):
    """The first step is as long as the aim is far, whatever the plan costs, but no farther than that."""
    first = start(begun)
    moved = []
    for aim, upper in ((1_000, 2**40), (2_000, 2**40), (2_000, first.bound + 1_000)):
        covers = []
        at = begun.lagrangian.at

        def noted(cover, budgets, *, tables=True, at=at, covers=covers):
            covers.append(cover)
            return at(cover, budgets, tables=tables)

        begun.lagrangian.at = noted
        begun.lagrangian.raised(first, 1, never, upper, aim=aim)
        begun.lagrangian.at = at
        moved.append(float(np.abs(covers[0] - first.cover).sum()))
    assert moved[1] == pytest.approx(2 * moved[0], rel=0.1)
    assert moved[2] == pytest.approx(moved[0], rel=0.01)


@pytest.mark.parametrize("back", [True, False])
def test_smaller_steps_begin_at_the_best_prices_or_where_the_last_led(begun, back):
    """With no patience at all every worse step is taken back, or none is."""
    sets = []
    pace = Pace(1, 1.0, 0.0, back=back)
    begun.lagrangian.raised(
        begun.prices,
        30,
        never,
        2**40,
        aim=2**18,
        pace=pace,
        told=lambda c: sets.append(c.tobytes()),
    )
    # From the same prices the same step leads to the same sets, over and over.
    assert (len(set(sets)) < 15) == back


def test_steps_end_when_they_are_too_small(begun):
    counted = []
    pace = Pace(1, 0.5, 0.3)
    begun.lagrangian.raised(
        begun.prices, 99, never, 2**40, aim=2**18, pace=pace, told=lambda c: counted.append(c)
    )
    assert 2 <= len(counted) < 20
