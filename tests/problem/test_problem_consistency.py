"""Whether the parts of a problem fit together (contract 2.4)."""

import math

import numpy as np
import pytest

from phancong import BetweenPlaces, Household, InvalidProblemError, Member, Problem, TravelMatrix

ONE_MEMBER, ONE_HOUSEHOLD = (Member("m"),), (Household("h"),)


def refused(match, members=ONE_MEMBER, households=ONE_HOUSEHOLD, **options):
    with pytest.raises(InvalidProblemError, match=match):
        Problem(list(members), list(households), **({"travel": None} | options))


@pytest.mark.parametrize(
    ("option", "value", "match"),
    [
        ("max_travel", -1, r"problem, max_travel: is -1; give a number, 0 or more, or None"),
        ("max_travel", math.nan, r"problem, max_travel: is nan"),
        ("max_travel", "far", r"problem, max_travel: is 'far'"),
        ("max_travel", 5, r"problem, max_travel: needs distances"),
        ("max_changes", -1, r"problem, max_changes: is -1; give a whole number"),
        ("max_changes", 1.5, r"problem, max_changes: is 1.5"),
        ("max_changes", "all", r"problem, max_changes: is 'all'"),
        ("max_changes", math.inf, r"problem, max_changes: is inf"),
        ("max_changes", math.nan, r"problem, max_changes: is nan"),
        ("max_hamlets", -1, r"problem, max_hamlets: is -1; give a whole number"),
        ("max_hamlets", 0.5, r"problem, max_hamlets: is 0.5"),
        ("within_hamlet", "no", r"problem, within_hamlet: is 'no'; give True or False"),
        ("own_household", "never", r"problem, own_household: is 'never'; give one of 'allow'"),
        ("own_household", np.array(["allow", "x"]), r"problem, own_household: is array"),
        ("travel", "walk", r"problem, travel: is not a travel model \(a str\)"),
        ("workload", [[1, 2]], r"problem, workload: is not a matrix of 1 households × 1 members"),
        ("workload", "heavy", r"problem, workload: is not a matrix"),
        ("workload", [[1], [2, 3]], r"problem, workload: is not a matrix"),
        ("workload", [[-1]], r"pair \('h', 'm'\), workload: is -1; give a finite number"),
        ("workload", [[math.nan]], r"pair \('h', 'm'\), workload: is nan"),
    ],
)
def test_each_option_says_what_is_wrong_with_it(option, value, match):
    """Limits of the whole problem are checked like fields."""
    refused(match, **{option: value})


def test_options_are_kept_as_plain_values():
    """Numbers of numpy are plain ones inside."""
    problem = Problem(
        [Member("m", (1, 2))],
        [Household("h", (1, 2))],
        max_travel=np.int64(5),
        max_changes=2.0,
        within_hamlet=np.True_,
    )
    assert (problem.max_travel, problem.max_changes, problem.within_hamlet) == (5.0, 2, True)
    assert type(problem.max_changes) is int


def test_a_reach_needs_a_distance():
    """Contract 3.0: with ``travel=None`` limits of travel are refused by name."""
    refused(r"member 'm', max_travel: needs distances", [Member("m", max_travel=3.0)])


def test_geodesic_travel_needs_coordinates():
    """What travel cannot tell is a defect of the record."""
    with pytest.raises(InvalidProblemError, match=r"member 'm', at: has no coordinates"):
        Problem([Member("m")], [Household("h", (1, 2))])
    with pytest.raises(InvalidProblemError, match="cannot be read as a coordinate") as told:
        Problem([Member("m", "north")], [Household("h", (1, 2))])
    assert len(told.value.defects) == 1  # it is not missing, too


def test_an_exempt_member_has_no_minimum():
    """A minimum that nobody can keep is a slip."""
    member = Member("m", max_workload=0, min_households=1)
    refused(r"member 'm', min_households: is above 0 for an exempt member", [member])
    member = Member("m", max_households=0, min_workload=1.0)
    refused(r"member 'm', min_workload: is above 0 for an exempt member", [member])


def test_the_own_household_is_in_the_problem():
    """Contract 2.4: an unknown id in ``household``."""
    refused(r"member 'm', household: names household 'x'", [Member("m", household="x")])


def test_households_of_a_group_need_equally_many():
    """Contract 2.2: one group, the same members, all or none."""
    households = [Household("h1", group="g"), Household("h2", group="g", members_needed=2)]
    refused(r"household 'h2', members_needed: is 2, but 1 for 'h1'", households=households)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"forbidden": [("h1", "m1")]}, r"fixed pair \('h1', 'm1'\), fixed: is also forbidden"),
        ({"members": [Member("m1", max_households=0)]}, r"fixed: has an exempt member"),
        ({"travel": TravelMatrix([[math.inf], [1]])}, r"fixed: is unreachable"),
        (
            {"members": [Member("m1", household="h1")], "own_household": "forbid"},
            r"fixed: is the member's own household",
        ),
        (
            {"households": [Household("h1", group="g"), Household("h2", group="g")]},
            r"fixed: leaves out household 'h2' of the same group",
        ),
        (
            {"households": [Household("h1", members_needed=0), Household("h2")]},
            r"household 'h1', fixed: has 1 fixed members and needs 0",
        ),
    ],
)
def test_a_fixed_pair_must_be_allowed(options, match):
    """Contract 2.4: a fixed pair that is not allowed, one too many, or on a part of a group."""
    arguments = {
        "members": [Member("m1")],
        "households": [Household("h1"), Household("h2")],
        "travel": None,
        "fixed": [("h1", "m1")],
    }
    with pytest.raises(InvalidProblemError, match=match):
        Problem(**(arguments | options))


def test_fixed_pairs_that_fit_are_no_defect():
    """A whole group, reachable, not forbidden."""
    problem = Problem(
        [Member("m1", hamlet="A"), Member("m2", hamlet="B")],
        [Household("h1", group="g", hamlet="A"), Household("h2", group="g", hamlet="A")],
        travel=BetweenPlaces({("A", "B"): 3.0}, within=1.0, unit="km"),
        fixed=[("h1", "m2"), ("h2", "m2")],
    )
    assert problem.fixed == (("h1", "m2"), ("h2", "m2"))
    assert "travel_matrix" not in vars(problem)  # building a problem computes no matrix


def test_fixed_pairs_are_looked_at_once_the_rest_is_sound():
    """What follows from another defect is not said as well."""
    with pytest.raises(InvalidProblemError, match="1 defect in") as caught:
        Problem(
            [Member("m1", share=-1.0)], [Household("h1")], travel=None, fixed=[("h1", "m1")] * 2
        )
    assert "share" in str(caught.value)
