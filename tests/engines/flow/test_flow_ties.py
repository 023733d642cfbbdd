"""Of plans that are as good to the last digit a later goal decides, and integers hide none of them.

Two households, two members who take one each: the ways are the sum of a number of the household and one
of the member, so that both plans have the same sum. Of sixteen digits, integers of forty bits tell one
from the other.
"""

from fractions import Fraction

import pytest
from as_large import as_large

from phancong import (
    Continuity,
    FairLoad,
    Farthest,
    Household,
    Member,
    NoPlanFoundError,
    Preference,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    explain,
    solve,
)
from phancong.course import Course
from phancong.engines.flow import ties
from phancong.engines.flow.engine import FlowEngine
from phancong.engines.portfolio import Portfolio, Sizes
from phancong.engines.task import AtMost, Task

HOMES = ("446998071.9646669", "901860411.7806252")
PEOPLE = ("14.5579999", "64.7108014")
WAYS = [[Fraction(h) + Fraction(m) for m in PEOPLE] for h in HOMES]
PLANS = [[("h0", "m0"), ("h1", "m1")], [("h0", "m1"), ("h1", "m0")]]


def pair(ways=WAYS, households=("h0", "h1"), **others):
    return Problem(
        [Member("m0", max_households=1), Member("m1", max_households=1)],
        [Household(name) for name in households],
        travel=TravelMatrix(ways),
        **others,
    )


@pytest.fixture
def untold():
    """No pair is told in exact fractions."""
    with as_large(((ties, "FEW", -1),)):
        yield


@pytest.mark.parametrize("plan", PLANS)
def test_a_later_goal_decides_between_equal_sums(plan):
    """Last year's plan can go on, whichever of the two it was: no change, and proven so."""
    found = solve(pair(previous=plan), goals=(Travel(), Continuity()), engine="flow")
    assert list(found.pairs) == plan
    assert found.status is Status.OPTIMAL


@pytest.mark.usefixtures("untold")
def test_what_may_be_hidden_is_not_proven():
    """Integers know one of the two plans: where last year's is the other, no change is not found.

    Of the starts last year's plan is as good in the first line and better in the second.
    """
    told = set()
    for plan in PLANS:
        travel, changes = carried_out(Travel(), Continuity(), previous=plan).goals
        assert travel.proven
        told.add((changes.best, changes.bound, changes.proven))
        found = solve(pair(previous=plan), goals=(Travel(), Continuity()), engine="flow")
        assert list(found.pairs) == plan
    assert told == {(0, 0, False), (2, 0, False)}


@pytest.mark.usefixtures("untold")
def test_of_very_many_pairs_no_starts_are_built_where_only_rounding_prevents_a_proof():
    """Both years get the plan that integers know, where last year's plan would be as good."""
    told, stopped = set(), set()
    for plan in PLANS:
        task = Task(pair(previous=plan), (Travel(), Continuity()), {}, Course(Search()))
        found = Portfolio(task, sizes=Sizes(rounded=3)).at_once(FlowEngine(), "", ()).outcome
        assert found is not None
        told.add(found.assignment.pairs)
        stopped.add(found.stopped)
    assert len(told) == 1
    assert stopped == {"rounding"}


@pytest.mark.parametrize("plan", PLANS)
def test_fractions_that_no_integers_hold_are_not_proven(plan):
    """Denominators of nine digits, all different: their common multiple has more than 64 bits."""
    primes = (999_999_937, 999_999_929, 999_999_893, 999_999_883)
    x, y = Fraction(10**8, primes[0]), Fraction(10**9, primes[1])
    a, b = Fraction(10**7, primes[2]), Fraction(10**8, primes[3])
    ways = [[x + a, x + b], [y + a, y + b]]
    found = solve(pair(ways, previous=plan), goals=(Travel(), Continuity()), engine="flow")
    assert found.goals[0].proven
    assert list(found.pairs) == plan or found.stopped == "rounding"


@pytest.mark.parametrize(("plan", "changed"), [(PLANS[0], 2.0), (PLANS[1], 0.0)])
def test_a_difference_of_seventeen_decimals_beside_a_large_way_is_told(plan, changed):
    """One as integers; only after a second round do 64 bits hold it exactly.

    The second plan is shorter by 0.135 - 0.12345678901234567, so that the first one is changed.
    """
    ways = [[1e10, 1e10], [0.12345678901234567, 0.135]]
    travel, changes = carried_out(Travel(), Continuity(), ways=ways, previous=plan).goals
    assert travel.proven
    assert (changes.best, changes.bound, changes.proven) == (changed, changed, True)


def test_scores_that_add_up_to_the_same_are_a_tie():
    """As ways, but of no member missing."""
    scores = {(f"h{h}", f"m{m}"): float(WAYS[h][m]) for h in range(2) for m in range(2)}
    for plan in PLANS:
        problem = pair([[1, 1], [1, 1]], previous=plan)
        goals = (Preference(scores), Continuity())
        found = solve(problem, goals=goals, engine="flow")
        assert list(found.pairs) == plan
        assert found.status is Status.OPTIMAL


@pytest.mark.parametrize("plan", PLANS)
def test_who_stays_without_a_member_is_a_tie(plan):
    """A third household as far as the second one: which of the two has a member is free."""
    problem = pair([*WAYS, WAYS[1]], households=("h0", "h1", "h2"), previous=plan)
    found = solve(problem, goals=(Travel(), Continuity()), relax=("coverage",), engine="flow")
    assert list(found.pairs) == plan
    assert found.uncovered == ("h2",)
    assert found.status is Status.OPTIMAL


@pytest.mark.parametrize("plan", PLANS)
def test_what_is_beyond_a_limit_on_pairs_is_a_tie(plan):
    """Each pair is beyond the distance limit; both plans are so by the same in all."""
    problem = pair(previous=plan, max_travel=1.0)
    found = solve(problem, goals=(Continuity(),), relax=("max_travel",), engine="flow")
    assert list(found.pairs) == plan
    assert found.status is Status.OPTIMAL


@pytest.mark.parametrize("plan", PLANS)
def test_prices_after_a_tie_are_told_by_solving_again(plan):
    """The other plan costs no metre more, and two changes."""
    found = solve(pair(previous=plan), goals=(Travel(), Continuity()), engine="flow")
    (other,) = explain(found, "h0", kind="household").alternatives
    travel, changes = (price for price in other.prices if price.goal is not None)
    assert abs(travel.by) <= 1e-6
    assert (changes.by, changes.proven) == (2.0, True)


def carried_out(*goals, **others):
    return FlowEngine().run(Task(pair(**others), goals, {}, Course(Search())))


#: The plan in which h0 goes to m1 is the one within this.
LIMIT = AtMost(Farthest(), float(max(WAYS[0][1], WAYS[1][0])))


def test_a_limit_after_a_tie_is_met_by_a_plan_that_ties():
    found = carried_out(Travel(), LIMIT)
    assert found.stopped is None
    assert list(found.assignment.pairs) == PLANS[1]


@pytest.mark.usefixtures("untold")
def test_a_limit_that_no_plan_meets_is_not_proven_impossible_by_some():
    with pytest.raises(NoPlanFoundError, match="only to the last digit"):
        carried_out(Travel(), AtMost(Farthest(), 1.0), FairLoad())


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.usefixtures("untold")
def test_a_trade_after_a_tie_is_not_proven(plan):
    """At most two changes: the travel after it is told with the bound of any plan."""
    scores = Preference({("h0", "m0"): 1.0})
    goals = Travel(), AtMost(Continuity(), 2.0), scores, Continuity()
    found = carried_out(*goals, previous=plan)
    assert found.stopped == "rounding"
    assert not any(line.proven for line in found.goals[2:])
