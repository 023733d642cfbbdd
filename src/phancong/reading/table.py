"""`FileTable`: lists with the fields of a problem, and the place of each record in the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, overload

from phancong.errors import Defect
from phancong.problem.tables import Table
from phancong.tables.sheet import place


@dataclass(frozen=True, slots=True, repr=False)
class Source:
    """The list from which a record comes, without the cells of its file.

    Parameters
    ----------
    file
        File, or file and sheet.
    letters
        The letters of the columns of a workbook.
    titles
        Meaning → the title in the list.
    """

    file: str
    letters: Sequence[str]
    titles: Mapping[str, str]

    def place(self, line: int) -> str:
        """The name of a line of the file."""
        return place(self.file, line, self.letters)


class RecordPlaces(Sequence[str]):
    """Names of records for messages, made on demand: most records have no defect.

    Parameters
    ----------
    sources, lines
        For each record its list, and its line in the file.
    """

    __slots__ = ("lines", "sources")

    def __init__(self, sources: Iterable[Source] = (), lines: Iterable[int] = ()) -> None:
        self.sources = list(sources)
        self.lines = list(lines)

    def __len__(self) -> int:
        """The number of records."""
        return len(self.lines)

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> RecordPlaces: ...

    def __getitem__(self, row: int | slice) -> str | RecordPlaces:
        """The name of a record, or the places of several."""
        if isinstance(row, slice):
            return RecordPlaces(self.sources[row], self.lines[row])
        return self.sources[row].place(self.lines[row])

    def taken(self, rows: Sequence[int]) -> RecordPlaces:
        """The places of some records, in their order."""
        return RecordPlaces([self.sources[row] for row in rows], [self.lines[row] for row in rows])

    def extend(self, other: RecordPlaces) -> None:
        """Append the records of another list."""
        self.sources.extend(other.sources)
        self.lines.extend(other.lines)

    def title(self, row: int, meaning: str) -> str:
        """The title of a column in the list of a record."""
        return self.sources[row].titles.get(meaning, meaning)

    def meaning(self, others: Mapping[str, str]) -> RecordPlaces:
        """The same places for columns with other meanings: *others* maps meaning → previous meaning."""
        renamed = {
            id(source): replace(
                source, titles={new: source.titles.get(old, old) for new, old in others.items()}
            )
            for source in self.sources
        }
        return RecordPlaces([renamed[id(source)] for source in self.sources], self.lines)


@dataclass(slots=True, repr=False, kw_only=True)
class FileTable(Table):
    """A table from files on its way to a problem; it may join several sheets.

    Parameters
    ----------
    role
        The table of a problem that it becomes: ``"members"``, ``"households"``, ``"previous"``,
        ``"fixed"`` or ``"forbidden"``.
    columns
        Meaning → a cell for each record.
    records
        The place of each record: file, and line or row.
    plain
        Whether the titles are names of fields: then cells are read as programs write them, not as
        people do.
    semicolons
        Whether semicolons part the cells of a plain CSV file.
    vietnamese
        Whether titles are Vietnamese, and numbers in the Vietnamese notation.
    personal
        Whether some titles are those of personal data.
    titles
        Meaning → the title in the first list.
    """

    role: str
    columns: dict[str, list[Any]] = field(default_factory=dict)
    records: RecordPlaces = field(default_factory=RecordPlaces)
    plain: bool = False
    semicolons: bool = False
    vietnamese: bool = False
    personal: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, meaning: str, row: int | None = None) -> str:
        """The name of a column in a message about a record, or about the whole list."""
        if row is None:
            return self.titles.get(meaning, meaning)
        return self.records.title(row, meaning)

    def defect(self, meaning: str, row: int, what: str, mend: str) -> Defect:
        """The defect of one cell, named by its place in the files."""
        return Defect(self.records[row], self.title(meaning, row), what, mend)
