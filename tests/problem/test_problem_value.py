"""A problem is a value: immutable, comparable, picklable, blind to order (contract 2.4, 2.5)."""

import pickle
import random

import numpy as np
import pytest

from phancong import (
    BetweenPlaces,
    Geodesic,
    Household,
    InvalidProblemError,
    Member,
    Problem,
    TravelMatrix,
)
from phancong.problem import MEMBER_FIELDS, WHOLE_LIMITS
from phancong.problem.columns import HOUSEHOLD_FIELDS
from phancong.problem.fingerprint import fingerprint

MEMBERS = [
    Member("b", (21.0, 105.0), household="h2"),
    Member("a", (21.1, 105.1), max_households=0),
    Member(10, (21.2, 105.2)),
    Member(9, (21.3, 105.3)),
]
HOUSEHOLDS = [
    Household("h3", (21.0, 105.1), group="g"),
    Household("h1", (21.1, 105.2), group="g"),
    Household("h2", (21.2, 105.3), members_needed=2),
]
OPTIONS = {
    "previous": [("h2", "b", 3), ("h1", "a"), ("h3", 9), ("h9", 9)],
    "fixed": [("h2", 9)],
    "forbidden": [("h3", 10)],
    "max_changes": 2,
}


def build(**options):
    return Problem(MEMBERS, HOUSEHOLDS, **(OPTIONS | options))


def test_everything_is_sorted_by_id():
    """Whole numbers first, then text."""
    problem = build()
    assert problem.member_columns.ids == (9, 10, "a", "b")
    assert problem.household_columns.ids == ("h1", "h2", "h3")
    assert problem.member_columns.given.tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_input_never_matters(seed):
    """Contract 2.5: a problem of shuffled records equals the problem, and has its fingerprint."""
    shuffle = random.Random(seed).sample
    other = Problem(
        shuffle(MEMBERS, len(MEMBERS)),
        shuffle(HOUSEHOLDS, len(HOUSEHOLDS)),
        **(OPTIONS | {"previous": shuffle(OPTIONS["previous"], 4)}),
    )
    assert other == build()
    assert hash(other) == hash(build())
    assert fingerprint(other) == fingerprint(build())
    assert np.array_equal(other.travel_matrix, build().travel_matrix)


def test_matrices_belong_to_the_order_given():
    """Contract 2.3, 3.3: rows and columns of matrices follow the records as they were given."""
    travel = TravelMatrix([[1, 2], [3, 4]], unit="km")
    members, households = [Member("b"), Member("a")], [Household("y"), Household("x")]
    problem = Problem(members, households, travel=travel, workload=[[5, 6], [7, 8]])
    assert problem.travel_matrix.tolist() == [[4, 3], [2, 1]]
    assert problem.workload_matrix.tolist() == [[8, 7], [6, 5]]
    again = problem.replace(max_changes=1)
    assert again.workload_matrix.tolist() == [[8, 7], [6, 5]]
    assert again.travel_matrix.tolist() == [[4, 3], [2, 1]]
    turned = Problem(
        members[::-1],
        households[::-1],
        travel=TravelMatrix([[4, 3], [2, 1]], unit="km"),
        workload=[[8, 7], [6, 5]],
    )
    assert turned == problem
    assert fingerprint(turned) == fingerprint(problem)


@pytest.mark.parametrize(
    "change",
    [
        {"members": MEMBERS[1:], "households": HOUSEHOLDS},
        {"members": [Member("b", (21.0, 105.5), household="h2"), *MEMBERS[1:]]},
        {"households": [*HOUSEHOLDS[:2], Household("h2", (21.2, 105.3), members_needed=1)]},
        {"previous": None},
        {"previous": [("h2", "b", 4), ("h1", "a"), ("h3", 9), ("h9", 9)]},
        {"fixed": ()},
        {"forbidden": ()},
        {"max_changes": None},
        {"max_travel": 1e9},
        {"max_hamlets": 2},
        {"members": [Member("b", (21.0, 105.0), household="h2", max_hamlets=2), *MEMBERS[1:]]},
        {"within_hamlet": True},
        {"own_household": "exempt", "fixed": ()},
        {"workload": np.ones((3, 4))},
        {"travel": None},
        {"travel": Geodesic("km")},
        {"travel": TravelMatrix(np.ones((3, 4)), unit="m")},
    ],
)
def test_every_part_of_a_problem_tells_two_apart(change):
    """A variant is another problem and has another fingerprint."""
    problem = build()
    if "members" in change and "households" in change:
        change = change | {"fixed": [("h2", 9)]}
    other = problem.replace(**change)
    assert other != problem
    assert fingerprint(other) != fingerprint(problem)
    assert other.replace() == other


#: The fields and limits of the first release, which every fingerprint holds.
FIRST = {
    *("min_households", "max_households", "min_workload", "max_workload", "share", "skills"),
    *("hamlet", "household", "optional", "max_travel", "workload", "visits", "needs", "cluster"),
    *("group", "priority", "members_needed", "max_changes", "within_hamlet"),
}
SINCE = [
    (table, name)
    for table in (MEMBER_FIELDS, HOUSEHOLD_FIELDS, WHOLE_LIMITS)
    for name in table
    if name not in FIRST
]


@pytest.mark.parametrize(("table", "name"), SINCE)
def test_plans_stored_before_a_field_existed_still_match_their_problems(table, name):
    """It is no part of the fingerprint where nobody sets it: ``later=True``."""
    assert table[name].later


def test_a_variant_with_records_that_cannot_be_is_refused_as_they_are():
    """What is wrong with them is named; that matrices belong to others is not of use then."""
    problem = Problem([Member("a")], [Household("h")], travel=None, workload=[[1.0]])
    with pytest.raises(InvalidProblemError, match="share: is not above 0") as told:
        problem.replace(members=[Member("b", share=-1.0), Member("c", share=-1.0)])
    assert not any("matrix for other" in defect.what for defect in told.value.defects)


def test_travel_is_compared_by_what_it_says():
    """Two problems with equal matrices written in the same order are equal, others not."""
    one = build(travel=TravelMatrix(np.ones((3, 4))))
    assert one == build(travel=TravelMatrix(np.ones((3, 4))))
    assert one != build(travel=TravelMatrix(np.ones((3, 4)) * 2))
    assert build(travel=None) == build(travel=None)
    with_labels = [Member("m", hamlet="A")], [Household("h", hamlet="B")]
    travel = [BetweenPlaces({("A", "B"): km}, within=1.0, unit="km") for km in (2.0, 3.0)]
    assert Problem(*with_labels, travel=travel[0]) != Problem(*with_labels, travel=travel[1])


def test_a_workload_matrix_is_compared():
    """With a matrix, with another, and without."""
    assert build(workload=np.ones((3, 4))) == build(workload=np.ones((3, 4)))
    assert build(workload=np.ones((3, 4))) != build(workload=np.zeros((3, 4)))


def test_a_problem_equals_no_other_thing():
    """Comparing with something else is False, not an error."""
    assert build() != 7
    assert build().member_columns != build().household_columns
    assert build().member_columns != 7


def test_a_problem_survives_pickling():
    """Contract 2.4: equal afterwards, frozen, and without what can be computed again."""
    problem = build(workload=np.ones((3, 4)))
    assert problem.travel_matrix is not None
    again = pickle.loads(pickle.dumps(problem))
    assert again == problem
    assert "travel_matrix" not in vars(again)
    for array in (again.member_columns.share, again.workload_matrix, again.travel_matrix):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert pickle.loads(pickle.dumps(build())) == build()


def test_a_problem_cannot_be_changed():
    """Contract 2.4: neither its attributes nor its arrays; the error says what to do instead."""
    problem = build()
    with pytest.raises(AttributeError, match=r"make a variant: problem.replace\(max_travel=...\)"):
        problem.max_travel = 3
    with pytest.raises(AttributeError, match="a Problem is immutable"):
        del problem.max_travel
    for array in (
        problem.allowed,
        problem.needed,
        problem.own,
        problem.exempt,
        problem.kept_years[0],
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_workload_matrix_is_copied_in():
    """What the caller does to the array afterwards changes nothing."""
    matrix = np.ones((3, 4))
    problem = build(workload=matrix)
    matrix[:] = 9
    assert problem.workload_matrix.max() == 1


def test_replace_knows_its_arguments():
    """A misspelt argument is refused by name; a defect of the variant is found."""
    with pytest.raises(TypeError, match=r"Problem has no 'max_walk'; it has members, households"):
        build().replace(max_walk=3)
    with pytest.raises(InvalidProblemError, match="max_changes: is -1"):
        build().replace(max_changes=-1)


def test_the_repr_counts():
    """Contract 7: no id is needed there, and nothing else."""
    assert repr(build()) == "Problem(4 members, 3 households)"
    assert (
        repr(Problem([Member(1)], [Household(1)], travel=None)) == "Problem(1 member, 1 household)"
    )


def test_allowed_is_what_nothing_can_give_way_to():
    """Contract 4.1: exempt, forbidden (for the whole group), own household, unreachable."""
    problem = build(own_household="forbid")
    # Members 9, 10, a (exempt), b (lives in h2); h1 and h3 are a group, and (h3, 10) is forbidden.
    assert problem.allowed.tolist() == [
        [True, False, False, True],
        [True, True, False, False],
        [True, False, False, True],
    ]
    assert problem.own.tolist() == [-1, -1, -1, 1]
    assert problem.exempt.tolist() == [False, False, True, False]
    assert [group.tolist() for group in problem.groups] == [[0, 2]]


def test_an_unreachable_pair_is_not_allowed():
    """Contract 3.3: inf or NaN in a matrix means unreachable."""
    travel = TravelMatrix([[1, np.inf], [np.nan, 1]])
    problem = Problem([Member(1), Member(2)], [Household(1), Household(2)], travel=travel)
    assert problem.allowed.tolist() == [[True, False], [False, True]]


def test_an_exempt_own_household_needs_nobody():
    """Contract 2.3: it leaves coverage and continuity."""
    problem = build(own_household="exempt", fixed=())
    assert problem.needed.tolist() == [1, 0, 1]
    # (h2, b) is the own household, (h1, a) has an exempt member, (h9, 9) is no longer there.
    assert [column.tolist() for column in problem.kept_years] == [[2], [0], [1.0]]
    assert [column.tolist() for column in build().kept_years] == [[1, 2], [3, 0], [3.0, 1.0]]


def test_a_label_of_one_household_is_no_group():
    """A group has two or more."""
    assert Problem([], [Household(1, group="g"), Household(2)], travel=None).groups == ()
