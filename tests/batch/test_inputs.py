"""Tables of a batch: Parquet and CSV, files and folders of parts, whole or asked about (contract 9)."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from countries import batch, by_commune, dataset, keys, tables, write_country
from hypothesis import assume, example, given
from hypothesis import strategies as st

from phancong import InvalidProblemError
from phancong.tables import csv_bytes, looks_personal
from phancong.tables.private import tells_hardship


def write_csv(path, rows, delimiter=","):
    names = list(rows[0])
    content = csv_bytes(names, ([row.get(name) for name in names] for row in rows)).decode()
    if delimiter == ";":
        content = content.replace(",", ";").replace(".", ",")
    path.write_text(content, encoding="utf-8", newline="")


def refused(source, target, **options):
    """What is said of each record and field."""
    with pytest.raises(InvalidProblemError, match="defect") as caught:
        batch(source, target, **options)
    return {(d.record, d.field): d.what for d in caught.value.defects}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_and_folders_of_parts_give_the_plans_of_parquet(tmp_path, delimiter):
    """With decimal commas where semicolons part the cells; nothing of the input is left behind."""
    batch(write_country(tmp_path / "in", keys(6)), tmp_path / "out")
    source = tmp_path / "csv"
    (source / "households").mkdir(parents=True)
    (source / "households" / "_SUCCESS").touch()
    (source / ".hidden").touch()
    found = tables(keys(6))
    write_csv(source / "members.csv", found["members"], delimiter)
    write_csv(source / "previous.csv", found["previous"], delimiter)
    write_csv(source / "households" / "a.csv", found["households"][:20], delimiter)
    rows = pa.Table.from_pylist([{**row, "note": "Lò Thị Én"} for row in found["households"][20:]])
    pq.write_table(rows, source / "households" / "b.parquet")
    batch(source, tmp_path / "csv-out")
    assert dataset(tmp_path / "csv-out") == dataset(tmp_path / "out")
    assert not (tmp_path / "csv-out" / "_input").exists()


def test_all_ways_of_storing_a_column(tmp_path):
    """Large text, dictionaries, views, lists, small integers, empty cells."""
    batch(write_country(tmp_path / "in", keys(2)), tmp_path / "out")
    source = tmp_path / "other"
    source.mkdir()
    found = tables(keys(2))
    members = pa.Table.from_pylist(
        [
            row | {"skills": ["a", "b"], "hamlet": " ", "max_households": 9}
            for row in found["members"]
        ]
    )
    # Parquet holds a view of text only from some version of pyarrow on.
    view = pa.string_view() if int(pa.__version__.split(".")[0]) >= 20 else pa.large_string()
    for column, kind in (
        ("commune", pa.dictionary(pa.int8(), pa.string())),
        ("id", pa.large_string()),
        ("hamlet", view),
        ("max_households", pa.int16()),
    ):
        place = members.schema.get_field_index(column)
        members = members.set_column(place, column, members.column(column).cast(kind))
    pq.write_table(members, source / "members.parquet")
    households = [row | {"needs": "a; b", "workload": None} for row in found["households"]]
    pq.write_table(pa.Table.from_pylist(households), source / "households.parquet")
    pq.write_table(pa.Table.from_pylist(found["previous"]), source / "previous.parquet")
    summary = batch(source, tmp_path / "other-out")
    assert summary.relaxed == 0
    assert dataset(tmp_path / "other-out") == dataset(tmp_path / "out")
    # The hash of rows with lists does not depend on the file.
    pq.write_table(members, source / "members.parquet", row_group_size=2)
    assert batch(source, tmp_path / "other-out").before == 2


def test_a_column_may_be_text_in_one_part_and_something_else_in_another(tmp_path):
    """A commune whose rows lie in both has all of them."""
    source = write_country(tmp_path / "in", ["x"])
    rows = [row | {"skills": ["a", "b"], "share": None} for row in tables(["x"])["members"]]
    (source / "members.parquet").unlink()
    (source / "members").mkdir()
    pq.write_table(pa.Table.from_pylist(rows[:2]), source / "members" / "a.parquet")
    write_csv(source / "members" / "b.csv", [rows[2] | {"skills": "a;b", "share": 0.5}])
    batch(source, tmp_path / "out")
    (figures,) = dataset(tmp_path / "out", "figures")
    # With equal shares it would be two households each.
    assert (figures["members"], figures["load_max"], figures["load_min"]) == (3, 3, 1)


def test_defects_of_csv_name_the_line(tmp_path):
    """As people count lines, the header being the first."""
    source = tmp_path / "in"
    source.mkdir()
    found = tables(["x"])
    found["members"][2]["lat"] = 205
    for name, rows in found.items():
        write_csv(source / f"{name}.csv", rows)
    batch(source, tmp_path / "out")
    (row,) = dataset(tmp_path / "out", "failures")
    assert row["reason"].startswith("members.csv, line 4, lat, lon: ")


def test_limits_of_communes_from_csv(tmp_path):
    """Text of cells as the numbers and truths that are meant."""
    source = write_country(tmp_path / "in", keys(3))
    head = {"max_changes": "", "max_travel": "", "within_hamlet": "", "own_household": ""}
    rows = [
        head | {"commune": "00000", "max_changes": "0", "within_hamlet": "TRUE"},
        head | {"commune": "00001", "max_travel": "0.5", "own_household": "forbid"},
        head | {"commune": "00002", "max_changes": "many"},
    ]
    write_csv(source / "communes.csv", rows)
    batch(source, tmp_path / "out")
    broken = by_commune(tmp_path / "out", "breaches")
    assert {row["rule"] for row in broken["00000"]} == {"within_hamlet"}
    assert {row["rule"] for row in broken["00001"]} == {"max_travel"}
    (row,) = dataset(tmp_path / "out", "failures")
    assert "max_changes" in row["reason"]


def test_everything_in_the_folder_is_read_or_refused(tmp_path):
    """What is no table, what is there twice, what is missing: all at once."""
    source = tmp_path / "in"
    (source / "members" / "year=2025").mkdir(parents=True)
    (source / "members.csv").touch()
    (source / "agents.csv").touch()
    (source / "previous.xlsx").touch()
    found = refused(source, tmp_path / "out")
    assert found == {
        ("agents.csv", "file"): "is not a table of a batch",
        ("members/year=2025", "file"): "is not part of a table",
        ("members", "table"): "does not exist",
        ("previous.xlsx", "file"): "is not a table of a batch",
        ("households", "table"): "does not exist",
    } | {("members", "table"): found[("members", "table")]}
    assert refused(tmp_path / "nowhere", tmp_path / "out") == {
        (str(tmp_path / "nowhere"), "folder"): "is not a folder"
    }


def test_a_table_stands_there_once(tmp_path):
    """A file and a folder of the same table, of which one would be left out."""
    source = write_country(tmp_path / "in", ["x"])
    (source / "members").mkdir()
    (source / "members" / "a.csv").touch()
    assert refused(source, tmp_path / "out") == {("members", "table"): "occurs more than once"}


def test_columns_that_are_not_known_and_those_that_are_missing(tmp_path):
    """A misspelt limit must not be left out in silence."""
    source = write_country(tmp_path / "in", ["x"])
    table = pq.read_table(source / "members.parquet").rename_columns(
        {"share": "max_houshold", "id": "code"}
    )
    pq.write_table(table, source / "members.parquet")
    found = refused(source, tmp_path / "out")
    assert set(found) == {("members.parquet", name) for name in ("max_houshold", "code", "id")}


def test_rows_of_no_commune_are_refused(tmp_path):
    """Nobody can say whose they are."""
    source = write_country(tmp_path / "in", ["x"])
    rows = pq.read_table(source / "households.parquet").to_pylist()
    for place, commune in ((1, None), (2, " "), (3, "")):
        rows[place]["commune"] = commune
    pq.write_table(pa.Table.from_pylist(rows), source / "households.parquet")
    assert set(refused(source, tmp_path / "out").values()) == {"has 1 rows without a commune"}


def test_ids_have_one_type_in_all_tables(tmp_path):
    """Text and numbers would never meet; floats and dates are no ids."""
    source = write_country(tmp_path / "in", ["7"])
    rows = tables([7])["members"]
    pq.write_table(pa.Table.from_pylist(rows), source / "members.parquet")
    rows = [row | {"household": datetime.date(2025, 1, 1)} for row in tables(["7"])["previous"]]
    pq.write_table(pa.Table.from_pylist(rows), source / "previous.parquet")
    assert refused(source, tmp_path / "out") == {
        ("members.parquet", "commune"): "is text in households.parquet and a whole number in "
        "members.parquet",
        ("previous.parquet", "household"): "has the type date32[day]",
    }


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    """Which communes it holds nobody can say."""
    source = write_country(tmp_path / "in", ["x"])
    (source / "members.parquet").write_bytes(b"PAR1 no more PAR1")
    assert refused(source, tmp_path / "out") == {
        ("members.parquet", "file"): "cannot be read as Parquet (ArrowInvalid)"
    }


def test_a_broken_row_group_fails_the_communes_that_have_rows_in_it(tmp_path):
    """Page checksums tell; the others are planned, and all of them once the file is mended."""
    source = write_country(tmp_path / "in", keys(4))
    path = source / "members.parquet"
    table = pq.read_table(path)
    options = {"row_group_size": 3, "write_page_checksum": True, "compression": "none"}
    pq.write_table(table, path, use_dictionary=False, **options)
    sound = path.read_bytes()
    column = pq.ParquetFile(path).metadata.row_group(1).column(2)
    place = column.data_page_offset + column.total_compressed_size - 4
    path.write_bytes(sound[:place] + b"\xff\xff\xff\xff" + sound[place + 4 :])
    summary = batch(source, tmp_path / "out")
    assert dict(summary.failures) == {"data": 1}
    (row,) = dataset(tmp_path / "out", "failures")
    assert row["commune"] == "00001"
    assert "members.parquet, file: cannot be read" in row["reason"]
    path.write_bytes(sound)
    summary = batch(source, tmp_path / "out")
    assert (summary.planned, summary.failed, summary.before) == (4, 0, 3)


@pytest.mark.parametrize("column", ["id", "lat"])
def test_a_column_without_any_value(tmp_path, column):
    """Neither ids nor places are made up."""
    source = write_country(tmp_path / "in", ["x"])
    rows = [row | {column: None} for row in pq.read_table(source / "members.parquet").to_pylist()]
    pq.write_table(pa.Table.from_pylist(rows), source / "members.parquet")
    table = pq.read_table(source / "members.parquet")
    if column == "id":  # as text, not as a column of a type that has no values
        place = table.schema.get_field_index("id")
        table = table.set_column(place, "id", table.column("id").cast(pa.string()))
        pq.write_table(table, source / "members.parquet")
    assert dict(batch(source, tmp_path / "out").failures) == {"data": 1}
    assert dataset(tmp_path / "out", "failures")[0]["count"] >= 3


CSV = "commune,id,lat,lon\nx,m1,22.1,105.1\n"


@pytest.mark.parametrize(
    ("content", "record", "field"),
    [
        ("commune,id,id,lat\nx,a,b,1\n", "members.csv", "columns"),
        ("commune,id,,lat\nx,a,b,1\n", "members.csv", "columns"),
        (CSV + "x,m2,22.1,105.1,7\n", "members.csv, line 3", "row"),
        (CSV + "x,m\x002,22.1,105.1\n", "members.csv, line 3", "column 2"),
        ("commune;id;lat;lon;share\nx;m1;22,1;105,1;1.500\n", "members.csv, line 2", "share"),
        ("", "members.csv", "file"),
        ((CSV + "São,m2,22.1,105.1\n").encode("cp1252"), "members.csv", "file"),
    ],
)
def test_csv_that_can_be_read_in_two_ways_or_in_none(tmp_path, content, record, field):
    """Each is a defect with its line."""
    source = write_country(tmp_path / "in", ["x"])
    (source / "members.parquet").unlink()
    raw = content if isinstance(content, bytes) else content.encode()
    (source / "members.csv").write_bytes(raw)
    assert set(refused(source, tmp_path / "out")) == {(record, field)}


def test_short_and_empty_lines_of_csv(tmp_path):
    """Cells that are missing at the end are empty, and so are lines of blanks."""
    source = write_country(tmp_path / "in", ["x"])
    (source / "members.parquet").unlink()
    content = "commune,id,name,lat,lon\nx,m1,Lò Thị Én,20,105\n , ,\nx,m2,,20,105,,\n"
    (source / "members.csv").write_text(content, encoding="utf-8")
    batch(source, tmp_path / "out")
    assert dataset(tmp_path / "out", "figures")[0]["members"] == 2
    content = "commune;id;lat;lon;share\nx;m1;20;105\nx;m2;20.0;105.0;\n"
    (source / "members.csv").write_text(content, encoding="utf-8")
    batch(source, tmp_path / "out")
    assert dataset(tmp_path / "out", "figures")[0]["members"] == 2
    # The same file again is not turned into Parquet again while a run is open.
    (tmp_path / "staging").mkdir()
    from phancong.batch.staging import as_parquet

    first = as_parquet(source / "members.csv", "members", "commune", tmp_path / "staging")
    made = first.stat().st_mtime_ns
    assert as_parquet(source / "members.csv", "members", "commune", first.parent) == first
    assert first.stat().st_mtime_ns == made


@given(st.from_regex(r"\A[ -~]{0,9}[0-9]{0,7}[ -~]{0,9}\Z"), st.text("0123456789", min_size=40))
@example("Nguyễn Văn An 7".encode("ascii", "ignore").decode(), "1" * 40)
def test_up_to_seven_digits_of_an_id_may_be_any(text, digits):
    """A batch looks at ids with 0 for each digit, which is much faster, and refuses the same ones."""
    assume(sum(map(str.isdecimal, text)) <= 7)
    other = "".join(new if old.isdecimal() else old for old, new in zip(text, digits, strict=False))
    assert looks_personal(text[:40]) == looks_personal(other)
    assert tells_hardship(text[:40]) == tells_hardship(other)


@pytest.mark.parametrize(
    "wrong", ["Nguyễn Văn An", "0912345678", "hộ nghèo 12", "NguyenVanAn2", "012345678", 123456789]
)
def test_personal_ids_of_a_commune_are_refused_without_the_id(tmp_path, wrong):
    """The first one of a file is named by its row; short numbers are ids as any other."""
    source = write_country(tmp_path / "in", ["a"])
    path = source / "households.parquet"
    rows = pq.read_table(path).to_pylist()
    rows = [row | {"id": type(wrong)(f"{n + 1}1234567"[:7])} for n, row in enumerate(rows)]
    rows[3]["id"] = wrong
    pq.write_table(pa.Table.from_pylist(rows), path)
    (source / "previous.parquet").unlink()
    batch(source, tmp_path / "out")
    (failure,) = dataset(tmp_path / "out", "failures")
    assert failure["kind"] == "data"
    assert "households.parquet, row 4" in failure["defects"]
    assert "must not be an id" in failure["defects"]
    assert str(wrong) not in str(failure)
