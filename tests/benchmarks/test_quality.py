"""The comparison of strategies: nothing is run twice, everything is judged, nothing is believed."""

import os
import time
from dataclasses import replace

import pytest

from benchmarks.quality import record, running
from benchmarks.quality.case import Answer, Case, Instance, InstanceSet, NoPlanError, RefusedError
from benchmarks.quality.instances import SETS, ready
from benchmarks.quality.judging import contradictions, gaps, judged
from benchmarks.quality.record import Row
from benchmarks.quality.running import Job, apart, complete, here
from benchmarks.quality.tables import measured
from phancong import FairLoad, Household, Member, Problem, Travel, TravelMatrix, UnsupportedError

#: Two members with room for two households each; h1 and h2 are near m1, h3 is near m2.
TRAVEL = [[1.0, 9.0], [1.0, 9.0], [5.0, 2.0]]


def village():
    problem = Problem(
        [Member("m1", max_households=2), Member("m2", max_households=2)],
        [Household(h) for h in ("h1", "h2", "h3")],
        travel=TravelMatrix(TRAVEL),
    )
    return Case(problem, (Travel(),))


def to_m1(case, limit):
    return Answer(tuple((h, "m1") for h in ("h1", "h2", "h3")), note="all\nto m1")


def nearest(case, limit):
    return Answer((("h1", "m1"), ("h2", "m1"), ("h3", "m2")), (4.0,), own=1.5)


def refusing(case, limit):
    raise RefusedError("members with two rooms")


def planless(case, limit):
    raise NoPlanError("none in time")


def falling(case, limit):
    raise KeyError("x")


def asleep(case, limit):
    time.sleep(600)


def dying(case, limit):
    os._exit(3)


VILLAGES = InstanceSet(
    "villages", "by hand", lambda seeds: (), lambda: [Instance("one", "all", village)]
)
BLANK = Row(
    set="villages",
    instance="one",
    group="all",
    households=3,
    members=2,
    strategy="nearest",
    limit=1.0,
    status="",
    goals=("Travel",),
)


def run(strategies, path, do=here):
    return complete([(VILLAGES, VILLAGES.quick())], strategies, 1.0, path, do=do)


def test_what_has_been_run_is_not_run_again(tmp_path):
    """A second call runs only what is new, and gives back everything."""
    path, tried = tmp_path / "runs.csv", []

    def noted(job):
        tried.append(job.row.strategy)
        return here(job)

    first = run({"nearest": nearest, "refusing": refusing}, path, noted)
    second = run({"nearest": nearest, "to m1": to_m1, "refusing": refusing}, path, noted)
    assert tried == ["nearest", "refusing", "to m1"]
    assert second[:2] == first
    assert [row.strategy for row in second] == ["nearest", "refusing", "to m1"]


def test_another_limit_is_another_run(tmp_path):
    run({"nearest": nearest}, tmp_path / "runs.csv")
    sets = [(VILLAGES, VILLAGES.quick())]
    rows = complete(sets, {"nearest": nearest}, 2.0, tmp_path / "runs.csv", do=here)
    assert [row.limit for row in rows] == [1.0, 2.0]


def test_a_line_that_was_cut_off_is_run_again(tmp_path):
    """Whoever pulls the plug while a row is written loses that row and no other."""
    path = tmp_path / "runs.csv"
    whole = run({"nearest": nearest, "to m1": to_m1}, path)
    path.write_bytes(path.read_bytes()[:-5])
    assert record.read(path) == whole[:1]
    again = run({"nearest": nearest, "to m1": to_m1}, path)
    assert [row.values for row in again] == [row.values for row in whole]


def test_columns_of_another_day_are_not_mixed_with_todays(tmp_path):
    (tmp_path / "runs.csv").write_text("set,instance\n", encoding="utf-8")
    with pytest.raises(ValueError, match="other columns than today's"):
        record.read(tmp_path / "runs.csv")


def test_a_row_comes_back_as_it_was_written(tmp_path):
    row = replace(
        BLANK,
        status=record.PLAN,
        note='a "note", with\tall',
        seconds=0.1 + 0.2,
        goals=("FairLoad", "Travel"),
        values=(1.5, None),
        bounds=(None, 2.0),
        broken=("coverage 2", "max_travel 0.5"),
        breaks=3,
    )
    record.append(tmp_path / "runs.csv", row)
    assert record.read(tmp_path / "runs.csv") == [row]


def test_the_judge_shows_what_a_plan_breaks():
    """m1 has 3 of at most 2 households: one limit, by 1 (contract 4.4)."""
    row = here(Job(village(), to_m1, BLANK))
    assert (row.status, row.note) == (record.PLAN, "all to m1")
    assert (row.breaks, row.broken, row.kept) == (1, ("max_households 1",), False)
    assert row.values == (7.0,)
    assert row.unfair == 2.0  # 3 households against a mean of 1.5
    assert gaps(row, [row]) == (None,)


def test_pairs_that_are_none_are_counted():
    """An unknown household, and a pair twice: what may never be (contract 4.1)."""
    pairs = (("h1", "m1"), ("h1", "m1"), ("h9", "m1"), ("h2", "m1"), ("h3", "m2"))
    assert judged(village(), Answer(pairs))["forbidden"] == 2


@pytest.mark.parametrize(
    ("strategy", "status", "note"),
    [
        (refusing, record.REFUSED, "members with two rooms"),
        (planless, record.NO_PLAN, "none in time"),
        (falling, record.FAILED, "KeyError: 'x'"),
    ],
)
def test_what_becomes_of_a_run_is_told(strategy, status, note):
    row = here(Job(village(), strategy, BLANK))
    assert (row.status, row.note) == (status, note)


def test_a_refusal_of_ours_is_one_too():
    def unable(case, limit):
        raise UnsupportedError("flow", ["weights"])

    assert here(Job(village(), unable, BLANK)).status == record.REFUSED


def test_a_plan_below_a_bound_is_found_out():
    """1 + 1 + 2 = 4 is the least: a bound of 5 contradicts the plan, one of 4 does not."""
    plan = here(Job(village(), nearest, BLANK))
    assert contradictions([plan]) == []
    assert gaps(plan, [plan]) == (0.0,)
    liar = replace(plan, strategy="liar", bounds=(5.0,))
    (told,) = contradictions([plan, replace(liar, values=(6.0,))])
    assert "nearest has Travel 4.0, below the proven bound 5.0" in told
    # A plan that breaks limits may be below what no plan that keeps them can reach.
    assert contradictions([replace(plan, breaks=1, bounds=()), replace(liar, values=(6.0,))]) == []


def test_a_run_that_fell_over_is_no_success():
    (told,) = contradictions([here(Job(village(), falling, BLANK))])
    assert "nearest failed: KeyError" in told


def test_auto_always_has_a_plan():
    """A rival may have none; ``"auto"`` may not (contract: always a usable plan)."""
    row = here(Job(village(), planless, BLANK))
    assert contradictions([row]) == []
    assert "auto has no plan: none in time" in contradictions([replace(row, strategy="auto")])[0]


def test_a_published_bound_counts():
    row = replace(BLANK, status=record.PLAN, values=(4.0,), published=4.5)
    assert len(contradictions([row])) == 1
    assert gaps(replace(row, values=(9.0,)), [replace(row, values=(9.0,))]) == (1.0,)


def test_the_bound_of_a_later_goal_holds_only_for_who_is_as_good_before():
    """Whoever has a worse largest load may have less travel, without contradiction."""
    both = {"status": record.PLAN, "goals": ("FairLoad", "Travel")}
    fair = replace(BLANK, **both, values=(2.0, 10.0), bounds=(2.0, 10.0))
    lax = replace(BLANK, **both, strategy="lax", values=(3.0, 4.0))
    fairer = replace(BLANK, **both, strategy="fairer", values=(2.0, 9.0))
    assert contradictions([fair, lax]) == []
    assert gaps(lax, [fair, lax]) == (0.5, None)
    assert "below the proven bound" in contradictions([fair, fairer])[0]


def test_the_best_is_told_goal_by_goal():
    both = {"status": record.PLAN, "goals": ("FairLoad", "Travel")}
    fair = replace(BLANK, **both, values=(2.0, 10.0), travel_total=10.0, coverage=1.0)
    lax = replace(fair, strategy="lax", values=(3.0, 4.0), travel_total=4.0)
    assert [run.best for run in measured([lax, fair])] == [False, True]
    assert [run.travel for run in measured([lax, fair])] == [1.0, 2.5]


@pytest.mark.parametrize("name", ["gap", "cpmp", "places", "branches"])
def test_a_set_whose_data_are_missing_is_skipped_with_a_word(name, monkeypatch, capsys, tmp_path):
    """It neither fails nor passes for a measurement."""
    monkeypatch.setenv("PHANCONG_DATA", str(tmp_path))
    assert ready([SETS[name]], 1, quick=True) == []
    printed = capsys.readouterr().out
    assert printed.startswith(f"skipped: {name}: no ")
    assert "PHANCONG_DATA" in printed


@pytest.mark.parametrize("name", ["unit", "weighted", "yearly", "communes"])
def test_a_drawn_set_is_the_same_each_time(name):
    """Frozen instances: each name stands once, and the same problem is built again."""
    instances = SETS[name].draw(3)
    assert len({instance.name for instance in instances}) == len(instances)
    for instance in SETS[name].quick():
        assert instance.build().problem == instance.build().problem


@pytest.fixture
def spawning(monkeypatch):
    """Tests have threads, beside which no process should be forked."""
    monkeypatch.setattr(running, "_START", "spawn")


@pytest.mark.full
def test_a_run_in_a_process_of_its_own_says_the_same(spawning):
    row, mine = (do(Job(village(), nearest, BLANK)) for do in (apart, here))
    times = {"seconds": None, "core_seconds": None}
    assert replace(row, **times) == replace(mine, **times)


@pytest.mark.full
def test_who_knows_no_limit_is_ended(spawning, monkeypatch):
    monkeypatch.setattr(running, "PATIENCE", (0.0, 1.5))
    row = apart(Job(village(), asleep, BLANK))
    assert (row.status, row.seconds) == (record.STOPPED, 1.5)


@pytest.mark.full
def test_a_process_that_dies_is_told(spawning):
    row = apart(Job(village(), dying, BLANK))
    assert row.status == record.FAILED
    assert row.note == "the process ended with 3 and no answer"


def test_fairness_is_among_the_goals_that_are_judged():
    """Loads 2 and 1: the largest is 2."""
    case = replace(village(), goals=(FairLoad("households"), Travel()))
    assert here(Job(case, nearest, BLANK)).values == (2.0, 4.0)
