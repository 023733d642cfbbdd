"""The report of a batch: by province, where members are missing, what gave way, what failed."""

import html
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import batch, crowd, keys, write_country

from phancong import Household, Member, Problem, Search, solve
from phancong.batch.report_page import MOST
from phancong.batch.shortage import more_members


def told(target):
    """The headings and the rows of the tables, without marks."""
    page = (target / "report.html").read_text(encoding="utf-8")
    rows = [
        [html.unescape(re.sub("<[^>]+>", "", cell)) for cell in re.split("<t[hd][^>]*>", row)[1:]]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    return page, rows


@pytest.fixture
def source(tmp_path):
    """Five communes of two provinces: one with too few places, one without a plan."""
    source = write_country(tmp_path / "in", keys(5), special={"00003": "h0"})
    crowd(source, "00001")
    provinces = [
        {"commune": key, "province": "North <&>" if key < "00002" else "South"}
        for key in keys(5)[:4]
    ]
    pq.write_table(pa.Table.from_pylist(provinces), source / "communes.parquet")
    return source


def test_what_a_ministry_reads(source, tmp_path):
    """Six households for three places: three more members of one household each."""
    batch(source, tmp_path / "out")
    page, rows = told(tmp_path / "out")
    assert "4 of 5 communes have a plan." in page
    names = [row[0] for row in rows if len(row) == 11]
    assert names == ["province", "North <&>", "South", "–", "all"]
    north, everything = (row for row in rows if row[0] in ("North <&>", "all"))
    assert north[1:6] == ["2", "2", "1", "12", "6"]
    assert everything[-1] == "3"
    assert ["00001", "North <&>", "6", "3", "0", "3"] in rows
    assert ["00001", "North <&>", "3", "max_households 3"] in rows
    assert any(row[:3] == ["00003", "South", "data that cannot be used"] for row in rows)
    assert "North <&>" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(?:src|href)\s*=\s*[\"']?http", page)


def test_no_household_and_no_member_is_named(source, tmp_path):
    """Where all have a plan, no table of failures or shortages stands there; in Vietnamese, too."""
    write_country(source, keys(5))
    (source / "communes.parquet").unlink()
    batch(source, tmp_path / "out", lang="vi")
    page, rows = told(tmp_path / "out")
    assert "5 trên 5 xã đã có phương án." in page
    assert [row[0] for row in rows] == ["tỉnh", "–"]
    shown = re.sub("<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not re.search(r"\b[hm]\d\b", shown)


def test_long_tables_are_cut_and_say_so(tmp_path):
    """The datasets hold the rest."""
    source = write_country(tmp_path / "in", keys(MOST + 7))
    batch(source, tmp_path / "out", within_hamlet=True)  # nobody has a hamlet
    page, rows = told(tmp_path / "out")
    assert "… and 7 more" in page
    assert sum(row[-1] == "within_hamlet 6" for row in rows) == MOST


def test_nothing_is_reported_where_nothing_was_planned(tmp_path):
    """There is the dataset of failures."""
    source = write_country(tmp_path / "in", ["x"], special={"x": "h0"})
    batch(source, tmp_path / "out")
    assert not (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    ("members", "relax", "more"),
    [
        ([{"max_households": 3}], ("coverage",), 2),  # 7 - 3 = 4 places, 3 each
        ([{"max_households": 3}], ("max_households",), 2),  # 4 above the maximum
        ([{"max_households": 2}, {"max_households": 4}, {"max_households": 0}], ("coverage",), 1),
        ([{"max_workload": 10.0}], ("max_workload",), 1),  # 14 - 10 = 4, 10 each
        ([{"max_workload": 2.0}], ("max_workload",), 6),  # 12, 2 each
        ([{}], (), 0),
        ([{"max_households": 0}], ("coverage",), None),
    ],
)
def test_how_many_more_members_by_counting(members, relax, more):
    """Seven households of workload 2: what is too much ÷ the usual maximum, rounded up."""
    problem = Problem(
        [Member(f"m{n}", **given) for n, given in enumerate(members)],
        [Household(f"h{n}", workload=2.0) for n in range(7)],
        travel=None,
    )
    assert more_members(solve(problem, relax=relax, search=Search(work=5))) == more
