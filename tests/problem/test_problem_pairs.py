"""Previous, fixed and forbidden pairs in every form (contract 2.3)."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hand_made import plan_of

from phancong import Household, InvalidProblemError, Member, Problem

MEMBERS = [Member("m1"), Member("m2")]
HOUSEHOLDS = [Household("h1"), Household("h2", members_needed=2)]


def build(**options):
    return Problem(MEMBERS, HOUSEHOLDS, travel=None, **options)


PLAIN = (("h1", "m1", 1.0), ("h2", "m1", 1.0), ("h2", "m2", 1.0))


@pytest.mark.parametrize(
    "given",
    [
        {"h2": ["m2", "m1"], "h1": "m1"},
        {"h2": {"m2", "m1"}, "h1": ("m1",), "h9": None},
        [("h2", "m2"), ("h1", "m1"), ("h2", "m1")],
        (pair for pair in [["h2", "m2"], ["h1", "m1"], ["h2", "m1"]]),
        [("h2", "m2"), ("h1", "m1", 1), ("h2", "m1"), ("h2", "m1")],
        [{"household": "h2", "member": m} for m in ("m1", "m2")]
        + [{"household": "h1", "member": "m1"}],
        pd.DataFrame({"household": ["h2", "h2", "h1"], "member": ["m2", "m1", "m1"]}),
        pl.DataFrame({"household": ["h2", "h2", "h1"], "member": ["m2", "m1", "m1"]}),
        pa.table(
            {"household": ["h2", "h2", "h1"], "member": ["m2", "m1", "m1"], "years": [1, 1, None]}
        ),
    ],
)
def test_pairs_in_every_form_are_the_same_pairs(given):
    """A mapping, pairs, dicts or a table: each pair once, sorted."""
    assert build(previous=given).previous == PLAIN


def test_a_plan_is_a_previous_plan():
    """Contract 2.3: ``previous`` accepts a plan."""
    plan = plan_of(build(), [("h1", "m1"), ("h2", "m1"), ("h2", "m2")])
    assert build(previous=plan).previous == PLAIN


def test_a_previous_pair_with_the_member_first_is_refused():
    """It matched nobody, and last year's plan was lost in silence."""
    with pytest.raises(
        InvalidProblemError, match="names the member first, and the household second"
    ):
        build(previous=[("m1", "h1")])
    assert build(previous=[("m1", "h9"), ("m9", "h1")]).previous


def test_years_are_kept():
    """A table or triples may say how long a pair has lasted."""
    frame = pd.DataFrame({"household": ["h1"], "member": ["m1"], "years": [4]})
    assert build(previous=frame).previous == (("h1", "m1", 4.0),)
    assert build(previous=[("h1", "m1", 2.5)]).kept_years[2].tolist() == [2.5]


def test_numbers_out_of_a_column_are_plain_ids():
    """Ids of a numeric column equal those of records."""
    problem = Problem(
        [Member(1)],
        [Household(2)],
        travel=None,
        fixed=pd.DataFrame({"household": [2], "member": [1]}),
    )
    assert problem.fixed == ((2, 1),)
    assert type(problem.fixed[0][0]) is int


def test_who_is_no_longer_there_is_no_defect():
    """Contract 2.4: a pair of the previous plan whose member or household is gone simply ends."""
    problem = build(previous=[("h1", "gone"), ("gone", "m1"), ("h1", "m1")])
    assert len(problem.previous) == 3
    assert [rows.tolist() for rows in problem.kept_years] == [[0], [0], [1.0]]


@pytest.mark.parametrize(
    ("option", "given", "match"),
    [
        ("fixed", 7, r"fixed pairs, table: is not a table \(a int\)"),
        ("fixed", "ab", r"fixed pairs, table: is not a table \(a str\)"),
        ("fixed", [{"household": 1}, (1, 2)], r"fixed pair number 1, record: is a dict"),
        ("forbidden", [("h1", "m1", 1, 1)], r"forbidden number 1, pair: is not a pair; give"),
        ("forbidden", ["h1"], r"forbidden number 1, pair: is not a pair"),
        ("forbidden", [("h1", None)], r"forbidden, pair \('h1', None\), member: is missing"),
        ("previous", {"": "m1"}, r"pair \('', 'm1'\), household: is blank"),
        ("previous", [("h1", "m1", -1)], r"previous, pair \('h1', 'm1'\), years: is negative \(-1"),
        ("previous", [("h1", "m1", 1), ("h1", "m1", 2)], r"years: differs from previous, pair"),
        (
            "previous",
            pd.DataFrame({"household": ["h1"]}),
            r"previous, member: is not a column of the",
        ),
        (
            "fixed",
            pd.DataFrame({"household": ["h1"], "member": ["m1"], "x": [1]}),
            r"x: is not a known column",
        ),
        (
            "fixed",
            pd.DataFrame({"household": [None], "member": ["m1"]}),
            r"fixed, row 1, household",
        ),
        ("fixed", [("h9", "m1")], r"household: names household 'h9', who is not in the problem"),
        ("forbidden", [("h1", "m9")], r"member: names member 'm9', who is not in the problem"),
    ],
)
def test_what_is_no_pair_is_refused(option, given, match):
    """Each defect names the argument, the pair and the way to mend it."""
    with pytest.raises(InvalidProblemError, match=match):
        build(**{option: given})


def test_what_is_no_table_does_not_hide_other_defects():
    """All defects at once."""
    with pytest.raises(InvalidProblemError, match="2 defects"):
        Problem([Member("m1", share=-1.0)], HOUSEHOLDS, travel=None, fixed=7)


@pytest.mark.parametrize(
    ("previous", "ids"), [([("7", "1")], (7, 1)), ([(7, 1)], ("7", "1")), ([("07", "1")], (7, 1))]
)
def test_last_year_s_ids_in_another_type_would_end_every_pair(previous, ids):
    """Text where there are numbers, or the other way round, is refused: no pair ends unheard."""
    with pytest.raises(InvalidProblemError, match=r"write ids the same way in both"):
        Problem([Member(ids[1])], [Household(ids[0])], travel=None, previous=previous)
