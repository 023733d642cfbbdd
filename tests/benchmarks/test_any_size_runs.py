"""Runs on problems of any size: kept, not repeated, judged beside the starts and the best known."""

import json
import sys
import time
from dataclasses import replace

import pytest

pytest.importorskip("pulp", reason="the extra bench is not installed")

from benchmarks.quality.any_size import __main__ as command
from benchmarks.quality.any_size import best_known, report, runs, strategies, verdicts
from benchmarks.quality.any_size.best_known import Best
from benchmarks.quality.any_size.comparing import Line, as_record
from benchmarks.quality.any_size.runs import Runs, apart, best_of, blank, here, seeds_of
from benchmarks.quality.any_size.strategies import STARTS, Budget, Found
from benchmarks.quality.any_size.verdicts import summary, told, verdict
from benchmarks.quality.case import RefusedError
from benchmarks.quality.instances.any_size import TUNING, any_size
from phancong import InfeasibleError, NoPlanFoundError

#: 8 members, 25 households.
SEED = TUNING + 13


@pytest.fixture(scope="module")
def drawn():
    return any_size(SEED)


def asked(drawn, strategy="auto", limit=5.0, **more):
    return replace(blank(drawn, strategy, Budget(limit), speed=1.0, commit="abc"), **more)


def plan(drawn, travel, strategy="auto", **more):
    """A run with a plan that is worth one line."""
    lines = tuple(as_record([Line("never", ()), Line("Travel()", (travel,))]))
    return asked(drawn, strategy, status=runs.PLAN, lines=lines, **more)


def known(drawn, travel, *, proven=False):
    lines = (Line("never", ()), Line("Travel()", (travel,)))
    run = asked(drawn)
    return Best(run.seed, run.fingerprint, run.size, lines, proven, "somebody")


# --- doing and keeping


@pytest.mark.parametrize("name", [*STARTS, "auto", "plain highs"])
def test_every_kind_of_strategy_has_a_plan_that_may_be(drawn, name):
    run = here(drawn, asked(drawn, name))
    assert run.status == runs.PLAN
    assert run.plan is not None
    assert run.seconds > 0


def test_our_search_says_of_each_line_whether_it_is_proven(drawn):
    run = here(drawn, asked(drawn))
    assert run.optimal
    assert run.proven == (True,) * len(run.lines)
    assert run.reason.startswith("cp_sat")


def test_a_budget_of_work_ends_our_search():
    """13 members, 261 households with two decimals: nobody is ready after a hundredth of a second."""
    drawn = any_size(TUNING + 21)
    run = here(drawn, asked(drawn, limit=60.0, work=0.01))
    assert (run.status, run.stopped, run.optimal) == (runs.PLAN, "work", False)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RefusedError("leximax"), runs.REFUSED),
        (InfeasibleError("no plan", None), runs.INFEASIBLE),
        (NoPlanFoundError("none in time"), runs.NO_PLAN),
        (KeyError("x"), runs.FAILED),
    ],
)
def test_what_becomes_of_a_run_is_told(drawn, monkeypatch, error, status):
    def falling(drawn, budget):
        raise error

    monkeypatch.setitem(strategies.SEARCHES, "auto", falling)
    run = here(drawn, asked(drawn))
    assert run.status == status
    assert run.plan is None
    assert run.note


def test_where_a_run_fell_over_is_told(drawn, monkeypatch):
    monkeypatch.setitem(strategies.SEARCHES, "auto", lambda drawn, budget: 1 // 0)
    note = here(drawn, asked(drawn)).note
    assert note.startswith("ZeroDivisionError at test_any_size_runs.py:")


def test_a_run_in_a_process_of_its_own_says_the_same(drawn):
    run = apart(drawn, asked(drawn, "repaired"))
    assert run.lines == here(drawn, asked(drawn, "repaired")).lines


def test_who_does_not_end_is_ended(drawn, monkeypatch):
    monkeypatch.setattr(runs, "PATIENCE", (1.0, 0.2))
    monkeypatch.setitem(strategies.SEARCHES, "auto", lambda drawn, budget: time.sleep(60))
    run = apart(drawn, asked(drawn, limit=0.2))
    assert run.status == runs.ENDED
    assert "not finished" in run.note


def test_at_a_part_of_the_speed_the_same_work_takes_longer(drawn, monkeypatch):
    """A tenth of a second of work takes some four tenths at a quarter of the speed."""

    def working(drawn, budget):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            pass
        return Found(())

    monkeypatch.setitem(strategies.SEARCHES, "auto", working)
    run = apart(drawn, asked(drawn, speed=0.25))
    assert run.core_seconds < 0.2
    assert run.seconds > 0.25


def test_what_was_run_is_there_again(drawn, tmp_path):
    kept = Runs(tmp_path / "out" / "runs.jsonl")
    run = here(drawn, asked(drawn))
    kept.add(run)
    again = Runs(kept.path)
    assert again.all == [run]
    assert again.there(asked(drawn)) == run
    assert again.there(asked(drawn, limit=6.0)) is None
    assert again.of(run.problem) == [run]
    assert again.of((run.set, run.seed, "another")) == []


def test_a_line_that_was_cut_off_is_no_run(drawn, tmp_path):
    kept = Runs(tmp_path / "runs.jsonl")
    kept.add(plan(drawn, 1.0))
    kept.add(plan(drawn, 2.0, limit=9.0))
    whole = kept.path.read_text(encoding="utf-8")
    kept.path.write_text(whole[:-20], encoding="utf-8")
    assert Runs(kept.path).all == kept.all[:1]


def test_starts_are_made_once(drawn, tmp_path):
    kept = Runs(tmp_path / "runs.jsonl")
    first = runs.starts(drawn, kept)
    assert [run.strategy for run in first] == list(STARTS)
    assert runs.starts(drawn, kept) == first
    assert len(Runs(kept.path).all) == len(STARTS)


def test_the_plan_that_came_with_the_problem_breaks_nothing(drawn):
    run = runs.witness_of(drawn)
    assert all(not line.values for line in run.plan if not line.name.endswith(")"))
    assert runs.witness_of(replace(drawn, witness=())) is None


def test_seeds():
    assert seeds_of("1000-1003,7") == [1000, 1001, 1002, 1003, 7]
    with pytest.raises(ValueError, match="invalid literal"):
        seeds_of("all")


def test_the_best_of_some_runs(drawn):
    beyond = plan(drawn, 1.0)
    beyond = replace(beyond, lines=(["never", [1.0], 0.0, 0.0], beyond.lines[1]))
    found = [asked(drawn, status=runs.FAILED), beyond, plan(drawn, 9.0), plan(drawn, 8.0)]
    assert best_of(found) is found[3]
    assert best_of(found[:2]) is None


# --- what is known


def test_what_is_known_gets_better_and_proven(drawn):
    first = best_known.improved({}, [asked(drawn, status=runs.FAILED), plan(drawn, 9.0)])
    ((key, best),) = first.items()
    assert (best.lines[1].values, best.proven, best.found) == ((9.0,), False, "auto, 5 s, abc")
    assert best_known.improved(first, [plan(drawn, 9.5)]) == first
    assert best_known.improved(first, [plan(drawn, 8.0)])[key].lines[1].values == (8.0,)
    assert best_known.improved(first, [plan(drawn, 9.0, "mip", optimal=True)])[key].proven
    # A proof that what is known contradicts is none.
    assert best_known.improved(first, [plan(drawn, 9.5, optimal=True)]) == first


def test_what_is_known_comes_back_as_it_was_written(drawn, tmp_path):
    path = tmp_path / "known" / "any_size.csv"
    assert best_known.read(path) == {}
    best = known(drawn, 9.0, proven=True)
    best_known.write(path, [best])
    assert best_known.read(path) == {(best.seed, best.fingerprint): best}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere floats may draw another problem")
def test_what_stands_in_the_project_is_of_todays_problems():
    """A file of best plans that does not fit the generator any more would be worse than none."""
    for (seed, fingerprint), best in list(best_known.read(best_known.path_of("any_size")).items())[
        :3
    ]:
        assert (
            blank(any_size(seed), "", Budget(0.0), speed=1.0, commit="").fingerprint == fingerprint
        )
        assert not best.lines[0].values


# --- judging


def test_worse_than_a_start_to_the_last_digit(drawn):
    starts = [plan(drawn, 1000.0, "nearest"), plan(drawn, 1200.0, "repaired")]
    assert verdict(plan(drawn, 1000.5), starts, None).worse_than_start
    assert not verdict(plan(drawn, 999.0), starts, None).worse_than_start
    assert verdict(asked(drawn, status=runs.NO_PLAN), starts, None).worse_than_start
    assert not verdict(asked(drawn, status=runs.NO_PLAN), [], None).worse_than_start


def test_worse_than_last_years_plan_repaired(drawn):
    starts = [plan(drawn, 1000.0, "nearest"), plan(drawn, 1200.0, "repaired")]
    assert not verdict(plan(drawn, 1100.0), starts, None).below_repaired
    assert verdict(plan(drawn, 1201.0), starts, None).below_repaired
    assert verdict(asked(drawn, status=runs.NO_PLAN), starts, None).below_repaired
    assert not verdict(asked(drawn, status=runs.NO_PLAN), starts[:1], None).below_repaired


def test_as_good_as_the_best_known_to_a_thousandth_of_the_last_travel(drawn):
    assert verdict(plan(drawn, 1000.5), [], known(drawn, 1000.0)).as_good
    far = verdict(plan(drawn, 1100.0), [], known(drawn, 1000.0))
    assert not far.as_good
    assert far.behind == pytest.approx(0.1)
    assert verdict(plan(drawn, 900.0), [], known(drawn, 1000.0)).behind == 0
    assert verdict(asked(drawn, status=runs.FAILED), [], None).behind == float("inf")


def test_a_proof_that_a_better_plan_contradicts_is_found_out(drawn):
    liar = plan(drawn, 1000.5, optimal=True, proven=(True, True))
    assert "proven" in verdict(liar, [], known(drawn, 1000.0)).wrong
    assert verdict(replace(liar, proven=(True, False)), [], known(drawn, 1000.0)).wrong is None
    # The rivals' program is one of floats, and its word is not the last.
    rival = plan(drawn, 1000.5, "plain highs", optimal=True)
    assert verdict(rival, [], known(drawn, 1000.0)).wrong is None


def test_no_plan_where_there_is_one_is_found_out(drawn):
    none = asked(drawn, status=runs.INFEASIBLE)
    assert "no plan" in verdict(none, [], known(drawn, 1.0)).wrong
    assert not verdict(none, [], known(drawn, 1.0)).as_good
    assert verdict(none, [], None).as_good


def test_a_plan_that_may_not_be_is_found_out(drawn):
    bad = asked(drawn, status=runs.PLAN, lines=(["never", [1.0], 0.0, 0.0],))
    assert "may not be" in verdict(bad, [], None).wrong


def test_the_summary_counts(drawn):
    best = known(drawn, 1000.0)
    start = [plan(drawn, 1050.0, "nearest")]
    found = [
        verdict(plan(drawn, 1000.0, optimal=True), start, best),
        verdict(plan(drawn, 1100.0, seconds=7.0), start, best),
        verdict(asked(drawn, status=runs.FAILED), start, best),
        verdict(asked(drawn, status=runs.REFUSED), start, best),
    ]
    assert summary(found) == [
        "as good as the best known: 1 of 3 (33 %)",
        "worse than a start: 2 of 3 (67 %)",
        "worse than last year's plan repaired: 0 of 3 (0 %)",
        "proven: 1 of 3 (33 %)",
        "more than 10 % + 1 s too long: 1 of 3 (33 %)",
        "refused: 1",
        "failed: 1",
    ]
    assert summary(found[3:]) == ["1 runs, all refused"]
    lie = plan(drawn, 1100.0, optimal=True, proven=(True, True))
    assert summary([verdict(lie, start, best)])[-1].startswith(f"WRONG any_size {SEED}: auto")


def test_a_run_in_a_line(drawn):
    best = known(drawn, 1000.0)
    start = [plan(drawn, 1050.0, "nearest")]
    worse = told(verdict(plan(drawn, 1100.0, seconds=7.0), start, best), best)
    assert "WORSE than nearest: Travel() 1100 against 1050" in worse
    assert "BEHIND best: Travel() 1100 against 1000 (somebody)" in worse
    assert "7.0 s OVER" in worse
    assert "nothing known" in told(verdict(plan(drawn, 1.0), [], None), None)
    assert "NO PLAN" in told(verdict(asked(drawn, status=runs.FAILED), start, best), best)
    assert "NO PLAN" not in told(verdict(asked(drawn, status=runs.REFUSED), start, best), best)


# --- the command and the report


def test_a_line_a_problem_and_a_summary(tmp_path, capsys):
    command.main(
        ["--seeds", str(SEED), "--limit", "5", "--out", str(tmp_path), "--lines", "--commit", "abc"]
    )
    page = capsys.readouterr().out
    assert page.startswith(f" {SEED}      8 × 25 auto     proven")
    assert "as good as the best known: 1 of 1 (100 %)" in page
    assert "repaired: " in page
    lines = (tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["strategy"] for line in lines] == [*STARTS, "by construction", "auto"]
    # What is there is not run again, unless that is asked for.
    command.main(["--seeds", str(SEED), "--limit", "5", "--out", str(tmp_path), "--commit", "abc"])
    assert len((tmp_path / "runs.jsonl").read_text(encoding="utf-8").splitlines()) == len(lines)


@pytest.mark.parametrize("other", [["--pairs", "1000-2000"], ["--kind", "groups"]])
def test_problems_of_another_size_or_kind_are_left_out(tmp_path, capsys, other):
    command.main(["--seeds", str(SEED), *other, "--out", str(tmp_path)])
    assert capsys.readouterr().out == ""


def test_the_best_is_written_down(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(best_known, "FOLDER", tmp_path / "known")
    arguments = ["best", "--seeds", str(SEED), "--strategies", "auto", "--limit", "5"]
    command.main([*arguments, "--out", str(tmp_path)])
    (best,) = best_known.read(tmp_path / "known" / "any_size.csv").values()
    assert best.proven
    assert "proven: 1 of 1 (100 %)" in capsys.readouterr().out


def test_without_a_strategy_the_starts_are_what_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(best_known, "FOLDER", tmp_path / "known")
    command.main(["best", "--seeds", str(SEED), "--strategies", "none", "--out", str(tmp_path)])
    (best,) = best_known.read(tmp_path / "known" / "any_size.csv").values()
    assert best.found in {*STARTS, "by construction"}
    assert not best.proven


def test_an_unknown_strategy_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        command.main(["--strategies", "magic"])
    assert "no strategy magic" in capsys.readouterr().err


@pytest.mark.full
def test_the_report(drawn, tmp_path, monkeypatch, capsys):
    """Two strategies, two limits; the tuning seeds are left out."""
    monkeypatch.setattr(best_known, "FOLDER", tmp_path / "known")
    kept = Runs(tmp_path / "runs.jsonl")
    for number, travel in enumerate((1000.0, 1100.0)):
        for limit in (1.0, 10.0):
            kept.add(plan(drawn, 1000.0, "nearest", seed=number, limit=600.0))
            kept.add(plan(drawn, travel / limit**0.01, seed=number, limit=limit))
            kept.add(plan(drawn, 950.0, "plain highs", seed=number, limit=limit, optimal=True))
            kept.add(asked(drawn, "lns", seed=number, status=runs.REFUSED, limit=limit, work=9.0))
    kept.add(plan(drawn, 1.0))
    command.main(["report", "--out", str(tmp_path)])
    page = capsys.readouterr().out
    assert page == (tmp_path / "any_size.md").read_text(encoding="utf-8")
    assert "| plain highs | 10 | 2 | 100.0 % |" in page
    assert "| auto | 1 | 2 | 0.0 % | 0.0 % | 0.0 % | 50.0 % | 100.0 % | 1 |" in page
    assert "lns, work 9" in page
    assert "- seed 1 (8 × 25): Travel() 1100 against 950" in page
    assert (tmp_path / "any_size.png").stat().st_size > 10_000


def test_a_report_of_nothing(tmp_path):
    page = report.write(Runs(tmp_path / "runs.jsonl"), "any_goals", tmp_path, range(60))
    assert page.startswith("# any_goals")


def test_wrong_proofs_end_with_1(drawn, tmp_path, monkeypatch):
    def liar(drawn, budget):
        """The repaired plan, called proven; the plan that came with the problem is better."""
        pairs = strategies.STARTS["repaired"](drawn, budget).pairs
        return Found(pairs, optimal=True, proven=(True,) * 13)

    monkeypatch.setitem(strategies.SEARCHES, "auto", liar)
    code = command.main(["--seeds", str(SEED), "--out", str(tmp_path), "--commit", "abc"])
    assert code == 1
    assert verdicts.summary([]) == ["0 runs, all refused"]
