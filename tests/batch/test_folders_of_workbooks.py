"""Folders of workbooks as communes keep them: one a commune (contract 9.1)."""

import openpyxl
import pytest
from countries import AtOnce, batch, by_commune, dataset

import phancong
from phancong import InvalidProblemError, Search

MEMBERS = [["id", "name", "max_households"], ["m1", "Nguyễn Thị Hòa", 2], ["m2", "Trần Văn Đức", 2]]
HOUSEHOLDS = [["id", "name"], [1, "Lò Thị Én"], [2, "Ma Văn Bình"], [3, "Hà An"]]


def workbook(path, *, households=HOUSEHOLDS, most=2):
    book = openpyxl.Workbook()
    book.remove(book.active)
    members = [MEMBERS[0], *([*row[:2], most] for row in MEMBERS[1:])]
    for name, rows in (("members", members), ("households", households)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.fixture
def source(tmp_path):
    """Two workbooks and a folder of lists."""
    source = tmp_path / "in"
    (source / "Xã Ba").mkdir(parents=True)
    workbook(source / "Xã Một.xlsx")
    workbook(source / "Xã Hai.xlsx", most=1)
    (source / "Xã Ba" / "members.csv").write_text("id\na\n", encoding="utf-8")
    (source / "Xã Ba" / "households.csv").write_text("id\nx\ny\n", encoding="utf-8")
    (source / "~$Xã Một.xlsx").touch()
    (source / ".hidden").touch()
    return source


def test_each_workbook_is_a_commune(source, tmp_path):
    """The plan of `read` and `solve`; ids are text, names stay where they are."""
    summary = batch(source, tmp_path / "out")
    assert (summary.planned, summary.relaxed, summary.households) == (3, 1, 8)
    plan = phancong.solve(phancong.read(source / "Xã Một.xlsx"), search=Search(work=5))
    pairs = by_commune(tmp_path / "out", "pairs")
    assert [(row["household"], row["member"]) for row in pairs["Xã Một"]] == [
        (str(household), member) for household, member in plan.pairs
    ]
    assert {row["household"] for row in pairs["Xã Ba"]} == {"x", "y"}
    for path in (tmp_path / "out").rglob("*.*"):
        assert "Nguyễn".encode() not in path.read_bytes()


def test_only_a_workbook_that_has_changed_is_planned_again(source, tmp_path):
    """And a list of a folder."""
    batch(source, tmp_path / "out")
    assert batch(source, tmp_path / "out").before == 3
    workbook(source / "Xã Hai.xlsx", most=3)
    (source / "Xã Ba" / "households.csv").write_text("id\nx\nz\n", encoding="utf-8")
    executor = AtOnce()
    summary = batch(source, tmp_path / "out", executor=executor)
    assert (summary.before, summary.relaxed) == (1, 0)
    assert [sorted(job.communes) for job in executor.jobs] == [["Xã Ba", "Xã Hai"]]


def test_what_is_doubtful_in_a_workbook_fails_that_commune(source, tmp_path):
    """Two households of one id; a title that is not known, which is asked for."""
    workbook(source / "Xã Hai.xlsx", households=[["id"], [1], [1]])
    workbook(source / "Xã Một.xlsx", households=[["key", "name"], ["Nà Vài 1", "Hà An"]])
    summary = batch(source, tmp_path / "out")
    assert dict(summary.failures) == {"data": 2}
    reasons = {row["commune"]: row["reason"] for row in dataset(tmp_path / "out", "failures")}
    assert "is given twice" in reasons["Xã Hai"]
    assert "is not a known column" in reasons["Xã Một"]


def test_everything_beside_workbooks_is_refused(source, tmp_path):
    """A picture, and a commune that is there twice."""
    (source / "map.png").touch()
    (source / "Xã Hai").mkdir()
    with pytest.raises(InvalidProblemError, match="2 defects") as caught:
        batch(source, tmp_path / "out")
    assert {d.what for d in caught.value.defects} == {
        "is neither a workbook nor a folder of lists", "has the name of another commune",
    }  # fmt: skip


def test_a_folder_without_anything_is_told_what_is_missing(tmp_path):
    """The tables."""
    (tmp_path / "in").mkdir()
    with pytest.raises(InvalidProblemError, match="members, table: does not exist"):
        batch(tmp_path / "in", tmp_path / "out")


def test_every_workbook_that_is_read_can_be_a_commune(tmp_path):
    """By its ending: the same as for `read`; a template is a workbook, too."""
    (tmp_path / "in").mkdir()
    workbook(tmp_path / "Xã Một.xlsx")
    (tmp_path / "Xã Một.xlsx").rename(tmp_path / "in" / "Xã Một.xltx")
    assert batch(tmp_path / "in", tmp_path / "out").planned == 1
