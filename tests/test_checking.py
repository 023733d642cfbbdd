"""The judge on plans made by hand (contract 6.3)."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hand_made import plan_of

from phancong import (
    BreachTotal,
    Continuity,
    FairLoad,
    Farthest,
    GoalValue,
    Household,
    InvalidArgumentError,
    Member,
    Problem,
    Status,
    Travel,
    TravelMatrix,
    check,
)
from phancong.goals import less, near

PROBLEM = Problem(
    [Member("a", max_households=1), Member("b")],
    [Household(1), Household(2), Household(3)],
    travel=TravelMatrix([[1, 2], [3, 4], [5, 6]]),
    previous=[(1, "a"), (2, "b")],
)
PAIRS = [(1, "a"), (2, "b"), (3, "b")]


def test_a_sound_plan():
    """Nothing is broken; the values of the default goals are told."""
    judgement = check(PROBLEM, PAIRS)
    assert judgement.valid
    assert judgement.kept
    assert judgement.goals == ((FairLoad(), 2.0), (Continuity(), 0.0), (Travel(), 11.0))
    assert judgement.metrics["travel_max"] == 6
    assert judgement.exceptions == ()
    assert judgement.total("coverage") == 0


def test_limits_that_give_way_are_told_by_how_much():
    """A plan can be valid and still break limits."""
    judgement = check(PROBLEM, [(1, "a"), (2, "a")], goals=(Farthest(),))
    assert judgement.valid
    assert not judgement.kept
    assert (judgement.total("coverage"), judgement.total("max_households")) == (1, 1)
    assert judgement.goals == ((Farthest(), 3.0),)


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([(9, "a")], "pair (9, 'a') names an unknown household 9"),
        ([(9, "z")], "pair (9, 'z') names an unknown household 9 and member 'z'"),
        ([*PAIRS, (1, "a")], "pair (1, 'a') is given twice"),
        ([7], "entry number 1 is not a pair (household, member)"),
        ([(1, "a", 3)], "entry number 1 is not a pair (household, member)"),
        (["1a"], "entry number 1 is not a pair (household, member)"),
        ([(1, [])], "entry number 1 holds something that is not an id (a list)"),
        ([(1, "a"), (1, "b")], "household 1 has 2 members and needs 1"),
    ],
)
def test_pairs_that_cannot_be(pairs, said):
    """Each is named; the others are judged all the same."""
    judgement = check(PROBLEM, iter(pairs))
    assert said in judgement.violations
    assert not judgement.valid
    assert not judgement.kept


@pytest.mark.parametrize(
    "pairs", ["1a", b"1a", {1: "a"}, 7, None, pd.DataFrame({"household": [1], "member": ["a"]})]
)
def test_what_is_no_plan_is_refused(pairs):
    """A mapping could be read either way round, and a number is nothing."""
    with pytest.raises(InvalidArgumentError, match=r"check\(\) takes a plan or pairs"):
        check(PROBLEM, pairs)


def test_pairs_in_an_array_are_pairs():
    """Rows of two ids."""
    members, households = [Member("a"), Member("b")], [Household("x"), Household("y")]
    problem = Problem(members, households, travel=None)
    assert check(problem, np.array([["x", "a"], ["y", "b"]])).kept


def test_goals_are_checked():
    """A goal that makes no sense here is refused by name."""
    with pytest.raises(InvalidArgumentError, match="Travel needs travel"):
        check(PROBLEM.replace(travel=None), PAIRS, goals=(Travel(),))


def test_a_plan_that_tells_the_truth():
    """Claims that are so are no violation; the goals are those of the plan."""
    plan = plan_of(PROBLEM, PAIRS, goals=(Farthest(), FairLoad(aim="leximax")))
    judgement = check(PROBLEM, plan)
    assert judgement.violations == ()
    assert [goal for goal, _ in judgement.goals] == [Farthest(), FairLoad(aim="leximax")]
    assert check(PROBLEM, plan, goals=(Farthest(),)).valid


def test_a_plan_for_another_problem_is_judged_by_its_ids():
    """Rows of another problem are others."""
    other = Problem(
        PROBLEM.members, [Household(0), *PROBLEM.households], travel=TravelMatrix([[1, 1]] * 4)
    )
    judgement = check(other, plan_of(PROBLEM, PAIRS, goals=()))
    assert judgement.total("coverage") == 1
    assert any("breaches['coverage'].total is stated as 0" in text for text in judgement.violations)


def lines(plan, **changes):
    """The plan with its first goal's line changed."""
    first = dataclasses.replace(plan.goals[0], **changes)
    return dataclasses.replace(plan, goals=(first, *plan.goals[1:]))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"value": 5.0},
            "the value of Farthest(tolerance=1.0) is stated as 5.0, and is 6.0",
        ),
        (
            {"bound": 7.0},
            "the bound 7.0 of Farthest(tolerance=1.0) is above what was reached",
        ),
        ({"best": 7.0, "bound": 7.0}, "the bound 7.0 of Farthest(tolerance=1.0) is above"),
        ({"best": 4.0, "bound": 4.0}, "was left further than its tolerance from 4.0: 6.0"),
        ({"proven": False}, "the plan says optimal, and not every line is proven"),
    ],
)
def test_false_claims_about_goals(changes, said):
    """Value, bound, tolerance and proof are judged."""
    plan = plan_of(PROBLEM, PAIRS, goals=(Farthest(tolerance=1.0),))
    assert any(said in text for text in check(PROBLEM, lines(plan, **changes)).violations)


def test_a_tolerance_may_be_used_up():
    """Best 5, tolerance 1, value 6: as agreed."""
    plan = plan_of(PROBLEM, PAIRS, goals=(Farthest(tolerance=1.0),))
    assert check(PROBLEM, lines(plan, best=5.0, bound=5.0)).valid


def test_leximax_has_no_tolerance():
    """No later goal makes it worse, not in any position; a search that was cut may find better."""
    plan = plan_of(PROBLEM, PAIRS, goals=(FairLoad(aim="leximax"),))
    changed = lines(plan, best=(2.0, 0.5), bound=(2.0, 0.5))
    assert any(
        "was left further than its tolerance" in text for text in check(PROBLEM, changed).violations
    )
    changed = lines(plan, bound=(2.0, 1.5))
    assert any("is above what was reached" in text for text in check(PROBLEM, changed).violations)
    changed = lines(plan, best=(2.5, 0.5), bound=(2.5, 0.5))  # called proven, and bettered
    assert any("is above what was reached" in text for text in check(PROBLEM, changed).violations)
    cut = dataclasses.replace(plan, status=Status.FEASIBLE, stopped="work")
    assert check(PROBLEM, lines(cut, best=(2.5, 0.5), bound=(1.0, 0.0), proven=False)).valid


def test_false_claims_about_breaches():
    """Totals and bounds are judged."""
    plan = plan_of(PROBLEM, PAIRS)
    changed = dataclasses.replace(
        plan, breaches={**plan.breaches, "needs": BreachTotal(1.0, 2.0, True)}
    )
    assert check(PROBLEM, changed).violations == (
        "breaches['needs'].total is stated as 1.0, and is 0.0",
        "breaches['needs'].bound 2.0 is above the total 1.0",
    )


def test_a_plan_that_claims_less_than_it_has():
    """Feasible is never a false claim."""
    plan = dataclasses.replace(plan_of(PROBLEM, PAIRS), status=Status.FEASIBLE)
    assert check(PROBLEM, plan).valid
    line = plan.goals[0]
    cut = GoalValue(line.goal, line.best, line.value, float("-inf"), False)
    assert check(PROBLEM, dataclasses.replace(plan, goals=(cut,))).valid


def test_figures_are_compared_to_within_what_floats_can_tell():
    """Position by position, largest first."""
    assert near(1.0, 1.0 + 1e-12)
    assert not near((1.0,), (1.0, 2.0))
    assert less((1.0, 2.0), (1.0, 3.0))
    assert not less((1.0, 3.0), (1.0, 2.0))
    assert not less((1.0, 3.0), (1.0, 3.0))
