"""One run over an output folder: what earlier runs have left, what is missing, and the summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Final

from phancong.batch.inputs import files_of, find_files, find_lists, hash_of
from phancong.batch.log import Log
from phancong.batch.manifest import COMPLETE, RUNNING, STOPPED, Manifest, read_manifest
from phancong.batch.options import BatchOptions, digest, versions
from phancong.batch.pools import Pool
from phancong.batch.records import BatchProgress, BatchSummary
from phancong.errors import InvalidArgumentError
from phancong.problem import Id
from phancong.tables.replacing import naming_the_file
from phancong.words import Message

if TYPE_CHECKING:
    from phancong.batch.index import Index
    from phancong.batch.part_files import Record
    from phancong.batch.place_names import PlaceNames

#: The folder for CSV files converted to Parquet, which is removed at the end.
STAGING: Final = "_input"
#: The seconds in which tasks of a killed run must notice that it is gone.
PATIENCE: Final = 60.0


class Folder:
    """One run over an output folder, to which no other run writes.

    Parameters
    ----------
    source, target
        The input and the output folder.
    options, log
        The options of the run, and its log.
    patience
        The seconds to wait for tasks of an earlier run.
    """

    def __init__(
        self,
        source: Path,
        target: Path,
        options: BatchOptions,
        log: Log,
        patience: float = PATIENCE,
    ) -> None:
        self._source = source
        self._target = target
        self._options = options
        self._log = log
        self._patience = patience
        self._begun = time.monotonic()
        self._records: list[Record] = []
        self._before: Manifest | None = None
        #: The names of communes and provinces; known after :meth:`carried_out`.
        self.places: PlaceNames
        self._broken = 0

    def take_over(self, *, resume: bool) -> None:
        """Check and clean up what an earlier run has left."""
        from phancong.batch.part_files import remove, settle
        from phancong.batch.schemas import DATASETS
        from phancong.batch.worker import STOP, TASKS, WORKING, locked

        self._before = read_manifest(self._target)
        if self._before is None and any((self._target / name).exists() for name in DATASETS):
            raise InvalidArgumentError(
                Message(
                    "{folder} holds something else; give another folder", folder=str(self._target)
                )
            )
        if self._before is not None and resume:
            self._manifest(RUNNING, {}).refuse_other(self._before)
        with naming_the_file(self._target / STOP):
            (self._target / STOP).touch()
        with locked(self._target / TASKS, shared=False, wait=self._patience) as got:
            if not got:
                raise InvalidArgumentError(
                    Message(
                        "tasks of another run still write to {folder}; wait for their end",
                        folder=str(self._target),
                    )
                )
            (self._target / STOP).unlink()
            rmtree(self._target / WORKING, ignore_errors=True)
            self._records, self._broken = settle(self._target)
            if not resume:
                remove(self._target, self._records)
                self._records, self._before = [], None

    def carried_out(
        self,
        pool: Pool,
        progress: Callable[[BatchProgress], object] | None,
        *,
        retry: bool,
        only: Collection[Id] | None,
    ) -> BatchSummary:
        """Plan the missing communes."""
        from phancong.batch.batch_run import BatchRun
        from phancong.batch.index import indexed, indexed_lists
        from phancong.batch.place_names import read_place_names

        lists = find_lists(self._source)
        files = {} if lists else find_files(self._source)
        read = [file for path in lists.values() for file in files_of(path)]
        read += [path for paths in files.values() for path in paths]
        inputs = {path.relative_to(self._source).as_posix(): hash_of(path) for path in read}
        if lists:
            index = indexed_lists(lists)
        else:
            index = indexed(files, self._options.by, self._target / STAGING)
        asked = _requested(index, only)
        self._drop_stale(index, inputs, asked if retry else set())
        manifest = self._manifest(RUNNING, inputs)
        manifest.write(self._target)
        done = {entry.key for record in self._records for entry in record.entries}
        missing = {key: index.communes[key].work for key in index.communes if key in asked - done}
        self._log.write("begun", communes=len(index.communes), missing=len(missing))
        run = BatchRun(
            self._target, index, digest(manifest.options, manifest.versions, inputs),
            self._options, pool, self._log, progress,
        )  # fmt: skip
        run.carry_out(missing)
        self.places = read_place_names(index, self._options.by)
        self._records += run.records
        summary = self._summary(len(index.communes), len(done), stopped=run.stopped)
        status = STOPPED if summary.left else COMPLETE
        counts = {
            "communes": summary.total,
            "planned": summary.planned,
            "failed": summary.failed,
            "relaxed": summary.relaxed,
            "households": summary.households,
        }
        self._manifest(status, inputs, counts).write(self._target)
        self._log.write(status, **counts)
        rmtree(self._target / STAGING, ignore_errors=True)
        return summary

    def _manifest(
        self, status: str, inputs: Mapping[str, str], counts: Mapping[str, int] | None = None
    ) -> Manifest:
        return Manifest(
            status=status,
            options=self._options.as_text(),
            versions=versions(),
            inputs=inputs,
            counts=counts or {},
        )

    def _drop_stale(self, index: Index, inputs: Mapping[str, str], again: Collection[Id]) -> None:
        """Remove communes from their parts if their rows have changed or they are to be tried again."""
        from phancong.batch.loading import load
        from phancong.batch.part_files import without

        changed = self._before is None or dict(self._before.inputs) != dict(inputs)
        kept: list[Record] = []
        for record in self._records:
            stale = {e.key for e in record.entries if e.failure is not None and e.key in again}
            if changed:
                there = [e for e in record.entries if e.key in index.communes]
                stale |= {entry.key for entry in record.entries} - {entry.key for entry in there}
                places = {entry.key: index.communes[entry.key].found() for entry in there}
                now = {one.key: one.content() for one in load(places, self._options.by)}
                stale |= {entry.key for entry in there if now[entry.key] != entry.content}
            made = without(self._target, record, stale) if stale else record
            if made is not None:
                kept.append(made)
            if stale:
                self._log.write("stale", part=record.name, communes=sorted(stale, key=str))
        self._records = kept

    def _summary(self, total: int, before: int, *, stopped: bool) -> BatchSummary:
        entries = [entry for record in self._records for entry in record.entries]
        failures = Counter(entry.failure for entry in entries if entry.failure is not None)
        return BatchSummary(
            target=self._target,
            total=total,
            planned=len(entries) - failures.total(),
            relaxed=sum(entry.relaxed for entry in entries),
            failures=dict(failures),
            before=before,
            households=sum(entry.households for entry in entries),
            broken=self._broken,
            seconds=time.monotonic() - self._begun,
            stopped=stopped,
        )


def _requested(index: Index, only: Collection[Id] | None) -> set[Any]:
    """The communes to be planned; on the command line, numbers are text."""
    if only is None:
        return set(index.communes)
    known = {str(key): key for key in index.communes}
    unknown = sorted(str(key) for key in only if str(key) not in known)
    if unknown:
        raise InvalidArgumentError(
            Message(
                "{communes}: not a commune of the input", communes=", ".join(map(repr, unknown))
            )
        )
    return {known[str(key)] for key in only}
