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
from phancong.reading.kinds import PAIRS, PEOPLE, kind_by_titles
from phancong.reading.record import SheetUse
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


def choose(
    grids: Sequence[Grid], said: Mapping[str, str | None], columns: Columns, wanted: Sequence[str]
) -> Choice:
    """Find the lists of each table.

    Parameters
    ----------
    grids
        All sheets of all files.
    said
        Name of a sheet → its table, or None to leave it out, as the caller says.
    columns
        What the caller says of columns.
    wanted
        The tables that are to be read.
    """
    choice = Choice()
    explicit = set(REQUIRED) <= {_name(grid) for grid in grids}
    open_blocks: list[tuple[str, Block]] = []
    for grid in grids:
        if grid.title in said:
            table = said[grid.title]
            if table is None:
                choice.leave(grid, Message("left out, as said"))
            else:
                _take_first(choice, table, grid, find_blocks(grid, settled_titles(columns)))
            continue
        table = _name(grid) if explicit else SHEETS.get(fold(grid.title))
        if explicit and table not in TITLES:
            choice.leave(grid, Message("left out: the lists are named"))
            continue
        if not explicit and fold(grid.title) in NO_LISTS:
            choice.leave(grid, Message("left out: no list by its name"))
            continue
        scheme = _old_text(grid)
        if scheme:
            what = old_text(scheme)
            choice.defects.append(Defect(grid.name, Message("text"), what, MEND_LEGACY))
            choice.leave(grid, Message("not read: its text is not Unicode"))
            continue
        blocks = find_blocks(grid, settled_titles(columns))
        if not blocks:
            choice.defects.extend(grid.defects)
            choice.leave(grid, Message("empty"))
            continue
        if table is not None and len(blocks) == 1:
            _take_first(choice, table, grid, blocks)
        else:
            named = [(kind_by_titles(block, columns) or table, block) for block in blocks]
            for kind, block in named:
                if kind is None:
                    choice.leave(grid, Message("left out: no line is the header of a list"))
                else:
                    open_blocks.append((kind, block))
    _settle(choice, open_blocks, wanted)
    _refuse_rivals(choice, said)
    return choice


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
    return grid.title.strip().casefold()


def _take_first(choice: Choice, table: str, grid: Grid, blocks: Sequence[Block]) -> None:
    if not blocks:
        choice.leave(grid, Message("empty"))
    for block in blocks:
        choice.take(table, block)


def _settle(choice: Choice, blocks: Sequence[tuple[str, Block]], wanted: Sequence[str]) -> None:
    """Take the lists that their titles tell; ask about the others where something is missing."""
    kinds = {*choice.blocks, *(kind for kind, _ in blocks)}
    for kind, block in blocks:
        if kind in TITLES:
            choice.take(kind, block)
        elif kind == PAIRS and "households" not in kinds:
            # Households and who is in charge of them: the list of households names the members.
            choice.take("households", block)
            kinds.add("households")
        elif kind == PAIRS:
            others = [table for table in wanted if table not in (*REQUIRED, *choice.blocks)]
            if others:
                what = Message("pairs households with members, and does not say why")
                _ask(choice, block, what, others)
        else:
            missing = [table for table in REQUIRED if table not in kinds]
            if len(missing) == 1:
                choice.take(missing[0], block)
                kinds.add(missing[0])
            elif missing:
                _ask(choice, block, Message("could be members or households"), missing)
            else:
                why = Message("left out: members and households are elsewhere")
                choice.leave(block.grid, why)


def _ask(choice: Choice, block: Block, what: str, tables: Sequence[str]) -> None:
    grid = block.grid
    ways = " or ".join(f"sheets={{{grid.title!r}: {table!r}}}" for table in tables)
    mend = Message(
        "say which it is: {ways}, or {none} to leave it out",
        ways=ways,
        none=f"sheets={{{grid.title!r}: None}}",
    )
    choice.defects.append(Defect(grid.place(block.first), Message("list"), what, mend))


def _refuse_rivals(choice: Choice, said: Mapping[str, str | None]) -> None:
    """Two lists of one table are one where each is of a hamlet, or where the caller says so."""
    for table, blocks in choice.blocks.items():
        if len(blocks) == 1 or all(block.grid.title in said for block in blocks):
            continue
        of_hamlets = all(
            hamlet_of(block.grid.title) is not None or _has_hamlet_above(block) for block in blocks
        )
        same_columns = len({tuple(t.folded for t in block.titles) for block in blocks}) == 1
        one_sheet = len({block.grid.name for block in blocks}) == 1
        if of_hamlets or (one_sheet and same_columns):
            continue
        for block in blocks:
            count = str(len(blocks))
            what = Message(
                "is one of {count} lists that could be {table}", count=count, table=table
            )
            _ask(choice, block, what, [table])


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


__all__ = ["PEOPLE", "Choice", "choose", "near_misses"]
