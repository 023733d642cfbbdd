"""Load handed on round a ring: cheaper, within all limits, and to the end."""

import numpy as np
import pytest

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.weighted.improve.cyclic_transfers import improve_by_transfers
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.tuning import MOST_IDLE, Tuning


def never(work):
    return False


def instance(travel, weights, limits, need=None):
    """Members who carry from *limits[0]* to *limits[1]*, numbers or one for each."""
    low, high = (np.broadcast_to(limit, len(travel[0])).tolist() for limit in limits)
    members = [
        Member(f"m{i}", min_workload=least, max_workload=most)
        for i, (least, most) in enumerate(zip(low, high, strict=True))
    ]
    need = need or [1] * len(weights)
    homes = [
        Household(f"h{i:02}", workload=float(w), members_needed=n)
        for i, (w, n) in enumerate(zip(weights, need, strict=True))
    ]
    return Instance(Problem(members, homes, travel=TravelMatrix(travel)))


def matrix(of, travel):
    return np.where(of.free, np.nan_to_num(np.array(travel), posinf=0), 0).astype(np.int64)


def plan(of, members):
    taken = np.zeros(of.free.shape, dtype=bool)
    for unit, mine in enumerate(members):
        taken[unit, mine] = True
    return taken


def members_of(taken):
    return [np.flatnonzero(row).tolist() for row in taken]


def test_a_ring_of_full_members_is_gone_round():
    """Each of three wants the next one's household, nobody has room, and no two can exchange."""
    far = np.inf
    travel = [[5, 1, far], [far, 5, 1], [1, far, 5]]
    of = instance(travel, [2, 2, 2], (2, 2))
    found = improve_by_transfers(of, plan(of, [0, 1, 2]), matrix(of, travel), never)
    assert members_of(found) == [[1], [2], [0]]


def test_load_goes_far_to_who_has_room():
    """m1 would like to be rid of h1, only m3 has room, and just m2 lives near both."""
    far = np.inf
    travel = [[9, 1, far], [far, 2, 2], [far, far, 0]]
    of = instance(travel, [3, 3, 1], (0, 4))
    found = improve_by_transfers(of, plan(of, [0, 1, 2]), matrix(of, travel), never)
    assert members_of(found) == [[1], [2], [2]]


def test_two_households_whose_weights_differ_hand_on_the_difference():
    """h1 (3) and h2 (2) change places: a load of 1 goes to m2, who has room for no more."""
    travel = [[9, 0], [0, 9], [5, 0]]
    of = instance(travel, [3, 2, 1], (2, 4))
    found = improve_by_transfers(of, plan(of, [0, 1, 1]), matrix(of, travel), never)
    assert members_of(found) == [[1], [0], [1]]


def test_a_household_is_not_moved_twice_nor_to_who_has_it():
    """h1 needs both members: only h2 can go, and a transfer that takes it there and back is none."""
    travel = [[1, 1], [9, 0]]
    of = instance(travel, [1, 1], (1, 2), need=[2, 1])
    found = improve_by_transfers(of, plan(of, [[0, 1], [0]]), matrix(of, travel), never)
    assert members_of(found) == [[0, 1], [1]]


def test_a_transfer_that_breaks_another_limit_is_left_and_others_are_found():
    """h0 and h2 would save most, but h0 must not change hands; h1 and h3 may."""
    travel = [[9, 0, 9], [5, 9, 0], [0, 9, 9], [0, 9, 9]]
    of = instance(travel, [1, 1, 1, 1], ([2, 1, 1], [2, 1, 1]))
    held = np.zeros((4, 3), dtype=np.int64)
    held[0, 1] = 1
    # Not by `within`, which takes the pair out of the matrix: sums of several pairs are seen late, too.
    of.budgets = (Budget(held, 0),)
    found = improve_by_transfers(of, plan(of, [0, 0, 1, 2]), matrix(of, travel), never)
    assert members_of(found) == [[0], [2], [1], [0]]


def test_a_search_that_is_over_leaves_the_plan_and_loads_of_too_many_weights_are_divided():
    travel = [[5, 1], [1, 5]]
    of = instance(travel, [2, 2], (2, 2))
    taken = plan(of, [0, 1])
    cost = matrix(of, travel)
    assert members_of(improve_by_transfers(of, taken, cost, lambda work: True)) == [[0], [1]]
    assert members_of(improve_by_transfers(of, taken, cost, never)) == [[1], [0]]
    assert members_of(taken) == [[0], [1]]  # what was handed in stays
    of.tuning = Tuning(most_weights=0)
    assert members_of(improve_by_transfers(of, taken, cost, never)) == [[1], [0]]


def test_without_a_load_of_one_weight_for_all_nothing_is_looked_at():
    members = [Member("m0"), Member("m1")]
    homes = [Household("h0"), Household("h1")]
    free = Instance(Problem(members, homes, travel=None))
    taken = plan(free, [0, 1])
    assert improve_by_transfers(free, taken, np.zeros((2, 2), dtype=np.int64), never) is taken
    limited = [Member(m, max_workload=3) for m in ("m0", "m1")]
    each = Instance(Problem(limited, homes, travel=None, workload=[[1, 2], [2, 1]]))
    assert improve_by_transfers(each, taken, np.zeros((2, 2), dtype=np.int64), never) is taken


@pytest.mark.parametrize("seed", range(30))
def test_plans_stay_true_get_cheaper_and_no_single_transfer_is_left(seed):
    """Small communes: no household alone, and no two exchanged, would make the plan cheaper."""
    rng = np.random.default_rng(seed)
    units, many = int(rng.integers(4, 12)), int(rng.integers(2, 5))
    travel = rng.integers(0, 20, (units, many)).astype(float)
    at = rng.integers(0, many, units)
    far = rng.random(travel.shape) < 0.2
    far[np.arange(units), at] = False
    travel[far] = np.inf
    weights = rng.integers(1, 4, units)
    loads = np.bincount(at, weights, many)
    limits = np.maximum(loads - rng.integers(0, 3, many), 0), loads + rng.integers(0, 3, many)
    of = instance(travel.tolist(), weights, limits)
    cost = matrix(of, travel)
    start = plan(of, at)
    found = improve_by_transfers(of, start, cost, never)
    assert of.keeps(found)
    assert cost[found].sum() <= cost[start].sum()
    at = [mine[0] for mine in members_of(found)]
    others = [[*at[:u], m, *at[u + 1 :]] for u in range(units) for m in range(many)]
    for u in range(units):
        for v in range(u):
            swapped = list(at)
            swapped[u], swapped[v] = at[v], at[u]
            others.append(swapped)
    for members in others:
        other = plan(of, members)
        assert not of.keeps(other) or cost[other].sum() >= cost[found].sum()


@pytest.mark.parametrize("seed", range(30))
def test_households_of_several_members_are_never_handed_on_for_more(seed):
    """Who else has a household changes what the next transfer costs: plans get cheaper all the same."""
    rng = np.random.default_rng(seed)
    units, many = 12, 6
    travel = rng.integers(0, 20, (units, many)).astype(float)
    need = rng.integers(1, 4, units)
    taken = np.zeros((units, many), dtype=bool)
    for unit, n in enumerate(need):
        taken[unit, rng.choice(many, n, replace=False)] = True
    weights = rng.integers(1, 4, units)
    loads = weights @ taken
    limits = np.maximum(loads - rng.integers(0, 3, many), 0), loads + rng.integers(0, 3, many)
    of = instance(travel.tolist(), weights, limits, need.tolist())
    cost = matrix(of, travel)
    found = improve_by_transfers(of, taken, cost, never)
    assert of.keeps(found)
    assert cost[found].sum() <= cost[taken].sum()


def test_a_budget_without_room_is_not_tried_again_and_again():
    """Ten members have three households each, and one may move: an exchange always moves two."""
    travel = np.random.default_rng(1).integers(1, 1000, (30, 10))
    of = instance(travel.tolist(), [1] * 30, (3, 3))
    taken = np.zeros((30, 10), dtype=bool)
    taken[np.arange(30), np.arange(30) // 3] = True
    held = of.replace(budgets=(Budget((~taken).astype(np.int64), 1),))
    passes = []
    after = improve_by_transfers(held, taken, travel, lambda work: passes.append(work) or False)
    assert np.array_equal(after, taken)
    assert len(passes) == MOST_IDLE
