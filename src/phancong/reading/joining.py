"""The lists of one table joined to one: ids, hamlets, classes and exemptions as a problem has them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.bodies import hamlet_of
from phancong.reading.classes import ClassWorkloads, class_key
from phancong.reading.keys import fold, name_key
from phancong.reading.settling import class_remedy
from phancong.reading.table import FileTable
from phancong.reading.values import flag
from phancong.reading.vocabulary import CLASS, EXEMPT, KEY, NUMBER, REQUIRED
from phancong.rules import RULES
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: The minimums, which must be 0 for an exempt member.
_MINIMUMS: Final = tuple(
    rule.name for rule in RULES.values() if rule.figure is not None and rule.figure.least
)


def join(tables: Sequence[FileTable]) -> FileTable:
    """The lists of one table, joined."""
    first = tables[0]
    if len(tables) == 1:
        return first
    joined = FileTable(
        role=first.role,
        name=first.name,
        plain=all(table.plain for table in tables),
        semicolons=any(table.semicolons for table in tables),
        vietnamese=any(table.vietnamese for table in tables),
        personal=any(table.personal for table in tables),
        titles=first.titles,
    )
    for meaning in dict.fromkeys(meaning for table in tables for meaning in table.columns):
        cells = (table.column(meaning) for table in tables)
        joined.columns[meaning] = list(itertools.chain.from_iterable(cells))
    for table in tables:
        joined.records.extend(table.records)
    return joined


def number_records(table: FileTable, notes: list[str], known: Mapping[str, int]) -> None:
    """Give ids to a list without ids: its own running numbers if they are unique, otherwise 1, 2, 3, ….

    Parameters
    ----------
    table
        The list.
    notes
        A note on the kind of ids is appended.
    known
        The numbers of another year, by key: they stay, new records get the numbers after them.
    """
    if table.role not in REQUIRED or table.plain:
        return
    if not all(map(is_blank, table.columns.get("id", ()))):
        return
    if KEY in table.columns and known:
        table.columns["id"] = _by_keys(table.columns[KEY], known)
        notes.append(_numbers_of(table.role, own=False))
        return
    numbers = [_ordinal(cell) for cell in table.column(NUMBER)]
    own = all(number is not None for number in numbers) and len(set(numbers)) == len(numbers)
    table.columns["id"] = list(numbers) if own else list(range(1, len(table) + 1))
    notes.append(_numbers_of(table.role, own=own))


def _by_keys(keys: Sequence[Any], known: Mapping[str, int]) -> list[int | None]:
    """The known number of each key; new keys get numbers after the largest."""
    numbers: dict[str, int] = dict(known)
    following = max(numbers.values()) + 1
    found: list[int | None] = []
    for cell in keys:
        key = "" if is_blank(cell) else str(cell).strip()
        if not key:
            found.append(None)
            continue
        if key not in numbers:
            numbers[key] = following
            following += 1
        found.append(numbers[key])
    return found


def _numbers_of(role: str, *, own: bool) -> str:
    if role == "members":
        return (
            Message("ids of members are the numbers of the rows in the list")
            if own
            else Message("ids of members count the records from 1")
        )
    return (
        Message("ids of households are the numbers of the rows in the list")
        if own
        else Message("ids of households count the records from 1")
    )


def _ordinal(cell: Any) -> int | None:
    if isinstance(cell, str) and cell.strip().rstrip(".)").isdecimal():
        return int(cell.strip().rstrip(".)"))
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None


def read_classes(
    table: FileTable, classes: ClassWorkloads, notes: list[str], defects: list[Defect]
) -> None:
    """Fill in the workload of its class for each household without a workload of its own."""
    cells = table.columns.pop(CLASS, None)
    if cells is None:
        return
    loads = list(table.column("workload"))
    given = 0
    for row, cell in enumerate(cells):
        if is_blank(cell) or classes.is_left_out(str(cell)):
            continue
        load = classes.workload(str(cell))
        if load is None:
            # The class is private: do not repeat it.
            what = Message("is a class that the table of workloads does not have")
            mend = Message("correct the cell, or add the class: {remedy}", remedy=class_remedy())
            defects.append(table.defect(CLASS, row, what, mend))
            classes.missing.setdefault(class_key(str(cell)), str(cell).strip())
        elif is_blank(loads[row]):
            loads[row] = load
            given += 1
    table.columns["workload"] = loads
    notes.append(
        Message(
            "workload by class, for {given} of {all} households",
            given=str(given),
            all=str(len(cells)),
        )
    )


def read_exemptions(table: FileTable, defects: list[Defect]) -> None:
    """Set the maximum of exempt members to 0 (contract 2.1), whatever else their rows say."""
    mend = Message("write x where the member is exempt, and nothing where not")
    exempt = rows_with_yes(table, EXEMPT, mend, defects)
    if exempt is None:
        return
    most = list(table.column("max_households"))
    for row in exempt:
        most[row] = 0
        for minimum in _MINIMUMS:
            if minimum in table.columns:
                table.columns[minimum][row] = None
    table.columns["max_households"] = most


def rows_with_yes(
    table: FileTable, meaning: str, mend: str, defects: list[Defect]
) -> list[int] | None:
    """Take a column of yes and no out of a table: the rows that say yes; None without the column."""
    cells = table.columns.pop(meaning, None)
    if cells is None:
        return None
    flags = [False if is_blank(cell) else flag(cell) for cell in cells]
    what = Message("is neither yes nor no")
    defects.extend(
        table.defect(meaning, row, what, mend) for row, yes in enumerate(flags) if yes is None
    )
    return [row for row, yes in enumerate(flags) if yes]


def name_hamlets(tables: Mapping[str, FileTable], notes: list[str], defects: list[Defect]) -> None:
    """Write the name of each hamlet in one way: "Thôn Nà Lừa", "THÔN NÀ LỪA" and "Nà Lừa" are equal.

    If one list has titles written by a program, all lists stay as they are: labels must agree between
    lists.
    """
    if any(table.plain for table in tables.values()):
        return
    shown: dict[str, str] = {}
    words: dict[str, tuple[str, FileTable, int]] = {}
    changed = 0
    for table in tables.values():
        cells = table.columns.get("hamlet")
        if cells is None:
            continue
        for row, cell in enumerate(cells):
            if is_blank(cell) or not isinstance(cell, (str, int)):
                continue
            text, bare, key, word = _apart(str(cell))
            first, where, at = words.setdefault(key, (word, table, row))
            if word and first and word != first:
                what = Message(
                    "has the same name as another hamlet ({record}) after a different word",
                    record=where.records[at],
                )
                mend = Message(
                    "write the same word before the name of each hamlet, or change one name"
                )
                defects.append(table.defect("hamlet", row, what, mend))
            elif word and not first:
                words[key] = (word, table, row)
            cells[row] = shown.setdefault(key, bare)
            changed += cells[row] != text
    if changed:
        notes.append(
            Message(
                "hamlets written in one way, without the word before the name ({count})",
                count=str(changed),
            )
        )
    _note_alike(shown, notes)


def _note_alike(shown: Mapping[str, str], notes: list[str]) -> None:
    """Note which hamlets differ in diacritics only: some may be the same, misspelt."""
    alike: dict[str, list[str]] = {}
    for name in shown.values():
        alike.setdefault(fold(name), []).append(name)
    for names in alike.values():
        if len(names) > 1:
            listed = ", ".join(map(repr, names))
            notes.append(
                Message(
                    "hamlets that differ in their marks only count as several: {names}",
                    names=listed,
                )
            )


@lru_cache(4096)
def _apart(cell: str) -> tuple[str, str, str, str]:
    """A hamlet as it is written, its bare name, its name in the form compared, and the word before it."""
    text = " ".join(cell.split())
    bare = hamlet_of(text) or text
    key = name_key(bare)
    if key.isdecimal():  # "Thôn 02" is hamlet 2
        key = key.lstrip("0") or key
        return text, key, key, name_key(text)[: -len(bare)].strip() if text != bare else ""
    return text, bare, key, name_key(text)[: -len(key)].strip() if text != bare else ""
