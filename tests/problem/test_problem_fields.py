"""Every value that no field can take, with what is said of it (contract 2.4)."""

import math
import unicodedata

import pytest

from phancong import Household, InvalidProblemError, Member, Problem
from phancong.problem.fields import as_number

NAN, INF = math.nan, math.inf


def defects_of(members=(), households=(), **options):
    with pytest.raises(InvalidProblemError, match="in the input") as caught:
        Problem(members, households, **({"travel": None} | options))
    return [str(defect) for defect in caught.value.defects]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("id", "", "id: is blank"),
        ("id", "  ", "id: is blank"),
        ("id", None, "id: is missing"),
        ("id", 1.5, "id: is not an id (a float)"),
        ("id", True, "id: is not an id (a bool)"),
        ("id", (1,), "id: is not an id (a tuple)"),
        ("min_households", -1, "min_households: is negative (-1)"),
        ("min_households", 1.5, "min_households: is not a whole number (1.5)"),
        ("min_households", INF, "min_households: is too large (inf)"),
        ("min_households", NAN, "min_households: is not a whole number (nan)"),
        ("max_households", "many", "max_households: is not a number ('many')"),
        ("min_households", 1_000_001, "min_households: is too large"),
        ("max_households", True, "max_households: is not a number (True)"),
        ("min_workload", -0.5, "min_workload: is negative (-0.5)"),
        ("min_workload", NAN, "min_workload: is NaN"),
        ("min_workload", INF, "min_workload: is infinite"),
        ("min_workload", "1e", "min_workload: is not a number ('1e')"),
        ("min_workload", "", "min_workload: is not a number ('')"),
        ("min_workload", "1_000", "min_workload: is not a number ('1_000')"),
        ("max_workload", -INF, "max_workload: is infinite"),
        ("max_workload", 1j, "max_workload: is not a number (1j)"),
        ("max_workload", [1, 2], "max_workload: is not a number ([1, 2])"),
        ("share", 0, "share: is not above 0 (0.0)"),
        ("share", INF, "share: is infinite"),
        ("skills", 5, "skills: is not a list of labels"),
        ("skills", [5], "skills: is not a list of labels"),
        ("hamlet", 2.5, "hamlet: is not a label (a float)"),
        ("hamlet", True, "hamlet: is not a label (a bool)"),
        ("household", 2.5, "household: is not an id (a float)"),
        ("optional", "maybe", "optional: is neither true nor false ('maybe')"),
        ("max_travel", -1, "max_travel: is negative (-1.0)"),
        ("at", "somewhere", "at: cannot be read as a coordinate"),
        ("at", (1, NAN), "at: has a NaN"),
        ("at", ("x", 1), "at: cannot be read as a coordinate"),
        ("at", (91, 200), "at: is not on the globe"),
        ("at", (105.5, 21.5), "at: has a latitude beyond 90 degrees"),
    ],
)
def test_each_field_of_a_member_says_what_is_wrong_with_it(field, value, said):
    """One record, one defect, with the way to mend it."""
    record = Member(**({"id": "m"} | {field: value}))
    found = defects_of([record])
    assert len(found) == 1
    assert said in found[0]
    assert "; give " in found[0]
    if field != "id":
        assert found[0].startswith("member 'm', ")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("workload", -1, "workload: is negative (-1.0)"),
        ("visits", NAN, "visits: is NaN"),
        ("needs", {"a": 1}.values(), "needs: is not a list of labels"),
        ("cluster", 1.0, "cluster: is not a label (a float)"),
        ("group", b"g", "group: is not a label (a bytes)"),
        ("priority", "poor", "priority: is not a number"),
        ("priority", INF, "priority: is infinite"),
        ("members_needed", -2, "members_needed: is negative (-2)"),
    ],
)
def test_each_field_of_a_household_says_what_is_wrong_with_it(field, value, said):
    """One record, one defect, with the way to mend it."""
    found = defects_of((), [Household(**({"id": "h"} | {field: value}))])
    assert len(found) == 1
    assert found[0].startswith(f"household 'h', {said}")


def test_one_bad_value_among_numbers_is_found_as_one_among_texts():
    """The fast way through a column of numbers finds what the slow way finds."""
    fast = defects_of([Member(1), Member(2, share=-1.0)])
    slow = defects_of([Member(1, share="1"), Member(2, share=-1.0)])
    assert fast == slow == ["member 2, share: is not above 0 (-1.0); give more than 0"]


def test_true_among_numbers_is_no_number():
    """A column of mixed truth values and numbers is not read as 1 and 0."""
    found = defects_of([Member(1, max_households=True), Member(2, max_households=3)])
    assert found == ["member 1, max_households: is not a number (True); give a whole number"]


def test_lists_where_numbers_should_be():
    """Cells that numpy cannot even put side by side are refused one by one."""
    found = defects_of([Member(1, share=[1, 2]), Member(2, share=[1])])
    assert found[1] == "member 2, share: is not a number ([1]); give a number"


def test_no_limit_can_be_said_in_two_ways():
    """None and infinity are both no limit."""
    problem = Problem(
        [Member(1, max_households=INF, max_workload=INF), Member(2, max_households=None)],
        [],
        travel=None,
    )
    assert problem.members[0].max_households is None
    assert problem.members[0].max_workload is None


def test_numbers_beyond_any_integer_type_are_too_large():
    """An integer of a hundred digits is said to be too large; it does not overflow."""
    assert "is too large" in defects_of([Member(1, min_households=10**100)])[0]
    assert "is not a number" in defects_of([Member(1, max_workload=10**400)])[0]


def test_ids_stand_once_on_each_side():
    """Contract 2.4: duplicate ids; a member and a household may share one."""
    found = defects_of([Member("a"), Member("b"), Member("a")])
    assert found == [
        "member 'a', id: is given twice ('a', first in row 1); give every record an id of its own"
    ]
    assert len(Problem([Member("a")], [Household("a")], travel=None).members) == 1


def test_a_minimum_above_its_maximum():
    """Contract 2.4: min > max, also for an exempt member, named by its own record after sorting."""
    found = defects_of([Member("z", min_households=3, max_households=2), Member("a")])
    assert found == [
        "member 'z', min_households: is 3, above max_households (2); "
        "lower min_households or raise max_households"
    ]
    assert (
        "above max_workload (1)" in defects_of([Member(1, min_workload=2.0, max_workload=1.0)])[0]
    )


def test_every_defect_is_collected_at_once():
    """Contract 2.4: one error with all of it; the message spells out the first of many."""
    members = [Member(n, share=-1.0) for n in range(30)]
    with pytest.raises(InvalidProblemError, match=r"31 defects in the input") as caught:
        Problem(members, [Household("h", workload=-1.0)], travel=None)
    assert len(caught.value.defects) == 31
    assert "- and 6 more, all in .defects of this error" in str(caught.value)


def test_numbers_as_text():
    """Only plain decimals count; what has a value out of this world is no number."""
    assert as_number("-1.5e3") == -1500.0
    assert as_number("inf") is None
    assert as_number(object()) is None


UNSEEN = [
    "\x1b",
    "\n",
    "\t",
    "\x00",
    "\x85",
    "\u202e",
    "\u2067",
    "\u200e",
    "\u2029",
    "\ud800",
    "\uffff",
]


@pytest.mark.parametrize("mark", UNSEEN)
def test_marks_that_are_not_seen_are_in_no_id_and_no_label(mark):
    """Each cell is named, and what it holds is not repeated."""
    text = f"a{mark}b"
    what = "holds a control character or another mark that is not seen; write it anew without that mark"
    members = [
        Member(text),
        Member("m1", household=text, hamlet=text, skills=["x", text]),
        Member("m2", hamlet=text, skills=f"x;{text}"),
    ]
    households = [Household("h1", needs=[text], cluster=text, group=text)]
    with pytest.raises(InvalidProblemError, match="defects") as caught:
        Problem(members, households, travel=None, previous={"h1": text}, fixed=[(text, "m1")])
    found = [str(defect) for defect in caught.value.defects]
    said = [line for line in found if line.endswith(what)]
    fields = [line.split(": ")[0].rpartition(", ")[2] for line in said]
    assert sorted(fields) == sorted(
        [
            "id",
            "household",
            "hamlet",
            "hamlet",
            "skills",
            "skills",
            "needs",
            "cluster",
            "group",
            "member",
            "household",
        ]
    )
    assert all(mark not in line for line in found)


def test_blanks_that_are_seen_are_text():
    """A hard blank, letters of any language, and marks that join letters."""
    for text in ("Nà\xa0Lừa", "ក្រុង", "نی\u200cها", "क्\u200dष"):
        problem = Problem([Member(text, hamlet=text, skills=[text])], [], travel=None)
        assert problem.members[0].hamlet == unicodedata.normalize("NFC", text)


NO_WIDTH = [
    "\u00ad",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u3164",
    "\ufe0f",
    "\U000e0041",
]


@pytest.mark.parametrize("mark", NO_WIDTH)
def test_ids_that_look_alike_are_one(mark):
    """A mark of no width is in no id, and tells no label from another."""
    for text in (f"a{mark}b", f"{mark}ab", f"ab{mark}"):
        with pytest.raises(InvalidProblemError, match="mark that is not seen"):
            Problem([Member("ab"), Member(text)], [], travel=None)
        problem = Problem([Member("m", hamlet=text, skills=[text, "ab"])], [], travel=None)
        assert problem.members[0].hamlet == "ab"
        assert problem.members[0].skills == ("ab",)


def test_a_count_that_is_an_id_is_no_count():
    """A telephone number in the wrong column; a million is a count, and more is none."""
    assert (
        "members_needed: is too large"
        in defects_of((), [Household("h", members_needed=912345678)])[0]
    )
    problem = Problem([Member("m", min_households=1_000_000)], [], travel=None)
    assert problem.member_columns.min_households.tolist() == [1_000_000]


def test_a_maximum_may_be_any_number():
    """What is more than anybody can have is no limit."""
    member = Member("m", (22.0, 105.0), max_households=10**30, max_workload=1e300, max_travel=1e300)
    problem = Problem([member], [Household("h", (22.0, 105.0))])
    assert problem.members[0].max_households is None


@pytest.mark.parametrize(
    ("member", "household", "said"),
    [
        ({"share": 1e-320}, {}, "share: is too small"),
        ({"share": 1e10}, {}, "share: is too large"),
        ({"min_workload": 1e200}, {}, "min_workload: is too large"),
        ({}, {"workload": 1e308}, "workload: is too large"),
        ({}, {"visits": 1e308}, "visits: is too large"),
    ],
)
def test_what_cannot_be_added_up_is_named(member, household, said):
    """Sums of 1e308 overflow, and so does a load over a share of 1e-320."""
    found = defects_of([Member("m", **member)], [Household("h", **household)])
    assert len(found) == 1
    assert said in found[0]
