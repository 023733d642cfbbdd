"""The quantities that follow from the input of a problem, each defined once."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np

from phancong.decimals import decimal_places
from phancong.meeting import Given, all_as_given, as_given, given_in
from phancong.problem.columns import (
    BoolArray,
    FloatArray,
    HouseholdColumns,
    IntArray,
    MemberColumns,
)
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.pairs import GivenPair, Pair
from phancong.problem.records import Id
from phancong.travel import Geodesic, TravelMatrix, TravelModel
from phancong.travel.chords import Chords
from phancong.travel.nearest import smallest_travel

#: From so many possible pairs on, straight-line distances are computed only for pairs that can matter:
#: 14 million pairs take two seconds and 110 MB.
WIDE: Final = 250_000


class DerivedQuantities:
    """The input of a problem, and all that follows from it; arrays are read-only."""

    _members: MemberColumns
    _households: HouseholdColumns
    given_pairs: dict[str, tuple[GivenPair, ...]]
    _workload: FloatArray | None
    _exactly: Given
    travel: TravelModel | None
    max_travel: float | None
    own_household: str

    @property
    def member_columns(self) -> MemberColumns:
        """All members as columns of length M, sorted by id."""
        return self._members

    @property
    def household_columns(self) -> HouseholdColumns:
        """All households as columns of length H, sorted by id."""
        return self._households

    @property
    def previous(self) -> tuple[tuple[Id, Id, float], ...]:
        """Last year's pairs ``(household, member, years)``, sorted, including ended pairs."""
        return tuple((p.household, p.member, p.years) for p in self.given_pairs["previous"])

    @property
    def fixed(self) -> tuple[Pair, ...]:
        """Pairs ``(household, member)`` that each plan has, sorted."""
        return tuple((p.household, p.member) for p in self.given_pairs["fixed"])

    @property
    def forbidden(self) -> tuple[Pair, ...]:
        """Pairs ``(household, member)`` that no plan has, sorted."""
        return tuple((p.household, p.member) for p in self.given_pairs["forbidden"])

    @cached_property
    def any_needs(self) -> bool:
        """Whether some household needs a skill."""
        return any(self._households.needs)

    @cached_property
    def _codes(self) -> dict[str, int]:
        labels = (*self._households.hamlet, *self._members.hamlet)
        return {label: code for code, label in enumerate(dict.fromkeys(filter(None, labels)))}

    @cached_property
    def hamlet_codes(self) -> IntArray:
        """The number of the hamlet of each household, -1 if it has none, (H,)."""
        found = [-1 if label is None else self._codes[label] for label in self._households.hamlet]
        return _read_only(np.array(found, dtype=np.int64))

    @cached_property
    def member_hamlet_codes(self) -> IntArray:
        """The number of the hamlet of each member, as in :attr:`hamlet_codes`; -2 if none, (M,)."""
        found = [-2 if label is None else self._codes[label] for label in self._members.hamlet]
        return _read_only(np.array(found, dtype=np.int64))

    @cached_property
    def travel_matrix(self) -> FloatArray | None:
        """Travel of each pair in ``travel.unit``, ``inf`` if unreachable; H × M, sorted by id."""
        if self.travel is None:
            return None
        return _read_only(
            self.travel.between(
                self._households.places("household"), self._members.places("member")
            )
        )

    def travel_of(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Travel of some pairs in ``travel.unit``, ``inf`` if unreachable, (N,).

        The problem must have travel. The values equal those of :attr:`travel_matrix`, which is not
        computed if travel is the straight-line distance.

        Parameters
        ----------
        rows, columns
            Row of the household and of the member of each pair, shape (N,) each.
        """
        known = self.__dict__.get("travel_matrix")
        if known is None and isinstance(self.travel, Geodesic):
            homes, members = self._households.places("household"), self._members.places("member")
            return self.travel.of_pairs(homes, members, rows, columns)
        matrix = self.travel_matrix
        assert matrix is not None
        return np.asarray(matrix[rows, columns])

    @cached_property
    def chords(self) -> Chords | None:
        """Bounds of distances; None if travel is no straight-line distance, or pairs are few."""
        size = len(self._households) * len(self._members)
        if not isinstance(self.travel, Geodesic) or size < max(WIDE, 1):
            return None
        homes, members = self._households.places("household"), self._members.places("member")
        return Chords(homes, members, self.travel)

    @cached_property
    def nearest_travel(self) -> FloatArray:
        """Smallest allowed travel of each household, 0 where no pair is allowed, shape (H,)."""
        if self.chords is not None:
            nearest = smallest_travel(self.chords, self.allowed, self.travel_of)
        else:
            matrix = self.travel_matrix
            assert matrix is not None
            nearest = np.where(self.allowed, matrix, np.inf).min(axis=1, initial=np.inf)
        return _read_only(np.where(np.isfinite(nearest), nearest, 0.0))

    @property
    def workload_matrix(self) -> FloatArray | None:
        """Workload of each pair, H × M, sorted by id; None where it depends on the household only."""
        return self._workload

    @property
    def given_workload(self) -> Any:
        """The workload matrix as it was given: in the order of the input, with its fractions."""
        if self._workload is None:
            return None
        given = np.empty_like(self._workload)
        given[np.ix_(self._households.given, self._members.given)] = self._workload
        return all_as_given(given, self._exactly)

    @cached_property
    def exactly(self) -> Given:
        """For each float that stands for a fraction or decimal: the number as it was given."""
        travel = [self.travel.exactly] if isinstance(self.travel, TravelMatrix) else []
        return given_in(self._exactly, self._members.exactly, self._households.exactly, *travel)

    @property
    def whole_limits(self) -> dict[str, Any]:
        """The limits of the whole problem, by the name of their argument, as they were given."""
        limits = {name: self.__dict__[name] for name in WHOLE_LIMITS}
        return {name: as_given(limit, self._exactly) for name, limit in limits.items()}

    @cached_property
    def workload_places(self) -> int | None:
        """How many decimal places workloads have, carried ones too; None for more than a few."""
        own = self._households.workload if self.workload_matrix is None else self.workload_matrix
        return decimal_places(own, self._members.carried_workload)

    @cached_property
    def exempt(self) -> BoolArray:
        """Which members are exempt (contract 2.1), shape (M,)."""
        return _read_only((self._members.max_households == 0) | (self._members.max_workload == 0))

    @cached_property
    def own(self) -> IntArray:
        """For each member the row of the own household, -1 where it is not in the problem; (M,)."""
        index = self._households.index
        rows = [-1 if own is None else index.get(own, -1) for own in self._members.household]
        return _read_only(np.array(rows, dtype=np.int64))

    @cached_property
    def needed(self) -> IntArray:
        """How many members each household needs this year, shape (H,)."""
        needed = self._households.members_needed.copy()
        if self.own_household == "exempt":
            needed[self.own[self.own >= 0]] = 0
        return _read_only(needed)

    @cached_property
    def priority_classes(self) -> tuple[IntArray, int]:
        """The priority class of each household, 0 for the highest, (H,), and how many there are."""
        levels, classes = np.unique(-self._households.priority, return_inverse=True)
        return _read_only(classes.reshape(-1)), len(levels)

    @cached_property
    def groups(self) -> tuple[IntArray, ...]:
        """Rows of the households of each group of two or more, in the order of their labels."""
        rows: dict[str, list[int]] = {}
        # An exempt own household needs no member and does not count in its group.
        inside = self.needed == self._households.members_needed
        for row, label in enumerate(self._households.group):
            if label is not None and inside[row]:
                rows.setdefault(label, []).append(row)
        return tuple(np.array(r, dtype=np.int64) for _, r in sorted(rows.items()) if len(r) > 1)

    @cached_property
    def units(self) -> tuple[IntArray, ...]:
        """Rows of each unit: a group, or a household of none, that needs members; in the order of id."""
        grouped = {int(group[0]): group for group in self.groups}
        inside = np.zeros(len(self.needed), dtype=bool)
        for group in self.groups:
            inside[group[1:]] = True
        rows = np.flatnonzero((self.needed > 0) & ~inside).tolist()
        return tuple(grouped.get(row, np.array([row])) for row in rows)

    @cached_property
    def allowed(self) -> BoolArray:
        """Which pairs are allowed (contract 4.1), H × M; no plan has others, whatever is relaxed."""
        shape = (len(self._households), len(self._members))
        everybody = np.broadcast_to(~self.exempt, shape)
        # The straight-line distance between known places is always finite.
        matrix = None if isinstance(self.travel, Geodesic) else self.travel_matrix
        rows, columns = self.pair_rows("forbidden")
        own = self.own_household == "forbid"
        if matrix is None and not (len(rows) or own or self.groups):
            return everybody  # one row in memory, since there can be millions of pairs
        allowed = everybody.copy()
        if matrix is not None:
            allowed &= np.isfinite(matrix)
        allowed[rows, columns] = False
        if own:
            has_own = np.flatnonzero(self.own >= 0)
            allowed[self.own[has_own], has_own] = False
        for group in self.groups:
            allowed[group] = allowed[group].all(axis=0)
        return _read_only(allowed)

    def pair_rows(self, name: str) -> tuple[IntArray, IntArray]:
        """Rows of households and of members of the pairs given as *name*, without ended pairs."""
        rows, columns, _ = self._rows(name)
        return rows, columns

    def is_given(self, name: str, rows: IntArray, columns: IntArray) -> BoolArray:
        """Whether each pair is among those given as *name*, (N,).

        Parameters
        ----------
        name
            ``"fixed"``, ``"forbidden"`` or ``"previous"``.
        rows, columns
            Row of the household and of the member of each pair, shape (N,) each.
        """
        if not self.given_pairs[name]:
            return np.zeros(len(rows), dtype=bool)
        width = max(len(self._members), 1)
        given = self.pair_rows(name)
        return np.isin(rows * width + columns, given[0] * width + given[1])

    @cached_property
    def kept_years(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Previous pairs that could go on (known, allowed): rows of households, of members, years."""
        rows, columns, years = self._rows("previous")
        can = self.allowed[rows, columns] & (self.needed[rows] > 0)
        return _read_only(rows[can]), _read_only(columns[can]), _read_only(years[can])

    def _rows(self, name: str) -> tuple[IntArray, IntArray, FloatArray]:
        households, members = self._households.index, self._members.index
        there = [
            (households[p.household], members[p.member], p.years)
            for p in self.given_pairs[name]
            if p.household in households and p.member in members
        ]
        rows, columns, years = zip(*there, strict=True) if there else ((), (), ())
        return (
            np.array(rows, dtype=np.int64),
            np.array(columns, dtype=np.int64),
            np.array(years, dtype=np.float64),
        )


def _read_only(array: Any) -> Any:
    array.flags.writeable = False
    return array
