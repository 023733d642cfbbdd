"""From files to a problem: which list is what, its records, its ids, and who is meant by a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phancong.errors import Defect, InvalidProblemError
from phancong.plan import Labels
from phancong.problem import Problem
from phancong.problem.fields import MEND_UNSEEN, UNSEEN, has_unseen
from phancong.reading.assembling import FIELDS, Assembly
from phancong.reading.beside import apart
from phancong.reading.cells_above import take_from_above
from phancong.reading.choosing import Choice, Said, choose
from phancong.reading.classes import ClassWorkloads
from phancong.reading.degree_columns import join_degrees
from phancong.reading.file_defects import note_files
from phancong.reading.files import Found, read_files, read_previous
from phancong.reading.joining import (
    blank_to_missing,
    join,
    name_hamlets,
    number_records,
    read_classes,
    read_exemptions,
)
from phancong.reading.list_kinds import PAIR_TABLES, PAIRS, kind_by_titles
from phancong.reading.missing import missing_lists, refuse_unknown_sheets, refuse_unknown_titles
from phancong.reading.office_sheets import is_office, office_of_grid
from phancong.reading.pairing import (
    match_own_households,
    match_pairs,
    members_in_charge,
    pairs_in_charge,
    read_since,
    roster,
)
from phancong.reading.part_cells import read_part
from phancong.reading.parts import Part
from phancong.reading.persons import one_row_a_household
from phancong.reading.record import Reading, RowsLeftOut, SheetUse
from phancong.reading.scheme_files import is_scheme, read_scheme, scheme_of_grid
from phancong.reading.schemes import Scheme
from phancong.reading.scheming import count_by_scheme, share_of_newcomers, with_journeys
from phancong.reading.settled import Settled
from phancong.reading.settling import Remedy, bare_title, columns_way
from phancong.reading.table import Table
from phancong.reading.vocabulary import ADDRESS, IN_CHARGE, IN_CHARGE_ID, KEY, NAME, POST, REQUIRED
from phancong.report.labels import clean_name
from phancong.tables import Grid
from phancong.tables.sheet import is_blank
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class Understanding:
    """The problem as it was read, and apart from it the names and keys, for writers only.

    Parameters
    ----------
    reading
        What was understood.
    labels
        Names by id.
    keys
        Table → id → what people know the record by, where rows were numbered instead.
    classes
        Classes that the table of workloads does not have.
    office
        What stands around the list of a decision, where a sheet says it.
    """

    reading: Reading
    labels: Labels
    keys: Mapping[str, Mapping[Any, str]] = field(default_factory=dict, repr=False)
    classes: tuple[str, ...] = field(default=(), repr=False)
    office: Mapping[str, str] = field(default_factory=dict, repr=False)


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
        self.classes = ClassWorkloads(settled.workloads)
        self.wanted = [name for name in FIELDS if name in REQUIRED or name not in options]
        self.defects: list[Defect] = []
        self.notes: list[str] = []
        self.scheme: Scheme | None = None
        self.office: dict[str, str] = {}
        #: The visits a month of each household for which the way counts.
        self.times: list[float] = []

    def understanding(self) -> Understanding:
        found = read_files(self.path, self._is_ignored)
        self.defects.extend(found.defects)
        grids, schemes = self._take_scheme(found)
        grids, offices = self._take_office(grids)
        grids, doubts = apart(grids, self.settled.columns, self.settled.sheets)
        self.defects.extend(doubts)
        for sheet in dict.fromkeys(grid.beside for grid in grids if grid.beside):
            note = Message("{sheet}: lists side by side, each read by itself", sheet=sheet)
            self.notes.append(note)
        told = Said(self.settled.sheets, self.settled.columns, self.settled.headers)
        if self.settled.previous is not None:
            self.wanted = [table for table in self.wanted if table != "previous"]
        choice = choose(grids, told, self.wanted)
        choice.blocks = {t: choice.blocks[t] for t in self.wanted if t in choice.blocks}
        choice.unread.extend((*schemes, *offices, *found.left_out))
        self._take_file_of_previous(choice)
        self.defects.extend(choice.defects)
        files = [use.sheet for use in found.left_out]
        refuse_unknown_sheets(self.settled, grids, files, self.defects)
        used: set[tuple[str, str]] = set()
        parts = {
            table: [
                read_part(
                    table,
                    block,
                    FIELDS[table],
                    self.settled.columns.get(table, {}),
                    self.classes,
                    used,
                )
                for block in blocks
            ]
            for table, blocks in choice.blocks.items()
        }
        refuse_unknown_titles(self.settled, used, parts, self.defects)
        note_files(parts, self.notes, self.defects)
        tables = {t: join(t, found) for t, found in parts.items() if any(p.uses for p in found)}
        for table in tables.values():
            if not len(table):
                self.notes.append(Message("{place}: titles, and no records below", place=table.top))
        named_by_households = self._complete(tables)
        there = [grid.called for grid in grids if grid.lines or grid.defects]
        there = [name for name in there if name not in self.settled.sheets]
        absent = [name for name in self.wanted if name not in {**parts, **tables}]
        self.defects.extend(missing_lists(self.path, absent, there, choice))
        labels = self._labels(tables)
        keys = self._keys(tables)
        self._match(tables)
        for kind, table in tables.items():
            blank_to_missing(table, FIELDS[kind])
        if named_by_households:
            # Who is only named as being in charge has no place.
            self.options.setdefault("travel", None)
        assembly = Assembly(
            tables,
            self.defects,
            self.notes,
            strict=self.settled.strict,
            everybody=self.settled.everybody,
            decimal=self.settled.decimal,
        )
        problem = self._with_scheme(assembly.problem(self.options))
        reading = self._reading(problem, parts, choice)
        missing = tuple(self.classes.missing.values())
        return Understanding(reading, labels, keys, missing, self.office)

    def _take_scheme(self, found: Found) -> tuple[list[Grid], list[SheetUse]]:
        """The tables that are lists; what states how workload is counted is no list."""
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
        if self.scheme is not None and self.scheme.load_marks is not None:
            self.options.setdefault("load_marks", self.scheme.load_marks)
        return grids, uses

    def _take_office(self, grids: Sequence[Grid]) -> tuple[list[Grid], list[SheetUse]]:
        """The tables that are lists; what an office puts on its decisions is none."""
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

    def _with_scheme(self, problem: Problem | None) -> Problem | None:
        """The way of each pair among the workload, where the scheme has a speed."""
        if problem is None or self.scheme is None or not self.scheme.speed or not any(self.times):
            return problem
        try:
            return with_journeys(problem, self.scheme, self.times)
        except InvalidProblemError as error:
            self.defects.extend(error.defects)
            return None

    def _is_ignored(self, name: str) -> bool:
        return self.settled.sheets.get(name, "") is None

    def _take_file_of_previous(self, choice: Choice) -> None:
        """Last year's pairs from a file that the caller names."""
        path = self.settled.previous
        if path is None:
            return
        self.wanted.append("previous")
        try:
            grids = read_previous(path)
        except InvalidProblemError as error:
            self.defects.extend(error.defects)
            return
        told = Said(self.settled.sheets, self.settled.columns, self.settled.headers)
        for grid in grids:
            for block in told.blocks(grid):
                kind = kind_by_titles(block, self.settled.columns)
                if grid.pairs or kind in (PAIRS, *PAIR_TABLES, "households") or len(grids) == 1:
                    choice.take("previous", block)
                else:
                    choice.leave(grid, Message("left out: names nobody who was in charge"))
        if "previous" not in choice.blocks:
            what = Message("has no list that says who was in charge of which household")
            mend = Message("give a plan, or a list with a column for the member in charge")
            self.defects.append(Defect(path.name, Message("list"), what, mend))

    def _complete(self, tables: dict[str, Table]) -> bool:
        """Ids, classes, exemptions, hamlets; whether the members are those that households name."""
        for kind in set(REQUIRED) & set(tables):
            join_degrees(tables[kind], self.notes, self.defects)
        for table in tables.values():
            take_from_above(table, self.notes, self.defects)
        if "households" in tables and not tables["households"].plain:
            one_row_a_household(tables["households"], self.notes, self.defects)
        for kind, table in tables.items():
            number_records(table, self.notes, self.settled.keys.get(kind, {}))
        if "households" in tables and self.scheme is None:
            read_classes(tables["households"], self.classes, self.notes, self.defects)
        elif "households" in tables and self.scheme is not None:
            self.times = count_by_scheme(
                tables["households"], self.scheme, self.classes, self.notes, self.defects
            )
        if "members" in tables:
            read_exemptions(tables["members"], self.defects)
            share_of_newcomers(tables["members"], self.scheme, self.notes, self.defects)
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
        if households is None or not {IN_CHARGE, IN_CHARGE_ID} & set(households.columns):
            return
        if "previous" not in self.wanted or "id" not in households.columns:
            return
        pairs = pairs_in_charge(households)
        if pairs is None:
            return
        if "previous" in tables:
            what = Message("says who is in charge, as another list does")
            meaning = IN_CHARGE if IN_CHARGE in households.columns else IN_CHARGE_ID
            field = households.field(meaning)
            if self.settled.previous is not None:
                # The caller has named the file: what the list says is of another year.
                self.notes.append(
                    Message("{column} is left out: the pairs of last year are given", column=field)
                )
                return
            mend = Message(
                "leave out one: {way} or {other}",
                way=columns_way("households", bare_title(field), None),
                other=Remedy("sheets={...: None}", "--sheets NAME=none"),
            )
            self.defects.append(Defect(households.top, field, what, mend))
            return
        tables["previous"] = pairs
        count = str(len(pairs))
        self.notes.append(
            Message("last year's pairs are in the list of households ({count})", count=count)
        )

    def _labels(self, tables: Mapping[str, Table]) -> Labels:
        for kind in REQUIRED:
            if kind in tables:
                self._refuse_unseen(tables[kind])
        members, households, posts, addresses = (
            _texts(tables.get(kind), column)
            for kind, column in (
                ("members", NAME), ("households", NAME), ("members", POST), ("households", ADDRESS),
            )
        )  # fmt: skip
        return Labels.of(members, households, posts, addresses)

    def _keys(self, tables: Mapping[str, Table]) -> dict[str, dict[Any, str]]:
        """Labels of the records whose rows were numbered."""
        for table in tables.values():
            first: dict[str, int] = {}
            for row, cell in enumerate(table.column(KEY)):
                if not is_blank(cell) and first.setdefault(str(cell).strip(), row) != row:
                    twin = table.records[first[str(cell).strip()]]
                    what = Message("is given twice (first: {record})", record=twin)
                    mend = Message("keep one")
                    place = table.records[row], table.field(KEY, row)
                    self.defects.append(Defect(*place, what, mend))
        return {
            kind: {
                identity: str(key).strip()
                for identity, key in zip(table.column("id"), table.column(KEY), strict=True)
                if not is_blank(key)
            }
            for kind, table in tables.items()
            if KEY in table.columns
        }

    def _refuse_unseen(self, table: Table) -> None:
        """Names are printed, too."""
        printed = [(c, n, x) for c in (NAME, POST, ADDRESS) for n, x in enumerate(table.column(c))]
        for column, row, name in printed:
            if isinstance(name, str) and has_unseen(clean_name(name)):
                field = table.field(column, row)
                self.defects.append(Defect(table.records[row], field, UNSEEN, MEND_UNSEEN))

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
                        Message.ngettext(
                            "{n} line of last year matches nobody here: it ends",
                            "{n} lines of last year match nobody here: they end",
                            ended,
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


def _texts(table: Table | None, column: str) -> dict[Any, str]:
    """Id → what a column says, without blanks around it."""
    if table is None:
        return {}
    cells = zip(table.column("id"), table.column(column), strict=True)
    return {
        identity.strip() if isinstance(identity, str) else identity: text.strip()
        for identity, text in cells
        if isinstance(text, str) and text.strip() and isinstance(identity, (int, str))
    }
