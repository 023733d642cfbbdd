"""CSV files converted to Parquet, so that each task reads only its own rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from phancong.batch.inputs import COLUMNS, IDS, hash_of
from phancong.errors import Defect, InvalidProblemError
from phancong.problem.tables import LEFT_OUT
from phancong.tables import Grid, read_csv_grid
from phancong.tables.csv_files import could_be_thousands, doubtful_numbers, plain_number
from phancong.tables.replacing import make_folder, write_files
from phancong.tables.sheet import is_blank, place
from phancong.words import Message

#: The column with the line of each row in the CSV file.
LINE: Final = "__line"
#: The rows of a row group: a task reads at most so many rows of other communes.
GROUP: Final = 20_000
#: Columns of text that may look like numbers.
_TEXT: Final = frozenset(
    (
        *("at", "geometry", "hamlet", "cluster", "group", "skills", "needs", "household"),
        *("what", "old", "new"),
        *("optional", "approximate", "province", "within_hamlet", "own_household"),
    )
)


def as_parquet(path: Path, kind: str, by: str, folder: Path) -> Path:
    """A CSV file as a Parquet file of text, with the line of each row.

    Parameters
    ----------
    path
        The CSV file, as :func:`phancong.tables.read_csv_grid` reads it.
    kind
        The table.
    by
        The column that names the commune.
    folder
        The folder of the Parquet file; an existing file for the same content is used.

    Raises
    ------
    InvalidProblemError
        The file is no table, a cell is malformed, or a number is ambiguous.
    NotWrittenError
        The Parquet file could not be written.
    """
    made = folder / f"{kind}-{hash_of(path)}.parquet"
    if made.exists():
        return made
    grid = read_csv_grid(path, code_pages=False)
    defects = list(grid.defects)
    lines = [(line, row) for line, row in grid.lines if not all(map(is_blank, row))]
    titles = [str(cell).strip() for cell in lines[0][1]]
    defects += _refused_titles(titles, grid.name)
    for line, row in lines[1:]:
        if not all(map(is_blank, row[len(titles) :])):
            what = Message("has more cells than the header")
            mend = Message("look for a surplus separator between cells")
            defects.append(Defect(place(grid.name, line, ()), Message("row"), what, mend))
    columns: dict[str, Any] = {LINE: pa.array([line for line, _ in lines[1:]], pa.int64())}
    for position, title in enumerate(titles):
        if title in LEFT_OUT:
            continue
        cells = [_cell(row, position) for _, row in lines[1:]]
        if title not in (by, *_TEXT, *IDS[kind]) and title in COLUMNS[kind]:
            cells = _numbers(cells, [line for line, _ in lines[1:]], title, grid, defects)
        columns[title] = pa.array(cells, pa.string())
    if defects:
        raise InvalidProblemError(defects)
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, row_group_size=GROUP, write_page_checksum=True)
    make_folder(folder)
    write_files([(made, buffer.getvalue())])
    return made


def _refused_titles(titles: Sequence[str], name: str) -> list[Defect]:
    if len(set(titles)) == len(titles) and all(titles):
        return []
    what = Message("has columns without a title, or two of the same title")
    return [Defect(name, Message("columns"), what, Message("name each column once, by text"))]


def _cell(row: Sequence[Any], position: int) -> str | None:
    if position >= len(row) or is_blank(row[position]):
        return None
    return str(row[position]).strip()


def _numbers(
    cells: list[str | None], lines: Sequence[int], title: str, grid: Grid, defects: list[Defect]
) -> list[str | None]:
    """Cells of a file with semicolons as plain decimals; ambiguous ones are defects."""
    if not grid.semicolons:
        return cells
    if doubtful_numbers(cell for cell in cells if cell is not None):
        for line, cell in zip(lines, cells, strict=True):
            if cell is not None and could_be_thousands(cell):
                what = Message("can be read as thousands or as a decimal")
                mend = Message("write it without a point, or all decimals with a comma")
                defects.append(Defect(place(grid.name, line, ()), title, what, mend))
    return [None if cell is None else plain_number(cell) for cell in cells]
