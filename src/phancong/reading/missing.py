"""Things that are named or needed and are nowhere: sheets, titles of columns, whole lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from phancong.errors import Defect
from phancong.reading.choosing import near_misses
from phancong.reading.list_fields import FIELDS
from phancong.reading.list_report import ListReport
from phancong.reading.settled import Settled
from phancong.reading.settling import Remedy
from phancong.reading.vocabulary import REQUIRED
from phancong.tables import Grid
from phancong.words import Message


def refuse_unknown_sheets(
    settled: Settled, grids: Sequence[Grid], files: Sequence[str], defects: list[Defect]
) -> None:
    """Sheets of which the caller says what they are, and that are nowhere."""
    titles = [grid.title for grid in grids]
    known = {*titles, *(grid.file for grid in grids), *files}
    known |= {name.rpartition(".")[0] for name in files}
    for title in (*settled.sheets, *filter(None, settled.headers)):
        if title not in known:
            what = Message("is not a sheet or file here")
            mend = Message("give one of {these}", these=", ".join(map(repr, titles)))
            defects.append(Defect("sheets", repr(title), what, mend))


def refuse_unknown_titles(
    settled: Settled,
    used: set[tuple[str, str]],
    lists: Sequence[ListReport],
    defects: list[Defect],
) -> None:
    """Titles of which the caller says what they mean, and that are nowhere."""
    if not all(report.uses for report in lists):
        return  # they may stand in a header that was not found
    # Of a command line a title can be meant for any list.
    there = {title for _, title in used} if settled.anywhere else set()
    for kind, titles in settled.columns.items():
        for title in titles:
            if title == "*" or (kind, title) in used or title in there:
                continue
            what = Message("is not the title of a column here")
            mend = Message("write the title as it is in the list, or the letter of the column")
            defects.append(Defect("columns", repr(title), what, mend))


def missing_lists(
    path: Path, absent: Sequence[str], there: Sequence[str], asked: Sequence[Defect]
) -> Iterator[Defect]:
    """Tables that must be there, and names that are nearly one: none is left out in silence.

    Parameters
    ----------
    path
        The lists.
    absent
        The tables that were not found.
    there
        The names of the sheets and files that hold something, but those that the caller has named.
    asked
        What is asked of lists as a whole.
    """
    folder = path.is_dir()
    record = str(path) if folder else path.name
    ending = ".csv" if folder else ""
    meant = near_misses(there, absent, [*FIELDS])
    mends = {defect.mend for defect in asked}
    if any(defect.field in ("text", "header") for defect in asked):
        return  # what is missing could be there, in text that was not read
    for name in absent:
        if name in meant:
            other = repr(meant[name] + ending)
            what = Message("does not exist, but {other} does", other=other)
            yield Defect(record, name + ending, what, _remedies(path, name)[0])
        elif name in REQUIRED and not any(repr(name) in mend for mend in mends):
            what = Message("does not exist")
            yield Defect(record, name + ending, what, _remedies(path, name)[1])


def _remedies(path: Path, name: str) -> tuple[str, str]:
    """How to mend a table that is missing: give its name to what is meant, or add it."""
    way = Remedy(f"sheets={{...: {name!r}}}", f"--sheets NAME={name}")
    title = f"{name}.csv" if path.is_dir() else name
    if path.suffix.lower() == ".csv":
        return (
            Message("name the list {name}", name=title),
            Message("add this list, or say which it is: {way}", way=way),
        )
    if path.is_dir():
        return (
            Message("name the file {name}", name=title),
            Message("add this file, or say which it is: {way}", way=way),
        )
    return (
        Message("name the sheet {name}", name=title),
        Message("add this sheet, or say which it is: {way}", way=way),
    )
