"""`frontier`: the non-dominated plans between two goals, by exact epsilon-constraint steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from phancong.course import Course
from phancong.engines.task import read_problem, read_relax
from phancong.errors import InvalidArgumentError
from phancong.fronts.axes import held_axis, read_axes
from phancong.fronts.records import Frontier, FrontierPoint
from phancong.fronts.spreading import Spread
from phancong.fronts.trade import Trade
from phancong.goals import Goal, read_goals
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.search import Progress, Search, read_search
from phancong.solving import read_progress


class FrontOptions(TypedDict, total=False):
    """The options of :func:`frontier`, which the prices in travel have, too."""

    points: int | None
    goals: Iterable[Goal]
    relax: Iterable[str] | Mapping[str, float | None]
    search: Search
    engine: str
    progress: Callable[[Progress], object] | None


def frontier(
    problem: Problem,
    x: Goal,
    y: Goal,
    *,
    points: int | None = None,
    goals: Iterable[Goal] = (),
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    search: Search = Search(),
    engine: str = "auto",
    progress: Callable[[Progress], object] | None = None,
) -> Frontier:
    """Find the non-dominated plans between two goals (contract 6.6).

    A plan is non-dominated if no other is better in one of the goals and no worse in the other. The
    goal that is easier to hold is kept within a limit. First the other goal is minimised, then the held
    goal (Haimes, Lasdon and Wismer, *IEEE Trans. SMC* 1, 1971, doi:10.1109/TSMC.1971.4308298). The
    limit moves from one end to the other. This also finds plans that minimise no weighted sum of the
    goals.

    Parameters
    ----------
    problem
        The problem.
    x, y
        The goals; not with ``aim="leximax"``, and without a tolerance.
    points
        None finds all points that the search has time for. A number, 2 or more, finds that many if they
        exist: the two ends; the best plans for evenly spaced limits between them (an engine may move a
        limit by a quarter of the spacing, to an easier one); and, if several limits have the same plan,
        further points in the widest gaps. Each point is exactly on the front.
    goals
        Goals that take precedence; they are held while the two are traded off.
    relax
        As for :func:`solve`. If limits must be relaxed, all plans of the front have the least breaches.
    search
        The limits of time and work for all points together.
    engine
        As for :func:`solve`.
    progress
        Called with a :class:`Progress` after each stage and each point; if it returns ``False``, the
        search stops with the points so far.

    Returns
    -------
    Frontier
        The points, each a judged plan, proven or with bounds.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; the message names all defects.
    UnsupportedError
        The engine cannot keep a rule, a goal, or a limit on a goal; the message names it.
    InfeasibleError
        No plan keeps the limits that may not be relaxed; ``.diagnosis`` holds the reason.
    NoPlanFoundError
        Neither a first plan nor a proof was found in time.

    Examples
    --------
    >>> from phancong import Continuity, Household, Member, Problem, Travel, TravelMatrix, frontier
    >>> homes = [Household("h1"), Household("h2")]
    >>> ways = TravelMatrix([[100, 300], [200, 500]])
    >>> last = {"h1": "m2", "h2": "m2"}
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=ways, previous=last)
    >>> print(frontier(problem, Continuity(), Travel()))
    Between changes of hands and total travel there are 3 non-dominated plans. All is proven. There is
    no other. The knee, where a little more of one costs most in the other: changes of hands 1, total
    travel 500.
    <BLANKLINE>
    changes of hands  total travel  proof
                   0           800  proven
                   1           500  proven  knee
                   2           300  proven
    """
    read_progress(progress)
    course = Course(read_search(search), progress)
    read_problem(problem)
    above = read_goals(goals, problem)
    x, y = read_axes(x, y, above, problem)
    number = _read_points(points)
    held = held_axis(x, y)
    pair = (x, y) if held == "x" else (y, x)
    trade = Trade(problem, above, *pair, read_relax(relax), course, engine)
    spread = Spread(trade, number)
    ordered = [
        FrontierPoint(
            plan=answer.plan,
            x=answer.held if held == "x" else answer.free,
            y=answer.free if held == "x" else answer.held,
            x_bound=answer.held_bound if held == "x" else answer.free_bound,
            y_bound=answer.free_bound if held == "x" else answer.held_bound,
            limit=answer.limit,
            proven=answer.proven,
        )
        for answer in spread.answers()
    ]
    return Frontier(
        x=x,
        y=y,
        held=held,
        points=tuple(sorted(ordered, key=lambda point: point.x)),
        complete=spread.complete,
        stopped=spread.stopped,
        seconds=course.seconds,
    )


def _read_points(points: Any) -> int | None:
    whole = isinstance(points, int) and not isinstance(points, bool)
    if points is None or (whole and points >= 2):
        return points
    raise InvalidArgumentError(
        f"points is {points!r}; give a whole number, 2 or more, or None for all"
    )
