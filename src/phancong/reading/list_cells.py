"""One list of one sheet as a table: its records, their cells, and its defects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.bodies import (
    REPEATED,
    RecordLine,
    Section,
    hamlet_of,
    read_body,
)
from phancong.reading.classes import ClassWorkloads
from phancong.reading.headers import Block
from phancong.reading.keys import fold
from phancong.reading.list_columns import ListColumns, column_letters
from phancong.reading.list_fields import FIELDS
from phancong.reading.list_report import ListReport
from phancong.reading.settling import columns_remedy, header_remedy
from phancong.reading.table import FileTable, RecordPlaces, Source
from phancong.reading.titles import Title
from phancong.reading.values import flag
from phancong.reading.vocabulary import (
    CLASS,
    ENGLISH,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    LEFT_OUT,
    MEMBER_NAME,
    NAME,
    NOTE,
    NUMBER,
    OF_PERSONS,
    RELATION,
    REQUIRED,
    ROMANCE,
)
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text
from phancong.tables.grid import Area
from phancong.tables.sheet import MOST_COLUMNS, beyond_header, is_blank, nameless
from phancong.words import Message

#: Columns in which a vertically merged cell holds for every record that it spans.
_FILLED_DOWN: Final = frozenset(
    (
        "hamlet", "cluster", "group", CLASS, IN_CHARGE, IN_CHARGE_ID, MEMBER_NAME, "member", NOTE,
        LEFT_OUT,
    )
)  # fmt: skip
#: Columns of ids: read as displayed; a number format may show the number 7 as 007.
_IDS: Final = frozenset(("id", "household", "member", IN_CHARGE_ID, KEY))
#: In a list with one row a person, these columns are merged in the same way.
_OF_HOUSEHOLD: Final = frozenset(("id", NUMBER, KEY, "lat", "lon", "at", "workload"))
#: With more cells than this in a legacy encoding, one defect names the whole list.
_MOST_STRAY: Final = 5


def read_list(
    role: str,
    block: Block,
    settled: Mapping[str, str | None],
    classes: ClassWorkloads,
    used: set[tuple[str, str]],
) -> tuple[FileTable, ListReport]:
    """One list as a table, and a report on how it was read.

    Parameters
    ----------
    role
        The table to which the list belongs.
    block
        The list: its header and its lines.
    settled
        The caller's settings: title or column → meaning, None to leave the column out; ``"*"`` stands
        for all unknown titles.
    classes
        The classes of households.
    used
        The caller's settings that apply to this list are added: table and title.
    """
    plain = _is_plain(role, block, settled)
    found = ListColumns(role, block, settled, used, plain=plain)
    table = FileTable(
        role=role,
        name=block.grid.place(block.first),
        plain=plain,
        semicolons=block.grid.semicolons,
        vietnamese=any(_is_vietnamese(title, role) for title in block.titles),
        personal=any(not OF_PERSONS.isdisjoint(title.folded) for title in block.titles),
        titles=found.titles,
    )
    report = ListReport(role, block, read=found.read, uses=found.uses, defects=found.defects)
    if not found.read:
        names = ", ".join(list(FIELDS[role])[:4])
        mend = Message(
            "begin with a line of names, such as {names}, or say which line it is: {remedy}",
            names=names,
            remedy=header_remedy(block.grid.called),
        )
        what = Message("is not a header: none of its cells is the name of a column")
        report.defects = [Defect(table.name, Message("header"), what, mend)]
        report.uses = []
        return table, report
    records = _records(found, classes, report)
    report.records = len(records)
    source = Source(block.grid.name, block.grid.letters, found.titles)
    table.records = RecordPlaces([source] * len(records), [line.number for line in records])
    _take_cells(table, found, records, report)
    _refuse_old_text(table, report)
    _unmerge(table, found, report)
    _refuse_beyond(found, records, report)
    return table, report


def _is_vietnamese(title: Title, role: str) -> bool:
    """Whether a known title is Vietnamese."""
    return (
        title.grouped is None
        and title.meaning(role) is not None
        and not ENGLISH.issuperset(title.folded[0].split())
        and not ROMANCE.issuperset(title.folded[0].split())
    )


def _is_plain(role: str, block: Block, settled: Mapping[str, str | None]) -> bool:
    """Whether the titles of a list are names of fields; then cells are read without guessing."""
    names = [title.text.casefold() for title in block.titles]
    own = set(FIELDS[role]) | {NAME, NOTE}
    known = [name in own for name in names]
    others = [title for title, mine in zip(block.titles, known, strict=True) if not mine]
    stated = any(
        key in settled or any(fold(k) in title.folded for k in settled if k != "*")
        for title in block.titles
        for key in (title.text, block.grid.column(title.position))
    )
    if stated or block.above or any(title.meaning(role) for title in others):
        return False
    if "*" in settled and others:
        return False
    return "id" in names or NAME not in names


def _records(found: ListColumns, classes: ClassWorkloads, report: ListReport) -> list[RecordLine]:
    """The lines of a list that are records; the reasons for the others go into the report."""
    block = found.block
    if found.plain:
        return [RecordLine(n, row, Section()) for n, row in block.body]
    body = read_body(
        block.body, found.positions, classes.__contains__, Section(_hamlet_above(block))
    )
    report.left_out = body.left_out
    for line in block.repeated:
        report.left_out[line] = REPEATED
    for line, why in body.doubtful.items():
        report.defects.append(
            Defect(
                block.grid.place(line),
                Message("row"),
                why,
                Message("number it if it is a record; otherwise remove it"),
            )
        )
    return body.records


def _hamlet_above(block: Block) -> str | None:
    """The hamlet that a line above the list, or the name of its sheet, sets for the list."""
    texts = [
        cell.strip()
        for _, row in block.above
        for cell in row
        if isinstance(cell, str) and cell.strip()
    ]
    hamlets = {hamlet for text in texts if (hamlet := hamlet_of(text)) is not None}
    if len(hamlets) == 1:
        return hamlets.pop()
    return None if hamlets else hamlet_of(block.grid.called)


def _take_cells(
    table: FileTable, found: ListColumns, records: Sequence[RecordLine], report: ListReport
) -> None:
    for meaning, position in found.positions.items():
        cells = [line.cells[position] if position < len(line.cells) else None for line in records]
        if found.grid.shown and meaning in _IDS:
            shown = found.grid.shown
            cells = [
                shown.get((line.number, position), cell)
                for line, cell in zip(records, cells, strict=True)
            ]
        table.columns[meaning] = cells
    if found.crosses:
        _take_crosses(table, found, records, report)
    if table.role not in REQUIRED or table.plain:
        return
    hamlets = [line.section.hamlet for line in records]
    classes = [line.section.household_class for line in records]
    for meaning, said in (("hamlet", hamlets), (CLASS, classes)):
        if any(said) and (meaning == "hamlet" or table.role == "households"):
            table.columns[meaning] = [
                other if is_blank(cell) else cell
                for cell, other in zip(table.column(meaning), said, strict=True)
            ]


def _take_crosses(
    table: FileTable, found: ListColumns, records: Sequence[RecordLine], report: ListReport
) -> None:
    """Set the class of each household from the column that has a cross."""
    cells = table.columns.setdefault(CLASS, [None] * len(records))
    for row, line in enumerate(records):
        crossed = []
        for position, name in found.crosses.items():
            cell = line.cells[position] if position < len(line.cells) else None
            answer = None if is_blank(cell) else flag(cell)
            if answer is None and not is_blank(cell):
                what = Message("is neither a cross nor empty")
                mend = Message("write x, or leave it empty")
                place = table.records[row], found.grid.column(position)
                report.defects.append(Defect(*place, what, mend))
            if answer:
                crossed.append(name)
        if len(crossed) + (not is_blank(cells[row])) > 1:
            what, mend = Message("is given more than once"), Message("leave one class")
            report.defects.append(Defect(table.records[row], CLASS, what, mend))
        elif crossed:
            cells[row] = crossed[0]


def _refuse_old_text(table: FileTable, report: ListReport) -> None:
    """Note a defect for each cell in a legacy encoding, among the cells that are read."""
    stray = []
    for meaning, cells in table.columns.items():
        # One search in a whole column; a search in each cell takes a tenth of the reading time.
        if legacy_scheme(["\n".join(cell for cell in cells if isinstance(cell, str))]) is None:
            continue
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and (scheme := legacy_scheme([cell])):
                stray.append((row, meaning, scheme))
    for row, meaning, scheme in sorted(stray)[:_MOST_STRAY]:
        what = old_text(scheme)
        if len(stray) > _MOST_STRAY:
            what = Message.ngettext(
                "{what}, as is {n} more cell",
                "{what}, as are {n} more cells",
                len(stray) - 1,
                what=what,
            )
        report.defects.append(table.defect(meaning, row, what, MEND_LEGACY))
        if len(stray) > _MOST_STRAY:
            break


def _unmerge(table: FileTable, found: ListColumns, report: ListReport) -> None:
    """Copy a merged cell to every record that it spans if its column allows it; refuse others."""
    grid = found.grid
    if not grid.merged:
        return
    meanings = {position: meaning for meaning, position in found.positions.items()}
    filled_down = _FILLED_DOWN | (_OF_HOUSEHOLD if RELATION in table.columns else frozenset())
    for area in grid.merged:
        if area.bottom <= found.block.last:
            continue
        rows = [n for n, line in enumerate(table.records.lines) if area.top <= line <= area.bottom]
        columns = [p for p in range(area.left - 1, min(area.right, MOST_COLUMNS)) if p in meanings]
        if not rows or not columns:
            continue
        if area.left == area.right and meanings[columns[0]] in filled_down and not table.plain:
            value = _value(found.block, area)
            for row in rows:
                table.columns[meanings[columns[0]]][row] = value
        else:
            report.defects.append(grid.merged_defect(area))


def _value(block: Block, area: Area) -> Any:
    """The value of a merged cell, stored in its first line; None if that line is not in the list."""
    top = next((row for line, row in block.body if line == area.top), ())
    return top[area.left - 1] if len(top) >= area.left else None


def _refuse_beyond(found: ListColumns, records: Sequence[RecordLine], report: ListReport) -> None:
    """Note a defect for each cell of a record that has no title above it."""
    grid, top = found.grid, found.grid.place(found.block.first)
    width = max(found.titled) + 1
    longest = max((len(line.cells) for line in records), default=0)
    without = [position for position in range(longest) if position not in found.titled]
    untitled: dict[int, int] = {}
    for line in records if without else ():
        for position in without:
            if position >= len(line.cells) or is_blank(line.cells[position]):
                continue
            column = grid.column(position)
            keys = [key for key in (column, column_letters(column), "*") if key in found.settled]
            if keys:
                found.used.update((found.role, key) for key in keys)
                continue
            # In a CSV file it may be the end of a cell before it: 1,5 between commas.
            if position >= width and (found.plain or not grid.letters):
                report.stray.append(
                    beyond_header(grid.place(line.number), grid.column(position), width)
                )
                break
            untitled.setdefault(position, line.number)
    for position, first in sorted(untitled.items()):
        mend = Message("name the column or empty it")
        if not found.plain:
            remedy = columns_remedy(found.role, grid.column(position), None)
            mend = Message("name the column or empty it, or {remedy} leaves it out", remedy=remedy)
        report.defects.append(Defect(top, grid.column(position), nameless(first), mend))
