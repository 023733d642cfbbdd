"""From files to a problem: which list is what, its records, its ids, and who is meant by a name."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phancong.errors import Defect
from phancong.plan import Labels
from phancong.problem import Problem
from phancong.reading.assembling import FIELDS, Assembly
from phancong.reading.choosing import Choice, choose, near_misses
from phancong.reading.classes import Classes
from phancong.reading.files import read_files
from phancong.reading.joining import (
    blank_to_missing,
    join,
    name_hamlets,
    number_records,
    read_classes,
    read_exemptions,
)
from phancong.reading.pairing import (
    match_own_households,
    match_pairs,
    members_in_charge,
    pairs_in_charge,
    read_since,
    roster,
)
from phancong.reading.parts import Part, read_part
from phancong.reading.record import Reading, RowsLeftOut, SheetUse
from phancong.reading.table import Table
from phancong.reading.vocabulary import IN_CHARGE, NAME, REQUIRED
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class Settled:
    """What the caller says of the lists, checked.

    Parameters
    ----------
    sheets
        Name of a sheet → its table, or None.
    columns
        Table → title → meaning, or None.
    workloads
        Class → workload.
    end
        Pairs of last year that match nobody here end.
    on
        The day until which years are counted.
    strict
        A household without coordinates is a defect, wherever its hamlet is.
    """

    sheets: Mapping[str, str | None]
    columns: Mapping[str, Mapping[str, str | None]]
    workloads: Mapping[str, float] | None
    end: bool
    on: datetime.date | None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood, and apart from it the names, for writers only."""

    reading: Reading
    labels: Labels


def understand(path: Path, settled: Settled, options: Mapping[str, Any]) -> Understanding:
    """Read all lists of *path*.

    Raises
    ------
    InvalidProblemError
        There is nothing that can be read.
    InvalidArgumentError
        The workloads are no table.
    """
    return _Lists(path, settled, options).understanding()


class _Lists:
    """One reading: what is found goes into defects and notes as it goes along."""

    def __init__(self, path: Path, settled: Settled, options: Mapping[str, Any]) -> None:
        self.path = path
        self.settled = settled
        self.options = dict(options)
        self.classes = Classes(settled.workloads)
        self.wanted = [name for name in FIELDS if name in REQUIRED or name not in options]
        self.defects: list[Defect] = []
        self.notes: list[str] = []

    def understanding(self) -> Understanding:
        grids, others = read_files(self.path, self.defects)
        choice = choose(grids, self.settled.sheets, self.settled.columns, self.wanted)
        choice.blocks = {t: choice.blocks[t] for t in self.wanted if t in choice.blocks}
        self.defects.extend(choice.defects)
        self._refuse_unknown_sheets([grid.title for grid in grids])
        parts = {
            table: [
                read_part(
                    table,
                    block,
                    FIELDS[table],
                    self.settled.columns.get(table, {}),
                    self.classes,
                )
                for block in blocks
            ]
            for table, blocks in choice.blocks.items()
        }
        self._note_files(parts)
        tables = {t: join(t, found) for t, found in parts.items() if any(p.uses for p in found)}
        named_by_households = self._complete(tables)
        there = [*others, *(grid.title for grid in grids if grid.lines or grid.defects)]
        self._refuse_missing(there, [*parts, *tables], choice)
        labels = self._labels(tables)
        self._match(tables)
        for kind, table in tables.items():
            blank_to_missing(table, FIELDS[kind])
        if named_by_households:
            # Who is only named as being in charge has no place.
            self.options.setdefault("travel", None)
        problem = Assembly(tables, self.defects, self.notes, strict=self.settled.strict).problem(
            self.options
        )
        return Understanding(self._reading(problem, parts, choice), labels)

    def _refuse_unknown_sheets(self, titles: Sequence[str]) -> None:
        for title in self.settled.sheets:
            if title not in titles:
                what = Message("is no sheet or file here")
                mend = Message("give one of {these}", these=", ".join(map(repr, titles)))
                self.defects.append(Defect("sheets", repr(title), what, mend))

    def _note_files(self, parts: Mapping[str, Sequence[Part]]) -> None:
        """Defects of the files and of their titles, each sheet once."""
        every = [part for found in parts.values() for part in found]
        grids = {part.grid.name: part.grid for part in every}
        for part in every:
            grid = grids.pop(part.grid.name, None)
            if grid is not None:
                self.defects.extend(grid.defects)
                if grid.encoding:
                    self.notes.append(
                        Message(
                            "{file} was read as {encoding}", file=grid.name, encoding=grid.encoding
                        )
                    )
            self.defects.extend(part.stray)
        for part in every:
            self.defects.extend(part.defects)

    def _complete(self, tables: dict[str, Table]) -> bool:
        """Ids, classes, exemptions, hamlets; whether the members are those that households name."""
        for table in tables.values():
            number_records(table, self.notes)
        if "households" in tables:
            read_classes(tables["households"], self.classes, self.notes, self.defects)
        if "members" in tables:
            read_exemptions(tables["members"], self.defects)
        elif "households" in tables and "id" in tables["households"].columns:
            members = members_in_charge(tables["households"], self.notes, self.defects)
            if members is not None:
                tables["members"] = members
                self._take_previous(tables)
                name_hamlets(tables, self.notes, self.defects)
                return True
        self._take_previous(tables)
        name_hamlets(tables, self.notes, self.defects)
        return False

    def _take_previous(self, tables: dict[str, Table]) -> None:
        """Last year's pairs out of the list of households."""
        households = tables.get("households")
        if households is None or IN_CHARGE not in households.columns:
            return
        if "previous" not in self.wanted or "id" not in households.columns:
            return
        pairs = pairs_in_charge(households)
        if pairs is None:
            return
        if "previous" in tables:
            what = Message("says who is in charge, as another list does")
            mend = Message(
                "leave out one: {ways}",
                ways="columns={'households': {...: None}} or sheets={...: None}",
            )
            field = households.field(IN_CHARGE)
            self.defects.append(Defect(households.top, field, what, mend))
            return
        tables["previous"] = pairs
        count = str(len(pairs))
        self.notes.append(
            Message("last year's pairs are in the list of households ({count})", count=count)
        )

    def _refuse_missing(self, there: Sequence[str], found: Sequence[str], choice: Choice) -> None:
        """Tables that must be there, and names that are nearly one: none is left out in silence."""
        folder = self.path.is_dir()
        record = str(self.path) if folder else self.path.name
        ending = ".csv" if folder else ""
        absent = [name for name in self.wanted if name not in found]
        meant = near_misses(
            [title for title in there if title not in self.settled.sheets], absent, [*FIELDS]
        )
        asked = {defect.mend for defect in choice.defects}
        if any(defect.field == "text" for defect in choice.defects):
            return  # what is missing could be there, in text that was not read
        for name in absent:
            if name in meant:
                other = repr(meant[name] + ending)
                what = Message("is not there, but {other} is", other=other)
                self.defects.append(Defect(record, name + ending, what, self._ways(name)[0]))
            elif name in REQUIRED and not any(repr(name) in mend for mend in asked):
                what = Message("is not there")
                self.defects.append(Defect(record, name + ending, what, self._ways(name)[1]))

    def _ways(self, name: str) -> tuple[str, str]:
        """How to mend a table that is missing: give its name to what is meant, or add it."""
        way = f"sheets={{...: {name!r}}}"
        title = f"{name}.csv" if self.path.is_dir() else name
        if self.path.suffix.lower() == ".csv":
            return (
                Message("name the list {name}", name=title),
                Message("add this list, or say which it is: {way}", way=way),
            )
        if self.path.is_dir():
            return (
                Message("name the file {name}", name=title),
                Message("add this file, or say which it is: {way}", way=way),
            )
        return (
            Message("name the sheet {name}", name=title),
            Message("add this sheet, or say which it is: {way}", way=way),
        )

    def _labels(self, tables: Mapping[str, Table]) -> Labels:
        found: dict[str, dict[Any, str]] = {}
        for kind in REQUIRED:
            table = tables.get(kind)
            names = zip(table.column("id"), table.column(NAME), strict=True) if table else ()
            found[kind] = {
                identity.strip() if isinstance(identity, str) else identity: name.strip()
                for identity, name in names
                if isinstance(name, str) and name.strip() and isinstance(identity, (int, str))
            }
        return Labels.of(found["members"], found["households"])

    def _match(self, tables: dict[str, Table]) -> None:
        """Find who is meant by names: last year's pairs, fixed and forbidden ones, own households."""
        if not set(REQUIRED) <= set(tables):
            return
        households, members = roster(tables["households"]), roster(tables["members"])
        if "previous" in tables:
            read_since(tables["previous"], self.settled.on, self.defects)
        match_own_households(tables["members"], households, self.defects)
        for kind in ("previous", "fixed", "forbidden"):
            if kind in tables:
                end = self.settled.end and kind == "previous"
                tables[kind], ended = match_pairs(
                    tables[kind], households, members, self.defects, end=end
                )
                if ended:
                    self.notes.append(
                        Message(
                            "{count} lines of last year match nobody here: they end",
                            count=str(ended),
                        )
                    )

    def _reading(
        self, problem: Problem | None, parts: Mapping[str, Sequence[Part]], choice: Choice
    ) -> Reading:
        every = [(table, part) for table, found in parts.items() for part in found]
        sheets = [
            SheetUse(
                sheet=part.grid.name,
                became=table,
                header=part.block.first,
                records=len(part.lines),
            )
            for table, part in every
        ]
        left_out = []
        for _, part in every:
            why_by_line = {**part.body.left_out}
            for why in dict.fromkeys(why_by_line.values()):
                rows = tuple(sorted(n for n, reason in why_by_line.items() if reason == why))
                left_out.append(RowsLeftOut(sheet=part.grid.name, rows=rows, why=why))
        if self.options.get("travel", 0) is None:
            self.notes.append(Message("no distances"))
        return Reading(
            sheets=(*sheets, *choice.unread),
            columns=tuple(use for _, part in every for use in part.uses),
            left_out=tuple(left_out),
            notes=tuple(self.notes),
            defects=tuple(dict.fromkeys(self.defects)),
            _problem=problem,
        )
