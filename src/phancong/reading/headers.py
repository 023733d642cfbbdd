"""Where a list begins: the header, with titles, merged cells and column numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from phancong.reading.classes import CLASS_TITLES
from phancong.reading.grouped import grouped
from phancong.reading.keys import fold
from phancong.reading.titles import KNOWN, KNOWN_NAMES, KnownTitles, Title, forms
from phancong.tables import Grid
from phancong.tables.sheet import clean_title, is_blank

_NOTHING: Final[Mapping[str, bool]] = {}
#: How many lines are searched for the first header.
MOST_ABOVE: Final = 60


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """One list within a grid: its header, the lines above it, and the lines below.

    Parameters
    ----------
    grid
        The grid.
    first, last
        The lines of the header, by number in the file.
    titles
        The columns that have a title.
    above
        Lines between the previous list and this one.
    known
        Whether the header has known titles; otherwise it could be a record.
    body
        Lines below the header.
    repeated
        Repetitions of the header, as in lists printed on several pages.
    """

    grid: Grid
    first: int
    last: int
    titles: tuple[Title, ...]
    above: tuple[tuple[int, Sequence[Any]], ...]
    known: bool = True
    body: list[tuple[int, Sequence[Any]]] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)


def find_blocks(
    grid: Grid, settled: Mapping[str, bool] = _NOTHING, at_line: int | None = None
) -> list[Block]:
    """The lists of a grid, from top to bottom.

    Parameters
    ----------
    grid
        The cells.
    settled
        Folded titles to which the caller gives a meaning, and whether that meaning is an id or a name.
    at_line
        The line of the only header, if the caller names it.

    Returns
    -------
    list of Block
        If no line has known titles, the first line that could be a header is taken.
    """
    lines = [(line, row) for line, row in grid.lines if not all(map(is_blank, row))]
    if not lines:
        return []
    known = KnownTitles(settled)
    if at_line is not None:
        start = next((n for n, (line, _) in enumerate(lines) if line >= at_line), 0)
    else:
        beginning = lines[:MOST_ABOVE]
        start = next((n for n, (_, row) in enumerate(beginning) if known.in_header(row, 2)), -1)
        start = (
            _guessed(beginning, known) if start < 0 else _with_line_above(grid, lines, start, known)
        )
    blocks: list[Block] = []
    above = lines[:start]
    at = start
    header: Any = None
    while at < len(lines):
        number, row = lines[at]
        if at == start or (at_line is None and known.in_header(row, 3)):
            if header is not None and _texts(row) == header:
                blocks[-1].repeated.append(number)
                at += 1
                continue
            depth = _depth(grid, lines, at, known.titles)
            titles = _titles(grid, lines[at : at + depth])
            header = _texts(row)
            while at + depth < len(lines) and _numbers_columns(lines[at + depth][1], titles):
                depth += 1
            last = lines[at + depth - 1][0]
            sure = at != start or at_line is not None or known.some(row) or depth > 1
            blocks.append(Block(grid, number, last, titles, tuple(above), known=sure))
            above = []
            at += depth
            continue
        blocks[-1].body.append((number, row))
        at += 1
    return blocks


def _texts(row: Sequence[Any]) -> list[str]:
    return [fold(cell) if isinstance(cell, str) else "" for cell in row]


def _guessed(lines: Sequence[tuple[int, Sequence[Any]]], known: KnownTitles) -> int:
    """The first line that could be a header: only text, and nearly as wide as the list."""
    top = [cell for cell in lines[0][1] if not is_blank(cell)]
    if all(isinstance(cell, str) and not known.titles.isdisjoint(forms(cell)) for cell in top):
        return 0
    widest = max(sum(not is_blank(cell) for cell in row) for _, row in lines)
    for at, (_, row) in enumerate(lines):
        filled = [cell for cell in row if not is_blank(cell)]
        texts = {fold(cell) for cell in filled if isinstance(cell, str)} - {""}
        if len(filled) == len(texts) and 10 * len(filled) >= 6 * widest:
            return at
    return 0


def _with_line_above(
    grid: Grid, lines: Sequence[tuple[int, Sequence[Any]]], at: int, known: KnownTitles
) -> int:
    """The first line of a header: the line above if it has titles that the header lacks.

    A heading above the list is no such line: none of its cells is a known title.
    """
    if at == 0 or lines[at - 1][0] != lines[at][0] - 1:
        return at
    number, above = lines[at - 1]
    row = lines[at][1]
    lonely = [
        position
        for position, cell in enumerate(above)
        if isinstance(cell, str)
        and is_blank(_at(row, position))
        and not known.titles.isdisjoint(forms(cell))
    ]
    merged = {area.left - 1 for area in grid.merged if area.top == number == area.bottom}
    filled = sum(not is_blank(cell) for cell in above)
    return at - 1 if filled > 1 and set(lonely) - merged else at


def _depth(
    grid: Grid, lines: Sequence[tuple[int, Sequence[Any]]], at: int, known: Collection[str]
) -> int:
    """The number of lines of the header: two if titles stand below a shared title."""
    if at + 1 >= len(lines):
        return 1
    number, row = lines[at]
    below_number, below = lines[at + 1]
    filled = [(n, cell) for n, cell in enumerate(below) if not is_blank(cell)]
    if not all(isinstance(cell, str) for _, cell in filled):
        return 1
    if any(area.top == number and area.bottom >= below_number for area in grid.merged):
        return 2
    parents = _shared(grid, number, row, below)
    hits = 0
    for position, cell in filled:
        parent = parents.get(position, "")
        own = _at(row, position)
        known_by = {*forms(cell), fold(f"{parent} {cell}")}
        if (
            not is_blank(own)
            and parent == clean_title(own)
            and not _first_of_shared(position, row, below)
        ):
            return 1  # a title of one column has no titles below it
        hits += not known_by.isdisjoint(known) or not known_by.isdisjoint(CLASS_TITLES)
    return 2 if hits and 2 * hits >= len(filled) else 1


def _first_of_shared(position: int, row: Sequence[Any], below: Sequence[Any]) -> bool:
    """Whether a title spans columns: its right neighbour is blank, and the cell below that is not."""
    return is_blank(_at(row, position + 1)) and not is_blank(_at(below, position + 1))


def _shared(grid: Grid, number: int, row: Sequence[Any], below: Sequence[Any]) -> dict[int, str]:
    """For each column the shared title above it, which may begin further to the left."""
    parents: dict[int, str] = {}
    last = ""
    for position in range(max(len(row), len(below))):
        cell = _at(row, position)
        if not is_blank(cell):
            last = clean_title(cell)
        elif is_blank(_at(below, position)):
            last = ""
        parents[position] = last
    for area in grid.merged:
        if area.top <= number <= area.bottom:
            title = clean_title(_at(row, area.left - 1) or "")
            for position in range(area.left - 1, min(area.right, len(row), len(below) or 1)):
                parents[position] = title
    return parents


def _titles(grid: Grid, lines: Sequence[tuple[int, Sequence[Any]]]) -> tuple[Title, ...]:
    number, row = lines[0]
    below = lines[1][1] if len(lines) > 1 else ()
    parents = _shared(grid, number, row, below) if below else {}
    found = []
    for position in range(max(len(row), len(below))):
        own, child = _at(row, position), _at(below, position)
        if is_blank(own) and is_blank(child):
            continue
        if is_blank(child):
            text = clean_title(own)
            folded = forms(text)
        elif not parents.get(position):
            text = clean_title(child)
            folded = forms(text)
        else:
            parent, text = parents[position], clean_title(child)
            folded = (fold(f"{parent} {text}"), *forms(text))
            text = f"{parent} / {text}"
        of_form = None if folded[0] in KNOWN else grouped(text)
        if of_form is not None:
            folded = folded[:1]
        found.append(Title(position, " ".join(text.split()), folded, of_form))
    return tuple(found)


def _numbers_columns(row: Sequence[Any], titles: Sequence[Title]) -> bool:
    """Whether a line only numbers the columns, as forms do: (1) (2) (3), or A B 1 2."""
    cells = [str(cell).strip() for cell in row if not is_blank(cell)]
    marks = [cell.strip("()") for cell in cells]
    letters = [mark for mark in marks if len(mark) == 1 and mark.isalpha()]
    figures = marks[len(letters) :]
    # In a list without ids or names, 1 2 3 could be a record.
    sure = all(cell[0] == "(" for cell in cells) or any(
        KNOWN_NAMES.intersection(title.folded) and not is_blank(_at(row, title.position))
        for title in titles
    )
    return (
        len(marks) > 2
        and sure
        and letters == [chr(ord("A") + n) for n in range(len(letters))]
        and any(
            figures == [str(n + first) for n in range(len(figures))]
            for first in (1, 1 + len(letters))
        )
    )


def _at(row: Sequence[Any], position: int) -> Any:
    return row[position] if position < len(row) else None
