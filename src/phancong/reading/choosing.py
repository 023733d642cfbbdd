"""Which list of the files becomes which table; where that is open, it is asked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from phancong.errors import Defect
from phancong.reading.bodies import hamlet_of
from phancong.reading.headers import Block, find_blocks, settled_titles
from phancong.reading.keys import fold
from phancong.reading.list_kinds import (
    LAST_YEAR,
    PAIR_TABLES,
    PAIRS,
    PEOPLE,
    kind_by_titles,
    table_in_name,
)
from phancong.reading.record import SheetUse
from phancong.reading.settling import header_way, sheets_way
from phancong.reading.vocabulary import NO_LISTS, REQUIRED, SHEETS, TITLES
from phancong.tables import Grid
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text
from phancong.words import Message

#: How many lines tell in which encoding a sheet is.
_BEGINNING: Final = 30

Columns = Mapping[str, Mapping[str, str | None]]


@dataclass(slots=True)
class Choice:
    """The lists of each table, what was not read, and what has to be asked.

    Parameters
    ----------
    blocks
        Table → its lists, in the order of the files.
    unread
        Lists that are of no use here.
    defects
        Questions.
    """

    blocks: dict[str, list[Block]] = field(default_factory=dict)
    unread: list[SheetUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    def take(self, table: str, block: Block) -> None:
        """Let a list be part of a table."""
        self.blocks.setdefault(table, []).append(block)

    def leave(self, grid: Grid, why: str) -> None:
        """Note that nothing is read from a list."""
        self.unread.append(SheetUse(sheet=grid.name, became=why))


@dataclass(frozen=True, slots=True)
class Said:
    """The caller's words about sheets.

    Parameters
    ----------
    sheets
        Name of a sheet or file → its table, or None to leave it out.
    columns
        Table → title → meaning.
    headers
        Name of a sheet or file → the line of its header; ``""`` stands for all.
    """

    sheets: Mapping[str, str | None]
    columns: Columns
    headers: Mapping[str, int]

    def of(self, grid: Grid) -> tuple[bool, str | None]:
        """Whether something is said of a sheet, and what."""
        name = next((name for name in _names(grid) if name in self.sheets), None)
        return (False, None) if name is None else (True, self.sheets[name])

    def blocks(self, grid: Grid) -> list[Block]:
        """The lists of a sheet."""
        line = next((self.headers[n] for n in (*_names(grid), "") if n in self.headers), None)
        return find_blocks(grid, settled_titles(self.columns), line)


def _names(grid: Grid) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (grid.title, grid.file) if name))


def choose(grids: Sequence[Grid], told: Said, wanted: Sequence[str]) -> Choice:
    """Find the lists of each table.

    Parameters
    ----------
    grids
        All sheets of all files.
    told
        What the caller says of them.
    wanted
        The tables that are to be read.
    """
    choice = Choice()
    known = {_name(grid) for grid in grids if not grid.beside}
    explicit = set(REQUIRED) <= known
    opened: list[tuple[str, Block]] = []
    plans: list[Grid] = []
    unread: list[tuple[str | None, Grid, Defect]] = []
    for grid in grids:
        is_said, table = told.of(grid)
        if is_said and table is None:
            choice.leave(grid, Message("left out, as requested"))
            continue
        if is_said:
            _take_first(choice, str(table), grid, told.blocks(grid))
            continue
        if grid.pairs:
            plans.append(grid)
            continue
        exact = _name(grid) if explicit else SHEETS.get(fold(grid.called))
        exact = exact if exact in TITLES else None
        # The name of a sheet with several lists is that of none of them.
        hinted = None if grid.beside else table_in_name(grid.called)
        if explicit and exact is None and (hinted in known or hinted in (None, *REQUIRED)):
            choice.leave(grid, Message("left out: the lists are named"))
            continue
        if not explicit and fold(grid.called) in NO_LISTS:
            choice.leave(grid, Message("left out: no list by its name"))
            continue
        scheme = _old_text(grid)
        if scheme:
            defect = Defect(grid.name, Message("text"), old_text(scheme), MEND_LEGACY)
            unread.append((hinted, grid, defect))
            choice.leave(grid, Message("not read: its text is not Unicode"))
            continue
        blocks = told.blocks(grid)
        if not blocks:
            choice.defects.extend(grid.defects)
            choice.leave(grid, Message("empty"))
        elif exact is not None and len(blocks) == 1:
            _take_first(choice, exact, grid, blocks)
        else:
            for block in blocks:
                kind = _kind(block, told.columns, exact or hinted)
                if kind is None:
                    why = Message("left out: no line is the header of a list")
                    choice.leave(grid, why)
                    unread.append((hinted, grid, _headless(grid)))
                else:
                    opened.append((kind, block))
    _settle(choice, opened, wanted)
    _take_plans(choice, plans, wanted)
    missing = [table for table in wanted if table not in choice.blocks]
    for hinted, _, defect in unread:
        lost = hinted in missing or any(table in missing for table in REQUIRED)
        if lost and (hinted in missing or defect.field == "text"):
            choice.defects.append(defect)
    _refuse_rivals(choice, told)
    return choice


def _headless(grid: Grid) -> Defect:
    what = Message("has the name of a list, and no line of it is a header")
    mend = Message(
        "say which line is: {way}, or leave it out: {none}",
        way=header_way(grid.called),
        none=sheets_way(grid.called, None),
    )
    return Defect(grid.name, Message("header"), what, mend)


def _kind(block: Block, columns: Columns, named: str | None) -> str | None:
    """The kind of a list: its titles say more than its name, which tells people apart and pairs."""
    kind = kind_by_titles(block, columns)
    if kind == PEOPLE and named in REQUIRED:
        return named
    if kind == PAIRS and named in PAIR_TABLES:
        return named
    if kind == "households" and named == "previous":
        return LAST_YEAR
    if kind is None and named is not None and block.known:
        return named
    return kind


def _take_plans(choice: Choice, plans: Sequence[Grid], wanted: Sequence[str]) -> None:
    """Plans of ours are last year's, unless a list says who was in charge; each of them once."""
    if "previous" in choice.blocks or "previous" not in wanted:
        for grid in plans:
            choice.leave(grid, Message("left out: another list says who was in charge"))
        return
    first: dict[str, Grid] = {}
    for grid in sorted(plans, key=lambda grid: not str(grid.name).endswith(".json")):
        same = first.setdefault(grid.called, grid)
        if same is grid:
            for block in find_blocks(grid):
                choice.take("previous", block)
        else:
            choice.leave(grid, Message("left out: {file} holds the same plan", file=same.name))


def _old_text(grid: Grid) -> str | None:
    """The encoding before Unicode in which the beginning of a sheet is, None if it is in none."""
    beginning = [
        cell
        for _, row in grid.lines[:_BEGINNING]
        for cell in row
        if isinstance(cell, str) and not cell.isascii()
    ]
    hits = [scheme for cell in beginning if (scheme := legacy_scheme([cell]))]
    # One cell alone is named by its place; a whole list is not.
    return hits[0] if len(hits) > 1 and 4 * len(hits) >= len(beginning) else None


def _name(grid: Grid) -> str:
    return grid.called.strip().casefold()


def _take_first(choice: Choice, table: str, grid: Grid, blocks: Sequence[Block]) -> None:
    if not blocks:
        choice.leave(grid, Message("empty"))
    for block in blocks:
        choice.take(table, block)


def _settle(choice: Choice, blocks: Sequence[tuple[str, Block]], wanted: Sequence[str]) -> None:
    """Take the lists that their titles tell; ask about the others where something is missing."""
    kinds = {*choice.blocks, *(kind for kind, _ in blocks)}
    people = [block for kind, block in blocks if kind == PEOPLE]
    largest = max(people, key=lambda block: len(block.body), default=None)
    for kind, block in blocks:
        if kind in TITLES:
            choice.take(kind, block)
        elif kind == LAST_YEAR:
            # Households and who is in charge of them: of last year, where there is another list.
            table = "previous" if "households" in kinds else "households"
            choice.take(table, block)
        elif kind == PAIRS and "households" not in kinds:
            # Households and who is in charge of them: the list of households names the members.
            choice.take("households", block)
            kinds.add("households")
        elif kind == PAIRS:
            others = [table for table in wanted if table not in (*REQUIRED, *choice.blocks)]
            if others:
                what = Message("pairs households with members, and does not say why")
                _ask(choice, block, what, others, others[0])
            else:
                why = Message("left out: the pairs are elsewhere")
                choice.leave(block.grid, why)
        else:
            missing = [table for table in REQUIRED if table not in kinds]
            if len(missing) == 1:
                choice.take(missing[0], block)
                kinds.add(missing[0])
            elif missing:
                likely = "households" if block is largest else "members"
                what = Message("could be members or households")
                _ask(choice, block, what, missing, likely)
            else:
                why = Message("left out: members and households are elsewhere")
                choice.leave(block.grid, why)


def _ask(
    choice: Choice, block: Block, what: str, tables: Sequence[str], likely: str | None
) -> None:
    grid = block.grid
    ways = [sheets_way(grid.called, table, likely) for table in tables]
    either = ways[0]
    mend = Message(
        "say which it is: {ways}, or {none} to leave it out",
        ways=Message("{one} or {other}", one=either, other=ways[1]) if len(ways) > 1 else either,
        none=sheets_way(grid.called, None),
    )
    if len(ways) > 2:
        mend = Message("{mend}; also {way}", mend=mend, way=ways[2])
    choice.defects.append(Defect(grid.place(block.first), Message("list"), what, mend))


def _refuse_rivals(choice: Choice, told: Said) -> None:
    """Two lists of one table are one where each is of a hamlet, or where the caller says so."""
    for table, blocks in choice.blocks.items():
        if len(blocks) == 1 or all(told.of(block.grid)[0] for block in blocks):
            continue
        of_hamlets = all(
            hamlet_of(block.grid.called) is not None or _has_hamlet_above(block) for block in blocks
        )
        same_columns = len({tuple(t.folded for t in block.titles) for block in blocks}) == 1
        one_sheet = len({block.grid.beside or block.grid.name for block in blocks}) == 1
        if of_hamlets or (one_sheet and same_columns):
            continue
        named = [block for block in blocks if table_in_name(block.grid.called) == table]
        largest = max(blocks, key=lambda block: (named == [block], len(block.body)))
        for block in blocks:
            count = str(len(blocks))
            what = Message(
                "is one of {count} lists that could be {table}", count=count, table=table
            )
            together = same_columns and len(named) != 1
            likely = table if together or block is largest else None
            _ask(choice, block, what, [table], likely)


def _has_hamlet_above(block: Block) -> bool:
    return any(
        isinstance(cell, str) and hamlet_of(cell.strip()) is not None
        for _, row in block.above
        for cell in row
    )


def near_misses(
    there: Sequence[str], absent: Sequence[str], known: Sequence[str]
) -> dict[str, str]:
    """Names that are nearly that of a table which is missing: table → name."""
    meant = {}
    for name in there:
        small = name.strip().casefold()
        close = difflib.get_close_matches(small, absent, n=1, cutoff=0.8)
        if close and small not in known:
            meant[close[0]] = small
    return meant
