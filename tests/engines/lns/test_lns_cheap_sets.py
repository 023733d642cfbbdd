"""Lists of the sets that cost little, against all sets there are."""

from itertools import product

import numpy as np
import pytest
from lanes import by_lane

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.lns import cheap_sets
from phancong.engines.lns.cheap_sets import Listing
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.knapsacks import Knapsacks
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.sets import NEVER

MEMBERS = 3
UNITS = 7
#: More sets than there are.
ALL = MEMBERS * 2**UNITS + 1


class Scene:
    """Seven households and three members under prices that were drawn, too."""

    def __init__(self, seed, *, matrix=False, households=False, limits=True):
        rng = np.random.default_rng(seed)
        travel = rng.integers(0, 9, (UNITS, MEMBERS))
        weight = rng.integers(1, 5, (UNITS, MEMBERS if matrix else 1))
        held = {"max_workload": 9.0, "min_workload": 2.0} if limits else {}
        members = [Member(f"m{k}", **held) for k in range(MEMBERS)]
        if households:
            members[0] = Member("m0", max_workload=9.0, min_households=2, max_households=3)
        posed = [
            Household(f"h{i}", workload=1.0 if matrix else float(weight[i, 0]))
            for i in range(UNITS)
        ]
        problem = Problem(
            members,
            posed,
            travel=TravelMatrix(travel.tolist()),
            workload=weight.tolist() if matrix else None,
        )
        self.instance = Instance(problem)
        cost = np.where(self.instance.free, travel, 0)
        lagrangian = Lagrangian(self.instance, cost)
        self.prices = lagrangian.at(rng.integers(0, 9, UNITS), ())
        self.knapsacks = lagrangian.knapsacks
        self.penalty = self.knapsacks.penalties(self.prices.reduced, self.prices.best)
        self.work = 0.0
        self.listing = Listing(self.instance, self.knapsacks, self.prices, self.penalty, self.spent)

    def spent(self, work):
        self.work += work

    def by_hand(self, limit):
        """All sets within all limits with a slack below a limit, as (member, units)."""
        found = set()
        for member, chosen in product(range(MEMBERS), product((False, True), repeat=UNITS)):
            chosen = np.array(chosen)
            loads = [(r, r.weight[chosen, member].sum()) for r in self.instance.binding]
            if any(not r.low[member] <= load <= r.high[member] for r, load in loads):
                continue
            if self.slack(member, chosen) < limit:
                found.add((member, tuple(np.flatnonzero(chosen).tolist())))
        return found

    def slack(self, member, chosen):
        cost = self.prices.reduced[chosen, member].sum()
        return int(cost - self.prices.best.value[member])


def told(sets):
    """A list as (member, units)."""
    return [
        (int(member), tuple(sets.unit[sets.of == k].tolist()))
        for k, member in enumerate(sets.member)
    ]


@pytest.mark.parametrize("kind", ["weights", "matrix", "households", "no limits"])
def test_a_list_has_all_sets_below_its_limit_once_and_no_other(kind):
    listed, number = 0, by_lane(quick=6, full=40)
    for seed in range(number):
        scene = Scene(
            seed,
            matrix=kind == "matrix",
            households=kind == "households",
            limits=kind != "no limits",
        )
        for limit in (1, 3, 8, 40):
            sets = scene.listing.below(limit, ALL)
            found = told(sets)
            assert set(found) == scene.by_hand(limit), (seed, limit)
            assert len(found) == len(set(found)) == len(sets)
            assert sets.limit == limit
            assert (np.diff(sets.member) >= 0).all()
            for k, (member, units) in enumerate(found):
                chosen = np.isin(np.arange(UNITS), units)
                assert sets.slack[k] == scene.slack(member, chosen)
            listed += len(found)
    assert listed > 25 * number
    assert scene.work > 0


def test_a_list_that_is_too_long_is_given_up():
    scene = Scene(1)
    many = len(scene.listing.below(8, ALL))
    assert len(scene.listing.below(8, many)) == many
    assert scene.listing.below(8, many - 1) is None


def test_what_costs_too_much_to_be_in_a_better_plan_is_in_no_set():
    scene = Scene(2)
    before = told(scene.listing.below(40, ALL))
    scene.penalty[3, :] = NEVER
    after = told(scene.listing.below(40, ALL))
    assert after == [(member, units) for member, units in before if 3 not in units] != before


def test_the_cheapest_of_a_list_are_those_below_some_limit():
    for seed in range(by_lane(quick=5, full=20)):
        scene = Scene(seed)
        sets = scene.listing.below(40, ALL)
        for many in (1, 5, len(sets) - 1):
            few = sets.cheapest(many)
            assert len(few) <= many
            assert told(few) == told(scene.listing.below(few.limit, ALL))
            # Not one more would have had room.
            assert len(scene.listing.below(few.limit + 1, ALL)) > many


def test_the_largest_limit_is_looked_for_that_leaves_so_many():
    for seed in range(by_lane(quick=5, full=20)):
        scene = Scene(seed)
        for many in (6, 20, 60):
            sets = scene.listing.listed(1, 1_000, many)
            if sets is None:
                assert len(scene.listing.below(1, ALL)) > many
                continue
            assert len(sets) <= many
            assert told(sets) == told(scene.listing.below(sets.limit, ALL))
            assert len(scene.listing.below(sets.limit + 1, ALL)) > many


def test_a_limit_that_was_found_first_will_do_where_no_more_are_tried(monkeypatch):
    scene = Scene(3)
    monkeypatch.setattr(cheap_sets, "TRIES", 1)
    sets = scene.listing.listed(1, 1_000, ALL)
    assert sets.limit == 2
    assert told(sets) == told(scene.listing.below(2, ALL))


def test_where_the_table_of_a_member_is_too_large_nothing_is_listed(monkeypatch):
    scene = Scene(3)
    monkeypatch.setattr(cheap_sets, "MOST_ENTRIES", 9)
    assert scene.listing.below(40, ALL) is None
    assert scene.listing.listed(1, 40, ALL) is None
    assert scene.work == 0


def test_a_limit_is_never_beyond_the_largest_asked_for():
    scene = Scene(3)
    assert scene.listing.listed(5, 5, ALL).limit == 5
    assert scene.listing.listed(1, 6, ALL).limit == 6
    assert told(scene.listing.listed(1, 6, ALL)) == told(scene.listing.below(6, ALL))


def test_a_member_who_can_keep_no_limit_has_no_set():
    """Whoever has to carry eight and has three households of two in reach."""
    members = [Member("m0", min_workload=8), Member("m1", max_workload=20)]
    posed = [Household(f"h{i}", workload=2.0) for i in range(3)]
    instance = Instance(Problem(members, posed, travel=TravelMatrix([[1, 2]] * 3)))
    lagrangian = Lagrangian(instance, np.ones((3, 2), dtype=np.int64))
    prices = lagrangian.at(np.ones(3, dtype=np.int64), ())
    penalty = np.zeros((3, 2), dtype=np.int64)
    listing = Listing(
        instance, Knapsacks(instance.binding[0], instance.free), prices, penalty, float
    )
    assert set(listing.below(5, ALL).member.tolist()) <= {1}


def test_a_household_that_is_more_than_a_member_may_carry_is_in_no_set_of_the_members():
    """Whatever its penalty says."""
    members = [Member("m0", max_workload=2), Member("m1", max_workload=9)]
    posed = [Household(f"h{i}", workload=w) for i, w in enumerate((1.0, 5.0))]
    instance = Instance(Problem(members, posed, travel=TravelMatrix([[1, 2]] * 2)))
    lagrangian = Lagrangian(instance, np.ones((2, 2), dtype=np.int64))
    prices = lagrangian.at(np.ones(2, dtype=np.int64), ())
    listing = Listing(
        instance, lagrangian.knapsacks, prices, np.zeros((2, 2), dtype=np.int64), float
    )
    assert set(told(listing.below(5, ALL))) == {
        *((0, units) for units in ((), (0,))),
        *((1, units) for units in ((), (0,), (1,), (0, 1))),
    }
