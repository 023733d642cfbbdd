"""A travel matrix is in the order in which the caller gave households and members (contract 3.3)."""

import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phancong import Household, InvalidProblemError, Member, Preference, Problem
from phancong.errors import InvalidArgumentError
from phancong.travel import Places, TravelMatrix, TravelModel
from phancong.travel.places import called


def places(kind, ids):
    """Places of these ids in the order given, sorted by id as a problem holds them."""
    order = sorted(range(len(ids)), key=ids.__getitem__)
    nothing = (None,) * len(ids)
    return Places(
        kind=kind,
        ids=tuple(ids[i] for i in order),
        latitude=np.full(len(ids), np.nan),
        longitude=np.full(len(ids), np.nan),
        hamlet=nothing,
        cluster=nothing,
        given=np.array(order, dtype=np.int64),
    )


HOUSEHOLDS = places("household", ["h2", "h1", "h3"])
MEMBERS = places("member", ["m2", "m1"])


# --- meaning -------------------------------------------------------------------------------------


def test_rows_and_columns_are_in_the_order_given_and_come_out_in_the_order_of_ids():
    # given: rows h2, h1, h3 and columns m2, m1
    matrix = TravelMatrix([[22, 21], [12, 11], [32, 31]])
    assert matrix.defects(HOUSEHOLDS, MEMBERS) == []
    assert matrix.between(HOUSEHOLDS, MEMBERS).tolist() == [[11, 12], [21, 22], [31, 32]]


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_reordering_the_input_together_with_the_matrix_changes_nothing(rows, columns):
    values = np.arange(12.0).reshape(4, 3)
    shuffled = TravelMatrix(values[np.ix_(rows, columns)])
    travel = shuffled.between(
        places("household", [f"h{i}" for i in rows]), places("member", [f"m{j}" for j in columns])
    )
    assert np.array_equal(travel, values)


@pytest.mark.parametrize(
    "nothing", [np.inf, np.nan, None, np.ma.masked], ids=["inf", "NaN", "None", "masked"]
)
def test_no_number_means_no_way(nothing):
    values = np.ma.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    if nothing is None:
        values = values.filled().astype(object)
    values[0, 0] = nothing
    matrix = TravelMatrix(values)
    assert matrix.values[0, 0] == np.inf
    assert matrix.values[1:].tolist() == [[3, 4], [5, 6]]
    assert matrix.defects(HOUSEHOLDS, MEMBERS) == []


@pytest.mark.parametrize("table", [pd.DataFrame, pl.DataFrame])
def test_a_data_frame_without_labels_is_read_in_its_order(table):
    frame = table(np.array([[22, 21], [12, 11], [32, 31]]))
    assert TravelMatrix(frame).between(HOUSEHOLDS, MEMBERS)[0].tolist() == [11, 12]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"m2": [22, 12, 32], "m1": [21, 11, 31]}, index=["h2", "h1", "h3"]),
        pd.DataFrame([[22, 21]], index=[7]),
        pd.DataFrame([[22], [21]], columns=["m1"]),
        pl.DataFrame({"m2": [22.0], "m1": [21.0]}),
    ],
    ids=["both", "rows", "columns", "polars"],
)
def test_a_data_frame_with_labels_is_refused_with_the_way_to_mend_it(frame):
    """Its labels can say another order than the one that would count."""
    with pytest.raises(InvalidArgumentError, match=r"values: .*labels.*frame\.loc\[household_ids"):
        TravelMatrix(frame)
    with pytest.raises(
        InvalidArgumentError, match=r"scores are .*labels.*frame\.loc\[household_ids"
    ):
        Preference(frame)
    members = [Member(f"m{n}") for n in range(frame.shape[1])]
    households = [Household(f"h{n}") for n in range(frame.shape[0])]
    with pytest.raises(InvalidProblemError, match=r"workload: is .*labels.*frame\.loc\[household_"):
        Problem(members, households, travel=None, workload=frame)


def test_nobody_is_no_trouble():
    nobody = places("member", [])
    matrix = TravelMatrix(np.empty((3, 0)))
    assert matrix.defects(HOUSEHOLDS, nobody) == []
    assert matrix.between(HOUSEHOLDS, nobody).shape == (3, 0)


# --- what is refused at once ---------------------------------------------------------------------


@pytest.mark.parametrize("values", [3.0, [1.0, 2.0], [[[1.0]]]])
def test_what_is_not_two_dimensional_is_refused(values):
    with pytest.raises(InvalidArgumentError, match="values: not two-dimensional, but of shape"):
        TravelMatrix(values)


@pytest.mark.parametrize(
    "values",
    [
        [["far"]],
        [["7.237"]],
        np.array([["7.237", 1.0]], dtype=object),
        [[1j]],
        [[True]],
        [[True, 2.5]],
        [[0.5, 2.5], (1, np.True_)],
        [np.array([True]), np.array([2.5])],
        np.array([[True, 2.5]], dtype=object),
        np.ma.array([[True]]),
        np.ma.array([[True, 2.5]], dtype=object),
        np.array([["2024-01-01"]], dtype="datetime64[D]"),
        [[1.0], [2.0, 3.0]],
        [[object()]],
        [[10**400]],
        np.ma.array([["far"]]),
        "far",
        None,
    ],
)
def test_what_is_not_a_matrix_of_numbers_is_refused(values):
    """Text is refused even where it reads as a number: "7.237" is seven thousand to some.

    True and False are no numbers, among numbers either.
    """
    with pytest.raises(InvalidArgumentError, match="values: not "):
        TravelMatrix(values)


# --- what is a defect beside a problem -----------------------------------------------------------


def test_a_shape_that_does_not_fit_is_one_defect_with_both_shapes():
    (defect,) = TravelMatrix(np.full((2, 2), -1.0)).defects(HOUSEHOLDS, MEMBERS)
    assert defect.what == "has 2 rows and 2 columns, but there are 3 households and 2 members"
    assert defect.mend.startswith("give a row for each household")


def test_a_matrix_the_wrong_way_round_is_told_to_be_transposed():
    (defect,) = TravelMatrix(np.zeros((2, 3))).defects(HOUSEHOLDS, MEMBERS)
    assert defect.mend == "transpose it: rows are households and columns members"


def test_all_negative_travel_is_named_by_household_and_member():
    # given: rows h2, h1, h3 and columns m2, m1
    found = TravelMatrix([[-1, -2.5], [0, 1], [3, -np.inf]]).defects(HOUSEHOLDS, MEMBERS)
    assert [(d.record, d.field, d.what) for d in found] == [
        ("household 'h2'", "travel", "is negative to member 'm1' (-2.5), member 'm2' (-1)"),
        ("household 'h3'", "travel", "is negative to member 'm1' (-inf)"),
    ]


# --- a value -------------------------------------------------------------------------------------


def test_the_values_are_a_copy_that_nobody_can_change():
    values = np.ones((3, 2))
    matrix = TravelMatrix(values)
    values[0, 0] = 5
    assert matrix.values[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        matrix.values[0, 0] = 5
    with pytest.raises(AttributeError, match="unit"):
        matrix.unit = "km"


def test_what_between_returns_belongs_to_the_caller():
    matrix = TravelMatrix(np.ones((3, 2)))
    matrix.between(HOUSEHOLDS, MEMBERS)[0, 0] = 5
    assert matrix == TravelMatrix(np.ones((3, 2)))


def test_matrices_are_equal_by_value():
    matrix = TravelMatrix([[1, np.nan]], unit="km")
    assert matrix == TravelMatrix(np.array([[1.0, np.inf]]), "km")
    assert matrix != TravelMatrix([[1, np.nan]], unit="m")
    assert matrix != TravelMatrix([[2, np.nan]], unit="km")
    assert matrix != [[1, np.nan]]
    with pytest.raises(TypeError, match="unhashable"):
        hash(matrix)


def test_a_matrix_that_was_pickled_is_equal_and_still_read_only():
    matrix: TravelModel = TravelMatrix([[1, 2]], unit="minutes")
    for twin in (pickle.loads(pickle.dumps(matrix)), copy.deepcopy(matrix)):
        assert twin == matrix
        assert twin.unit == "minutes"
        assert not twin.values.flags.writeable


def test_repr_holds_the_shape_and_no_values():
    assert repr(TravelMatrix(np.full((66, 8), 7.5), unit="m")) == "TravelMatrix(66 × 8, unit='m')"


def test_a_record_of_any_kind_is_called_by_its_id():
    """Members and households in the words of the language, others as they are."""
    assert called("member", "m1") == "member 'm1'"
    assert called("household", 7) == "household 7"
    assert called("place", "t1") == "place 't1'"
