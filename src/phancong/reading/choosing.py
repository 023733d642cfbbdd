"""Which list of the files becomes which table; unclear cases are defects that ask."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from phancong.errors import Defect
from phancong.reading.bodies import hamlet_of
from phancong.reading.headers import Block, find_blocks
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
from phancong.reading.settled import Settled
from phancong.reading.settling import header_remedy, sheets_remedy
from phancong.reading.vocabulary import NO_LISTS, REQUIRED, SHEETS, TITLES
from phancong.tables import Grid
from phancong.tables.encodings import MEND_LEGACY, legacy_scheme, old_text
from phancong.words import Message

#: How many lines are examined to recognise the encoding of a sheet.
_BEGINNING: Final = 30

Columns = Mapping[str, Mapping[str, str | None]]


@dataclass(slots=True)
class Choice:
    """The lists of each table, lists that are not read, and questions.

    Parameters
    ----------
    blocks
        Table → its lists, in the order of the files.
    unread
        Lists that are not read.
    defects
        Questions about unclear lists.
    """

    blocks: dict[str, list[Block]] = field(default_factory=dict)
    unread: list[SheetUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    def take(self, table: str, block: Block) -> None:
        """Assign a list to a table."""
        self.blocks.setdefault(table, []).append(block)

    def leave(self, grid: Grid, why: str) -> None:
        """Note that a list is not read, and why."""
        self.unread.append(SheetUse(sheet=grid.name, became=why))


def lists_of_tables(grids: Sequence[Grid], settled: Settled, wanted: Sequence[str]) -> Choice:
    """Find the lists of each table.

    Parameters
    ----------
    grids
        All sheets of all files.
    settled
        The caller's settings for sheets.
    wanted
        The tables to read.
    """
    sorting = _Sorting(settled, {_name(grid) for grid in grids if not grid.beside})
    for grid in grids:
        sorting.sort(grid)
    choice = sorting.choice
    _settle(choice, sorting.opened, wanted)
    _take_plans(choice, sorting.plans, wanted)
    missing = [table for table in wanted if table not in choice.blocks]
    for hinted, defect in sorting.doubts:
        lost = hinted in missing or any(table in missing for table in REQUIRED)
        if lost and (hinted in missing or defect.field == "text"):
            choice.defects.append(defect)
    _refuse_rivals(choice, settled)
    return choice


@dataclass(slots=True)
class _Sorting:
    """The sheets seen so far, by what is known of them before the others are seen.

    Parameters
    ----------
    settled
        The caller's settings for sheets.
    names
        The names of all sheets.
    choice
        Lists whose table is known, and sheets without a list.
    opened
        Lists, each with its kind.
    plans
        Sheets of pairs in plans.
    doubts
        For each sheet that is not understood, the table that its name says and the defect, which
        matters only if that table is missing.
    """

    settled: Settled
    names: set[str]
    choice: Choice = field(default_factory=Choice)
    opened: list[tuple[str, Block]] = field(default_factory=list)
    plans: list[Grid] = field(default_factory=list)
    doubts: list[tuple[str | None, Defect]] = field(default_factory=list)

    def sort(self, grid: Grid) -> None:
        """Take, open or leave out a sheet."""
        named, table = self.settled.table_of(grid)
        if named and table is None:
            self.choice.leave(grid, Message("left out, as requested"))
        elif named:
            _take_first(self.choice, str(table), grid, self.settled.blocks(grid))
        elif grid.pairs:
            self.plans.append(grid)
        else:
            self._sort_by_name(grid)

    def _sort_by_name(self, grid: Grid) -> None:
        explicit = self.names.issuperset(REQUIRED)
        exact = _name(grid) if explicit else SHEETS.get(fold(grid.called))
        exact = exact if exact in TITLES else None
        # The name of a sheet with several lists says nothing about any of them.
        hinted = None if grid.beside else table_in_name(grid.called)
        if explicit and exact is None and (hinted in self.names or hinted in (None, *REQUIRED)):
            self.choice.leave(grid, Message("left out: other sheets have the names of lists"))
        elif not explicit and fold(grid.called) in NO_LISTS:
            self.choice.leave(grid, Message("left out: its name is not that of a list"))
        elif scheme := _old_text(grid):
            defect = Defect(grid.name, Message("text"), old_text(scheme), MEND_LEGACY)
            self.doubts.append((hinted, defect))
            self.choice.leave(grid, Message("not read: its text is not Unicode"))
        else:
            self._open(grid, exact, hinted)

    def _open(self, grid: Grid, exact: str | None, hinted: str | None) -> None:
        """Find the lists of a sheet, and the kind of each by its titles."""
        blocks = self.settled.blocks(grid)
        if not blocks:
            self.choice.defects.extend(grid.defects)
            self.choice.leave(grid, Message("empty"))
        elif exact is not None and len(blocks) == 1:
            self.choice.take(exact, blocks[0])
        else:
            for block in blocks:
                kind = _kind(block, self.settled.columns, exact or hinted)
                if kind is None:
                    why = Message("left out: no line is the header of a list")
                    self.choice.leave(grid, why)
                    self.doubts.append((hinted, _headless(grid)))
                else:
                    self.opened.append((kind, block))


def _headless(grid: Grid) -> Defect:
    what = Message("has the name of a list, and no line of it is a header")
    mend = Message(
        "say which line is: {remedy}, or leave it out: {none}",
        remedy=header_remedy(grid.called),
        none=sheets_remedy(grid.called, None),
    )
    return Defect(grid.name, Message("header"), what, mend)


def _kind(block: Block, columns: Columns, named: str | None) -> str | None:
    """The kind of a list: titles first; the name decides between kinds of people and of pairs."""
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
    """Plans are last year's pairs, unless another list has these; equal plans count once."""
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
    """The legacy encoding of the first lines of a sheet, None if they are Unicode."""
    beginning = [
        cell
        for _, row in grid.lines[:_BEGINNING]
        for cell in row
        if isinstance(cell, str) and not cell.isascii()
    ]
    hits = [scheme for cell in beginning if (scheme := legacy_scheme([cell]))]
    # A single cell is reported by its place instead of the whole list.
    return hits[0] if len(hits) > 1 and 4 * len(hits) >= len(beginning) else None


def _name(grid: Grid) -> str:
    return grid.called.strip().casefold()


def _take_first(choice: Choice, table: str, grid: Grid, blocks: Sequence[Block]) -> None:
    if not blocks:
        choice.leave(grid, Message("empty"))
    for block in blocks:
        choice.take(table, block)


def _settle(choice: Choice, blocks: Sequence[tuple[str, Block]], wanted: Sequence[str]) -> None:
    """Take the lists whose titles are clear; ask about the others if a table is missing."""
    kinds = {*choice.blocks, *(kind for kind, _ in blocks)}
    people = [block for kind, block in blocks if kind == PEOPLE]
    largest = max(people, key=lambda block: len(block.body), default=None)
    for kind, block in blocks:
        if kind in TITLES:
            choice.take(kind, block)
        elif kind == LAST_YEAR:
            # Households with their members: of last year if there is another list of households.
            table = "previous" if "households" in kinds else "households"
            choice.take(table, block)
        elif kind == PAIRS and "households" not in kinds:
            # Households with their members: the list of households names the members.
            choice.take("households", block)
            kinds.add("households")
        elif kind == PAIRS:
            others = [table for table in wanted if table not in (*REQUIRED, *choice.blocks)]
            if others:
                what = Message(
                    "pairs households with members, and does not say whether last year's, fixed "
                    "or forbidden"
                )
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
    remedies = [sheets_remedy(grid.called, table, likely) for table in tables]
    either = remedies[0]
    mend = Message(
        "say which it is: {remedies}, or {none} to leave it out",
        remedies=Message("{one} or {other}", one=either, other=remedies[1])
        if len(remedies) > 1
        else either,
        none=sheets_remedy(grid.called, None),
    )
    if len(remedies) > 2:
        mend = Message("{mend}; also {remedy}", mend=mend, remedy=remedies[2])
    choice.defects.append(Defect(grid.place(block.first), Message("list"), what, mend))


def _refuse_rivals(choice: Choice, settled: Settled) -> None:
    """Refuse two lists of one table, unless each is of a hamlet or the caller names them."""
    for table, blocks in choice.blocks.items():
        if len(blocks) == 1 or all(settled.table_of(block.grid)[0] for block in blocks):
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
    """Names similar to that of a missing table: table → name."""
    meant = {}
    for name in there:
        small = name.strip().casefold()
        close = difflib.get_close_matches(small, absent, n=1, cutoff=0.8)
        if close and small not in known:
            meant[close[0]] = small
    return meant
