"""Any table is read like records (contract 2.3)."""

import decimal
import fractions

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from phancong import Household, InvalidProblemError, Member, Problem
from phancong.problem.tables import Table, numbered

MEMBERS = {
    "id": ["m2", "m1"],
    "lat": [21.5, 21.25],
    "lon": [105.0, 105.5],
    "max_households": [None, 3],
    "skills": ["a; b", None],
    "optional": [True, False],
    "hamlet": ["X", ""],
    "name": ["left", "out"],
}
HOUSEHOLDS = {
    "id": [7, 3],
    "lat": [21.0, 21.125],
    "lon": [105.0, 105.0],
    "workload": [1.5, 2.0],
    "members_needed": [1, 0],
    "note": ["left", "out"],
}
EXPECTED = Problem(
    [
        Member("m1", (21.25, 105.5), max_households=3),
        Member("m2", (21.5, 105.0), skills=("a", "b"), optional=True, hamlet="X"),
    ],
    [
        Household(3, (21.125, 105.0), workload=2.0, members_needed=0),
        Household(7, (21.0, 105.0), workload=1.5),
    ],
)


def as_dicts(columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, pl.DataFrame, pa.table, as_dicts],
    ids=["pandas", "polars", "arrow", "dicts"],
)
def test_every_kind_of_table_gives_the_same_problem(make):
    """pandas, polars, pyarrow and lists of dicts say the same as records."""
    assert Problem(make(MEMBERS), make(HOUSEHOLDS)) == EXPECTED


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("max_households", pd.array([1, None], dtype="Int64"), None),
        ("max_workload", pd.array([1.5, None], dtype="Float64"), None),
        ("optional", pd.array([True, None], dtype="boolean"), False),
        ("hamlet", pd.array(["X", None], dtype="string"), None),
        ("hamlet", pd.Categorical(["X", None]), None),
        ("max_workload", [1.5, float("nan")], None),
        ("skills", [["a"], float("nan")], ()),
    ],
)
def test_a_missing_cell_of_pandas_is_missing(name, values, expected):
    """NaN, NA and None in pandas all mean that nothing was given: the default holds."""
    frame = pd.DataFrame({"id": ["a", "b"], name: values})
    assert getattr(Problem(frame, [], travel=None).members[1], name) == expected


def test_nan_in_polars_is_a_number_that_went_wrong():
    """Where a table knows null, a NaN is a defect."""
    frame = pl.DataFrame({"id": ["a"], "max_workload": [float("nan")]})
    with pytest.raises(InvalidProblemError, match=r"member 'a', max_workload: is NaN"):
        Problem(frame, [], travel=None)


def test_lists_in_cells_are_lists_of_labels():
    """A list column of polars holds skills as it is."""
    frame = pl.DataFrame({"id": ["a", "b"], "skills": [["x", "y"], None]})
    problem = Problem(frame, [], travel=None)
    assert problem.members[0].skills == ("x", "y")
    assert problem.members[1].skills == ()


@pytest.mark.parametrize(
    "value", [decimal.Decimal("1.5"), fractions.Fraction(3, 2), "1.5", " 1.5 "]
)
def test_numbers_of_every_kind(value):
    """Decimals, fractions and plain decimal text are numbers."""
    assert Problem([Member(1, max_workload=value)], [], travel=None).members[0].max_workload == 1.5


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0.0, False),
        (" Yes", True),
        ("no", False),
        (None, False),
    ],
)
def test_flags(said, meant):
    """True and false in the ways that tables write them."""
    assert Problem([Member(1, optional=said)], [], travel=None).members[0].optional is meant


def test_decimals_in_a_column():
    """A column of decimals is one of numbers."""
    frame = pl.DataFrame({"id": ["a"], "max_workload": [decimal.Decimal("1.5")]})
    assert Problem(frame, [], travel=None).members[0].max_workload == 1.5
    frame = pa.table({"id": ["a"], "max_workload": [decimal.Decimal("1.5")]})
    assert Problem(frame, [], travel=None).members[0].max_workload == 1.5


def test_dicts_need_not_have_the_same_keys():
    """What a dict leaves out is missing."""
    problem = Problem([{"id": 1, "share": 0.5}, {"id": 2}], [], travel=None)
    assert [member.share for member in problem.members] == [0.5, 1.0]


def test_any_iterable_of_records_will_do():
    """A generator is a sequence of records."""
    assert len(Problem((Member(n) for n in range(3)), [], travel=None).members) == 3


def test_empty_tables_are_a_problem_of_nobody():
    """No members and no households is no defect."""
    problem = Problem(pd.DataFrame(), pl.DataFrame({"id": []}), travel=None)
    assert repr(problem) == "Problem(0 members, 0 households)"
    assert problem.allowed.shape == (0, 0)


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (None, r"members, table: is not a table \(a NoneType\); give a sequence of Member"),
        ("abc", r"members, table: is not a table \(a str\)"),
        (7, r"members, table: is not a table \(a int\)"),
        (pl.LazyFrame({"id": [1]}), r"members, table: is not a table \(a LazyFrame\)"),
        ([Member(1), 7], r"member number 2, record: is a int; give a Member, or a table for all"),
        ([Household(1)], r"member number 1, record: is a Household"),
        (pd.DataFrame([[1, 2]], columns=["id", "id"]), r"members, columns: have the same name"),
        (pa.table([[1], [2]], names=["id", "id"]), r"members, columns: have the same name"),
        (pd.DataFrame([[1, 2]]), r"members, columns: have names that are not text"),
    ],
)
def test_what_is_no_table_is_refused(table, match):
    """An argument that cannot be read as a table is named, with what to give."""
    with pytest.raises(InvalidProblemError, match=match):
        Problem(table, [], travel=None)


def test_both_sides_are_looked_at_even_if_one_is_no_table():
    """All defects at once: a bad argument does not hide those of the other."""
    with pytest.raises(InvalidProblemError, match="2 defects") as caught:
        Problem(7, [Household(1, workload=-1)], travel=None)
    assert [defect.record for defect in caught.value.defects] == ["members", "household 1"]
    with pytest.raises(InvalidProblemError, match="2 defects") as caught:
        Problem([Member(1, share=-1)], 7, travel=None)
    assert [defect.record for defect in caught.value.defects] == ["member 1", "households"]


def test_a_misspelt_column_is_refused_with_what_was_meant():
    """A misspelt limit is never left out in silence."""
    with pytest.raises(InvalidProblemError, match=r"did you mean 'max_households'\? remove it"):
        Problem([{"id": 1, "max_houshold": 3}], [], travel=None)
    with pytest.raises(InvalidProblemError, match=r"members, zzz: is not a known column; remove"):
        Problem([{"id": 1, "zzz": 3}], [], travel=None)


def test_rows_of_a_file_are_called_by_their_place():
    """Defects of a file name file and line, also those of the table as a whole and duplicates."""
    rows = Table(
        columns={"id": ["a", "a"], "lat": [1.0, 2.0], "typo": [1, 1]},
        records=["m.csv, line 2", "m.csv, line 3"],
        name="m.csv, line 1",
    )
    with pytest.raises(InvalidProblemError, match="defects") as caught:
        Problem(rows, [], travel=None)
    found = [str(defect) for defect in caught.value.defects]
    assert any(text.startswith("m.csv, line 1, typo: is not a known column") for text in found)
    assert any(
        text.startswith("m.csv, line 1, lat: is given without its other half") for text in found
    )
    assert any("line 3, id: is given twice ('a', first in m.csv, line 2)" in text for text in found)


def test_a_defect_calls_a_record_by_its_id_whatever_its_type():
    """Ids out of a numeric column name the record as ids of records do."""
    frame = pd.DataFrame({"id": np.array([4, 5]), "share": [1.0, -1.0]})
    with pytest.raises(InvalidProblemError, match=r"- member 5, share: is not above 0"):
        Problem(frame, [], travel=None)


def test_coordinates_stand_in_one_form():
    """``at`` beside ``lat``, or one half alone, cannot be meant."""
    with pytest.raises(
        InvalidProblemError, match=r"households, lat: is given together with 'at'; give both"
    ):
        Problem([], [{"id": 1, "at": (1, 2), "lat": 1, "lon": 2}])
    with pytest.raises(
        InvalidProblemError, match=r"households, lon: is given without its other half"
    ):
        Problem([], [{"id": 1, "lon": 2}])
    with pytest.raises(InvalidProblemError, match=r"household 2, lat, lon: has only one half"):
        Problem([], [{"id": 1, "lat": 1, "lon": 2}, {"id": 2, "lat": 1}])
    with pytest.raises(InvalidProblemError, match=r"household 1, lat: is not a number") as caught:
        Problem([], [{"id": 1, "lat": "north", "lon": 2.0}], travel=None)
    assert len(caught.value.defects) == 1


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("member", "member number 3"),
        ("household", "household number 3"),
        ("label", "label number 3"),
    ],
)
def test_a_row_without_an_id_is_called_by_its_number(kind, called):
    """Counted from 1, as people do."""
    assert numbered(kind, 2) == called
