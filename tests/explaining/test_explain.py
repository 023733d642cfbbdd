"""Explanations that a reader solves by hand: two members, three households (contract 6.5).

Each household is 100 from m1 and 500 from m2; m1 has room for two unless a case says otherwise. So
one household, and by the order of ids any of them, goes to m2.
"""

import math

import numpy as np
import pytest
from hand_made import plan_of
from said import said

from phancong import (
    FairLoad,
    Household,
    InvalidArgumentError,
    Member,
    Price,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    explain,
    solve,
)
from phancong.explaining.hindrances import Hindrances
from phancong.synth import commune

NEAR_M1 = ((100, 500), (100, 500), (100, 900))


def problem(*, m1=None, m2=None, h1=None, h2=None, h3=None, ways=NEAR_M1, **options):
    m1 = {"max_households": 2} if m1 is None else m1
    members = [Member("m1", **m1), Member("m2", **(m2 or {}))]
    homes = [Household(h, **(add or {})) for h, add in (("h1", h1), ("h2", h2), ("h3", h3))]
    return Problem(members, homes, travel=TravelMatrix(ways), **options)


def only(explanation):
    (alternative,) = explanation.alternatives
    return alternative


def asked(instance, household="h3", **options):
    plan = solve(instance, goals=(Travel(),), **options)
    return only(explain(plan, household, **options))


def test_the_price_is_what_the_rest_costs_when_it_is_solved_again():
    """h3 with m2 is 900 instead of 100, and one of the others comes to m1: 500 - 100 less."""
    plan = solve(problem(), goals=(Travel(),))
    other = only(explain(plan, "h3"))
    (price,) = other.prices
    assert (price.before, price.after, price.by) == (700, 1100, 400)
    assert price.bound == pytest.approx(1100)
    assert other.proven
    assert not other.tie
    assert other.difference == price
    assert len(other.moves) == 2
    assert (other.moves[1].household, other.moves[1].before, other.moves[1].after) == (
        "h3",
        ("m1",),
        ("m2",),
    )
    assert str(other) == "m2: total travel +400; 1 other household moves"


def test_a_tie_is_called_a_tie():
    """h1 and h2 are as far: whichever of them is with m2 costs the same."""
    plan = solve(problem(), goals=(Travel(),))
    (one,) = {"h1", "h2"} - set(plan.households_of("m2"))
    other = only(explain(plan, one))
    assert other.tie
    assert str(other) == "m2: just as good; 1 other household moves"


@pytest.mark.parametrize(
    ("rule", "why", "instance"),
    [
        ("forbidden", "the pair is forbidden", problem(forbidden=[("h3", "m2")])),
        (
            "unreachable",
            "the member cannot reach it",
            problem(ways=((100, 500), (100, 500), (100, math.inf))),
        ),
        ("exempt", "the member is exempt", problem(m1={}, m2={"max_households": 0})),
        (
            "own_household",
            "it is the member's own household",
            problem(m2={"household": "h3"}, own_household="forbid"),
        ),
        ("fixed", "its members are fixed", problem(fixed=[("h3", "m1")])),
        (
            "group",
            "another household of its group cannot go there",
            problem(m1={}, h2={"group": "g"}, h3={"group": "g"}, forbidden=[("h2", "m2")]),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_never_broken_stands_in_the_way_by_name(rule, why, instance):
    """No plan has the pair, so there is no price."""
    other = asked(instance)
    assert [(h.rule, h.final) for h in other.hindrances] == [(rule, True)]
    assert not other.possible
    assert not other.tie
    assert other.prices == other.moves == ()
    assert str(other) == f"m2: not possible ({why})"


def test_who_needs_nobody_is_with_nobody():
    """Both members are told that it needs none."""
    plan = solve(problem(h3={"members_needed": 0}), goals=(Travel(),))
    told = explain(plan, "h3")
    assert told.members == ()
    assert [a.hindrances[0].rule for a in told.alternatives] == ["members_needed"] * 2
    assert said(told).startswith(
        "Household h3 has no member. It cannot be with 2 others: the table says"
    )


def test_a_limit_that_may_give_way_has_a_price_among_the_breaches():
    """900 is 300 beyond 600; the travel is as above."""
    other = asked(problem(max_travel=600))
    assert [(h.rule, h.by, h.final) for h in other.hindrances] == [("max_travel", 300, False)]
    assert [(p.name, p.by) for p in other.prices] == [("max_travel", 300), ("Travel()", 400)]
    assert said(other) == (
        "m2: max_travel +300; total travel +400 (against it: 300 beyond the distance limit); "
        "1 other household moves"
    )


def test_a_limit_that_may_not_give_way_is_final():
    """The same with a ceiling of 200, and where nothing is relaxed."""
    for relax in ({"max_travel": 200}, ()):
        other = asked(problem(max_travel=600), relax=relax)
        assert not other.possible
        assert str(other) == "m2: not possible (300 beyond the distance limit)"


def test_a_group_goes_together_and_pays_for_all():
    """h2 and h3 lack a nurse with m2: two pairs."""
    nurse = {"needs": ("nurse",), "group": "g"}
    other = asked(problem(m1={"skills": ("nurse",), "max_households": 2}, h2=nurse, h3=nurse))
    assert [(h.rule, h.by) for h in other.hindrances] == [("needs", 2)]
    assert [(p.name, p.after) for p in other.prices] == [("needs", 2), ("Travel()", 1500)]


def test_a_hamlet_more_has_a_price_among_the_breaches():
    """m2 may serve one hamlet and has the fixed h1 there; h3 is of another."""
    instance = problem(
        m1={},
        m2={"max_hamlets": 1},
        h1={"hamlet": "A"},
        h3={"hamlet": "B"},
        fixed=[("h1", "m2")],
    )
    (price, _) = asked(instance).prices
    assert (price.name, price.before, price.after, price.proven) == ("max_hamlets", 0, 1, True)
    final = asked(instance, relax=())
    assert [(h.rule, h.final) for h in final.hindrances] == [("limits", True)]
    plan = solve(instance, goals=(Travel(),))
    assert explain(plan, "m2").binding == ("max_hamlets",)
    broken = solve(instance.replace(fixed=[("h1", "m2"), ("h3", "m2")]), goals=(Travel(),))
    (breach,) = explain(broken, "m2").breaches
    assert (breach.rule, breach.limit, breach.value) == ("max_hamlets", 1, 2)
    assert "the maximum number of hamlets by 1" in " ".join(str(explain(broken, "m2")).split())


def test_where_the_other_limits_cannot_hold_there_is_no_plan():
    """m2 has one place, and the fixed h1 takes it."""
    instance = problem(m2={"max_households": 1}, fixed=[("h1", "m2")])
    other = asked(instance, relax=())
    assert [(h.rule, h.final) for h in other.hindrances] == [("limits", True)]


def test_leximax_is_compared_position_by_position():
    """Loads 2 1 become 2 1 again: a tie; with nobody else to take it they become 3 0."""
    plan = solve(problem(m1={}), goals=(FairLoad("households", aim="leximax"),))
    assert all(only(explain(plan, h)).tie for h in ("h1", "h2", "h3"))
    instance = problem(m1={}, forbidden=[("h1", "m1"), ("h2", "m1")])
    plan = solve(instance, goals=(FairLoad("households", aim="leximax"),))
    (price,) = only(explain(plan, "h3")).prices
    assert (price.before, price.after, price.by) == ((2, 1), (3, 0), 1)


def test_a_plan_made_by_hand_can_be_beaten():
    """All with m2 is 1900; h1 with m1 instead is part of the best plan, 700."""
    plan = plan_of(problem(), [("h1", "m2"), ("h2", "m2"), ("h3", "m2")], goals=(Travel(),))
    other = only(explain(plan, "h3"))
    assert other.difference.by == -1200
    assert "total travel -1,200" in str(other)


def test_what_was_cut_is_not_called_proven(monkeypatch):
    """A search by hand proves nothing, and says so."""
    plan = solve(problem(), goals=(Travel(),))
    others = [only(explain(plan, h, engine="nearest")) for h in ("h1", "h2", "h3")]
    assert not any(other.proven or other.tie for other in others)
    assert any("(not proven)" in str(o) or "as far as is known" in str(o) for o in others)


def test_a_members_places_are_tried_one_less_and_one_more():
    """One place less costs 500 - 100, one more saves as much: no household is left for m2."""
    plan = solve(problem(), goals=(Travel(),))
    told = explain(plan, "m1")
    assert (told.households, told.workload) == (plan.households_of("m1"), 2)
    assert told.binding == ("max_households",)
    assert (told.less.max_households, told.less.prices[0].by) == (1, 400)
    assert (told.more.max_households, told.more.prices[0].by) == (3, -400)
    assert said(told).startswith(
        "m1 is in charge of 2 households, with a workload of 2. There is no room left in the maximum "
        "number of households. With at most 1 household: total travel 400 more than 700. With at "
        "most 3 households: total travel 400 less than 700. at most"
    )
    assert [line.split() for line in str(told).splitlines()[-2:]] == [
        ["1", "total", "travel", "+400", "1"],
        ["3", "total", "travel", "-400", "1"],
    ]
    assert str(told.less) == "at most 1 household: total travel +400"


def test_a_member_without_a_maximum_has_no_place_more():
    """m2 has one household, and a maximum of none would mean exempt."""
    told = explain(solve(problem(), goals=(Travel(),)), "m2")
    assert (told.binding, told.less, told.more) == ((), None, None)
    assert said(told) == (
        "m2 is in charge of 1 household, with a workload of 1. No limit of this member stands in the "
        "way."
    )
    told = explain(solve(problem(m1={}), goals=(Travel(),)), "m1")
    assert told.less.max_households == 2
    assert told.more is None


def test_a_member_who_is_exempt_has_no_places():
    """An exemption binds, and one more place would end it."""
    told = explain(solve(problem(m1={"max_households": 0}), goals=(Travel(),)), "m1")
    assert (told.binding, told.less, told.more) == (("exempt",), None, None)
    assert said(told) == (
        "m1 is in charge of 0 households, with a workload of 0. The member is exempt."
    )


def test_one_place_less_may_be_impossible():
    """Nobody else may have the three."""
    every = [(h, "m2") for h in ("h1", "h2", "h3")]
    plan = solve(problem(m1={"max_households": 3}, forbidden=every), goals=(Travel(),), relax=())
    told = explain(plan, "m1", relax=())
    assert not told.less.possible
    assert str(told.less) == "at most 2 households: not possible"


@pytest.mark.parametrize(
    ("m2", "binding"),
    [
        ({"min_households": 1, "min_workload": 1}, ("min_households", "min_workload")),
        ({"min_workload": 0.5, "max_workload": 1}, ("max_workload",)),
        ({"min_households": 2, "optional": True}, ("min_households",)),
    ],
)
def test_what_binds_is_what_the_load_meets(m2, binding):
    """m2 has one household or, where its minimum says so, two."""
    assert explain(solve(problem(m2=m2), goals=(Travel(),)), "m2").binding == binding


def test_an_unused_members_minimum_does_not_bind():
    """m2 is optional and not used."""
    instance = problem(m1={}, m2={"min_households": 2, "optional": True})
    assert explain(solve(instance, goals=(Travel(),)), "m2").binding == ()


def test_ids_are_of_one_kind_or_the_kind_is_named():
    """An id may be a household's and a member's."""
    instance = Problem([Member("a"), Member("b")], [Household("a")], travel=None)
    plan = solve(instance)
    with pytest.raises(InvalidArgumentError, match="'a' is a household and a member; say kind="):
        explain(plan, "a")
    assert explain(plan, "a", kind="household").household == "a"
    assert explain(plan, "a", kind="member").member == "a"
    with pytest.raises(
        InvalidArgumentError, match="'b' is not a household of this problem; did you mean b"
    ):
        explain(plan, "b", kind="household")
    with pytest.raises(
        InvalidArgumentError, match=r"'zzz' is not a household or member of this problem$"
    ):
        explain(plan, "zzz")
    with pytest.raises(InvalidArgumentError, match="is not a household or member of this problem"):
        explain(plan, ["a"])
    with pytest.raises(InvalidArgumentError, match="kind is 'hamlet'; give 'household', 'member'"):
        explain(plan, "a", kind="hamlet")


def test_only_a_plan_is_explained():
    """A problem has nothing to explain yet."""
    with pytest.raises(InvalidArgumentError, match=r"explain\(\) takes a Plan, not a Problem"):
        explain(problem(), "h1")


def test_a_total_that_is_less_may_be_borne_worse():
    """The urgent household has nobody, and one place fewer is empty: the line says both."""
    price = Price("coverage", None, 2.0, 1.0, 1.0, proven=True, worse=True)
    assert not price.same
    assert str(price) == "coverage -1, shared less evenly"
    even = Price("max_households", None, 2.0, 2.0, 2.0, proven=False, worse=True)
    assert not even.same
    assert str(even) == "max_households the same total, shared less evenly (not proven)"
    assert Price("needs", None, 1.0, 1.0, 1.0, proven=True, worse=False).same


def test_an_urgent_household_is_not_given_up_for_a_total():
    """With its member elsewhere the total is as it was, and yet it is no tie."""
    problem = Problem(
        [Member("m", max_households=1)],
        [Household("urgent", priority=2), Household("other")],
        travel=None,
    )
    plan = solve(problem, goals=(), relax=("coverage",))
    (other,) = explain(plan, "other", relax=("coverage",)).alternatives
    assert not other.tie
    assert other.difference is not None
    assert str(other.difference) == "coverage the same total, shared less evenly"


def test_an_unknown_member_is_called_one():
    """Where the kind is said, the message says it, too."""
    plan = solve(problem(), goals=(Travel(),))
    with pytest.raises(InvalidArgumentError, match="'x9' is not a member of this problem"):
        explain(plan, "x9", kind="member")


def test_what_gives_way_at_a_member_and_what_is_met_are_told_apart():
    """A limit that is broken has no room left anyway, and one of pairs is a limit, too."""
    over = plan_of(problem(), [("h1", "m1"), ("h2", "m1"), ("h3", "m1")], goals=(Travel(),))
    told = explain(over, "m1")
    assert [(r.rule, r.by) for r in told.breaches] == [("max_households", 1.0)]
    assert told.binding == ("max_households",)
    assert "Relaxed here: the maximum number of households by 1. With at" in said(told)
    assert "There is no room left" not in said(told)
    assert "Ở đây không giữ được: số hộ tối đa: lệch 1." in said(told, "vi")
    far = problem(m1={}).replace(max_travel=50)
    told = explain(plan_of(far, [(h, "m1") for h in ("h1", "h2", "h3")], goals=()), "m1")
    assert {r.rule for r in told.breaches} == {"max_travel"}
    assert "Relaxed here: the distance limit by " in said(told)
    assert "No limit of this member stands" not in said(told)
    assert (
        explain(plan_of(far, [(h, "m1") for h in ("h1", "h2", "h3")], goals=()), "m2").breaches
        == ()
    )


def test_no_price_is_proven_below_one_that_is_not():
    """What a line reaches depends on the lines above, wherever the search was cut."""
    instance = problem(m2={"max_households": 1}, max_travel=300.0)
    goals = (FairLoad(), Travel())
    plan = solve(instance, goals=goals, engine="cp_sat")
    told = []
    for work in (1e-9, 1e-6, 1e-4, 1e-3, 1.0):
        for other in explain(plan, "h1", engine="cp_sat", search=Search(work=work)).alternatives:
            proven = [price.proven for price in other.prices]
            assert proven == sorted(proven, reverse=True)
            told.append(other.proven)
    assert told[-1]


def test_one_household_needs_no_matrix_of_all_pairs():
    """30 million distances take longer than a short search has."""
    drawn = commune(5, members=6, households=48).replace(max_travel=300)
    home = next(row for row in range(48) if drawn.needed[row])
    against = Hindrances(drawn, home, {})
    found = [against.of(column) for column in np.flatnonzero(~drawn.exempt)]
    assert {hindrance.rule for each in found for hindrance in each} == {"max_travel"}
    assert "travel_matrix" not in vars(drawn)


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_without_time_for_starts_a_price_is_that_of_the_exchange(engine):
    """h3 goes to m2 for 900 instead of 100, and nobody else moves; it is not proven to be the least."""
    plan = solve(problem(), goals=(Travel(),))
    other = only(explain(plan, "h3", engine=engine, search=Search(seconds=1e-9)))
    (price,) = [price for price in other.prices if price.by]
    assert (price.before, price.after) == (700, 1500)
    assert not other.proven
    assert [move.household for move in other.moves] == ["h3"]


def test_an_exchange_that_breaks_what_must_hold_is_no_price():
    """m1 is full with h1 and h2, and h3 may not come to it as well; a start finds a way."""
    plan = solve(problem(m2={"max_households": 2}), goals=(Travel(),), relax=())
    home = plan.households_of("m2")[0]
    other = only(explain(plan, home, relax=(), engine="cp_sat", search=Search(seconds=1e-9)))
    assert not any(price.before or price.after for price in other.prices if price.goal is None)


def test_without_time_a_place_too_many_is_relaxed():
    """A maximum of one household less is broken by the plan as it is."""
    plan = solve(problem(), goals=(Travel(),))
    found = explain(plan, "m1", engine="cp_sat", search=Search(seconds=1e-9))
    assert [price.after for price in found.less.prices if price.name == "max_households"] == [1]
