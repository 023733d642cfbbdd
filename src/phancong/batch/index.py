"""The row groups of files with the rows of each commune: the information that a task needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phancong.batch.inputs import COLUMNS, IDS, LISTS, files_of
from phancong.batch.staging import LINE, as_parquet
from phancong.errors import Defect, InvalidProblemError, NotWrittenError
from phancong.problem import Id
from phancong.problem.tables import LEFT_OUT, unknown_column
from phancong.tables.sheet import MEND_PATH
from phancong.words import Message

#: Types of an id in a file, by the name of the type in the output.
TEXT: Final = "string"
WHOLE: Final = "int64"
#: Memory of a worker, and for each pair of a household and a member, in bytes (two communes of
#: 35,113 × 7,023 and 48,636 × 9,727).
BASE_BYTES: Final = 0.35 * 2**30
PAIR_BYTES: Final = 5.4


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file of a table.

    Parameters
    ----------
    path
        The Parquet file.
    name
        The name of the file in a defect; for a converted CSV file, that of the CSV file.
    starts
        The number of the first row of each row group, counted from 1.
    """

    path: str
    name: str
    starts: tuple[int, ...]


#: Table → the files and row groups with rows of a commune.
Places = Mapping[str, tuple[tuple[PartFile, tuple[int, ...]], ...]]


@dataclass(slots=True)
class CommuneRows:
    """The number of rows of a commune in each table, and their places."""

    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[tuple[PartFile, list[int]]]] = field(default_factory=dict)

    def add(self, kind: str, file: PartFile, group: int, count: int) -> None:
        """Add the rows of a row group."""
        self.counts[kind] = self.counts.get(kind, 0) + count
        places = self.places.setdefault(kind, [])
        if not places or places[-1][0] is not file:
            places.append((file, []))
        places[-1][1].append(group)

    @property
    def work(self) -> float:
        """Estimated work: the number of pairs, plus the number of rows."""
        members, households = (self.counts.get(kind, 0) for kind in ("members", "households"))
        return float(members * households + sum(self.counts.values()))

    @property
    def memory(self) -> float:
        """Estimated memory of the process that plans it, in bytes, mostly for masks of all pairs."""
        members, households = (self.counts.get(kind, 0) for kind in ("members", "households"))
        return BASE_BYTES + PAIR_BYTES * members * households

    def found(self) -> Places:
        """The places as sent to a task."""
        return {
            kind: tuple((file, tuple(groups)) for file, groups in places)
            for kind, places in self.places.items()
        }


@dataclass(frozen=True, slots=True)
class Index:
    """The communes of a batch.

    Parameters
    ----------
    communes
        Key → its rows.
    types
        The types of ``commune``, ``household`` and ``member`` in the output.
    """

    communes: Mapping[Id, CommuneRows]
    types: Mapping[str, str]


def indexed(files: Mapping[str, Sequence[Path]], by: str, staging: Path) -> Index:
    """Index the column that names the commune, one row group after the other.

    Parameters
    ----------
    files
        Table → its files.
    by
        The column that names the commune.
    staging
        The folder for CSV files converted to Parquet.

    Raises
    ------
    InvalidProblemError
        A file cannot be read, has unknown columns, or has rows without a commune; the error lists all.
    NotWrittenError
        A CSV file cannot be converted.
    """
    found = _FoundRows(by)
    for kind, paths in files.items():
        for path in paths:
            name = path.name if path.parent.name != kind else f"{kind}/{path.name}"
            try:
                csv = path.suffix.lower() == ".csv"
                read = as_parquet(path, kind, by, staging) if csv else path
                found.look_through(kind, read, name)
            except InvalidProblemError as error:
                found.defects += error.defects
            except NotWrittenError:  # the converted file: nothing is wrong with the table
                raise
            except (pa.ArrowException, OSError) as error:
                found.defects.append(unreadable_file(name, error))
    found.compare_types()
    if found.defects:
        raise InvalidProblemError(found.defects)
    return Index(found.communes, found.output_types())


def indexed_lists(lists: Mapping[str, Path]) -> Index:
    """The communes of a folder of workbooks; the size of the files is the estimate of work.

    Parameters
    ----------
    lists
        Key → workbook or folder of lists.
    """
    communes: dict[Id, CommuneRows] = {}
    for key, path in lists.items():
        rows = communes[key] = CommuneRows()
        size = sum(file.stat().st_size for file in files_of(path))
        rows.add(LISTS, PartFile(str(path.resolve()), path.name, ()), 0, size)
    return Index(communes, dict.fromkeys(("commune", "household", "member"), TEXT))


def unreadable_file(name: str, error: Exception) -> Defect:
    """The defect of an unreadable file; without Arrow's message, which may repeat content."""
    what = Message("cannot be read as Parquet ({why})", why=type(error).__name__)
    return Defect(name, Message("file"), what, MEND_PATH)


class _FoundRows:
    """The rows found so far."""

    def __init__(self, by: str) -> None:
        self.by = by
        self.communes: dict[Id, CommuneRows] = {}
        self.defects: list[Defect] = []
        #: Meaning of an id → type → the first file that has it.
        self.types: dict[str, dict[str, str]] = {}

    def look_through(self, kind: str, path: Path, name: str) -> None:
        """Index the communes of one file."""
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if not self._columns_fit(kind, file.schema_arrow, name):
                return
            sizes = [file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)]
            starts = tuple(1 + sum(sizes[:group]) for group in range(len(sizes)))
            part = PartFile(str(path.resolve()), name, starts)
            for group in range(len(sizes)):
                keys = file.read_row_group(group, columns=[self.by]).column(self.by)
                counted = pc.value_counts(plain(keys))
                for key, count in zip(
                    counted.field("values").to_pylist(), counted.field("counts").to_pylist(),
                    strict=True,
                ):  # fmt: skip
                    if key is None or key == "" or (isinstance(key, str) and key.isspace()):
                        what = Message("has {n} rows without a commune", n=str(count))
                        mend = Message("name the commune of each row")
                        self.defects.append(Defect(name, self.by, what, mend))
                    else:
                        self.communes.setdefault(key, CommuneRows()).add(kind, part, group, count)

    def _columns_fit(self, kind: str, schema: Any, name: str) -> bool:
        known = (self.by, LINE, *COLUMNS[kind])
        before = len(self.defects)
        for column in schema.names:
            if column not in known and column not in LEFT_OUT:
                close = _close(column, known)
                self.defects.append(Defect(name, column, *unknown_column(close, COLUMNS[kind])))
        for column in (self.by, *IDS[kind]):
            if column not in schema.names:
                what, mend = Message("is not a column of the table"), Message("add it")
                self.defects.append(Defect(name, column, what, mend))
                continue
            kept = id_type(schema.field(column).type)
            if kept is None:
                what = Message("has the type {type}", type=str(schema.field(column).type))
                mend = Message("give ids as text or as whole numbers")
                self.defects.append(Defect(name, column, what, mend))
                continue
            meaning = _meaning(self.by, kind, column)
            self.types.setdefault(meaning, {}).setdefault(kept, name)
        return len(self.defects) == before

    def compare_types(self) -> None:
        """Note a defect for ids that are text in one file and numbers in another: they match nothing."""
        for meaning, types in self.types.items():
            if len(types) > 1:
                what = Message(
                    "is text in {file} and a whole number in {other}",
                    file=types[TEXT],
                    other=types[WHOLE],
                )
                mend = Message("give it the same type everywhere")
                self.defects.append(Defect(types[WHOLE], meaning, what, mend))

    def output_types(self) -> dict[str, str]:
        """The types of the id columns in the output."""
        return {meaning: next(iter(types)) for meaning, types in self.types.items()}


def _meaning(by: str, kind: str, column: str) -> str:
    """The record that an id identifies: a commune, a household or a member."""
    if column == by:
        return "commune"
    return {"members": "member", "households": "household"}.get(kind, column)


def _close(column: str, known: Sequence[str]) -> list[str]:
    import difflib  # here: rarely needed

    return difflib.get_close_matches(column, known, n=1)


def id_type(kind: Any) -> str | None:
    """The output type for ids of an Arrow type; None if it is not valid for ids."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_integer(kind):
        return WHOLE
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return TEXT
    return None


def plain(column: Any) -> Any:
    """A column of ids as text or int64."""
    return pc.cast(column, pa.string() if id_type(column.type) == TEXT else pa.int64())
