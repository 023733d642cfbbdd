"""Optional members with a minimum: who is used is settled, then an engine does the rest."""

import pytest
from lanes import chunks
from oracle import judging, random_problems

from phancong import (
    RELAXABLE,
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
from phancong.engines.flow import FlowEngine
from phancong.engines.ranking import Ranking
from phancong.engines.starting import repaired
from phancong.engines.task import Task, read_relax
from phancong.engines.used_members import UsedMembers, closed, with_used
from phancong.engines.weighted import LnsEngine
from phancong.goals import FairLoad


def task_of(problem, goals=(FairLoad("households"),), **options):
    return Task(problem, goals, read_relax(RELAXABLE), Course(Search(work=5.0)), **options)


def plan_of(problem, text):
    """The plan in which household number n has the member of the n-th letter."""
    pairs = [(f"h{n}", member) for n, member in enumerate(text)]
    return Assignment.of(problem, pairs)


def problem_of(many, *members, **options):
    homes = [Household(f"h{n}") for n in range(many)]
    return Problem(members, homes, travel=None, **options)


def test_a_member_below_the_minimum_is_closed_for_others_who_are():
    """a and b have 1 of 2, c has 2: one of them takes the household of the other."""
    problem = problem_of(4, *(Member(m, min_households=2, optional=True) for m in "abc"))
    after = closed(plan_of(problem, "abcc"))
    assert sorted(after.mask.sum(axis=0).tolist()) == [0, 2, 2]


def test_whoever_has_enough_is_closed_where_only_that_helps():
    """a has to have 3 and has 1; b, who is optional and not short, gives up both households."""
    members = Member("a", min_households=3), Member("b", min_households=2, optional=True)
    problem = problem_of(3, *members)
    after = closed(plan_of(problem, "abb"))
    assert after.mask.sum(axis=0).tolist() == [3, 0]


@pytest.mark.parametrize(
    "options",
    [
        {"max_households": 1},
        {"max_workload": 1.0},
        {"min_households": 0, "max_households": 2},
    ],
    ids=str,
)
def test_nobody_is_closed_in_vain(options):
    """Others have no room, or meet no further minimum: b keeps its household."""
    a = Member("a", **{"min_households": 1, **options})
    problem = problem_of(2, a, Member("b", min_households=3, optional=True))
    plan = plan_of(problem, "ab")
    after = closed(plan)
    if options.get("min_households") == 0:
        assert after.mask.sum(axis=0).tolist() == [2, 0]  # b's own minimum no longer counts
    else:
        assert after.pairs == plan.pairs


def test_fixed_pairs_stay():
    members = [Member(m, min_households=2, optional=True) for m in "ab"]
    problem = problem_of(2, *members, fixed=[("h0", "a"), ("h1", "b")])
    assert closed(plan_of(problem, "ab")).pairs == plan_of(problem, "ab").pairs


def test_used_members_have_a_minimum_and_others_no_pair():
    members = [Member(m, min_workload=1.5, min_households=1, optional=True) for m in "ab"]
    problem = problem_of(3, *members, Member("c", optional=True))
    inner = with_used(problem, plan_of(problem, "aaa").mask.any(axis=0))
    assert inner.allowed.any(axis=0).tolist() == [True, False, True]
    assert inner.member_columns.optional.tolist() == [False, True, True]
    assert inner.member_columns.min_workload.tolist() == [1.5, 0.0, 0.0]
    assert inner.member_columns.min_households.tolist() == [1, 0, 0]
    assert UsedMembers.concerns(problem)
    assert not UsedMembers.concerns(inner)


def test_a_flow_does_the_rest():
    """b is closed; then a and c share its households, the nearest way."""
    members = [Member(m, min_households=2, optional=True) for m in "abc"]
    homes = [Household(f"h{n}") for n in range(5)]
    ways = TravelMatrix([[1, 5, 9], [1, 5, 9], [2, 1, 4], [9, 5, 1], [9, 5, 1]])
    problem = Problem(members, homes, travel=ways)
    start = plan_of(problem, "cabca")
    found = UsedMembers([FlowEngine()])(task_of(problem, (Travel(),), incumbent=start))
    assert found.assignment.pairs == plan_of(problem, "aaacc").pairs
    assert found.goals[0].best == 6.0
    assert found.stopped is None
    # Run again from there, it has no better plan.
    again = task_of(problem, (Travel(),), incumbent=found.assignment)
    assert UsedMembers([FlowEngine()])(again) is None


class Failing(CpSatEngine):
    """Finds neither a plan nor a proof."""

    def run(self, task):
        raise NoPlanFoundError("no time")


@pytest.mark.parametrize("engines", [[], [Failing()]], ids=["none", "failing"])
def test_the_plan_is_kept_where_no_engine_has_one(engines):
    problem = problem_of(4, *(Member(m, min_households=2, optional=True) for m in "abc"))
    task = task_of(problem, incumbent=plan_of(problem, "abcc"))
    found = UsedMembers(engines)(task)
    assert found.assignment.pairs == closed(task.incumbent).pairs


@pytest.mark.parametrize("seeds", chunks(quick=15, full=90, night=900, size=15), ids=str)
def test_no_plan_is_worse_than_the_incumbent(seeds):
    """Random small problems, by flows or by neighbourhoods: a plan of the problem, as good or better."""
    for seed in seeds:
        problem, goals, _ = random_problems.tiny(seed, flow_only=False)
        members = problem.members
        bounded = [
            member.__class__(**{**fields_of(member), "optional": True, "min_households": 2})
            if not problem.exempt[n] and n % 2 and member.max_households is None
            else member
            for n, member in enumerate(members)
        ]
        problem = problem.replace(
            members=bounded,
            **(
                {}
                if problem.travel_matrix is None
                else {"travel": TravelMatrix(problem.travel_matrix)}
            ),
            **(
                {}
                if problem.workload_matrix is None
                else {"workload": problem.workload_matrix.tolist()}
            ),
        )
        start = repaired(problem)
        task = task_of(problem, tuple(goals), incumbent=start)
        ranking = Ranking(task)
        lagrangian = LnsEngine(CpSatEngine(), alone=False)
        found = UsedMembers([FlowEngine(), lagrangian])(task)
        if found is not None:
            assert not judging.judge(problem, found.assignment.pairs).broken
            _, better = ranking.merged(ranking.ranked(start), ranking.ranked(found.assignment))
            assert better, seed


def fields_of(member):
    return {name: getattr(member, name) for name in member.__dataclass_fields__}
