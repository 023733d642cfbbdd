"""`Problem`: members, households and limits (contract 2.3, 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, cast

import numpy as np

from phancong.decimals import decimal_places
from phancong.errors import Defect, InvalidProblemError
from phancong.frozen import FrozenMapping
from phancong.meeting import Given, all_as_given, as_given, given_exactly, given_in
from phancong.problem.columns import (
    BoolArray,
    FloatArray,
    HouseholdColumns,
    IntArray,
    MemberColumns,
    household_columns,
    member_columns,
)
from phancong.problem.consistency import check_limits, check_pairs, read_workload
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.marks import LoadMarks
from phancong.problem.pairs import GivenPair, Pair, read_pairs
from phancong.problem.records import Household, Id, Member
from phancong.problem.value import same, variant
from phancong.travel import Geodesic, TravelMatrix, TravelModel
from phancong.travel.chords import Chords
from phancong.travel.nearest import smallest_travel
from phancong.travel.whereabouts import Listed, misplaced, read_farthest
from phancong.words import Message

#: What the argument ``own_household`` may be.
OWN_HOUSEHOLD: Final = ("allow", "forbid", "exempt")

#: From so many possible pairs on, straight-line distances are computed only for pairs that can matter:
#: 14 million pairs take two seconds and 110 MB.
WIDE: Final = 250_000


class Problem:
    """Members, households and their limits; immutable, comparable, checked when built.

    Parameters
    ----------
    members, households
        Sequences of :class:`Member` and :class:`Household`, or tables (pandas, polars, pyarrow, a list
        of dicts) with their fields as columns. ``lat`` and ``lon``, ``latitude`` and ``longitude``, or
        the ``geometry`` of geopandas in any system of coordinates stand for ``at``. ``;`` parts lists
        within a cell. Both are sorted by id: the order of the input does not matter.
    travel
        The travel model (contract 3); ``None`` if distance does not count.
    workload
        A matrix, households × members in the order given, if the workload of a household depends on the
        member; it replaces ``Household.workload``.
    previous
        Last year's pairs: a plan, a mapping household → member or members, pairs, or a table with
        ``household``, ``member`` and perhaps ``years``. Pairs whose household or member is no longer in
        the problem are ended pairs, not defects.
    fixed, forbidden
        Pairs ``(household, member)``.
    max_travel
        The largest travel of any pair, in ``travel.unit``.
    max_changes
        How many households may change hands (contract 5.3).
    max_hamlets
        The largest number of hamlets in which a member may have households.
    within_hamlet
        Whether a household should have members of its own hamlet.
    own_household
        ``"allow"``, ``"forbid"`` (a member is never in charge of the own household) or ``"exempt"``
        (the own household of a member needs no member).
    farthest
        In metres. A place in a table that lies farther than this from the middle of all places is a
        defect: its latitude and longitude may be swapped, or its decimal point misplaced. ``None``
        stands for 50 km, or for three times the median distance if that is larger, at most 200 km.
        Places of records are not checked for it.
    load_marks
        The loads from which reports mark a member amber or red, and the unit of the workloads
        (:class:`LoadMarks`); they limit nothing.

    Raises
    ------
    InvalidProblemError
        The input has defects; the error lists all, each with its record, field and mend.
    InvalidArgumentError
        *farthest* is no number above 0.

    Examples
    --------
    >>> from phancong import Household, Member, Problem
    >>> problem = Problem([Member("m1"), Member("m2")], [Household("h1")], travel=None)
    >>> problem
    Problem(2 members, 1 household)
    """

    _members: MemberColumns
    _households: HouseholdColumns
    given_pairs: dict[str, tuple[GivenPair, ...]]
    _workload: FloatArray | None
    _exactly: Given
    travel: TravelModel | None
    max_travel: float | None
    max_changes: int | None
    max_hamlets: int | None
    within_hamlet: bool
    own_household: str
    load_marks: LoadMarks | None

    def __init__(
        self,
        members: Any,
        households: Any,
        *,
        travel: TravelModel | None = Geodesic(),
        workload: Any = None,
        previous: Any = None,
        fixed: Any = (),
        forbidden: Any = (),
        max_travel: float | None = None,
        max_changes: int | None = None,
        max_hamlets: int | None = None,
        within_hamlet: bool = False,
        own_household: str = "allow",
        farthest: float | None = None,
        load_marks: LoadMarks | None = None,
    ) -> None:
        defects: list[Defect] = []
        lists: list[Listed] = []
        people = homes = None
        try:
            people = member_columns(members, defects, lists)
        except InvalidProblemError as error:  # not a table: report the other defects, too
            defects.extend(error.defects)
        try:
            homes = household_columns(households, defects, lists)
        except InvalidProblemError as error:
            defects.extend(error.defects)
        if people is None or homes is None:
            raise InvalidProblemError(defects)
        defects.extend(misplaced(lists, read_farthest(farthest)))
        matrix, exactly = read_workload(workload, people, homes, defects)
        state = {
            "_members": people,
            "_households": homes,
            "given_pairs": {
                name: tuple(read_pairs(given, name, defects))
                for name, given in (
                    ("previous", previous),
                    ("fixed", fixed),
                    ("forbidden", forbidden),
                )
            },
            "_workload": matrix,
            "_exactly": FrozenMapping(given_in(exactly, given_exactly([max_travel]))),
            "travel": travel,
            "max_travel": max_travel,
            "max_changes": max_changes,
            "max_hamlets": max_hamlets,
            "within_hamlet": within_hamlet,
            "own_household": own_household,
            "load_marks": load_marks,
        }
        if not isinstance(load_marks, LoadMarks | None):
            what, mend = Message("is not a LoadMarks"), Message("give LoadMarks(...), or None")
            defects.append(Defect(Message("problem"), "load_marks", what, mend))
        self.__dict__.update(state)
        check_limits(self, OWN_HOUSEHOLD, defects)
        check_pairs(self, defects)
        if defects:
            raise InvalidProblemError(defects)
        for name, limit in WHOLE_LIMITS.items():
            self.__dict__[name] = limit.read(self.__dict__[name])

    # --- the input, as it was given

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """All members as records, sorted by id."""
        return tuple(self._members.record(row) for row in range(len(self._members)))

    @cached_property
    def households(self) -> tuple[Household, ...]:
        """All households as records, sorted by id."""
        return tuple(self._households.record(row) for row in range(len(self._households)))

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

    # --- quantities that follow from the input, each defined once

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
    def allowed(self) -> BoolArray:
        """Which pairs are allowed (contract 4.1), H × M; no plan has others, whatever is relaxed."""
        shape = (len(self._households), len(self._members))
        everybody = np.broadcast_to(~self.exempt, shape)
        # The straight-line distance between known places is always finite.
        matrix = None if isinstance(self.travel, Geodesic) else self.travel_matrix
        rows, columns = self.pair_rows("forbidden")
        own = self.own_household == "forbid"
        if matrix is None and not (len(rows) or own or self.groups):
            return (
                everybody  # one row for all households: there can be hundreds of millions of pairs
            )
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

    # --- the problem as a value

    def replace(self, **changes: Any) -> Problem:
        """A variant of this problem, checked anew.

        Parameters
        ----------
        **changes
            Any argument of :class:`Problem`. Matrices (``TravelMatrix``, ``workload``) follow the
            records in the order given: if the records change, give new matrices, too.

        Raises
        ------
        TypeError
            A name is no argument of :class:`Problem`.
        InvalidProblemError
            The variant has defects.
        """
        return variant(self, changes)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a Problem is immutable; make a variant: problem.replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Problem is immutable")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return same(self, other)

    def __hash__(self) -> int:
        return hash((self._members.ids, self._households.ids))

    def __getstate__(self) -> dict[str, Any]:
        # Leave out what can be computed again, above all the travel matrix.
        kept = ("_members", "_households", "given_pairs", "_workload", *Problem.__annotations__)
        return {name: self.__dict__[name] for name in dict.fromkeys(kept)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._members.freeze()
        self._households.freeze()
        if self._workload is not None:
            self._workload.flags.writeable = False

    def __repr__(self) -> str:
        def count(n: int, noun: str) -> str:
            return f"{n} {noun}" if n == 1 else f"{n} {noun}s"

        members, households = len(self._members), len(self._households)
        return f"Problem({count(members, 'member')}, {count(households, 'household')})"


def _read_only(array: Any) -> Any:
    array.flags.writeable = False
    return array


def ids_of(pairs: Iterable[tuple[int, int]], problem: Problem) -> tuple[Pair, ...]:
    """Pairs of rows as pairs of ids ``(household, member)``, in the order of the rows."""
    households, members = problem.household_columns.ids, problem.member_columns.ids
    return cast("tuple[Pair, ...]", tuple((households[h], members[m]) for h, m in pairs))
