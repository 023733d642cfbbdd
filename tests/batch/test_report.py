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


def test_where_no_commune_has_a_plan_the_report_says_so(tmp_path):
    """It has the reasons, and no table of provinces; there is a workbook, too."""
    source = write_country(tmp_path / "in", ["x"], special={"x": "h0"})
    batch(source, tmp_path / "out")
    page, rows = told(tmp_path / "out")
    assert "No commune has a plan." in page
    assert [row[0] for row in rows if len(row) == 11] == []
    assert any(row[:3] == ["x", "–", "data that cannot be used"] for row in rows)
    assert [path.name for path in (tmp_path / "out" / "workbooks").iterdir()] == ["_.xlsx"]


def test_nothing_is_reported_where_no_commune_was_tried(source, tmp_path):
    """None was asked for."""
    batch(source, tmp_path / "out", only=())
    assert not (tmp_path / "out" / "report.html").exists()


def test_places_have_their_names_beside_their_codes(source, tmp_path):
    """A commune or a province without a name in the table is its code alone."""
    rows = [
        {
            "commune": key,
            "province": "08",
            "commune_name": name,
            "province_name": "Tuyên Quang",
        }
        for key, name in (("00001", "Nà Hang"), ("00003", "Thượng Lâm"), ("00002", None))
    ]
    rows.append({"commune": "00004", "province": "10"})
    pq.write_table(pa.Table.from_pylist(rows), source / "communes.parquet")
    batch(source, tmp_path / "out", lang="vi")
    _, rows = told(tmp_path / "out")
    names = [row[0] for row in rows if len(row) == 11]
    assert names == ["tỉnh", "10", "Tuyên Quang (08)", "–", "tất cả"]
    assert any(row[:2] == ["Nà Hang (00001)", "Tuyên Quang (08)"] for row in rows)
    assert any(row[:2] == ["Thượng Lâm (00003)", "Tuyên Quang (08)"] for row in rows)
    workbooks = {path.name for path in (tmp_path / "out" / "workbooks").iterdir()}
    assert workbooks == {"10.xlsx", "Tuyên Quang (08).xlsx", "_.xlsx"}


def test_reasons_are_told_in_the_language_of_the_report(tmp_path):
    """Ids that are no ids, limits that cannot hold, in Vietnamese; the dataset keeps English."""
    source = write_country(tmp_path / "in", keys(3), special={"00001": "h0"})
    path = source / "members.parquet"
    members = [
        row | {"max_households": 1 if row["commune"] == "00002" else 9}
        for row in pq.read_table(path).to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(members), path)
    batch(source, tmp_path / "out", lang="vi", relax=())
    _, rows = told(tmp_path / "out")
    english = pq.read_table(tmp_path / "out" / "failures").to_pylist()
    reasons = {row["commune"]: row["reason"] for row in english}
    assert reasons["00002"].startswith("no plan keeps the limits that must hold (")
    assert "; one repair: " in reasons["00002"]
    shown = {row[0]: row[3] for row in rows if len(row) == 4 and row[0] in reasons}
    assert shown.keys() == reasons.keys() == {"00001", "00002"}
    assert all(shown[key] != reasons[key] for key in reasons)
    assert shown["00002"].startswith("không phương án nào giữ được những giới hạn phải giữ (")
    assert "; một cách khắc phục: " in shown["00002"]


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
