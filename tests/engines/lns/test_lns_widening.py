"""Taking decisions back: what is solved after what, and what comes of it."""

from types import SimpleNamespace

import numpy as np
import pytest
from assigning import Begun, assignment

from phancong.engines.exact.backend import Answer, Claim
from phancong.engines.lns import widening
from phancong.engines.lns.dives import Dives
from phancong.engines.lns.widening import Widening


class Saying:
    """A solver that says one thing, and remembers what it was asked."""

    accuracy = 0.0

    def __init__(self, claim):
        self.claim = claim
        self.asked = []

    def solve(self, model, objective, hint, limits):
        self.asked.append((model.decisions, limits))
        return Answer(self.claim, None, None, 1.0)


class Scene(Begun):
    """The trail of a dive, and what is done with it."""

    def __init__(self, monkeypatch, *, work=None):
        super().__init__(monkeypatch, assignment(1, agents=10, jobs=40), work=work)
        self.trail = Dives(self.lagrangian, self.whole)._down(self.prices)
        self.widening = Widening(self.lagrangian, self.whole)


class Numbers:
    """What is left of 24 members, after one decision and the other, and what is said of it."""

    def __init__(self):
        self.trail = [SimpleNamespace(members=np.arange(n)) for n in range(24, widening.FEW, -1)]
        self.standing = SimpleNamespace(value=100, cost=np.zeros((1, 24)))
        self.over = False
        whole = SimpleNamespace(standing=self.standing, span=None, done=lambda: self.over)
        self.widening = Widening(None, whole)

    def saying(self, *outcomes):
        """The numbers of members of what is solved, where that ends so: solved, and better or not."""
        left, sizes = list(outcomes), []

        def searched(part):
            sizes.append(len(part.members))
            solved, better = left.pop(0)
            self.standing.value -= better
            return solved

        self.widening._searched = searched
        self.widening.run(self.trail)
        assert not left
        return sizes


@pytest.fixture
def numbers():
    return Numbers()


def test_what_was_searched_to_its_end_is_followed_by_what_is_wider(numbers):
    """A little after a better plan, which has little more to gain; more after none."""
    sizes = numbers.saying((True, 1), (True, 0), (True, 0), (True, 0))
    assert sizes == [10, 13, 20, 24]


def test_what_took_too_long_is_followed_by_what_is_narrower(numbers):
    assert numbers.saying((False, 0), (False, 0), (True, 0), (True, 0)) == [10, 7, 5, 6]


def test_what_is_wider_than_a_better_plan_that_took_all_its_time_is_left(numbers):
    assert numbers.saying((True, 0), (False, 1)) == [10, 15]


def test_a_dive_that_led_to_nothing_makes_the_next_one_shorter(numbers):
    shares = []
    for better in (0, 0, 0, 1):
        numbers.saying((False, 0), (False, 0), (False, better))
        shares.append(numbers.widening.share)
    assert shares == [1 / 2, 1 / 4, 1 / 4, 1.0]


def test_nothing_is_solved_once_the_search_is_over(numbers):
    numbers.over = True
    assert numbers.saying() == []


@pytest.mark.full
def test_members_whose_sets_all_fit_together_are_a_better_plan(monkeypatch):
    """The plan in hand is one that was mended, no more."""
    scene = Scene(monkeypatch)
    before = scene.standing.value
    scene.widening.run(scene.trail)
    assert scene.standing.value < before
    assert scene.standing.instance.keeps(scene.standing.taken)


def test_what_cannot_hold_a_better_plan_is_not_solved(monkeypatch):
    scene = Scene(monkeypatch)
    solver = scene.whole.cut = Saying(Claim.UNKNOWN)
    last = scene.trail[-1]
    spent = int(scene.standing.cost[last.taken].sum())
    bound = last.bound_of(scene.lagrangian).at(last.cover, last.budgets).bound
    scene.standing.value = spent + bound // scene.standing.scale
    assert scene.widening._searched(last)
    assert solver.asked == []


@pytest.mark.full
@pytest.mark.parametrize("claim", [Claim.UNKNOWN, Claim.INFEASIBLE])
def test_a_list_is_as_long_as_its_members_allow(monkeypatch, claim):
    """And searched with a part of what is left, less after a dive that led to nothing."""
    monkeypatch.setattr(widening, "SETS_A_MEMBER", 20)
    scene = Scene(monkeypatch, work=100.0)
    solver = scene.whole.cut = Saying(claim)
    scene.widening.share = 1 / 2
    last = scene.trail[-1]
    assert scene.widening._searched(last) == (claim is Claim.INFEASIBLE)
    ((sets, limits),) = solver.asked
    assert 0 < sets <= 20 * len(last.members)
    assert limits.work == widening.WORK / 2
    assert scene.span.worked >= 1.0


@pytest.mark.full
def test_a_list_begins_where_that_of_fewer_members_ended(monkeypatch):
    """And with less, if that is too long."""
    scene = Scene(monkeypatch)
    scene.whole.cut = Saying(Claim.INFEASIBLE)
    begun = []
    listed = widening.Listing.listed

    def noted(self, least, most, many):
        begun.append(least)
        return listed(self, least, most, many)

    monkeypatch.setattr(widening.Listing, "listed", noted)
    monkeypatch.setattr(widening, "SETS_A_MEMBER", 30)
    scene.widening._searched(scene.trail[-1])
    limit = scene.widening.limit
    assert begun[-1] <= limit < begun[0]
    begun.clear()
    scene.widening._searched(scene.trail[-2])
    assert begun[0] == limit


def test_where_even_the_best_sets_are_too_many_nothing_is_solved(monkeypatch):
    monkeypatch.setattr(widening, "SETS_A_MEMBER", 0)
    scene = Scene(monkeypatch)
    solver = scene.whole.cut = Saying(Claim.UNKNOWN)
    assert scene.widening._searched(scene.trail[-1])
    assert solver.asked == []
