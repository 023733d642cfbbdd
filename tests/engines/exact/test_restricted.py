"""Restricted models improve any plan, under every rule and goal."""

import pytest
from lanes import chunks
from oracle import judging, random_problems

from phancong import RELAXABLE, Search, synth
from phancong.engines.exact.cp_sat_backend import CpSatSolver
from phancong.engines.exact.restricted import RestrictedModels
from phancong.engines.ranking import Ranking
from phancong.engines.starting import starts
from phancong.engines.task import Task, read_relax
from phancong.goals import read_goals
from phancong.search import Course


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


@pytest.mark.parametrize("seeds", chunks(quick=20, full=200, night=1_000, size=20), ids=str)
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


def test_a_commune_gets_much_better_and_the_same_again():
    """From a plan by hand; the draws are those of the seed."""
    problem = synth.commune(3, members=10, households=50, weights="class")
    start, found, ranking = improved(problem, None, RELAXABLE, 0.7)
    assert ranking.merged(start, found)[1]
    again = improved(problem, None, RELAXABLE, 0.7)[1]
    assert again.assignment.pairs == found.assignment.pairs
