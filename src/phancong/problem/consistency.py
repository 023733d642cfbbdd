"""Checks that involve several fields or records of a problem (contract 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from phancong.errors import Defect
from phancong.meeting import (
    LARGEST,
    NOTHING_GIVEN,
    SMALLEST,
    Given,
    given_exactly,
    out_of_range,
)
from phancong.problem.columns import (
    MINIMA,
    BoolArray,
    FloatArray,
    HouseholdColumns,
    IntArray,
    MemberColumns,
)
from phancong.problem.derived import DerivedQuantities
from phancong.problem.fields import as_number
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.pairs import GivenPair
from phancong.problem.records import Id
from phancong.travel.matrix import LABELLED, MEND_LABELLED, is_labelled
from phancong.travel.places import called
from phancong.words import Message

#: The fields whose defects leave a record without coordinates.
_OF_PLACES = frozenset(("at", "lat", "lon", "lat, lon"))


def read_workload(
    workload: Any, members: MemberColumns, households: HouseholdColumns, defects: list[Defect]
) -> tuple[FloatArray | None, Given]:
    """The workload matrix, H × M sorted by id, and the numbers in it that were given exactly.

    Defects are appended to *defects*.
    """
    if workload is None:
        return None, NOTHING_GIVEN
    shape = (len(households), len(members))
    if is_labelled(workload):
        defects.append(Defect("problem", "workload", f"is {LABELLED}", MEND_LABELLED))
        return None, NOTHING_GIVEN
    given = NOTHING_GIVEN
    try:
        raw = np.asarray(workload)
        matrix = np.array(raw, dtype=np.float64)
        if raw.dtype.kind == "O":
            given = given_exactly(raw.flat)
    except (TypeError, ValueError, OverflowError):
        matrix = np.empty(0)
    if matrix.shape != shape:
        defects.append(
            Defect(
                Message("problem"),
                "workload",
                Message(
                    "is not a matrix of {households} households × {members} members",
                    households=str(shape[0]),
                    members=str(shape[1]),
                ),
                Message("give a row per household and a column per member, in the order given"),
            )
        )
        return None, NOTHING_GIVEN
    matrix = matrix[np.ix_(households.given, members.given)]
    with np.errstate(invalid="ignore"):
        wrong = ~((matrix >= 0) & (matrix <= LARGEST))
    for row, column in np.argwhere(wrong | out_of_range(matrix)).tolist():
        tiny = 0 < matrix[row, column] < SMALLEST
        defects.append(
            Defect(
                Message("pair {pair}", pair=repr((households.ids[row], members.ids[column]))),
                "workload",
                Message("is {value}", value=f"{matrix[row, column]:g}"),
                Message("state it in a smaller unit")
                if tiny
                else Message("give a finite number, 0 or more"),
            )
        )
    matrix.flags.writeable = False
    return matrix, given


def check_limits(
    problem: DerivedQuantities, own_household: Sequence[str], defects: list[Defect]
) -> None:
    """Check each limit of the whole problem: type and range."""
    for name, limit in WHOLE_LIMITS.items():
        value = getattr(problem, name)
        mend = limit.wrong(value)
        if mend is not None:
            defects.append(_whole(name, Message("is {value}", value=repr(value)), mend))
    if not (isinstance(problem.own_household, str) and problem.own_household in own_household):
        what = Message("is {value}", value=repr(problem.own_household))
        mend = Message("give one of {these}", these=", ".join(map(repr, own_household)))
        defects.append(_whole("own_household", what, mend))
    _check_travel(problem, defects)
    members, households = problem.member_columns, problem.household_columns
    for field in MINIMA:
        for row in np.flatnonzero(problem.exempt & (getattr(members, field) > 0)).tolist():
            defects.append(
                Defect(
                    called("member", members.ids[row]),
                    field,
                    Message("is above 0 for an exempt member (a maximum of 0)"),
                    Message("set the minimum to 0 or raise the maximum"),
                )
            )
    for row, own in enumerate(members.household):
        if own is not None and own not in households.index:
            record = called("member", members.ids[row])
            defects.append(_unknown(record, "household", own, "household"))
    known = isinstance(problem.own_household, str)  # otherwise it is a defect already
    _check_groups(households, problem.needed if known else households.members_needed, defects)


def _whole(field: str, what: str, mend: str) -> Defect:
    return Defect(Message("problem"), field, what, mend)


def _check_travel(problem: DerivedQuantities, defects: list[Defect]) -> None:
    """Check the travel model, and that there is one where a distance limit is set."""
    members, households = problem.member_columns, problem.household_columns
    if problem.travel is None:
        what = Message("needs distances, and there are none (travel=None)")
        mend = Message("give travel, too")
        if problem.max_travel is not None:
            defects.append(_whole("max_travel", what, mend))
        for row in np.flatnonzero(np.isfinite(members.max_travel)).tolist():
            defects.append(Defect(called("member", members.ids[row]), "max_travel", what, mend))
    elif isinstance(problem.travel, type) or not hasattr(problem.travel, "between"):
        what = Message("is not a travel model (a {type})", type=type(problem.travel).__name__)
        mend = Message(
            "give Geodesic(), PathNetwork(...), TravelMatrix(...), BetweenPlaces(...) or None"
        )
        defects.append(_whole("travel", what, mend))
    else:
        unread = {defect.record for defect in defects if defect.field in _OF_PLACES}
        found = problem.travel.defects(households.places("household"), members.places("member"))
        # A coordinate that cannot be read is one defect: it is not missing, too.
        defects.extend(
            defect for defect in found if defect.field != "at" or defect.record not in unread
        )


def _check_groups(households: HouseholdColumns, needed: IntArray, defects: list[Defect]) -> None:
    first: dict[str, int] = {}
    exempt = needed != households.members_needed  # exempt own households do not count
    for row, label in enumerate(households.group):
        if label is None or exempt[row]:
            continue
        other = first.setdefault(label, row)
        mine, theirs = households.members_needed[row], households.members_needed[other]
        if mine != theirs:
            defects.append(
                Defect(
                    called("household", households.ids[row]),
                    "members_needed",
                    Message(
                        "is {mine}, but {theirs} for {id} of the same group",
                        mine=str(mine),
                        theirs=str(theirs),
                        id=repr(households.ids[other]),
                    ),
                    Message("give all households of a group the same number"),
                )
            )


def _unknown(record: str, field: str, identity: Id, kind: str) -> Defect:
    what = Message("names {record}, who is not in the problem", record=called(kind, identity))
    return Defect(record, field, what, Message("correct the id"))


def check_pairs(problem: DerivedQuantities, defects: list[Defect]) -> None:
    """Check fixed, forbidden and previous pairs against the records and against each other."""
    sides = (
        ("household", problem.household_columns.index),
        ("member", problem.member_columns.index),
    )
    for name in ("fixed", "forbidden", "previous"):
        for pair in problem.given_pairs[name]:
            if name == "previous" and _is_turned(problem, pair):
                what = Message("names the member first, and the household second")
                mend = Message("give (household, member)")
                defects.append(Defect(pair.record, Message("pair"), what, mend))
                continue
            for kind, index in sides:
                identity: Id = getattr(pair, kind)
                if identity in index:
                    continue
                if name != "previous":
                    defects.append(_unknown(pair.record, kind, identity, kind))
                elif (other := _other_type(identity)) in index:
                    # Ids that are text last year and numbers this year match nothing: without this
                    # defect every previous pair would end without notice.
                    defects.append(
                        Defect(
                            pair.record,
                            kind,
                            _of_another_type(kind, identity, other),
                            Message("write ids the same way in both"),
                        )
                    )
    if not defects and problem.fixed:
        _check_fixed(problem, defects)


def _is_turned(problem: DerivedQuantities, pair: GivenPair) -> bool:
    """Whether a pair matches nothing as it is, and both records the other way round."""
    homes, people = problem.household_columns.index, problem.member_columns.index
    matched = pair.household in homes or pair.member in people
    return not matched and pair.household in people and pair.member in homes


def _of_another_type(kind: str, identity: Id, other: Id | None) -> str:
    values = {
        "id": repr(identity),
        "type": type(identity).__name__,
        "other": repr(other),
        "other_type": type(other).__name__,
    }
    if kind == "member":
        return Message("is {id}, a {type}, where the member is {other}, a {other_type}", **values)
    return Message("is {id}, a {type}, where the household is {other}, a {other_type}", **values)


def _other_type(identity: Id) -> Id | None:
    if isinstance(identity, int):
        return str(identity)
    number = as_number(identity)
    return int(number) if number is not None and number.is_integer() else None


def _reachable(problem: DerivedQuantities, rows: IntArray, columns: IntArray) -> BoolArray:
    """Whether each pair is reachable, (N,); only their travel is computed, not the whole matrix."""
    if problem.travel is None:
        return np.ones(len(rows), dtype=bool)
    (homes, row), (members, column) = (
        np.unique(side, return_inverse=True) for side in (rows, columns)
    )
    ways = problem.travel.between(
        problem.household_columns.places("household", homes),
        problem.member_columns.places("member", members),
    )
    return np.isfinite(ways[row, column])


def _check_fixed(problem: DerivedQuantities, defects: list[Defect]) -> None:
    """Check fixed pairs: each allowed, no household with too many, no group split (contract 2.4)."""
    members, households = problem.member_columns, problem.household_columns
    rows, columns = problem.pair_rows("fixed")
    fixed = set(zip(rows.tolist(), columns.tolist(), strict=True))
    forbidden = set(problem.forbidden)
    group_of = {row: group for group in problem.groups for row in group.tolist()}
    reachable = _reachable(problem, rows, columns)
    for number, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        pair = households.ids[row], members.ids[column]
        record = Message("fixed pair {pair}", pair=repr(pair))

        def wrong(what: str, mend: str, record: str = record) -> None:
            defects.append(Defect(record, "fixed", what, mend))

        if pair in forbidden:
            mend = Message("remove it from fixed or from forbidden")
            wrong(Message("is also forbidden"), mend)
        if problem.exempt[column]:
            mend = Message("raise the maximum or unfix the pair")
            wrong(Message("has an exempt member (a maximum of 0)"), mend)
        if not reachable[number]:
            wrong(Message("is unreachable"), Message("unfix the pair or correct the travel"))
        if problem.own_household == "forbid" and problem.own[column] == row:
            mend = Message("unfix the pair or allow own households")
            wrong(Message("is the member's own household"), mend)
        for other in group_of.get(row, np.empty(0, dtype=np.int64)).tolist():
            if (other, column) not in fixed:
                left = repr(households.ids[other])
                what = Message("leaves out household {id} of the same group", id=left)
                wrong(what, Message("fix all households of the group or none"))
    counts = np.bincount(rows, minlength=len(households))
    for row in np.flatnonzero(counts > problem.needed).tolist():
        defects.append(
            Defect(
                called("household", households.ids[row]),
                "fixed",
                Message(
                    "has {fixed} fixed members and needs {needed}",
                    fixed=str(counts[row]),
                    needed=str(problem.needed[row]),
                ),
                Message("unfix some or raise members_needed"),
            )
        )
