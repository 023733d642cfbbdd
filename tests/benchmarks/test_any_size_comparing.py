"""Two plans line by line, and the plans that nothing may be worse than."""

import pytest

pytest.importorskip("pulp", reason="the extra bench is not installed")

from benchmarks.quality.any_size import ordered as plain
from benchmarks.quality.any_size.comparing import (
    Line,
    as_record,
    better,
    first_difference,
    from_record,
    lines_of,
    text,
)
from benchmarks.quality.any_size.ordered import ordered
from benchmarks.quality.any_size.starts import repaired
from benchmarks.quality.case import RefusedError
from benchmarks.quality.instances.any_size import TUNING, any_size, chosen_for
from phancong import (
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Household,
    Member,
    Preference,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.assignment import Assignment
from phancong.rules import RELAXABLE

ALL = dict.fromkeys(RELAXABLE)
WAY = (Travel(),)
HOUSEHOLDS = ("h1", "h2", "h3")


def village(**more):
    """h1 and h2 are near m1, h3 is near m2; two places each."""
    more = {"max_households": 2, "households": [Household(h) for h in HOUSEHOLDS], **more}
    most, homes = more.pop("max_households"), more.pop("households")
    more.setdefault("travel", TravelMatrix([[1.0, 9.0], [1.0, 9.0], [5.0, 2.0]]))
    members = more.pop("members", [Member(m, max_households=most) for m in ("m1", "m2")])
    return Problem(members, homes, **more)


def lines(problem, pairs, goals=WAY, relax=ALL):
    return lines_of(Assignment.of(problem, pairs), goals, relax)


def named(found, name):
    return next(line.values for line in found if line.name == name)


def test_a_plan_as_lines():
    """m1 has three of two: one too many in all, and that is the largest; the way is 1 + 1 + 5."""
    found = lines(village(), [(h, "m1") for h in HOUSEHOLDS])
    assert [line.name for line in found] == ["never", *reversed(RELAXABLE), "Travel()"]
    assert named(found, "max_households") == (1.0, 1.0)
    assert named(found, "Travel()") == (7.0,)
    assert text(found) == "max_households 1, 1 · Travel() 7"


def test_a_plan_that_breaks_nothing_and_costs_nothing():
    assert text([Line.of("never", (0.0,))]) == "all 0"


def test_rules_come_in_the_order_in_which_they_were_asked_to_give_way():
    found = lines(village(), (), relax={"coverage": None, "max_households": None})
    assert [line.name for line in found[:3]] == ["never", "max_households", "coverage"]


def test_what_must_hold_or_is_beyond_its_ceiling_may_never_be():
    """One above the maximum: allowed without a ceiling and up to one, not up to a half, nor unnamed."""
    pairs = [(h, "m1") for h in HOUSEHOLDS]
    for relax, never in (
        ({"max_households": None}, ()),
        ({"max_households": 1.0}, ()),
        ({"max_households": 0.5}, (1.0,)),
        ({"coverage": None}, (1.0,)),
    ):
        assert lines(village(), pairs, relax=relax)[0].values == never


def test_a_pair_that_is_forbidden_may_never_be():
    found = lines(village(forbidden=[("h1", "m1")]), [("h1", "m1")])
    assert found[0].values == (1.0,)


def compared(one, other, name="FairLoad()", **slack):
    """Two plans of one goal."""
    return first_difference([Line(name, one, **slack)], [Line(name, other, **slack)])


def test_the_first_line_that_differs_decides():
    one = [Line.of("coverage", (1.0,)), Line.of("Travel()", (50.0,))]
    other = [Line.of("coverage", (0.0,)), Line.of("Travel()", (90.0,))]
    found = first_difference(one, other)
    assert (found.number, found.name, found.one, found.other) == (0, "coverage", 1.0, 0.0)
    assert found.worse
    assert found.by == 1.0
    assert better(other, one)
    assert not better(one, other)
    assert str(found) == "coverage 1 against 0"


def test_figures_of_a_line_count_in_their_order():
    found = compared((6.0, 3.0, 1.0), (6.0, 2.0, 2.0))
    assert (found.one, found.other) == (3.0, 2.0)


def test_zeros_at_the_end_are_nothing():
    assert Line.of("x", (2.0, 0.0, 0.0)).values == (2.0,)
    assert compared((2.0,), (2.0, 1.0)).other == 1.0
    assert compared((), ()) is None


@pytest.mark.parametrize(
    ("one", "other", "same"), [(1.0, 1.0 + 9e-7, True), (1e6, 1e6 + 1.5, False), (0.0, 2e-6, False)]
)
def test_lines_are_equal_to_a_millionth(one, other, same):
    assert (compared((one,), (other,)) is None) == same


def test_only_a_last_line_of_travel_is_equal_to_a_thousandth():
    travel = [Line("Travel()", (1000.0,)), Line("Continuity()", (1.0,))]
    more = [Line("Travel()", (1000.9,)), Line("Continuity()", (1.0,))]
    assert first_difference(travel, more).name == "Travel()"
    assert first_difference(travel[:1], more[:1]) is None
    assert first_difference(travel[:1], more[:1], last_travel=1e-6) is not None
    assert compared((1000.0,), (1000.9,), name="FairTravel()") is not None


def test_a_goal_is_as_good_within_what_later_goals_may_use_up():
    assert compared((10.0,), (10.9,), tolerance=1.0) is None
    assert compared((10.0,), (11.1,), tolerance=1.0) is not None
    assert compared((100.0,), (104.9,), rtol=0.05) is None
    assert compared((100.0,), (105.1,), rtol=0.05) is not None
    assert compared((-100.0,), (-95.1,), rtol=0.05) is None
    assert compared((-100.0,), (-94.9,), rtol=0.05) is not None


def test_plans_for_different_questions_are_not_compared():
    with pytest.raises(ValueError, match="different questions"):
        first_difference([Line("Travel()", ())], [Line("Farthest()", ())])


def test_lines_come_back_as_they_were_written():
    found = [Line("FairLoad()", (1.5, 1.0), rtol=0.1), Line("coverage", ())]
    assert from_record(as_record(found)) == tuple(found)


# --- last year's plan repaired (contract 6.8)


def test_who_was_in_charge_stays_and_who_is_left_goes_to_the_nearest_with_room():
    """m2 keeps h1 though it is far; h2 goes to m1, and h3 to m2, who has one place left."""
    problem = village(previous={"h1": "m2"})
    assert repaired(problem) == (("h1", "m2"), ("h2", "m1"), ("h3", "m2"))


def test_who_has_no_room_any_more_gives_up_the_last_ones_in_the_order_of_id():
    """m2 had all three and has two places: h3 goes to m1."""
    problem = village(previous=dict.fromkeys(HOUSEHOLDS, "m2"))
    assert repaired(problem) == (("h1", "m2"), ("h2", "m2"), ("h3", "m1"))


def test_a_pair_that_breaks_a_rule_about_pairs_does_not_stay():
    """h1 is 9 from m2, and 8 is the farthest."""
    problem = village(previous={"h1": "m2"}, max_travel=8.0)
    assert repaired(problem)[0] == ("h1", "m1")


def test_where_nothing_fits_the_order_of_what_gives_way_last_decides():
    """One place each: for h2 both reach, m1 is full; a household above the maximum weighs more than the
    way, so it goes to m2; then both are full, and the way decides for h3."""
    assert repaired(village(max_households=1)) == (("h1", "m1"), ("h2", "m2"), ("h3", "m2"))


def test_a_skill_weighs_more_than_room():
    homes = [Household("h1", needs=("nursing",)), Household("h2", needs=("nursing",))]
    members = [Member("m1", max_households=1, skills=("nursing",)), Member("m2")]
    problem = village(
        households=homes, members=members, travel=TravelMatrix([[9.0, 1.0], [9.0, 1.0]])
    )
    assert repaired(problem) == (("h1", "m1"), ("h2", "m1"))


def test_workload_above_the_maximum_weighs_more_than_the_way():
    members = [Member("m1", max_workload=1.5), Member("m2")]
    assert repaired(village(members=members)) == (("h1", "m1"), ("h2", "m2"), ("h3", "m2"))


def test_groups_go_together_and_fixed_pairs_stand():
    """h1 and h2 are one group; h3 is fixed to m1, who has room for one more household only."""
    homes = [Household("h1", group="g"), Household("h2", group="g"), Household("h3")]
    problem = village(households=homes, fixed=[("h3", "m1")])
    assert repaired(problem) == (("h1", "m2"), ("h2", "m2"), ("h3", "m1"))


def test_who_needs_two_gets_two_and_who_is_out_of_everybodys_way_gets_nobody():
    homes = [Household("h1", members_needed=2), Household("h2"), Household("h3")]
    way = TravelMatrix([[1.0, 9.0], [float("inf")] * 2, [5.0, 2.0]])
    assert repaired(village(households=homes, travel=way)) == (
        ("h1", "m1"),
        ("h1", "m2"),
        ("h3", "m2"),
    )


# --- the plain rivals


def small_ones():
    """Small problems, with every kind of conflict among them."""
    found, kinds = [], set()
    for seed in range(TUNING, TUNING + 2000):
        chosen = chosen_for("any_size", seed)
        if chosen.members * chosen.households < 250 and not set(chosen.conflicts) <= kinds:
            kinds |= set(chosen.conflicts)
            found.append(seed)
    return found[:4]


@pytest.mark.parametrize("seed", small_ones())
def test_where_both_prove_it_the_rival_says_the_same(seed):
    """The plain program states every rule: where it ends, its plan is as good as the proven one."""
    drawn = any_size(seed)
    asked = drawn.problem, drawn.goals, drawn.relax
    ours = solve(asked[0], goals=asked[1], relax=asked[2], search=Search(seconds=10.0))
    if ours.status is not Status.OPTIMAL:
        pytest.skip("not proven in 10 s on this machine")
    mine = lines_of(ours.assignment, *asked[1:])
    theirs = ordered("plain highs", *asked, 10.0)
    found = lines_of(Assignment.of(asked[0], theirs.pairs), *asked[1:])
    difference = first_difference(found, mine)
    if theirs.proven:
        assert difference is None
    else:
        assert difference is None or difference.worse


@pytest.mark.parametrize("name", ["plain highs", "plain cp_sat"])
@pytest.mark.parametrize(
    ("goal", "best"),
    [(FairTravel(), 2.0), (Farthest(), 2.0), (FairLoad("households"), 2.0), (Travel(), 4.0)],
)
def test_goals_of_the_rival(name, goal, best):
    """Two at 1 and one at 2: sums of 2 and 2, the farthest 2, loads 2 and 1."""
    ended = ordered(name, village(), (goal,), ALL, 5.0)
    assert ended.proven
    assert goal.value(Assignment.of(village(), ended.pairs)) == best


def test_the_rival_keeps_what_it_reached():
    """The fairest load first, then the fewest changes: m2 had all three and gives up one."""
    problem = village(previous=dict.fromkeys(HOUSEHOLDS, "m2"), max_households=None)
    goals = (FairLoad(), Continuity())
    ended = ordered("plain highs", problem, goals, ALL, 5.0)
    assert [goal.value(Assignment.of(problem, ended.pairs)) for goal in goals] == [2.0, 1.0]


@pytest.mark.parametrize("goal", [FairLoad(aim="leximax"), Preference({("h1", "m1"): 1.0})])
def test_what_the_plain_program_cannot_say_it_refuses(goal):
    with pytest.raises(RefusedError, match=type(goal).__name__):
        ordered("plain highs", village(), (goal,), ALL, 5.0)


@pytest.mark.parametrize("seconds", [1e-6, 0.0])
def test_without_time_the_rival_gives_back_the_repaired_plan(seconds):
    ended = ordered("plain highs", village(), (Travel(),), ALL, seconds)
    assert ended.pairs == repaired(village())
    assert not ended.proven
    assert ended.note.startswith("repaired only: no time")


def test_where_time_runs_out_between_stages_what_was_reached_is_given_back():
    """The model is built within its twentieth of a second, and that is all there is time for."""
    ended = ordered("plain highs", village(), (Travel(),), ALL, 0.045)
    assert ended.pairs == repaired(village())
    assert not ended.proven


def test_a_problem_that_is_too_large_is_not_built(monkeypatch):
    monkeypatch.setattr(plain, "LARGEST", 5)
    ended = ordered("plain highs", village(), (Travel(),), ALL, 5.0)
    assert (ended.pairs, ended.proven) == (repaired(village()), False)
    assert "more than 5 pairs" in ended.note


def test_a_plan_older_than_a_rule_is_compared_unless_the_rule_is_broken():
    """Best known plans were kept before the newest rule; one that breaks it is another question."""
    kept = (Line("never", ()), Line("max_hamlets", ()), Line("Travel()", (5.0,)))
    older = (Line("never", ()), Line("Travel()", (4.0,)))
    assert better(older, kept)
    assert (found := first_difference(kept, older)) is not None
    assert kept[found.number].name == "Travel()"
    broken = (Line("never", ()), Line("max_hamlets", (1.0,)), Line("Travel()", (5.0,)))
    with pytest.raises(ValueError, match="different questions"):
        first_difference(broken, older)
