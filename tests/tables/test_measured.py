"""Texts of a table, measured once: the heights of its rows are those of its cells, one by one."""

import numpy as np

from phancong.tables.measured import PAD, Measured, cell_text
from phancong.tables.printed import Band, PrintedColumn, PrintedSheet
from phancong.tables.type_widths import LINE, line_count

#: Cells of any kind: long and short, broken by hand, wider than a line, blank.
CELLS = ["h1", "Nguyễn Văn An, thôn Bản Cuôn 1", "a\nb", "m" * 40, "", None, 3, 1234567.25, True]
COLUMNS = (PrintedColumn("text"), PrintedColumn("figure", 0), PrintedColumn("No.", counts=True))


def test_a_row_is_as_high_as_its_highest_cell():
    """In rooms of any width, also where a text fits exactly; with a step, every second row."""
    drawn = np.random.default_rng(1)
    rows = [[CELLS[kind] for kind in drawn.integers(len(CELLS), size=3)] for _ in range(60)]
    sized = Measured(PrintedSheet("s", columns=COLUMNS, rows=rows))
    exact = np.maximum(sized.widths[:, 1] + PAD, 30.0)
    for rooms in ([40.0, 60.0, 30.0], [300.0, 300.0, 300.0], exact.tolist()):
        expected = [
            LINE
            * max(
                line_count(cell_text(cell, column), room - PAD)
                for cell, column, room in zip(row, COLUMNS, rooms, strict=True)
            )
            for row in rows
        ]
        assert sized.heights(rooms) == expected
        assert sized.heights(rooms, 2) == expected[::2]
    assert len(set(sized.heights([40.0, 60.0, 30.0]))) > 2


def test_a_table_without_rows_has_no_heights():
    """Only its bands take room."""
    sized = Measured(PrintedSheet("s", columns=COLUMNS, rows=[Band("nobody")]))
    assert sized.heights([50.0, 50.0, 50.0]) == []
    assert sized.words == [0.0, 0.0, 0.0]
    assert not sized.plain
    assert Measured(PrintedSheet("s", columns=COLUMNS, rows=[])).plain


def test_columns_of_text_hold_no_figures():
    """Nor are numbers that only count the rows text."""
    sized = Measured(PrintedSheet("s", columns=COLUMNS, rows=[["a", "b", "c"]]))
    assert sized.of_text == [0]
    assert Measured(PrintedSheet("s", columns=COLUMNS, rows=[[1, 2.0, 3]])).of_text == []


def test_the_widest_word_is_one_of_a_text_or_a_whole_figure():
    """A text may be broken at blanks, a figure never."""
    sized = Measured(
        PrintedSheet("s", columns=COLUMNS, rows=[["an em", 1234.5, 1], ["a", None, 22]])
    )
    assert (
        sized.words[0] == Measured(PrintedSheet("s", columns=COLUMNS, rows=[["em", 0, 0]])).words[0]
    )
    assert sized.words[1:] == [sized.widths[1, 0], sized.widths[2, 1]]
