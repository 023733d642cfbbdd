"""The run of a batch: chunks to workers, parts from them, and recovery from dead processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    wait,
)
from contextlib import suppress
from pathlib import Path
from typing import Final

from phancong.batch.chunks import chunk_work, chunked, next_chunk
from phancong.batch.index import Index
from phancong.batch.log import Log
from phancong.batch.one import CRASH, TIME, CommuneOutcome, failed
from phancong.batch.options import BatchOptions, digest
from phancong.batch.part_files import Record, commit, is_intact, read_part_record
from phancong.batch.pools import BrokenPoolError, Pool
from phancong.batch.reasons import sentence
from phancong.batch.records import BatchProgress
from phancong.batch.worker import STOP, Job, carried_out, here, left_notes
from phancong.problem import Id
from phancong.words import Message

#: The seconds between two reports of progress.
BEAT: Final = 0.2
#: A commune at which so many processes died alone is a failure.
DEATHS: Final = 2
#: The most consecutive pools that may lose a process before it begins a commune.
FRUITLESS: Final = 3


class BatchRun:
    """Plans communes, each once.

    When a process of a pool dies, the others mostly end, too, and nothing tells which commune was the
    cause. The communes that were being planned are therefore tried again one at a time, after all
    others; if a process dies again, the commune is known.

    Parameters
    ----------
    target
        The folder of the output.
    index
        The communes and the places of their rows.
    state
        The basis of the names of parts: options and input.
    options
        The options.
    pool
        The workers.
    log
        The log.
    progress
        Called with the progress; if it returns False, the batch stops.
    """

    def __init__(
        self,
        target: Path,
        index: Index,
        state: str,
        options: BatchOptions,
        pool: Pool,
        log: Log,
        progress: Callable[[BatchProgress], object] | None,
    ) -> None:
        self._target = target
        self._index = index
        self._state = state
        self._options = options
        self._pool = pool
        self._log = log
        self._progress = progress
        self.records: list[Record] = []
        self.stopped = False
        self._work: dict[Id, float] = {}
        self._worked = 0.0
        self._counts: Counter[str] = Counter()
        self._begun = time.monotonic()
        #: Communes to be tried alone, and how often a process died at each.
        self._deaths: dict[Id, int] = {}
        self._fruitless = 0

    def carry_out(self, work: Mapping[Id, float]) -> None:
        """Plan communes.

        Parameters
        ----------
        work
            Commune → its estimated work.

        Raises
        ------
        BrokenPoolError
            The workers are gone and cannot be replaced.
        NotWrittenError
            A part could not be written.
        """
        self._work = dict(work)
        waiting = chunked(work)
        done = False
        try:
            while not self.stopped and (waiting or self._deaths):
                alone = not waiting
                chunks = [[next(iter(self._deaths))]] if alone else waiting
                waiting = self._round(chunks, alone=alone)
            done = not self.stopped
        finally:
            if not done:
                with suppress(OSError):  # it would hide why the run has ended
                    (self._target / STOP).touch()
            self._pool.close(at_once=not done)

    def _round(self, chunks: Sequence[Sequence[Id]], *, alone: bool) -> list[list[Id]]:
        """Plan chunks until all are done or the pool has lost a process; returns the chunks left."""
        waiting = [list(chunk) for chunk in chunks]
        pending: dict[Future[Record | None], Job] = {}
        lost: list[Job] = []
        broken = self._hand_over(waiting, pending, lost)
        while pending and not self.stopped:
            wait(pending, BEAT, FIRST_COMPLETED)
            # Check all futures: waiting may miss one that was cancelled.
            for future in [future for future in pending if future.done()]:
                broken |= self._taken_back(future, pending.pop(future), lost)
            if not lost:
                broken |= self._hand_over(waiting, pending, lost)
            self._tell()
        if self.stopped:
            for future in pending:
                future.cancel()
            return []
        if lost:
            self._log.write("lost", parts=[job.name for job in lost])
            self._renew(broken)
        return self._again(lost, alone=alone) + waiting

    def _hand_over(
        self, waiting: list[list[Id]], pending: dict[Future[Record | None], Job], lost: list[Job]
    ) -> bool:
        """Give each idle worker a chunk; returns whether the executor broke.

        Workers of other executors are not known here: these get all chunks at once.
        """
        workers = self._pool.workers
        broken = False
        while waiting and not broken and (workers is None or len(pending) < workers):
            place = 0 if workers is None else self._next(waiting, pending, workers)
            job = self._job(waiting.pop(place))
            try:
                pending[self._pool.executor().submit(carried_out, job)] = job
            except BrokenExecutor:
                broken = True
                lost.append(job)
            except Exception as error:
                if type(error).__name__ != "ClosedClientError":  # of Dask, an extra
                    raise
                raise _scheduler_gone() from None
        return broken

    def _next(
        self,
        waiting: Sequence[Sequence[Id]],
        pending: Mapping[Future[Record | None], Job],
        workers: int,
    ) -> int:
        """The place of the next chunk, by the memory of the largest commune of each."""

        def memory(keys: Iterable[Id]) -> float:
            return max(self._index.communes[key].memory for key in keys)

        working = [memory(job.communes) for job in pending.values()]
        return next_chunk([memory(keys) for keys in waiting], working, workers)

    def _taken_back(self, future: Future[Record | None], job: Job, lost: list[Job]) -> bool:
        """Note the result of a task; returns whether the executor has lost a process."""
        try:
            record = future.result()
        except BrokenExecutor:
            lost.append(job)
            return True
        except CancelledError:
            raise _scheduler_gone() from None
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # of Dask, an extra
                raise
            lost.append(job)
        else:
            if record is None:  # another caller asked the tasks to stop
                self.stopped = True
            else:
                self._finished(record)
        return False

    def _job(self, chunk: Sequence[Id]) -> Job:
        return Job(
            name=digest(self._state, *chunk),
            target=str(self._target),
            communes={key: self._index.communes[key].found() for key in chunk},
            options=self._options,
            types=self._index.types,
            home=here(),
        )

    def _finished(self, record: Record) -> None:
        self.records.append(record)
        self._fruitless = 0
        for entry in record.entries:
            self._deaths.pop(entry.key, None)
            self._counts["done"] += 1
            self._counts["failed"] += entry.failure is not None
            self._counts["relaxed"] += entry.relaxed
            self._counts["households"] += entry.households
        self._worked += chunk_work([entry.key for entry in record.entries], self._work)
        self._log.write(
            "part",
            part=record.name,
            communes=[entry.key for entry in record.entries],
            failed={e.key: e.failure for e in record.entries if e.failure is not None},
            relaxed=[entry.key for entry in record.entries if entry.relaxed],
            households=sum(entry.households for entry in record.entries),
            seconds={stage: round(spent, 3) for stage, spent in record.seconds.items()},
        )

    def _tell(self) -> None:
        if self._progress is None:
            return
        seconds = time.monotonic() - self._begun
        whole_work = sum(self._work.values())
        left = seconds * (whole_work / self._worked - 1) if self._worked else None
        counts = self._counts
        progress = BatchProgress(
            total=len(self._work),
            done=counts["done"],
            failed=counts["failed"],
            relaxed=counts["relaxed"],
            households=counts["households"],
            seconds=seconds,
            left=left,
        )
        if self._progress(progress) is False:
            self.stopped = True

    # --- processes that die

    def _renew(self, broken: bool) -> None:
        """Replace the pool if it has lost a process."""
        if not broken:
            return
        if not self._pool.can_renew:
            raise BrokenPoolError(
                Message(
                    "the executor has lost a process and takes no more tasks; completed communes are "
                    "kept: start again, or give a function that makes executors"
                )
            )
        self._pool.renew()

    def _again(self, lost: Sequence[Job], *, alone: bool) -> list[list[Id]]:
        """The chunks to try again, and the communes to try alone."""
        left: list[list[Id]] = []
        notes: dict[Id, bool] = {}
        for job in lost:
            record = read_part_record(self._target, job.name)
            if record is not None and is_intact(self._target, record):
                self._finished(record)  # the process died after writing its part
                continue
            found = left_notes(self._target, job.name)
            notes |= found
            rest = [key for key in job.communes if key not in found]
            left += [rest] if rest else []
        if lost and not notes:
            self._fruitless += 1
            if self._fruitless >= FRUITLESS:
                raise BrokenPoolError(
                    Message(
                        "worker processes end before their first commune; a script that starts them "
                        "needs {guard}. Completed communes are kept",
                        guard='if __name__ == "__main__":',
                    )
                )
        certain = alone or len(notes) == 1
        for key, timed_out in notes.items():
            self._fruitless = 0
            self._deaths[key] = self._deaths.get(key, 0) + certain
            if timed_out:
                seconds = f"{self._options.timeout:g}"
                why = Message("took more than {seconds} s, and was ended", seconds=seconds)
                self._fail(key, TIME, why)
            elif self._deaths[key] >= DEATHS:
                why = Message("its process died {n} times", n=str(DEATHS))
                self._fail(key, CRASH, why)
        return [] if alone else left

    def _fail(self, key: Id, kind: str, reason: str) -> None:
        counts = self._index.communes[key].counts
        outcome = CommuneOutcome(key, "")
        outcome.failure = failed(key, kind, sentence(reason))
        outcome.counts = {name: counts.get(name, 0) for name in ("households", "members")}
        name = digest(self._state, "failed", key)
        self._finished(commit(self._target, name, [outcome], self._index.types))


def _scheduler_gone() -> BrokenPoolError:
    """The error for a dead scheduler of a cluster: its tasks never end, or it accepts none."""
    return BrokenPoolError(
        Message("the executor has cancelled its tasks; completed communes are kept: start again")
    )
