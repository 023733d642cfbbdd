"""The page of file formats names the fields that are written and read, and no others."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from phancong import (
    Household,
    Member,
    PhancongError,
    Problem,
    read,
    read_paths,
    read_plan,
    solve,
)
from phancong.cli.answers import KINDS
from phancong.plan.folder import OTHERS, RECORD, write_folder
from phancong.reading.key_files import KEY_HEADER
from phancong.reading.scheme_files import read_scheme
from phancong.report.office import Office

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "file_formats.md"


def section(title):
    """The text below a heading, up to the next one."""
    parts = re.split(r"^#+ ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (found,) = [part for part in parts if part.startswith(title + "\n")]
    return found


def rows(title):
    """The names in the cells of the table of a section, row by row."""
    lines = [line.split("|")[1:-1] for line in section(title).splitlines() if line[:1] == "|"]
    return [[re.findall(r"`([^`]+)`", cell) for cell in line] for line in lines[2:]]


def first_names(title):
    """The names in the first column."""
    return [name for first, *_ in rows(title) for name in first]


#: Extensions that each reader is asked for; it refuses some of them by their extension.
ASKED = re.findall(
    r"\w+",
    """xlsx xlsm xltx xls xlsb ods ots fods numbers csv tsv tab txt json jsonl geojson gpkg shp kml
    kmz gpx fgb osm pbf gml graphml parquet feather xml toml yaml docx pdf html zip sqlite dbf""",
)


def extensions_read(call, refusal, tmp_path):
    """Those whose file is opened: nonsense is refused by its content, all others by their extension."""
    found = set()
    for ending in ASKED:
        path = tmp_path / f"nonsense.{ending}"
        path.write_text("nonsense", encoding="utf-8")
        with pytest.raises(PhancongError) as caught:
            call(path)
        if refusal not in str(caught.value):
            found.add(f".{ending}")
    return found


def test_the_extensions_that_are_read(tmp_path):
    """As each reader opens them, or refuses them."""
    pytest.importorskip("pyogrio", reason="maps need phancong[maps]")
    from phancong.batch.inputs import ENDINGS
    from phancong.tables import WORKBOOK_ENDINGS

    told = {}
    for line in section("Files that are read").splitlines()[4:]:
        first, endings = line.split("|")[1:3] if line.startswith("| ") else ("", "")
        reader = first.partition(":")[0].strip() or (list(told)[-1] if told else "")
        told.setdefault(reader, set()).update(re.findall(r"`(\.\w+)`", endings))
    problem = Problem([Member("m1", (22.4, 105.2))], [Household("h1", (22.4, 105.21))])
    lists = extensions_read(read, "neither a folder nor a list", tmp_path)
    # Raw files of OpenStreetMap are opened and hold paths, no lists.
    assert told["lists"] == lists - {".osm", ".pbf"}
    assert told["paths"] == extensions_read(read_paths, "holds no paths", tmp_path)
    plans = extensions_read(lambda path: read_plan(path, problem), "is not a plan: its", tmp_path)
    assert told["plans"] == plans
    assert told["tables of a batch"] == {*ENDINGS}
    assert told["communes of a batch, a workbook each"] == {*WORKBOOK_ENDINGS}


def test_the_files_of_a_plan_and_the_fields_of_its_record(tmp_path):
    """As `phancong plan` writes them."""
    plan = solve(Problem([Member("m1", (22.4, 105.2))], [Household("h1", (22.4, 105.21))]))
    write_folder(plan, tmp_path, include=("workload",))
    assert sorted(first_names("Files of a plan")) == sorted({*OTHERS, RECORD})
    record = json.loads((tmp_path / RECORD).read_text(encoding="utf-8"))
    assert sorted(first_names("plan.json")) == sorted(record)
    told = {first[0]: more for (first, *_, more) in rows("plan.json")}
    assert {*told["goals"]} - {"type"} == {*record["goals"][0]}
    assert {*told["breaches"]} == {*record["breaches"]["needs"]}
    titles = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert first_names("plan.csv") == titles.split(",")


def test_the_names_in_files_beside_the_lists(tmp_path):
    """Of answers, an office, a scheme and keys."""
    assert first_names("Answers: answers.toml") == [*KINDS]
    told = section("Office: office.toml").splitlines()[-2]
    assert re.findall(r"`(\w+)`", told) == [field.name for field in fields(Office)]
    assert f"`{KEY_HEADER[0]}` (`members` or `households`)" in section("Keys: keys.csv")
    assert {*KEY_HEADER} <= {*re.findall(r"`(\w+)`", section("Keys: keys.csv"))}
    named = first_names("Workload scheme: scheme.toml")
    path = tmp_path / "scheme.toml"
    path.write_text("visits = 1\nminutes = 1\nunheard = 1\n[classes]\na = 1\n", encoding="utf-8")
    defects = []
    read_scheme(path, defects)
    (known,) = [re.findall(r"(\w+)(?=,|$)", d.what) for d in defects if d.field == "unheard"]
    assert sorted(named) == sorted({*known, "visits", "minutes"})


def test_the_columns_of_a_batch():
    """In the order in which they are written."""
    pytest.importorskip("pyarrow", reason="datasets need phancong[batch]")
    from phancong.batch.schemas import DATASETS, schema

    types = {"commune": "string", "household": "string", "member": "string"}
    told = {first[0]: more for first, more in rows("Files of a batch")}
    assert sorted(told) == sorted(DATASETS)
    for dataset in DATASETS:
        assert told[dataset] == schema(dataset, types).names
