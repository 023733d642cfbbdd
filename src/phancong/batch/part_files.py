"""The output: a part of each dataset for a chunk of communes, and a record that makes it valid.

The record is written last, after the files that it lists; each file is written to a temporary name,
synced and renamed. Files without a record are leftovers of a killed run and are removed.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phancong.batch.inputs import hash_of
from phancong.batch.one import CommuneOutcome
from phancong.batch.options import digest
from phancong.batch.schemas import DATASETS, schema
from phancong.batch.sealed import sealed, unsealed
from phancong.problem import Id
from phancong.tables.replacing import make_folder, sweep, write_files

#: The folder of records; readers of datasets ignore names that begin with an underscore.
RECORDS: Final = "_records"
_FORMAT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The rows of one commune in a record.

    Parameters
    ----------
    key
        The commune.
    content
        The hash of its rows.
    failure
        Why the commune has no plan, None if it has one.
    relaxed
        Whether a limit was relaxed.
    households, members
        The number of households and members.
    """

    key: Id
    content: str
    failure: str | None = None
    relaxed: bool = False
    households: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A valid part.

    Parameters
    ----------
    name
        The name of the part, the same in each dataset.
    entries
        Its communes.
    files
        Dataset → SHA-256 of the file.
    replaces
        The part that this one replaces; if both exist, the replaced one is not valid.
    seconds
        CPU seconds by stage.
    """

    name: str
    entries: tuple[Entry, ...]
    files: Mapping[str, str]
    replaces: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def commit(
    target: Path,
    name: str,
    outcomes: Sequence[CommuneOutcome],
    types: Mapping[str, str],
) -> Record:
    """Write the part of a chunk, and then the record that makes it valid.

    Raises
    ------
    NotWrittenError
        A file could not be written; the part is not valid.
    """
    tables = {dataset: _table(dataset, outcomes, types) for dataset in DATASETS}
    seconds: dict[str, float] = {}
    for outcome in outcomes:
        for stage, spent in outcome.seconds.items():
            seconds[stage] = round(seconds.get(stage, 0.0) + spent, 6)
    entries = tuple(
        Entry(
            key=outcome.key,
            content=outcome.content,
            failure=None if outcome.failure is None else outcome.failure["kind"],
            relaxed=outcome.relaxed,
            **outcome.counts,
        )
        for outcome in outcomes
    )
    return _write(target, tables, name=name, entries=entries, seconds=seconds)


def _table(dataset: str, outcomes: Sequence[CommuneOutcome], types: Mapping[str, str]) -> Any:
    form = schema(dataset, types)
    if dataset == "pairs":
        columns: dict[str, list[Any]] = {name: [] for name in form.names}
        for outcome in outcomes:
            for name, values in outcome.pairs.items():
                columns[name] += values
            missing = len(columns["household"]) - len(columns["commune"])
            columns["commune"] += [outcome.key] * missing
        return pa.table({f.name: pa.array(_fit(columns[f.name], f.type), f.type) for f in form})
    rows: list[Any] = []
    for outcome in outcomes:
        figures = outcome.figures if outcome.failure is None else None
        one = {"figures": figures, "failures": outcome.failure}.get(dataset)
        rows += outcome.breaches if dataset == "breaches" else [] if one is None else [one]
    return pa.Table.from_pylist(rows, schema=form)


def _fit(values: list[Any], kind: Any) -> list[Any]:
    """Ids as text if the column is text: ids of workbooks may be text and numbers in one column."""
    return list(map(str, values)) if kind == pa.string() else values


def _write(target: Path, tables: Mapping[str, Any], *, name: str, **more: Any) -> Record:
    contents = {}
    for dataset, table in tables.items():
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
        contents[dataset] = buffer.getvalue()
    files = {dataset: sha256(content).hexdigest() for dataset, content in contents.items()}
    record = Record(name=name, files=files, **more)
    written = sealed({"format": _FORMAT, **asdict(record)})
    for folder in (*DATASETS, RECORDS):
        make_folder(target / folder)
    write_files(
        [
            *((_part(target, dataset, name), content) for dataset, content in contents.items()),
            (target / RECORDS / f"{name}.json", written),
        ]
    )
    return record


def _part(target: Path, dataset: str, name: str) -> Path:
    return target / dataset / f"{name}.parquet"


def read_part_record(target: Path, name: str) -> Record | None:
    """The record of a part, None if it does not exist or cannot be read."""
    try:
        record = unsealed((target / RECORDS / f"{name}.json").read_bytes())
        if record.pop("format") != _FORMAT or record["name"] != name:
            return None
        entries = tuple(Entry(**entry) for entry in record.pop("entries"))
        return Record(entries=entries, **record)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_intact(target: Path, record: Record) -> bool:
    """Whether the files of a part have the hashes in its record."""
    with suppress(OSError):
        return set(record.files) == set(DATASETS) and all(
            hash_of(_part(target, dataset, record.name)) == known
            for dataset, known in record.files.items()
        )
    return False


def settle(target: Path) -> tuple[list[Record], int]:
    """The valid parts; all others are removed. No task may be running.

    Returns
    -------
    tuple
        The records, sorted by name, and the number of broken parts that were removed.
    """
    if not (target / RECORDS).is_dir():
        return [], 0
    names = sorted(path.stem for path in (target / RECORDS).glob("*.json"))
    records: list[Record] = []
    broken = 0
    for name in names:
        record = read_part_record(target, name)
        if record is not None and is_intact(target, record):
            records.append(record)
        else:
            broken += 1
    replaced = {record.replaces for record in records}
    records = [record for record in records if record.name not in replaced]
    seen: set[Id] = set()
    counting = []
    for record in records:  # two runs at once, if locking failed, may have planned a commune twice
        keys = {entry.key for entry in record.entries}
        if seen.isdisjoint(keys):
            seen |= keys
            counting.append(record)
    _remove_others(target, {record.name for record in counting})
    return counting, broken


def _remove_others(target: Path, names: Collection[str]) -> None:
    """Remove records first: a part without its record is not valid."""
    for folder, ending in ((RECORDS, ".json"), *((dataset, ".parquet") for dataset in DATASETS)):
        sweep(target / folder)
        for path in (target / folder).glob(f"*{ending}"):
            if path.stem not in names:
                path.unlink()


def without(target: Path, record: Record, keys: Collection[Id]) -> Record | None:
    """A new part without some of the communes, which replaces *record*.

    Returns
    -------
    Record or None
        None if no commune is left.

    Raises
    ------
    NotWrittenError
        The new part could not be written; the old one is unchanged.
    """
    kept = tuple(entry for entry in record.entries if entry.key not in keys)
    made = None
    if kept:
        wanted = [entry.key for entry in kept]
        tables = {}
        for dataset in DATASETS:
            table = pq.read_table(_part(target, dataset, record.name), partitioning=None)
            column = table.column("commune")
            tables[dataset] = table.filter(pc.is_in(column, pa.array(wanted, column.type)))
        name = digest(record.name, wanted)
        made = _write(
            target, tables, name=name, entries=kept,
            replaces=record.name, seconds=dict(record.seconds),
        )  # fmt: skip
    remove(target, [record])
    return made


def remove(target: Path, records: Iterable[Record]) -> None:
    """Remove parts with their records."""
    for record in records:
        (target / RECORDS / f"{record.name}.json").unlink()
        for dataset in DATASETS:
            _part(target, dataset, record.name).unlink()
