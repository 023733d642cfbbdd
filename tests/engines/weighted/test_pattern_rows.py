"""Patterns of loads in restricted models: the same best plan as without them."""

from dataclasses import replace

import numpy as np
import pytest
from assigning import context_of
from lanes import in_full

from phancong import synth
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Limits, LinearModel
from phancong.engines.weighted.improve.pattern_rows import add_patterns
from phancong.engines.weighted.improve.restricted_models import solve_restricted
from phancong.engines.weighted.tuning import TUNING


def scene(seed, weights="class", **tuning):
    problem = synth.commune(seed, members=5, households=24, weights=weights, infeasible=0.0)
    return context_of(problem, tuning=replace(TUNING, **tuning))


def added(context):
    """The variables that patterns add to a model of all pairs."""
    unit, member = np.nonzero(context.instance.free)
    model = LinearModel(len(unit))
    add_patterns(model, context.instance, unit, member)
    return len(model.lower) - len(unit), model, unit, member


@pytest.mark.parametrize("seed", [*range(3), *in_full(*range(3, 20))])
@pytest.mark.parametrize("weights", ["class", "integer"])
def test_the_best_plan_is_the_same(seed, weights):
    """Also where some pairs are in every plan, as their household has no choice."""
    context = scene(seed, weights, member_patterns=10**4)
    instance, taken = context.instance, context.incumbent.taken
    offered = instance.free.copy()
    offered[::3] = False
    everybody = np.arange(taken.shape[1])
    costs = []
    for patterns in (False, True):
        found = solve_restricted(
            instance,
            taken,
            context.cost,
            everybody,
            offered,
            CpSatSolver(),
            lambda: Limits(60.0, 20.0, 0.0, 0),
            patterns=patterns,
        )
        assert found.solved
        assert instance.keeps(found.taken)
        costs.append(int(context.cost[found.taken].sum()))
    assert costs[0] == costs[1]


def test_a_plan_has_one_pattern_of_each_member():
    """The values that complete the hint keep all rows."""
    context = scene(1, member_patterns=10**4)
    many, model, unit, member = added(context)
    values = model.complete(context.incumbent.taken[unit, member].astype(np.int64))
    assert model.keeps(values)
    assert values[len(unit) :].sum() == len(np.unique(member))
    assert many > 5


@pytest.mark.parametrize("tuning", [{"member_patterns": 1}, {"pattern_weights": 1}])
def test_many_patterns_or_weights_are_left_to_the_rows_of_loads(tuning):
    assert added(scene(1, **tuning))[0] == 0


def test_loads_that_depend_on_who_goes_have_no_patterns():
    context = scene(1)
    own = [replace(resource, each=None) for resource in context.instance.resources]
    context.instance = context.instance.replace(resources=tuple(own))
    assert added(context)[0] == 0
