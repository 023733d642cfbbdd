"""Which limits are asked for, and what is made of the answers."""

import math

from phancong import Continuity, Household, Member, Problem, Search, Travel, TravelMatrix, solve
from phancong.fronts.spreading import Spread
from phancong.fronts.trade import Trade, TradePoint
from phancong.search import Course


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
        return TradePoint(self.plan, held, free, held, free, limit, proven)

    def best_free(self, share):
        return self._next(math.inf)

    def best_held(self, share):
        return self._next(self.answers[0][0])

    def within(self, limit, least, end, share, name):
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
