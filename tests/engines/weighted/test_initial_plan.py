"""The first plan where loads depend on who goes: near the limits before anything is mended."""

import numpy as np
import pytest
from full_to_the_brim import brimful

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
)
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.bound.linear_duals import linear_duals
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.goal_sums import GoalSum
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import Tuning

MEMBERS, HOUSEHOLDS = 6, 60


@pytest.fixture
def problem():
    """Those who use the least of a member's room cost the most: everybody's cheapest one is the same."""
    rng = np.random.default_rng(5)
    uses = rng.integers(5, 26, (HOUSEHOLDS, MEMBERS))
    costs = 40 * np.arange(MEMBERS)[None, :] + rng.integers(0, 30, (HOUSEHOLDS, MEMBERS))
    room = float(int(0.9 * uses.sum() / MEMBERS**2))
    return Problem(
        [Member(f"m{k}", max_workload=room) for k in range(MEMBERS)],
        [Household(f"h{i:02}") for i in range(HOUSEHOLDS)],
        travel=TravelMatrix(costs.tolist()),
        workload=uses.tolist(),
    )


def above_maxima(problem, cost):
    """By how much the start that is cheapest under a cost is above the maxima."""
    instance = Instance(problem)
    (loads,) = instance.binding
    start = cheapest(instance, cost(instance))
    return int(np.maximum(loads.load(start) - loads.high, 0).sum())


def detour_of(instance):
    return GoalSum(instance, Travel().pair_sum(instance.problem)).cost


def test_prices_of_load_spare_mending(problem):
    """Under the duals of the linear relaxation the start is nearer to the limits."""

    def priced(instance):
        cost = detour_of(instance)
        return cost + linear_duals(instance, cost, 60.0, Course(Search()).waited).worth

    assert above_maxima(problem, priced) < above_maxima(problem, detour_of) / 5


@pytest.mark.full
def test_without_prices_the_cheapest_are_mended(problem):
    task = Task(problem, (Travel(),), {}, Course(Search(work=2.0, seconds=600)))
    engine = LnsEngine(CpSatEngine(), tuning=Tuning(most_linear_pairs=0))
    assert not engine.run(task).breaches


def test_what_only_rounded_integers_keep_is_no_plan():
    """The load is above the maximum by two tolerances, which 28 bits cannot tell."""
    problem = Problem(
        [Member("a", max_workload=2.380433017284313), Member("b"), Member("c")],
        [Household("g", workload=2.380433022045179), Household("h", workload=0.1894898714709714)],
        travel=TravelMatrix([[1, 2, 3], [3, 2, 1]]),
        forbidden=[("g", "b"), ("g", "c"), ("h", "a")],
    )
    task = Task(problem, (), {}, Course(Search(work=1.0)))
    assert LnsEngine(CpSatEngine(), alone=False).run(task) is None


def test_what_mending_does_not_find_the_exact_model_finds():
    """19 + 39 + 42 = 23 + 30 + 47 = 100, and no other three, nor two or four: both are full."""
    outcome = LnsEngine(CpSatEngine(), alone=False).run(
        Task(brimful(), (), {}, Course(Search(work=1.0)))
    )
    sides = {m: {h for h, who in outcome.assignment.pairs if who == m} for m in "ab"}
    assert {19, 39, 42} in sides.values()
    assert {23, 30, 47} in sides.values()
    assert not outcome.breaches


def test_what_the_exact_model_does_not_find_in_time_is_left_to_others():
    """Beside others, the engine says that they have to tell what is relaxed."""

    class InVain(CpSatEngine):
        def first_plan(self, task, part):
            raise NoPlanFoundError("not in time")

    task = Task(brimful(), (), {}, Course(Search(work=1.0)))
    with pytest.raises(NoPlanFoundError, match="do not tell what is relaxed"):
        LnsEngine(InVain(), alone=False).run(task)


@pytest.mark.parametrize(
    ("goals", "moved"),
    [((FairLoad(), Continuity(), Travel()), 1), ((FairLoad(), Travel(), Continuity()), 6)],
    ids=["changes", "travel"],
)
def test_a_plan_to_begin_with_is_near_the_first_sum_that_counts(goals, moved):
    """Last year m2 had six, of whom only five fit; all of them are nearer to m1."""
    members = [Member("m1"), Member("m2", max_workload=5)]
    homes = [Household(f"h{i}") for i in range(6)]
    problem = Problem(
        members,
        homes,
        travel=TravelMatrix([[1.0 + i / 10, 2.0] for i in range(6)]),
        previous={f"h{i}": "m2" for i in range(6)},
    )
    task = Task(problem, goals, {}, Course(Search(work=1e-9)))
    outcome = LnsEngine(CpSatEngine()).run(task)
    assert outcome.assignment.mask[:, 0].sum() == moved
