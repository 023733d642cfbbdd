"""`ListReport`: how one list of one sheet was read: its columns, its lines and its defects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from phancong.errors import Defect
from phancong.reading.headers import Block
from phancong.reading.record import ColumnUse, RowsLeftOut, SheetUse
from phancong.tables import Grid


@dataclass(slots=True, repr=False)
class ListReport:
    """How one list of one sheet was read.

    Parameters
    ----------
    role
        The table to which the list belongs.
    block
        The list in its sheet.
    records
        The number of its records.
    read
        The positions of the columns that have a meaning.
    left_out
        Lines that are no records: number in the file → reason.
    uses, defects
        How each column was used, and defects and questions.
    stray
        Cells without a title, which are defects of the file.
    """

    role: str
    block: Block
    records: int = 0
    read: frozenset[int] = frozenset()
    left_out: dict[int, str] = field(default_factory=dict)
    uses: list[ColumnUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    stray: list[Defect] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """The sheet that the list stands on."""
        return self.block.grid

    def use(self) -> SheetUse:
        """The use of the list: its table, and its columns."""
        return SheetUse(
            sheet=self.grid.name,
            became=self.role,
            header=self.block.first,
            records=self.records,
        )

    def rows_left_out(self) -> Iterator[RowsLeftOut]:
        """The lines that are no records, grouped by reason."""
        for why in dict.fromkeys(self.left_out.values()):
            rows = tuple(sorted(line for line, reason in self.left_out.items() if reason == why))
            yield RowsLeftOut(sheet=self.grid.name, rows=rows, why=why)
