"""`Reading`: what was understood of the lists, and `Labels`: the names, for writers only."""

from __future__ import annotations

from dataclasses import dataclass, field

from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Problem
from phancong.words import Printable


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetUse:
    """How a list was read.

    Parameters
    ----------
    sheet
        File, or file and sheet.
    became
        A table of a problem (``"households"``), or why nothing was read.
    header
        The line of the header, None where there is none.
    records
        How many records were read.
    """

    sheet: str
    became: str
    header: int | None = None
    records: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """How a column was read: its place and title, and a field or why it was left out."""

    sheet: str
    column: str
    title: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsLeftOut:
    """Lines that were not read as records, and why."""

    sheet: str
    rows: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reading(Printable):
    r"""How lists were read; holds no name, coordinate or class.

    ``text("vi")`` and ``html("vi")`` tell it in Vietnamese.

    Parameters
    ----------
    sheets
        What each list became.
    columns
        What each column became.
    left_out
        Which rows are no records, and why.
    notes
        What was settled by a rule, such as the workload of a class.
    defects
        What is wrong or doubtful, each with the way to settle it.

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
        became = "a problem" if self._problem is not None else f"{len(self.defects)} defects"
        return f"Reading({len(self.sheets)} lists, {became})"
