"""The figures of a plan, by hand (contract 6.1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phancong import Household, Member, Problem, TravelMatrix
from phancong.assignment import Assignment, best_kept, nearest_allowed
from phancong.metrics import gini, jain, metrics

FIGURES = st.lists(st.floats(0, 1e6), min_size=1, max_size=8).map(np.array)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], 0.0),
        ([0, 0], 0.0),
        ([3, 3, 3], 0.0),
        # Two of four: Σ|xi − xj| over ordered pairs = 2·(1+2+3+1+2+1) = 20; ÷ (2·n²·mean = 2·16·2.5).
        ([4, 1, 3, 2], 0.25),
        # One has everything: (n − 1) / n.
        ([0, 0, 0, 9], 0.75),
    ],
)
def test_gini_by_hand(figures, expected):
    """Half the mean absolute difference, relative to the mean."""
    assert gini(np.array(figures, dtype=float)) == pytest.approx(expected)


@given(FIGURES)
def test_gini_is_half_the_mean_difference(figures):
    """Against the definition by all pairs."""
    total = figures.sum()
    by_pairs = np.abs(figures[:, None] - figures[None, :]).sum() / (2 * len(figures) * total or 1.0)
    assert gini(figures) == pytest.approx(by_pairs, abs=1e-9)


@pytest.mark.parametrize(
    ("figures", "expected"),
    # (1+2+3)² ÷ (3 · (1+4+9)) = 36/42; one has everything: 1/n.
    [([], 1.0), ([0, 0], 1.0), ([5, 5], 1.0), ([1, 2, 3], 6 / 7), ([0, 0, 0, 9], 0.25)],
)
def test_jain_by_hand(figures, expected):
    """The square of the sum over n times the sum of squares."""
    assert jain(np.array(figures, dtype=float)) == pytest.approx(expected)


def test_all_figures_by_hand():
    """Three members, one of them exempt; four households, one of which needs two."""
    problem = Problem(
        [Member("a", share=0.5), Member("b"), Member("x", max_households=0)],
        [
            Household("h1", workload=2.0, visits=3.0),
            Household("h2", workload=4.0),
            Household("h3", members_needed=2),
            Household("h4", members_needed=0),
        ],
        travel=TravelMatrix([[1, 9, 0], [9, 2, 0], [5, 7, 0], [0, 0, 0]], unit="km"),
        previous=[("h1", "a"), ("h2", "a"), ("h3", "a"), ("h3", "x"), ("h4", "b")],
    )
    # a: h1 and h3 (2 households, workload 3); b: h2 (1 household, workload 4); one place of h3 is empty.
    # Of the previous pairs (h1, a), (h2, a) and (h3, a) can go on; (h1, a) and (h3, a) do.
    # Households ÷ share: 4 and 1, so gini = (1·4 − 1·1) / (2·5) = 0.3, jain = 25 / (2·17).
    assert dict(metrics(Assignment.of(problem, [("h1", "a"), ("h3", "a"), ("h2", "b")]))) == {
        "coverage": 3 / 4,
        "travel_total": 3 * 1 + 5 + 2,
        "travel_mean": pytest.approx(8 / 3),
        "travel_max": 5,
        "load_min": 1,
        "load_max": 2,
        "load_spread": 1,
        "load_gini": pytest.approx(0.3),
        "load_jain": pytest.approx(25 / 34),
        "workload_min": 3,
        "workload_max": 4,
        "kept": 2,
        "kept_share": pytest.approx(2 / 3),
        "changes": 1,
    }


def test_figures_of_nothing():
    """Nobody and nothing: covered, still, and perfectly fair; figures cannot be changed."""
    problem = Problem([], [], travel=TravelMatrix(np.empty((0, 0))))
    figures = metrics(Assignment.of(problem, []))
    assert figures["coverage"] == figures["load_jain"] == figures["kept_share"] == 1.0
    assert sum(value for value in figures.values()) == 3.0
    with pytest.raises(TypeError, match="does not support item assignment"):
        figures["coverage"] = 2.0


def test_figures_without_distance():
    """Contract 3.0: where there is no distance there are no figures of travel."""
    problem = Problem([Member(1)], [Household(1)], travel=None)
    figures = metrics(Assignment.of(problem, [(1, 1)]))
    assert [figures[f"travel_{name}"] for name in ("total", "mean", "max")] == [None] * 3


def test_an_assignment_is_the_same_however_it_is_written():
    """Pairs once each and sorted, whether from ids or from a mask."""
    problem = Problem([Member("b"), Member("a")], [Household(2), Household(1)], travel=None)
    one = Assignment.of(problem, [(2, "a"), (1, "b"), (2, "a")])
    other = Assignment.of_mask(problem, np.array([[False, True], [True, False]]))
    assert one.pairs == other.pairs == ((1, "b"), (2, "a"))


def test_the_workload_of_a_pair_may_depend_on_the_member():
    """Contract 2.3: a matrix replaces the workload of the household."""
    problem = Problem(
        [Member(1), Member(2)], [Household(1, workload=9.0)], travel=None, workload=[[2.0, 3.0]]
    )
    assert Assignment.of(problem, [(1, 2)]).workloads.tolist() == [0.0, 3.0]


def test_fewer_needed_than_there_were():
    """Contract 5.3: when a household needs fewer members, only the ends beyond that number count."""
    members = [Member(n) for n in range(3)]
    problem = Problem(
        members,
        [Household("h", members_needed=2)],
        travel=None,
        previous=[("h", 0, 5), ("h", 1, 1), ("h", 2, 3)],
    )
    assert best_kept(problem, weighted=False) == 2
    assert best_kept(problem, weighted=True) == 5 + 3
    assert Assignment.of(problem, [("h", 1), ("h", 2)]).changes == 0
    assert Assignment.of(problem, [("h", 1)]).changes == 1


def test_the_smallest_allowed_travel():
    """0 where no pair is allowed, or where there is nobody."""
    problem = Problem(
        [Member("a"), Member("b")],
        [Household(1), Household(2), Household(3)],
        travel=TravelMatrix([[1, 2], [3, 4], [np.inf, 6]]),
        forbidden=[(1, "a"), (3, "b")],
    )
    assert nearest_allowed(problem).tolist() == [2, 3, 0]
    nobody = Problem([], [Household(1)], travel=TravelMatrix(np.empty((1, 0))))
    assert nearest_allowed(nobody).tolist() == [0]
