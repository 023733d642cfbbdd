"""Looks at listed sets: what they find and prove, what they cost, and where they are not worth it."""

from dataclasses import replace

import numpy as np
import pytest
from assigning import Begun, assignment

from phancong import Search, Travel, solve
from phancong.engines.exact.backend import Answer, Claim
from phancong.engines.exact.mathopt_backend import MathOptSolver
from phancong.engines.lns import LnsEngine, partitions, set_partition, sums, whole
from phancong.engines.lns.cheap_sets import CheapSets
from phancong.engines.lns.partitions import Partitions, tame


class Saying:
    """A solver that says what it is told to, one answer after the other, as long as there are some."""

    accuracy = 0.0

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sets = []

    def solve(self, model, objective, hint, limits):
        self.sets.append(model.decisions)
        claim, bound, work = self.answers.pop(0)
        return Answer(claim, None, bound, work)


class Scene(Begun):
    """A look at what was begun."""

    def __init__(self, monkeypatch, *answers, work=None):
        super().__init__(monkeypatch, assignment(1), work=work)
        if answers:
            self.whole.cut = Saying(*answers)
        self.partitions = Partitions(self.lagrangian, self.whole)

    @property
    def bound(self):
        return self.prices.bound

    def look(self):
        self.partitions.look(self.around)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 7))
def test_looks_alone_lead_to_the_optimum(monkeypatch, seed):
    """Where neither pieces nor pairs are searched."""
    monkeypatch.setattr(LnsEngine, "apart", False)
    monkeypatch.setattr(sums, "ROUNDS", ((2, 1.0),))
    monkeypatch.setattr(whole, "MOST_PAIRS", 0)
    monkeypatch.setattr(whole, "TELLING", 0.0)
    problem = assignment(seed)
    line = solve(problem, goals=(Travel(),), engine="lns", search=Search(seconds=600)).goals[0]
    best = solve(problem, goals=(Travel(),), engine="cp_sat").goals[0].best
    assert line.proven
    assert line.best == pytest.approx(best, abs=1e-6)


def test_a_list_without_a_plan_bounds_all_others(monkeypatch):
    """They have a set beyond it; then the list is made longer, as long as it is searched to its end."""
    none = Claim.INFEASIBLE, None, 0.0
    scene = Scene(monkeypatch, none, (Claim.UNKNOWN, 0, 0.0))
    limits = []
    searched = scene.partitions._searched

    def noted(around, sets, work):
        limits.append((sets.limit, len(sets)))
        done = searched(around, sets, work)
        if done:
            below = min(scene.bound + sets.limit, scene.standing.value * scene.standing.scale)
            assert scene.standing.bound == -(-below // scene.standing.scale)
        return done

    monkeypatch.setattr(scene.partitions, "_searched", noted)
    monkeypatch.setattr(partitions, "SETS_A_UNIT", 20)
    scene.look()
    (first, some), (second, more) = limits
    assert first < second
    assert some <= 200 < more <= 400


@pytest.mark.parametrize(("said", "proven"), [(None, False), (0, False), (2**40, True)])
def test_a_list_that_is_not_searched_to_its_end_bounds_what_is_said_of_it(
    monkeypatch, said, proven
):
    scene = Scene(monkeypatch, (Claim.UNKNOWN, said, 0.0))
    before = scene.standing.bound
    scene.look()
    assert scene.whole.cut.answers == []
    if not proven:
        assert scene.standing.bound == before
    # More than the plan in hand nothing is proven to cost, nor more than what is beyond the list.
    assert before <= scene.standing.bound <= scene.standing.value
    assert (scene.standing.bound > before) == proven


def test_a_look_that_leads_to_nothing_makes_the_next_one_half_as_long(monkeypatch):
    scene = Scene(monkeypatch, (Claim.UNKNOWN, 0, 0.0), (Claim.UNKNOWN, 0, 0.0))
    scene.look()
    scene.look()
    assert scene.partitions.share == 1 / 4
    first, second = scene.whole.cut.sets
    assert second < first


class Unsure:
    """A solver that finds, and never says that it is over."""

    accuracy = 0.0

    def solve(self, model, objective, hint, limits):
        found = MathOptSolver().solve(model, objective, hint, limits)
        return replace(found, claim=Claim.FEASIBLE, bound=None)


def test_a_look_that_leads_to_a_better_plan_may_be_as_long_again(monkeypatch):
    scene = Scene(monkeypatch)
    scene.whole.cut = Unsure()
    value, bound = scene.standing.value, scene.standing.bound
    scene.look()
    assert scene.standing.value < value
    assert scene.standing.bound == bound
    assert scene.partitions.share == 1.0


def test_a_look_takes_as_much_as_the_stage_took_up_to_then(monkeypatch):
    """And no more sets than can be searched in it; a list that took all of it is the last one."""
    short = set_partition.SHORT
    scene = Scene(monkeypatch, (Claim.INFEASIBLE, None, 20.0 * short), work=1_000.0)
    monkeypatch.setattr(partitions, "SETS_A_UNIT", 10)
    scene.span.over(20.0)
    asked = []
    solver = scene.whole.cut
    solve_ = solver.solve
    solver.solve = lambda *given: (asked.append(given[-1]), solve_(*given))[1]
    scene.look()
    assert solver.sets[0] <= 200
    assert len(asked) == 1
    assert asked[0].work == pytest.approx(20.0)
    assert scene.span.worked == pytest.approx(40.0, abs=0.1)


def test_a_list_is_no_longer_than_what_is_left_allows(monkeypatch):
    """Presolving knows no clock."""
    scene = Scene(monkeypatch, (Claim.UNKNOWN, 0, 0.0), work=10.0)
    scene.look()
    half = 10.0 * partitions.LOOK_PART
    (sets,) = scene.whole.cut.sets
    assert sets <= half * partitions.SETS_A_UNIT


@pytest.mark.parametrize("why", ["unpromising", "split", "steps", "done", "clashes"])
def test_nobody_is_asked_where_it_is_not_worth_it(monkeypatch, why):
    scene = Scene(monkeypatch, (Claim.UNKNOWN, 0, 0.0))
    if why == "unpromising":
        monkeypatch.setattr(partitions, "SETS_A_UNIT", 1)
    elif why == "split":
        scene.lagrangian.knapsacks.splits = True
    elif why == "steps":
        scene.standing.grain = scene.whole.gap(scene.around) // (7 * scene.standing.scale)
    elif why == "done":
        scene.whole.done = lambda: True
    else:
        monkeypatch.setattr(partitions, "MOST_CLASHES", 100)
    scene.look()
    assert scene.whole.cut.sets == []


def test_what_is_proven_already_says_where_no_plan_can_be(monkeypatch):
    """With a bound just below the plan, sets that make a plan have that much slack on average."""
    scene = Scene(monkeypatch, (Claim.UNKNOWN, 0, 0.0))
    scene.standing.bound = scene.standing.value - 1
    monkeypatch.setattr(partitions, "SETS_A_UNIT", 20)
    scene.look()
    assert scene.whole.cut.sets == []


def listed(*units):
    """Sets of one member, the first the cheapest."""
    count = len(units)
    of = np.repeat(np.arange(count), [len(u) for u in units])
    return CheapSets(
        count,
        np.zeros(count, dtype=np.int64),
        np.arange(count),
        of,
        np.concatenate([np.array(u, dtype=np.int64) for u in units]),
    )


def test_a_list_of_too_many_clashes_is_made_shorter(monkeypatch):
    """Four sets with one household: sixteen clashes, or four of two sets."""
    sets = listed([0, 1], [0, 2], [0], [0, 3])
    monkeypatch.setattr(partitions, "MOST_CLASHES", 19)
    assert tame(sets) is sets
    monkeypatch.setattr(partitions, "MOST_CLASHES", 18)
    fewer = tame(sets)
    assert fewer.slack.tolist() == [0, 1, 2]
    monkeypatch.setattr(partitions, "MOST_CLASHES", 0)
    assert len(tame(sets)) == 0
