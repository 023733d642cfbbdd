"""What is otherwise in another plan: who changes hands, and every figure (contract 5.3, 6.1)."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hand_made import plan_of
from said import said

from phancong import (
    Continuity,
    FairLoad,
    Household,
    InvalidArgumentError,
    Member,
    Problem,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.plan.difference import LoadShift, PlanDifference, Shift
from phancong.report.changes import ChangeOfHands
from phancong.synth import hamlet

MEMBERS = [Member("a"), Member("b"), Member("c"), Member("d")]
HOUSEHOLDS = [Household(number) for number in range(1, 7)]
BEFORE = Problem(MEMBERS, HOUSEHOLDS, travel=None)
JANUARY = plan_of(BEFORE, [(1, "a"), (2, "a"), (3, "b"), (4, "c"), (5, "d")])


def hands(before, after):
    """For each household that changes hands: why, and how many changes."""
    return {c.household: (c.why, c.changes) for c in before.diff(after).changed}


def test_a_plan_does_not_differ_from_itself():
    """Nobody changes hands, and no figure moves."""
    found = JANUARY.diff(JANUARY)
    assert (found.changed, found.new, found.gone, found.newly_uncovered) == ((), (), (), ())
    assert found.changes == 0
    assert all(shift.by == 0 for _, shift in found.goals)
    assert all(shift.by in (0, None) for shift in found.metrics.values())
    assert all(load.households.by == load.workload.by == 0 for load in found.loads)
    assert str(found).splitlines()[0] == "0 households change hands."


def test_who_changes_hands():
    """Only households of both problems, sorted, with their members before and after."""
    after = plan_of(
        Problem(MEMBERS, [*HOUSEHOLDS[1:], Household(0)], travel=None),
        [(0, "a"), (2, "b"), (3, "b"), (4, "d"), (6, "d")],
    )
    found = JANUARY.diff(after)
    assert found.changed == (
        ChangeOfHands(2, ("a",), ("b",), "could stay", 1),
        ChangeOfHands(4, ("c",), ("d",), "could stay", 1),
        ChangeOfHands(5, ("d",), (), "could stay", 1),
        ChangeOfHands(6, (), ("d",), "added", 0),
    )
    assert found.changes == 3
    assert (found.new, found.gone) == ((0,), (1,))


def test_newly_uncovered_are_those_who_missed_nobody_before():
    """Household 6 was uncovered before; 5 is now; 7 is new and has nobody."""
    after = plan_of(
        BEFORE.replace(households=[*HOUSEHOLDS, Household(7)]),
        [(1, "a"), (2, "a"), (3, "b"), (4, "c")],
    )
    assert JANUARY.uncovered == (6,)
    assert JANUARY.diff(after).newly_uncovered == (5, 7)


def test_who_could_not_stay_is_no_change():
    """Gone, exempt, or not allowed any more (contract 5.3): the reason is said."""
    after = BEFORE.replace(
        members=[Member("a"), Member("b", max_households=0), Member("d")],
        forbidden=[(5, "d")],
    )
    found = hands(JANUARY, plan_of(after, [(h, "a") for h in range(1, 7)]))
    assert found == {
        3: ("exempt", 0),
        4: ("gone", 0),
        5: ("not allowed", 0),
        6: ("added", 0),
    }


def test_of_more_pairs_than_needed_those_beyond_the_number_end_without_a_change():
    """Contract 5.3: two members were there and one is needed; one may end, both may not."""
    two = [Household(1, members_needed=2), Household(2, members_needed=2)]
    was = plan_of(Problem(MEMBERS, two, travel=None), [(1, "a"), (1, "b"), (2, "a"), (2, "b")])
    now = plan_of(Problem(MEMBERS, [Household(1), Household(2)], travel=None), [(1, "a"), (2, "c")])
    assert hands(was, now) == {1: ("needs fewer", 0), 2: ("could stay", 1)}


def test_several_reasons_are_all_said():
    """One of two members is gone, the other exempt."""
    two = Problem(MEMBERS, [Household(1, members_needed=2)], travel=None)
    was = plan_of(two, [(1, "a"), (1, "b")])
    after = two.replace(members=[Member("b", max_households=0), Member("c"), Member("d")])
    assert hands(was, plan_of(after, [(1, "c"), (1, "d")])) == {1: ("exempt, gone", 0)}


@pytest.mark.parametrize("seed", range(8))
def test_changes_are_those_of_continuity_with_the_first_plan_as_previous(seed):
    """Contract 5.3: members gone, exempt and new, households new and gone; one meaning of change."""
    problem = hamlet(seed, weights="equal", infeasible=0)
    before = solve(problem, goals=(Travel(),))
    able = [member for member in problem.members if member.max_households != 0]
    members = [member for member in problem.members if member != able[seed % len(able)]]
    members = [
        replace(member, min_households=0, max_households=0)
        if member == able[-1 - seed % 3]
        else member
        for member in members
    ]
    after = solve(
        problem.replace(
            members=[replace(member, household=None) for member in members],
            households=problem.households[3:],
            previous=before,
            own_household="forbid",
        ),
        goals=(FairLoad(), Travel()),
    )
    found = before.diff(after)
    assert found.changes == after.metrics["changes"]
    assert found.gone == tuple(household.id for household in problem.households[:3])


def test_goals_that_both_plans_have_are_compared():
    """By equality, in the order of the second plan; position by position where there are several."""
    fair = FairLoad(aim="leximax")
    was = plan_of(BEFORE, JANUARY.pairs, goals=(Continuity(), fair))
    now = plan_of(BEFORE, [(1, "a"), (2, "b"), (3, "b")], goals=(fair, FairLoad(), Continuity()))
    assert was.diff(now).goals == (
        (fair, Shift((2, 1, 1, 1), (2, 1, 0, 0), (0, 0, -1, -1))),
        (Continuity(), Shift(0, 0, 0)),
    )


def test_loads_of_other_members_cannot_be_compared_one_by_one():
    """Contract 5.2: leximax has a figure for each member; of three and four there is no difference."""
    fair = FairLoad(aim="leximax")
    was = plan_of(BEFORE, JANUARY.pairs, goals=(fair,))
    now = plan_of(BEFORE.replace(members=MEMBERS[:3]), [(1, "a")], goals=(fair,))
    assert was.diff(now).goals == ((fair, Shift((2, 1, 1, 1), (1, 0, 0), None)),)


def test_what_each_member_carries():
    """Sorted; None where the member is not in the problem."""
    heavy = [Household(1, workload=2.5), Household(2)]
    was = plan_of(Problem([Member("b"), Member(9)], heavy, travel=None), [(1, 9), (2, "b")])
    now = plan_of(Problem([Member("a"), Member("b")], heavy, travel=None), [(1, "a"), (2, "a")])
    assert was.diff(now).loads == (
        LoadShift(9, Shift(1, None, None), Shift(2.5, None, None)),
        LoadShift("a", Shift(None, 2, None), Shift(None, 3.5, None)),
        LoadShift("b", Shift(1, 0, -1), Shift(1, 0, -1)),
    )


def near(unit="km", previous=None, travel=True):
    """Two households, two members; 1 lives near a, 2 near b."""
    return Problem(
        MEMBERS[:2],
        HOUSEHOLDS[:2],
        travel=TravelMatrix([[1, 4], [5, 2]], unit=unit) if travel else None,
        previous=previous,
    )


def test_figures_of_both_plans():
    """Each metric with its difference; None where one plan has no distance."""
    was = plan_of(near(), [(1, "a"), (2, "b")])
    metrics = was.diff(plan_of(near(), [(1, "b"), (2, "b")])).metrics
    assert metrics["travel_total"] == Shift(3, 6, 3)
    assert metrics["load_max"] == Shift(1, 2, 1)
    still = plan_of(near(travel=False), [(1, "b"), (2, "b")], goals=())
    assert was.diff(still).metrics["travel_total"] == Shift(3, None, None)
    with pytest.raises(TypeError, match="does not support item assignment"):
        metrics["load_max"] = Shift(1, 1, 0)


def test_what_means_something_else_is_not_subtracted():
    """Kilometres from minutes, and changes from another plan from changes from this one."""
    was = plan_of(near(), [(1, "a"), (2, "b")])
    minutes = was.diff(plan_of(near("minutes"), [(1, "b"), (2, "b")]))
    assert dict(minutes.goals)[Travel()] == Shift(3, 6, None)
    assert dict(minutes.goals)[Continuity()] == Shift(0, 0, 0)
    assert minutes.metrics["travel_max"] == Shift(2, 4, None)
    since = was.diff(plan_of(near(previous=was), [(1, "b"), (2, "b")]))
    assert dict(since.goals)[Travel()] == Shift(3, 6, 3)
    assert dict(since.goals)[Continuity()] == Shift(0, 1, None)
    assert since.metrics["changes"] == Shift(0, 1, None)


def test_a_difference_prints_what_is_otherwise():
    """The counts, who changes hands, loads that move, goals and figures; weights where there are."""
    lists = near().households
    was = plan_of(near(), [(1, "a"), (2, "b")], goals=(FairLoad("households"), Travel()))
    now = plan_of(
        near().replace(
            households=[*lists[1:], Household(3, workload=2.5), Household(4)],
            travel=TravelMatrix([[5, 2], [1, 1], [1, 1]], unit="km"),
        ),
        [(2, "a"), (3, "a")],
        goals=(FairLoad("households"), Travel()),
    )
    lines = str(was.diff(now)).split("\n")
    assert said(str(was.diff(now)).partition("\n\nhousehold ")[0]) == (
        "1 household changes hands. 1 of them could have stayed. 2 households are new. 1 household is "
        "gone. 1 household misses a member and did not before. new: 3, 4 gone: 1 newly uncovered: 4"
    )
    lines = lines[lines.index("newly uncovered: 4") - 3 :]
    assert [line.split() for line in lines[5:7]] == [
        ["household", "before", "after", "who", "ends"],
        ["2", "b", "a", "could", "stay"],
    ]
    assert [line.split() for line in lines[8:11]] == [
        ["member", "households", "then", "by", "workload", "then", "by"],
        ["a", "1", "2", "+1", "1", "3.5", "+2.5"],
        ["b", "1", "0", "-1", "1", "0", "-1"],
    ]
    assert lines[12].split() == ["goal", "or", "figure", "before", "after", "by"]
    assert lines[13].split() == ["most", "households", "of", "a", "member", "1", "2", "+1"]
    assert ["travel_mean", "1.5", "3", "+1.5"] in [line.split() for line in lines[14:]]
    assert not any(line.startswith(("kept", "changes")) for line in lines)


def test_long_lists_are_cut():
    """Rows beyond the first sixty are counted; so are ids in a line, and the loads of leximax."""
    many = [Household(number) for number in range(67)]
    fair = (FairLoad(aim="leximax"),)
    members = [Member(number) for number in range(67)]
    was = plan_of(Problem(members, many, travel=None), [(h, h) for h in range(67)], goals=fair)
    more = [Household(number) for number in range(98)]
    now = plan_of(
        Problem(members, more, travel=None), [(h, (h + 1) % 67) for h in range(67)], goals=fair
    )
    printed = str(was.diff(now))
    assert "… and 7 more" in printed
    assert "new: 67, 68," in printed
    assert ", 89, … 8 more\n" in printed
    assert "1; 1; 1; 1; 1, … 62 more  0; 0; 0; 0; 0, … 62 more" in printed


def test_a_household_without_a_member_has_a_dash():
    """Uncovered before, or after."""
    now = plan_of(BEFORE, [(2, "a"), (3, "b"), (4, "c"), (5, "d"), (6, "a")])
    lines = [line.split() for line in str(JANUARY.diff(now)).split("\n")]
    assert ["1", "a", "–", "could", "stay"] in lines
    assert ["6", "–", "a", "added"] in lines


def test_only_a_plan_can_be_compared():
    """Pairs have no problem to tell who is gone."""
    with pytest.raises(InvalidArgumentError, match=r"diff\(\) takes a Plan, not a tuple"):
        JANUARY.diff(JANUARY.pairs)


def test_a_difference_is_a_frozen_record():
    """Nothing can be set."""
    found = JANUARY.diff(JANUARY)
    assert isinstance(found, PlanDifference)
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        found.new = ()
