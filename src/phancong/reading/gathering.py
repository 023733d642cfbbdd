"""From files to tables: which sheet is which table, and how each list was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from phancong.errors import Defect, InvalidProblemError
from phancong.reading.beside import apart
from phancong.reading.choosing import Choice, lists_of_tables
from phancong.reading.classes import ClassWorkloads
from phancong.reading.file_defects import note_files
from phancong.reading.files import Found, read_files, read_previous
from phancong.reading.joining import join
from phancong.reading.list_cells import read_list
from phancong.reading.list_kinds import PAIR_TABLES, PAIRS, kind_by_titles
from phancong.reading.list_report import ListReport
from phancong.reading.missing import refuse_unknown_sheets, refuse_unknown_titles
from phancong.reading.office_sheets import is_office, office_of_grid
from phancong.reading.record import ColumnUse, RowsLeftOut, SheetUse
from phancong.reading.scheme_files import is_scheme, read_scheme, scheme_of_grid
from phancong.reading.schemes import Scheme
from phancong.reading.settled import Settled
from phancong.reading.table import FileTable
from phancong.tables import Grid
from phancong.words import Message


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gathered:
    """The tables of all lists, without the cells of the files.

    Parameters
    ----------
    tables
        The lists, by table.
    found
        The tables that have a list, even if its columns are not known.
    there
        The names of non-empty sheets and files, except those that the caller names.
    asked
        Questions about whole lists.
    sheets, columns, left_out
        How each list and each column was used, and which lines are no records.
    scheme
        How workload is counted, if the files state it.
    office
        The letterhead and signatures of a decision, if a sheet states them.
    """

    tables: dict[str, FileTable]
    found: Sequence[str]
    there: Sequence[str]
    asked: Sequence[Defect]
    sheets: tuple[SheetUse, ...]
    columns: tuple[ColumnUse, ...]
    left_out: tuple[RowsLeftOut, ...]
    scheme: Scheme | None
    office: Mapping[str, str]


def gather(
    path: Path,
    settled: Settled,
    wanted: Sequence[str],
    classes: ClassWorkloads,
    notes: list[str],
    defects: list[Defect],
) -> Gathered:
    """Read all lists of *path*.

    Parameters
    ----------
    path
        The folder, the workbook or the file.
    settled
        The caller's settings.
    wanted
        The tables to read.
    classes
        The classes of households; classes of a scheme are added.
    notes, defects
        Assumptions, and defects and questions, are appended.

    Raises
    ------
    InvalidProblemError
        Nothing at *path* can be read.
    """
    return _Gathering(path, settled, wanted, classes, notes, defects).gathered()


class _Gathering:
    """One reading of files; defects and notes are collected on the way."""

    def __init__(
        self,
        path: Path,
        settled: Settled,
        wanted: Sequence[str],
        classes: ClassWorkloads,
        notes: list[str],
        defects: list[Defect],
    ) -> None:
        self.path = path
        self.settled = settled
        self.wanted = wanted
        self.classes = classes
        self.notes = notes
        self.defects = defects
        self.scheme: Scheme | None = None
        self.office: dict[str, str] = {}

    def gathered(self) -> Gathered:
        found = read_files(self.path, self._is_ignored)
        self.defects.extend(found.defects)
        grids, schemes = self._take_scheme(found)
        grids, offices = self._take_office(grids)
        grids, doubts = apart(grids, self.settled.columns, self.settled.sheets)
        self.defects.extend(doubts)
        for sheet in dict.fromkeys(grid.beside for grid in grids if grid.beside):
            note = Message("{sheet}: lists side by side, each read by itself", sheet=sheet)
            self.notes.append(note)
        choice = self._choose(grids)
        choice.unread.extend((*schemes, *offices, *found.left_out))
        self.defects.extend(choice.defects)
        files = [use.sheet for use in found.left_out]
        refuse_unknown_sheets(self.settled, grids, files, self.defects)
        tables, reports = self._read(choice)
        there = [grid.called for grid in grids if grid.lines or grid.defects]
        return Gathered(
            tables=tables,
            found=tuple(choice.blocks),
            there=[name for name in there if name not in self.settled.sheets],
            asked=choice.defects,
            sheets=(*(report.use() for report in reports), *choice.unread),
            columns=tuple(use for report in reports for use in report.uses),
            left_out=tuple(rows for report in reports for rows in report.rows_left_out()),
            scheme=self.scheme,
            office=self.office,
        )

    def _choose(self, grids: Sequence[Grid]) -> Choice:
        """The lists of each table to read; last year's pairs may be in a separate file."""
        in_file = {"previous"} if self.settled.previous is not None else set()
        wanted = [table for table in self.wanted if table not in in_file]
        choice = lists_of_tables(grids, self.settled, wanted)
        choice.blocks = {t: choice.blocks[t] for t in wanted if t in choice.blocks}
        if self.settled.previous is not None:
            self._take_previous(self.settled.previous, choice)
        return choice

    def _read(self, choice: Choice) -> tuple[dict[str, FileTable], list[ListReport]]:
        """The tables, and a report for each list."""
        used: set[tuple[str, str]] = set()
        tables: dict[str, FileTable] = {}
        reports: list[ListReport] = []
        for kind, blocks in choice.blocks.items():
            stated = self.settled.columns.get(kind, {})
            lists = [read_list(kind, block, stated, self.classes, used) for block in blocks]
            if any(report.uses for _, report in lists):
                tables[kind] = join([table for table, _ in lists])
            reports.extend(report for _, report in lists)
        refuse_unknown_titles(self.settled, used, reports, self.defects)
        note_files(reports, self.notes, self.defects)
        return tables, reports

    def _take_scheme(self, found: Found) -> tuple[list[Grid], list[SheetUse]]:
        """The grids that are lists; a grid that states how workload is counted is taken as the scheme."""
        files = [path for path in (self.settled.scheme, found.scheme) if path is not None]
        grids: list[Grid] = []
        uses = [SheetUse(sheet=path.name, became="scheme") for path in files[:1]]
        if files:
            self.scheme = self._scheme_of(files[0])
        for grid in found.grids:
            if self.settled.sheets.get(grid.title, "") != "" or not is_scheme(grid):
                grids.append(grid)
            elif self.settled.scheme is not None:
                why = Message("left out: another scheme is given")
                uses.append(SheetUse(sheet=grid.name, became=why))
            elif self.scheme is not None:
                what = Message(
                    "says how workload is counted, as {other} does", other=self.scheme.record
                )
                self.defects.append(
                    Defect(grid.name, Message("list"), what, Message("keep one of them"))
                )
            else:
                uses.append(SheetUse(sheet=grid.name, became="scheme"))
                self.defects.extend(grid.defects)
                self.scheme = scheme_of_grid(grid, self.defects)
        if self.scheme is not None:
            self.classes.add(self.scheme.classes)
        return grids, uses

    def _take_office(self, grids: Sequence[Grid]) -> tuple[list[Grid], list[SheetUse]]:
        """The grids that are lists; the sheet of an office is taken separately."""
        others: list[Grid] = []
        uses: list[SheetUse] = []
        for grid in grids:
            if grid.title in self.settled.sheets or not is_office(grid):
                others.append(grid)
            else:
                self.office |= office_of_grid(grid, self.defects)
                uses.append(SheetUse(sheet=grid.name, became="office"))
        return others, uses

    def _scheme_of(self, path: Path) -> Scheme | None:
        try:
            return read_scheme(path, self.defects)
        except InvalidProblemError as error:
            self.defects.extend(error.defects)
            return None

    def _is_ignored(self, name: str) -> bool:
        return self.settled.sheets.get(name, "") is None

    def _take_previous(self, path: Path, choice: Choice) -> None:
        """Read last year's pairs from a file that the caller names."""
        try:
            grids = read_previous(path)
        except InvalidProblemError as error:
            self.defects.extend(error.defects)
            return
        for grid in grids:
            for block in self.settled.blocks(grid):
                kind = kind_by_titles(block, self.settled.columns)
                if grid.pairs or kind in (PAIRS, *PAIR_TABLES, "households") or len(grids) == 1:
                    choice.take("previous", block)
                else:
                    choice.leave(grid, Message("left out: names no member who was in charge"))
        if "previous" not in choice.blocks:
            what = Message("has no list that says who was in charge of which household")
            mend = Message("give a plan, or a list with a column for the member in charge")
            self.defects.append(Defect(path.name, Message("list"), what, mend))
