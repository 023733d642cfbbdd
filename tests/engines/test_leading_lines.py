"""An engine that refuses a later goal takes the lines before it (contract 6.8): `Leading`."""

from dataclasses import replace

import pytest
from lanes import chunks
from oracle import random_problems

from phancong import (
    RELAXABLE,
    Cohesion,
    FairLoad,
    FairTravel,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    synth,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.improvers import Leading
from phancong.engines.portfolio import Sizes
from phancong.engines.ranking import Ranking
from phancong.engines.searching import searched
from phancong.engines.starting import starts
from phancong.engines.task import AtMost, Task, read_relax
from phancong.engines.weighted import LnsEngine
from phancong.goals import compared, read_goals

HAMLETS = ("h", "h", "h", "k", "k")


def task_of(problem, goals, relax=RELAXABLE, work=2.0):
    course = Course(Search(work=work))
    return Task(problem, read_goals(goals, problem), read_relax(relax), course)


def small(**further):
    """Two members, five households of weights 1 to 5 in two hamlets; *a* is near all of them."""
    homes = [Household(f"{k}", workload=k + 1, hamlet=hamlet) for k, hamlet in enumerate(HAMLETS)]
    travel = TravelMatrix([[1, 9]] * 5)
    return Problem([Member("a", max_workload=10), Member("b")], homes, travel=travel, **further)


def leading(task):
    return Leading.of(LnsEngine(CpSatEngine(), alone=False), task)


@pytest.mark.parametrize(
    ("goals", "many"),
    [
        ((Cohesion(), Travel()), 0),
        ((Travel(), Cohesion(), FairLoad()), 1),
        ((FairLoad(), Travel(), FairTravel()), 2),
    ],
)
def test_it_takes_the_goals_before_the_first_that_is_refused(goals, many):
    assert leading(task_of(small(), goals)).goals == many


@pytest.mark.parametrize("goals", [(), (FairLoad(), Travel())])
def test_where_the_engine_takes_all_there_is_nothing_to_lead(goals):
    assert leading(replace(task_of(small(), ()), goals=goals)) is None


def test_a_rule_that_the_engine_does_not_keep_leaves_it_no_line():
    """A plan that ignores a rule may be worse in the very first line."""
    assert leading(task_of(small(max_hamlets=1), (Travel(), Cohesion()))) is None


def test_a_limit_among_the_goals_leaves_it_no_plan():
    """The limit of a front: a plan beyond it is none."""
    task = task_of(small(), (Travel(), Cohesion()))
    assert leading(replace(task, goals=(AtMost(Travel(), 40.0), Cohesion()))) is None


def test_the_leading_goal_is_proven_and_the_others_are_open():
    """*a* takes 10 of 15 units: 2 + 3 + 5, three households at 1, or 1 + 2 + 3 + 4, four, and so 13."""
    task = task_of(small(), (Travel(), Cohesion()))
    outcome = leading(task)(task)
    travel, cohesion = outcome.goals
    assert (travel.best, travel.proven) == (13.0, True)
    assert cohesion.best == Cohesion().value(outcome.assignment)
    assert cohesion.bound == Cohesion().floor(task.problem)
    assert outcome.stopped == "work"


def test_an_incumbent_whose_leading_lines_are_proven_is_left_alone():
    task = task_of(small(), (Travel(), Cohesion()))
    run = leading(task)
    found = run(task)
    ranked = Ranking(task).ranked(found.assignment, found)
    rules = dict(zip(Ranking(task).rules, ranked.breaches, strict=True))
    again = replace(task, incumbent=found.assignment, known=found.goals, breaches=rules)
    assert run(again) is None
    open_ = replace(found.goals[0], bound=0.0, proven=False)
    assert run(replace(again, known=(open_, found.goals[1]))) is not None


def test_limits_that_cannot_hold_are_proven_without_the_other_goals():
    members = [Member("a", max_workload=1), Member("b", max_workload=1)]
    problem = Problem(members, [Household(f"{k}") for k in range(3)], travel=None)
    task = task_of(problem, (Cohesion(),), relax=())
    assert leading(task)(task) is None


@pytest.mark.parametrize("seeds", chunks(quick=25, full=200, night=1_000, size=50), ids=str)
def test_its_bounds_hold_for_the_whole_task(seeds):
    """A line does not depend on the lines after it: the best plan of all is on no line below a bound."""
    seen = 0
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        task = task_of(problem, goals, relax)
        run = leading(task)
        if run is None:
            continue
        try:
            outcome = run(task)
        except NoPlanFoundError:
            continue
        best = CpSatEngine().run(task_of(problem, goals, relax, work=100.0))
        assert (best is None) == (outcome is None), seed
        if outcome is None:
            continue
        seen += 1
        ranking = Ranking(task)
        mine, whole = (ranking.ranked(o.assignment, o) for o in (outcome, best))
        proven = [line.proven for line in (*mine.breaches, *mine.goals[: run.goals])]
        values = (*whole.breaches, *whole.goals)
        for line, value, here in zip((*mine.breaches, *mine.goals), values, proven, strict=False):
            assert compared(line.bound, value.best) <= 0, seed
            if not here:
                break  # later bounds hold for plans as good as this one
            assert compared(line.best, value.best) == 0, seed
    assert seen


def test_minima_hold_where_only_a_later_goal_is_refused():
    """A commune of minima and maxima that restricted models alone would mend household by household."""
    problem = synth.commune(3, members=12, households=120, weights="class")
    task = task_of(problem, (Travel(), Cohesion()), work=1.0)
    ranking = Ranking(task)
    assert all(any(map(any, ranking.ranked(plan).orders)) for _, plan in starts(task))
    found = searched(task, "auto", sizes=Sizes(small=0, lagrangian_first=0))
    assert "lns" in found.reason
    assert not any(map(any, ranking.ranked(found.outcome.assignment).orders))


def test_what_compares_ways_begins_with_a_plan_of_short_travel():
    """Minima of 3 each: the incumbent keeps them and crosses all ways, so that only travel is left."""
    far = [[1, 9], [1, 9], [1, 9], [9, 1], [9, 1], [9, 1]]
    members = [Member(m, min_households=3) for m in "ab"]
    homes = [Household(f"{k}", workload=k + 1) for k in range(6)]
    problem = Problem(members, homes, travel=TravelMatrix(far))
    task = task_of(problem, (FairTravel(), Cohesion()))
    crossed = Assignment.of(problem, [(f"{k}", "b" if k < 3 else "a") for k in range(6)])
    run, begun = leading(task), replace(task, incumbent=crossed)
    outcome = run(begun)
    assert [goal.best for goal in outcome.goals] == [3.0, Cohesion().value(outcome.assignment)]
    assert not outcome.goals[0].proven
    assert run(begun) is None  # once is enough


@pytest.mark.parametrize("known", [False, True])
def test_travel_is_shortened_after_the_leading_goals(known):
    """b has room for one household within the largest load 8: the lightest way of 15 = 7 + 8."""
    task = task_of(small(), (FairLoad(), FairTravel()))
    run = leading(task)
    if known:
        found = run(task)
        task = replace(task, incumbent=found.assignment, known=found.goals)
        run = leading(task)
    outcome = run(task)
    assert (outcome.goals[0].best, outcome.goals[0].proven) == (8.0, True)
    assert Travel().value(outcome.assignment) == 5 + 2 * 8  # a: 1 + 2 + 4 or 1 + 2 + 5, three
