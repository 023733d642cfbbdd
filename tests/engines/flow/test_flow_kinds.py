"""Members who are alike are one node of the flow, and nothing else changes."""

from dataclasses import replace

import numpy as np
import pytest
from as_large import ALIKE, as_large
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lanes import examples
from small_networks import all_plans, cost_of, costs_for, key, missing_of, network_of, networks

from phancong.engines.flow.faces import optimal_face
from phancong.engines.flow.kinds import each_by_itself, kinds_of
from phancong.engines.flow.network import Costs
from phancong.engines.flow.solving import minimum_cost


@pytest.fixture(autouse=True, scope="module")
def whatever_the_size():
    """Small networks are looked at, too."""
    with as_large(ALIKE):
        yield


@st.composite
def with_twins(draw):
    """A network and costs in which some members are alike."""
    network = draw(networks(households=3))
    costs = draw(costs_for(network))
    members = network.free.shape[1]
    drawn = st.lists(st.integers(0, members - 1), min_size=1, max_size=4)
    columns = np.array(draw(drawn))
    return (
        replace(
            network,
            free=network.free[:, columns],
            on=network.on[:, columns],
            low=network.low[columns],
            high=network.high[columns],
        ),
        Costs(
            None if costs.pairs is None else costs.pairs[:, columns],
            None if costs.marginal is None else costs.marginal[columns],
            costs.missing,
            costs.nobody,
        ),
    )


@settings(max_examples=examples(400), deadline=None)
@given(with_twins())
def test_the_flow_and_its_face_are_those_of_all_plans(drawn):
    """As without kinds: the least cost there is, and the dual that tells all plans of that cost."""
    network, costs = drawn
    flow = minimum_cost(network, costs)
    plans = {key(plan): cost_of(network, costs, plan) for plan in all_plans(network)}
    assert flow.feasible == bool(plans)
    assume(flow.feasible)
    assert plans[key(flow.chosen)] == min(plans.values())
    assert flow.missing.tolist() == missing_of(network, flow.chosen).tolist()
    best = {plan for plan, cost in plans.items() if cost == min(plans.values())}
    assert {key(plan) for plan in all_plans(optimal_face(network, costs, flow))} == best


def test_who_is_alike_shares_evenly():
    """Seven households and three members of one kind: 3, 2, 2, each household with somebody."""
    network = network_of(np.ones((7, 3)))
    assert len(kinds_of(network, Costs()).first) == 1
    flow = minimum_cost(network, Costs(marginal=np.arange(7)[None, :].repeat(3, axis=0)))
    assert sorted(flow.counts.tolist()) == [2, 2, 3]
    assert flow.chosen.sum(axis=1).tolist() == [1] * 7


def test_a_household_that_needs_several_has_different_members():
    """Each of four households needs two of three who take three at most."""
    network = network_of(np.ones((4, 3)), need=[2] * 4, high=[3] * 3)
    flow = minimum_cost(network, Costs())
    assert flow.feasible
    assert flow.chosen.sum(axis=1).tolist() == [2] * 4
    assert flow.counts.max() <= 3


@pytest.mark.parametrize(
    ("changes", "costs"),
    [
        ({"free": np.array([[1, 0], [1, 1]], dtype=bool)}, Costs()),
        ({"low": np.array([0, 1])}, Costs()),
        ({"high": np.array([2, 1])}, Costs()),
        ({"on": np.array([[0, 0], [1, 0]], dtype=bool)}, Costs()),
        ({}, Costs(pairs=np.array([[1, 2], [1, 1]]))),
        ({}, Costs(marginal=np.array([[0, 1], [0, 2]]))),
    ],
    ids=["reach", "minimum", "maximum", "fixed", "cost", "cost of units"],
)
def test_who_differs_in_anything_is_no_kind(changes, costs):
    """One kind of two becomes two kinds of one."""
    network = network_of(np.ones((2, 2)))
    assert kinds_of(network, Costs()).which.tolist() == [0, 0]
    assert kinds_of(replace(network, **changes), costs).which.tolist() == [0, 1]


def test_members_by_themselves_take_what_their_arcs_carry():
    """Every member is a kind: pairs are those of the flow."""
    network = network_of([[1, 0], [1, 1]])
    kinds = each_by_itself(2)
    arcs = kinds.arcs(network.free)
    rows, columns = kinds.shared_out(arcs, np.array([1, 0, 1]))
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 0), (1, 1)]
