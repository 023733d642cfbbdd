"""Pairs of a household and a member as they are given: previous, fixed, forbidden (contract 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from phancong.errors import Defect, InvalidProblemError
from phancong.meeting import LARGEST, SMALLEST
from phancong.problem.fields import Amount, Column
from phancong.problem.label_fields import as_id, id_order, mend_of_id
from phancong.problem.records import Id
from phancong.problem.tables import Table, numbered, read_table
from phancong.words import Message

Pair = tuple[Id, Id]


@dataclass(frozen=True, slots=True)
class GivenPair:
    """One pair as it was given, with its years and its row in the input."""

    household: Id
    member: Id
    years: float
    name_row: Callable[[int], str]
    row: int

    @property
    def record(self) -> str:
        """The name of the pair; made on demand, since only pairs with a defect need it."""
        return self.name_row(self.row)


def _name_of(name_row: Callable[[int], str], row: int, _: int) -> str:
    return name_row(row)


def read_pairs(given: Any, name: str, defects: list[Defect]) -> list[GivenPair]:
    """Pairs from a plan, a mapping, a sequence of pairs or a table, each once, in sorted order.

    Parameters
    ----------
    given
        A :class:`~phancong.Plan` (anything with ``pairs``); a mapping household → member or
        members; pairs ``(household, member)`` or ``(household, member, years)``; or a table with
        those columns.
    name
        The argument, for messages.
    defects
        Defects are appended here.
    """
    if given is None:
        return []
    if hasattr(given, "pairs") and not isinstance(given, Mapping):
        given = given.pairs
    triples = (
        _from_mapping(given) if isinstance(given, Mapping) else _from_sequence(given, name, defects)
    )
    read: dict[Pair, GivenPair] = {}
    for given_household, given_member, years, name_row, row in triples:
        household, wrong = as_id(given_household)
        if wrong:
            defects.append(Defect(name_row(row), "household", wrong, mend_of_id(wrong)))
        member, wrong = as_id(given_member)
        if wrong:
            defects.append(Defect(name_row(row), "member", wrong, mend_of_id(wrong)))
        lasted = _lasted(years, name_row, row, defects)
        if household is None or member is None:
            continue
        before = read.get((household, member))
        if before is None:
            read[household, member] = GivenPair(household, member, lasted, name_row, row)
        elif before.years != lasted:
            what = Message("differs from {record}", record=before.record)
            defects.append(Defect(name_row(row), "years", what, Message("give each pair once")))
    return [read[pair] for pair in _sorted(read)]


def _sorted(pairs: Collection[Pair]) -> list[Pair]:
    """Pairs in the order of their ids."""
    if all(len(set(map(type, side))) == 1 for side in zip(*pairs, strict=True)):
        return sorted(pairs)  # ids of one type need no other key
    return sorted(pairs, key=lambda pair: (id_order(pair[0]), id_order(pair[1])))


def _lasted(years: Any, name_row: Callable[[int], str], row: int, defects: list[Defect]) -> float:
    """The years of a pair, 1 if none are given."""
    if years is None:
        return 1.0
    if type(years) in (int, float) and SMALLEST <= years <= LARGEST:
        return float(years)  # a Column takes longer than all else of a pair
    column = Column("years", partial(_name_of, name_row, row))
    (read,) = Amount(1.0).read([years], column).tolist()
    defects.extend(column.defects)
    return float(read)


#: Household, member, years, the function that names a row, and the row.
_Given = tuple[Any, Any, Any, Callable[[int], str], int]


def _from_mapping(given: Mapping[Any, Any]) -> Iterable[_Given]:
    for household, members in given.items():
        several = isinstance(members, (list, tuple, set, frozenset))
        for member in members if several else () if members is None else (members,):
            yield household, member, None, partial(_named, "", household, member), 0


def _named(before: str, household: Any, member: Any, _: int) -> str:
    """The name of a pair by its ids, if it has no place in a file."""
    return f"{before}pair ({household!r}, {member!r})"


def _from_sequence(given: Any, name: str, defects: list[Defect]) -> Iterable[_Given]:
    plain = isinstance(given, Iterable) and not isinstance(given, (str, bytes))
    is_table = isinstance(given, Table) or hasattr(given, "columns") or hasattr(given, "schema")
    rows: list[Any] = list(given) if plain and not is_table else []
    if is_table or not plain or any(isinstance(row, Mapping) for row in rows):
        table = given if is_table or not plain else rows
        try:
            raw = read_table(table, f"{name} pair", tuple, _COLUMNS)
        except InvalidProblemError as error:  # not a table: report the other defects, too
            defects.extend(error.defects)
            return
        defects.extend(raw.defects)
        for field in ("household", "member"):
            if field not in raw.columns and len(raw):
                whole = raw.name or name
                what, mend = Message("is not a column of the table"), Message("add it")
                defects.append(Defect(whole, field, what, mend))
        columns = [raw.column(field) for field in _COLUMNS]
        # Pairs keep the function that names their row and are pickled; a closure cannot be pickled.
        name_row = partial(_row_of, name) if raw.records is None else raw.records.__getitem__
        for row, (household, member, years) in enumerate(zip(*columns, strict=True)):
            yield _plain(household), _plain(member), _plain(years), name_row, row
        return
    for number, row in enumerate(rows):
        if isinstance(row, (tuple, list)) and len(row) in (2, 3):
            household, member, years = (*row, None)[:3]
            yield household, member, years, partial(_named, f"{name}, ", household, member), 0
        else:
            defects.append(
                Defect(
                    numbered(name, number),
                    Message("pair"),
                    Message("is not a pair"),
                    Message("give (household, member)"),
                )
            )


_COLUMNS = ("household", "member", "years")


def _plain(cell: Any) -> Any:
    """A cell of a numpy column as a Python value."""
    return cell.item() if hasattr(cell, "item") else cell


def _row_of(name: str, row: int) -> str:
    return f"{name}, row {row + 1}"
