"""The output: a part of each dataset for a chunk of communes, and a record that makes it count.

A part counts once its record is there, which is written after the files that it names, each aside,
synced and renamed. What has no record is left over from a run that was killed, and is removed.
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

#: The folder of records: its name begins so that readers of datasets leave it out.
RECORDS: Final = "_records"
_FORMAT: Final = 2


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
        Why it has no plan, None if it has one.
    relaxed
        Whether a limit was relaxed.
    households, members
        How many were read.
    """

    key: Id
    content: str
    failure: str | None = None
    relaxed: bool = False
    households: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A part that counts.

    Parameters
    ----------
    name
        The name of the part, the same in each dataset.
    entries
        Its communes.
    files
        Dataset → SHA-256 of the file.
    replaces
        The part that this one was made from; where both are there, that one does not count.
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
    """Write the part of a chunk, and last the record that makes it count.

    Raises
    ------
    NotWrittenError
        A file could not be written; the part does not count.
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
    """Ids of workbooks can be text and numbers in one column: there all are written as text."""
    return list(map(str, values)) if kind == pa.string() else values


def _write(target: Path, tables: Mapping[str, Any], *, name: str, **told: Any) -> Record:
    contents = {}
    for dataset, table in tables.items():
        buffer = io.BytesIO()
        pq.write_table(table, buffer, compression="zstd", write_page_checksum=True)
        contents[dataset] = buffer.getvalue()
    files = {dataset: sha256(content).hexdigest() for dataset, content in contents.items()}
    record = Record(name=name, files=files, **told)
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


def read_record(target: Path, name: str) -> Record | None:
    """The record of a part, None if there is none that can be read."""
    try:
        told = unsealed((target / RECORDS / f"{name}.json").read_bytes())
        if told.pop("format") != _FORMAT or told["name"] != name:
            return None
        entries = tuple(Entry(**entry) for entry in told.pop("entries"))
        return Record(entries=entries, **told)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def is_intact(target: Path, record: Record) -> bool:
    """Whether the files of a part are those that its record was written with."""
    with suppress(OSError):
        return set(record.files) == set(DATASETS) and all(
            hash_of(_part(target, dataset, record.name)) == known
            for dataset, known in record.files.items()
        )
    return False


def settle(target: Path) -> tuple[list[Record], int]:
    """The parts that count; all others are removed. No task may be at work.

    Returns
    -------
    tuple
        The records, in the order of their names, and how many broken parts were removed.
    """
    if not (target / RECORDS).is_dir():
        return [], 0
    names = sorted(path.stem for path in (target / RECORDS).glob("*.json"))
    records: list[Record] = []
    broken = 0
    for name in names:
        record = read_record(target, name)
        if record is not None and is_intact(target, record):
            records.append(record)
        else:
            broken += 1
    replaced = {record.replaces for record in records}
    records = [record for record in records if record.name not in replaced]
    seen: set[Id] = set()
    counting = []
    for record in records:  # two runs at once, where no lock held, may have planned a commune twice
        keys = {entry.key for entry in record.entries}
        if seen.isdisjoint(keys):
            seen |= keys
            counting.append(record)
    _remove_others(target, {record.name for record in counting})
    return counting, broken


def _remove_others(target: Path, names: Collection[str]) -> None:
    """Remove records first: a part without its record does not count."""
    for folder, ending in ((RECORDS, ".json"), *((dataset, ".parquet") for dataset in DATASETS)):
        sweep(target / folder)
        for path in (target / folder).glob(f"*{ending}"):
            if path.stem not in names:
                path.unlink()


def without(target: Path, record: Record, keys: Collection[Id]) -> Record | None:
    """A part without some of its communes, in place of the part itself.

    Returns
    -------
    Record or None
        None where no commune is left.

    Raises
    ------
    NotWrittenError
        It could not be written; the part is as it was.
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
    """Remove parts."""
    for record in records:
        (target / RECORDS / f"{record.name}.json").unlink()
        for dataset in DATASETS:
            _part(target, dataset, record.name).unlink()
