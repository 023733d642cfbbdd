"""The price of fairness and the price of continuity, both in travel."""

from __future__ import annotations

from typing import Unpack

from phancong.fronts.frontier import FrontOptions, frontier
from phancong.fronts.records import Frontier
from phancong.goals import Continuity, FairLoad, Goal, Travel
from phancong.problem import Problem


def price_of_fairness(
    problem: Problem,
    fairness: Goal = FairLoad(),
    **options: Unpack[FrontOptions],
) -> Frontier:
    """The price of a fairer load in travel: :func:`frontier` of fairness and ``Travel()``.

    Parameters
    ----------
    problem
        The problem; it must have travel.
    fairness
        The goal that measures fairness.
    **options
        Those of :func:`frontier`: ``points``, ``goals``, ``relax``, ``search``, ``engine``, ``progress``.

    Returns
    -------
    Frontier
        Its ``price`` is the relative increase in travel from the shortest plan to the fairest.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, TravelMatrix, price_of_fairness
    >>> ways = TravelMatrix([[100, 300], [100, 500]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> front = price_of_fairness(Problem([Member("m1"), Member("m2")], homes, travel=ways))
    >>> [(point.x, point.y) for point in front.points], front.price
    ([(1.0, 400.0), (2.0, 200.0)], 1.0)
    """
    return frontier(problem, fairness, Travel(), **options)


def price_of_continuity(
    problem: Problem,
    continuity: Goal = Continuity(),
    **options: Unpack[FrontOptions],
) -> Frontier:
    """The price of fewer changes in travel: :func:`frontier` of continuity and ``Travel()``.

    Parameters
    ----------
    problem
        The problem; it must have travel, and a previous plan for a useful answer.
    continuity
        The goal: changes, or their years.
    **options
        Those of :func:`frontier`: ``points``, ``goals``, ``relax``, ``search``, ``engine``, ``progress``.

    Returns
    -------
    Frontier
        Its ``price`` is the relative increase in travel from the shortest plan to that with the fewest
        changes.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, TravelMatrix, price_of_continuity
    >>> ways = TravelMatrix([[100, 300], [200, 500]])
    >>> homes = [Household("h1"), Household("h2")]
    >>> last = {"h1": "m2", "h2": "m1"}
    >>> members = [Member("m1"), Member("m2")]
    >>> front = price_of_continuity(Problem(members, homes, travel=ways, previous=last))
    >>> [(point.x, point.y) for point in front.points], front.price
    ([(0.0, 500.0), (1.0, 300.0)], 0.6666666666666666)
    """
    return frontier(problem, continuity, Travel(), **options)
