"""Real mountain hamlets, a part of ``benchmarks/quality/mountain_hamlets.py``: proven optimal."""

import runpy
from pathlib import Path

import pytest

from phancong import Status, check

BENCHMARK = Path(__file__).resolve().parents[1] / "benchmarks" / "quality" / "mountain_hamlets.py"
hamlets = runpy.run_path(str(BENCHMARK))

needs_data = pytest.mark.skipif(
    not hamlets["BUILDINGS"].is_file(),
    reason="no places/malbun_steg; let PHANCONG_DATA name the data folder",
)


@needs_data
@pytest.mark.parametrize("goals", ["default", "travel"])
@pytest.mark.parametrize("members", [12, 25, 40])
@pytest.mark.parametrize("seed", range(3))
def test_the_plan_is_proven_and_the_judge_agrees(members, seed, goals):
    """346 buildings: OPTIMAL, every limit kept, and the judge finds the goals' values (spec 6)."""
    plan = hamlets["planned"](members, seed, goals)
    assert len(plan.problem.households) == len(plan.pairs) == 346
    assert plan.status is Status.OPTIMAL
    # Bounds are stated to the rounding of costs to integers: less than a millimetre over all pairs.
    assert all(line.proven and 0 <= line.value - line.bound < 1e-3 for line in plan.goals)
    judgement = check(plan.problem, plan)
    assert judgement.kept, (judgement.violations, judgement.relaxations)
    assert judgement.goals == tuple((line.goal, line.value) for line in plan.goals)


@needs_data
@pytest.mark.parametrize("members", [12, 25, 40])
def test_each_load_lies_within_15_percent_of_the_mean(members):
    """What the benchmark asks for the least travel holds for every member (spec 4.3)."""
    plan = hamlets["planned"](members, 0, "travel")
    mean = 346 / members
    loads = [len(plan.households_of(member.id)) for member in plan.problem.members]
    assert all(0.85 * mean <= load <= 1.15 * mean for load in loads), loads


def test_without_the_data_the_benchmark_says_so(monkeypatch, capsys, tmp_path):
    """It neither fails nor passes for a measurement."""
    monkeypatch.setenv("PHANCONG_DATA", str(tmp_path))
    runpy.run_path(str(BENCHMARK), run_name="__main__")
    printed = capsys.readouterr().out
    assert printed.startswith("skipped: ")
    assert "PHANCONG_DATA" in printed
