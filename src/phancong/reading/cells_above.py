"""Cells that repeat the cell above: ditto marks, and blanks below a hamlet that is given once."""

from __future__ import annotations

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
#: With fewer blanks below the hamlets, the hamlets are probably just missing.
_MANY: Final = 2
#: Columns in which ditto marks are used.
_REPEATED: Final = (
    *("hamlet", "cluster", "group", CLASS, IN_CHARGE, IN_CHARGE_ID, SINCE),
    *(HOUSEHOLD_NAME, MEMBER_NAME),
)


def take_from_above(table: FileTable, notes: list[str], defects: list[Defect]) -> None:
    """Fill cells with a ditto mark; note a defect for hamlets given once for several rows.

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
    _ask_about_blanks(table, defects)


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


def _ask_about_blanks(table: FileTable, defects: list[Defect]) -> None:
    """Ask whether a hamlet above a run of blanks holds for all of them or for its row alone."""
    cells = table.columns.get("hamlet")
    if not cells or table.role not in ("members", "households") or is_blank(cells[0]):
        return
    blanks = [row for row, cell in enumerate(cells) if is_blank(cell)]
    filled = [name_key(str(cell)) for cell in cells if not is_blank(cell)]
    few = len(blanks) < _MANY or 2 * len(blanks) < len(cells)
    if few or len(set(filled)) < len(filled):
        return
    what = Message("is empty below a hamlet that is given only once")
    title = bare_title(table.title("hamlet", blanks[0]))
    remedy = columns_remedy(table.role, title, None)
    mend = Message("write the hamlet in each row, or leave the column out: {remedy}", remedy=remedy)
    for row in blanks:
        defects.append(table.defect("hamlet", row, what, mend))
