"""Gap, time, work and cancel, at each stage: what is said stays true (contract 5.5, 6.2, 7)."""

import random

import pytest
from engines.exact.every_plan import false_claims, judged
from lanes import by_lane
from oracle import random_problems

from phancong import RELAXABLE, InfeasibleError, Search, Status, solve

ENGINES = ("cp_sat", "mip", "flow", "auto")
#: Seeds whose problems have many stages: breaches and several goals.
SEEDS = range(by_lane(quick=5, full=40))
#: Here HiGHS stops by the gap in each of its versions; most others it solves at once.
WITH_A_GAP = 24


def posed(engine, seed):
    """A problem of few enough plans to look at all; of unit loads for the flow engine."""
    return random_problems.tiny(seed, flow_only=engine == "flow")


def tried(engine, seed, search, progress=None):
    """The plan, judged by all plans; None where none came out."""
    return judged(*posed(engine, seed), engine=engine, search=search, progress=progress)


def cuts(plans, reason):
    """How many plans were cut, each for the reason that was set."""
    cut = [plan for plan in plans if plan is not None and plan.status is Status.FEASIBLE]
    assert all(plan.stopped == reason for plan in cut)
    return len(cut)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_gap_stop_keeps_its_word(engine):
    """Each line is within the gap, and says whether it is proven; a flow has no gap to leave."""
    seeds, gaps = {*SEEDS, WITH_A_GAP}, (0.1, 1.0, 10.0)
    plans = [tried(engine, seed, Search(gap=gap)) for seed in seeds for gap in gaps]
    assert (cuts(plans, "gap") > 0) == (engine != "flow")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_time_stop_keeps_its_word(engine):
    """From no time at all to a few stages' time."""
    times = (1e-9, 0.01, 0.03)
    plans = [tried(engine, seed, Search(seconds=seconds)) for seed in SEEDS for seconds in times]
    assert cuts(plans, "time") > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_work_stop_keeps_its_word_and_repeats_itself(engine):
    """Two runs of the same budget give the same plan."""
    plans = []
    for seed in SEEDS:
        work = 10 ** random.Random(seed).uniform(-8, -3)
        once, again = (tried(engine, seed, Search(seconds=600, work=work)) for _ in range(2))
        assert (once and once.pairs) == (again and again.pairs)
        plans.append(once)
    assert cuts(plans, "work") > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cancel_at_each_stage_keeps_its_word(engine):
    """Progress answers False after the first stage, after the second, …"""
    plans = []
    for seed in SEEDS:
        for last in range(1, 20):
            seen = []

            def progress(record, seen=seen, last=last):
                seen.append(record.stage)
                return len(seen) < last

            plans.append(tried(engine, seed, Search(), progress))
            if plans[-1] is None or len(seen) < last:
                break
    assert cuts(plans, "progress") > 0


@pytest.mark.full
@pytest.mark.parametrize("engine", ENGINES)
def test_runs_and_threads_give_the_same_pairs(engine):
    """Nothing is cut by the clock, so that nothing depends on it (contract 2.5)."""
    for seed in SEEDS[:30]:
        problem, goals, relax = posed(engine, seed)
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
    """A plan made by hand is there before the first stage (contract 7)."""
    problem, goals, _ = posed(engine, 3)
    plan = solve(problem, goals=goals, engine=engine, search=Search(seconds=1e-9))
    assert not false_claims(problem, goals, RELAXABLE, plan)
