"""`Reading`: a report on how lists were read; `Labels`: the names, for writers only."""

from __future__ import annotations

from dataclasses import dataclass, field

from phancong.errors import Defect, InvalidProblemError
from phancong.layout import with_noun
from phancong.problem import Problem
from phancong.words import Printable


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetUse:
    """The use of a list.

    Parameters
    ----------
    sheet
        File, or file and sheet, of the list.
    became
        A table of a problem (``"households"``), or the reason why the list was not read.
    header
        The line of the header, None if there is none.
    records
        How many records the list has.
    """

    sheet: str
    became: str
    header: int | None = None
    records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """The use of a column: its place and title, and its field or the reason why it was left out."""

    sheet: str
    column: str
    title: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsLeftOut:
    """Lines that are no records, and the reason."""

    sheet: str
    rows: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reading(Printable):
    r"""A report on how lists were read, without names, coordinates and classes.

    ``text("vi")`` and ``html("vi")`` return it in Vietnamese.

    Parameters
    ----------
    sheets
        The use of each list.
    columns
        The use of each column.
    left_out
        Lines that are no records, with reasons.
    notes
        Assumptions, such as the workload of a class.
    defects
        Defects and questions, each with a way to settle it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from phancong import read
    >>> _ = Path("members.csv").write_text("id\nm1\n")
    >>> _ = Path("households.csv").write_text("id\nh1\n")
    >>> reading = read(".", explain=True)
    >>> reading.defects, reading.problem
    ((), Problem(1 member, 1 household))
    """

    sheets: tuple[SheetUse, ...]
    columns: tuple[ColumnUse, ...]
    left_out: tuple[RowsLeftOut, ...]
    notes: tuple[str, ...]
    defects: tuple[Defect, ...]
    _problem: Problem | None = field(default=None)

    @property
    def problem(self) -> Problem:
        """The problem.

        Raises
        ------
        InvalidProblemError
            The lists have :attr:`defects`.
        """
        if self._problem is None:
            raise InvalidProblemError(self.defects)
        return self._problem

    def __repr__(self) -> str:
        became = (
            "a problem" if self._problem is not None else with_noun(len(self.defects), "defect")
        )
        return f"Reading({with_noun(len(self.sheets), 'list')}, {became})"
