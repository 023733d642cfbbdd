"""Pairs that were decided by hand, and members who are away: a CSV that fixes pairs of a plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from phancong.problem import MINIMA, Id, Member, Pair, Problem
from phancong.reading.pair_sheets import PairSheet
from phancong.tables import Sheet, read_csv
from phancong.tables.sheet import is_blank


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
    lowered: dict[str, Any] = dict.fromkeys(MINIMA, 0)
    return replace(member, max_households=0, **lowered)


def _rows(sheet: Sheet, problem: Problem) -> tuple[list[Pair], set[Id]]:
    """The fixed pairs, and the members who are away."""
    read = PairSheet(sheet, problem)
    cells = map(read.column, ("household", "member", "away"))
    pairs: list[Pair] = []
    away: set[Id] = set()
    for household, member, mark, record in zip(*cells, sheet.records(), strict=True):
        leaves = is_blank(household) and not is_blank(mark)
        home = None if leaves else read.identity("household", household, record)
        person = read.identity("member", member, record)
        if leaves and person is not None:
            away.add(person)
        elif home is not None and person is not None:
            pairs.append((home, person))
    read.refuse()
    return pairs, away
