"""Initial plans of a search: last year's plan repaired, and the construction heuristics.

A search returns no plan that is worse than one of these (contract 6.8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.by_hand import Nearest, Regret, RoundRobin
from phancong.engines.hamlet_by_hamlet import by_hamlets
from phancong.engines.task import Awaited, Task
from phancong.masks import where_true
from phancong.meeting import above, slack
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import RELAXABLE, RULES, fixed_mask, pair_breaches

#: Seconds that all starts together take for each pair of a member and a household, and for each
#: household (30 million pairs: 9 s; 3,000 × 150: 0.7 s).
START_A_PAIR: Final = 3e-7
START_A_HOUSEHOLD: Final = 2e-4
#: The share of this time that each start takes at most (10,059 × 975 to 29,939 × 1,627 and 7,988 × 410).
START_SHARES: Final[Mapping[str, float]] = {
    "hamlets": 0.7,
    "repaired": 0.25,
    RoundRobin.name: 0.35,
    Nearest.name: 0.15,
    Regret.name: 0.35,
}
#: Seconds that the distance of a pair takes; nobody can stop it once all distances are begun.
DISTANCE: Final = 2.5e-7
#: Pairs whose distances are known at a time, so that they stay in the cache; a product of matrices that
#: gives so many is left to one thread (21,633 × 861: 0.2 CPU s, 1.1 by 1,024 units).
BLOCK: Final = 49_152


def starts(
    task: Task, may_begin: Callable[[float], bool] = lambda share: True
) -> Iterator[tuple[str, Assignment]]:
    """Initial plans by name: last year's plan first, then the heuristics, the fastest first.

    *may_begin* says of each, before it is made, whether there is time for one that takes this share of
    the time of all; those for which there is none are left out.

    Where the number of hamlets is limited, the plan that is made for this comes before all others, which
    mostly break the limit. Some may break hard limits. Once the time is up, those that are made already
    come first. Where there is no time for all of them, they are made along chords, and the one that
    takes least time comes first.
    """
    makers = {"repaired": repaired} | {
        heuristic.name: heuristic.plan for heuristic in (RoundRobin(), Nearest(), Regret())
    }
    hurried = seconds_to_start(task.problem) > task.course.seconds_left
    if hurried and not task.problem.given_pairs["previous"]:
        makers = {Nearest.name: makers[Nearest.name]} | makers
    if RULES["max_hamlets"].is_set(task.problem):
        makers = {"hamlets": hamlet_by_hamlet} | makers
    names = list(makers)
    if task.course.seconds_left <= 0:
        names.sort(key=task.has_start, reverse=True)
    for name in names:
        if not may_begin(START_SHARES[name]):
            continue
        yield name, task.start(name, _along_chords(makers[name]) if hurried else makers[name])


#: Makes a start of a problem.
_Maker = Callable[[Problem, Awaited], Assignment]


def nearest_members(problem: Problem, awaited: Awaited = iter) -> Assignment:
    """Each unit with the nearest members allowed, whatever their loads: one pass over the pairs.

    Distances are lengths of chords where those of all pairs are not known. Without distances the members
    come in turn. No other rule is looked at but fixed and forbidden pairs.
    """
    chords = None if "travel_matrix" in problem.__dict__ else problem.chords
    travel = None if chords is not None else problem.travel_matrix
    units, members = problem.units, np.arange(len(problem.member_columns))
    mask = fixed_mask(problem)
    step = max(BLOCK // max(len(members), 1), 1)
    for block in awaited([units[at : at + step] for at in range(0, len(units), step)]):
        rows, size = np.concatenate(block), np.array([len(unit) for unit in block])
        firsts = np.cumsum(size) - size
        if chords is not None:
            far = chords.squares(rows)
        elif travel is not None:
            far = travel[rows]
        else:
            far = ((members[None, :] - rows[:, None]) % len(members)).astype(np.float64)
        free = problem.allowed[rows] & ~mask[rows]
        if len(rows) > len(block):  # some are groups
            free = np.logical_and.reduceat(free, firsts, axis=0)
            far = np.add.reduceat(far, firsts, axis=0)
        far = np.where(free, far, np.inf)
        lacks = problem.needed[rows[firsts]] - mask[rows[firsts]].sum(axis=1)
        for taken in range(int(lacks.max())):
            column, at = far.argmin(axis=1), np.arange(len(block))
            gets = (lacks > taken) & np.isfinite(far[at, column])
            served = np.repeat(gets, size)
            mask[rows[served], np.repeat(column, size)[served]] = True
            far[at, column] = np.inf
    return Assignment.of_mask(problem, mask)


def _along_chords(make: _Maker) -> _Maker:
    """The start that *make* makes with the lengths of chords for distances, where these are not known."""

    def made(problem: Problem, awaited: Awaited) -> Assignment:
        chords = problem.chords
        if chords is None or "travel_matrix" in problem.__dict__:
            return make(problem, awaited)
        rough = copy(problem)
        rough.__dict__.update(problem.__dict__, travel_matrix=chords.between())
        found = make(rough, awaited)
        return Assignment(problem, found.rows, found.columns)

    return made


def seconds_to_start(problem: Problem) -> float:
    """The seconds that all starts will take."""
    return START_A_PAIR * problem.allowed.size + START_A_HOUSEHOLD * len(problem.allowed)


def seconds_to_measure(problem: Problem) -> float:
    """The seconds that the distances of all pairs will take; 0 if they are known."""
    new = problem.chords is not None and "travel_matrix" not in problem.__dict__
    return DISTANCE * problem.allowed.size if new else 0.0


def repaired(problem: Problem, awaited: Awaited = iter) -> Assignment:
    """Last year's plan with its gaps filled (contract 6.8).

    The previous member of a household (or group) stays if the pair is allowed, breaks no rule about
    pairs and fits under all maxima. Then each other household, in the order of id, goes to the member
    with the lexicographically smallest breaches and travel: (a skill is missing, households above the
    maximum, workload above the maximum, excess of travel, outside the hamlet, hamlets above the maximum,
    travel). The rule that is relaxed last comes first.

    Returns
    -------
    Assignment
        Each household that somebody may serve has the members that it needs.
    """
    repair = _kept(problem, awaited)
    repair.fill_all(awaited)
    return Assignment.of_mask(problem, repair.mask)


def filled_up(problem: Problem, mask: BoolArray, awaited: Awaited = iter) -> Assignment:
    """A plan of some pairs, H × M, with its gaps filled as in :func:`repaired`."""
    repair = _RepairedStart(problem)
    repair.begin(mask)
    repair.fill_all(awaited)
    return Assignment.of_mask(problem, repair.mask)


def hamlet_by_hamlet(problem: Problem, awaited: Awaited = iter) -> Assignment:
    """Last year's plan with its gaps filled hamlet by hamlet; for a limited number of hamlets.

    Where nobody has room under all maxima, the gaps that are left are filled as in :func:`repaired`.
    """
    return filled_up(problem, by_hamlets(problem, _kept(problem, awaited).mask), awaited)


def _kept(problem: Problem, awaited: Awaited) -> _RepairedStart:
    """Last year's plan with its gaps open."""
    repair = _RepairedStart(problem)
    if len(problem.kept_years[0]) and problem.units:
        repair.keep_all(awaited)
    return repair


class _RepairedStart:
    """The pairs of the plan so far, at first those that are fixed, and the load of each member."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.needed = problem.needed
        self.begin(fixed_mask(problem))
        self.breach = pair_breaches(problem)
        travel = problem.travel_matrix  # that of a pair that is not allowed is not looked at
        self.travel = np.broadcast_to(0.0, self.mask.shape) if travel is None else travel
        self.previous = np.zeros(self.mask.shape, dtype=bool)
        rows, columns, _ = problem.kept_years
        self.previous[rows, columns] = True

    def begin(self, mask: BoolArray) -> None:
        """Begin with other pairs, H × M."""
        problem, self.mask = self.problem, mask
        #: For each maximum that is set, the figures of the members so far and their limits, (M,).
        self.maxima = {
            rule.name: (rule.figure.tally(problem, mask), rule.figure.limit(problem))
            for rule in RULES.values()
            if rule.figure is not None and not rule.figure.least and rule.is_set(problem)
        }

    def keep_all(self, awaited: Awaited) -> None:
        """Keep the members who served all of a unit last year, where no limit forbids it."""
        units, members = self.problem.units, self.mask.shape[1]
        size = np.array([len(rows) for rows in units], dtype=np.int64)
        unit_of = np.zeros(len(self.needed), dtype=np.int64)
        unit_of[np.concatenate(units)] = np.repeat(np.arange(len(units)), size)
        rows, columns = where_true(self.previous & ~self.mask & (self.needed > 0)[:, None])
        stays = np.ones(len(rows), dtype=bool)
        for breach in self.breach.values():
            stays &= ~(breach[rows, columns] > 0)
        pairs, count = np.unique(
            unit_of[rows[stays]] * members + columns[stays], return_counts=True
        )
        numbers, columns = np.divmod(pairs[count == size[pairs // members]], members)
        lacks = self.needed - self.mask.sum(axis=1)
        for number, column in awaited(zip(numbers.tolist(), columns.tolist(), strict=True)):
            unit, only = units[number], np.array([column])
            if lacks[unit[0]] > 0 and not any(
                self._above(name, unit, only).any() for name in self.maxima
            ):
                self._take(unit, column)
                lacks[unit] -= 1

    def fill_all(self, awaited: Awaited) -> None:
        """Give each unit the members that it still needs."""
        lacks = self.needed > self.mask.sum(axis=1)
        for rows in awaited([rows for rows in self.problem.units if lacks[rows[0]]]):
            self._fill(rows)

    def _fill(self, rows: IntArray) -> None:
        """Give a unit the members that it still needs."""
        first = int(rows[0])
        open_ = self.problem.allowed[rows].all(axis=0) & ~self.mask[first]
        for _ in range(int(self.needed[first] - self.mask[first].sum())):
            columns = np.flatnonzero(open_)
            if not len(columns):
                return
            column = self._best(rows, columns)
            self._take(rows, column)
            open_[column] = False

    def _best(self, rows: IntArray, columns: IntArray) -> int:
        """The member with the smallest breaches and travel, the rule that is relaxed last first.

        Sums of decimals that differ by the rounding of floats alone are equal (contract 4.4a).
        """
        for name in reversed(RELAXABLE):
            if len(columns) == 1:
                break
            if name in self.breach:
                columns = _least(self.breach[name][np.ix_(rows, columns)].sum(axis=0), columns)
            elif name in self.maxima:
                columns = _least(self._above(name, rows, columns), columns)
        return int(_least(self.travel[np.ix_(rows, columns)].sum(axis=0), columns)[0])

    def _above(self, name: str, rows: IntArray, columns: IntArray) -> FloatArray:
        """The excess of each of *columns* over a maximum if that member took the unit as well, (C,)."""
        tally, limit = self.maxima[name]
        return above(tally.having(rows, columns), limit[columns])

    def _take(self, rows: IntArray, column: int) -> None:
        self.mask[rows, column] = True
        for tally, _ in self.maxima.values():
            tally.take(rows, column)


def _least(figure: FloatArray, columns: IntArray) -> IntArray:
    """Those of *columns* with the least *figure*, (C,)."""
    lowest = float(figure.min())
    near = figure <= lowest + 2 * slack(lowest)  # few: only these are compared exactly
    least: IntArray = columns[near]
    return least[above(figure[near], lowest) == 0]
