"""`plan_many`: a plan for each commune, and a reason where there is none (contract 9)."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import (
    SEARCH,
    AtOnce,
    batch,
    by_commune,
    dataset,
    keys,
    log_of,
    tables,
    write_country,
)
from faulty_goals import Faulty
from full_to_the_brim import LOADS, MOST

import phancong
from phancong import FairLoad, InvalidArgumentError, MissingExtraError, Preference, Search
from phancong.batch import plan_many
from phancong.batch.chunks import MEMORY, chunked, next_chunk
from phancong.batch.schemas import METRICS
from phancong.batch.text import KINDS


def test_each_commune_has_the_plan_that_solve_finds(tmp_path):
    """The same pairs, travel and figures as for each problem alone; ids of communes may be equal."""
    source = write_country(tmp_path / "in", keys(4))
    summary = batch(source, tmp_path / "out")
    assert (summary.total, summary.planned, summary.failed, summary.left) == (4, 4, 0, 0)
    assert summary.households == 24
    rows = tables(keys(4))
    for key, pairs in by_commune(tmp_path / "out", "pairs").items():
        mine = {
            name: [{k: v for k, v in row.items() if k != "commune"} for row in table]
            for name, table in ((n, [r for r in t if r["commune"] == key]) for n, t in rows.items())
        }
        problem = phancong.Problem(mine["members"], mine["households"], previous=mine["previous"])
        plan = phancong.solve(problem, search=SEARCH)
        assert [(row["household"], row["member"]) for row in pairs] == list(plan.pairs)
        frame = plan.to_frame()
        assert [row["travel"] for row in pairs] == frame["travel"].tolist()
        assert [row["kept"] for row in pairs] == frame["kept"].tolist()
        (figures,) = by_commune(tmp_path / "out", "figures")[key]
        assert {name: figures[name] for name in METRICS} == dict(plan.metrics)
        assert figures["status"] == "optimal"
        assert figures["gap"] == 0
        assert json.loads(figures["goals"])[1]["value"] == plan.goals[1].value


def test_the_figures_of_the_dataset_are_those_of_a_plan():
    """A figure that is added to plans is added to the dataset."""
    problem = phancong.Problem([phancong.Member("m")], [phancong.Household("h")], travel=None)
    assert tuple(phancong.solve(problem, search=SEARCH).metrics) == METRICS


def test_pairs_depend_neither_on_workers_nor_on_chunks_nor_on_the_order_of_rows(tmp_path):
    """Another executor, other row groups, rows the other way round."""
    source = write_country(tmp_path / "in", keys(12))
    batch(source, tmp_path / "out")
    other = tmp_path / "other"
    other.mkdir()
    for path in source.iterdir():
        table = pq.read_table(path)
        turned = table.take(list(range(len(table)))[::-1])
        pq.write_table(turned, other / path.name, row_group_size=1000)
    with ThreadPoolExecutor(3) as threads:
        batch(other, tmp_path / "other-out", executor=threads)
        batch(source, tmp_path / "third", executor=threads, only=keys(3))
        batch(source, tmp_path / "third", executor=threads)
    assert dataset(tmp_path / "other-out") == dataset(tmp_path / "out")
    assert dataset(tmp_path / "third") == dataset(tmp_path / "out")
    assert len(dataset(tmp_path / "out")) == 72


def test_a_commune_that_fails_is_a_row_with_its_defects_and_the_others_go_on(tmp_path):
    """A household twice, an impossible latitude: all defects, with file and row."""
    source = write_country(tmp_path / "in", keys(3), special={"00001": "h0"})
    rows = pq.read_table(source / "members.parquet").to_pylist()
    rows[4]["lat"] = 205.0
    pq.write_table(pa.Table.from_pylist(rows), source / "members.parquet")
    summary = batch(source, tmp_path / "out")
    assert (summary.planned, dict(summary.failures)) == (2, {"data": 1})
    (row,) = dataset(tmp_path / "out", "failures")
    assert (row["commune"], row["kind"], row["count"]) == ("00001", "data", 2)
    assert "and 1 more" in row["reason"]
    told = json.loads(row["defects"])
    assert [defect[0] for defect in told] == [
        "members.parquet, row 5",
        "households.parquet, row 13",
    ]
    assert "is given twice" in told[1][2]
    assert set(by_commune(tmp_path / "out", "pairs")) == {"00000", "00002"}


@pytest.mark.parametrize(
    ("household", "options", "kind", "said"),
    [
        ("h6", {"relax": (), "max_travel": 0.001}, "infeasible", "no plan keeps"),
        ("memory", {"goals": [Faulty()]}, "memory", "there was not enough memory"),
        ("mistake", {"goals": [Faulty()]}, "error", "RuntimeError in goals/default.py, line "),
        ("Nguyễn Văn An", {}, "data", "looks like a name"),
        ("hộ nghèo", {}, "data", "describes how a family lives"),
    ],
)
def test_why_a_commune_has_no_plan(tmp_path, household, options, kind, said):
    """What went wrong is told by its kind; neither a name nor the text of a mistake is repeated."""
    source = write_country(tmp_path / "in", ["x"], special={"x": household})
    summary = batch(source, tmp_path / "out", **options)
    assert dict(summary.failures) == {kind: 1}
    (row,) = dataset(tmp_path / "out", "failures")
    assert said in row["reason"]
    written = json.dumps(row, ensure_ascii=False)
    assert "Nguyễn" not in written
    assert "anything" not in written
    assert KINDS[kind] in summary.text()


def test_a_search_without_any_time_finds_no_plan_and_says_so(tmp_path):
    """Neither a plan nor a proof."""
    source = tmp_path / "in"
    source.mkdir()
    people = [{"commune": "x", "id": m, "max_workload": float(MOST)} for m in "ab"]
    homes = [{"commune": "x", "id": f"h{w}", "workload": float(w)} for w in LOADS]
    for name, rows in (("members", people), ("households", homes)):
        pq.write_table(pa.Table.from_pylist(rows), source / f"{name}.parquet")
    batch(source, tmp_path / "out", relax=(), travel=None, search=Search(seconds=1e-6))
    (row,) = dataset(tmp_path / "out", "failures")
    assert (row["kind"], row["defects"]) == ("not_found", None)


def test_what_an_engine_refuses_of_one_commune_fails_that_commune(tmp_path):
    """The flow takes equal workloads only, and one commune has others."""
    source = write_country(tmp_path / "in", keys(2))
    rows = pq.read_table(source / "households.parquet").to_pylist()
    rows = [row | {"workload": 1.0 + (row["commune"] == "00001") * n} for n, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(rows), source / "households.parquet")
    summary = batch(source, tmp_path / "out", engine="flow")
    assert dict(summary.failures) == {"refused": 1}


def test_limits_of_one_commune_and_its_province(tmp_path):
    """The table of communes: what is empty there is as for all."""
    source = write_country(tmp_path / "in", keys(3))
    rows = [
        {"commune": "00000", "province": "North", "max_changes": 0.0, "within_hamlet": None},
        {"commune": "00001", "province": "South", "max_changes": None, "within_hamlet": True},
    ]
    pq.write_table(pa.Table.from_pylist(rows), source / "communes.parquet")
    batch(source, tmp_path / "out")
    figures = by_commune(tmp_path / "out", "figures")
    assert [figures[key][0]["province"] for key in keys(3)] == ["North", "South", None]
    assert figures["00000"][0]["changes"] == 0
    # Nobody has a hamlet: each of the six pairs crosses a border.
    broken = by_commune(tmp_path / "out", "breaches")
    assert {key: len(rows) for key, rows in broken.items()} == {"00001": 6}
    assert {row["rule"] for row in broken["00001"]} == {"within_hamlet"}
    rows.append(rows[0])
    pq.write_table(pa.Table.from_pylist(rows), source / "communes.parquet")
    summary = batch(source, tmp_path / "out")
    assert dict(summary.failures) == {"data": 1}


def test_what_gives_way_is_a_row_and_is_counted(tmp_path):
    """Three members of at most one household each: three more than there are places."""
    source = write_country(tmp_path / "in", ["x"])
    rows = pq.read_table(source / "members.parquet").to_pylist()
    rows = [row | {"max_households": 1} for row in rows]
    pq.write_table(pa.Table.from_pylist(rows), source / "members.parquet")
    summary = batch(source, tmp_path / "out")
    assert (summary.relaxed, summary.failed) == (1, 0)
    assert sum(row["by"] for row in dataset(tmp_path / "out", "breaches")) == 3
    assert "In 1 of them a limit is relaxed." in summary.text()


@pytest.mark.parametrize("missing", ["members", "households"])
def test_a_commune_that_one_of_the_tables_does_not_have(tmp_path, missing):
    """Nobody for its households is a plan that says so; no households at all is a slip of the pen."""
    source = write_country(tmp_path / "in", keys(2))
    path = source / f"{missing}.parquet"
    rows = [r for r in pq.read_table(path).to_pylist() if r["commune"] != "00001"]
    pq.write_table(pa.Table.from_pylist(rows), path)
    summary = batch(source, tmp_path / "out")
    if missing == "members":
        assert summary.planned == 2
        assert by_commune(tmp_path / "out", "figures")["00001"][0]["missing"] == 6
    else:
        (row,) = dataset(tmp_path / "out", "failures")
        assert "has rows in members, previous only" in row["reason"]


def test_communes_and_ids_may_be_whole_numbers(tmp_path):
    """They are whole numbers in the output, too."""
    source = tmp_path / "in"
    source.mkdir()
    for name, rows in tables([7, 8]).items():
        rows = [
            {k: int(v[1:]) if k in ("id", "household", "member") else v for k, v in row.items()}
            for row in rows
        ]
        table = pa.Table.from_pylist(rows)
        pq.write_table(table, source / f"{name}.parquet")
    batch(source, tmp_path / "out", only=["8"])
    table = pq.read_table(tmp_path / "out" / "pairs")
    assert set(table.column("commune").to_pylist()) == {8}
    assert {str(table.schema.field(n).type) for n in ("commune", "household", "member")} == {
        "int64"
    }


def test_no_distance_and_another_column_of_communes(tmp_path):
    """``travel`` is missing in the output."""
    source = write_country(tmp_path / "in", keys(2))
    for path in source.iterdir():
        table = pq.read_table(path)
        pq.write_table(table.rename_columns({"commune": "ward"}), path)
    batch(source, tmp_path / "out", by="ward", travel=None)
    assert {row["travel"] for row in dataset(tmp_path / "out")} == {None}


def test_tasks_are_told_paths_and_keys_only(tmp_path):
    """A job is small, however many rows a commune has."""
    import pickle

    small, large = AtOnce(), AtOnce()
    batch(write_country(tmp_path / "a", keys(5)), tmp_path / "a-out", executor=small)
    source = write_country(tmp_path / "b", keys(5), group=1000, households=60)
    batch(source, tmp_path / "b-out", executor=large)
    assert len(pickle.dumps(large.jobs)) < len(pickle.dumps(small.jobs)) + 500


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": " "}, "give a column by name"),
        ({"timeout": 0}, "timeout is 0"),
        ({"timeout": True}, "timeout is True"),
        ({"max_speed": 3}, "max_speed: not an argument of a batch"),
        ({"travel": "by bus"}, "travel of a batch is Geodesic"),
        ({"goals": [Preference({("h", "m"): 1.0})]}, "Preference names pairs"),
        ({"goals": [FairLoad]}, "is not a goal"),
        ({"relax": "coverage"}, "relax is a string"),
        ({"relax": 5}, "relax is 5"),
        ({"search": 5}, "search is 5"),
        ({"engine": "magic"}, "unknown engine 'magic'"),
        ({"progress": 5}, "progress is 5"),
        ({"executor": 5}, "executor is a int"),
        ({"executor": AtOnce(), "workers": 2}, "give one of the two"),
        ({"executor": AtOnce(), "memory": 2}, "give one of the two"),
        ({"memory": 0}, "memory is 0"),
        ({"memory": True}, "memory is True"),
        ({"workers": 0}, "workers is 0"),
        ({"only": ["nowhere"]}, "'nowhere': not a commune of the input"),
    ],
)
def test_arguments_that_cannot_be_used(tmp_path, options, said):
    """Refused before anything is planned."""
    source = write_country(tmp_path / "in", ["x"])
    with pytest.raises(InvalidArgumentError, match=said):
        batch(source, tmp_path / "out", **options)
    assert not (tmp_path / "out" / "pairs").exists()


def test_the_output_is_not_among_the_input(tmp_path):
    """Nor in a folder that holds something else."""
    source = write_country(tmp_path / "in", ["x"])
    with pytest.raises(InvalidArgumentError, match="within the input"):
        batch(source, source)
    with pytest.raises(InvalidArgumentError, match="within the input"):
        batch(source, source / "out")
    (tmp_path / "out" / "pairs").mkdir(parents=True)
    with pytest.raises(InvalidArgumentError, match="holds something else"):
        batch(source, tmp_path / "out")


def test_it_says_which_extra_is_missing(tmp_path, monkeypatch):
    """pyarrow is an extra."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"phancong\[batch\]"):
        plan_many(tmp_path, tmp_path / "out")


@pytest.mark.full
def test_progress_is_told_and_stops_the_run(tmp_path):
    """Completed communes are kept; the next run does the rest."""
    source = write_country(tmp_path / "in", keys(30))
    told = []
    summary = batch(source, tmp_path / "out", progress=told.append)
    assert told[-1].total == told[-1].done == 30
    assert told[-1].left == 0
    with ThreadPoolExecutor(1) as threads:
        stopped = batch(
            source, tmp_path / "stopped", executor=threads, progress=lambda p: p.done == 0
        )
        assert stopped.stopped
        assert 0 < stopped.planned < 30
        assert "are left; the same command goes on." in stopped.text()
        manifest = json.loads((tmp_path / "stopped" / "manifest.json").read_text())
        assert manifest["status"] == "stopped"
        ended = batch(source, tmp_path / "stopped", executor=threads)
    assert ended.before >= stopped.planned
    assert dataset(tmp_path / "stopped") == dataset(tmp_path / "out")
    assert summary.planned == ended.planned == 30


def test_the_log_holds_an_object_a_line_and_no_rows(tmp_path):
    """Keys of communes, counts and CPU seconds of each stage."""
    batch(write_country(tmp_path / "in", keys(3)), tmp_path / "out")
    lines = log_of(tmp_path / "out")
    assert [line["event"] for line in lines] == ["begun", "part", "complete"]
    assert sorted(lines[1]["communes"]) == keys(3)
    assert set(lines[1]["seconds"]) == {"read", "build", "travel", "solve", "rows", "write"}


def test_chunks_hold_five_to_twenty_communes_the_longest_first():
    """A few with much work, or many with little; nothing is left out."""
    work = {n: 1000.0 / (n + 1) for n in range(1, 2000)}
    chunks = chunked(work)
    sizes = [len(chunk) for chunk in chunks]
    assert max(sizes) == 20
    assert sum(size < 5 for size in sizes) <= 1
    sums = [sum(work[n] for n in chunk) for chunk in chunks]
    assert sums == sorted(sums, reverse=True)
    assert sorted(n for chunk in chunks for n in chunk) == sorted(work)
    assert chunked({}) == []


def test_large_communes_are_planned_beside_small_ones():
    """Two workers, and chunks of 3, 2.5, 2, 1.5, 1 and 0.5 GiB: never more than 3.6 GiB at once."""
    gib = 2**30
    waiting = [3 * gib, 2.5 * gib, 2 * gib, 1.5 * gib, gib, 0.5 * gib]
    assert pytest.approx(3.6 * gib) == 2 * MEMORY
    working, order = [], []
    while waiting:
        working.append(waiting.pop(next_chunk(waiting, working, 2)))
        order.append(working[-1] / gib)
        assert sum(working) <= 2 * MEMORY
        working = working[1:] if len(working) == 2 else working  # the older one ends
    assert order == [3, 0.5, 2.5, 1, 2, 1.5]


def test_no_worker_is_idle_where_nothing_fits():
    """Then the chunk that takes least is next; a worker alone takes the first of all."""
    large = [5 * MEMORY, 4 * MEMORY, 6 * MEMORY]
    assert next_chunk(large, [3 * MEMORY], 2) == 1
    assert next_chunk(large, [], 2) == 0
    assert next_chunk(large, [3 * MEMORY], 16) == 0


def test_the_budget_is_that_of_a_commune(tmp_path):
    """A search that is cut says so in the figures."""
    source = write_country(tmp_path / "in", ["x"], households=30)
    rows = pq.read_table(source / "households.parquet").to_pylist()
    rows = [row | {"workload": 1.0 + n % 7} for n, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(rows), source / "households.parquet")
    goals = [phancong.FairLoad(aim="leximax"), phancong.FairTravel(aim="minmax")]
    batch(source, tmp_path / "out", search=Search(work=0.01), goals=goals)
    (figures,) = dataset(tmp_path / "out", "figures")
    assert (figures["status"], figures["stopped"]) == ("feasible", "work")
    assert figures["gap"] > 0
