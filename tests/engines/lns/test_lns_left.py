"""What is left after decisions: with it, plans of the whole are what they were."""

from itertools import product

import numpy as np
import pytest

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.left import Left
from phancong.engines.lns.sets_seen import Seen
from phancong.engines.lns.standing import Standing

UNITS, MEMBERS = 4, 3


def drawn(seed):
    """Four households, one of whom needs two members, one who has one already, and a budget."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 20, (UNITS, MEMBERS))
    posed = [Household(f"h{i}", members_needed=2 if i == 0 else 1) for i in range(UNITS)]
    members = [
        Member(f"m{k}", max_workload=float(rng.integers(3, 9)), max_households=int(most))
        for k, most in enumerate(rng.integers(1, 4, MEMBERS))
    ]
    problem = Problem(
        members,
        posed,
        travel=TravelMatrix(cost.tolist()),
        workload=rng.integers(1, 4, (UNITS, MEMBERS)).tolist(),
    )
    instance = Instance(problem)
    instance = instance.within(instance.budget(rng.integers(0, 9, (UNITS, MEMBERS)), 25))
    return instance, np.where(instance.free, cost, 0)


def plans(instance):
    for chosen in product((False, True), repeat=instance.free.size):
        taken = np.array(chosen, dtype=bool).reshape(instance.free.shape)
        if instance.keeps(taken):
            yield taken


def began(instance, cost):
    lagrangian = Lagrangian(instance, cost)
    prices = lagrangian.at(cost.min(axis=1), (1,) * len(instance.budgets))
    return lagrangian, Left.all(instance, prices)


def decided(left, plan, *members):
    """The sets of some members in a plan, by the numbers of what is left."""
    numbers = np.searchsorted(left.members, members)
    return [
        Seen(int(number), np.flatnonzero(plan[left.units, member]), 1.0)
        for number, member in zip(numbers, members, strict=True)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_plans_of_what_is_left_are_plans_with_what_is_decided(seed):
    """All of them, and no others, whatever is decided first; the bound of each is below all of them."""
    instance, cost = drawn(seed)
    everything = list(plans(instance))
    assert everything
    lagrangian, left = began(instance, cost)
    plan = everything[seed % len(everything)]
    first = left.after(decided(left, plan, 1))
    second = first.after(decided(first, plan, 2))
    at_once = left.after(decided(left, plan, 1, 2))
    for part, members in ((first, [1]), (second, [1, 2]), (at_once, [1, 2])):
        assert part.members.tolist() == sorted({0, 1, 2} - set(members))
        assert (part.taken[:, members] == plan[:, members]).all()
        same = [p for p in everything if (p[:, members] == plan[:, members]).all()]
        found = [part.whole(chosen) for chosen in plans(part.instance)]
        assert {p.tobytes() for p in found} == {p.tobytes() for p in same}
        spent = int(cost[part.taken].sum())
        bound = part.bound_of(lagrangian).at(part.cover, part.budgets).bound
        assert spent + bound <= min(int(cost[p].sum()) for p in same)


def test_what_is_left_may_cost_a_step_less_than_in_the_plan_in_hand():
    instance, cost = drawn(0)
    plan = next(plans(instance))
    _, left = began(instance, cost)
    standing = Standing(instance, cost * 3, cost, plan, lambda _: None)
    after = left.after(decided(left, plan, 0))
    assert standing.grain == 3
    assert left.most(standing) == (standing.value - 3) * standing.scale
    rest = int(3 * cost[plan & ~after.taken].sum())
    assert after.most(standing) == (rest - 3) * standing.scale


@pytest.mark.parametrize("limit", ["max_workload", "max_households", "min_households"])
def test_a_set_fits_within_all_limits_of_its_member(limit):
    """Those of the second measure, too, which knapsacks do not know."""
    members = [Member("m0", **{limit: 2}), Member("m1")]
    posed = [Household(f"h{i}") for i in range(4)]
    instance = Instance(Problem(members, posed, travel=TravelMatrix(np.ones((4, 2)).tolist())))
    _, left = began(instance, np.ones((4, 2), dtype=np.int64))
    kept = {many: left.fits(Seen(0, np.arange(many), 1.0)) for many in (1, 2, 3)}
    least = limit.startswith("min")
    assert kept == {1: not least, 2: True, 3: least}
    assert left.fits(Seen(1, np.arange(4), 1.0))
