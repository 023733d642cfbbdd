"""Sheets, titles and lists that are named or needed but missing."""

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
    """Note a defect for each sheet that the caller names and that does not exist."""
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
    """Note a defect for each title that the caller names and that does not exist."""
    if not all(report.uses for report in lists):
        return  # they may be in a header that was not found
    # On the command line, a title without a table is for any list.
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
    """Note missing tables, and suggest names that are similar.

    Parameters
    ----------
    path
        The lists.
    absent
        The tables that are missing.
    there
        The names of non-empty sheets and files, except those that the caller names.
    asked
        Questions about whole lists.
    """
    folder = path.is_dir()
    record = str(path) if folder else path.name
    ending = ".csv" if folder else ""
    meant = near_misses(there, absent, [*FIELDS])
    mends = {defect.mend for defect in asked}
    if any(defect.field in ("text", "header") for defect in asked):
        return  # the missing table may be in text that was not read
    for name in absent:
        if name in meant:
            other = repr(meant[name] + ending)
            what = Message("does not exist, but {other} does", other=other)
            yield Defect(record, name + ending, what, _remedies(path, name)[0])
        elif name in REQUIRED and not any(repr(name) in mend for mend in mends):
            what = Message("does not exist")
            yield Defect(record, name + ending, what, _remedies(path, name)[1])


def _remedies(path: Path, name: str) -> tuple[str, str]:
    """The mends for a missing table: rename a list, or add it."""
    remedy = Remedy(f"sheets={{...: {name!r}}}", f"--sheets NAME={name}")
    title = f"{name}.csv" if path.is_dir() else name
    if path.suffix.lower() == ".csv":
        return (
            Message("name the list {name}", name=title),
            Message("add this list, or say which it is: {remedy}", remedy=remedy),
        )
    if path.is_dir():
        return (
            Message("name the file {name}", name=title),
            Message("add this file, or say which it is: {remedy}", remedy=remedy),
        )
    return (
        Message("name the sheet {name}", name=title),
        Message("add this sheet, or say which it is: {remedy}", remedy=remedy),
    )
