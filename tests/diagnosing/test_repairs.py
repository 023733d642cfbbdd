"""Repairs: of each kind the least change that makes the limits hold (contract 6.4)."""

import itertools
import math
import random
from dataclasses import replace

import pytest
from as_large import WIDE, as_large
from conflicting import SUFFICIENT
from diagnosed import (
    by_chunk,
    diagnosis_of,
    holds,
    infeasible_seeds,
    problem_of,
    without_minimums,
)
from lanes import chunks, named
from oracle import brute, reading

from phancong import (
    Diagnosis,
    Household,
    InfeasibleError,
    InvalidArgumentError,
    Member,
    Problem,
    Repair,
    Search,
    TravelMatrix,
    diagnose,
    solve,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.diagnosing import Trial, diagnosis, repairs
from phancong.engines import starting
from phancong.engines.exact import CpSatEngine
from phancong.synth import commune

KINDS = (
    "lower_min_households",
    "allow_changes",
    "raise_max_hamlets",
    "allow_other_hamlets",
    "extend_max_travel",
    "raise_max_workload",
    "raise_max_households",
    "add_members",
    "lower_members_needed",
    "leave_uncovered",
    "phase",
)


def cases(part):
    """``(seed, problem, {kind: repair})``."""
    for number in part:
        seed = infeasible_seeds()[number]
        yield seed, problem_of(seed), {r.kind: r for r in diagnosis_of(seed).repairs}


def of_kind(part, kind):
    """``(seed, problem, repair)`` where there is one of this kind."""
    for seed, problem, found in cases(part):
        if kind in found:
            yield seed, problem, found[kind]


def repair_of(problem, kind, **options):
    """The only repair of that kind, tried; None if there is none."""
    found = [repair for repair in diagnose(problem, **options).repairs if repair.kind == kind]
    assert len(found) <= 1
    if not found:
        return None
    solve(found[0].apply(problem), relax=options.get("relax", ()))
    return found[0]


def homes(number, **fields):
    return [Household(f"h{n + 1}", **fields) for n in range(number)]


def kinds_of(problem):
    return [repair.kind for repair in diagnose(problem).repairs]


# --- each kind, solved by hand


def test_lower_the_minimum():
    """3 + 3 + 1 of five households: 2 + 2 + 1 is the most; b and c must give up one each."""
    problem = Problem(
        [
            Member("a", min_households=1),
            Member("b", min_households=3),
            Member("c", min_households=3),
        ],
        homes(5),
        travel=None,
    )
    repair = repair_of(problem, "lower_min_households")
    assert (repair.amount, repair.subjects) == (2, ("b", "c"))
    assert [m.min_households for m in repair.apply(problem).members] == [1, 2, 2]
    assert str(repair) == "lower the minimum to 2 households (b, c)"
    assert kinds_of(problem) == ["lower_min_households"]


def test_no_minimum_at_all_is_the_last_way():
    """Nobody can have anything: lowered to 0."""
    problem = Problem([Member("a", min_households=4)], [], travel=None)
    repair = repair_of(problem, "lower_min_households")
    assert repair.amount == 0
    assert str(repair) == "lower the minimum to 0 households (a)"


def test_allow_changes():
    """a may keep one of three: two must change hands."""
    problem = Problem(
        [Member("a", max_households=1), Member("b")],
        homes(3),
        travel=None,
        previous=[(f"h{n}", "a") for n in (1, 2, 3)],
        max_changes=0,
    )
    repair = repair_of(problem, "allow_changes")
    assert (repair.amount, repair.subjects) == (2, ())
    assert repair.apply(problem).max_changes == 2
    assert str(repair) == "allow 2 changes"


def test_raise_the_maximum_of_hamlets():
    """Five hamlets, two members of whom one may serve no more than one: 4 and 1, or 3 and 3 of all."""
    problem = Problem(
        [Member("a", max_hamlets=1), Member("b", max_hamlets=2), Member("c", max_households=0)],
        [Household(f"h{n}", hamlet=f"t{n}") for n in range(5)],
        travel=None,
        max_hamlets=4,
    )
    repair = repair_of(problem, "raise_max_hamlets")
    assert (repair.amount, repair.subjects) == (3, ())
    mended = repair.apply(problem)
    assert [m.max_hamlets for m in mended.members] == [3, 3, None]
    assert mended.max_hamlets == 4
    assert str(repair) == "let each member serve 3 hamlets"
    # The limit of the whole problem is raised with the members'; no other rule is loosened.
    whole = problem.replace(members=[Member("a"), Member("b")], max_hamlets=1)
    assert repair_of(whole, "raise_max_hamlets").apply(whole).max_hamlets == 3
    assert repair_of(whole.replace(max_hamlets=None), "raise_max_hamlets") is None


def test_a_conflict_of_hamlets_is_named():
    """Two hamlets, one member who serves one: the limit and coverage cannot both hold."""
    problem = Problem(
        [Member("a", max_hamlets=1)],
        [Household("h1", hamlet="A"), Household("h2", hamlet="B")],
        travel=None,
    )
    (conflict,) = diagnose(problem).conflicts
    assert (conflict.kind, conflict.rules) == ("limits", ("max_hamlets", "coverage"))
    assert kinds_of(problem) == ["raise_max_hamlets", "add_members", "leave_uncovered", "phase"]


def test_new_members_serve_as_many_hamlets_as_most():
    """Each new member serves one hamlet: of three, two are missing somebody."""
    problem = Problem(
        [Member("a", max_hamlets=1)],
        [Household(f"h{n}", hamlet=f"t{n // 2}") for n in range(6)],
        travel=None,
    )
    repair = repair_of(problem, "add_members")
    assert repair.amount == 2
    assert {m.max_hamlets for m in repair.apply(problem).members} == {1}
    whole = problem.replace(members=[Member("a")], max_hamlets=1)
    assert repair_of(whole, "add_members").amount == 2


def test_allow_other_hamlets():
    """One place in A for three: two of them go across, and only those pairs are meant."""
    problem = Problem(
        [Member("a", max_households=1, hamlet="A"), Member("b", hamlet="B")],
        [*homes(3, hamlet="A"), Household("k", hamlet="B")],
        travel=None,
        within_hamlet=True,
    )
    repair = repair_of(problem, "allow_other_hamlets")
    assert repair.amount == len(repair.subjects) == 2
    assert set(repair.subjects) < {"h1", "h2", "h3"}
    mended = repair.apply(problem)
    assert mended.within_hamlet
    assert {member for _, member in mended.fixed} == {"b"}
    assert str(repair) == (
        f"let 2 households have a member of another hamlet ({', '.join(repair.subjects)})"
    )


def test_a_group_crosses_the_border_as_a_whole():
    """Two households of one group in A, where there is nobody: both are fixed with b."""
    problem = Problem(
        [Member("b", hamlet="B")], homes(2, hamlet="A", group="g"), travel=None, within_hamlet=True
    )
    repair = repair_of(problem, "allow_other_hamlets")
    assert repair.apply(problem).fixed == (("h1", "b"), ("h2", "b"))


def test_a_hamlet_cannot_be_left_where_that_is_no_rule():
    """Nothing to allow."""
    problem = Problem([Member("a", max_households=1, hamlet="A")], homes(2), travel=None)
    assert repair_of(problem, "allow_other_hamlets") is None


def test_extend_the_reach():
    """h1 needs 7 and h2 needs 6 or 9: 7 is enough, for the problem and for each member."""
    problem = Problem(
        [Member("a", max_travel=3), Member("b")],
        homes(2),
        travel=TravelMatrix([[7, 12], [9, 6]]),
        max_travel=5,
    )
    repair = repair_of(problem, "extend_max_travel")
    assert (repair.amount, repair.subjects) == (7, ())
    mended = repair.apply(problem)
    assert mended.max_travel == 7
    assert [m.max_travel for m in mended.members] == [7, None]
    assert str(repair) == "raise the distance limit to 7"


def test_who_may_go_farther_still_may():
    """Only the member's own reach was too small, and it is raised no higher than it must."""
    problem = Problem(
        [Member("a", max_travel=1), Member("b", max_travel=20, max_households=1)],
        homes(2),
        travel=TravelMatrix([[4, 15], [3, 15]]),
    )
    repair = repair_of(problem, "extend_max_travel")
    assert repair.amount == 3
    assert [m.max_travel for m in repair.apply(problem).members] == [3, 20]
    assert repair.apply(problem).max_travel is None


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_distances_of_all_pairs_are_not_begun_where_there_is_no_time(seconds):
    """The limit of a metre is too small; how far it has to be raised takes all distances."""
    problem = commune(3, members=4, households=12, band=0.9).replace(max_travel=1.0)
    with as_large((*WIDE, (starting, "DISTANCE", seconds))):
        found = repairs.repairs(problem, Trial({}, Course(Search(seconds=60))))
        kinds = {repair.kind for repair in found}
    assert ("extend_max_travel" in kinds) == (seconds == 0.0)


def test_what_is_unreachable_stays_so():
    """No reach mends that there is no way."""
    problem = Problem([Member("a")], homes(1), travel=TravelMatrix([[math.inf]]), max_travel=1)
    assert kinds_of(problem) == ["add_members", "leave_uncovered"]


def test_raise_the_maximum_workload():
    """Five households of 2 hours for two members: three for one of them, 6 hours."""
    problem = Problem(
        [Member("a", max_workload=3), Member("b", max_workload=4.5), Member("c", max_workload=0)],
        homes(5, workload=2),
        travel=None,
    )
    repair = repair_of(problem, "raise_max_workload")
    assert (repair.amount, repair.subjects) == (6, ())
    assert [m.max_workload for m in repair.apply(problem).members] == [6, 6, 0]
    assert str(repair) == "raise the maximum workload to 6 for all"


def test_the_least_maximum_workload_of_decimals_is_found():
    """Three times 0.1 is 0.3, not 0.30000000000000004 and not 0.4."""
    problem = Problem([Member("a", max_workload=0.2)], homes(3, workload=0.1), travel=None)
    assert repair_of(problem, "raise_max_workload").amount == 0.3


def test_the_maximum_workload_where_effort_depends_on_who_goes():
    """Two households of 1.5 with a, or of 4 with b: a takes both, 3 hours."""
    problem = Problem(
        [Member("a", max_workload=1), Member("b", max_workload=1)],
        homes(2),
        travel=None,
        workload=[[1.5, 4], [1.5, 4]],
    )
    assert repair_of(problem, "raise_max_workload").amount in (3, 2.0 + 1.0)


def test_a_maximum_workload_that_is_in_nobodys_way_is_left():
    """The maximum of households stands in the way, and no workload mends it."""
    problem = Problem([Member("a", max_workload=9, max_households=1)], homes(2), travel=None)
    assert repair_of(problem, "raise_max_workload") is None
    assert repair_of(problem, "raise_max_households").amount == 2


def test_raise_the_maximum():
    """Seven for three, one of whom is exempt and stays so: 4 + 3; who has more keeps it."""
    problem = Problem(
        [
            Member("a", max_households=1),
            Member("b", max_households=3),
            Member("c", max_households=0),
        ],
        homes(7),
        travel=None,
    )
    repair = repair_of(problem, "raise_max_households")
    assert (repair.amount, repair.subjects) == (4, ())
    assert [m.max_households for m in repair.apply(problem).members] == [4, 4, 0]
    assert str(repair) == "raise the maximum to 4 households for all"
    less = problem.replace(households=homes(5))
    repair = repair_of(less, "raise_max_households")
    assert repair.amount == 2
    assert [m.max_households for m in repair.apply(less).members] == [2, 3, 0]


def test_add_members_who_take_what_most_can_take():
    """Two of three members can take 2: four missing are two new members."""
    problem = Problem(
        [
            Member("a", max_households=2),
            Member("b", max_households=2),
            Member("c", max_households=5),
        ],
        homes(13),
        travel=None,
    )
    repair = repair_of(problem, "add_members")
    assert (repair.amount, repair.each) == (2, 2)
    new = [m for m in repair.apply(problem).members if m.id not in ("a", "b", "c")]
    assert [(m.id, m.max_households) for m in new] == [("new 1", 2), ("new 2", 2)]
    assert str(repair) == "add 2 members who can take 2 households each"


def test_of_equally_common_maxima_the_smaller_is_promised():
    """1 and 4, once each: three missing are three new members of 1."""
    problem = Problem(
        [Member("a", max_households=4), Member("b", max_households=1)], homes(8), travel=None
    )
    repair = repair_of(problem, "add_members")
    assert (repair.amount, repair.each) == (3, 1)


def test_new_members_without_a_maximum():
    """Where most have none, the new one has none; ids that are taken are not used again."""
    problem = Problem(
        [Member("new 1")], homes(3, members_needed=2), travel=None, workload=[[1], [2], [3]]
    )
    repair = repair_of(problem, "add_members")
    assert (repair.amount, repair.each) == (1, None)
    assert [m.id for m in repair.apply(problem).members] == ["new 1", "new 2"]
    assert str(repair) == "add 1 member"


def test_new_members_where_there_is_nobody():
    """The first member of all."""
    assert repair_of(Problem([], homes(2), travel=None), "add_members").amount == 1
    exempt = Problem([Member("a", max_households=0)], homes(2), travel=None)
    assert repair_of(exempt, "add_members").amount == 1


def test_new_members_have_the_skills_and_live_near():
    """They can do what is asked for, and are as near as anybody, within the distance limit."""
    problem = Problem(
        [Member("a", max_households=1, skills=("x",)), Member("b", max_travel=2)],
        [Household("h1", needs=("x",)), Household("h2", needs=("y",)), Household("h3")],
        travel=TravelMatrix([[4, 9], [9, 9], [3, 8]]),
        max_travel=5,
    )
    repair = repair_of(problem, "add_members")
    mended = repair.apply(problem)
    new = mended.members[-1]
    assert set(new.skills) == {"x", "y"}
    assert mended.travel_matrix[:, -1].tolist() == [2, 2, 2]


def test_new_members_where_places_are_short():
    """A misses five, B one; each takes two: three in A, one in B."""
    problem = Problem(
        [Member("a", max_households=2, hamlet="A"), Member("b", max_households=2, hamlet="B")],
        [
            Household(f"{hamlet}{n}", hamlet=hamlet)
            for hamlet, number in (("A", 7), ("B", 3))
            for n in range(number)
        ],
        travel=None,
        within_hamlet=True,
    )
    repair = repair_of(problem, "add_members")
    assert repair.amount == 4
    new = [m.hamlet for m in repair.apply(problem).members if m.id not in ("a", "b")]
    assert sorted(new) == ["A", "A", "A", "B"]


def test_new_members_of_a_hamlet_where_a_household_needs_several():
    """B misses 12 places in twelve households, A two in one household; each takes three.

    Four in B; and two in A, because one member cannot be there twice. Six are enough.
    """
    problem = Problem(
        [Member("c", max_households=3, hamlet="C")],
        [
            Household("a", hamlet="A", members_needed=2),
            *(Household(f"b{n:02}", hamlet="B") for n in range(12)),
        ],
        travel=None,
        within_hamlet=True,
    )
    repair = repair_of(problem, "add_members")
    new = [m.hamlet for m in repair.apply(problem).members if m.id != "c"]
    assert (sorted(new), repair.amount) == (["A", "A", "B", "B", "B", "B"], 6)


def test_a_household_of_no_hamlet_is_not_helped_by_members():
    """Whoever comes lives in another one."""
    problem = Problem([Member("a")], homes(1), travel=None, within_hamlet=True)
    assert repair_of(problem, "add_members") is None


def test_ask_for_fewer_members():
    """Three members of one household each; two households of two and one of one: two fewer."""
    problem = Problem(
        [Member(m, max_households=1) for m in "abc"],
        [Household("h1", members_needed=2), Household("h2", members_needed=2), Household("h3")],
        travel=None,
    )
    repair = repair_of(problem, "lower_members_needed")
    assert (repair.amount, repair.subjects) == (2, ("h1", "h2"))
    assert [h.members_needed for h in repair.apply(problem).households] == [1, 1, 1]
    assert str(repair) == "ask for 2 members fewer (h1, h2)"


def test_nobody_is_left_without_a_member_whatever_the_class():
    """h2 of the lower class keeps one, so h1 of the higher gets one, too."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household("h1", members_needed=2, priority=9), Household("h2")],
        travel=None,
    )
    repair = repair_of(problem, "lower_members_needed")
    assert (repair.amount, repair.subjects) == (1, ("h1",))
    assert repair_of(problem, "leave_uncovered").subjects == ("h2",)


def test_asking_for_fewer_is_no_repair_where_one_is_too_many():
    """Two households of two, one place: one of them would have nobody."""
    problem = Problem([Member("a", max_households=1)], homes(2, members_needed=2), travel=None)
    assert repair_of(problem, "lower_members_needed") is None
    assert repair_of(problem, "leave_uncovered").amount == 3


def test_leave_places_open():
    """One place for three: the two of the lowest class wait."""
    problem = Problem(
        [Member("a", max_households=1)],
        [Household("h1", priority=1), Household("h2", priority=3), Household("h3", priority=2)],
        travel=None,
    )
    repair = repair_of(problem, "leave_uncovered")
    assert (repair.amount, repair.subjects) == (2, ("h1", "h3"))
    assert [h.members_needed for h in repair.apply(problem).households] == [0, 1, 0]
    assert str(repair) == "leave 2 places open (h1, h3)"


def members_of_one(ids):
    """Members with one place each."""
    return [Member(m, max_households=1) for m in ids]


def test_spread_over_years():
    """Seven for two who take three in all a year: 3, 3, 1. The first year is full."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=2)],
        [Household(n, priority=n) for n in range(7)],
        travel=None,
    )
    repair = repair_of(problem, "phase")
    assert (repair.amount, repair.subjects) == (3, ())
    first = repair.apply(problem)
    assert [h.id for h in first.households if h.members_needed] == [4, 5, 6]
    assert str(repair) == "spread the households over 3 years"


@pytest.mark.parametrize(
    "problem",
    [
        Problem([Member("a", max_households=1)], homes(1, members_needed=2), travel=None),
        Problem([Member("a", max_households=1)], homes(2, group="g"), travel=None),
        Problem([Member("a", max_workload=1)], homes(1, workload=2), travel=None),
        Problem([Member("a")], homes(1), travel=None, forbidden=[("h1", "a")]),
        Problem([Member("a", max_households=1)], homes(1), travel=None, forbidden=[("h1", "a")]),
        Problem(
            [Member("a", max_households=1)], homes(2), travel=None,
            fixed=[("h1", "a"), ("h2", "a")],
        ),
        # Of three that need two of a, b, c, any two share a member: three years, not the two that
        # loads alone would allow; but c is away for h1 and h2, so that nobody is left for h3 …
        Problem(
            members_of_one("abc"), homes(3, members_needed=2), travel=None,
            fixed=[("h1", "a"), ("h2", "b"), ("h3", "c")],
        ),
    ],
    ids=[
        "too few members", "a group", "too heavy", "no maximum", "nobody at all", "fixed",
        "fixed in one year",
    ],
)  # fmt: skip
def test_what_cannot_be_spread_over_years(problem):
    """Where years would not help, or what is fixed is not of one year."""
    assert not diagnose(problem).feasible
    assert repair_of(problem, "phase") is None


@pytest.mark.full
def test_households_that_need_several_are_taken_on_as_a_whole():
    """A district in small: 26 members with one place each, 12 households that need five.

    Five can be taken on in a year: 5, 5 and 2. One member of the 26 is idle, not half a family.
    """
    problem = Problem(
        [Member(n, max_households=1) for n in range(26)],
        [Household(n, members_needed=5, priority=n % 3) for n in range(12)],
        travel=None,
    )
    repair = repair_of(problem, "phase")
    assert repair.amount == 3
    first = repair.apply(problem)
    chosen = [h for h in first.households if h.members_needed]
    assert len(chosen) == 5
    assert sorted(h.priority for h in chosen) == [1, 2, 2, 2, 2]  # the highest class first
    assert holds(first)


def test_who_gets_only_some_members_waits_and_others_take_the_places():
    """a and b are for h1, which needs three and gets two; h2 and h3 need one each and take them."""
    problem = Problem(
        [Member(m, max_households=1) for m in "abc"],
        [
            Household("h0", members_needed=1, priority=9),
            Household("h1", members_needed=3, priority=5),
            Household("h2", members_needed=2),
        ],
        travel=None,
    )
    repair = repair_of(problem, "phase")
    assert repair.amount == 2
    first = repair.apply(problem)
    assert [h.id for h in first.households if h.members_needed] == ["h0", "h2"]


def test_groups_that_need_several_are_taken_on_together():
    """Two lanes of two, each household with two of three members who take two a year."""
    lanes = [Household(f"{g}{n}", group=g, members_needed=2) for g in "gk" for n in (1, 2)]
    problem = Problem([Member(m, max_households=2) for m in "abc"], lanes, travel=None)
    repair = repair_of(problem, "phase")
    assert repair.amount == 2
    first = [h.group for h in repair.apply(problem).households if h.members_needed]
    assert first in (["g", "g"], ["k", "k"])


@pytest.mark.parametrize(("most", "years", "now"), [(5, 2, 2), (4, 3, 1)])
def test_a_workload_is_spread_over_years(most, years, now):
    """3 + 3 + 2 + 2 with 5 a year: 3 + 2 twice; with 4 a year it takes three: 3, 3, 2 + 2."""
    households = [Household(f"h{n}", workload=w) for n, w in enumerate((3, 3, 2, 2))]
    problem = Problem([Member("a", max_workload=most)], households, travel=None)
    repair = repair_of(problem, "phase")
    assert repair.amount == years
    assert sum(h.members_needed for h in repair.apply(problem).households) == now


def test_a_group_is_spread_over_years_as_a_whole():
    """Two lanes of two, and two places a year: one lane a year."""
    problem = Problem(
        [Member("a", max_households=2)],
        [*homes(2, group="g"), Household("k1", group="k"), Household("k2", group="k")],
        travel=None,
    )
    repair = repair_of(problem, "phase")
    assert repair.amount == 2
    first = [h.group for h in repair.apply(problem).households if h.members_needed]
    assert first in (["g", "g"], ["k", "k"])


def test_a_fixed_pair_is_of_the_first_year():
    """a has one a year and must have h2 now; h1 and h3 are left for two years more."""
    problem = Problem([Member("a", max_households=1)], homes(3), travel=None, fixed=[("h2", "a")])
    repair = repair_of(problem, "phase")
    assert repair.amount == 3
    assert [h.members_needed for h in repair.apply(problem).households] == [0, 1, 0]


def test_fixed_pairs_beyond_a_maximum_are_mended_by_the_maximum():
    """Nothing else helps: what is fixed stays."""
    problem = Problem(
        [Member("a", max_households=1), Member("b")],
        homes(3),
        travel=None,
        fixed=[("h1", "a"), ("h2", "a")],
    )
    assert kinds_of(problem) == ["raise_max_households"]
    assert repair_of(problem, "raise_max_households").amount == 2


def test_what_may_give_way_anyway_is_no_repair():
    """With a ceiling of 1 more, four places of two: one household is still left."""
    problem = Problem([Member("a", max_households=1), Member("b", max_households=1)],
                      homes(5), travel=None)  # fmt: skip
    options = {"relax": {"max_households": 1}}
    assert repair_of(problem, "leave_uncovered", **options).amount == 1
    assert repair_of(problem, "raise_max_households", **options).amount == 2


def test_a_search_that_is_cut_says_so():
    """No repair is told that was not verified."""
    problem = Problem([Member("a", max_households=1)], homes(2), travel=None)
    found = diagnose(problem, search=Search(work=1e-7))
    assert found == Diagnosis(
        False, found.shortfall, found.conflicts, found.repairs, complete=False
    )
    assert len(found.repairs) < len(diagnose(problem).repairs)
    assert "The search was cut before every repair was tried." in str(found)


@pytest.mark.parametrize(("probes", "told"), [(1, None), (99, 3.0)])
def test_a_maximum_that_a_probe_had_no_time_for_is_not_told(probes, told):
    """A plan needs 3 or more; without the time to see that less fails it might not be the least."""
    problem = Problem(
        [Member("a", max_workload=1), Member("b", max_workload=1)],
        homes(3, workload=1.5),
        travel=None,
    )
    asked = []

    class Cut(CpSatEngine):
        def run(self, task):
            most = task.problem.member_columns.max_workload[0]
            if not task.relax and 1 < most < math.inf:
                asked.append(most)
                if len(asked) == probes:  # that 3 holds is known
                    trial.attempt(with_maximum(problem, "max_workload", 3.0))
                    trial.course.cancel()
            return super().run(task)

    trial = Trial({}, Course(Search()), "cp_sat", {"cp_sat": Cut()})
    found = diagnosis(problem, trial)
    amounts = {repair.kind: repair.amount for repair in found.repairs}
    assert amounts.get("raise_max_workload") == told
    assert found.complete == (told is not None)
    assert asked


# --- against trying every plan


@by_chunk
def test_every_repair_repairs(part):
    """Applied, all limits hold; each alone is enough."""
    for seed, problem, found in cases(part):
        for kind, repair in found.items():
            assert holds(repair.apply(problem)), (seed, kind)


@by_chunk
def test_repairs_stand_in_the_order_in_which_limits_give_way(part):
    """Each kind once."""
    for seed, _, _ in cases(part):
        kinds = [repair.kind for repair in diagnosis_of(seed).repairs]
        assert kinds == sorted(set(kinds), key=KINDS.index), seed


@by_chunk
def test_what_one_rule_would_mend_has_its_repair(part):
    """If a plan breaks nothing but one rule, that rule's repair is named."""
    for seed, problem, found in cases(part):
        for rule, kind in SUFFICIENT:
            assert (kind in found) == holds(problem, (rule,)), (seed, kind)


@by_chunk
def test_a_higher_minimum_does_not_hold(part):
    """The minimum is lowered no further than it must."""
    for seed, problem, repair in of_kind(part, "lower_min_households"):
        least = int(repair.amount) + 1
        members = [replace(m, min_households=min(m.min_households, least)) for m in problem.members]
        assert not holds(problem.replace(members=members)), seed
        given_up = [m.id for m in problem.members if m.min_households > repair.amount]
        assert list(repair.subjects) == given_up, seed


@by_chunk
def test_fewer_pairs_across_the_border_do_not_hold(part):
    """The number is that of trying all plans."""
    for seed, problem, repair in of_kind(part, "allow_other_hamlets"):
        best = brute.best(problem, (), ("within_hamlet",))
        assert repair.amount == best.totals["within_hamlet"], seed
        assert len(repair.apply(problem).fixed) - len(problem.fixed) == repair.amount, seed


def scattered(seed):
    """Three hamlets, members who serve one or two of them, few places."""
    rng = random.Random(f"scattered {seed}")
    members = [
        Member(
            n, max_hamlets=rng.choice((0, 1, 1, 2, None)), max_households=rng.choice((2, 3, None))
        )
        for n in range(rng.choice((1, 2, 2)))
    ]
    households = [Household(n, hamlet=rng.choice(("A", "B", "C", None))) for n in range(4)]
    return Problem(members, households, travel=None, max_hamlets=rng.choice((None, 1, 2)))


@pytest.mark.parametrize("seeds", chunks(quick=12, full=200, size=50), ids=named)
def test_hamlets_are_raised_no_further_than_they_must(seeds):
    """Named wherever more hamlets alone would do; with one hamlet less the limits do not hold."""
    found = 0
    for seed in seeds:
        problem = scattered(seed)
        if holds(problem):
            continue
        repairs = {repair.kind: repair for repair in diagnose(problem).repairs}
        assert ("raise_max_hamlets" in repairs) == holds(problem, ("max_hamlets",)), seed
        if "raise_max_hamlets" in repairs:
            amount = int(repairs["raise_max_hamlets"].amount)
            assert holds(with_hamlets(problem, amount)), seed
            assert not holds(with_hamlets(problem, amount - 1)), seed
            found += 1
    assert found > 0


def with_hamlets(problem, new):
    members = [
        replace(m, max_hamlets=None if m.max_hamlets is None else max(m.max_hamlets, new))
        for m in problem.members
    ]
    whole = None if problem.max_hamlets is None else max(problem.max_hamlets, new)
    return problem.replace(members=members, max_hamlets=whole)


@by_chunk
def test_a_smaller_reach_does_not_hold(part):
    """The next shorter way is not enough."""
    for seed, problem, repair in of_kind(part, "extend_max_travel"):
        shorter = [way for way in reading.travel(problem).values() if way < repair.amount]
        if shorter:
            assert not holds(with_reach(problem, max(shorter))), seed
        assert holds(with_reach(problem, repair.amount)), seed


def with_reach(problem, reach):
    return problem.replace(
        members=[
            replace(m, max_travel=None if m.max_travel is None else max(m.max_travel, reach))
            for m in problem.members
        ],
        max_travel=None if problem.max_travel is None else max(problem.max_travel, reach),
    )


@by_chunk
def test_a_smaller_maximum_does_not_hold(part):
    """One household less, or half a household's workload less."""
    for kind, field in (
        ("raise_max_households", "max_households"),
        ("raise_max_workload", "max_workload"),
    ):
        for seed, problem, repair in of_kind(part, kind):
            step = 1 if field == "max_households" else problem.households[0].workload / 2
            assert holds(with_maximum(problem, field, repair.amount)), seed
            assert not holds(with_maximum(problem, field, repair.amount - step)), seed


def with_maximum(problem, field, most):
    def raised(m):
        limit = getattr(m, field)
        exempt = m.max_households == 0 or m.max_workload == 0
        if exempt or limit is None:
            return m
        return replace(m, **{field: type(limit)(max(limit, most))})

    return problem.replace(members=[raised(m) for m in problem.members])


@by_chunk
def test_fewer_new_members_do_not_hold(part):
    """Without any one of them it fails; in one hamlet that is one less."""
    for seed, problem, repair in of_kind(part, "add_members"):
        mended = repair.apply(problem)
        known = {m.id for m in problem.members}
        new = [m for m in mended.members if m.id not in known]
        assert len(new) == repair.amount, seed
        for one in new:
            members = [m for m in mended.members if m != one]
            travel = None
            if mended.travel is not None:
                column = mended.member_columns.index[one.id]
                kept = [n for n in range(len(mended.members)) if n != column]
                travel = TravelMatrix(mended.travel_matrix[:, kept], unit=mended.travel.unit)
            fewer = mended.replace(members=members, households=mended.households, travel=travel)
            assert not holds(fewer), (seed, one)


@by_chunk
def test_places_are_given_up_as_few_as_can_be(part):
    """As many as trying all plans leaves open, at the best coverage (contract 4.3)."""
    for seed, problem, repair in of_kind(part, "leave_uncovered"):
        best = brute.best(problem, (), ("coverage",))
        assert repair.amount == best.totals["coverage"], seed
        mended = repair.apply(problem)
        assert repair.amount == sum(
            h.members_needed - left.members_needed
            for h, left in zip(problem.households, mended.households, strict=True)
        ), seed


@by_chunk
def test_members_are_asked_for_as_many_as_can_be(part):
    """Where nobody is left without one; with one class, as trying all plans has it."""
    for seed, problem, found in cases(part):
        level = problem.replace(households=[replace(h, priority=1.0) for h in problem.households])
        best = brute.best(level, (), ("coverage",))
        several = any(n > 1 for n in reading.needed(problem).values())
        there = several and best is not None and best.keys["coverage"][0] == 0
        assert ("lower_members_needed" in found) == there, seed
        if there:
            repair = found["lower_members_needed"]
            assert repair.amount == best.totals["coverage"], seed
            left = {h.id: h.members_needed for h in repair.apply(problem).households}
            asked = [h for h, n in reading.needed(problem).items() if n]
            assert all(left[h] for h in asked), seed


@by_chunk
def test_years_are_as_few_as_can_be(part):
    """With one year less not all can be taken on; what waits fits into the years that follow."""
    for seed, problem, repair in of_kind(part, "phase"):
        years = int(repair.amount)
        aside = without_minimums(problem)
        assert holds(over(aside, years)), seed
        assert not holds(over(aside, years - 1)), seed
        first = repair.apply(problem)
        waiting = [
            h.id
            for h, now in zip(problem.households, first.households, strict=True)
            if h.members_needed > now.members_needed
        ]
        assert waiting, seed
        assert fit(aside, waiting, years - 1), seed
        if all(h.members_needed <= 1 for h in problem.households):
            best = brute.best(problem, (), ("coverage",))
            assert len(waiting) == best.totals["coverage"], seed


def fit(problem, waiting, years):
    """Whether households can be shared out among years, each tried by itself."""
    if not waiting or years == 0:
        return not waiting
    for number in range(len(waiting), 0, -1):
        for others in itertools.combinations(waiting[1:], number - 1):
            now = {waiting[0], *others}
            asked = [
                replace(h, members_needed=h.members_needed if h.id in now else 0)
                for h in problem.households
            ]
            if holds(problem.replace(households=asked, fixed=())):
                rest = [h for h in waiting if h not in now]
                if fit(problem, rest, years - 1):
                    return True
    return False


def over(problem, years):
    return problem.replace(
        members=[
            replace(
                m,
                max_households=None if m.max_households is None else m.max_households * years,
                max_workload=None if m.max_workload is None else m.max_workload * years,
                max_hamlets=None if m.max_hamlets is None else m.max_hamlets * years,
            )
            for m in problem.members
        ],
        max_hamlets=None if problem.max_hamlets is None else problem.max_hamlets * years,
    )


# --- in words


@pytest.mark.parametrize(
    ("repair", "text"),
    [
        (Repair("lower_min_households", 1, ("m1",), {}), "lower the minimum to 1 household (m1)"),
        (Repair("allow_changes", 1, (), {}), "allow 1 change"),
        (
            Repair("allow_other_hamlets", 1, ("h1",), {}),
            "let 1 household have a member of another hamlet (h1)",
        ),
        (Repair("extend_max_travel", 1234.5, (), {}), "raise the distance limit to 1,234.5"),
        (Repair("raise_max_workload", 0.75, (), {}), "raise the maximum workload to 0.75 for all"),
        (
            Repair("add_members", 1, (), {}, 1),
            "add 1 member who can take 1 household",
        ),
        (Repair("lower_members_needed", 1, ("h1",), {}), "ask for 1 member fewer (h1)"),
        (
            Repair("leave_uncovered", 8, tuple(range(8)), {}),
            "leave 8 places open (0, 1, 2, 3, 4, … 3 more)",
        ),
    ],
)
def test_a_repair_reads_as_a_sentence(repair, text):
    """What to do, how much, and for whom."""
    assert str(repair) == text


def test_what_a_repair_changes_is_not_part_of_its_value():
    """Two repairs are the same if they say the same."""
    assert Repair("phase", 2, (), {"a": 1}) == Repair("phase", 2, (), {})
    assert "changes" not in repr(Repair("phase", 2, (), {"secret": 1}))


def test_the_least_maximum_counts_what_may_be_above_it():
    """Two households of 2 for one member of at most 3; half a unit may be above: 3.5 is the least."""
    problem = Problem(
        [Member("a", max_workload=3.0)],
        [Household("g", workload=2.0), Household("h", workload=2.0)],
        travel=None,
    )
    with pytest.raises(InfeasibleError, match="no plan keeps the limits that must hold") as caught:
        solve(problem, relax={"max_workload": 0.5})
    repairs = {repair.kind: repair.amount for repair in caught.value.diagnosis.repairs}
    assert repairs["raise_max_workload"] == 3.5


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_places_left_open_are_those_of_the_plan_beside(gone):
    """Whichever household it leaves out: all are alike, and each is as good."""
    problem = Problem([Member("a", max_households=2)], homes(3), travel=None)
    allowed = problem.replace(forbidden=[(f"h{gone}", "a")])
    without = solve(allowed, relax=("coverage",))
    plan = replace(without, problem=problem, assignment=Assignment.of(problem, without.pairs))
    found = diagnose(problem, plan=plan)
    (repair,) = [r for r in found.repairs if r.kind == "leave_uncovered"]
    assert repair.subjects == plan.uncovered == (f"h{gone}",)
    # What is not proven to be the least, or breaks another limit, too, is no answer.
    unsure = {"coverage": replace(plan.breaches["coverage"], proven=False)}
    crowded = solve(problem)
    assert crowded.relaxed
    assert not crowded.uncovered
    for other in (replace(plan, breaches={**plan.breaches, **unsure}), crowded):
        same = diagnose(problem)
        assert diagnose(problem, plan=other) == same
    with pytest.raises(InvalidArgumentError, match="plan is 'plan'; give a Plan, or None"):
        diagnose(problem, plan="plan")
