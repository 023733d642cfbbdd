"""The optimal face holds the plans of least cost, and no other."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from small_networks import all_plans, cost_of, costs_for, key, network_of, networks

from phancong.engines.flow.faces import optimal_face, reduced_cost
from phancong.engines.flow.network import Costs
from phancong.engines.flow.solving import minimum_cost


def best_plans(network, costs):
    """The plans of least cost, by trying all."""
    plans = all_plans(network)
    prices = [cost_of(network, costs, plan) for plan in plans]
    return {key(plan) for plan, price in zip(plans, prices, strict=True) if price == min(prices)}


def plans_in(network):
    return {key(plan) for plan in all_plans(network)}


def face_of(network, costs):
    return optimal_face(network, costs, minimum_cost(network, costs))


def test_ties_stay_open_and_what_is_decided_is_decided():
    """The first household is indifferent, the second is not."""
    face = face_of(network_of(np.ones((2, 2))), Costs(pairs=np.array([[1, 1], [1, 2]])))
    assert face.free.tolist() == [[True, True], [True, False]]
    assert len(all_plans(face)) == 2


def test_a_full_member_stays_full():
    """Who is worth paying for has exactly the maximum in every best plan."""
    network = network_of(np.ones((3, 2)), high=[2, 3])
    face = face_of(network, Costs(pairs=np.array([[0, 5]] * 3)))
    assert (face.low[0], face.high[0]) == (2, 2)
    assert len(all_plans(face)) == 3  # any one of them is with the second


def test_a_member_who_is_dear_keeps_the_minimum():
    """Nobody goes there beyond what must be."""
    network = network_of(np.ones((3, 2)), low=[0, 1])
    face = face_of(network, Costs(pairs=np.array([[0, 5]] * 3)))
    assert (face.low[1], face.high[1]) == (1, 1)


def test_forced_pairs_beyond_the_price_of_their_units_stay():
    """Three forced households on one member, whatever the third costs."""
    network = network_of(
        np.ones((4, 2)),
        on=[[True, False]] * 3 + [[False, False]],
        need=[0, 0, 0, 1],
    )
    face = face_of(network, Costs(marginal=np.array([[1, 2, 3, 4]] * 2)))
    assert [plan.sum(axis=0).tolist() for plan in all_plans(face)] == [[3, 1]]


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_the_plans_in_the_face_are_exactly_the_best_plans(data):
    """Complementary slackness with one dual solution describes all optima."""
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    flow = minimum_cost(network, costs)
    assume(flow.feasible)
    assert plans_in(optimal_face(network, costs, flow)) == best_plans(network, costs)


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_faces_of_faces_are_optima_in_order(data):
    """Of the plans that are best in the first costs, those best in the second; and once more."""
    network = data.draw(networks(households=3))
    left = all_plans(network)
    assume(left)
    for _ in range(3):
        costs = data.draw(costs_for(network))
        prices = [cost_of(network, costs, plan) for plan in left]
        left = [plan for plan, price in zip(left, prices, strict=True) if price == min(prices)]
        # Costs of units count from the minimum, and that of the face has moved.
        network = face_of(network, costs)
        assert plans_in(network) == {key(plan) for plan in left}


@settings(max_examples=examples(200), deadline=None)
@given(st.data())
def test_reduced_costs_have_the_sign_of_what_was_chosen(data):
    """0 or more for a free pair that is not chosen, 0 or less for one that is."""
    network = data.draw(networks())
    costs = data.draw(costs_for(network))
    flow = minimum_cost(network, costs)
    assume(flow.feasible)
    reduced = reduced_cost(network, costs, flow)
    assert (reduced[network.free & flow.chosen] <= 0).all()
    assert (reduced[network.free & ~flow.chosen] >= 0).all()
