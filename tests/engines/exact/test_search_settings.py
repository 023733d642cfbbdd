"""Gap, time, work and cancel, at each stage: what is said stays true (spec 5.5, 6.2, 7)."""

import random

import pytest
from engines.exact.every_plan import false_claims
from oracle import brute, random_problems

from phancong import RELAXABLE, InfeasibleError, NoPlanFoundError, Search, Status, solve
from phancong.engines.exact.engine import ExactEngine

ENGINES = ("cp_sat", "mip")
#: Seeds whose problems have many stages: breaches and several goals.
SEEDS = range(40)


@pytest.fixture(autouse=True)
def engines_by_themselves(monkeypatch):
    """Parts of a problem have searches of their own; here it is the engine that is judged."""
    monkeypatch.setattr(ExactEngine, "apart", False)


def judged(engine, seed, search, progress=None):
    """Solve and return what is claimed and is not so; None where no plan came out."""
    problem, goals, relax = random_problems.tiny(seed, flow_only=False)
    try:
        plan = solve(
            problem, goals=goals, relax=relax, engine=engine, search=search, progress=progress
        )
    except InfeasibleError:
        assert brute.best(problem, goals, relax) is None
        return None
    except NoPlanFoundError:
        assert relax != RELAXABLE  # where all can give way without a ceiling there is a plan
        return None
    assert not false_claims(problem, goals, relax, plan), seed
    return plan


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("gap", [0.1, 1.0])
def test_a_gap_stop_keeps_its_word(engine, gap):
    """Each line is within the gap, and says whether it is proven."""
    for seed in SEEDS:
        plan = judged(engine, seed, Search(gap=gap))
        if plan is not None and plan.status is Status.FEASIBLE:
            assert plan.stopped == "gap"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_time_stop_keeps_its_word(engine):
    """From no time at all to a few stages' time."""
    for seed in SEEDS:
        for seconds in (1e-9, 0.01, 0.03):
            plan = judged(engine, seed, Search(seconds=seconds))
            if plan is not None and plan.status is Status.FEASIBLE:
                assert plan.stopped == "time"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_work_stop_keeps_its_word_and_repeats_itself(engine):
    """Two runs of the same budget give the same plan."""
    for seed in SEEDS:
        work = 10 ** random.Random(seed).uniform(-6, -2)
        plans = [judged(engine, seed, Search(seconds=600, work=work)) for _ in range(2)]
        if plans[0] is None:
            assert plans[1] is None
            continue
        assert plans[0].pairs == plans[1].pairs
        if plans[0].status is Status.FEASIBLE:
            assert plans[0].stopped == "work"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cancel_at_each_stage_keeps_its_word(engine):
    """Progress answers False after the first stage, after the second, …"""
    for seed in SEEDS:
        for last in range(1, 20):
            seen = []

            def progress(record, seen=seen, last=last):
                seen.append(record.stage)
                return len(seen) < last

            plan = judged(engine, seed, Search(), progress)
            if plan is not None and plan.status is Status.FEASIBLE:
                assert plan.stopped == "progress"
            if plan is None or len(seen) < last:
                break


@pytest.mark.parametrize("engine", ENGINES)
def test_runs_and_threads_give_the_same_pairs(engine):
    """Nothing is cut by the clock, so that nothing depends on it (spec 2.5)."""
    for seed in range(30):
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        found = []
        for threads in (1, 1, 2):
            try:
                search = Search(seconds=600, threads=threads)
                plan = solve(problem, goals=goals, relax=relax, engine=engine, search=search)
                found.append(plan.pairs)
            except InfeasibleError:
                found.append(None)
        assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("engine", ENGINES)
def test_without_time_there_still_is_a_plan(engine):
    """A plan made by hand is there before the first stage (spec 7)."""
    problem, goals, _ = random_problems.tiny(3, flow_only=False)
    plan = solve(problem, goals=goals, engine=engine, search=Search(seconds=1e-9))
    assert not false_claims(problem, goals, RELAXABLE, plan)
