"""Try strategies on instances, each run in a process of its own; what has been run is not run again."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.quality import record
from benchmarks.quality.case import Case, Instance, InstanceSet, NoPlanError, RefusedError, Strategy
from benchmarks.quality.judging import judged
from benchmarks.quality.record import Row
from phancong import InfeasibleError, NoPlanFoundError, UnsupportedError

#: A run is ended from outside after so many limits and seconds more: some strategies know no limit,
#: and building a model of a million pairs takes its time, too.
PATIENCE: Final = (3.0, 60.0)

#: A forked process has the instance already and nothing of earlier runs: the parent never solves.
_START: Final = "fork" if sys.platform == "linux" else "spawn"


@dataclass(frozen=True, slots=True)
class Job:
    """A strategy on an instance; its *row* says so, with nothing found yet."""

    case: Case
    strategy: Strategy
    row: Row


#: Does a job.
Doing = Callable[[Job], Row]


def complete(
    sets: Sequence[tuple[InstanceSet, Sequence[Instance]]],
    strategies: Mapping[str, Strategy],
    limit: float,
    path: Path,
    *,
    do: Doing | None = None,
    tick: Callable[[str], object] = lambda _: None,
) -> list[Row]:
    """Run what is not in the file yet, and give back all that is in it.

    Parameters
    ----------
    sets
        Sets with the instances of each.
    strategies
        Strategies by name.
    limit
        Seconds for a solver.
    path
        The CSV file; a row is appended after each run.
    do
        How a job is done; by default :func:`apart`.
    tick
        Is told before each run what is tried, also for those that are there already.
    """
    doing = apart if do is None else do
    done = {row.key for row in record.read(path)}
    commit = commit_of()
    for each, instances in sets:
        for instance in instances:
            left = []
            for name in strategies:
                if (each.name, instance.name, name, limit) in done:
                    tick(f"{each.name}: {instance.name}: {name} (there)")
                else:
                    left.append(name)
            if not left:
                continue
            case = instance.build()
            blank = _blank(each, instance, case, limit, commit)
            for name in left:
                tick(f"{each.name}: {instance.name}: {name}")
                row = doing(Job(case, strategies[name], replace(blank, strategy=name)))
                record.append(path, row)
    return record.read(path)


def _blank(each: InstanceSet, instance: Instance, case: Case, limit: float, commit: str) -> Row:
    problem = case.problem
    _ = problem.travel_matrix  # worked out once, before anybody is timed
    return Row(
        set=each.name,
        instance=instance.name,
        group=instance.group,
        households=len(problem.household_columns),
        members=int(np.count_nonzero(~problem.exempt)),
        strategy="",
        limit=limit,
        status="",
        goals=tuple(type(goal).__name__ for goal in case.goals),
        published=case.published,
        commit=commit,
    )


def here(job: Job) -> Row:
    """Do a job in this process: run the strategy, time it, judge what it gives."""
    row, case = job.row, job.case
    began, core = time.perf_counter(), _core_seconds()

    def ended(status: str, note: object, **found: Any) -> Row:
        return replace(row, status=status, note=" ".join(str(note).split()), **found)

    try:
        answer = job.strategy(case, row.limit)
    except (RefusedError, UnsupportedError) as error:
        return ended(record.REFUSED, error)
    except (NoPlanError, NoPlanFoundError, InfeasibleError) as error:
        seconds = time.perf_counter() - began
        return ended(record.NO_PLAN, error, seconds=seconds, core_seconds=_core_seconds() - core)
    except Exception as error:  # a rival that falls over is a result, not the end of the run
        return ended(record.FAILED, f"{type(error).__name__}: {error}")
    seconds, core = time.perf_counter() - began, _core_seconds() - core
    return ended(
        record.PLAN,
        answer.note,
        seconds=seconds,
        solver_seconds=answer.solver_seconds,
        core_seconds=core,
        own=answer.own,
        **judged(case, answer),
    )


def apart(job: Job) -> Row:
    """Do a job in a process of its own, which is ended after all patience is spent."""
    context: Any = multiprocessing.get_context(_START)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, job))
    process.start()
    sender.close()
    times, more = PATIENCE
    patience = times * job.row.limit + more
    try:
        if receiver.poll(patience):
            return receiver.recv()
        note = f"not finished after {patience:g} s"
        return replace(job.row, status=record.STOPPED, note=note, seconds=patience)
    except EOFError:
        process.join()
        note = f"the process ended with {process.exitcode} and no answer"
        return replace(job.row, status=record.FAILED, note=note)
    finally:
        _end(process)
        receiver.close()


def _child(sender: Any, job: Job) -> None:
    if hasattr(os, "setsid"):
        os.setsid()  # what a rival starts (CBC is a program) ends with it
    _ = job.case.problem.travel_matrix  # after a spawn it has to be worked out again
    sender.send(here(job))
    sender.close()


def _end(process: Any) -> None:
    process.join(1.0)
    if process.is_alive():
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError):  # it has no group of its own yet
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()


def _core_seconds() -> float:
    """Processor time of this process and of those that it has waited for."""
    return time.process_time() + sum(os.times()[2:4])


def commit_of() -> str:
    """What is measured, as git tells it."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    try:
        told = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
    except OSError:
        return "unknown"
    return told.stdout.strip() or "unknown"


def jobs(
    sets: Sequence[tuple[InstanceSet, Sequence[Instance]]], strategies: Mapping[str, Strategy]
) -> Iterator[tuple[str, str, str]]:
    """All runs there would be: set, instance, strategy."""
    for each, instances in sets:
        for instance in instances:
            for name in strategies:
                yield each.name, instance.name, name
