"""Runs, each in a process of its own, as lines of JSON; what is there is not run again."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.quality.any_size.comparing import Line, as_record, better, from_record, lines_of
from benchmarks.quality.any_size.strategies import SEARCHES, STARTS, Budget
from benchmarks.quality.case import RefusedError
from benchmarks.quality.instances.any_size import VERSION, Drawn
from phancong import InfeasibleError, NoPlanFoundError, UnsupportedError
from phancong.assignment import Assignment
from phancong.problem.fingerprint import fingerprint

PLAN, INFEASIBLE, NO_PLAN = "plan", "infeasible", "no plan"
REFUSED, FAILED, ENDED = "refused", "failed", "ended"

#: A run is ended from outside after so many limits and seconds more.
PATIENCE: Final = (3.0, 60.0)
#: At a part of the speed a process runs for so long at a time, in seconds, and is halted between.
SLICE: Final = 0.01
#: An overshoot is more than a tenth of the limit and a second.
OVER: Final = (1.1, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A strategy on a problem.

    Parameters
    ----------
    set, seed, version, fingerprint
        Which problem: the generator's version, and the problem's own fingerprint.
    size, kind, conflicts
        What it is, for who reads.
    commit
        What was measured.
    strategy, limit, work, speed
        What was run, its seconds and its deterministic work; 1 is the full speed of the machine.
    status
        ``"plan"``, ``"infeasible"``, ``"no plan"``, ``"refused"``, ``"failed"`` or ``"ended"`` (from
        outside).
    optimal, proven
        What is called proven: the whole, and each line.
    lines
        The plan, as :func:`benchmarks.quality.any_size.comparing.as_record` writes it.
    stopped, reason, note
        Why it ended, how it was made, and what went wrong.
    seconds, core_seconds, megabytes
        Wall clock and processor time of the call, and the peak of memory of the process.
    """

    set: str
    seed: int
    version: int
    fingerprint: str
    size: str
    kind: str
    conflicts: tuple[str, ...]
    commit: str
    strategy: str
    limit: float
    work: float | None = None
    speed: float = 1.0
    status: str = ""
    optimal: bool = False
    proven: tuple[bool, ...] = ()
    lines: tuple[Any, ...] = ()
    stopped: str | None = None
    reason: str = ""
    note: str = ""
    seconds: float = 0.0
    core_seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def key(self) -> tuple[object, ...]:
        """What is not run twice."""
        return (
            self.set, self.seed, self.fingerprint, self.commit, self.strategy, self.limit, self.work,
            self.speed,
        )  # fmt: skip

    @property
    def problem(self) -> tuple[str, int, str]:
        """Which problem it is."""
        return self.set, self.seed, self.fingerprint

    @property
    def plan(self) -> tuple[Line, ...] | None:
        """The plan as lines, None where there is none that may be."""
        if self.status != PLAN:
            return None
        lines = from_record(self.lines)
        return None if lines[0].values else lines

    @property
    def over(self) -> bool:
        """Whether it took more time than it was given."""
        return self.seconds > OVER[0] * self.limit + OVER[1]


def blank(drawn: Drawn, strategy: str, budget: Budget, *, speed: float, commit: str) -> Run:
    """A run that has not been done."""
    return Run(
        set=drawn.set,
        seed=drawn.seed,
        version=VERSION,
        fingerprint=fingerprint(drawn.problem)[:16],
        size=drawn.size,
        kind=drawn.kind,
        conflicts=drawn.conflicts,
        commit=commit,
        strategy=strategy,
        limit=budget.seconds,
        work=budget.work,
        speed=speed,
    )


def witness_of(drawn: Drawn) -> Run | None:
    """The plan that came with the problem, as a run; None where there is none."""
    if not drawn.witness:
        return None
    run = blank(drawn, "by construction", Budget(0.0), speed=1.0, commit="")
    lines = lines_of(Assignment.of(drawn.problem, drawn.witness), drawn.goals, drawn.relax)
    return replace(run, status=PLAN, lines=tuple(as_record(lines)))


def here(drawn: Drawn, run: Run) -> Run:
    """Do a run in this process."""
    strategy = {**STARTS, **SEARCHES}[run.strategy]
    began, core = time.perf_counter(), time.process_time()

    def ended(status: str, **found: Any) -> Run:
        return replace(run, status=status, **found)

    def times() -> dict[str, float]:
        return {
            "seconds": round(time.perf_counter() - began, 4),
            "core_seconds": round(time.process_time() - core, 4),
        }

    try:
        found = strategy(drawn, Budget(run.limit, run.work))
    except (RefusedError, UnsupportedError) as error:
        return ended(REFUSED, note=_short(error), **times())
    except InfeasibleError as error:
        return ended(INFEASIBLE, note=_short(error), **times())
    except NoPlanFoundError as error:
        return ended(NO_PLAN, note=_short(error), **times())
    except Exception as error:  # whoever falls over is a result, not the end of all runs
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        note = f"{type(error).__name__} at {place}: {_short(error)}"
        return ended(FAILED, note=note, **times())
    taken = times()
    lines = lines_of(Assignment.of(drawn.problem, found.pairs), drawn.goals, drawn.relax)
    return ended(
        PLAN,
        optimal=found.optimal,
        proven=found.proven,
        lines=tuple(as_record(lines)),
        stopped=found.stopped,
        reason=found.reason,
        megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        **taken,
    )


def _short(error: object) -> str:
    return " ".join(str(error).split())[:300]


def apart(drawn: Drawn, run: Run, core: int | None = None) -> Run:
    """Do a run in a process of its own, at its speed, on one core if one is named."""
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, drawn, run, core))
    process.start()
    sender.close()
    times, more = PATIENCE
    patience = times * run.limit + more / run.speed
    try:
        if _waited(receiver, process.pid, patience, run.speed):
            return receiver.recv()
        note = f"not finished after {patience:g} s"
        return replace(run, status=ENDED, note=note, seconds=patience)
    except EOFError:
        process.join()
        return replace(run, status=FAILED, note=f"the process ended with {process.exitcode}")
    finally:
        process.join(0.5)
        if process.is_alive():
            process.kill()
            process.join()
        receiver.close()


def _waited(receiver: Any, pid: int, patience: float, speed: float) -> bool:
    """Wait for an answer; below full speed the process is halted for a part of the time."""
    if speed >= 1.0:
        return bool(receiver.poll(patience))
    end = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < end:
            if receiver.poll(SLICE):
                return True
            os.kill(pid, signal.SIGSTOP)
            time.sleep(SLICE * (1 / speed - 1))
            os.kill(pid, signal.SIGCONT)
    return bool(receiver.poll(0))


def _child(sender: Any, drawn: Drawn, run: Run, core: int | None) -> None:
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    _ = drawn.problem.travel_matrix  # after a spawn it has to be worked out again
    sender.send(here(drawn, run))
    sender.close()


class Runs:
    """The runs of a file, and what is added to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.all = list(_read(path))
        self._there = {run.key: run for run in self.all}

    def there(self, run: Run) -> Run | None:
        """The same run, if it has been done."""
        return self._there.get(run.key)

    def of(self, problem: tuple[str, int, str]) -> list[Run]:
        """All runs on a problem."""
        return [run for run in self.all if run.problem == problem]

    def add(self, run: Run) -> None:
        """Write a run, to the disk at once."""
        self.all.append(run)
        self._there[run.key] = run
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")
            lines.flush()
            os.fsync(lines.fileno())


def _read(path: Path) -> Iterator[Run]:
    """The runs of a file; a last line that was cut off is left out."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        for name in ("conflicts", "proven", "lines"):
            record[name] = tuple(record[name])
        yield Run(**record)


def starts(drawn: Drawn, runs: Runs) -> list[Run]:
    """The methods by hand and the repaired plan, done if they are not there."""
    found = []
    for name in STARTS:
        asked = blank(drawn, name, Budget(600.0), speed=1.0, commit="")
        run = runs.there(asked)
        if run is None:
            run = apart(drawn, asked)
            runs.add(run)
        found.append(run)
    return found


def seeds_of(text: str) -> list[int]:
    """Reads ``1000-1023,1030`` as seeds.

    Raises
    ------
    ValueError
        It is something else.
    """
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def best_of(runs: Sequence[Run]) -> Run | None:
    """The run with the best plan, the first of those that are equally good; None without a plan."""
    best: Run | None = None
    for run in runs:
        if run.plan is not None and (
            best is None or best.plan is None or better(run.plan, best.plan)
        ):
            best = run
    return best
