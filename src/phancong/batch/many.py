"""`plan_many`: a plan for each commune of a country (contract 9)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Final

from phancong.batch.inputs import find_files, hash_of
from phancong.batch.log import LOG, Log
from phancong.batch.manifest import (
    COMPLETE,
    RUNNING,
    STOPPED,
    Manifest,
    read_manifest,
)
from phancong.batch.options import Options, digest, read_options, versions
from phancong.batch.pools import Pool, read_pool
from phancong.batch.records import BatchProgress, BatchSummary
from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.goals import Goal
from phancong.problem import Id
from phancong.rules import RELAXABLE
from phancong.search import Search
from phancong.solving import read_progress
from phancong.tables.replacing import make_folder
from phancong.words import Message

if TYPE_CHECKING:
    from phancong.batch.index import Index
    from phancong.batch.parts import Record

#: Work of one commune at most, in deterministic units: pairs do not depend on a clock.
WORK: Final = 60.0
#: Seconds after which a process that is still at one commune is ended.
TIMEOUT: Final = 900.0
#: The folder of CSV files turned into Parquet, which is removed at the end.
STAGING: Final = "_input"
#: The file that a run holds a lock of.
LOCK: Final = "_run.lock"
#: Seconds that tasks of a run that was killed have to notice it.
PATIENCE: Final = 60.0


def plan_many(
    source: str | Path,
    target: str | Path,
    *,
    by: str = "commune",
    executor: Executor | Callable[[], Executor] | None = None,
    workers: int | None = None,
    memory: float | None = None,
    search: Search = Search(work=WORK),
    goals: Iterable[Goal] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    engine: str = "auto",
    resume: bool = True,
    retry: bool = False,
    only: Collection[Id] | None = None,
    timeout: float = TIMEOUT,
    progress: Callable[[BatchProgress], object] | None = None,
    **limits: Any,
) -> BatchSummary:
    """Plan every commune of a country, each a problem of its own.

    Parameters
    ----------
    source
        A folder with the tables ``members`` and ``households`` and, if there are any, ``previous``,
        ``fixed``, ``forbidden`` and ``communes``: Parquet or CSV, each a file or a folder of parts.
        Their columns are those of :class:`~phancong.Problem` and one that names the commune;
        ``communes`` has ``province`` and limits of a single commune. Ids need be unique within a
        commune only.
    target
        The folder of the output, with the Parquet datasets ``pairs`` (commune, household, member,
        travel, kept), ``figures``, ``breaches`` and ``failures``, a manifest and a log.
    by
        The column that names the commune.
    executor
        Anything with the methods of ``concurrent.futures.Executor``, or a function that makes one;
        with a function, a pool that has lost a process is made anew. None takes processes of this
        machine. Scripts that call this need ``if __name__ == "__main__":`` then.
    workers
        How many of these processes; None takes one for each core.
    memory
        GiB of addresses that each of these processes may use, libraries and threads included; a
        commune that needs more is a failure. None sets no limit; Windows has none.
    search, goals, relax, engine
        As for :func:`phancong.solve`, for each commune. With ``work``, as by default, pairs depend
        neither on workers nor on their order, nor on the speed of the machine.
    resume
        Go on where an earlier run ended: only communes are planned that are missing or whose rows
        have changed. False begins anew.
    retry
        Try communes again that failed.
    only
        Communes to be planned now, by key; None takes all.
    timeout
        Seconds after which a process that is still at one commune is ended; the commune is a failure.
    progress
        Receives a :class:`BatchProgress` several times a second; returning ``False`` stops the run,
        and what was complete is kept.
    **limits
        Limits of the whole problem, such as ``max_travel``, and ``travel``, ``own_household`` and
        ``farthest`` as for :class:`~phancong.Problem`, for each commune.

    Returns
    -------
    BatchSummary
        What the folder holds now.

    Raises
    ------
    InvalidArgumentError
        An argument cannot be used, or the folder holds plans made in another way.
    InvalidProblemError
        A table cannot be read, or has rows of no commune. What is wrong within a commune is a row of
        ``failures``, and the others go on.
    BrokenPoolError
        The workers are gone; what was complete is kept.
    NotWrittenError
        The output cannot be written; what was complete is kept.
    MissingExtraError
        pyarrow is not installed.
    """
    if find_spec("pyarrow") is None:
        raise MissingExtraError(
            Message("tables of a batch need pyarrow: pip install 'phancong[batch]'")
        )
    options = read_options(by, goals, relax, search, engine, limits, timeout)
    read_progress(progress)
    pool = read_pool(executor, workers, memory)
    source, target = Path(source), Path(target)
    if source.resolve() == target.resolve():
        raise InvalidArgumentError(Message("the output would lie among the input; give another"))
    make_folder(target)
    from phancong.batch.task import held  # here: it needs pyarrow

    with held(target / LOCK, shared=False, wait=0.0) as got:
        if not got:
            raise InvalidArgumentError(
                Message("another run writes to {folder}; wait for its end", folder=str(target))
            )
        with Log(target / LOG) as log:
            batch = _Batch(source, target, options, log)
            batch.take_over(resume=resume)
            return batch.carried_out(pool, progress, retry=retry, only=only)


class _Batch:
    """One run over a folder of output that nobody else writes to."""

    def __init__(self, source: Path, target: Path, options: Options, log: Log) -> None:
        self._source = source
        self._target = target
        self._options = options
        self._log = log
        self._begun = time.monotonic()
        self._records: list[Record] = []
        self._before: Manifest | None = None
        self._broken = 0

    def take_over(self, *, resume: bool) -> None:
        """Settle what an earlier run has left."""
        from phancong.batch.parts import DATASETS, remove, settle
        from phancong.batch.task import STOP, TASKS, WORKING, held

        self._before = read_manifest(self._target)
        if self._before is None and any((self._target / name).exists() for name in DATASETS):
            raise InvalidArgumentError(
                Message(
                    "{folder} holds something else; give another folder", folder=str(self._target)
                )
            )
        if self._before is not None and resume:
            self._manifest(RUNNING, {}).refuse_other(self._before)
        (self._target / STOP).touch()
        with held(self._target / TASKS, shared=False, wait=PATIENCE) as got:
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
        """Plan what is missing."""
        from phancong.batch.index import indexed
        from phancong.batch.run import Run

        files = find_files(self._source)
        inputs = {
            path.relative_to(self._source).as_posix(): hash_of(path)
            for paths in files.values()
            for path in paths
        }
        index = indexed(files, self._options.by, self._target / STAGING)
        asked = _asked(index, only)
        self._drop_stale(index, inputs, asked if retry else set())
        manifest = self._manifest(RUNNING, inputs)
        manifest.write(self._target)
        done = {entry.key for record in self._records for entry in record.entries}
        missing = {key: index.communes[key].work for key in index.communes if key in asked - done}
        self._log.write("begun", communes=len(index.communes), missing=len(missing))
        run = Run(
            self._target, index, digest(manifest.options, manifest.versions, inputs),
            self._options, pool, self._log, progress,
        )  # fmt: skip
        run.carry_out(missing)
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
            options=self._options.told(),
            versions=versions(),
            inputs=inputs,
            counts=counts or {},
        )

    def _drop_stale(self, index: Index, inputs: Mapping[str, str], again: Collection[Id]) -> None:
        """Take communes out of their parts whose rows have changed, or that are to be tried again."""
        from phancong.batch.loading import load
        from phancong.batch.parts import without

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


def _asked(index: Index, only: Collection[Id] | None) -> set[Any]:
    """The communes that are to be planned; on a command line a number is text."""
    if only is None:
        return set(index.communes)
    known = {str(key): key for key in index.communes}
    unknown = sorted(str(key) for key in only if str(key) not in known)
    if unknown:
        raise InvalidArgumentError(
            Message("{communes}: no commune of the input", communes=", ".join(map(repr, unknown)))
        )
    return {known[str(key)] for key in only}
