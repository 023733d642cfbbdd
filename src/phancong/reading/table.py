"""`Table`: one list in the words of a problem, with the place of each record in the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload


class RecordPlaces(Sequence[str]):
    """Names of records for messages, made only where somebody asks: most records are fine.

    Parameters
    ----------
    lines
        For each record what names a line of its file, and the line.
    """

    __slots__ = ("lines",)

    def __init__(self, lines: Iterable[tuple[Callable[[int], str], int]] = ()) -> None:
        self.lines = list(lines)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.lines)

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> RecordPlaces: ...

    def __getitem__(self, row: int | slice) -> str | RecordPlaces:
        """The name of one record, or of several."""
        if isinstance(row, slice):
            return RecordPlaces(self.lines[row])
        called, line = self.lines[row]
        return called(line)

    def taken(self, rows: Iterable[int]) -> RecordPlaces:
        """Those of some records, in their order."""
        return RecordPlaces(self.lines[row] for row in rows)


@dataclass(slots=True, repr=False)
class Table:
    """A list on its way to a problem; it may come from several sheets.

    Parameters
    ----------
    kind
        ``"members"``, ``"households"``, ``"previous"``, ``"fixed"`` or ``"forbidden"``.
    top
        What to call the line of the header.
    plain
        The titles are those of the fields of a problem: cells are read as a program writes them,
        not as people do.
    semicolons
        Semicolons part the cells of a plain CSV file.
    vietnamese
        The titles are Vietnamese, and so is the way to write a number.
    personal
        Some titles are of what only a person has.
    columns
        Meaning → a cell for each record.
    records
        What to call each record: file, and line or row.
    fields
        For each record, what its list calls a column.
    """

    kind: str
    top: str
    plain: bool
    semicolons: bool = False
    vietnamese: bool = False
    personal: bool = False
    columns: dict[str, list[Any]] = field(default_factory=dict)
    records: RecordPlaces = field(default_factory=RecordPlaces)
    fields: list[Mapping[str, str]] = field(default_factory=list)
    top_fields: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.records)

    def field(self, meaning: str, row: int | None = None) -> str:
        """The name of a column in a message about a record, or about the whole list."""
        known = self.top_fields if row is None else self.fields[row]
        return known.get(meaning, meaning)

    def column(self, meaning: str) -> list[Any]:
        """The cells of a column, None where the list does not have it."""
        return self.columns.get(meaning, [None] * len(self))
