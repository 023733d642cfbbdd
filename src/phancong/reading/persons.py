"""Lists with one row a person, joined to one row a household."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold
from phancong.reading.table import FileTable
from phancong.reading.vocabulary import HEADS, KEY, NAME, NUMBER, RELATION
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: Columns that may differ between the persons of a household.
_OF_PERSONS: Final = frozenset((NAME, NUMBER, RELATION, "note"))
#: Columns that identify households, the most reliable first.
_NUMBERS: Final = ("id", KEY, NUMBER)


def one_row_a_household(table: FileTable, notes: list[str], defects: list[Defect]) -> None:
    """Join the rows of each household if a list has a row for each person.

    It has if a column states the relation to the head of the household, or if the number of a household
    repeats and columns describe persons (date of birth, sex).
    """
    relations = table.columns.pop(RELATION, None)
    groups = _groups(table, relations)
    if groups is None:
        return
    rows = len(table)
    firsts = [_head(group, relations) for group in groups]
    for meaning, cells in table.columns.items():
        table.columns[meaning] = [
            cells[first] if meaning in _OF_PERSONS else _common(table, meaning, group, defects)
            for first, group in zip(firsts, groups, strict=True)
        ]
    if relations is not None:
        _refuse_second_heads(table, groups, relations, defects)
    if NUMBER in table.columns:
        # The numbers may count persons: number the households anew.
        table.columns[NUMBER] = [None] * len(groups)
    table.records = table.records.taken(firsts)
    notes.append(
        Message.ngettext(
            "one row a person: {rows} rows are {n} household",
            "one row a person: {rows} rows are {n} households",
            len(groups),
            rows=rows,
        )
    )


def _refuse_second_heads(
    table: FileTable,
    groups: Sequence[Sequence[int]],
    relations: Sequence[Any],
    defects: list[Defect],
) -> None:
    """Note a defect for a second head: two households with one number, or a mistake."""
    for group in groups:
        heads = [row for row in group if _is_head(relations[row])]
        for row in heads[1:]:
            what = Message(
                "is a second head of the household of {record}", record=table.records[heads[0]]
            )
            mend = Message("give each household a number of its own, or correct the relation")
            defects.append(table.defect(RELATION, row, what, mend))


def _groups(table: FileTable, relations: Sequence[Any] | None) -> list[list[int]] | None:
    """The rows of each household, None if each row is a household."""
    for meaning in _NUMBERS:
        cells = table.columns.get(meaning)
        if cells is None or all(map(is_blank, cells)):
            continue
        own = list(cells)
        if relations is not None:
            _fill_down(own)
            table.columns[meaning] = own
        keys = [str(cell).strip() for cell in own]
        if len(set(keys)) == len(keys) or any(map(is_blank, own)):
            continue
        if relations is None and not (table.personal and meaning == "id"):
            continue
        groups: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            groups.setdefault(key, []).append(row)
        return list(groups.values())
    if relations is None or "id" in table.columns:
        return None
    return _by_heads(relations)


def _by_heads(relations: Sequence[Any]) -> list[list[int]] | None:
    """The rows of each household, each beginning with its head."""
    groups: list[list[int]] = []
    for row, relation in enumerate(relations):
        if _is_head(relation) or not groups:
            groups.append([])
        groups[-1].append(row)
    whole = all(_is_head(relations[group[0]]) for group in groups)
    return groups if whole and len(groups) < len(relations) else None


def _fill_down(cells: list[Any]) -> None:
    for row in range(1, len(cells)):
        if is_blank(cells[row]):
            cells[row] = cells[row - 1]


def _is_head(relation: Any) -> bool:
    return not is_blank(relation) and fold(str(relation)) in HEADS


def _head(group: Sequence[int], relations: Sequence[Any] | None) -> int:
    """The row of the head; the first row if there is none."""
    if relations is None:
        return group[0]
    return next((row for row in group if _is_head(relations[row])), group[0])


def _common(table: FileTable, meaning: str, group: Sequence[int], defects: list[Defect]) -> Any:
    """The value of a column for a household; a defect if its rows differ."""
    cells = table.columns[meaning]
    first = next((row for row in group if not is_blank(cells[row])), group[0])
    for row in group:
        if not is_blank(cells[row]) and str(cells[row]).strip() != str(cells[first]).strip():
            what = Message(
                "differs from {record}, of the same household", record=table.records[first]
            )
            mend = Message("write the same in all rows of a household, or in one alone")
            defects.append(table.defect(meaning, row, what, mend))
            break
    return cells[first]
