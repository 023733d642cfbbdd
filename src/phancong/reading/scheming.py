"""Apply a scheme to lists: workload of households, travel time of pairs, shares of newcomers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from phancong import naming
from phancong.errors import Defect, InvalidProblemError
from phancong.problem import FloatArray, Problem
from phancong.problem.fields import as_number
from phancong.reading.classes import ClassWorkloads, class_key
from phancong.reading.joining import rows_with_yes
from phancong.reading.schemes import ClassLoad, Scheme
from phancong.reading.table import FileTable
from phancong.reading.values import decimal_number
from phancong.reading.vocabulary import CLASS, NEWCOMER
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: Minutes in a unit of travel; for metres and kilometres a speed is needed.
_MINUTES = {"min": 1.0, "h": 60.0}
_KILOMETRES = {"m": 0.001, "km": 1.0}


def count_by_scheme(
    table: FileTable,
    scheme: Scheme,
    classes: ClassWorkloads,
    notes: list[str],
    defects: list[Defect],
) -> list[float]:
    """Fill in the workload by scheme for each household without one, and its visits.

    Parameters
    ----------
    table
        The households.
    scheme
        The scheme.
    classes
        Classes that the scheme does not have are added.
    notes, defects
        The number of households counted, and defects, are appended.

    Returns
    -------
    list of float
        The visits a month of each household to which the travel of its pair is added; 0 for no travel.
    """
    cells = table.columns.pop(CLASS, None) or [None] * len(table)
    loads, visits = list(table.column("workload")), list(table.column("visits"))
    times = [0.0] * len(table)
    lonely: list[int] = []
    given = 0
    for row, cell in enumerate(cells):
        if not is_blank(loads[row]):
            continue
        found = _load_of(scheme, classes, cell)
        if found is None and is_blank(cell):
            lonely.append(row)
        elif found is None:
            what = Message("is a class that the scheme does not have")
            mend = Message("correct the cell, or add the class, or the others, to the scheme")
            defects.append(table.defect(CLASS, row, what, mend))
        else:
            own = None if is_blank(visits[row]) else as_number(decimal_number(visits[row], ","))
            loads[row] = scheme.workload(found, own)
            if found.visits is not None:
                visits[row] = found.visits if is_blank(visits[row]) else visits[row]
                times[row] = found.visits if own is None else own
            given += 1
    if lonely:
        what = Message.ngettext(
            "has no class, and the scheme says nothing of the others ({n} household)",
            "has no class, and the scheme says nothing of the others ({n} households)",
            len(lonely),
        )
        mend = Message("give the class, or a row for the others in the scheme")
        defects.append(Defect(table.records[lonely[0]], CLASS, what, mend))
    table.columns["workload"] = loads
    if any(times):
        table.columns["visits"] = visits
    note = (
        Message("workload in hours a month by {scheme}, for {given} of {all} households",
                scheme=scheme.record, given=str(given), all=str(len(cells)))
        if scheme.in_hours
        else Message("workload in points by {scheme}, for {given} of {all} households",
                     scheme=scheme.record, given=str(given), all=str(len(cells)))
    )  # fmt: skip
    notes.append(note)
    return times


def _load_of(scheme: Scheme, classes: ClassWorkloads, cell: Any) -> ClassLoad | None:
    """The load of a household's class; of others if the cell is empty or the class unknown."""
    if is_blank(cell) or class_key(str(cell)) in classes.left_out:
        return scheme.others
    return scheme.of(str(cell)) or scheme.others


def share_of_newcomers(
    table: FileTable, scheme: Scheme | None, notes: list[str], defects: list[Defect]
) -> None:
    """Give newcomers the share of the scheme, unless the list has a share for them."""
    mend = Message("write x where the member is new, and nothing where not")
    newcomers = rows_with_yes(table, NEWCOMER, mend, defects)
    if newcomers is None:
        return
    shares = list(table.column("share"))
    share = None if scheme is None else scheme.newcomer_share
    new = [row for row in newcomers if is_blank(shares[row])]
    for row in new:
        shares[row] = share
    table.columns["share"] = shares
    if not new:
        return
    if share is None:
        what = Message("says who is new, and the share of a newcomer is not given")
        mend = Message("state it in the scheme (newcomer_share), or leave the column out")
        defects.append(table.defect(NEWCOMER, new[0], what, mend))
    else:
        count = str(len(new))
        notes.append(Message("share {share} for newcomers ({count})", share=share, count=count))


def with_journeys(problem: Problem, scheme: Scheme, times: Sequence[float]) -> Problem:
    """The problem with the travel there and back of each pair added to the workload.

    Parameters
    ----------
    problem
        A problem whose workloads do not include travel.
    scheme
        A scheme with a speed.
    times
        The visits a month of each household to which travel is added, in the order given.

    Raises
    ------
    InvalidProblemError
        The problem has no distances.
    """
    travel = problem.travel_matrix
    unit = naming.travel_unit(problem)
    assert scheme.speed is not None  # the caller checks it
    factor = _MINUTES.get(unit) or 60 / scheme.speed * _KILOMETRES.get(unit, 0.0)
    if travel is None or not factor:
        what = Message("is stated, and there are no distances to which it applies")
        mend = Message("state the minutes of one way (way) instead, or give coordinates")
        raise InvalidProblemError([Defect(scheme.record, "speed", what, mend)])
    homes, people = problem.household_columns, problem.member_columns
    visits = np.asarray(times, dtype=np.float64)[homes.given]
    hours = homes.workload[:, None] + visits[:, None] * 2 * _finite(travel) * factor / 60
    given = np.empty_like(hours)
    given[np.ix_(homes.given, people.given)] = hours
    return problem.replace(workload=given)


def _finite(travel: FloatArray) -> FloatArray:
    """Travel with 0 for unreachable pairs: no plan has them, and a workload must be finite."""
    return np.where(np.isfinite(travel), travel, 0.0)
