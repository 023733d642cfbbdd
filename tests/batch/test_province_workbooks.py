"""A workbook a province: whole, safe names, nobody named, none of a province that is gone."""

import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import batch, crowd, keys, write_country
from openpyxl import load_workbook

NAMES = ["North/East", "north:east", None, "  .", "South"]


def provinces_of(source, names):
    """Writes the table of communes."""
    rows = [{"commune": k, "province": p} for k, p in zip(keys(5), names, strict=True)]
    schema = pa.schema([("commune", "string"), ("province", "string")])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), source / "communes.parquet")


@pytest.fixture
def source(tmp_path):
    """Five communes: the second has too few places, the fifth has no plan."""
    source = write_country(tmp_path / "in", keys(5), special={"00004": "h0"})
    crowd(source, "00001")
    provinces_of(source, NAMES)
    return source


def sheets(path):
    """Sheet → its rows of cells, as far as any are filled."""
    return {
        sheet.title: [
            [c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in load_workbook(path).worksheets
    }


def test_each_province_has_its_communes(source, tmp_path):
    """Names that a system refuses, or that differ in letters' case only, are files of their own."""
    batch(source, tmp_path / "out")
    folder = tmp_path / "out" / "workbooks"
    found = {path.name: sheets(path) for path in folder.iterdir()}
    assert sorted(found) == [
        "North_East.xlsx",
        "South.xlsx",
        "_ 2.xlsx",
        "_.xlsx",
        "north_east 2.xlsx",
    ]
    first = found["North_East.xlsx"]
    assert list(first) == ["communes"]
    assert first["communes"][0] == ["Province North/East"]
    assert [first["communes"][-1][n] for n in (0, 1, 2, 3, 4, -1)] == ["00000", "yes", 6, 3, 2, 0]


def test_relaxed_limits_are_counted_and_failures_told(source, tmp_path):
    """Three members one household above their maximum of one; ids that are none make no plan."""
    batch(source, tmp_path / "out")
    folder = tmp_path / "out" / "workbooks"
    relaxed = sheets(folder / "north_east 2.xlsx")["relaxed"]
    assert relaxed[-1] == ["00001", "max_households", 3, 3, 1]
    failed = sheets(folder / "South.xlsx")
    assert failed["without a plan"][-1][:2] == ["00004", "data that cannot be used"]
    assert not any(row and row[0] == "00004" for row in failed["communes"])


def test_nobody_is_named_and_the_other_language_is_whole(source, tmp_path):
    """Neither a household nor a member stands in any cell."""
    batch(source, tmp_path / "out", lang="vi")
    for path in (tmp_path / "out" / "workbooks").iterdir():
        told = sheets(path)
        assert "các xã" in told
        # The reason of a failure names what is wrong, which may be an id that is written twice.
        cells = [c for name in told if name != "chưa có phương án" for r in told[name] for c in r]
        assert not any(re.fullmatch(r"[hm]\d+", str(cell)) for cell in cells)


def test_a_province_that_is_gone_has_no_workbook(source, tmp_path):
    """The table of communes says others now, and one has no column of provinces."""
    batch(source, tmp_path / "out")
    provinces_of(source, ["All"] * 5)
    batch(source, tmp_path / "out")
    folder = tmp_path / "out" / "workbooks"
    assert [path.name for path in folder.iterdir()] == ["All.xlsx"]
    pq.write_table(
        pa.table({"commune": keys(5), "max_travel": [1e6] * 5}), source / "communes.parquet"
    )
    batch(source, tmp_path / "out")
    assert [path.name for path in folder.iterdir()] == ["_.xlsx"]
    assert sheets(folder / "_.xlsx")["communes"][0] == ["Communes whose province is not said"]


def test_communes_in_several_files_of_which_one_names_no_province(source, tmp_path):
    """Those of the other file are in the workbooks of their provinces all the same."""
    (source / "communes.parquet").unlink()
    folder = source / "communes"
    folder.mkdir()
    some, others = keys(5)[:2], keys(5)[2:]
    pq.write_table(pa.table({"commune": some, "max_travel": [1e6] * 2}), folder / "a.parquet")
    pq.write_table(pa.table({"commune": others, "province": ["South"] * 3}), folder / "b.parquet")
    batch(source, tmp_path / "out")
    found = {path.stem: sheets(path) for path in (tmp_path / "out" / "workbooks").iterdir()}
    assert {row[0] for row in found["_"]["communes"][-2:]} == set(some)
    assert [row[0] for row in found["South"]["communes"][-2:]] == others[:2]
    assert found["South"]["without a plan"][-1][0] == others[2]
