"""`Problem`: members, households and limits (contract 2.3, 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final, cast

from phancong.errors import Defect, InvalidProblemError
from phancong.frozen import FrozenMapping
from phancong.layout import with_noun
from phancong.meeting import given_exactly, given_in
from phancong.problem.columns import (
    HouseholdColumns,
    MemberColumns,
    household_columns,
    member_columns,
)
from phancong.problem.consistency import check_limits, check_pairs, read_workload
from phancong.problem.derived import DerivedQuantities
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.marks import LoadMarks
from phancong.problem.pairs import Pair, read_pairs
from phancong.problem.records import Household, Member
from phancong.problem.value import same, variant
from phancong.travel import Geodesic, TravelModel
from phancong.travel.whereabouts import Listed, misplaced, read_farthest
from phancong.words import Message

#: What the argument ``own_household`` may be.
OWN_HOUSEHOLD: Final = ("allow", "forbid", "exempt")


class Problem(DerivedQuantities):
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

    max_changes: int | None
    max_hamlets: int | None
    within_hamlet: bool
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
        people, homes = _read_sides(members, households, defects, lists)
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
        given = (*DerivedQuantities.__annotations__, *Problem.__annotations__)
        return {name: self.__dict__[name] for name in given}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._members.freeze()
        self._households.freeze()
        if self._workload is not None:
            self._workload.flags.writeable = False

    def __repr__(self) -> str:
        members, households = len(self._members), len(self._households)
        return f"Problem({with_noun(members, 'member')}, {with_noun(households, 'household')})"


def ids_of(pairs: Iterable[tuple[int, int]], problem: Problem) -> tuple[Pair, ...]:
    """Pairs of rows as pairs of ids ``(household, member)``, in the order of the rows."""
    households, members = problem.household_columns.ids, problem.member_columns.ids
    return cast("tuple[Pair, ...]", tuple((households[h], members[m]) for h, m in pairs))


def _read_sides(
    members: Any, households: Any, defects: list[Defect], lists: list[Listed]
) -> tuple[MemberColumns, HouseholdColumns]:
    """The columns of both sides.

    Raises
    ------
    InvalidProblemError
        A side is no table; the error names the defects of the other one, too.
    """
    people = homes = None
    try:
        people = member_columns(members, defects, lists)
    except InvalidProblemError as error:
        defects.extend(error.defects)
    try:
        homes = household_columns(households, defects, lists)
    except InvalidProblemError as error:
        defects.extend(error.defects)
    if people is None or homes is None:
        raise InvalidProblemError(defects)
    return people, homes
