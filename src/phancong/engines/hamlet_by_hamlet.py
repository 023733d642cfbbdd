"""A start for a limited number of hamlets: as much of one hamlet as fits to one member at a time.

Households that are assigned one by one leave members with a few households of several hamlets, and then
room only in members who may not serve another hamlet. So the hamlet with most households left goes first,
to a member who serves none yet (largest first, as for bin packing). Once all serve a hamlet, what is left
of one goes to the nearest member who can take all of it, or else to the member with most room, who is
full then: each step ends a hamlet or fills a member.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong.engines.by_hand import UnfinishedPlan
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import RULES

#: The travel that counts for a pair that is not allowed or cannot be reached.
_FAR: Final = 1e300


def by_hamlets(problem: Problem, begun: BoolArray) -> BoolArray:
    """The pairs of a plan in which members serve few hamlets, H × M.

    It breaks no maximum and no limit on pairs, and may leave households uncovered.

    Parameters
    ----------
    problem
        The problem.
    begun
        The pairs to begin with, H × M.
    """
    # Equal parts first: they keep minima, and are fairer. They leave no spare room, so they may fail.
    equal = _Packing(problem, begun)
    equal.limit_to_equal_parts()
    equal.run()
    equal.lift_limits()
    equal.run()
    if not equal.missing:
        return equal.desk.mask
    full = _Packing(problem, begun)
    full.run()
    return min(equal, full, key=lambda one: one.missing).desk.mask


class _Hamlet:
    """The units of a hamlet; a household of no hamlet, and a group across hamlets, are one of their own.

    Parameters
    ----------
    codes
        The numbers of its hamlets, (C,).
    units
        The rows of each unit.
    desk
        The plan so far.
    """

    def __init__(self, codes: IntArray, units: list[IntArray], desk: UnfinishedPlan) -> None:
        self.codes = codes
        self.desk = desk
        self.size = np.array([len(rows) for rows in units])
        self.rows: IntArray = np.concatenate(units)
        self.begins = np.cumsum(self.size) - self.size
        first = self.rows[self.begins]
        #: How many members each unit lacks, (U,).
        self.lacks = desk.problem.needed[first] - desk.mask[first].sum(axis=1)
        way = np.where(np.isfinite(desk.travel[self.rows]), desk.travel[self.rows], _FAR)
        self.way = np.where(desk.allowed[self.rows], way, _FAR).mean(axis=0)
        #: Members who can take nothing more here, (M,).
        self.refused = np.zeros(desk.mask.shape[1], dtype=bool)

    @property
    def left(self) -> int:
        """How many places of households are open."""
        return int((self.lacks * self.size).sum())

    def able(self) -> BoolArray:
        """Members who may have an open unit and have room for a household, (M,)."""
        some = self.rows[self.begins[self.lacks > 0]]
        may = self.desk.allowed[some].any(axis=0) & ~self.refused
        return np.asarray(
            may & self.desk.has_room(slice(None), 1, self.desk.loads[some].min(axis=0))
        )

    def taken_by(self, column: int) -> bool:
        """Give a member all units that fit, the nearest first; whether there was one."""
        desk = self.desk
        load = np.add.reduceat(desk.loads[self.rows, column], self.begins)
        way = np.add.reduceat(desk.travel[self.rows, column], self.begins)
        may = np.logical_and.reduceat(desk.allowed[self.rows, column], self.begins) & (
            self.lacks > 0
        )
        order = np.argsort(way, kind="stable")
        waiting = order[may[order]]
        taken = False
        while len(waiting := waiting[desk.has_room(column, self.size[waiting], load[waiting])]):
            together = np.cumsum(self.size[waiting]), np.cumsum(load[waiting])
            fits = desk.has_room(column, *together)
            count = len(fits) if fits.all() else max(int(np.argmin(fits)), 1)
            for unit in waiting[:count].tolist():
                begin = int(self.begins[unit])
                desk.take(self.rows[begin : begin + int(self.size[unit])], column)
            self.lacks[waiting[:count]] -= 1
            waiting, taken = waiting[count:], True
        return taken


class _Packing:
    """Hamlets to members, in one pass.

    Parameters
    ----------
    problem, begun
        As for :func:`by_hamlets`.
    """

    def __init__(self, problem: Problem, begun: BoolArray) -> None:
        self.desk = UnfinishedPlan(problem, begun)
        codes = problem.hamlet_codes
        units: dict[tuple[int, ...], list[IntArray]] = {}
        for number, rows in enumerate(problem.units):
            named = tuple(sorted({code for code in codes[rows].tolist() if code >= 0}))
            units.setdefault(named or (-1, number), []).append(rows)
        self.hamlets = [
            _Hamlet(
                np.array([code for code in key if key[0] >= 0], dtype=np.int64), some, self.desk
            )
            for key, some in units.items()
        ]
        figure = RULES["max_hamlets"].figure
        assert figure is not None  # it is a limit of a member
        self.limit = figure.limit(problem)
        #: Whether each member serves each hamlet, (M,) a hamlet.
        self.serves = np.zeros((codes.max(initial=-1) + 1, begun.shape[1]), dtype=bool)
        rows, columns = np.nonzero(begun & (codes >= 0)[:, None])
        self.serves[codes[rows], columns] = True
        #: How many hamlets each member serves, (M,).
        self.served = self.serves.sum(axis=0)

    @property
    def missing(self) -> int:
        """How many members households lack."""
        return sum(hamlet.left for hamlet in self.hamlets)

    def limit_to_equal_parts(self) -> None:
        """Let nobody take more than an equal part, but for one household."""
        desk = self.desk
        able = max(int(desk.allowed.any(axis=0).sum()), 1)
        needed = desk.problem.needed
        load = desk.loads.mean(axis=1)
        count = needed.sum() + desk.members.carried_households.sum()
        total = (load * needed).sum() + desk.members.carried_workload.sum()
        most = np.minimum(desk.most, -(-int(count) // able))
        desk.limit_to(most, np.minimum(desk.heaviest, total / able + load.max(initial=0.0)))

    def lift_limits(self) -> None:
        """Let everybody take as much as the maxima allow."""
        members = self.desk.members
        self.desk.limit_to(members.max_households, members.max_workload)
        for hamlet in self.hamlets:
            hamlet.refused[:] = False

    def run(self) -> None:
        """Go on until nobody can take more."""
        left = np.array([hamlet.left for hamlet in self.hamlets])
        while len(left) and left.max() > 0:
            number = int(np.argmax(left))
            hamlet = self.hamlets[number]
            column = self._next(hamlet, int(left[number]))
            if column is None:
                left[number] = 0
                continue
            if hamlet.taken_by(column):
                self.served[column] += int((~self.serves[hamlet.codes, column]).sum())
                self.serves[hamlet.codes, column] = True
            hamlet.refused[column] = True
            left[number] = hamlet.left

    def _next(self, hamlet: _Hamlet, left: int) -> int | None:
        """The member who takes more of a hamlet next; None if nobody can."""
        new = (~self.serves[hamlet.codes]).sum(axis=0)
        able = hamlet.able() & (self.served + new <= self.limit)
        if not able.any():
            return None
        for nearest in (
            able & (new == 0),
            able & (self.served == 0),
            able & (self._room(hamlet) >= left),
        ):
            if nearest.any():
                return int(np.argmin(np.where(nearest, hamlet.way, np.inf)))
        return int(np.argmax(np.where(able, self._room(hamlet), -1.0)))

    def _room(self, hamlet: _Hamlet) -> FloatArray:
        """How many households of a hamlet each member has room for, by their mean workload, (M,)."""
        desk = self.desk
        load = desk.loads[hamlet.rows].mean(axis=0)
        by_load = np.where(
            load > 0, (desk.heaviest - desk.load) / np.where(load > 0, load, 1), np.inf
        )
        return np.asarray(np.minimum(desk.most - desk.count, by_load))
