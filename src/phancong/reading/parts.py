"""From one list in a file to columns with a meaning; what is not understood is a defect."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from phancong.coordinates import NoCoordinateError, read_point
from phancong.errors import Defect
from phancong.problem.tables import did_you_mean, unknown_column
from phancong.reading.bodies import (
    REPEATED,
    Body,
    Line,
    Section,
    hamlet_of,
    read_body,
)
from phancong.reading.classes import ClassWorkloads
from phancong.reading.degree_columns import DEGREE_FIELDS
from phancong.reading.headers import Block, Title
from phancong.reading.keys import fold
from phancong.reading.list_kinds import PAIR_TABLES, crossed_class
from phancong.reading.record import ColumnUse
from phancong.reading.settling import columns_way, header_way
from phancong.reading.values import flag
from phancong.reading.vocabulary import (
    ADDRESS,
    CLASS,
    EXEMPT,
    HOUSEHOLD_NAME,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    LEFT_OUT,
    MEMBER_NAME,
    NAME,
    NEWCOMER,
    NOTE,
    NUMBER,
    PART_OF_ADDRESS,
    POST,
    RELATION,
    SINCE,
    TITLES,
)
from phancong.tables import Grid, looks_personal
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text
from phancong.tables.grid import Area, letter
from phancong.tables.personal import PERSON, is_name_for_sure
from phancong.tables.sheet import beyond_header, is_blank, nameless, titled
from phancong.words import Message

#: What a column may be called in ``columns=`` beside the fields of a problem.
BEYOND_FIELDS: Final = {
    "members": (NUMBER, NAME, POST, NOTE, KEY, EXEMPT, NEWCOMER, *DEGREE_FIELDS),
    "households": (
        NUMBER, NAME, ADDRESS, NOTE, KEY, CLASS, IN_CHARGE, IN_CHARGE_ID, SINCE, RELATION,
        *DEGREE_FIELDS,
    ),
    "previous": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet", SINCE),
    "fixed": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet"),
    "forbidden": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet"),
}  # fmt: skip
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


@dataclass(slots=True, repr=False)
class Part:
    """One list of one grid, in the words of a table.

    Parameters
    ----------
    kind
        The table that it belongs to.
    block
        Where it stands.
    plain
        Its titles are the names of fields, as a program writes them.
    columns
        Meaning → a cell for each record.
    fields
        Meaning → what the list calls the column.
    lines
        The number of each record in the file.
    read
        The positions of the columns that mean something.
    uses, defects
        What each column became, and what is wrong or doubtful.
    stray
        Cells beyond the header, which are defects of the file.
    """

    kind: str
    block: Block
    plain: bool
    columns: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    read: frozenset[int] = frozenset()
    body: Body = field(default_factory=lambda: Body([], {}, {}, {}))
    uses: list[ColumnUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    stray: list[Defect] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """Where the list stands."""
        return self.block.grid


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
    found = _PartColumns(part, fields, settled, used)
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


class _PartColumns:
    """The meaning of each column of a list."""

    def __init__(
        self,
        part: Part,
        fields: Mapping[str, Any],
        settled: Mapping[str, str | None],
        used: set[tuple[str, str]],
    ) -> None:
        self.used = used
        self.part = part
        self.fields = fields
        self.settled = {
            key: DEGREE_FIELDS.get(meaning or "", meaning) for key, meaning in settled.items()
        }
        #: Meaning → position.
        self.positions: dict[str, int] = {}
        #: Position → the class for which a cross stands there.
        self.crosses: dict[int, str] = {}
        #: Columns that were looked at, whatever became of them.
        self.titled = {title.position for title in part.block.titles}
        for title in part.block.titles:
            self._take(title)

    def _take(self, title: Title) -> None:
        part, grid = self.part, self.part.grid
        column = grid.column(title.position)
        said, meaning = self._meaning(title, column)
        if said is None:
            self._refuse(title, column)
            return
        shown = self._shown(title)
        became = meaning or LEFT_OUT
        crossed = crossed_class(title) if meaning == CLASS else None
        if crossed and title.meaning(part.kind) != CLASS:
            self.crosses[title.position] = crossed
            became = Message("class (by a cross)")
        elif meaning and meaning not in (LEFT_OUT, NOTE):
            before = self.positions.setdefault(meaning, title.position)
            if before != title.position:
                self._refuse_twin(title, column, before)
        self.part.uses.append(ColumnUse(sheet=grid.name, column=column, title=shown, became=became))
        called = shown or meaning or ""
        part.fields.setdefault(meaning or "", self._called(called, title))

    def _shown(self, title: Title) -> str:
        """A title as it stands; where it could be a cell of a record, nobody's name or number."""
        for text in title.text.split(" / "):
            what = looks_personal(text)
            known = what == PERSON and self.part.block.known and not is_name_for_sure(text)
            if what and not known:
                return ""
        return title.text

    def _called(self, called: str, title: Title) -> str:
        if self.part.grid.letters:
            return titled(called, letter(title.position + 1))
        return called

    def _meaning(self, title: Title, column: str) -> tuple[bool | None, str | None]:
        """Whether the title is understood (None if not), and what it means."""
        for key in (title.text, column, _letters(column)):
            if key in self.settled:
                self.used.add((self.part.kind, key))
                return True, self.settled[key]
        for key, meaning in self.settled.items():
            if key != "*" and fold(key) in title.folded:
                self.used.add((self.part.kind, key))
                return True, meaning
        small = title.text.casefold()
        if small in self.fields:
            return True, small
        if self.part.plain:
            return (True, NOTE) if small in (NAME, NOTE) and self.part.kind not in (
                "members", "households"
            ) else ((True, small) if small in (NAME, NOTE) else (None, None))  # fmt: skip
        meaning = title.meaning(self.part.kind)
        if meaning is None and self.part.kind == "households" and crossed_class(title):
            return True, CLASS
        if meaning is not None and not title.question():
            of_households = meaning != RELATION or self.part.kind == "households"
            return True, meaning if of_households else LEFT_OUT
        if "*" in self.settled and not title.question():
            self.used.add((self.part.kind, "*"))
            return True, self.settled["*"]
        if self.part.kind in PAIR_TABLES and not title.question():
            return True, LEFT_OUT  # of a pair nothing else counts
        return None, None

    def _refuse(self, title: Title, column: str) -> None:
        """A title that is not known, or not clear: a limit must not be left out in silence."""
        part, grid = self.part, self.part.grid
        shown = self._shown(title) or column
        field_name = column if shown == column else self._called(title.text, title)
        top = grid.place(part.block.first)
        question = title.question()
        if part.plain:
            close = difflib.get_close_matches(title.text, list(self.fields), n=1)
            what, mend = unknown_column(close, list(self.fields))
            likely = close[0] if close else "none"
            way = columns_way(part.kind, shown, None, likely=likely)
            mend = Message("{mend}; {way} leaves it out", mend=mend, way=way)
        elif question:
            what = question
            part_of_address = question == PART_OF_ADDRESS
            way = columns_way(part.kind, shown, "hamlet" if part_of_address else "...")
            mend = Message("say what it is: {way}, or None", way=way)
        else:
            meaning = self._near(title)
            what = Message("is not a known column")
            way = columns_way(part.kind, shown, meaning)
            mend = Message("say what it is, None leaves it out: {way}", way=way)
            if meaning:
                mend = did_you_mean(meaning, mend)
        part.defects.append(Defect(top, field_name, what, mend))

    def _near(self, title: Title) -> str | None:
        """What a title could be meant to be, by its words or by what stands below it."""
        meaning = _near(title, self.part.kind)
        if meaning is None and "at" in self.fields and self._holds_places(title.position):
            return "at"
        return meaning

    def _holds_places(self, position: int) -> bool:
        """Whether most of the first cells of a column are whole coordinates."""
        cells = [row[position] for _, row in self.part.block.body if position < len(row)]
        cells = [cell for cell in cells if isinstance(cell, str) and not is_blank(cell)]
        return bool(cells) and 2 * sum(map(_is_place, cells[:_LOOKED_AT])) > len(cells[:_LOOKED_AT])

    def _refuse_twin(self, title: Title, column: str, before: int) -> None:
        part, grid = self.part, self.part.grid
        first = next(t for t in part.block.titles if t.position == before)
        same = first.text.casefold() == title.text.casefold()
        other = grid.column(before)
        if same:
            what = Message("has the same name as {column}", column=other)
        else:
            what = Message("means the same as {column}", column=other)
        mend = Message("keep one of them")
        if not part.plain:
            way = columns_way(part.kind, column, None)
            mend = Message("keep one of them, or {way} leaves this one out", way=way)
        part.defects.append(Defect(grid.place(part.block.first), column, what, mend))


#: Suggestions are made for titles of this length, and of this likeness to a title that is known.
_LEAST_TITLE: Final = 6
_LEAST_LIKENESS: Final = 0.82


def _near(title: Title, kind: str) -> str | None:
    """The field that a title may stand for, None where it is short or near to nothing."""
    if title.grouped is not None:
        likely = title.grouped.likely(kind)
        return None if likely == LEFT_OUT else likely
    written = title.folded[0]
    if len(written) < _LEAST_TITLE:
        return None
    close = difflib.get_close_matches(written, list(TITLES[kind]), n=1, cutoff=_LEAST_LIKENESS)
    meaning = TITLES[kind][close[0]] if close and len(close[0]) >= _LEAST_TITLE else None
    return None if meaning in (LEFT_OUT, None) else meaning


#: So many cells say whether a column holds coordinates.
_LOOKED_AT: Final = 20


def _is_place(cell: str) -> bool:
    try:
        read_point(cell)
    except NoCoordinateError:
        return False
    return True


def _letters(column: str) -> str:
    """The letters or the number of a column alone: "column F" is also F."""
    return column.rpartition(" ")[2]


def _take_lines(part: Part, found: _PartColumns, classes: ClassWorkloads) -> None:
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


def _take_cells(part: Part, found: _PartColumns) -> None:
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


def _take_crosses(part: Part, found: _PartColumns) -> None:
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


def _refuse_old_text(part: Part, found: _PartColumns) -> None:
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


def _unmerge(part: Part, found: _PartColumns) -> None:
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


def _refuse_beyond(part: Part, found: _PartColumns) -> None:
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
            said = [key for key in (column, _letters(column), "*") if key in found.settled]
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
