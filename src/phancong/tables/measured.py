"""Texts of a table, measured once for all layouts, scales and pages that are tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from phancong.tables.printed import Cell, PrintedColumn, PrintedSheet, is_cells
from phancong.tables.type_widths import LINE, line_count, longest_word, points

#: The points between a text and the edges of its cell.
PAD: Final = 14.0


class Measured:
    """A sheet with the widths of its texts.

    Parameters
    ----------
    page
        The sheet.
    """

    def __init__(self, page: PrintedSheet) -> None:
        self.page = page
        #: Texts of the cells as displayed, a list for each column.
        self._texts = [
            [cell_text(cells[number], column) for cells in page.cells]
            for number, column in enumerate(page.columns)
        ]
        #: Width of each cell's text in one line, in points, shape ``(columns, rows)``.
        self.widths = np.array([list(map(points, texts)) for texts in self._texts], dtype=float)
        #: The width in points of the widest word or figure of each column.
        self.words = [self._widest_word(number) for number in range(len(page.columns))]
        #: Positions of the columns of text.
        self.of_text = [number for number in range(len(page.columns)) if self._is_text(number)]
        #: Whether all rows are rows of cells.
        self.plain = all(is_cells(row) for row in page.rows)
        self._broken = np.array(
            [["\n" in text for text in texts] for texts in self._texts], dtype=bool
        )

    def heights(self, rooms: Sequence[float], step: int = 1) -> list[float]:
        """The height of every row of cells, or of one in *step*, in points.

        Parameters
        ----------
        rooms
            The width of each column, in points.
        step
            The distance between the rows that are asked for.
        """
        most = [1] * len(self.page.cells[::step])
        for number, texts in enumerate(self._texts):
            room = rooms[number] - PAD
            long = (self.widths[number] > room) | self._broken[number]
            for row in np.flatnonzero(long[::step]).tolist():
                most[row] = max(most[row], line_count(texts[row * step], room))
        return [LINE * high for high in most]

    def _widest_word(self, number: int) -> float:
        column = [cells[number] for cells in self.page.cells]
        words = {cell for cell in column if isinstance(cell, str)}
        figures = (
            wide
            for cell, wide in zip(column, self.widths[number].tolist(), strict=True)
            if cell is not None and not isinstance(cell, str)
        )
        return max((*map(longest_word, words), *figures), default=0.0)

    def _is_text(self, number: int) -> bool:
        column = self.page.columns[number]
        if column.counts or column.decimals is not None:
            return False
        return not any(isinstance(cells[number], int | float) for cells in self.page.cells)


def cell_text(cell: Cell, column: PrintedColumn) -> str:
    """The text of a cell as displayed."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and column.decimals is not None:
        return f"{cell:,.{column.decimals}f}"
    return str(cell)
