"""Cells that repeat the cell above: ditto marks, and blanks below what is given once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold, name_key
from phancong.reading.settling import bare_title, columns_remedy
from phancong.reading.table import FileTable
from phancong.reading.vocabulary import (
    CLASS,
    HOUSEHOLD_NAME,
    IN_CHARGE,
    IN_CHARGE_ID,
    MEMBER_NAME,
    SINCE,
)
from phancong.tables.sheet import is_blank
from phancong.words import Message

_MARKS: Final = frozenset(('"', "''", '"""', "”", "“", "″", "〃", ",,", '-"-', '- " -', "“”"))
_WORDS: Final = frozenset(("nt", "n t", "nhu tren", "ditto", "idem", "same as above", "same"))
#: With fewer blanks below the values of a column, values are probably just missing.
_MANY: Final = 2
#: Columns in which ditto marks are used.
_REPEATED: Final = (
    *("hamlet", "cluster", "group", CLASS, IN_CHARGE, IN_CHARGE_ID, SINCE),
    *(HOUSEHOLD_NAME, MEMBER_NAME),
)


def take_from_above(table: FileTable, notes: list[str], defects: list[Defect]) -> None:
    """Fill cells with a ditto mark; note a defect for hamlets and people given once for several rows.

    Parameters
    ----------
    table
        A list written by hand.
    notes, defects
        The number of filled cells, and unclear cells, are appended.
    """
    if table.plain:
        return
    repeated = sum(_repeat(table, meaning, defects) for meaning in _REPEATED)
    if repeated:
        notes.append(
            Message.ngettext(
                "{n} cell with a ditto mark says what stands above it",
                "{n} cells with a ditto mark say what stands above them",
                repeated,
            )
        )
    if table.role in ("members", "households"):
        _ask_about_hamlets(table, defects)
    if table.role == "households" and IN_CHARGE_ID not in table.columns:
        _ask_about_people(table, defects)


def _repeat(table: FileTable, meaning: str, defects: list[Defect]) -> int:
    """The number of cells of a column that were filled from above."""
    cells = table.columns.get(meaning, [])
    count = 0
    for row, cell in enumerate(cells):
        if not _is_ditto(cell):
            continue
        if row == 0 or is_blank(cells[row - 1]):
            what = Message("repeats the cell above, and that is empty")
            mend = Message("write the value itself")
            defects.append(table.defect(meaning, row, what, mend))
        cells[row] = cells[row - 1] if row else None
        count += 1
    return count


def _is_ditto(cell: Any) -> bool:
    return isinstance(cell, str) and (
        cell.strip() in _MARKS or (len(cell) < 20 and fold(cell) in _WORDS)
    )


def _ask_about_hamlets(table: FileTable, defects: list[Defect]) -> None:
    """Ask whether a hamlet above a run of blanks holds for all of them or for its row alone."""
    what = Message("is empty below a hamlet that is given only once")
    for row in _blanks_below(table, "hamlet"):
        title = bare_title(table.title("hamlet", row))
        remedy = columns_remedy(table.role, title, None)
        mend = Message(
            "write the hamlet in each row, or leave the column out: {remedy}", remedy=remedy
        )
        defects.append(table.defect("hamlet", row, what, mend))


def _ask_about_people(table: FileTable, defects: list[Defect]) -> None:
    """Ask the same about the people in charge, if nobody is named in two rows in succession."""
    cells = table.column(IN_CHARGE)
    if any(not is_blank(cell) and not is_blank(after) for cell, after in pairwise(cells)):
        return
    what = Message("is empty below a person who is named only once")
    for row in _blanks_below(table, IN_CHARGE):
        title = bare_title(table.title(IN_CHARGE, row))
        remedy = columns_remedy(table.role, title, None)
        mend = Message(
            "write the person in each row, a dash where there is nobody, or leave the column out: "
            "{remedy}",
            remedy=remedy,
        )
        defects.append(table.defect(IN_CHARGE, row, what, mend))


def _blanks_below(table: FileTable, meaning: str) -> list[int]:
    """The blank rows of a column, if each of its values could hold for the blanks below it."""
    cells = table.columns.get(meaning)
    if not cells or is_blank(cells[0]):
        return []
    blanks = [row for row, cell in enumerate(cells) if is_blank(cell)]
    filled = [name_key(str(cell)) for cell in cells if not is_blank(cell)]
    few = len(blanks) < _MANY or 2 * len(blanks) < len(cells)
    return [] if few or len(set(filled)) < len(filled) else blanks
