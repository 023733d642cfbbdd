"""Whether the parts of a problem fit together: what no single field can tell (spec 2.4)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from phancong.errors import Defect
from phancong.problem.columns import (
    BoolArray,
    FloatArray,
    HouseholdColumns,
    IntArray,
    MemberColumns,
)
from phancong.problem.fields import as_number
from phancong.problem.pairs import GivenPair, Pair
from phancong.problem.records import Id
from phancong.travel import TravelModel


class Parts(Protocol):
    """What is looked at here of a problem that is being built."""

    travel: TravelModel | None
    max_travel: float | None
    max_changes: int | None
    within_hamlet: bool
    own_household: str
    given_pairs: dict[str, tuple[GivenPair, ...]]

    @property
    def member_columns(self) -> MemberColumns: ...
    @property
    def household_columns(self) -> HouseholdColumns: ...
    @property
    def fixed(self) -> tuple[Pair, ...]: ...
    @property
    def forbidden(self) -> tuple[Pair, ...]: ...
    @property
    def groups(self) -> tuple[IntArray, ...]: ...
    @property
    def exempt(self) -> BoolArray: ...
    @property
    def own(self) -> IntArray: ...
    @property
    def needed(self) -> IntArray: ...
    def pair_rows(self, name: str) -> tuple[IntArray, IntArray]: ...


def read_workload(
    workload: Any, members: MemberColumns, households: HouseholdColumns, defects: list[Defect]
) -> FloatArray | None:
    """The workload matrix, H × M sorted by id; what is wrong with it is added to *defects*."""
    if workload is None:
        return None
    shape = (len(households), len(members))
    try:
        matrix = np.array(workload, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        matrix = np.empty(0)
    if matrix.shape != shape:
        defects.append(
            Defect(
                "problem",
                "workload",
                f"is no matrix of {shape[0]} households × {shape[1]} members",
                "give a row per household and a column per member, in the order given",
            )
        )
        return None
    matrix = matrix[np.ix_(households.given, members.given)]
    with np.errstate(invalid="ignore"):
        wrong = ~((matrix >= 0) & np.isfinite(matrix))
    for row, column in np.argwhere(wrong).tolist():
        defects.append(
            Defect(
                f"pair ({households.ids[row]!r}, {members.ids[column]!r})",
                "workload",
                f"is {matrix[row, column]:g}",
                "give a finite number, 0 or more",
            )
        )
    matrix.flags.writeable = False
    return matrix


def check_limits(problem: Parts, own_household: Sequence[str], defects: list[Defect]) -> None:
    """The limits of the whole problem: each a number that can be meant."""

    def wrong(field: str, what: str, mend: str) -> None:
        defects.append(Defect("problem", field, what, mend))

    reach, changes = problem.max_travel, problem.max_changes
    if reach is not None:
        number = as_number(reach)
        if number is None or math.isnan(number) or number < 0:
            wrong("max_travel", f"is {reach!r}", "give a number, 0 or more, or None")
    if changes is not None:
        number = as_number(changes)
        if number is None or not number >= 0 or number != math.floor(min(number, 2.0**60)):
            wrong("max_changes", f"is {changes!r}", "give a whole number, 0 or more, or None")
    if not isinstance(problem.within_hamlet, (bool, np.bool_)):
        wrong("within_hamlet", f"is {problem.within_hamlet!r}", "give True or False")
    if not (isinstance(problem.own_household, str) and problem.own_household in own_household):
        wrong(
            "own_household",
            f"is {problem.own_household!r}",
            f"give one of {', '.join(map(repr, own_household))}",
        )
    members, households = problem.member_columns, problem.household_columns
    if problem.travel is None:
        if reach is not None:
            wrong("max_travel", "has no distance to hold for (travel=None)", "give travel, too")
        for row in np.flatnonzero(np.isfinite(members.max_travel)).tolist():
            defects.append(
                Defect(
                    f"member {members.ids[row]!r}",
                    "max_travel",
                    "has no distance to hold for (travel=None)",
                    "give travel, too",
                )
            )
    elif isinstance(problem.travel, type) or not hasattr(problem.travel, "between"):
        wrong(
            "travel",
            f"is no way of travelling (a {type(problem.travel).__name__})",
            "give Geodesic(), TravelMatrix(...), BetweenPlaces(...) or None",
        )
    else:
        defects.extend(
            problem.travel.defects(households.places("household"), members.places("member"))
        )
    for field in ("min_households", "min_workload"):
        for row in np.flatnonzero(problem.exempt & (getattr(members, field) > 0)).tolist():
            defects.append(
                Defect(
                    f"member {members.ids[row]!r}",
                    field,
                    "is above 0 for an exempt member (a maximum of 0)",
                    "set the minimum to 0 or raise the maximum",
                )
            )
    for row, own in enumerate(members.household):
        if own is not None and own not in households.index:
            defects.append(_unknown(f"member {members.ids[row]!r}", "household", own, "household"))
    known = isinstance(problem.own_household, str)  # otherwise it is a defect already
    _check_groups(households, problem.needed if known else households.members_needed, defects)


def _check_groups(households: HouseholdColumns, needed: IntArray, defects: list[Defect]) -> None:
    first: dict[str, int] = {}
    exempt = needed != households.members_needed  # own households, which stand outside their group
    for row, label in enumerate(households.group):
        if label is None or exempt[row]:
            continue
        other = first.setdefault(label, row)
        mine, theirs = households.members_needed[row], households.members_needed[other]
        if mine != theirs:
            defects.append(
                Defect(
                    f"household {households.ids[row]!r}",
                    "members_needed",
                    f"is {mine}, but {theirs} for {households.ids[other]!r} of the same group",
                    "give all households of a group the same number",
                )
            )


def _unknown(record: str, field: str, identity: Id, kind: str) -> Defect:
    return Defect(
        record, field, f"names {kind} {identity!r}, who is not in the problem", "mend the id"
    )


def check_pairs(problem: Parts, defects: list[Defect]) -> None:
    """Fixed, forbidden and previous pairs against the records and against each other."""
    sides = (
        ("household", problem.household_columns.index),
        ("member", problem.member_columns.index),
    )
    for name in ("fixed", "forbidden", "previous"):
        for pair in problem.given_pairs[name]:
            for kind, index in sides:
                identity: Id = getattr(pair, kind)
                if identity in index:
                    continue
                if name != "previous":
                    defects.append(_unknown(pair.record, kind, identity, kind))
                elif (other := _other_type(identity)) in index:
                    # Last year's ids read as text while this year's are numbers would end every
                    # pair without a sound.
                    defects.append(
                        Defect(
                            pair.record,
                            kind,
                            f"is {identity!r}, a {type(identity).__name__}, where the {kind} is "
                            f"{other!r}, a {type(other).__name__}",
                            "write ids the same way in both",
                        )
                    )
    if not defects and problem.fixed:
        _check_fixed(problem, defects)


def _other_type(identity: Id) -> Id | None:
    if isinstance(identity, int):
        return str(identity)
    number = as_number(identity)
    return int(number) if number is not None and number.is_integer() else None


def _check_fixed(problem: Parts, defects: list[Defect]) -> None:
    """Each fixed pair is allowed, no household has too many, no group is split (spec 2.4)."""
    members, households = problem.member_columns, problem.household_columns
    rows, columns = problem.pair_rows("fixed")
    fixed = set(zip(rows.tolist(), columns.tolist(), strict=True))
    forbidden = set(problem.forbidden)
    group_of = {row: group for group in problem.groups for row in group.tolist()}
    # Only the fixed pairs are asked for, so that building a problem computes no travel matrix.
    reachable = np.ones(len(rows), dtype=bool)
    if problem.travel is not None:
        ways = problem.travel.between(
            households.places("household", np.unique(rows)),
            members.places("member", np.unique(columns)),
        )
        reachable = np.isfinite(
            ways[
                np.searchsorted(np.unique(rows), rows), np.searchsorted(np.unique(columns), columns)
            ]
        )
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        pair = households.ids[row], members.ids[column]
        record = f"fixed pair {pair!r}"

        def wrong(what: str, mend: str, record: str = record) -> None:
            defects.append(Defect(record, "fixed", what, mend))

        if pair in forbidden:
            wrong("is forbidden, too", "take it out of fixed or of forbidden")
        if problem.exempt[column]:
            wrong("has an exempt member (a maximum of 0)", "raise the maximum or unfix the pair")
        if not reachable[number]:
            wrong("is unreachable", "unfix the pair or mend the travel")
        if problem.own_household == "forbid" and problem.own[column] == row:
            wrong("is the member's own household", "unfix the pair or allow own households")
        for other in group_of.get(row, np.empty(0, dtype=np.int64)).tolist():
            if (other, column) not in fixed:
                wrong(
                    f"leaves out household {households.ids[other]!r} of the same group",
                    "fix all households of the group or none",
                )
    counts = np.bincount(rows, minlength=len(households))
    for row in np.flatnonzero(counts > problem.needed).tolist():
        defects.append(
            Defect(
                f"household {households.ids[row]!r}",
                "fixed",
                f"has {counts[row]} fixed members and needs {problem.needed[row]}",
                "unfix some or raise members_needed",
            )
        )
