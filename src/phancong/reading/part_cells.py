"""One list of one sheet taken apart: its columns, its records, and what is doubtful in its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.bodies import (
    REPEATED,
    Line,
    Section,
    hamlet_of,
    read_body,
)
from phancong.reading.classes import ClassWorkloads
from phancong.reading.headers import Block
from phancong.reading.keys import fold
from phancong.reading.part_columns import PartColumns, column_letters
from phancong.reading.parts import Part
from phancong.reading.settling import columns_way, header_way
from phancong.reading.values import flag
from phancong.reading.vocabulary import (
    CLASS,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    LEFT_OUT,
    MEMBER_NAME,
    NAME,
    NOTE,
    NUMBER,
    RELATION,
)
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text
from phancong.tables.grid import Area
from phancong.tables.sheet import beyond_header, is_blank, nameless
from phancong.words import Message

#: Merged from top to bottom, these hold for every record beside them.
_FILLED_DOWN: Final = frozenset(
    (
        "hamlet", "cluster", "group", CLASS, IN_CHARGE, IN_CHARGE_ID, MEMBER_NAME, "member", NOTE,
        LEFT_OUT,
    )
)  # fmt: skip
#: Columns of ids: they hold what people see, 007 where a format shows the number 7 so.
_IDS: Final = frozenset(("id", "household", "member", IN_CHARGE_ID, KEY))
#: And these in a list of one row a person.
_OF_HOUSEHOLD: Final = frozenset(("id", NUMBER, KEY, "lat", "lon", "at", "workload"))
#: Above this many cells in an old encoding, the whole list is named instead of each.
_MOST_STRAY: Final = 5


def read_part(
    kind: str,
    block: Block,
    fields: Mapping[str, Any],
    settled: Mapping[str, str | None],
    classes: ClassWorkloads,
    used: set[tuple[str, str]],
) -> Part:
    """Take one list apart.

    Parameters
    ----------
    kind
        The table that it is.
    block
        Its header and its lines.
    fields
        The fields of that table.
    settled
        What the caller says of titles or columns: → meaning, None to leave one out, ``"*"`` for
        all that are not known.
    classes
        The classes of households.
    used
        Takes what the caller said of titles that are there: table and title.
    """
    part = Part(kind, block, _is_plain(kind, block, fields, settled))
    found = PartColumns(part, fields, settled, used)
    part.read = frozenset((*found.positions.values(), *found.crosses))
    if not found.positions and not found.crosses:
        names = ", ".join(list(fields)[:4])
        mend = Message(
            "begin with a line of names, such as {names}, or say which line it is: {way}",
            names=names,
            way=header_way(block.grid.called),
        )
        what = Message("is not a header: none of its cells is the name of a column")
        part.defects[:] = [Defect(block.grid.place(block.first), Message("header"), what, mend)]
        part.uses.clear()
        return part
    _take_lines(part, found, classes)
    _take_cells(part, found)
    _refuse_old_text(part, found)
    _unmerge(part, found)
    _refuse_beyond(part, found)
    return part


def _is_plain(
    kind: str, block: Block, fields: Mapping[str, Any], settled: Mapping[str, str | None]
) -> bool:
    """Whether a list has the names of fields as titles: then nothing in it needs to be guessed."""
    names = [title.text.casefold() for title in block.titles]
    own = set(fields) | {NAME, NOTE}
    known = [name in own for name in names]
    others = [title for title, mine in zip(block.titles, known, strict=True) if not mine]
    told = any(
        key in settled or any(fold(k) in title.folded for k in settled if k != "*")
        for title in block.titles
        for key in (title.text, block.grid.column(title.position))
    )
    if told or block.above or any(title.meaning(kind) for title in others):
        return False
    if "*" in settled and others:
        return False
    return "id" in names or NAME not in names


def _take_lines(part: Part, found: PartColumns, classes: ClassWorkloads) -> None:
    block = part.block
    if part.plain:
        part.body.records.extend(Line(n, row, Section()) for n, row in block.body)
        return
    part.body = read_body(
        block.body, found.positions, classes.__contains__, Section(_hamlet_above(block))
    )
    for line in block.repeated:
        part.body.left_out[line] = REPEATED
    for line, why in part.body.doubtful.items():
        part.defects.append(
            Defect(
                block.grid.place(line),
                Message("row"),
                why,
                Message("number it if it is a record; otherwise remove it"),
            )
        )


def _hamlet_above(block: Block) -> str | None:
    """The hamlet that a title above the list, or the name of its sheet, says it is of."""
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


def _take_cells(part: Part, found: PartColumns) -> None:
    records = part.body.records
    part.lines = [line.number for line in records]
    for meaning, position in found.positions.items():
        part.columns[meaning] = [
            line.cells[position] if position < len(line.cells) else None for line in records
        ]
        if part.grid.shown and meaning in _IDS:
            shown = part.grid.shown
            part.columns[meaning] = [
                shown.get((line.number, position), cell)
                for line, cell in zip(records, part.columns[meaning], strict=True)
            ]
    if found.crosses:
        _take_crosses(part, found)
    if part.kind not in ("members", "households") or part.plain:
        return
    hamlets = [line.section.hamlet for line in records]
    classes = [line.section.household_class for line in records]
    for meaning, said in (("hamlet", hamlets), (CLASS, classes)):
        if any(said) and (meaning == "hamlet" or part.kind == "households"):
            own = part.columns.get(meaning, [None] * len(records))
            part.columns[meaning] = [
                other if is_blank(cell) else cell for cell, other in zip(own, said, strict=True)
            ]


def _take_crosses(part: Part, found: PartColumns) -> None:
    """The class of a household by the column that has a cross."""
    cells = part.columns.setdefault(CLASS, [None] * len(part.body.records))
    for row, line in enumerate(part.body.records):
        crossed = []
        for position, name in found.crosses.items():
            cell = line.cells[position] if position < len(line.cells) else None
            said = None if is_blank(cell) else flag(cell)
            if said is None and not is_blank(cell):
                place = part.grid.place(line.number)
                what = Message("is neither a cross nor empty")
                mend = Message("write x, or leave it empty")
                part.defects.append(Defect(place, part.grid.column(position), what, mend))
            if said:
                crossed.append(name)
        if len(crossed) + (not is_blank(cells[row])) > 1:
            place = part.grid.place(line.number)
            what, mend = Message("is given more than once"), Message("leave one class")
            part.defects.append(Defect(place, CLASS, what, mend))
        elif crossed:
            cells[row] = crossed[0]


def _refuse_old_text(part: Part, found: PartColumns) -> None:
    """Cells in an encoding before Unicode, among those that are read."""
    stray = []
    for meaning, cells in part.columns.items():
        # One search through a whole column: a search in each cell took a tenth of the reading.
        if legacy_scheme(["\n".join(cell for cell in cells if isinstance(cell, str))]) is None:
            continue
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and (scheme := legacy_scheme([cell])):
                stray.append((row, meaning, scheme))
    for row, meaning, scheme in sorted(stray)[:_MOST_STRAY]:
        place = part.grid.place(part.lines[row])
        name = part.fields.get(meaning, meaning)
        what = old_text(scheme)
        if len(stray) > _MOST_STRAY:
            what = Message.ngettext(
                "{what}, as is {n} more cell",
                "{what}, as are {n} more cells",
                len(stray) - 1,
                what=what,
            )
        part.defects.append(Defect(place, name, what, MEND_LEGACY))
        if len(stray) > _MOST_STRAY:
            break


def _unmerge(part: Part, found: PartColumns) -> None:
    """Give merged cells to every record beside them where that is meant; refuse them elsewhere."""
    if not part.grid.merged:
        return
    meanings = {position: meaning for meaning, position in found.positions.items()}
    at = {line: row for row, line in enumerate(part.lines)}
    for area in part.grid.merged:
        if area.bottom <= part.block.last:
            continue
        rows = [at[line] for line in at if area.top <= line <= area.bottom]
        columns = [p for p in range(area.left - 1, min(area.right, 300)) if p in meanings]
        if not rows or not columns:
            continue
        filled_down = _FILLED_DOWN | (_OF_HOUSEHOLD if RELATION in part.columns else frozenset())
        if area.left == area.right and meanings[columns[0]] in filled_down and not part.plain:
            _fill_down(part, meanings[columns[0]], area, rows)
        else:
            part.defects.append(part.grid.merged_defect(area))


def _fill_down(part: Part, meaning: str, area: Area, rows: Sequence[int]) -> None:
    cells = part.columns[meaning]
    value = next(
        (row[area.left - 1] for line, row in part.block.body if line == area.top and
         len(row) >= area.left), None
    )  # fmt: skip
    for row in rows:
        cells[row] = value


def _refuse_beyond(part: Part, found: PartColumns) -> None:
    """Cells without a title above them, in a record: what they say would be lost."""
    grid, top = part.grid, part.grid.place(part.block.first)
    width = max(found.titled) + 1
    longest = max((len(line.cells) for line in part.body.records), default=0)
    without = [position for position in range(longest) if position not in found.titled]
    untitled: dict[int, int] = {}
    for line in part.body.records if without else ():
        for position in without:
            if position >= len(line.cells) or is_blank(line.cells[position]):
                continue
            column = grid.column(position)
            said = [key for key in (column, column_letters(column), "*") if key in found.settled]
            if said:
                found.used.update((part.kind, key) for key in said)
                continue
            if part.plain and position >= width:
                part.stray.append(
                    beyond_header(grid.place(line.number), grid.column(position), width)
                )
                break
            untitled.setdefault(position, line.number)
    for position, first in sorted(untitled.items()):
        mend = Message("name the column or empty it")
        if not part.plain:
            way = columns_way(part.kind, grid.column(position), None)
            mend = Message("name the column or empty it, or {way} leaves it out", way=way)
        part.defects.append(Defect(top, grid.column(position), nameless(first), mend))
