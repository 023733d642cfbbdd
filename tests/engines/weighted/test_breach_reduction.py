"""Plans that break limits are made better within what they break (contract 4.3, 6.8)."""

import math

import numpy as np
import pytest
from engines.weighted.breaking import improved, improved_starts, task_of
from lanes import chunks

from phancong import (
    RELAXABLE,
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
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import read_relax
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.construct.breach_reduction import BreachReduction
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.rules import order


@pytest.mark.parametrize("seeds", chunks(quick=12, full=300, night=1_500, size=25), ids=str)
def test_no_plan_gets_worse_and_no_bound_is_one_of_another_problem(seeds):
    """From each start of tiny problems; what is called proven is no more than arithmetic knows."""
    for where, _, ranking, start, outcome in improved_starts(seeds):
        assert ranking.admits(outcome.assignment), where
        mine, theirs = ranking.ranked(outcome.assignment, outcome), ranking.ranked(start)
        assert not ranking.merged(mine, theirs)[1], where


NAMES = ("h1", "h2", "h3", "h4")
WAYS = TravelMatrix([[7, 9], [9, 7], [6, 8], [8, 6]])
TWO_EACH = [Member("a", max_households=2, skills=["x"]), Member("b", max_households=2)]


def crossed(**limits):
    """Each household is nearer to the other member than to the one who has it."""
    homes = [Household(name, **limits.pop(name, {})) for name in NAMES]
    problem = Problem(TWO_EACH, homes, travel=WAYS, **limits)
    return problem, [("h1", "b"), ("h2", "a"), ("h3", "b"), ("h4", "a")]


def test_pairs_beyond_the_reach_come_nearer():
    """All are beyond 5, by 2 + 2 + 1 + 1 where each household has the nearer member."""
    problem, pairs = crossed(max_travel=5)
    plan = improved(problem, pairs).assignment
    assert math.fsum(order(plan, "max_travel")) == 6


def test_skills_and_a_minimum_that_cannot_hold_together():
    """Three ask for what only a knows, who takes two: a takes three, and b one of three at the least."""
    asks = {name: {"needs": ["x"]} for name in NAMES[:3]}
    problem, _ = crossed(**asks)
    people = [TWO_EACH[0], Member("b", max_households=3, min_households=3)]
    problem = problem.replace(members=people)
    pairs = [("h1", "b"), ("h2", "a"), ("h3", "b"), ("h4", "a")]
    assert math.fsum(order(Assignment.of(problem, pairs), "needs")) == 2
    plan = improved(problem, pairs).assignment
    assert math.fsum(order(plan, "needs")) == 0
    assert order(plan, "max_households")[0] == 1
    assert order(plan, "min_households")[0] == 2


def test_changes_above_their_cap_become_fewer():
    """Nobody would have to change hands but for the household that has lost its member."""
    previous = {"h1": "a", "h2": "b", "h3": "a", "h4": "gone"}
    problem, pairs = crossed(previous=previous, max_changes=0, max_travel=1)
    plan = improved(problem, pairs, goals=(FairLoad(), Continuity(), Travel())).assignment
    assert math.fsum(order(plan, "max_changes")) == 0


def heavy(loads, limits, **options):
    """Households of some loads for two members."""
    members = [Member(name, **limits) for name in ("a", "b")]
    homes = [Household(f"h{n}", workload=load) for n, load in enumerate(loads, start=1)]
    return Problem(members, homes, travel=TravelMatrix([[1, 2]] * len(loads)), **options)


def held(problem, pairs):
    found = BreachReduction.of(problem, read_relax(RELAXABLE), Assignment.of(problem, pairs))
    return (
        found,
        np.zeros(found.taken.shape, dtype=np.int64),
        StageBudget(Course(Search(work=5.0)), 1.0),
    )


@pytest.mark.parametrize(
    ("rule", "limits", "before", "after"),
    [
        ("max_workload", {"max_workload": 3}, 3.0, 1.0),
        ("min_workload", {"min_workload": 4}, 3.0, 1.0),
        ("max_households", {"max_households": 1}, 2.0, 2.0),
    ],
)
def test_loads_come_nearer_to_a_limit(rule, limits, before, after):
    """6 and 1 become 4 and 3, as near as households allow; four for two who take one each do not."""
    problem = heavy((2, 2, 2, 1), limits)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "a"), ("h4", "b")]
    plan, tie_cost, stage_budget = held(problem, pairs)
    assert order(Assignment.of(problem, pairs), rule)[0] == before
    plan.reduce(rule, tie_cost, stage_budget)
    lessened = Assignment.of_mask(problem, plan.instance.mask(plan.taken))
    assert order(lessened, rule)[0] == after


def test_loads_come_no_nearer_than_changes_allow():
    """Only one household may go; the heaviest brings more."""
    previous = {"h1": "a", "h2": "a", "h3": "a", "h4": "b"}
    problem = heavy((4, 2, 1, 1), {"max_workload": 3}, previous=previous, max_changes=1)
    plan, tie_cost, stage_budget = held(problem, list(previous.items()))
    plan.reduce("max_workload", tie_cost, stage_budget)
    lessened = Assignment.of_mask(problem, plan.instance.mask(plan.taken))
    assert order(lessened, "max_workload")[0] == 2
    assert lessened.changes == 1


def test_what_integers_cannot_tell_is_looked_at_exactly():
    """Loads of many digits are rounded: a plan that breaks more than the one in hand is none."""
    problem = heavy((math.pi, math.e, math.sqrt(2), math.sqrt(3)), {"max_workload": 4.0})
    near = [("h1", "a"), ("h2", "b"), ("h3", "a"), ("h4", "b")]
    plan, _, _ = held(problem, near)
    assert plan.instance.checks
    assert plan.instance.keeps(plan.taken)
    (check,) = plan.instance.checks
    assert not check(Assignment.of(problem, [(name, "a") for name in NAMES]))


def test_without_a_plan_that_breaks_limits_there_is_nothing_to_hold():
    """The engine says that others have to tell what is relaxed."""
    problem, _ = crossed(max_travel=5)
    with pytest.raises(NoPlanFoundError, match="do not tell what is relaxed"):
        LnsEngine(CpSatEngine(), alone=False).run(task_of(problem))
