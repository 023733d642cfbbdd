"""The prices of a flow: what one more household costs at each member."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from small_networks import costs_for, network_of, networks

from phancong.engines.flow.arcs import all_arcs
from phancong.engines.flow.duals import prices
from phancong.engines.flow.kinds import each_by_itself
from phancong.engines.flow.network import Costs, penalty_of
from phancong.engines.flow.solving import minimum_cost


def test_a_member_with_room_costs_nothing():
    """Without bounds every household simply has its cheapest member."""
    flow = minimum_cost(network_of(np.ones((2, 2))), Costs(pairs=np.array([[1, 5], [4, 2]])))
    assert flow.price.tolist() == [0, 0]
    assert flow.household_price.tolist() == [1, 2]


def test_a_full_member_costs_what_the_next_household_would_lose():
    """One place, three who want it and lose 9, 7 and 5 without it: the price is from 7 to 9."""
    network = network_of(np.ones((3, 2)), high=[1, 3])
    flow = minimum_cost(network, Costs(pairs=np.array([[0, 9], [0, 7], [0, 5]])))
    assert flow.chosen[:, 0].tolist() == [True, False, False]
    assert 7 <= flow.price[0] - flow.price[1] <= 9


def test_a_member_below_the_minimum_is_worth_a_price():
    """Who must have one more household is paid for at what that household loses: 4 to 6."""
    network = network_of(np.ones((2, 2)), low=[0, 1])
    flow = minimum_cost(network, Costs(pairs=np.array([[0, 4], [0, 6]])))
    assert flow.chosen[:, 1].tolist() == [True, False]
    assert -6 <= flow.price[1] - flow.price[0] <= -4


@settings(max_examples=examples(250), deadline=None)
@given(st.data())
def test_complementary_slackness(data):
    """What is used costs at most its price, what is not costs at least its price.

    So it is for pairs, for the households of each member, and for each member missing.
    """
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    flow = minimum_cost(network, costs)
    assume(flow.feasible)
    households, members = network.free.shape
    pairs = np.zeros((households, members), dtype=int) if costs.pairs is None else costs.pairs
    for row, column in np.argwhere(network.free).tolist():
        cost = pairs[row, column] + flow.price[column]
        price = flow.household_price[row]
        assert cost <= price if flow.chosen[row, column] else cost >= price

    def unit(column, number):
        return (
            0
            if costs.marginal is None
            else costs.marginal[column, number - network.low[column] - 1]
        )

    for column, count in enumerate(flow.counts.tolist()):
        if count < network.high[column]:
            assert flow.price[column] <= unit(column, count + 1)
        if count > max(network.low[column], network.base[column]):
            assert flow.price[column] >= unit(column, count)

    def absent(row, number):
        cost = 0 if costs.missing is None else costs.missing[row]
        last = costs.nobody is not None and number == network.need[row]
        return cost + (costs.nobody[row] if last else 0)

    for row, missing in enumerate(flow.missing.tolist()):
        if missing < network.most_missing[row]:
            assert absent(row, missing + 1) >= flow.household_price[row]
        if missing > network.least_missing[row]:
            assert absent(row, missing) <= flow.household_price[row]


def test_a_flow_that_is_not_optimal_has_no_prices():
    """A cycle that saves cost is a mistake, never a price."""
    network = network_of(np.ones((2, 2)), high=[1, 1])
    costs = Costs(pairs=np.array([[1, 5], [4, 2]]))
    arcs = all_arcs(network.free)
    crossed = np.array([0, 1, 1, 0])  # 5 + 4, where 1 + 2 would do
    zero, one = np.zeros(2, dtype=np.int64), np.ones(2, dtype=np.int64)
    penalty = penalty_of(network, costs)
    with pytest.raises(AssertionError, match="the flow is not optimal"):
        prices(network, costs, arcs, each_by_itself(2), crossed, zero, one, penalty)
