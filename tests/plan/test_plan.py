"""The plan: what can be asked of it, and what it looks like (contract 6.1)."""

import math

import pytest
from hand_made import plan_of
from said import said

from phancong import (
    BreachTotal,
    FairLoad,
    Household,
    Member,
    Problem,
    Relaxation,
    Status,
    Travel,
    TravelMatrix,
)

PROBLEM = Problem(
    [Member("a", max_households=1), Member("b"), Member("c", max_households=0)],
    [Household(1, visits=2.0), Household(2, workload=2.5), Household(3, members_needed=2)],
    travel=TravelMatrix([[1, 2, 9], [3, 4, 9], [5, 6, 9]], unit="km"),
    previous=[(1, "a"), (2, "a"), (3, "c")],
    max_travel=5,
    fixed=[(3, "b")],
)
PLAN = plan_of(PROBLEM, [(3, "b"), (1, "a"), (2, "a")], stopped="time", status=Status.FEASIBLE)


def test_pairs_are_sorted():
    """By household, then member."""
    assert PLAN.pairs == ((1, "a"), (2, "a"), (3, "b"))


def test_who_is_in_charge_of_whom():
    """From both sides; who has nobody has none."""
    assert PLAN.member_of(1) == "a"
    assert PLAN.members_of(3) == ("b",)
    assert PLAN.households_of("a") == (1, 2)
    assert PLAN.households_of("c") == ()
    bare = plan_of(PROBLEM.replace(fixed=()), [(3, "a"), (3, "b")])
    assert bare.member_of(1) is None
    assert bare.members_of(1) == ()
    assert bare.uncovered == (1, 2)
    with pytest.raises(ValueError, match=r"household 3 has 2 members; ask members_of\(\)"):
        bare.member_of(3)


@pytest.mark.parametrize("identity", [9, "1", []])
def test_who_is_not_in_the_problem(identity):
    """An unknown id is an error, also of another type."""
    with pytest.raises(KeyError, match="is no household of this problem"):
        PLAN.members_of(identity)
    with pytest.raises(KeyError, match="is no household of this problem"):
        PLAN.member_of(identity)
    with pytest.raises(KeyError, match="is no member of this problem"):
        PLAN.households_of(identity)


def test_what_had_to_give_way():
    """Breaches, intended exceptions, and who misses a member."""
    assert PLAN.relaxed
    assert PLAN.relaxations == (
        Relaxation("coverage", 3, 2, 1, 1),
        Relaxation("max_households", "a", 1, 2, 1),
    )
    assert PLAN.exceptions == (Relaxation("max_travel", 3, 5, 6, 1, "b"),)
    assert PLAN.uncovered == (3,)
    sound = plan_of(PROBLEM, [(1, "a"), (2, "b"), (3, "a"), (3, "b")])
    assert not plan_of(
        PROBLEM.replace(members=[Member("a"), Member("b"), Member("c")]), sound.pairs
    ).relaxed


def test_figures():
    """The metrics of the plan are there by name."""
    assert PLAN.metrics["travel_total"] == 2 * 1 + 3 + 6
    assert PLAN.metrics["kept"] == 2


def test_a_data_frame_has_a_row_per_pair():
    """Contract 6.1: household, member, travel, workload, kept."""
    frame = PLAN.to_frame()
    assert frame.to_dict("list") == {
        "household": [1, 2, 3],
        "member": ["a", "a", "b"],
        "travel": [1.0, 3.0, 6.0],
        "workload": [1.0, 2.5, 1.0],
        "kept": [True, True, False],
    }
    still = plan_of(PROBLEM.replace(travel=None, max_travel=None), PLAN.pairs)
    assert still.to_frame()["travel"].isna().all()


def test_a_plan_prints_as_a_table():
    """Contract 6.1: what is proven, a row a member, relaxed limits, the goals."""
    lines = [line.split() for line in str(PLAN).split("\n")]
    assert said(PLAN).startswith(
        "1 of 3 households lacks a member; 1 of 4 places are open. Not every limit can be kept: "
        "1 place stays open; members have 1 household more than their maximum. It is proven that no plan "
        "breaks less. The goals in their order: largest workload 3.5; changes of hands 0; total travel "
        "16 km. Of the total travel, 5 km are counted for places that stay open, each as far as the "
        "nearest member who is allowed. Time ran out before it was proven that no plan is better."
    )
    assert str(PLAN).endswith("\n\nEngine: hand.")
    assert [
        "member",
        "households",
        "workload",
        "travel",
        "km",
        "farthest",
        "in",
        "charge",
        "of",
    ] in lines
    assert ["a", "2", "3.5", "5", "3", "1,", "2"] in lines
    assert ["c", "0", "0", "0", "0"] in lines
    assert ["coverage", "3", "2", "1", "1"] in lines
    assert ["max_households", "a", "1", "2", "1"] in lines
    assert ["goal", "value", "bound", "proof"] in lines
    assert ["total", "travel", "16", "16", "proven"] in lines
    assert repr(PLAN) == "Plan(feasible, 3 pairs, engine 'hand')"


def test_a_plan_without_distance_goals_or_breaches_prints_less():
    """No column of travel, no empty tables."""
    problem = Problem([Member("a")], [Household("h1")], travel=None)
    printed = str(plan_of(problem, [("h1", "a")], goals=()))
    assert "The household has a member in charge. Every limit is kept." in printed
    for word in ("travel", "relaxed limits", "proof"):
        assert word not in printed
    bare = plan_of(Problem([], [], travel=None), [], goals=())
    assert said(bare) == (
        "No household needs a member. Every limit is kept. It is proven that no plan is better, taking "
        "limits and goals in order. Engine: hand."
    )


def test_the_pair_that_broke_a_rule_is_named():
    """Where a rule about pairs gave way, the member stands beside the household."""
    problem = Problem([Member("a")], [Household("h1", needs=("x",))], travel=None)
    lines = [line.split() for line in str(plan_of(problem, [("h1", "a")])).split("\n")]
    assert ["relaxed", "limits", "for", "with", "limit", "value", "by"] in lines
    assert ["needs", "h1", "a", "0", "1", "1"] in lines


def test_a_long_plan_is_cut():
    """Rows beyond the first sixty are counted, many households of a member too."""
    members = [Member(m, max_households=1) for m in range(62)]
    problem = Problem(members, [Household(h) for h in range(2 * 62 + 34)], travel=None)
    pairs = [(h, h // 2 if h < 124 else 0) for h in range(158)]
    printed = str(plan_of(problem, pairs, goals=(FairLoad(aim="leximax"),)))
    assert printed.count("… and 2 more") == 2
    assert ", … 25 more" in printed
    assert "36; 2; 2; 2" in printed


def test_what_is_not_proven_says_how_far_off_it_can_be():
    """Contract 6.1: each line of a cut search."""
    plan = plan_of(PROBLEM, PLAN.pairs, goals=(Travel(), FairLoad(aim="leximax")))
    cut = plan_of(
        PROBLEM,
        PLAN.pairs,
        status=Status.FEASIBLE,
        goals=(),
        breaches={**plan.breaches, "coverage": BreachTotal(1.0, 0.0, False)},
    )
    lines = tuple(
        type(line)(line.goal, line.best, line.value, bound, False)
        for line, bound in zip(plan.goals, (13.0, (1.0, 1.0)), strict=True)
    )
    printed = str(
        type(cut)(**{**{n: getattr(cut, n) for n in cut.__dataclass_fields__}, "goals": lines})
    )
    assert "It is not proven that this is the least." in said(printed)
    assert "not proven, at most 3 off" in printed
    assert "  not proven\n" in printed


def test_a_plan_without_pairs():
    """Nothing is a plan, too."""
    problem = Problem([Member("a")], [Household(1)], travel=TravelMatrix([[1]]))
    plan = plan_of(problem, [])
    assert plan.pairs == ()
    assert plan.to_frame().empty
    assert "1 of 1 households has nobody in charge." in said(plan)


def test_an_empty_leximax_is_a_dash():
    """Nobody counts."""
    problem = Problem([Member("a", max_households=0)], [Household(1)], travel=None)
    plan = plan_of(problem, [], goals=(FairLoad(aim="leximax"),))
    assert "–" in str(plan)
    assert not math.isnan(plan.seconds)
