"""`Search(work=…)` gives the same pairs each time, whatever the threads (contract 2.5, 7)."""

import contextlib
import io
import runpy
from functools import cache
from pathlib import Path

import pytest
from lanes import by_lane, in_full

import phancong
from phancong import RELAXABLE, InfeasibleError, Search, solve

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
#: These take the longest by themselves.
LONG = ("binh_an", "hard_households", "household_groups", "mid_year")
NAMES = [
    pytest.param(name, marks=pytest.mark.full) if name in LONG else name
    for name in sorted(path.stem for path in EXAMPLES.glob("*.py"))
    if name != "province"  # it asks plan_many
]
#: Enough for the small ones to be proven and the large ones to be cut.
WORK = by_lane(quick=0.05, full=0.5)
#: Of each example; the rest are variants of these.
QUESTIONS = by_lane(quick=1, full=3)


@cache
def asked(name):
    """What an example asks `solve`: each problem once, with its goals and what may give way."""
    questions = []

    def listening(problem, **options):
        question = (problem, options.get("goals"), options.get("relax", RELAXABLE))
        if question not in questions:
            questions.append(question)
        return solve(problem, **options)

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr(phancong, "solve", listening)
        patch.setattr("sys.argv", [name])
        runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    return questions


def pairs(question, engine, search):
    problem, goals, relax = question
    try:
        plan = solve(problem, goals=goals, relax=relax, engine=engine, search=search)
    except InfeasibleError:
        return None
    assert plan.stopped in (None, "work", "rounding")
    return plan.pairs


@pytest.mark.parametrize("engine", ["auto", "cp_sat", *in_full("mip")])
@pytest.mark.parametrize("name", NAMES)
def test_two_runs_and_two_threads_give_the_same_pairs(name, engine):
    """A budget of work, not of time, is what cuts the search, so it repeats itself."""
    questions = asked(name)
    assert questions
    for question in questions[:QUESTIONS]:
        once = pairs(question, engine, Search(seconds=600, work=WORK))
        assert pairs(question, engine, Search(seconds=600, work=WORK)) == once
        assert pairs(question, engine, Search(seconds=600, work=WORK, threads=2)) == once
