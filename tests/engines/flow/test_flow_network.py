"""The minimum-cost flow of a network, against networkx and against trying every plan."""

import random
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples
from small_networks import all_plans, cost_of, costs_for, key, missing_of, network_of, networks

from phancong import InvalidArgumentError
from phancong.engines.flow.network import Costs, cost_bits, penalty_of
from phancong.engines.flow.solving import minimum_cost


def loads(flow):
    return flow.counts.tolist()


def test_the_cheapest_pairs_are_chosen():
    """Each of two households goes to the member it costs less with: 1 + 2."""
    flow = minimum_cost(network_of(np.ones((2, 2))), Costs(pairs=np.array([[1, 5], [4, 2]])))
    assert flow.feasible
    assert flow.cost == 3
    assert flow.chosen.tolist() == [[True, False], [False, True]]


def test_a_member_takes_no_more_than_the_maximum():
    """Both prefer the first member, who may have one: the household that loses less moves on."""
    network = network_of(np.ones((2, 2)), high=[1, 2])
    flow = minimum_cost(network, Costs(pairs=np.array([[1, 5], [1, 3]])))
    assert flow.chosen.tolist() == [[True, False], [False, True]]
    assert flow.cost == 4


def test_a_member_gets_the_minimum_whatever_it_costs():
    """The second member must have one household, and the cheaper of the two goes there."""
    network = network_of(np.ones((2, 2)), low=[0, 1])
    flow = minimum_cost(network, Costs(pairs=np.array([[0, 900], [0, 100]])))
    assert flow.chosen.tolist() == [[True, False], [False, True]]


def test_units_of_rising_cost_share_households_out():
    """Four households, unit costs 1, 2, 3, … each: two and two."""
    flow = minimum_cost(network_of(np.ones((4, 2))), Costs(marginal=np.array([[1, 2, 3, 4]] * 2)))
    assert loads(flow) == [2, 2]


def test_the_cost_of_a_unit_counts_from_the_minimum():
    """Unit costs begin above the minimum: members of at least 2 and 0 with the same costs."""
    network = network_of(np.ones((4, 2)), low=[2, 0])
    flow = minimum_cost(network, Costs(marginal=np.array([[1, 2, 3, 4]] * 2)))
    assert loads(flow) == [3, 1]


def test_a_forced_pair_takes_the_first_units():
    """A forced pair is a household of its member: the next one costs what the second costs."""
    network = network_of(
        [[False, False], [True, True]], on=[[True, False], [False, False]], need=[0, 1]
    )
    flow = minimum_cost(network, Costs(marginal=np.array([[1, 3], [2, 4]])))
    assert loads(flow) == [1, 1]


def test_who_is_left_out_is_the_cheapest_to_leave_out():
    """One place for two: the household whose absence costs 3 stays out, not the one of 5."""
    network = network_of(np.ones((2, 1)), most=[1, 1], high=[1])
    flow = minimum_cost(network, Costs(missing=np.array([5, 3])))
    assert flow.missing.tolist() == [0, 1]
    assert flow.cost == 3


def test_the_last_member_missing_costs_more():
    """Two places, two households that need two: with a price on nobody each gets one."""
    network = network_of(np.ones((2, 2)), need=[2, 2], most=[2, 2], high=[1, 1])
    flow = minimum_cost(network, Costs(missing=np.array([1, 1]), nobody=np.array([1, 1])))
    assert flow.missing.tolist() == [1, 1]
    assert flow.cost == 2


@pytest.mark.parametrize(
    "network",
    [
        network_of(np.ones((3, 1)), high=[2]),
        network_of(np.ones((1, 2)), low=[1, 1]),
        network_of([[False]]),
        network_of([[True, False]], need=[2]),
        network_of([[True]], least=[1], most=[1], low=[1]),
        network_of([[True]], low=[2], high=[1]),
        network_of([[False]], on=[[True]], need=[0], high=[0]),
    ],
    ids=[
        "more households than places",
        "more minima than households",
        "nobody reached",
        "fewer members reached than needed",
        "must be missing, and must be there",
        "minimum above maximum",
        "forced beyond the maximum",
    ],
)
def test_bounds_that_cannot_hold_are_flagged(network):
    """The flow that breaks the bounds least is given, and says that it breaks them."""
    assert not minimum_cost(network, Costs()).feasible
    assert not all_plans(network)


def test_a_network_of_nothing_has_the_empty_plan():
    """No household, or nobody needed."""
    assert minimum_cost(network_of(np.ones((0, 2))), Costs()).feasible
    flow = minimum_cost(
        network_of(np.ones((2, 1)), need=[0, 0]), Costs(marginal=np.array([[1, 1]]))
    )
    assert flow.feasible
    assert loads(flow) == [0]


@settings(max_examples=examples(400), deadline=None)
@given(st.data())
def test_the_flow_is_the_best_of_all_plans(data):
    """Any bounds and costs: the least cost there is, or infeasible where there is no plan."""
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    flow = minimum_cost(network, costs)
    plans = all_plans(network)
    assert flow.feasible == bool(plans)
    if plans:
        assert key(flow.chosen) in {key(plan) for plan in plans}
        assert flow.missing.tolist() == missing_of(network, flow.chosen).tolist()
        assert cost_of(network, costs, flow.chosen) == min(
            cost_of(network, costs, plan) for plan in plans
        )


@settings(max_examples=examples(100), deadline=None)
@given(st.data())
def test_the_stated_cost_is_that_of_pairs_and_of_who_is_missing(data):
    """``Flow.cost`` leaves the cost of units to whoever set it."""
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    flow = minimum_cost(network, costs)
    if flow.feasible:
        plain = Costs(costs.pairs, None, costs.missing, costs.nobody)
        assert flow.cost == cost_of(network, plain, flow.chosen)


# --- against networkx


def random_network(rng):
    """5–20 households and 2–5 members, bounds that can often be kept."""
    households, members = rng.randint(5, 20), rng.randint(2, 5)
    need = [rng.choice((0, 1, 1, 1, 2)) for _ in range(households)]
    fair = sum(need) // members
    low = [rng.choice((0, 0, max(fair - 1, 0), fair)) for _ in range(members)]
    network = network_of(
        [[rng.random() < 0.8 for _ in range(members)] for _ in range(households)],
        on=[[rng.random() < 0.05 for _ in range(members)] for _ in range(households)],
        need=need,
        most=[rng.choice((0, 0, 1, 2)) for _ in range(households)],
        low=low,
        high=[max(n, fair + rng.randint(-1, 3)) for n in low],
    )
    width = int((network.high - network.low).max())
    costs = Costs(
        pairs=np.array([[rng.randint(0, 9) for _ in range(members)] for _ in range(households)]),
        marginal=np.sort(
            [[rng.randint(0, 9) for _ in range(width)] for _ in range(members)], axis=1
        ),
        missing=np.array([rng.randint(0, 30) for _ in range(households)]),
        nobody=np.array([rng.randint(0, 9) for _ in range(households)]),
    )
    return network, costs


def by_networkx(network, costs):
    """The least cost of units, pairs and missing members by network simplex; None: infeasible.

    Lower bounds are taken off the demands.
    """
    graph = nx.MultiDiGraph()
    households, members = network.free.shape
    demand = {("h", row): -int(network.need[row]) for row in range(households)}
    demand |= {("m", column): 0 for column in range(members)}
    demand["sink"] = int(network.need.sum())
    for row, column in np.argwhere(network.free).tolist():
        weight = int(costs.pairs[row, column])
        graph.add_edge(("h", row), ("m", column), capacity=1, weight=weight)
    for row in range(households):
        for number in range(1, int(network.most_missing[row]) + 1):
            weight = int(costs.missing[row])
            if number == network.need[row]:
                weight += int(costs.nobody[row])
            graph.add_edge(("h", row), "sink", capacity=1, weight=weight)
    base = network.on.sum(axis=0)
    if (base > network.high).any():
        return None
    for column in range(members):
        low, high = int(network.low[column]), int(network.high[column])
        must = max(low - int(base[column]), 0)
        demand["m", column] += must
        demand["sink"] -= must
        for number in range(max(low, int(base[column])), high):
            weight = int(costs.marginal[column, number - low])
            graph.add_edge(("m", column), "sink", capacity=1, weight=weight)
    graph.add_nodes_from((node, {"demand": d}) for node, d in demand.items())
    try:
        total, _ = nx.network_simplex(graph)
    except nx.NetworkXUnfeasible:
        return None
    forced = int(costs.pairs[network.on].sum())
    forced += sum(
        int(costs.marginal[column, : max(int(base[column] - network.low[column]), 0)].sum())
        for column in range(members)
    )
    return total + forced


def test_the_flow_costs_what_networkx_finds():
    """Pairs, units, missing members and bounds, on 150 networks of up to 20 × 5."""
    rng = random.Random("networkx")
    infeasible = 0
    for number in range(150):
        network, costs = random_network(rng)
        expected = by_networkx(network, costs)
        flow = minimum_cost(network, costs)
        assert flow.feasible == (expected is not None), number
        if expected is None:
            infeasible += 1
        else:
            assert cost_of(network, costs, flow.chosen) == expected, number
    assert 10 < infeasible < 140  # both answers are put to the test


# --- what 64 bits can hold


def test_costs_that_do_not_fit_64_bits_are_refused():
    """The solver would count wrong; the way out is a larger unit."""
    network = network_of(np.ones((2, 2)))
    with pytest.raises(InvalidArgumentError, match="too large for 64-bit flows; state travel"):
        minimum_cost(network, Costs(pairs=np.full((2, 2), 2**58)))


@pytest.mark.parametrize("size", [(1, 1), (20, 8), (10_000, 100), (100_000, 1_000)])
def test_costs_of_as_many_bits_as_there_is_room_for_are_taken(size):
    """Pairs and members missing, both at the most, still have a penalty above them."""
    households, members = size
    largest = 2 ** cost_bits(*size)
    network = network_of(np.zeros((1, 1)))
    wide = Costs(pairs=np.array([[largest]]), missing=np.array([largest]))
    small = penalty_of(network, wide)
    assert small > 2 * largest
    # The penalty of the real size, without its arrays.
    penalty = 2 * (members + 2) * (wide.largest + 1)
    assert penalty * (households + members + 2) < 2**61


def test_the_penalty_is_above_any_path():
    """It grows with the costs and with the number of members that a path may meet."""
    network = network_of(np.ones((3, 4)))
    assert penalty_of(network, Costs()) == 12
    assert penalty_of(network, Costs(pairs=np.full((3, 4), -7))) == 96


def test_a_long_chain_of_moves_is_worth_it_for_a_household_that_has_one_way_in():
    """Six households move on by one member each, so that the seventh has a place.

    That costs 6 × 10, more than several times the dearest pair; without it, the seventh has nobody.
    """
    allowed = np.zeros((7, 7))
    costs = np.zeros((7, 7), dtype=np.int64)
    allowed[0, 0] = 1
    for row in range(1, 7):
        allowed[row, [row - 1, row]] = 1
        costs[row, row] = 10
    network = network_of(allowed, high=[1] * 7)
    flow = minimum_cost(network, Costs(pairs=costs))
    assert flow.feasible
    assert flow.chosen.tolist() == np.eye(7, dtype=bool).tolist()
    assert flow.cost == 60


def test_a_flow_knows_its_own_pairs():
    """One household with one of two members; a flow without pairs has none."""
    flow = minimum_cost(network_of(np.ones((1, 2))), Costs(pairs=np.array([[5, 1]])))
    assert flow.has(np.array([0, 0]), np.array([0, 1])).tolist() == [False, True]
    nobody = minimum_cost(network_of(np.zeros((1, 2)), most=[1]), Costs())
    assert nobody.has(np.array([0, 0]), np.array([0, 1])).tolist() == [False, False]


@pytest.mark.parametrize("side", [(0, 1), (2, 1), (1, 0), (1, 2)])
def test_every_bound_of_a_flow_is_looked_at(side):
    """One member may be missing, and one household is a member's: neither fewer nor more."""
    network = replace(
        network_of(np.ones((2, 1)), low=[1], high=[1]),
        least_missing=np.array([0, 1]),
        most_missing=np.array([0, 1]),
    )
    assert network.within_bounds(np.array([0, 1]), np.array([1]))
    missing, count = side
    assert not network.within_bounds(np.array([0, missing]), np.array([count]))
