"""Places that every plan leaves open, by counting; no search is needed to know them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from phancong.meeting import ULPS, largest_met, slack
from phancong.problem import FloatArray, IntArray, Problem
from phancong.problem.fields import UNLIMITED
from phancong.rules import RULES


def cannot_hold(problem: Problem, relax: Mapping[str, float]) -> bool:
    """Whether counting proves that no plan keeps what may not be relaxed.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may be relaxed, with their ceilings.
    """
    ceiling = largest_by(relax.get("coverage", 0.0))
    if math.isinf(ceiling):
        return False
    return missing_at_least(problem, relax) > float(np.minimum(problem.needed, ceiling).sum())


def missing_at_least(problem: Problem, relax: Mapping[str, float]) -> int:
    """A lower bound of the missing members in every plan that keeps all other limits.

    Either all households together need more than the members' maxima allow, in households or in
    workload, or one household needs more members than there are, or the members may not serve as many
    hamlets as the places of all hamlets take.

    Parameters
    ----------
    problem
        The problem.
    relax
        The rules that may be relaxed, with their ceilings.
    """
    there = ~problem.exempt
    # A household needs different members.
    each = np.minimum(problem.needed, int(there.sum()))
    most, rooms = _households(problem, relax), _workloads(problem, relax)
    filled = min(
        int(each.sum()) - _beyond_workload(problem, each, rooms[there]), int(most[there].sum())
    )
    served = _hamlets(problem, relax)
    if np.isfinite(served[there]).any():
        serves = there & (served > 0)
        number = float(served[serves].sum())
        filled = min(filled, _within_hamlets(problem, each, most[serves], rooms[serves], number))
    return int(problem.needed.sum()) - filled


def largest_by(ceiling: float) -> float:
    """The largest whole number that meets a ceiling; ``inf`` for no ceiling."""
    return math.floor(largest_met(ceiling)) if math.isfinite(ceiling) else math.inf


def _households(problem: Problem, relax: Mapping[str, float]) -> FloatArray:
    """The households of the list that each member may have, (M,); exempt members too."""
    members = problem.member_columns
    homes = float(np.count_nonzero(problem.needed))
    ceiling = min(largest_by(relax.get("max_households", 0.0)), homes)
    room = members.max_households.astype(np.float64) + ceiling - members.carried_households
    may = np.where(members.max_households >= UNLIMITED, homes, np.maximum(room, 0.0))
    return np.floor(np.minimum(may, homes))


def _workloads(problem: Problem, relax: Mapping[str, float]) -> FloatArray:
    """The workload of the list that each member may have, (M,); exempt members too."""
    members = problem.member_columns
    most = members.max_workload + relax.get("max_workload", 0.0)
    room: FloatArray = np.maximum(most - members.carried_workload, 0.0) + slack(most)
    return room


def _hamlets(problem: Problem, relax: Mapping[str, float]) -> FloatArray:
    """The hamlets in which each member may have households, (M,); ``inf`` for no limit."""
    figure = RULES["max_hamlets"].figure
    assert figure is not None  # it is a limit of members
    return figure.limit(problem) + largest_by(relax.get("max_hamlets", 0.0))


def _lightest(problem: Problem) -> FloatArray:
    """The least workload of each household over the members who are not exempt, (H,)."""
    matrix = problem.workload_matrix
    own = problem.household_columns.workload
    return own if matrix is None else matrix[:, ~problem.exempt].min(axis=1, initial=np.inf)


def _beyond_workload(problem: Problem, each: IntArray, rooms: FloatArray) -> int:
    """How many of the heaviest places must stay open so that the others fit under all maxima.

    A place counts with its smallest workload over the members; in doubt because of rounding, it fits.
    """
    room = float(rooms.sum())
    if not math.isfinite(room) or not len(rooms):
        return 0
    loads = np.cumsum(np.sort(np.repeat(_lightest(problem), each)))
    doubt = ULPS * len(loads) * (room + 1.0)
    return int(len(loads) - np.searchsorted(loads, room + doubt, side="right"))


def _within_hamlets(
    problem: Problem, each: IntArray, most: FloatArray, rooms: FloatArray, number: float
) -> int:
    """The most places that are filled if members serve few hamlets.

    The more members serve a hamlet, the less one more of them adds: few households need so many, and the
    maxima left are smaller. So the largest additions, as many as the hamlets that all members together
    may serve, bound the places that are filled. Households without a hamlet count as filled.

    Parameters
    ----------
    problem
        The problem.
    each
        The places of each household, at most the number of members, (H,).
    most, rooms
        The households, and the workload, that each member with a hamlet may have.
    number
        The sum of the hamlets that each member may serve.
    """
    codes, light = problem.hamlet_codes, _lightest(problem)
    homes = np.cumsum(np.sort(most)[::-1])
    # In doubt because of rounding, a place is filled.
    loads = np.cumsum(np.sort(rooms)[::-1]) * (1 + ULPS * (len(rooms) + len(codes)))
    named = np.flatnonzero((codes >= 0) & (each > 0))
    named = named[np.argsort(codes[named], kind="stable")]
    hamlets = np.split(named, np.flatnonzero(np.diff(codes[named])) + 1)
    steps = np.concatenate([_added(each[rows], light[rows], homes, loads) for rows in hamlets])
    largest = np.sort(steps)[::-1][: int(min(number, len(steps)))]
    filled = float(largest.sum()) * (1 + ULPS * len(steps)) + ULPS
    return int(each[codes < 0].sum()) + math.floor(filled)


def _added(each: IntArray, light: FloatArray, most: FloatArray, rooms: FloatArray) -> FloatArray:
    """The places of a hamlet that the first member fills at most, the second, and so on.

    Parameters
    ----------
    each, light
        The places of each household of the hamlet, and the workload of one.
    most, rooms
        The households, and the workload, that the members with the largest maxima may have together: one
        member, two, and so on.
    """
    members = np.arange(1, min(int(each.sum()), len(most)) + 1)
    # Different members: of a household with two places one member fills one.
    ordered = np.sort(each)
    full = np.searchsorted(ordered, members, side="right")
    filled = np.r_[0, np.cumsum(ordered)][full] + members * (len(each) - full)
    order = np.argsort(light, kind="stable")
    loads = np.r_[0.0, np.cumsum(np.repeat(light[order], each[order]))]
    by_load = np.interp(rooms[: len(members)], loads, np.arange(len(loads)))
    return np.diff(np.minimum(np.minimum(filled, most[: len(members)]), by_load), prepend=0.0)
