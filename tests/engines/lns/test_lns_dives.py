"""Dives: which sets are decided, where they end, and what they lead to."""

from itertools import pairwise

import numpy as np
import pytest
from assigning import Begun, assignment, drawn

from phancong import Household, Member, Problem, Search, Travel, TravelMatrix, solve
from phancong.engines.lns import LnsEngine, dives, widening
from phancong.engines.lns.dives import Dives
from phancong.engines.lns.left import Left
from phancong.engines.lns.partitions import Partitions
from phancong.engines.lns.rounds import Rounds
from phancong.engines.lns.sets_seen import Seen
from phancong.engines.lns.whole import Whole


class Scene(Begun):
    """A dive of what was begun."""

    def __init__(self, monkeypatch, problem=None, *, work=None):
        super().__init__(monkeypatch, problem or assignment(1), work=work)
        self.dives = Dives(self.lagrangian, self.whole)
        self.left = Left.all(self.whole.instance, self.prices)

    def dive(self):
        self.dives.dive(self.prices)

    def trail(self):
        return self.dives._down(self.prices)

    def decided(self, *sets):
        """Which of some sets, given as member, units and how often they were seen, are decided."""
        seen = [Seen(m, np.array(units, dtype=np.int64), often) for m, units, often in sets]
        return [one.member for one in self.dives._decided(self.left, seen)]


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_dives_alone_lead_near_the_optimum(monkeypatch, seed):
    """Of what the first plan is too dear, three of them leave a tenth at the most."""
    problem = assignment(seed, agents=7, jobs=28)
    best = round(solve(problem, goals=(Travel(),), engine="cp_sat").goals[0].best)
    scene = Scene(monkeypatch, problem)
    _, costs = drawn(seed, agents=7, jobs=28)
    first = int(costs[scene.standing.taken].sum())
    for _ in range(3):
        scene.dive()
    assert scene.standing.instance.keeps(scene.standing.taken)
    mine = int(costs[scene.standing.taken].sum())
    assert best <= mine
    assert 10 * (mine - best) <= first - best


def test_decisions_go_on_from_one_another(monkeypatch):
    """What is left has fewer members each time, and what was decided stays so; its bound only rises."""
    scene = Scene(monkeypatch, assignment(2, agents=12, jobs=48))
    trail = scene.trail()
    assert len(trail) > 4
    assert len(trail[0].members) == 12
    bounds = []
    for before, after in pairwise(trail):
        assert set(after.members) < set(before.members)
        assert (before.taken <= after.taken).all()
    for left in trail:
        bound = left.bound_of(scene.lagrangian).at(left.cover, left.budgets).bound
        spent = int(scene.standing.cost[left.taken].sum()) * scene.standing.scale
        bounds.append(spent + bound)
        assert bound <= left.most(scene.standing)
    # Prices are not the best ones: that may cost a part of a step of the costs.
    assert all(b >= a - scene.standing.scale for a, b in pairwise(bounds))
    assert min(len(left.members) for left in trail) > widening.FEW


@pytest.mark.full
def test_a_dive_ends_where_no_better_plan_can_be(monkeypatch):
    scene = Scene(monkeypatch, assignment(2, agents=12, jobs=48))
    everything = scene.trail()
    first = everything[0]
    bound = first.bound_of(scene.lagrangian).at(first.cover, first.budgets).bound
    least = -(-bound // scene.standing.scale)
    lengths = []
    for above in (0, 4):
        scene.dives.done = 0
        scene.dives.rng = np.random.default_rng(0)
        scene.standing.value = least + above
        lengths.append(len(scene.trail()))
    assert 0 == lengths[0] < lengths[1] < len(everything)


def test_sets_that_make_a_plan_are_one(monkeypatch):
    """Where limits do not bind, the best sets are the plan; there is nothing to decide then."""
    scene = Scene(monkeypatch, assignment(1, room=9.0))
    every = np.arange(len(scene.left.units))
    worst = np.zeros_like(scene.standing.taken)
    worst[every, scene.standing.cost.argmax(axis=1)] = True
    scene.standing.taken, scene.standing.value = worst, int(scene.standing.cost[worst].sum())
    scene.standing.bound = None
    scene.dive()
    assert scene.standing.value == int(scene.standing.cost.min(axis=1).sum())


def test_the_first_dive_decides_what_was_seen_most_and_later_ones_draw(monkeypatch):
    scene = Scene(monkeypatch)
    offered = [(m, [m], 0.8 - m / 100) for m in range(6)]
    assert scene.decided(*offered) == [0]
    scene.dives.done = 1
    drawn = {scene.decided(*offered)[0] for _ in range(60)}
    assert drawn == set(range(dives.DRAWN))


def test_sets_that_are_certain_are_decided_at_once_but_for_those_that_clash(monkeypatch):
    monkeypatch.setattr(dives, "AT_ONCE", 1.0)
    scene = Scene(monkeypatch)
    certain = [(0, [0, 1], 1.0), (1, [1, 2], 1.0), (2, [3], 0.95), (3, [4], 0.5), (4, [5], 0.5)]
    assert scene.decided(*certain) == [0, 2]
    assert scene.decided(*certain[:3]) == [0, 2]
    monkeypatch.setattr(dives, "AT_ONCE", 1 / 6)
    assert scene.decided(*certain) == [0]


def test_a_set_that_breaks_a_limit_is_not_decided(monkeypatch):
    """Knapsacks do not know how many households a member may have."""
    scene = Scene(monkeypatch, assignment(1, max_households=4))
    assert scene.decided((0, range(5), 1.0), (1, [6], 0.1)) == [1]
    assert scene.decided((0, range(5), 1.0)) == []
    monkeypatch.setattr(Left, "fits", lambda left, one: False)
    assert len(scene.trail()) == 1


@pytest.mark.full
def test_dives_are_the_same_again_where_work_is_limited(monkeypatch):
    """Drawn by the seed of the search, and cut by work alone; another seed draws otherwise."""
    found = []
    for seed in (0, 0, 1):
        scene = Scene(monkeypatch, assignment(2, agents=12, jobs=48), work=60.0)
        scene.dives.rng = np.random.default_rng(seed)
        scene.dives.done = 1
        trail = scene.trail()
        scene.dives.widening.run(trail)
        decided = [left.members.tolist() for left in trail]
        found.append((decided, scene.standing.taken.tolist(), scene.course.work))
    assert found[0] == found[1]
    assert found[0][0] != found[2][0]


def test_no_step_is_taken_once_the_search_is_over(monkeypatch):
    scene = Scene(monkeypatch)
    value = scene.standing.value
    scene.whole.done = lambda: True
    scene.dive()
    assert scene.standing.value == value
    assert scene.span.worked < 1


class DivedError(Exception):
    """There was a dive."""


@pytest.mark.full
@pytest.mark.parametrize(("each", "few"), [(False, False), (False, True), (True, False)])
def test_members_with_loads_of_their_own_are_dived_for(monkeypatch, each, few):
    """Elsewhere a step takes long, and pieces tell more; of a small whole others are asked first."""
    monkeypatch.setattr(LnsEngine, "apart", False)
    asked = []

    def dive(self, prices):
        raise DivedError("a dive")

    monkeypatch.setattr(Dives, "dive", dive)
    monkeypatch.setattr(Rounds, "run", lambda *_: asked.append("pieces"))
    monkeypatch.setattr(Whole, "few", lambda *_: few)
    monkeypatch.setattr(Whole, "telling", lambda *_: False)
    monkeypatch.setattr(Whole, "rest", lambda *_: asked.append("whole"))
    monkeypatch.setattr(Partitions, "look", lambda *_: asked.append("sets"))
    rng = np.random.default_rng(1)
    loads = rng.integers(1, 9, (30, 1 if each else 6)) * np.ones((1, 6), dtype=np.int64)
    posed = [Household(f"h{i:02}", workload=float(loads[i, 0])) for i in range(30)]
    problem = Problem(
        [Member(f"m{k}", max_workload=float(loads.sum() // 34)) for k in range(6)],
        posed,
        travel=TravelMatrix(rng.integers(1, 99, (30, 6)).tolist()),
        workload=None if each else loads.tolist(),
    )
    if each:
        solve(problem, goals=(Travel(),), engine="lns", search=Search(work=0.2))
        assert set(asked) == {"pieces", "sets"}
    else:
        with pytest.raises(DivedError, match="a dive"):
            solve(problem, goals=(Travel(),), engine="lns", search=Search(work=30))
        assert asked == (["pieces", "whole", "sets"] if few else [])


def test_a_way_down_that_would_take_too_long_is_not_gone(monkeypatch):
    scene = Scene(monkeypatch)
    scene.lagrangian.knapsacks.sets_work = 1e9
    scene.dive()
    assert scene.dives.done == 0
