"""Hamlets that are merged or renamed: the labels follow, and nothing else changes."""

import unicodedata

import pytest

from phancong import (
    BetweenPlaces,
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    Problem,
    TravelMatrix,
)
from phancong.problem.hamlets import merged_hamlets

MEMBERS = [Member("b", hamlet="t2"), Member("a", hamlet="t1"), Member("c")]
HOUSEHOLDS = [Household(2, hamlet="t3"), Household(1, hamlet="t2"), Household(3)]


def build(**options):
    return Problem(MEMBERS, HOUSEHOLDS, **({"travel": None} | options))


def hamlets(problem):
    return (
        {member.id: member.hamlet for member in problem.members},
        {household.id: household.hamlet for household in problem.households},
    )


def test_members_and_households_get_the_new_name():
    """Those of both old hamlets are of one; who has none has none."""
    merged = merged_hamlets(build(), {"t2": "t2-3", "t3": "t2-3"})
    assert hamlets(merged) == (
        {"a": "t1", "b": "t2-3", "c": None},
        {1: "t2-3", 2: "t2-3", 3: None},
    )


def test_nothing_else_changes():
    """Matrices, pairs and limits stay, in the order in which they were given."""
    problem = build(
        travel=TravelMatrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
        workload=[[1, 1, 2], [3, 1, 1], [1, 4, 1]],
        previous=[(1, "a", 3)],
        fixed=[(2, "b")],
        max_travel=8,
        within_hamlet=True,
    )
    there = merged_hamlets(problem, {"t1": "x"})
    assert there != problem
    assert merged_hamlets(there, {"x": "t1"}) == problem
    assert there.travel_matrix.tolist() == problem.travel_matrix.tolist()
    assert hamlets(problem)[0]["a"] == "t1"


def test_all_are_renamed_at_once():
    """Two hamlets can change names: the second name is not changed again."""
    swapped = merged_hamlets(build(), {"t1": "t2", "t2": "t1"})
    assert hamlets(swapped)[0] == {"a": "t2", "b": "t1", "c": None}


def test_no_names_change_nothing():
    """An empty mapping is a variant that equals the problem."""
    assert merged_hamlets(build(), {}) == build()


def test_names_are_compared_as_labels_are():
    """Composed (NFC) and without blanks around them, as everywhere."""
    name = "Nà Bó"
    problem = Problem([Member("a", hamlet=name)], [], travel=None)
    merged = merged_hamlets(problem, {f" {unicodedata.normalize('NFD', name)} ": " Nà Mới"})
    assert merged.members[0].hamlet == "Nà Mới"


def test_old_names_that_are_no_hamlet_are_refused():
    """All are named, and what there is: a slip of the pen would change nothing without a sound."""
    with pytest.raises(
        InvalidArgumentError,
        match=r"'t8', 't9': no hamlet of the problem; it has 't1', 't2', 't3'$",
    ):
        merged_hamlets(build(), {"t8": "x", "t2": "x", "t9": "x"})
    with pytest.raises(InvalidArgumentError, match="'t1': no hamlet of the problem; it has none"):
        merged_hamlets(Problem([Member("a")], [], travel=None), {"t1": "x"})


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"t1": " "}, "'t1': ' ' are not two labels"),
        ({"t1": None, 2: "x"}, "'t1': None are not two labels; 2: 'x' are not two labels"),
        ({"t1": "x", "t1 ": "y"}, "'t1' gets two names, 'x' and 'y'"),
        ([("t1", "x")], "names is a list; give a mapping"),
    ],
)
def test_names_that_cannot_be_meant_are_refused(names, message):
    """A blank name would leave people without a hamlet."""
    with pytest.raises(InvalidArgumentError, match=message):
        merged_hamlets(build(), names)


def test_travel_between_hamlets_must_know_the_new_name():
    """It comes with the merger, in one step; without it the variant has a defect."""
    everybody = {
        "members": [Member("a", hamlet="t1")],
        "households": [Household(1, hamlet="t1"), Household(2, hamlet="t2")],
    }
    problem = Problem(**everybody, travel=BetweenPlaces({("t1", "t2"): 3}, within=1))
    with pytest.raises(InvalidProblemError, match="t9"):
        merged_hamlets(problem, {"t2": "t9"})
    merged = merged_hamlets(
        problem, {"t2": "t9"}, travel=BetweenPlaces({("t1", "t9"): 4}, within=1)
    )
    assert merged.travel_matrix.tolist() == [[1], [4]]
