"""Conflicts: limits that cannot hold together, and without any one element can (contract 6.4)."""

from dataclasses import replace

import pytest
from diagnosed import (
    all_but,
    bounds,
    by_chunk,
    carried_aside,
    diagnosis_of,
    holds,
    infeasible_seeds,
    only_households,
    only_minimums_of,
    problem_of,
    reached,
)
from oracle import reading
from said import said

from phancong import Conflict, Household, Member, Problem, TravelMatrix, diagnose


def cases(part, kind):
    """``(seed, problem, conflict)`` of all conflicts of a kind."""
    for number in part:
        seed = infeasible_seeds()[number]
        for conflict in diagnosis_of(seed).conflicts:
            if conflict.kind == kind:
                yield seed, carried_aside(problem_of(seed)), conflict


def homes(number, **fields):
    return [Household(f"h{n + 1}", **fields) for n in range(number)]


def only_conflict(problem, **options):
    (conflict,) = diagnose(problem, **options).conflicts
    return conflict


# --- solved by hand


def test_alike_households_that_need_several_are_counted_not_tried_one_by_one():
    """Of 40 that need five of 60 members 13 are one too many, and h41 that reaches nobody is told.

    Household by household that would be some 40 flows; by kinds it is their logarithm.
    """
    members = [Member(f"m{n:02}", max_households=1) for n in range(60)]
    homes_ = [*homes(40, members_needed=5), Household("h41", members_needed=2)]
    forbidden = [("h41", m.id) for m in members]
    problem = Problem(members, homes_, travel=None, forbidden=forbidden)
    found = diagnose(problem).conflicts
    assert [(len(c.households), c.needed, c.places) for c in found] == [(13, 65, 60), (1, 2, 0)]
    assert "h41" not in found[0].households


def test_three_households_and_two_places():
    """Any three of four are one too many; three are named."""
    problem = Problem([Member("a", max_households=2)], homes(4), travel=None)
    conflict = only_conflict(problem)
    assert (conflict.kind, conflict.needed, conflict.places) == ("places", 3, 2)
    assert len(conflict.households) == 3
    assert conflict.members == ("a",)
    assert conflict.rules == ("coverage", "max_households")


def test_only_those_who_compete_are_named():
    """h1 and h2 reach a only; h3 and its member have nothing to do with it."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        homes(3),
        travel=None,
        forbidden=[("h1", "b"), ("h2", "b"), ("h3", "a")],
    )
    assert only_conflict(problem) == Conflict(
        "places", ("h1", "h2"), ("a",), 2, 1, ("coverage", "max_households")
    )


def test_who_makes_room_is_part_of_it():
    """h1 reaches a only, h2 a and b, h3 b only: two places for three, through h2."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        homes(3),
        travel=None,
        forbidden=[("h1", "b"), ("h3", "a")],
    )
    conflict = only_conflict(problem)
    assert conflict.households == ("h1", "h2", "h3")
    assert conflict.members == ("a", "b")


def test_each_shortage_is_named_once():
    """Two hamlets, each with one place too few; and not a third time for the same members."""
    problem = Problem(
        [Member("a", max_households=1, hamlet="A"), Member("b", max_households=1, hamlet="B")],
        [Household(n, hamlet="A" if n < 3 else "B") for n in range(5)],
        travel=None,
        within_hamlet=True,
    )
    found = diagnose(problem).conflicts
    assert [(c.members, c.needed, c.places) for c in found] == [(("a",), 2, 1), (("b",), 2, 1)]
    assert all(c.rules == ("coverage", "max_households", "within_hamlet") for c in found)


def test_a_household_that_nobody_can_take():
    """The rules that stand in its way, and no member."""
    problem = Problem(
        [Member("a", skills=("x",)), Member("b")],
        [Household("h", needs=("x",))],
        travel=TravelMatrix([[9, 1]]),
        max_travel=5,
    )
    conflict = only_conflict(problem)
    assert (conflict.households, conflict.members) == (("h",), ())
    assert (conflict.needed, conflict.places) == (1, 0)
    assert conflict.rules == ("coverage", "needs", "max_travel")


def test_what_is_forbidden_needs_no_rule():
    """Coverage alone cannot hold."""
    problem = Problem([Member("a")], homes(1), travel=None, forbidden=[("h1", "a")])
    assert only_conflict(problem).rules == ("coverage",)


def test_of_two_limits_that_each_forbid_it_one_is_enough():
    """A maximum of 1 and a workload for 1: with either gone the other still stands."""
    problem = Problem([Member("a", max_households=1, max_workload=1.5)], homes(2), travel=None)
    rules = only_conflict(problem).rules
    assert rules in {("coverage", "max_households"), ("coverage", "max_workload")}


def test_a_household_that_needs_more_members_than_there_are():
    """Each member at most once."""
    conflict = only_conflict(Problem([Member("a")], homes(2, members_needed=2), travel=None))
    assert (conflict.households, conflict.members) == (("h1",), ("a",))
    assert (conflict.needed, conflict.places) == (2, 1)


def test_more_fixed_pairs_than_the_maximum():
    """Two of three fixed pairs are one too many; without coverage they would still be."""
    problem = Problem(
        [Member("a", max_households=1), Member("b")],
        homes(4),
        travel=None,
        fixed=[("h1", "a"), ("h2", "a"), ("h3", "a")],
    )
    conflict = only_conflict(problem)
    assert (conflict.kind, conflict.households, conflict.members) == (
        "fixed", ("h1", "h2"), ("a",),
    )  # fmt: skip
    assert (conflict.needed, conflict.places) == (2, 1)
    assert conflict.rules == ("max_households",)


def test_fixed_pairs_beyond_the_maximum_do_not_hide_who_else_is_short():
    """h3 can only go to a, who has one place: h3 and one of the fixed ones are enough."""
    problem = Problem(
        [Member("a", max_households=1)], homes(3), travel=None, fixed=[("h1", "a"), ("h2", "a")]
    )
    found = diagnose(problem).conflicts
    assert [conflict.needed for conflict in found] == [2] * len(found)
    for conflict in found:
        check_places("by hand", problem, conflict)


def test_more_minimums_than_households():
    """Three members with a minimum of 1 and two households."""
    problem = Problem([Member(m, min_households=1) for m in "abc"], homes(2), travel=None)
    assert only_conflict(problem) == Conflict(
        "minimums", ("h1", "h2"), ("a", "b", "c"), 3, 2, ("min_households",)
    )


def test_a_minimum_out_of_reach():
    """b reaches one household and must have two; a has nothing to do with it."""
    problem = Problem(
        [Member("a", min_households=1), Member("b", min_households=2)],
        homes(4),
        travel=TravelMatrix([[1, 1], [1, 9], [1, 9], [1, 9]]),
        max_travel=5,
    )
    assert only_conflict(problem) == Conflict(
        "minimums", ("h1",), ("b",), 2, 1, ("min_households", "max_travel")
    )


def test_a_minimum_of_workload():
    """3 hours in households of 2 are two of them, and there is one."""
    problem = Problem([Member("a", min_workload=3)], homes(1, workload=2), travel=None)
    assert only_conflict(problem) == Conflict("minimums", ("h1",), ("a",), 2, 1, ("min_workload",))


def test_households_that_weigh_nothing_make_no_workload():
    """However many they are; all that there are is what can be theirs."""
    problem = Problem([Member("a", min_workload=1)], homes(3, workload=0), travel=None)
    conflict = only_conflict(problem)
    assert (conflict.kind, conflict.members, conflict.rules) == (
        "minimums", ("a",), ("min_workload",),
    )  # fmt: skip


def test_a_place_that_is_fixed_for_somebody_else_is_no_place():
    """h1 needs two and has a fixed: b and c, who must both have one, have one place there."""
    problem = Problem(
        [Member("a"), Member("b", min_households=1), Member("c", min_households=1)],
        homes(1, members_needed=2),
        travel=None,
        fixed=[("h1", "a")],
    )
    assert only_conflict(problem) == Conflict(
        "minimums", ("h1",), ("b", "c"), 2, 1, ("min_households",)
    )


def test_one_shortage_behind_several_households_is_told_once():
    """h1 needs two members and reaches a only, whatever h2 and h3 do: that is the conflict.

    One of h2 and h3 is left out, too, but not for want of places: without h1 they would do.
    """
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household("h1", members_needed=2), Household("h2"), Household("h3")],
        travel=None,
        forbidden=[("h1", "b")],
    )
    assert diagnose(problem).conflicts == (
        Conflict("places", ("h1",), ("a",), 2, 1, ("coverage",)),
    )


def test_fixed_pairs_beyond_a_maximum_are_no_minimum():
    """Nobody has a minimum, so no conflict is about one, and none is empty."""
    problem = Problem(
        [Member("a", max_households=1)], homes(2), travel=None, fixed=[("h1", "a"), ("h2", "a")]
    )
    assert [conflict.kind for conflict in diagnose(problem).conflicts] == ["fixed"]


def test_places_and_minimums_at_once():
    """One hamlet has too few places, the other too few households."""
    problem = Problem(
        [Member("a", max_households=1, hamlet="A"), Member("b", min_households=2, hamlet="B")],
        [Household(1, hamlet="A"), Household(2, hamlet="A"), Household(3, hamlet="B")],
        travel=None,
        within_hamlet=True,
    )
    found = diagnose(problem).conflicts
    assert [(c.kind, c.needed, c.places) for c in found] == [("places", 2, 1), ("minimums", 2, 1)]


def test_a_minimum_of_one_kind_above_a_maximum_of_the_other():
    """4 hours in households of 1 are four of them, and the member may have two.

    There are households enough for everybody's minimum, so these are no minimums without
    households: it is these two rules of one member that cannot both hold.
    """
    problem = Problem(
        [Member("a", min_workload=4, max_households=2), Member("b", min_households=1)],
        homes(6),
        travel=None,
    )
    found = diagnose(problem)
    assert not found.feasible
    assert [(c.kind, set(c.rules)) for c in found.conflicts] == [
        ("limits", {"min_workload", "max_households"})
    ]


def test_a_maximum_below_what_is_fixed_is_no_matter_of_the_minimum():
    """Of two fixed pairs one is too many, whether or not two households of 1 are asked for."""
    problem = Problem(
        [Member("a", min_workload=2, max_households=1), Member("b")],
        homes(3),
        travel=None,
        fixed=[("h1", "a"), ("h2", "a")],
    )
    found = diagnose(problem).conflicts
    assert [(c.kind, c.rules) for c in found] == [("fixed", ("max_households",))]


def test_what_fixed_pairs_lack_besides_is_not_what_makes_them_too_many():
    """h1 needs a second member and reaches none; the fixed pairs are too many by the maximum."""
    problem = Problem(
        [Member("a", max_households=1), Member("b")],
        [Household("h1", members_needed=2), Household("h2")],
        travel=TravelMatrix([[1, 9], [1, 1]]),
        max_travel=5,
        fixed=[("h1", "a"), ("h2", "a")],
    )
    found = {conflict.kind: conflict for conflict in diagnose(problem).conflicts}
    assert found["fixed"].rules == ("max_households",)


def test_a_ceiling_is_one_of_the_rules_that_are_named():
    """A group of three 9 away may be one beyond the reach, and the reach is 5: without it, it holds."""
    problem = Problem(
        [Member("a", max_workload=9.0)],
        homes(3, group="g"),
        travel=TravelMatrix([[9], [9], [9]]),
        max_travel=5,
        max_changes=9,
    )
    conflict = only_conflict(problem, relax={"max_travel": 1})
    assert conflict.rules == ("max_travel", "coverage")


def test_rules_are_named_where_no_cut_can_tell():
    """A group of two for one place: no flow, so the rules themselves."""
    problem = Problem(
        [Member("a", max_households=1, min_households=1)], homes(2, group="g"), travel=None
    )
    assert only_conflict(problem) == Conflict(
        "limits", (), (), 0, 0, ("max_households", "coverage")
    )


def test_what_may_give_way_anyway_is_no_conflict():
    """A rule that is relaxed is not named, and what it would mend is not infeasible."""
    problem = Problem([Member("a", max_households=1, min_households=1)], homes(2), travel=None)
    assert diagnose(problem, relax=("coverage",)).feasible
    assert diagnose(problem, relax=("max_households",)).feasible
    conflict = only_conflict(problem, relax=("min_households",))
    assert conflict.rules == ("coverage", "max_households")
    # A ceiling is a limit, too.
    capped = problem.replace(households=homes(4))
    assert only_conflict(capped, relax={"max_households": 2}).places == 3
    limits = problem.replace(households=homes(2, group="g"), max_changes=1)
    assert only_conflict(limits, relax=("min_workload",)).rules == ("max_households", "coverage")


# --- against trying every plan


def check_places(seed, problem, conflict):
    """It fails, and without any one household or rule it holds."""
    kept = set(conflict.households)
    part = only_households(problem, kept)
    if too_many_fixed(problem, conflict):
        check_fixed(seed, problem, conflict)
        return
    assert not holds(part), seed
    for one in kept:
        assert holds(only_households(problem, kept - {one})), (seed, conflict, one)
    need = reading.needed(problem)
    if has_pairs_too_many(problem, kept):
        return  # they are a conflict of their own, and not counted here
    assert conflict.needed == sum(need[h] for h in kept) > conflict.places, (seed, conflict)
    reach = reached(problem, kept)
    assert set(conflict.members) == set(reach), (seed, conflict)
    high = {m.id: bounds(problem, m)[1] for m in problem.members}
    assert conflict.places == sum(min(n, high[m]) for m, n in reach.items()), (seed, conflict)
    check_rules(seed, part, conflict, ())


def has_pairs_too_many(problem, households):
    """Whether one of these households is fixed for a member who has more than may be."""
    high = {m.id: bounds(problem, m)[1] for m in problem.members}
    base = {m: sum(1 for pair in problem.fixed if pair[1] == m) for m in high}
    return any(base[m] > high[m] for h, m in problem.fixed if h in households)


def too_many_fixed(problem, conflict):
    high = {m.id: bounds(problem, m)[1] for m in problem.members}
    return len(conflict.members) == 1 and any(
        len(conflict.households) > high[m]
        and all((h, m) in problem.fixed for h in conflict.households)
        for m in conflict.members
    )


def check_fixed(seed, problem, conflict):
    """More fixed pairs of one member than may be, by one; whether all are covered is set aside."""
    (member,) = conflict.members
    kept = set(conflict.households)
    part = only_households(problem, kept)
    assert not holds(part, ("coverage",)), (seed, conflict)
    for one in kept:
        assert holds(only_households(problem, kept - {one}), ("coverage",)), (seed, conflict)
    assert conflict.needed == len(kept) == conflict.places + 1, (seed, conflict)
    high = next(bounds(problem, m)[1] for m in problem.members if m.id == member)
    assert conflict.places == high, (seed, conflict)
    check_rules(seed, part, conflict, ())


def check_minimums(seed, problem, conflict):
    """The same over the members; coverage and maxima are set aside."""
    kept = set(conflict.members)
    aside = ("max_workload", "max_households", "coverage")
    part = only_minimums_of(problem, kept)
    assert not holds(part, aside), (seed, conflict)
    for one in kept:
        assert holds(only_minimums_of(problem, kept - {one}), aside), (seed, conflict, one)
    low = {m.id: bounds(problem, m)[0] for m in problem.members}
    assert conflict.needed == sum(low[m] for m in kept) > conflict.places, (seed, conflict)
    check_rules(seed, part, conflict, aside)


def check_contradiction(seed, problem, conflict):
    """One member's minimum is above the maximum by the two rules alone, and each is needed."""
    (name,) = conflict.members
    member = next(m for m in problem.members if m.id == name)
    none = {"min_households": 0, "max_households": None, "min_workload": 0.0, "max_workload": None}
    alone = replace(member, **{r: none[r] for r in none if r not in conflict.rules})
    assert len(conflict.rules) == 2  # one minimum alone, or one maximum alone, can always hold
    low, high = bounds(problem, alone)
    assert low > high, (seed, conflict)


def check_rules(seed, part, conflict, aside):
    """The named rules cannot hold together; without any one of them they can."""
    others = [rule for rule in all_but(conflict.rules) if rule not in aside]
    assert not holds(part, (*others, *aside)), (seed, conflict)
    for rule in conflict.rules:
        assert holds(part, (*others, rule, *aside)), (seed, conflict, rule)


@by_chunk
def test_every_conflict_about_places_is_irreducible(part):
    """Those households, those members, so many places, those rules."""
    for seed, problem, conflict in cases(part, "places"):
        check_places(seed, problem, conflict)


@by_chunk
def test_every_conflict_about_minimums_is_irreducible(part):
    """Those members, so many households, those rules."""
    for seed, problem, conflict in cases(part, "minimums"):
        check_minimums(seed, problem, conflict)


@by_chunk
def test_every_conflict_about_limits_is_irreducible(part):
    """Those rules."""
    for seed, problem, conflict in cases(part, "limits"):
        if conflict.members:
            check_contradiction(seed, problem, conflict)
        else:
            check_rules(seed, problem, conflict, ())


@by_chunk
def test_every_conflict_about_fixed_pairs_is_irreducible(part):
    """Those pairs of one member, one more than may be, whether or not all are covered."""
    for seed, problem, conflict in cases(part, "fixed"):
        assert too_many_fixed(problem, conflict), (seed, conflict)
        check_fixed(seed, problem, conflict)


@by_chunk
def test_there_always_is_a_conflict(part):
    """Whoever hears that it cannot be hears why."""
    for number in part:
        seed = infeasible_seeds()[number]
        found = diagnosis_of(seed).conflicts
        assert found, seed
        assert len(set(found)) == len(found), seed
        assert all(conflict.rules for conflict in found), seed


# --- in words


@pytest.mark.parametrize(
    ("conflict", "text"),
    [
        (
            Conflict("places", ("h1",), (), 1, 0, ("coverage",)),
            "household h1 needs 1 place, and nobody can take it (coverage)",
        ),
        (
            Conflict("places", ("h1", "h2"), (), 3, 0, ("coverage", "needs")),
            "2 households (h1, h2) need 3 places, and nobody can take them (coverage, needs)",
        ),
        (
            Conflict("places", ("h1", "h2"), ("a",), 2, 1, ("coverage", "max_households")),
            "2 households (h1, h2) need 2 places and can only go to member a, where there is room "
            "for 1 (coverage, max_households)",
        ),
        (
            Conflict("places", (1,), ("a", "b"), 3, 2, ("coverage",)),
            "household 1 needs 3 places and can only go to 2 members (a, b), where there is room "
            "for 2 (coverage)",
        ),
        (
            Conflict("places", tuple(range(9)), ("a",), 9, 7, ("coverage",)),
            "9 households (0, 1, 2, 3, 4, … 4 more) need 9 places and can only go to member a, "
            "where there is room for 7 (coverage)",
        ),
        (
            Conflict("minimums", ("h1",), ("a",), 2, 1, ("min_households",)),
            "member a must have 2 households, and only 1 can be theirs (min_households)",
        ),
        (
            Conflict("minimums", ("h1",), ("a", "b"), 1, 0, ("min_households", "needs")),
            "2 members (a, b) must have 1 household, and only 0 can be theirs "
            "(min_households, needs)",
        ),
        (
            Conflict("limits", (), (), 0, 0, ("max_changes", "coverage")),
            "max_changes, coverage cannot all hold",
        ),
    ],
)
def test_a_conflict_reads_as_a_sentence(conflict, text):
    """Who, how many, and by which rules."""
    assert said(conflict) == text


def test_a_minimum_that_cannot_hold_is_a_conflict_without_the_maximum():
    """Two households are asked for where there is one, whatever the maximum lets be."""
    members = [Member("m", min_households=2, max_workload=1.0), Member("n")]
    found = diagnose(Problem(members, [Household("h")], travel=None))
    assert [conflict.rules for conflict in found.conflicts] == [("min_households",)]
