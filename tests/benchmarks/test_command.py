"""``python -m benchmarks.quality``: what it shows, and what ends it with 1."""

from dataclasses import replace

import pytest

pytest.importorskip("pulp", reason="the extra bench is not installed")

from benchmarks.quality import record
from benchmarks.quality.__main__ import main
from benchmarks.quality.case import Instance, InstanceSet
from benchmarks.quality.instances import SETS, among
from benchmarks.quality.record import Row
from benchmarks.quality.strategies import STRATEGIES
from phancong.engines.registry import ENGINES

FAIR = Row(
    set="villages",
    instance="one",
    group="all",
    households=3,
    members=2,
    strategy="auto",
    limit=1.0,
    status=record.PLAN,
    seconds=0.5,
    goals=("FairLoad", "Continuity", "Travel"),
    values=(2.0, 0.0, 10.0),
    bounds=(2.0, 0.0, 8.0),
    coverage=1.0,
    travel_total=10.0,
    unfair=1.2,
    kept_share=1.0,
)
FAR = replace(
    FAIR,
    strategy="round_robin",
    values=(2.0, 1.0, 30.0),
    bounds=(),
    travel_total=30.0,
    kept_share=0.5,
)
BROKEN = replace(
    FAIR,
    strategy="nearest",
    values=(3.0, 1.0, 4.0),
    bounds=(),
    breaks=2,
    broken=("max_households 2",),
)
REFUSED = replace(
    FAIR,
    strategy="pot emd",
    status=record.REFUSED,
    note="weights",
    values=(),
    bounds=(),
    seconds=None,
)


def shown(folder, *rows):
    for row in rows:
        record.append(folder / "runs.csv", row)
    return main(["--tables-only", "--out", str(folder)])


def test_what_came_out_is_shown_in_tables_and_pictures(tmp_path, capsys):
    """A line a strategy: gaps goal by goal, what is broken, what is refused; rounded to be read."""
    assert shown(tmp_path, FAIR, FAR, BROKEN, REFUSED) == 0
    page = (tmp_path / "table.md").read_text(encoding="utf-8")
    lines = {line.split(" | ")[2]: line for line in page.splitlines() if line.startswith("| vill")}
    assert list(lines) == ["nearest", "round_robin", "auto", "pot emd"]  # as in the registry
    assert "| 1 of 1 | 1 | 0 · 0 · 25.000 | 0 | 1 |" in lines["auto"]
    assert "| 0 · ? · ? | 0 | 0 |" in lines["round_robin"]
    assert lines["round_robin"].endswith("| 3.000 | 1.200 | 50.0 |  |")
    assert "breaks 2 limits (max_households)" in lines["nearest"]
    assert "refused: weights" in lines["pot emd"]
    assert page in capsys.readouterr().out
    stages = (tmp_path / "stages.md").read_text(encoding="utf-8")
    assert "| 2 ≥ 2 (0.000 %) | 0 ≥ 0 (0.000 %) | 10 ≥ 8 (25.000 %) |" in stages
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").count("\n") == 5
    pictures = {path.name for path in tmp_path.glob("*.png")}
    kinds = ("quality_time", "travel_fairness", "kept")
    assert pictures == {f"villages_{kind}.png" for kind in kinds}


def test_a_contradiction_ends_it_with_1(tmp_path, capsys):
    assert shown(tmp_path, FAIR, replace(FAR, values=(2.0, 0.0, 7.0))) == 1
    assert "WRONG: villages, one: round_robin has Travel 7.0" in capsys.readouterr().err


def test_all_names_are_listed(capsys):
    assert main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert all(f"  {name} " in printed for name in (*SETS, *STRATEGIES))


def test_every_engine_is_a_strategy():
    """An engine that is added is measured beside the others."""
    assert {"auto", *ENGINES} <= STRATEGIES.keys()


@pytest.mark.parametrize("argument", ["--sets", "--strategies"])
def test_an_unknown_name_is_refused_and_the_known_ones_are_told(argument, capsys):
    with pytest.raises(SystemExit, match="2"):
        main([argument, "nobody"])
    assert "nobody; there are: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["*"], ["a1", "b1"]),
        (["b*"], ["b1"]),
        (["?1", "b*"], ["a1", "b1"]),
        (["A*"], []),
    ],
)
def test_only_the_instances_that_are_wanted_are_run(patterns, names):
    instances = [Instance(name, "all", pytest.fail) for name in ("a1", "b1")]
    few = InstanceSet("villages", "", lambda _: instances, lambda: instances)
    assert [i.name for i in among([(few, instances)], patterns)[0][1]] == names


def test_instances_that_nobody_has_are_told(tmp_path, capsys):
    assert main(["--sets", "unit", "--instances", "nowhere", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no instance is called nowhere\n"
