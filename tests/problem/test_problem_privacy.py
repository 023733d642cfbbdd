"""Errors and reprs hold ids only: no coordinate, no class, no name (contract 2.4, 2.6, 7)."""

import dataclasses

import pytest

from phancong import Household, InvalidProblemError, Member, Problem

LATITUDE, LONGITUDE, CLASS, NAME = 21.123457, 105.765432, 77.125, "Nguyễn Văn An"


def test_no_message_holds_a_coordinate_or_a_class():
    """Every defect around a record with secrets leaves them out."""
    members = [
        Member("m1", (LONGITUDE, LATITUDE), share=-1),
        Member("m2", f"{LATITUDE};{LONGITUDE}!"),
        Member("m3", (LATITUDE, 1000 + LONGITUDE)),
    ]
    households = [
        Household("h1", (LATITUDE, LONGITUDE), priority=f"{CLASS}!"),
        Household("h1", (LATITUDE, LONGITUDE), priority=CLASS, workload=-1),
        Household("h2", priority=float("inf")),
    ]
    with pytest.raises(InvalidProblemError, match="defects") as caught:
        Problem(members, households, fixed=[("h1", "m9")])
    assert len(caught.value.defects) >= 7
    for text in (str(caught.value), repr(caught.value), *map(repr, caught.value.defects)):
        for secret in (LATITUDE, LONGITUDE, CLASS):
            assert str(secret).split(".")[1] not in text


def test_no_message_of_a_table_holds_a_coordinate():
    """Columns ``lat`` and ``lon`` are as secret as ``at``."""
    rows = [
        {"id": 1, "lat": f"{LATITUDE}N", "lon": LONGITUDE},
        {"id": 2, "lat": LATITUDE, "lon": 999},
    ]
    with pytest.raises(InvalidProblemError, match="2 defects") as caught:
        Problem(rows, [], travel=None)
    assert "123457" not in str(caught.value)
    assert "765432" not in str(caught.value)


def test_names_never_enter():
    """Columns ``name`` and ``note`` are left out, also in what follows."""
    problem = Problem([{"id": 1, "name": NAME, "note": NAME}], [], travel=None)
    assert NAME not in repr(problem)
    assert NAME not in repr(problem.members)
    assert NAME not in str(dataclasses.asdict(problem.members[0]))
    assert NAME not in repr(vars(problem))


def test_columns_show_ids_only():
    """Where people live and what burdens them stays inside; of many ids the rest is counted."""
    at = (LATITUDE, LONGITUDE)
    households = [Household(n, at, priority=CLASS, workload=CLASS, needs=[NAME]) for n in range(9)]
    problem = Problem([Member("m1", at, hamlet=NAME, max_households=0)], households)
    assert repr(problem.member_columns) == "MemberColumns('m1')"
    assert repr(problem.household_columns) == "HouseholdColumns(0, 1, 2, 3, 4, 5, … 3 more)"
    places = repr(problem.household_columns.places("household"))
    for secret in (str(LATITUDE), str(LONGITUDE), str(CLASS), NAME):
        assert secret not in repr(vars(problem)) + places


@pytest.mark.parametrize(
    "hardship",
    [
        "hộ nghèo",
        "Cận nghèo",
        "ngheo",
        "khuyết tật nặng",
        "HN",
        "poor",
        "Disabled",
        "HIV",
        "neo đơn",
        "tb",
    ],
)
@pytest.mark.parametrize("field", ["max_households", "min_workload", "optional", "share"])
def test_hardship_in_a_wrong_column_is_in_no_message(hardship, field):
    """Its record and its field tell where it stands."""
    with pytest.raises(InvalidProblemError, match=f"'m1', {field}: is n") as caught:
        Problem([Member("m1", **{field: hardship})], [], travel=None)
    assert hardship not in str(caught.value)
