"""Which limits are asked for, and what is made of the answers."""

import math
from dataclasses import replace

import numpy as np
import pytest

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    check,
    frontier,
    solve,
)
from phancong.course import Course
from phancong.fronts.spreading import Spread
from phancong.fronts.trade import Trade, TradePoint


def problem():
    ways = TravelMatrix([[100, 400], [200, 350]])
    homes = [Household("h1"), Household("h2")]
    members = [Member("m1"), Member("m2")]
    return Problem(members, homes, travel=ways, previous={"h1": "m2", "h2": "m2"})


class Scripted:
    """A trade whose answers are written down: (limit, held, free, proven), the ends first."""

    free = Travel()

    def __init__(self, *answers):
        self.course = Course(Search())
        self.plan = solve(problem())
        self.answers = list(answers)
        self.asked = []

    def _next(self, limit):
        given = self.answers.pop(0)
        if given is None:
            return None
        held, free, proven = given
        plan = replace(self.plan, stopped=None) if proven else self.plan
        return TradePoint(plan, held, free, held, free, limit, proven, ())

    def best_free(self, share):
        return self._next(math.inf)

    def best_held(self, share):
        return self._next(self.answers[0][0])

    def within(self, limit, least, end, share, name, begin=None):
        self.asked.append(limit)
        return self._next(limit)


def points(spread):
    return [(answer.held, answer.free) for answer in spread.answers()]


def test_limits_go_down_from_one_plan_to_just_below_the_next():
    """Until the other end answers, too."""
    trade = Scripted((9, 0, True), (1, 5, True), (6, 2, True), (1, 5, True))
    spread = Spread(trade, None)
    assert points(spread) == [(1, 5), (6, 2), (9, 0)]
    assert [math.ceil(limit) for limit in trade.asked] == [9, 6]
    assert spread.complete


def test_a_dominated_answer_is_no_point():
    """An unproven plan that a later one beats is left out, and the front is not complete."""
    trade = Scripted((9, 0, True), (1, 5, True), (6, 7, False), (1, 5, True))
    spread = Spread(trade, None)
    assert points(spread) == [(1, 5), (9, 0)]
    assert not spread.complete


def test_of_two_answers_of_one_value_the_better_stays():
    """A cut search may find more the second time."""
    trade = Scripted((9, 0, True), (1, 5, False), (1, 4, True))
    assert points(Spread(trade, None)) == [(1, 4), (9, 0)]


def test_a_limit_without_a_plan_closes_the_gap_below_it():
    """What is lost to rounding next to an end is no plan of its own."""
    trade = Scripted((9, 0, True), (1, 5, True), None)
    spread = Spread(trade, None)
    assert points(spread) == [(1, 5), (9, 0)]
    assert spread.complete


def test_of_two_ends_that_are_one_the_proven_one_stays():
    """Either is best in both goals."""
    for first, second, stays in ((True, False, 0), (False, True, 1), (True, True, 1)):
        trade = Scripted((3, 7, first), (3, 7 + 1e-12, second))
        spread = Spread(trade, None)
        assert points(spread) == [(3, (7, 7 + 1e-12)[stays])]
        assert spread.complete


def test_a_trade_has_no_plan_within_a_limit_below_its_end():
    """Proven, and said so."""
    trade = Trade(problem(), (), Continuity(), Travel(), {}, Course(Search()), "auto")
    end = trade.best_held(1.0)
    assert (end.held, end.free) == (0, 750)
    assert trade.within(-1.0, None, end, 1.0, "below") is None


def test_what_is_proven_within_a_limit_is_no_proof_within_a_larger_one():
    """The plan is where the search begins; its bound of the free goal is forgotten."""
    trade = Trade(problem(), (), Continuity(), Travel(), {}, Course(Search()), "auto")
    end = trade.best_held(1.0)
    first = trade.within(1.0, None, end, 1.0, "first")
    assert (first.held, first.free, first.free_bound) == (1, 450, 450)
    again = trade.within(2.0, None, end, 1.0, "again", known=replace(first, limit=2.0))
    assert (again.held, again.free, again.free_bound) == (2, 300, 300)


class Cut(Scripted):
    """As written down, by a search that time cut; what is asked for again has answers of its own."""

    def __init__(self, *answers, again):
        super().__init__(*answers)
        self.plan = replace(self.plan, stopped="time")
        self.again = list(again)

    def _gone_on(self, limit, known):
        assert known.plan.stopped == "time"
        given = self.again.pop(0)
        if given is None:
            raise NoPlanFoundError("nothing")
        held, free, proven = given
        plan = replace(self.plan, stopped=None if proven else "time")
        return TradePoint(plan, held, free, held, free, limit, proven, ())

    def best_free(self, share, known=None):
        if known is None:
            return super().best_free(share)
        return self._gone_on(math.inf, known)

    def best_held(self, share, known=None):
        return super().best_held(share) if known is None else self._gone_on(known.held, known)

    def within(self, limit, least, end, share, name, begin=None, known=None):
        if known is None:
            return super().within(limit, least, end, share, name)
        return self._gone_on(limit, known)


def test_what_was_cut_is_gone_on_with_while_there_is_time():
    """Each answer from its own plan, and what it says of other limits; then nothing is open."""
    cut = ((9, 1, False), (1, 5, False), (6, 3, False), (1, 5, False), (1, 5, True))
    spread = Spread(Cut(*cut, again=((1, 5, True), (6, 2, True), (9, 0, True))), None)
    assert points(spread) == [(1, 5), (6, 2), (9, 0)]
    assert (spread.complete, spread.stopped) == (True, None)


def test_a_plan_proven_for_a_smaller_limit_may_be_beaten_within_a_larger_one():
    """The search within the larger limit was cut, and finds a better plan once it is continued."""
    cut = ((9, 0, True), (1, 5, True), (1, 5, False))
    spread = Spread(Cut(*cut, (1, 5, True), again=((6, 2, True),)), None)
    assert points(spread) == [(1, 5), (6, 2), (9, 0)]
    assert spread.complete
    cut_again = Spread(Cut(*cut, again=((1, 5, False),)), None)
    assert points(cut_again) == [(1, 5), (9, 0)]
    assert (cut_again.complete, cut_again.stopped) == (False, "time")
    assert all(answer.proven for answer in cut_again.answers())


def test_what_brings_nothing_more_ends_the_search():
    """The same plan with the same proof, or none at all."""
    cut = ((9, 1, False), (1, 5, False), (1, 5, False))
    spread = Spread(Cut(*cut, again=(None, (9, 1, False))), None)
    assert points(spread) == [(1, 5), (9, 1)]
    assert (spread.complete, spread.stopped) == (False, "time")


def test_a_better_plan_than_the_one_that_was_best_in_both_leaves_a_gap():
    """What lies between it and the other end was not looked for."""
    spread = Spread(Cut((3, 7, False), (3, 7, False), again=((5, 4, True),)), None)
    assert points(spread) == [(5, 4)]
    assert not spread.complete


def test_who_ends_the_search_is_not_asked_for_more_time():
    trade = Cut((9, 1, False), (1, 5, False), (1, 5, False), again=())
    trade.best_held = lambda share, known=None: (
        trade.course.cancel() or Scripted.best_held(trade, share)
    )
    spread = Spread(trade, None)
    assert (spread.complete, trade.course.stopped) == (False, "progress")


@pytest.mark.parametrize("seed", [0, 3, 16])
def test_a_plan_within_a_limit_may_become_an_end_and_is_continued(seed):
    """The search of the end was cut, and a point after it had a better plan."""
    rng = np.random.default_rng(seed)
    loads = rng.integers(1, 6, 60).tolist()
    problem = Problem(
        [Member(m, max_workload=40) for m in range(6)],
        [
            Household(10 + h, workload=load, hamlet=f"h{h % 3}", members_needed=1 + (h % 5 == 0))
            for h, load in enumerate(loads)
        ],
        travel=TravelMatrix(rng.integers(1, 99, (60, 6))),
        max_hamlets=2,
    )
    front = frontier(problem, FairLoad(), Travel(), search=Search(work=0.1))
    loads, ways = ([getattr(point, axis) for point in front.points] for axis in "xy")
    assert (loads, ways) == (sorted(loads), sorted(ways, reverse=True))
    assert all(check(problem, point.plan).valid for point in front.points)
