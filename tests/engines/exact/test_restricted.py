"""Restricted models improve any plan, under every rule and goal."""

import pytest
from lanes import chunks
from oracle import judging, random_problems

from phancong import (
    RELAXABLE,
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    synth,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.exact.restricted import RestrictedModels
from phancong.engines.ranking import Ranking
from phancong.engines.starting import starts
from phancong.engines.task import Task, read_relax
from phancong.goals import read_goals


def improved(problem, goals, relax, work, seed=0):
    """The best start, and what comes of it; both ranked, the second None if it is no better."""
    course = Course(Search(work=work, seed=seed))
    task = Task(problem, read_goals(goals, problem), read_relax(relax), course)
    ranking = Ranking(task)
    ranked = [ranking.ranked(a) for _, a in starts(task) if ranking.admits(a)]
    if not ranked:
        return None, None, ranking
    best = ranked[0]
    for one in ranked[1:]:
        best, _ = ranking.merged(best, one)
    found = RestrictedModels(task, CpSatSolver()).run(
        Task(
            task.problem,
            task.goals,
            task.relax,
            Course(Search(work=work, seed=seed)),
            best.assignment,
        )
    )
    return best, None if found is None else ranking.ranked(found.assignment), ranking


@pytest.mark.parametrize("seeds", chunks(quick=10, full=200, night=1_000, size=20), ids=str)
def test_what_is_found_is_a_plan_and_better(seeds):
    """Every rule and goal: nothing that may never be, and a better line before any worse one."""
    better = 0
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        start, found, ranking = improved(problem, goals, relax, 0.3)
        if found is None:
            continue
        better += 1
        assert not judging.judge(problem, found.assignment.pairs).broken, seed
        assert ranking.admits(found.assignment), seed
        assert ranking.merged(start, found)[1], seed
    assert better > 0


@pytest.mark.full
def test_a_commune_gets_much_better_and_the_same_again():
    """From a plan by hand; the draws are those of the seed."""
    problem = synth.commune(3, members=10, households=50, weights="class")
    start, found, ranking = improved(problem, None, RELAXABLE, 0.7)
    assert ranking.merged(start, found)[1]
    again = improved(problem, None, RELAXABLE, 0.7)[1]
    assert again.assignment.pairs == found.assignment.pairs


SEEDS = range(8)  # each begins with another way of choosing members


@pytest.mark.full
def test_who_has_nobody_is_served_as_far_as_there_is_room():
    """Room for 20 of 150 units of load: more have nobody than one model takes. The light come first."""
    problem = Problem(
        [Member(f"m{n}", max_workload=4.0) for n in range(5)],
        [Household(f"h{n:03}", workload=2.0 - n % 2) for n in range(100)],
        travel=None,
    )
    for seed in SEEDS:
        start, found, ranking = improved(problem, (FairLoad(),), ("coverage",), 1.0, seed)
        assert ranking.merged(start, found)[1]
        assert found.assignment.missing.sum() == 80


def test_changes_above_the_cap_are_a_breach_of_nobody():
    """a had all three and takes one: two change hands though none was to; travel can still be mended."""
    problem = Problem(
        [Member("a", max_households=1), Member("b"), Member("c")],
        [Household(h) for h in ("g", "h", "i")],
        travel=TravelMatrix([[1, 5, 9], [1, 9, 5], [1, 6, 6]]),
        previous={"g": "a", "h": "a", "i": "a"},
        max_changes=0,
    )
    for seed in SEEDS:
        start, found, _ = improved(problem, (Travel(),), RELAXABLE, 0.5, seed)
        best = start if found is None else found
        assert best.assignment.changes == 2
        assert best.goals[0].best == 11.0  # i stays: 5 + 5 + 1


def test_members_with_many_households_of_other_hamlets():
    """Twenty-five each is more than a neighbourhood asks about, and each pair breaks a rule."""
    problem = Problem(
        [*(Member(m, max_workload=9.0, hamlet="A") for m in "ab"), Member("x", max_households=0)],
        [Household(f"h{n:02}", workload=1.0 + n % 3, hamlet="B") for n in range(50)],
        travel=TravelMatrix([[n % 7, (3 * n) % 11, 1] for n in range(50)]),
        within_hamlet=True,
    )
    relax = ("within_hamlet", "max_workload")
    for seed in SEEDS:
        start, found, ranking = improved(problem, (FairLoad(), Travel()), relax, 0.5, seed)
        assert ranking.merged(start, found)[1]


def test_a_plan_that_the_model_does_not_hold_is_not_improved():
    """Two households are with a, who takes one, and nothing may be relaxed: no plan comes of it."""
    members = [Member("a", max_households=1), Member("b", max_households=0)]
    members.append(Member("c", max_workload=0.5))  # who is free, and takes no household of 1
    problem = Problem(members, [Household("g"), Household("h")], travel=None)
    both = Assignment.of(problem, [("g", "a"), ("h", "a")])
    for seed in SEEDS:
        # A goal that is open: with nothing to prove no model is made.
        goals = read_goals((FairLoad(),), problem)
        task = Task(problem, goals, {}, Course(Search(work=0.3, seed=seed)), both)
        assert not Ranking(task).ranked(both).proven
        assert RestrictedModels(task, CpSatSolver()).run(task) is None
