"""Bounds of breaches and goals from flows without the rules that no flow keeps, and their plan."""

from types import SimpleNamespace

import pytest
from engines.exact.every_plan import false_claims
from lanes import chunks
from oracle import random_problems

from phancong import (
    RELAXABLE,
    Continuity,
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
from phancong.engines.flow_relaxation import FlowRelaxation, FromOther
from phancong.engines.ranking import Ranking
from phancong.engines.starting import starts
from phancong.engines.task import Task, read_relax
from phancong.rules import order, violations


def task_of(problem, goals=(), relax=RELAXABLE, **options):
    course = Course(Search(work=100.0, seconds=600.0))
    return Task(problem, tuple(goals), read_relax(relax), course, **options)


def uneven(**options):
    """Five households of workload 1 to 5 for two members who take two households and 9 each."""
    members = [Member(m, max_households=2, max_workload=9.0) for m in "ab"]
    homes = [Household(f"h{n}", workload=n) for n in range(1, 6)]
    return Problem(members, homes, **{"travel": None, **options})


def plan_of(problem, text):
    """The plan in which the n-th household has the member of the n-th letter."""
    return Assignment.of(problem, zip(problem.household_columns.ids, text, strict=True))


def test_a_bound_of_households_does_not_wait_for_workloads():
    """Five households in four places: one of them is beyond; which workloads that takes is not known."""
    task = task_of(uneven(), incumbent=plan_of(uneven(), "aabbb"))
    found = FlowRelaxation(FlowEngine())(task)
    line = found.breaches["max_households"]
    assert (line.best, line.bound, line.proven) == (1.0, 1.0, True)
    assert "max_workload" not in found.breaches
    assert found.limits_conflict


def test_the_flows_plan_is_taken_where_it_breaks_less():
    """All five with a are 3 beyond, where 1 is least: the flows' plan is better at once."""
    problem = uneven(within_hamlet=True)
    task = task_of(problem, (Continuity(),), incumbent=plan_of(problem, "aaaaa"))
    relaxation = FlowRelaxation(FlowEngine())
    best = relaxation(task).assignment
    assert order(best, "max_households")[0] == 1.0  # it has the flows' plan
    assert relaxation.other is None


def workloads(**options):
    """Five households of workload 1 to 5 for two members who take 9 each; all live near a."""
    members = [Member("a", hamlet="A", max_workload=9.0), Member("b", hamlet="B", max_workload=9.0)]
    homes = [Household(f"h{n}", hamlet="A", workload=n) for n in range(1, 6)]
    return Problem(members, homes, travel=TravelMatrix([[1, 9]] * 5), **options)


def test_a_plan_that_is_worse_but_breaks_another_rule_less_is_kept_for_another_engine():
    """Flows do not see workloads: theirs give all to a. Within 9, three at most are near."""
    problem = workloads(within_hamlet=True)
    incumbent = plan_of(problem, "bbaab")
    task = task_of(problem, (Travel(),), incumbent=incumbent)
    relaxation = FlowRelaxation(FlowEngine())
    found = relaxation(task)
    assert found.assignment.pairs == incumbent.pairs
    assert relaxation.other.assignment.pairs == plan_of(problem, "aaaaa").pairs
    better = FromOther(relaxation, CpSatEngine())(task)
    assert (better.breaches["within_hamlet"].best, better.goals[0].best) == (2.0, 21.0)


def test_a_plan_that_breaks_no_rule_less_gives_bounds_alone():
    """Whatever the workloads, five households are 5 away at least."""
    task = task_of(workloads(), (Travel(),), incumbent=plan_of(workloads(), "bbaab"))
    relaxation = FlowRelaxation(FlowEngine())
    assert relaxation(task).goals[0].bound == 5.0
    assert relaxation.other is None


def test_without_a_plan_of_its_own_it_improves_nothing():
    assert FromOther(FlowRelaxation(FlowEngine()), CpSatEngine())(task_of(uneven())) is None


def test_a_group_is_kept_together():
    """Flows give g and h to different members; the plan has both with one of them."""
    members = [Member("a", max_households=1), Member("b", max_households=1)]
    homes = [Household("g", group="x"), Household("h", group="x")]
    problem = Problem(members, homes, travel=TravelMatrix([[1, 2], [2, 1]]))
    found = FlowRelaxation(FlowEngine())(task_of(problem, (Travel(),)))
    assert not violations(found.assignment)
    assert len(found.assignment.pairs) == 2


@pytest.mark.parametrize(
    ("members", "relax"),
    [([Member("a", max_households=1)], ()), ([Member("a", max_households=1)], ("max_workload",))],
    ids=str,
)
def test_what_no_flow_keeps_has_no_plan(members, relax):
    problem = Problem(
        members, [Household("g", workload=1), Household("h", workload=2)], travel=None
    )
    assert FlowRelaxation(FlowEngine())(task_of(problem, relax=relax)) is None


def test_a_plan_beyond_what_must_hold_is_none():
    """Both workloads must be within 4: that the flows' plan is not is no proof."""
    problem = Problem(
        [Member("a", max_workload=4.0), Member("b", max_workload=4.0)],
        [Household("g", workload=4), Household("h", workload=2)],
        travel=TravelMatrix([[1, 9]] * 2),
    )
    with pytest.raises(NoPlanFoundError, match="neither a plan nor a proof"):
        FlowRelaxation(FlowEngine())(task_of(problem, (Travel(),), relax=()))


@pytest.mark.parametrize("seeds", chunks(quick=20, full=400, night=2_000, size=50), ids=str)
def test_what_it_claims_is_true_of_every_plan(seeds):
    """From whichever start: each bound holds for all plans that are as good in the lines before."""
    seen = 0
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        task = task_of(problem, goals, relax)
        ranking = Ranking(task)
        admitted = [plan for _, plan in starts(task) if ranking.admits(plan)]
        for incumbent in [None, *admitted]:
            begun = task_of(problem, goals, relax, incumbent=incumbent)
            try:
                found = FlowRelaxation(FlowEngine())(begun)
            except NoPlanFoundError:
                assert incumbent is None
                continue
            if found is None:
                assert not admitted, seed
                continue
            seen += 1
            ranked = ranking.ranked(found.assignment, found)
            claims = SimpleNamespace(
                pairs=found.assignment.pairs,
                breaches=dict(zip(ranking.rules, ranked.breaches, strict=True)),
                goals=ranked.goals,
                stopped=None if ranked.proven else "work",
                status=SimpleNamespace(value="optimal" if ranked.proven else "feasible"),
            )
            assert not false_claims(problem, goals, relax, claims), seed
    assert seen
