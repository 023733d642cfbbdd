"""Hamlets that were merged and ids that are new: last year's plan goes on under new names."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import batch, by_commune, dataset, keys, write_country


@pytest.fixture
def source(tmp_path):
    """Six households in two hamlets, m0 of the first, m1 and m2 of the second."""
    source = write_country(tmp_path / "in", keys(2))
    for name in ("members", "households"):
        rows = [
            row | {"hamlet": "A" if int(row["id"][1:]) < (1 if name == "members" else 3) else "B"}
            for row in pq.read_table(source / f"{name}.parquet").to_pylist()
        ]
        pq.write_table(pa.Table.from_pylist(rows), source / f"{name}.parquet")
    previous = [
        {"commune": key, "household": f"h{n}", "member": "m0" if n < 3 else "m1"}
        for key in keys(2)
        for n in range(6)
    ]
    pq.write_table(pa.Table.from_pylist(previous), source / "previous.parquet")
    return source


def renamed(source, rows):
    pq.write_table(pa.Table.from_pylist(rows), source / "renamed.parquet")


def test_who_changes_hands_because_of_the_merger_alone(source, tmp_path):
    """In two hamlets m0 keeps three, and of m1's three m2 gets one or two; merged, each has two.

    Within hamlets the largest load is 3 (three households of A, one member), and nobody need change.
    Merged, six households for three members are two each: m0 gives one away and m1 one.
    """
    renamed(source, [{"commune": "00000", "old": old, "new": "C"} for old in ("A", "B")])
    batch(source, tmp_path / "out", within_hamlet=True)
    (merged,) = by_commune(tmp_path / "out", "figures")["00000"]
    (other,) = by_commune(tmp_path / "out", "figures")["00001"]
    assert (merged["merged"], merged["changes"], merged["changes_unmerged"]) == (6, 2, 0)
    assert (other["merged"], other["changes"], other["changes_unmerged"]) == (None, 0, None)


def test_where_no_limit_looks_at_hamlets_the_merger_changes_nothing(source, tmp_path):
    """No second plan is made; with a limit of hamlets a member, there is one."""
    renamed(source, [{"commune": "00000", "what": None, "old": "A", "new": "B"}])
    batch(source, tmp_path / "out")
    (merged,) = by_commune(tmp_path / "out", "figures")["00000"]
    assert (merged["merged"], merged["changes"], merged["changes_unmerged"]) == (3, 2, 2)
    batch(source, tmp_path / "other", max_hamlets=1)
    (merged,) = by_commune(tmp_path / "other", "figures")["00000"]
    assert (merged["changes"], merged["changes_unmerged"]) == (2, 0)


def test_where_there_was_no_plan_before_nothing_is_compared(source, tmp_path):
    """Two each cannot be in the hamlets of before: A has one member for three households."""
    path = source / "members.parquet"
    rows = [row | {"max_households": 2} for row in pq.read_table(path).to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows), path)
    renamed(source, [{"commune": "00000", "old": "A", "new": "B"}])
    summary = batch(source, tmp_path / "out", within_hamlet=True, relax=())
    assert dict(summary.failures) == {"infeasible": 1}
    (merged,) = by_commune(tmp_path / "out", "figures")["00000"]
    assert merged["changes_unmerged"] is None


def test_last_years_pairs_are_found_under_their_new_ids(source, tmp_path):
    """Households were numbered anew, and a member; without the table all these pairs would end."""
    rows = pq.read_table(source / "previous.parquet").to_pylist()
    old = [r | {"household": f"A-{r['household']}", "member": f"x{r['member']}"} for r in rows]
    pq.write_table(pa.Table.from_pylist(old), source / "previous.parquet")
    names = [
        {"commune": "00000", "what": what, "old": f"{begin}{letter}{n}", "new": f"{letter}{n}"}
        for what, begin, letter, many in (("household", "A-", "h", 6), ("member", "x", "m", 3))
        for n in range(many)
    ]
    renamed(source, names)
    batch(source, tmp_path / "out")
    kept = {
        key: sum(row["kept"] for row in rows)
        for key, rows in by_commune(tmp_path / "out", "pairs").items()
    }
    assert kept == {"00000": 4, "00001": 0}


def test_ids_that_are_numbers_stay_numbers(tmp_path):
    """Old and new are text in the table, which holds hamlets, too."""
    source = tmp_path / "in"
    source.mkdir()
    members = [{"commune": 1, "id": n, "lat": 20.0, "lon": 105.0} for n in (1, 2)]
    households = [{"commune": 1, "id": n, "lat": 20.0, "lon": 105.0} for n in (10, 11)]
    previous = [{"commune": 1, "household": 5, "member": 2}]
    for name, rows in (("members", members), ("households", households), ("previous", previous)):
        pq.write_table(pa.Table.from_pylist(rows), source / f"{name}.parquet")
    names = [{"commune": 1, "what": "household", "old": "5", "new": "11"}]
    names.append({"commune": 1, "what": "hamlet", "old": "T1", "new": "T2"})
    renamed(source, names)
    households = [row | {"hamlet": "T1"} for row in households]  # members have none
    pq.write_table(pa.Table.from_pylist(households), source / "households.parquet")
    batch(source, tmp_path / "out")
    rows = dataset(tmp_path / "out")
    assert {(row["household"], row["member"]) for row in rows if row["kept"]} == {(11, 2)}
    # A commune need not have a plan of last year.
    (source / "previous.parquet").unlink()
    batch(source, tmp_path / "out")
    assert not any(row["kept"] for row in dataset(tmp_path / "out"))


def test_a_table_that_cannot_be_meant(source, tmp_path):
    """Each row that is wrong is a defect; hamlets that have their new names already are none."""
    rows = [
        {"commune": "00000", "what": "village", "old": "A", "new": "B"},
        {"commune": "00000", "what": "hamlet", "old": "A", "new": None},
        {"commune": "00000", "what": "hamlet", "old": " ", "new": "C"},
        {"commune": "00000", "what": "hamlet", "old": "A", "new": "C"},
        {"commune": "00000", "what": "hamlet", "old": "A", "new": "D"},
        {"commune": "00000", "what": "hamlet", "old": "Y", "new": "Z"},
        {"commune": "00001", "what": "hamlet", "old": "old", "new": "A"},
    ]
    renamed(source, rows)
    summary = batch(source, tmp_path / "out")
    assert (summary.planned, dict(summary.failures)) == (1, {"data": 1})
    (row,) = dataset(tmp_path / "out", "failures")
    assert [defect[2] for defect in json.loads(row["defects"])] == [
        "is not known", "is missing", "is missing", "gets two new names",
        "is not a hamlet of the commune",
    ]  # fmt: skip
