"""From files to a problem: tables, records, ids, and people matched by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phancong.errors import Defect, InvalidProblemError
from phancong.plan import Labels
from phancong.problem import Problem
from phancong.problem.label_fields import MEND_UNSEEN, UNSEEN, has_unseen
from phancong.reading.assembling import Assembly
from phancong.reading.cells_above import take_from_above
from phancong.reading.classes import ClassWorkloads
from phancong.reading.degree_columns import join_degrees
from phancong.reading.gathering import gather
from phancong.reading.joining import (
    name_hamlets,
    number_records,
    read_classes,
    read_exemptions,
)
from phancong.reading.list_fields import FIELDS
from phancong.reading.missing import missing_lists
from phancong.reading.pairing import (
    match_own_households,
    match_pairs,
    members_in_charge,
    pairs_in_charge,
    read_since,
    roster,
)
from phancong.reading.persons import one_row_a_household
from phancong.reading.record import Reading
from phancong.reading.resemblance import note_resemblances
from phancong.reading.schemes import Scheme
from phancong.reading.scheming import count_by_scheme, share_of_newcomers, with_journeys
from phancong.reading.settled import Settled
from phancong.reading.settling import Remedy, bare_title, columns_remedy
from phancong.reading.table import FileTable
from phancong.reading.vocabulary import (
    ADDRESS,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    NAME,
    NOTE,
    POST,
    REQUIRED,
)
from phancong.report.labels import clean_name
from phancong.tables.sheet import is_blank
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class Understanding:
    """The problem as it was read; the names and keys are kept apart, for writers only.

    Parameters
    ----------
    reading
        The report on the reading.
    labels
        Names by id.
    keys
        Table → id → the key that a row number replaced.
    classes
        Classes that the table of workloads does not have.
    office
        The letterhead and signatures of a decision, if a sheet states them.
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
        Nothing at *path* can be read.
    InvalidArgumentError
        The workloads are no valid table.
    """
    return _Lists(path, settled, options).understanding()


class _Lists:
    """One reading; defects and notes are collected on the way."""

    def __init__(self, path: Path, settled: Settled, options: Mapping[str, Any]) -> None:
        self.path = path
        self.settled = settled
        self.options = dict(options)
        self.classes = ClassWorkloads(settled.workloads)
        self.wanted = [name for name in FIELDS if name in REQUIRED or name not in options]
        self.defects: list[Defect] = []
        self.notes: list[str] = []
        self.scheme: Scheme | None = None
        #: The visits a month of each household for which travel counts as workload.
        self.times: list[float] = []

    def understanding(self) -> Understanding:
        read = gather(self.path, self.settled, self.wanted, self.classes, self.notes, self.defects)
        tables, self.scheme = read.tables, read.scheme
        if self.scheme is not None and self.scheme.load_marks is not None:
            self.options.setdefault("load_marks", self.scheme.load_marks)
        for table in tables.values():
            if not len(table):
                self.notes.append(
                    Message("{place}: titles, and no records below", place=table.name)
                )
        named_by_households = self._complete(tables)
        name_hamlets(tables, self.notes, self.defects)
        note_resemblances(tables, self.notes, self.defects)
        absent = [name for name in self.wanted if name not in {*read.found, *tables}]
        self.defects.extend(missing_lists(self.path, absent, read.there, read.asked))
        labels = self._labels(tables)
        keys = self._keys(tables)
        self._match(tables)
        if named_by_households:
            # Members who are only named in the list of households have no coordinates.
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
        if self.options.get("travel", 0) is None:
            self.notes.append(Message("no distances"))
        reading = Reading(
            sheets=read.sheets,
            columns=read.columns,
            left_out=read.left_out,
            notes=tuple(self.notes),
            defects=tuple(dict.fromkeys(self.defects)),
            _problem=problem,
        )
        missing = tuple(self.classes.missing.values())
        return Understanding(reading, labels, keys, missing, read.office)

    def _with_scheme(self, problem: Problem | None) -> Problem | None:
        """The problem with travel time added to the workload of each pair, if the scheme has a speed."""
        if problem is None or self.scheme is None or not self.scheme.speed or not any(self.times):
            return problem
        try:
            return with_journeys(problem, self.scheme, self.times)
        except InvalidProblemError as error:
            self.defects.extend(error.defects)
            return None

    def _complete(self, tables: dict[str, FileTable]) -> bool:
        """Set ids, classes, exemptions; whether the members come from the list of households."""
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
                return True
        self._take_previous(tables)
        return False

    def _take_previous(self, tables: dict[str, FileTable]) -> None:
        """Take last year's pairs from the list of households."""
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
            field = households.title(meaning)
            if self.settled.previous is not None:
                # The caller names a file of pairs: those in the list are of another year.
                self.notes.append(
                    Message("{column} is left out: the pairs of last year are given", column=field)
                )
                return
            mend = Message(
                "leave out one: {remedy} or {other}",
                remedy=columns_remedy("households", bare_title(field), None),
                other=Remedy("sheets={...: None}", "--sheets NAME=none"),
            )
            self.defects.append(Defect(households.name, field, what, mend))
            return
        tables["previous"] = pairs
        count = str(len(pairs))
        self.notes.append(
            Message("last year's pairs are in the list of households ({count})", count=count)
        )

    def _labels(self, tables: Mapping[str, FileTable]) -> Labels:
        for kind in REQUIRED:
            if kind in tables:
                self._refuse_unseen(tables[kind])
        members, households, posts, addresses, notes = (
            _texts(tables.get(kind), column)
            for kind, column in (
                ("members", NAME), ("households", NAME), ("members", POST), ("households", ADDRESS),
                ("households", NOTE),
            )
        )  # fmt: skip
        return Labels.of(members, households, posts, addresses, notes)

    def _keys(self, tables: Mapping[str, FileTable]) -> dict[str, dict[Any, str]]:
        """The keys that row numbers replaced, by id."""
        for table in tables.values():
            first: dict[str, int] = {}
            for row, cell in enumerate(table.column(KEY)):
                if not is_blank(cell) and first.setdefault(str(cell).strip(), row) != row:
                    twin = table.records[first[str(cell).strip()]]
                    what = Message("is given twice (first: {record})", record=twin)
                    self.defects.append(table.defect(KEY, row, what, Message("keep one")))
        return {
            kind: {
                identity: str(key).strip()
                for identity, key in zip(table.column("id"), table.column(KEY), strict=True)
                if not is_blank(key)
            }
            for kind, table in tables.items()
            if KEY in table.columns
        }

    def _refuse_unseen(self, table: FileTable) -> None:
        """Note a defect for names with unprintable characters: names are printed, too."""
        printed = [
            (c, n, x) for c in (NAME, POST, ADDRESS, NOTE) for n, x in enumerate(table.column(c))
        ]
        for column, row, name in printed:
            if isinstance(name, str) and has_unseen(clean_name(name)):
                self.defects.append(table.defect(column, row, UNSEEN, MEND_UNSEEN))

    def _match(self, tables: dict[str, FileTable]) -> None:
        """Match names to records: previous, fixed and forbidden pairs, and own households."""
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
                            "{n} line of last year matches no record here: it ends",
                            "{n} lines of last year match no record here: they end",
                            ended,
                        )
                    )


def _texts(table: FileTable | None, column: str) -> dict[Any, str]:
    """Id → the text of a column, without surrounding blanks."""
    if table is None:
        return {}
    cells = zip(table.column("id"), table.column(column), strict=True)
    return {
        identity.strip() if isinstance(identity, str) else identity: text.strip()
        for identity, text in cells
        if isinstance(text, str) and text.strip() and isinstance(identity, (int, str))
    }
