"""One sum within a budget on another: exact between the plans on the hull, too."""

from dataclasses import replace

import numpy as np
import pytest
from lanes import in_full

from phancong import (
    Continuity,
    Household,
    Member,
    Preference,
    Problem,
    Search,
    Travel,
    TravelMatrix,
)
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.flow import FlowEngine
from phancong.engines.flow.brackets import Bracket, CountedFlow
from phancong.engines.flow.budget import BudgetedFlow
from phancong.engines.flow.closed_walks import closed_walk
from phancong.engines.flow.faces import reduced_cost
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Network
from phancong.engines.flow.run import FlowRun
from phancong.engines.flow.solving import minimum_cost
from phancong.engines.flow.trade import FlowTrade, counted
from phancong.engines.task import AtMost, Task


def commune(seed, households=36, members=6, **columns):
    """Places at random, last year's plan by the list, real metres."""
    rng = np.random.default_rng(seed)
    homes, people = rng.random((households, 2)) * 5e3, rng.random((members, 2)) * 5e3
    ways = np.hypot(*(homes[:, None, :] - people[None, :, :]).transpose(2, 0, 1))
    low, high = households // members - 1, households // members + 1
    last = [(f"h{j:02}", f"m{j * members // households}", 1 + j % 3) for j in range(households)]
    return Problem(
        [Member(f"m{i}", min_households=low, max_households=high) for i in range(members)],
        [Household(f"h{j:02}", **columns) for j in range(households)],
        travel=TravelMatrix(ways),
        previous=last,
    )


def within(engine, problem, held, limit, free, relax=None, **search):
    goals = (AtMost(held, limit), free, held)
    return engine.run(Task(problem, goals, relax or {}, Course(Search(**search))))


def test_a_budget_with_a_tolerance_is_no_flow():
    """What a tolerance leaves of a sum is a budget over all pairs."""
    loose = Continuity(rtol=0.1)
    goals = (AtMost(loose, 4.0), Travel(), loose)
    task = Task(commune(0), goals, {}, Course(Search()))
    assert any("Continuity" in refusal for refusal in FlowEngine().refusals(task))


@pytest.mark.parametrize("seed", [0, *in_full(1, 2, 3)])
def test_every_budget_has_the_plan_that_cp_sat_finds(seed):
    """On the hull and off it."""
    problem, flow = commune(seed), FlowEngine()
    for limit in range(0, 36, 2):
        ours = within(flow, problem, Continuity(), float(limit), Travel())
        exact = within(CpSatEngine(), problem, Continuity(), float(limit), Travel())
        for mine, other in zip(ours.goals, exact.goals, strict=True):
            assert mine.best == pytest.approx(other.best, rel=1e-7)
            assert mine.proven
            assert mine.bound == pytest.approx(mine.best, rel=1e-6)


@pytest.mark.parametrize("seed", [0, *in_full(1, 2)])
def test_years_and_scores_are_counts_too_and_members_can_be_missing(seed):
    """A count of any small integers; two members for a household, a place short for some."""
    problem = commune(seed, 20, 5, members_needed=2)
    rng = np.random.default_rng(seed)
    scores = Preference(rng.integers(0, 4, (20, 5)).astype(float))
    relax, flow = {"coverage": 1.0}, FlowEngine()
    few = [Member(f"m{i}", max_households=7) for i in range(5)]
    problem = problem.replace(members=few)
    for held in (Continuity("years"), scores):
        for limit in (-60.0, -45.0, -30.0, 5.0, 9.0, 14.0, 20.0):
            ours = within(flow, problem, held, limit, Travel(), relax)
            exact = within(CpSatEngine(), problem, held, limit, Travel(), relax)
            assert (ours is None) == (exact is None)
            if ours is not None:
                assert ours.goals[1].best == pytest.approx(exact.goals[1].best, rel=1e-7)
                assert ours.goals[2].best == pytest.approx(exact.goals[2].best)


def test_years_can_be_what_is_minimised():
    """Any sum can, whatever is within limits."""
    problem = commune(3, 12, 4)
    scores = Preference(np.random.default_rng(3).integers(0, 4, (12, 4)).astype(float))
    for limit in (-30.0, -24.0, -18.0):
        ours = within(FlowEngine(), problem, scores, limit, Continuity("years"))
        exact = within(CpSatEngine(), problem, scores, limit, Continuity("years"))
        assert ours.goals[1].best == exact.goals[1].best


def test_only_small_integers_count():
    """Scores of many digits are left to engines that take any number."""
    scores = np.random.default_rng(0).random((12, 4))
    assert counted(commune(0, 12, 4), Preference(scores)) is None
    assert counted(commune(0, 12, 4), Preference(scores.round(1) * 10)) is not None
    assert counted(commune(0, 12, 4), Travel()) is None


def test_a_budget_that_is_cut_has_a_true_bound():
    """Without any work left the price alone bounds the cost."""
    problem, cut = commune(0), 0
    for limit in range(36):
        ours = within(FlowEngine(), problem, Continuity(), float(limit), Travel(), work=1e-9)
        exact = within(FlowEngine(), problem, Continuity(), float(limit), Travel())
        assert ours.goals[1].bound <= exact.goals[1].best + 1e-6
        assert ours.goals[1].best >= exact.goals[1].best - 1e-6
        cut += not ours.goals[1].proven
        assert (ours.stopped is None) == ours.goals[1].proven
    assert cut > 0


def test_many_pairs_are_priced_and_not_listed():
    """Over promising pairs only, and yet the least over all."""
    problem = commune(7, 120, 12)
    for limit in (11.0, 40.0, 77.0):
        ours = within(FlowEngine(), problem, Continuity(), limit, Travel())
        exact = within(CpSatEngine(), problem, Continuity(), limit, Travel())
        assert ours.goals[1].best == pytest.approx(exact.goals[1].best, rel=1e-6)


def network(free, low, high):
    households = len(free)
    zero = np.zeros(households, dtype=np.int64)
    return Network(
        free=free,
        on=np.zeros_like(free),
        need=zero + 1,
        least_missing=zero,
        most_missing=zero,
        low=np.array(low),
        high=np.array(high),
    )


def test_a_detour_moves_the_household_that_costs_least():
    """h1 or h2 back to the first member, at 5 or 3 more."""
    free = np.ones((2, 2), dtype=bool)
    net = network(free, [0, 0], [2, 2])
    pairs = np.array([[5, 0], [3, 0]])
    costs, counts = Costs(pairs=pairs), np.array([[-1, 0], [-1, 0]])
    flow = minimum_cost(net, costs)
    reduced = reduced_cost(net, costs, flow)
    assert closed_walk(net, flow, reduced, counts, 1).tolist() == [[False, True], [True, False]]
    assert closed_walk(net, flow, reduced, counts, 2) is None  # the cheapest walk moves h2 twice
    kept = np.array([[-2, 0], [0, 0]])
    assert closed_walk(net, flow, reduced, kept, 2).tolist() == [[True, False], [False, True]]
    assert closed_walk(net, flow, reduced, kept, 1) is None  # there is no such step
    assert closed_walk(net, flow, reduced, counts, 100) is None  # too far to look


def test_a_bracket_falls_back_on_the_chord():
    """Where a slope is not known, or both ends are near."""
    empty = np.zeros((0, 0), dtype=bool)

    def tally(count, cost, price):
        return CountedFlow(count, cost, empty, np.zeros(0, dtype=np.int64), price)

    unknown = Bracket(5, 5.0, tally(0, 1_000_000, None), tally(20, 0, 0))
    assert unknown.guess() is None
    assert unknown.chord() == 49_999
    near = Bracket(1, 1.0, tally(0, 100, 90), tally(2, 0, 10))
    assert near.guess() is None
    wide = Bracket(10, 10.0, tally(0, 1_000_000, 100_000), tally(20, 0, 0))
    first = wide.guess()
    assert 0 < first < 100_000
    assert not wide.take(tally(0, 1_000_000, first))  # the guess was too dear
    assert wide.guess() < first
    assert wide.take(tally(12, 300_000, 30_000))
    assert not wide.take(tally(12, 300_000, 35_000))  # too cheap
    assert 35_000 < wide.guess() < first
    assert not wide.take(tally(-3, 1_300_000, first))  # as cheap, and farther off: no help
    assert wide.below.count == 0


@pytest.mark.parametrize("whole", [True, False])
def test_a_trade_is_taken_over_with_its_plans_and_not_with_what_is_hidden(whole):
    """Networks with the same flows: whether plans are hidden is told of the run's own network."""
    problem = commune(0, 12, 3)
    goals = (AtMost(Continuity(), 3.0), Travel(), Continuity())
    course = Course(Search())
    loads = UnitLoads(problem, course)
    own = replace(loads.network({}), whole=whole)

    def run(trade):
        found = FlowRun(Task(problem, goals, {}, course), loads, {}, trade)
        found.narrow = lambda: [own]
        return found, found.outcome(())

    other = FlowTrade(loads, replace(own, whole=not whole), Continuity(), Travel())
    first, expected = run(None)
    second, again = run(other)
    assert second.trade is other is not first.trade
    assert again.assignment.pairs == expected.assignment.pairs
    assert again.goals == expected.goals
    assert again.stopped == expected.stopped == (None if whole else "rounding")
    assert [line.proven for line in again.goals[1:]] == [whole] * 2


@pytest.mark.parametrize("part", ["low", "high", "free"])
def test_a_trade_over_other_flows_is_not_taken_over(part):
    problem = commune(0, 12, 3)
    loads = UnitLoads(problem, Course(Search()))
    mine = loads.network({})
    trade = FlowTrade(loads, mine, Continuity(), Travel())
    changed = replace(mine, **{part: getattr(mine, part) * 0})
    assert trade.of(problem, replace(mine), Continuity(), Travel())
    assert not trade.of(problem, changed, Continuity(), Travel())
    assert not trade.of(problem.replace(), mine, Continuity(), Travel())
    assert not trade.of(problem, mine, Travel(), Continuity())


def test_a_network_without_any_plan_has_no_budget():
    """Nothing to trade."""
    net = network(np.ones((2, 1), dtype=bool), [0], [1])
    budget = BudgetedFlow(net, Costs(), np.zeros((2, 1), dtype=np.int64))
    assert budget.within(0, Course(Search())) is None
