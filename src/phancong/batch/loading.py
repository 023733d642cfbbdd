"""Loading the rows of communes from their row groups."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from phancong.batch.index import PartFile, Places, plain, unreadable_file
from phancong.batch.inputs import COLUMNS, IDS, LISTS, files_of, hash_of
from phancong.batch.staging import LINE
from phancong.errors import Defect
from phancong.problem import Id
from phancong.problem.tables import Table
from phancong.tables import looks_personal
from phancong.tables.private import tells_hardship
from phancong.tables.sheet import place
from phancong.words import Message

#: The column with the file of each row.
FILE: Final = "__file"
#: Digits of an id that are too few for a telephone or an identity number.
SHORT: Final = 7


@dataclass(slots=True, repr=False)
class Loaded:
    """The rows of one commune.

    Parameters
    ----------
    key
        The commune.
    tables
        Table → its rows, as an Arrow table.
    defects
        Files that cannot be read, and ids that are not allowed.
    lists
        The commune's own workbook or folder of lists, if it has one.
    """

    key: Id
    tables: dict[str, Any] = field(default_factory=dict)
    defects: list[Defect] = field(default_factory=list)
    lists: Path | None = None

    def content(self) -> str:
        """SHA-256 of the rows, independent of their order, files and row groups."""
        digest = sha256()
        for file in () if self.lists is None else files_of(self.lists):
            digest.update(f"\n{file.name}:{hash_of(file)}".encode())
        for kind, table in sorted(self.tables.items()):
            digest.update(f"\n{kind}:".encode())
            for name, text in sorted(_texts(table, kind).items()):
                digest.update(f"\n{name}:".encode() + text)
        return digest.hexdigest()

    def rows(self, kind: str) -> Table:
        """A table of the commune for :class:`~phancong.Problem`; defects name file and row."""
        table = self.tables.get(kind)
        if table is None:
            return Table(name=kind)
        columns = {
            name: _values(table.column(name))
            for name in table.column_names
            if name in COLUMNS[kind]
        }
        records = _Records(table.column(FILE).to_pylist(), table.column(LINE).to_pylist())
        return Table(columns=columns, records=records, name=kind)


class _Records(Sequence[str]):
    """The name of each row, by file and number; made on demand."""

    def __init__(self, names: list[str], lines: list[int]) -> None:
        self._names, self._lines = names, lines

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, row: Any) -> Any:
        name, line = self._names[row], self._lines[row]
        if name.lower().endswith(".csv"):
            return place(name, line, ())
        return Message("{file}, row {row}", file=name, row=str(line))


def load(asked: Mapping[Id, Places], by: str) -> list[Loaded]:
    """Read the rows of communes.

    A row group is read once for all communes of the call. If it cannot be read, each commune with rows
    in it gets a defect.

    Parameters
    ----------
    asked
        Commune → the places of its rows.
    by
        The column that names the commune.
    """
    loaded = {key: Loaded(key) for key in asked}
    groups: dict[tuple[str, PartFile, int], list[Id]] = {}
    for key, places in asked.items():
        for kind, files in places.items():
            if kind == LISTS:
                loaded[key].lists = Path(files[0][0].path)
                continue
            for file, numbers in files:
                for number in numbers:
                    groups.setdefault((kind, file, number), []).append(key)
    pieces: dict[tuple[Id, str], list[Any]] = {}
    opened: dict[str, Any] = {}
    with ExitStack() as files_open:
        for (kind, file, number), keys in groups.items():
            try:
                if file.path not in opened:  # the footer may be long: read it once
                    parquet = pq.ParquetFile(file.path, page_checksum_verification=True)
                    opened[file.path] = files_open.enter_context(parquet)
                table = _read_group(opened[file.path], kind, file, number, by)
            except (pa.ArrowException, OSError) as error:
                for key in keys:
                    loaded[key].defects.append(unreadable_file(file.name, error))
                continue
            column = plain(table.column(by))
            for key in keys:
                mine = table.filter(pc.equal(column, pa.scalar(key, column.type)))
                pieces.setdefault((key, kind), []).append(mine.drop_columns([by]))
    for (key, kind), tables in pieces.items():
        whole = _joined(tables).combine_chunks()
        loaded[key].tables[kind] = whole
        loaded[key].defects += _refused_ids(whole, kind)
    return list(loaded.values())


def _joined(tables: list[Any]) -> Any:
    """Rows from several parts; a column that is text in one part becomes text in all."""
    text = {
        field.name for table in tables for field in table.schema if pa.types.is_string(field.type)
    }
    alike = []
    for table in tables:
        for position, column in enumerate(table.schema):
            if column.name in text and not pa.types.is_string(column.type):
                as_text = _as_text(table.column(position))
                table = table.set_column(position, column.name, as_text)
        alike.append(table)
    return pa.concat_tables(alike, promote_options="permissive")


def _as_text(column: Any) -> Any:
    """A column as text: lists as in a cell of CSV, numbers as they are."""
    cells = [
        ";".join(map(str, cell)) if isinstance(cell, list) else None if cell is None else str(cell)
        for cell in column.to_pylist()
    ]
    return pa.array(cells, pa.string())


def _read_group(opened: Any, kind: str, file: PartFile, number: int, by: str) -> Any:
    """The known columns of a row group, with the file and number of each row."""
    names = [name for name in opened.schema_arrow.names if name in (by, LINE, *COLUMNS[kind])]
    table = opened.read_row_group(number, columns=names)
    for position, column in enumerate(table.columns):
        simple = _simple(column.type)
        if simple != column.type:
            table = table.set_column(position, table.column_names[position], column.cast(simple))
    if LINE not in names:
        first = file.starts[number]
        table = table.append_column(LINE, pa.array(range(first, first + len(table)), pa.int64()))
    return table.append_column(FILE, pa.array([file.name] * len(table)).dictionary_encode())


def _simple(kind: Any) -> Any:
    """The logical type of a column, regardless of its encoding."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return pa.string() if text else kind


def _values(column: Any) -> Sequence[Any]:
    """Raw values: a numpy array if all are numbers, otherwise a list with None for missing values."""
    kind = column.type
    if (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and not column.null_count:
        return column.to_numpy()
    if pa.types.is_string(kind):
        blank = pc.equal(pc.utf8_trim_whitespace(column), "")
        column = pc.if_else(blank, None, column)
    return column.to_pylist()


def _refused_ids(table: Any, kind: str) -> Iterable[Defect]:
    """A defect for the first id of each column that is not allowed (contract 2.6), without the id."""
    for name in (*IDS[kind], *(("household",) if kind == "members" else ())):
        if name not in table.column_names:
            continue
        column = table.column(name)
        if not any(map(_refused_id, _shapes(column).to_pylist())):
            continue
        # One stands for all: the defects of a country would fill the disk.
        row, why = next(
            (row, why)
            for row, value in enumerate(column.to_pylist())
            if (why := _refused_id(value)) is not None
        )
        file, line = table.column(FILE)[row].as_py(), table.column(LINE)[row].as_py()
        mend = Message("give every record an id without meaning")
        yield Defect(_Records([file], [line])[0], name, why, mend)


def _shapes(column: Any) -> Any:
    """The different ids of a column, with 0 for each digit where that makes no difference.

    Up to seven digits are neither a telephone nor an identity number, whichever they are.
    """
    if not pa.types.is_string(column.type):
        return column.unique()
    short = pc.less_equal(pc.count_substring_regex(column, "[0-9]"), SHORT)
    zeros = pc.replace_substring_regex(column, "[0-9]", "0")
    return pc.if_else(pc.and_(short, pc.string_is_ascii(column)), zeros, column).unique()


def _refused_id(value: Any) -> str | None:
    if tells_hardship(value):
        return Message("describes how a family lives, which must not be an id")
    what = looks_personal(value)
    return Message("looks like {what}, which must not be an id", what=what) if what else None


def _texts(table: Any, kind: str) -> dict[str, bytes]:
    """Each column as text, sorted by id; empty columns are left out."""
    names = [name for name in table.column_names if name in COLUMNS[kind]]
    names = [name for name in names if table.column(name).null_count < len(table)]
    columns = {name: _text_of(table.column(name)) for name in names}
    keys = [name for name in (IDS[kind] or names) if name in names]
    if keys:
        flat = pa.table({name: columns[name] for name in keys})
        order = pc.sort_indices(flat, [(name, "ascending") for name in keys])
        columns = {name: column.take(order) for name, column in columns.items()}
    return {name: _csv_bytes(column) for name, column in columns.items()}


def _text_of(column: Any) -> Any:
    """A column that can be sorted and written: nested values become text."""
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return pa.array([repr(value) for value in column.to_pylist()])
    return column


def _csv_bytes(column: Any) -> bytes:
    buffer = io.BytesIO()
    pa_csv.write_csv(pa.table({"": column}), buffer)
    return buffer.getvalue()
