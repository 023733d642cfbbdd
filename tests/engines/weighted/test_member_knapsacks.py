"""The best set of each member, and what a pair more would cost, against all sets."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from lanes import by_lane

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.weighted.bound.knapsack_tables import BARRED, NEVER
from phancong.engines.weighted.bound.knapsacks import Knapsacks
from phancong.engines.weighted.bound.knapsacks_by_class import Classes
from phancong.engines.weighted.bound.knapsacks_by_unit import tables_by_unit
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Resource
from phancong.engines.weighted.tuning import TUNING, Tuning

#: Less than any sum of the small costs here that cannot be.
IMPOSSIBLE = BARRED // 2


def resource(weight, low, high, *, each):
    weight = np.array(weight, dtype=np.int64)
    return Resource(
        "workload",
        weight,
        weight[:, 0].copy() if each else None,
        np.array(low, dtype=np.int64),
        np.array(high, dtype=np.int64),
        np.zeros(weight.shape[1], dtype=np.int64),
        Fraction(1),
    )


def drawn(seed, *, each):
    """Six units and three members; some pairs barred, some limits idle, some that nobody keeps."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(0, 4, (6, 1 if each else 3)) * np.ones((1, 3), dtype=np.int64)
    free = rng.random((6, 3)) < 0.8
    low = rng.integers(0, 4, 3)
    high = low + rng.integers(0, 6, 3)
    if rng.random() < 0.3:
        high[rng.integers(3)] = 100
    return resource(weight, low, high, each=each), free, rng.integers(-9, 9, (6, 3))


def by_hand(loads, free, reduced, member, *, having=None):
    """The least sum over the sets of a member; None if none keeps the limits.

    A member whose maximum is idle, and who could carry more than all others may, is not held to its
    minimum: the bound leaves it out.
    """
    carried = (loads.weight * free).sum(axis=0)
    tight = loads.high[loads.high < carried]
    idle = carried[member] <= loads.high[member] and carried[member] > tight.max(initial=-1)
    least = None
    for chosen in product((False, True), repeat=len(free)):
        chosen = np.array(chosen)
        if (chosen & ~free[:, member]).any() or (having is not None and not chosen[having]):
            continue
        load = loads.weight[chosen, member].sum()
        if not idle and not loads.low[member] <= load <= loads.high[member]:
            continue
        value = reduced[chosen, member].sum()
        least = value if least is None else min(least, value)
    return least


@pytest.mark.parametrize("each", [True, False], ids=["by class", "by unit"])
def test_each_member_gets_the_best_set_within_the_limits(each):
    """Value and set agree with trying all sets; no set at all is never a value."""
    infeasible = 0
    for seed in range(by_lane(quick=40, full=120)):
        loads, free, reduced = drawn(seed, each=each)
        packed = Knapsacks(loads, free)
        solve = packed.solve(reduced)
        for member in range(3):
            expected = by_hand(loads, free, reduced, member)
            if expected is None:
                infeasible += 1
                assert solve.value[member] >= IMPOSSIBLE
                continue
            assert solve.value[member] == expected, seed
            chosen = solve.chosen[:, member]
            assert reduced[chosen, member].sum() == expected
            assert not (chosen & ~free[:, member]).any()
            if packed.high[member]:
                load = loads.weight[chosen, member].sum()
                assert loads.low[member] <= load <= loads.high[member]
    assert infeasible > 0


@pytest.mark.parametrize("each", [True, False], ids=["by class", "by unit"])
def test_a_penalty_is_no_more_than_a_pair_costs(each):
    """What is left out for its penalty cannot be part of anything better."""
    report = 0
    for seed in range(by_lane(quick=40, full=120)):
        loads, free, reduced = drawn(seed, each=each)
        packed = Knapsacks(loads, free)
        solve = packed.solve(reduced)
        penalty = packed.penalties(reduced, solve)
        for unit, member in product(range(6), range(3)):
            if solve.value[member] >= IMPOSSIBLE:
                continue
            if not free[unit, member]:
                assert penalty[unit, member] == NEVER
                continue
            forced = by_hand(loads, free, reduced, member, having=unit)
            assert penalty[unit, member] >= 0
            if forced is not None:
                assert penalty[unit, member] <= forced - solve.value[member], seed
                report += penalty[unit, member] > 0
    assert report > by_lane(quick=30, full=100)


@pytest.mark.parametrize("each", [True, False], ids=["by class", "by unit"])
def test_where_tables_are_too_large_split_households_are_a_bound(each):
    """No set is lost, minima hold, too, and a pair that has to be never costs less (contract 6.2)."""
    met = report = 0
    for seed in range(by_lane(quick=40, full=120)):
        loads, free, reduced = drawn(seed, each=each)
        packed = Knapsacks(loads, free, Tuning(most_entries=-1))
        assert packed.fractional
        solve = packed.solve(reduced)
        penalty = packed.penalties(reduced, solve)
        for member in range(3):
            expected = by_hand(loads, free, reduced, member)
            if expected is None:
                continue
            assert solve.value[member] <= expected, seed
            met += solve.value[member] == expected
            for unit in range(6):
                if not free[unit, member]:
                    assert penalty[unit, member] == NEVER
                    continue
                forced = by_hand(loads, free, reduced, member, having=unit)
                if forced is not None:
                    assert 0 <= penalty[unit, member] <= forced - solve.value[member]
                    report += penalty[unit, member] > 0
    assert met > by_lane(quick=30, full=100)
    assert report > by_lane(quick=30, full=100)


def test_without_limits_members_take_what_earns():
    """No load has a limit: every pair of negative cost, and nothing else."""
    _, free, reduced = drawn(1, each=True)
    solve = Knapsacks(None, free).solve(reduced)
    assert np.array_equal(solve.chosen, free & (reduced < 0))


def test_members_without_a_maximum_leave_the_classes_of_others_as_they_are():
    """They take whatever earns; who can carry no more than others may is held to the limits, too."""
    weight, free = np.full((9, 3), 2), np.ones((9, 3), dtype=bool)
    dear, cheap = np.ones((9, 3), dtype=np.int64), np.full((9, 3), -1)
    far = Knapsacks(resource(weight, [2, 2, 2], [6, 6, 100], each=True), free)
    assert far.classes is not None
    assert far.solve(dear).value.tolist() == [1, 1, 0]
    assert far.solve(cheap).value.tolist() == [-3, -3, -9]
    assert far.solve(cheap).chosen.sum(axis=0).tolist() == [3, 3, 9]
    free[1:, 2] = False
    near = Knapsacks(resource(weight, [2, 2, 2], [6, 6, 100], each=True), free)
    assert near.classes is not None
    assert near.solve(dear).value.tolist() == [1, 1, 1]
    assert near.solve(cheap).value.tolist() == [-3, -3, -1]


@pytest.mark.parametrize("each", [True, False], ids=["by class", "by unit"])
def test_where_nobody_has_a_maximum_nothing_needs_a_table(each):
    """Whatever the weights, and however many there are."""
    weight = np.arange(1, TUNING.most_weights + 3)[:, None] * np.ones((1, 2), dtype=np.int64)
    packed = Knapsacks(
        resource(weight, [0, 0], [999, 999], each=each), np.ones(weight.shape, dtype=bool)
    )
    assert packed.top == 0
    assert packed.classes is not None
    assert packed.solve(np.full(weight.shape, -1)).value.tolist() == [-len(weight)] * 2


def test_many_different_weights_are_no_classes():
    """A class of one household each would be no shorter than the households themselves."""
    many = np.arange(1, TUNING.most_weights + 3)[:, None] * np.ones((1, 2), dtype=np.int64)
    packed = Knapsacks(resource(many, [0, 0], [9, 9], each=True), np.ones(many.shape, dtype=bool))
    assert packed.classes is None
    solve = packed.solve(np.full(many.shape, -1))
    # Weights 1 + 2 + 3 are 6, and 1 + 2 + 3 + 4 would be 10.
    assert solve.value.tolist() == [-3, -3]


@pytest.mark.parametrize("kinds", [range(1, 9), (1, 37, 41, 43, 47)], ids=["near", "all"])
@pytest.mark.parametrize("seed", range(30))
def test_near_the_greedy_set_nothing_is_lost(seed, kinds):
    """Many households a class: every load that is asked for costs what all households in turn say.

    Where the weights have no small common multiple, ratios are not compared: all counts are tried.
    """
    rng = np.random.default_rng(seed)
    many = len(kinds) if kinds[-1] > 9 else rng.integers(1, 5)
    weights = rng.choice(np.array(kinds), size=many, replace=False)
    each = rng.choice(weights, size=120)
    weight = each[:, None] * np.ones((1, 4), dtype=np.int64)
    low = rng.integers(1, 60, 4)
    high = low + rng.integers(0, 12, 4)
    reduced = rng.integers(-40, 60, (120, 4)) * each[:, None] + rng.integers(-5, 5, (120, 4))
    free = rng.random((120, 4)) < 0.7
    reduced = np.where(free, reduced, BARRED)
    classes = Classes(each, low, high)
    by_core = classes.solve(reduced)
    slow = tables_by_unit(reduced, weight, free, low, classes.top)
    for member in range(4):
        asked = slice(classes.least[member], high[member] + 1)
        found, expected = by_core.tables[member, asked], slow.tables[member, asked]
        assert np.array_equal(np.minimum(found, IMPOSSIBLE), np.minimum(expected, IMPOSSIBLE))
    for load in (high, np.maximum(high - 1, low)):
        have = np.take_along_axis(by_core.tables, load[:, None], axis=1)[:, 0]
        chosen = by_core.sets(load)
        for member in np.flatnonzero(have < IMPOSSIBLE):
            assert weight[chosen[:, member], member].sum() == load[member]
            assert reduced[chosen[:, member], member].sum() == have[member]


def test_nobody_takes_nothing():
    """A part of a problem may have households and no member."""
    nobody = np.zeros(0, dtype=np.int64)
    packed = Classes(np.array([1, 2]), nobody, nobody).solve(np.zeros((2, 0), dtype=np.int64))
    assert packed.tables.shape == (0, 1)
    assert packed.sets(nobody).shape == (2, 0)


def test_prices_that_would_overflow_are_cut():
    """A budget of weights of 28 bits at a price of 62 bits: still a bound, in integers that fit."""
    rng = np.random.default_rng(4)
    members = [Member(f"m{j}", min_workload=2, max_workload=4) for j in range(3)]
    households = [Household(f"h{i}") for i in range(9)]
    instance = Instance(Problem(members, households, travel=TravelMatrix(np.ones((9, 3)))))
    cost = rng.integers(0, 2**28, (9, 3))
    taken = np.arange(9)[:, None] % 3 == np.arange(3)[None, :]
    weight = rng.integers(0, 2**28, (9, 3))
    limited = instance.within(instance.budget(weight, int(weight[taken].sum())))
    assert limited.keeps(taken)
    lagrangian = Lagrangian(limited, cost)
    for price in (2**20, 2**40, 2**62):
        for cover in (lagrangian.cover_multipliers(np.zeros_like(cost), (1,)), np.full(9, 2**60)):
            found = lagrangian.evaluate(cover, (price,))
            assert found.budgets[0] <= price
            assert found.bound <= cost[taken].sum()
            assert np.abs(found.reduced).max() < 2**46


@pytest.mark.parametrize("each", [True, False], ids=["by class", "by unit"])
@pytest.mark.parametrize("least", [0, 1])
def test_sets_alone_are_those_of_the_tables(each, least):
    """Only where nobody has a minimum, and units are no classes, is there a shorter way."""
    rng = np.random.default_rng(1)
    weight = rng.integers(1, 9, (40, 1 if each else 3)) * np.ones((1, 3), dtype=np.int64)
    free, reduced = rng.random((40, 3)) < 0.9, rng.integers(-20, 5, (40, 3))
    packed = Knapsacks(resource(weight, [0, least, 0], [30, 40, 50], each=each), free)
    assert packed.by_core == (not each and not least)
    with_tables, alone = packed.solve(reduced), packed.solve(reduced, tables=False)
    assert with_tables.value.tolist() == alone.value.tolist()
    assert (alone.tables is None) == packed.by_core
    many = resource(np.full((2_000, 3), 9), [0, least, 0], [2_000] * 3, each=False)
    wide = Knapsacks(many, np.ones((2_000, 3), dtype=bool))
    assert 0 < wide.step_work <= wide.work
    assert (wide.step_work < wide.work) == (not least)
