"""`Round`: one member's households in the order of a round trip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.errors import InvalidArgumentError
from phancong.layout import number
from phancong.problem import FloatArray, Id, IntArray
from phancong.touring.tours import shortest_tour, tour_length
from phancong.travel import Places, TravelMatrix

#: The default limit of work for a proof, in deterministic seconds: some five seconds by the clock.
WORK: Final = 1.0


@dataclass(frozen=True, slots=True)
class Round:
    """One member's households in the order of a round trip from the member's home and back.

    Parameters
    ----------
    member
        The member.
    households
        Ids of the households in the order of the visit, each once, whatever its number of visits.
    legs
        Travel of each leg, in *unit*; the last leg is the way home. Empty without households.
    unit
        The unit of travel, such as ``m`` or ``min``.
    bound
        A lower bound on the length of any round through these households, in *unit*.
    proven
        Whether the round is proven to be the shortest, up to the rounding of travel to integers (5e-10
        of the longest leg for each leg).

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> trip = solve(problem).rounds("m1")
    >>> trip.households, round(trip.length), trip.unit, trip.proven
    (('h1',), 302, 'm', True)
    """

    member: Id
    households: tuple[Id, ...]
    legs: tuple[float, ...]
    unit: str
    bound: float
    proven: bool

    @property
    def length(self) -> float:
        """The length of the round, in :attr:`unit`."""
        return float(np.sum(self.legs))

    def __str__(self) -> str:
        proof = (
            "no order is shorter"
            if self.proven
            else f"at most {number(self.length - self.bound)} longer than the shortest"
        )
        stops = " → ".join(map(str, self.households)) or "nobody"
        return f"{self.member}: {stops}; {number(self.length)} {self.unit}".rstrip() + f" ({proof})"


def round_of(assignment: Assignment, column: int, work: float, *, improved: bool = True) -> Round:
    """The round of one member.

    Parameters
    ----------
    assignment
        The pairs.
    column
        The column of the member.
    work
        The limit of work for the proof; see :func:`shortest_tour`.
    improved
        Whether local search improves the first tour.

    Raises
    ------
    InvalidArgumentError
        Travel between households is undefined, or the work is no number.
    """
    problem = assignment.problem
    travel = problem.travel
    if not isinstance(work, int | float) or not work >= 0:
        raise InvalidArgumentError(f"work: {work!r} is not a number of at least 0")
    if travel is None or isinstance(travel, TravelMatrix):
        what = "there is no distance" if travel is None else "a TravelMatrix holds other pairs"
        raise InvalidArgumentError(
            f"rounds: travel between households is not known ({what}); "
            "use Geodesic(), PathNetwork(...) or BetweenPlaces(...)"
        )
    rows = assignment.rows[assignment.columns == column]
    stops = _stops(assignment, rows, column)
    ways = _between_stops(travel.between(stops, stops))
    tour = shortest_tour(ways, work, improved=improved)
    order = tour.order
    if len(order) > 2 and order[1] > order[-1]:  # choose one of the two directions
        order = (0, *order[:0:-1])
    ids = problem.household_columns.ids
    return Round(
        member=problem.member_columns.ids[column],
        households=tuple(ids[rows[stop - 1]] for stop in order[1:]),
        legs=tuple(
            float(ways[one, other]) for one, other in zip(order, (*order[1:], 0), strict=True)
        )
        if len(rows)
        else (),
        unit=travel.unit,
        bound=min(tour.bound, tour_length(ways, order)),
        proven=tour.proven,
    )


def _stops(assignment: Assignment, rows: IntArray, column: int) -> Places:
    """The member's home, then the households, as places of one kind."""
    problem = assignment.problem
    home = problem.member_columns.places("member", np.array([column]))
    houses = problem.household_columns.places("household", rows)
    return Places(
        kind="stop",
        ids=(*home.ids, *houses.ids),
        latitude=np.r_[home.latitude, houses.latitude],
        longitude=np.r_[home.longitude, houses.longitude],
        hamlet=(*home.hamlet, *houses.hamlet),
        cluster=(*home.cluster, *houses.cluster),
        given=np.arange(len(rows) + 1),
    )


def _between_stops(between: FloatArray) -> FloatArray:
    """Travel between the stops; without a path between two, through the member's home."""
    home = between[0]
    if not np.isfinite(home).all():
        raise InvalidArgumentError(
            "rounds: there is a household that the member cannot reach; take the pair out"
        )
    ways: FloatArray = np.where(np.isfinite(between), between, home[:, None] + home)
    np.fill_diagonal(ways, 0.0)
    return ways
