"""Pairs that were decided by hand, and members who are away: a CSV that fixes pairs of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Id, Member, Pair, Problem
from phancong.reading.plans import Ids
from phancong.tables import Sheet, read_csv
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: The columns of the file; the last one is optional.
COLUMNS: Final = ("household", "member", "away")
_MENDS: Final[Mapping[str, str]] = {
    "household": Message("write the id of a household of the problem"),
    "member": Message("write the id of a member of the problem"),
}


def decided_by_hand(path: str | Path, problem: Problem) -> Problem:
    """The problem with the pairs of a CSV fixed, and members who are away exempt.

    Parameters
    ----------
    path
        A CSV with the columns ``household`` and ``member``, as the page of a plan saves it, or a plan
        as CSV. A row with a member, no household and any text in the column ``away`` means that the
        member is away.
    problem
        The problem.

    Raises
    ------
    InvalidProblemError
        The file cannot be read, names an unknown household or member, or fixes a pair that is not
        allowed.
    """
    pairs, away = _rows(read_csv(path), problem)
    members = [_exempt(member) if member.id in away else member for member in problem.members]
    fixed = tuple(dict.fromkeys((*problem.fixed, *pairs)))
    return problem.replace(members=members, fixed=fixed)


def _exempt(member: Member) -> Member:
    return replace(member, min_households=0, max_households=0, min_workload=0.0)


def _rows(sheet: Sheet, problem: Problem) -> tuple[list[Pair], set[Id]]:
    """The fixed pairs, and the members who are away."""
    defects = list(sheet.defects)
    titles = {title.casefold(): title for title in sheet.header}
    for name in COLUMNS[:2]:
        if name not in titles:
            top, lacking = sheet.place(sheet.header_line), Message("is not a column of the table")
            defects.append(Defect(top, name, lacking, Message("add it")))
    if defects:
        raise InvalidProblemError(defects)
    known = {
        "household": Ids(problem.household_columns.index),
        "member": Ids(problem.member_columns.index),
    }
    blank: list[Any] = [None] * len(sheet.rows)
    marks = sheet.column(titles["away"]) if "away" in titles else blank
    cells = (sheet.column(titles["household"]), sheet.column(titles["member"]), marks)
    pairs: list[Pair] = []
    away: set[Id] = set()
    for household, member, mark, record in zip(*cells, sheet.records(), strict=True):
        leaves = is_blank(household) and not is_blank(mark)
        ids: dict[str, Id] = {}
        for kind, cell in (("household", household), ("member", member)):
            if kind == "household" and leaves:
                continue
            identity, what = known[kind].find(cell)
            if identity is None:
                defects.append(Defect(record, sheet.field(titles[kind]), what, _MENDS[kind]))
            else:
                ids[kind] = identity
        if leaves and "member" in ids:
            away.add(ids["member"])
        elif len(ids) == 2:
            pairs.append((ids["household"], ids["member"]))
    if defects:
        raise InvalidProblemError(defects)
    return pairs, away
