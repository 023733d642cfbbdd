"""Members and households as records (contract 2.1, 2.2)."""

import dataclasses

import numpy as np
import pytest

from phancong import Household, Member, Problem


def test_records_come_back_as_they_were_given():
    """What a record says is what the problem says of it."""
    member = Member(
        "m1",
        (21.5, 105.2),
        min_households=1,
        max_households=7,
        min_workload=0.5,
        max_workload=9.5,
        share=0.5,
        skills=("dao", "tay"),
        hamlet="Nà Vài",
        household="h1",
        optional=True,
        max_travel=900.0,
    )
    household = Household(
        "h1",
        (21.6, 105.3),
        workload=2.5,
        visits=3.0,
        needs=("tay",),
        hamlet="Nà Vài",
        cluster="c",
        group="g",
        priority=-2.0,
        members_needed=2,
    )
    problem = Problem([member], [household])
    assert problem.members == (member,)
    assert problem.households == (household,)


def test_defaults_come_back_as_defaults():
    """A record that says nothing but its id says nothing but its id afterwards."""
    problem = Problem([Member(1)], [Household(1)], travel=None)
    assert problem.members == (Member(1),)
    assert problem.households == (Household(1),)


def test_records_are_frozen():
    """A record cannot be changed."""
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign"):
        Member("m1").share = 2.0


@pytest.mark.parametrize("record", [Member("m1", (21.5, 105.2)), Household("m1", (21.5, 105.2))])
def test_the_repr_of_a_record_is_its_id(record):
    """Contract 7: no coordinate, no class, no hardship in a repr."""
    assert repr(record) == f"{type(record).__name__}('m1')"


def test_numpy_scalars_are_taken_for_what_they_stand_for():
    """Ids and figures that come out of arrays are plain Python values inside."""
    problem = Problem(
        [Member(np.int64(3), max_households=np.int32(2))],
        [Household(np.str_("h"), workload=np.float32(0.5))],
        travel=None,
    )
    assert problem.members == (Member(3, max_households=2),)
    assert type(problem.members[0].id) is int
    assert type(problem.households[0].id) is str


def test_anything_geopy_reads_is_a_coordinate():
    """Contract 2.1: ``at`` is a pair of numbers or whatever geopy.Point reads."""
    problem = Problem(
        [Member(1, "21.5, 105.25")], [Household(1, ("21.5", "105.25")), Household(2, "21.5 105.25")]
    )
    assert problem.members[0].at == (21.5, 105.25)
    assert problem.households[0].at == problem.households[1].at == (21.5, 105.25)


def test_labels_are_composed_and_trimmed():
    """The same label written two ways is one label: NFC, no blanks around it, blank is none."""
    decomposed = "Nà Va\u0300i"
    problem = Problem(
        [Member(1, hamlet=f" {decomposed} ", skills=["ta\u0300y ", ""])],
        [Household(1, hamlet="Nà Vài"), Household(2, hamlet="  "), Household(3, hamlet=7)],
        travel=None,
    )
    assert problem.member_columns.hamlet == ("Nà Vài",)
    assert problem.member_columns.skills == (frozenset({"tày"}),)
    assert problem.household_columns.hamlet == ("Nà Vài", None, "7")


def test_lists_of_labels_that_come_again():
    """The same text in many records is the same set of labels."""
    members = [Member(n, skills="a; b;") for n in range(3)]
    problem = Problem(members, [], travel=None)
    assert problem.member_columns.skills == (frozenset({"a", "b"}),) * 3
