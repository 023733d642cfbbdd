"""Gap, time, work and cancel, at each stage: what is said stays true (contract 5.5, 6.2, 7)."""

import pytest
from engines.exact.every_plan import judged
from lanes import by_lane, in_full
from oracle import random_problems

from phancong import (
    FairLoad,
    Search,
    Status,
    Travel,
    UnsupportedError,
    check,
    solve,
    synth,
)
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.tuning import Tuning

#: A dozen that hold some which a little work cuts, and all of them.
SEEDS = range(*by_lane(quick=(24, 36), full=(0, 160)))


def tried(seed, search, progress=None):
    """The plan, all of whose claims are true; None where no plan came out."""
    question = random_problems.tiny(seed, flow_only=False)
    try:
        return judged(*question, engine="lns", search=search, progress=progress)
    except UnsupportedError:
        return None


@pytest.mark.parametrize(
    ("search", "stopped"),
    [
        *((Search(gap=gap), "gap") for gap in (0.1, 1.0)),
        *((Search(seconds=seconds), "time") for seconds in (1e-9, 0.003, 0.01)),
        *((Search(work=work), "work") for work in (1e-9, 1e-6, 1e-5)),
    ],
    ids=str,
)
def test_a_stop_keeps_its_word(search, stopped):
    """Whatever ends it: values and bounds are true, and the plan says why it is not proven."""
    plans = [tried(seed, search) for seed in SEEDS]
    cut = [plan.stopped for plan in plans if plan is not None and plan.status is Status.FEASIBLE]
    assert set(cut) <= {stopped}
    # A fast machine may be done before the clock has moved much, but not before it has moved at all.
    assert cut or stopped == "gap" or search.seconds in (0.003, 0.01)


@pytest.mark.parametrize("report", [1, 2, 3])
def test_a_cancel_keeps_its_word(report):
    """At the first record, the second, …: the best plan so far (contract 7)."""
    cancelled = 0
    for seed in SEEDS:
        heard = []

        def progress(record, heard=heard):
            heard.append(record)
            return len(heard) < report

        plan = tried(seed, Search(), progress)
        if plan is not None and plan.status is Status.FEASIBLE:
            assert plan.stopped == "progress"
            cancelled += 1
    assert cancelled > 0 or report > 1  # small ones are proven by the second record


COMMUNE = synth.commune(5, members=16, households=200, weights="integer", band=0.05, infeasible=0.0)
GOALS = {"travel": (Travel(),), "default": None, "fair": (FairLoad("households"), Travel())}


@pytest.mark.parametrize("work", [1e-9, 0.05, *in_full(0.2)])
@pytest.mark.parametrize("goals", GOALS.values(), ids=list(GOALS))
def test_the_same_work_gives_the_same_pairs(work, goals):
    """Whatever the threads (contract 2.5); and more work is never worse in the first goal."""
    once = solve(COMMUNE, goals=goals, engine="lns", search=Search(seconds=600, work=work))
    again = solve(
        COMMUNE, goals=goals, engine="lns", search=Search(seconds=600, work=work, threads=2)
    )
    assert once.pairs == again.pairs
    assert once.stopped in (None, "work", "rounding")
    assert not once.relaxed
    assert not check(COMMUNE, once).violations
    assert all(line.bound <= line.best for line in once.goals)


def test_a_commune_comes_within_a_gap():
    """200 households of weight 1 to 5 and 16 members: a proven percent, in rounds of pieces."""
    plan = solve(COMMUNE, goals=(Travel(),), engine="lns", search=Search(gap=0.01))
    (line,) = plan.goals
    assert line.best - line.bound <= 0.01 * line.bound
    assert plan.stopped in ("gap", None)
    assert plan.reason == "asked for"


def test_what_is_too_large_to_be_solved_whole_is_left_to_rounds():
    """Until the effort has grown: then all pairs that can matter are looked at after all."""
    small = synth.commune(6, members=9, households=80, weights="integer", infeasible=0.0)
    engine = LnsEngine(CpSatEngine(), tuning=Tuning(small_residual=0))
    outcome = engine.run(Task(small, (Travel(),), {}, Course(Search(seconds=600))))
    assert outcome.goals[0].proven
