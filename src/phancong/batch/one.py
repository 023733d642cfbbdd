"""One commune: its problem, its plan, and the rows of the datasets."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import phancong
from phancong.batch.loading import Loaded
from phancong.batch.options import BatchOptions
from phancong.batch.posing import posed
from phancong.batch.reasons import Reason, first_defect, infeasible, sentence, translations
from phancong.batch.shortage import more_members
from phancong.errors import (
    Defect,
    InfeasibleError,
    InvalidProblemError,
    NoPlanFoundError,
    PhancongError,
)
from phancong.goals import Value, figures
from phancong.plan import Plan
from phancong.problem import Id, Problem
from phancong.search import Progress
from phancong.solving import solve
from phancong.words import Message, message_of, words

#: The kinds of reasons why a commune has no plan.
DATA: Final = "data"
INFEASIBLE: Final = "infeasible"
NOT_FOUND: Final = "not_found"
REFUSED: Final = "refused"
MEMORY: Final = "memory"
CRASH: Final = "crash"
TIME: Final = "time"
ERROR: Final = "error"
#: The most defects of a commune that are written; the number counts all.
DEFECTS: Final = 1000


@dataclass(slots=True)
class CommuneOutcome:
    """The result of one commune: the rows of each dataset.

    Parameters
    ----------
    key
        The commune.
    content
        The hash of its rows.
    pairs, breaches
        Column → values.
    figures, failure
        One row, None if there is none.
    counts
        The numbers of households and members.
    seconds
        CPU seconds of each stage.
    """

    key: Id
    content: str
    pairs: Mapping[str, list[Any]] = field(default_factory=dict)
    breaches: list[Mapping[str, Any]] = field(default_factory=list)
    figures: Mapping[str, Any] | None = None
    failure: Mapping[str, Any] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def relaxed(self) -> bool:
        """Whether a limit was relaxed."""
        return bool(self.breaches)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """A context whose CPU seconds are added to a stage."""
        before = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - before
            self.seconds[stage] = self.seconds.get(stage, 0.0) + spent


class StoppedError(Exception):
    """The batch was asked to stop; unfinished communes are not written."""


def planned(loaded: Loaded, options: BatchOptions, stop: Callable[[], bool]) -> CommuneOutcome:
    """Plan one commune; any error becomes a failure with its reason.

    Parameters
    ----------
    loaded
        The rows of the commune.
    options
        The options.
    stop
        Whether the batch was asked to stop.

    Raises
    ------
    StoppedError
        The batch was asked to stop.
    """
    outcome = CommuneOutcome(loaded.key, "")
    try:
        with outcome.timed("read"):
            outcome.content = loaded.content()
        plan = _plan(loaded, options, stop, outcome)
        with outcome.timed("rows"):
            _note(plan, loaded, outcome)
    except StoppedError:
        raise
    except InvalidProblemError as error:
        outcome.failure = failed(loaded.key, DATA, first_defect(error.defects), error.defects)
    except InfeasibleError as error:
        outcome.failure = failed(loaded.key, INFEASIBLE, infeasible(error))
    except NoPlanFoundError as error:
        outcome.failure = failed(loaded.key, NOT_FOUND, sentence(message_of(error)))
    except PhancongError as error:
        outcome.failure = failed(loaded.key, REFUSED, sentence(message_of(error)))
    except MemoryError:
        outcome.failure = failed(
            loaded.key, MEMORY, sentence(Message("there was not enough memory"))
        )
    except Exception as error:
        # The text of the error may hold private data; its place in the program does not.
        outcome.failure = failed(loaded.key, ERROR, sentence(_crashed(error)))
    return outcome


def _plan(
    loaded: Loaded, options: BatchOptions, stop: Callable[[], bool], outcome: CommuneOutcome
) -> Plan:
    def progress(_: Progress) -> bool:
        return not stop()

    with outcome.timed("build"):
        found = posed(loaded, options)
    problem = found.problem
    outcome.counts = {
        "households": len(problem.household_columns),
        "members": len(problem.member_columns),
    }
    if problem.travel is not None:
        with outcome.timed("travel"):  # computes all pairs only if they are few
            _ = problem.nearest_travel

    def solved(problem: Problem) -> Plan:
        plan = solve(
            problem,
            goals=options.goals,
            relax=options.relax,
            search=options.search,
            engine=options.engine,
            progress=progress,
        )
        if stop():
            raise StoppedError
        return plan

    with outcome.timed("solve"):
        plan = solved(problem)
    changes = plan.metrics["changes"] if found.merged is not None else None
    if found.unmerged is not None:
        with outcome.timed("unmerged"):
            changes = _changes(partial(solved, found.unmerged))
    outcome.figures = {
        "commune": loaded.key,
        "province": found.province,
        "merged": found.merged,
        "changes_unmerged": changes,
    }
    return plan


def _changes(plan: Callable[[], Plan]) -> float | None:
    """The changes of the plan with the former hamlets; None if there is no such plan."""
    try:
        return plan().metrics["changes"]
    except PhancongError:
        return None


def failed(key: Id, kind: str, reason: Reason, defects: tuple[Defect, ...] = ()) -> dict[str, Any]:
    """A row of the dataset of failures."""
    rows = [[d.record, d.field, d.what, d.mend] for d in defects[:DEFECTS]]
    return {
        "commune": key,
        "kind": kind,
        "reason": reason(words("en")),
        "translations": translations(reason),
        "count": len(defects),
        "defects": json.dumps(rows, ensure_ascii=False) if rows else None,
    }


def _crashed(error: Exception) -> Message:
    """The kind of an error, and the last line of this library in its traceback."""
    home = Path(phancong.__file__).parent
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if Path(f.filename).is_relative_to(home)
    ]
    last = frames[-1]
    file = Path(last.filename).relative_to(home).as_posix()
    kind = type(error).__name__
    return Message("{error} in {file}, line {line}", error=kind, file=file, line=str(last.lineno))


def _note(plan: Plan, loaded: Loaded, outcome: CommuneOutcome) -> None:
    """Add the rows of a plan."""
    columns = plan.columns()
    del columns["workload"]  # private: it may reveal how a family lives
    outcome.pairs = columns
    outcome.breaches = [
        {
            "commune": loaded.key,
            "rule": found.rule,
            "subject": None if found.subject is None else str(found.subject),
            "member": None if found.member is None else str(found.member),
            "limit": found.limit,
            "value": found.value,
            "by": found.by,
        }
        for found in plan.relaxations
    ]
    problem = plan.problem
    assert outcome.figures is not None  # set before the plan is made
    outcome.figures = {
        **outcome.figures,
        "status": str(plan.status),
        "stopped": plan.stopped,
        "engine": plan.engine,
        "relaxed": plan.relaxed,
        "households": len(problem.household_columns),
        "members": len(problem.member_columns),
        "exempt": int(problem.exempt.sum()),
        "pairs": len(columns["household"]),
        "missing": int(plan.assignment.missing.sum()),
        "more_members": more_members(plan),
        "gap": _gap(plan),
        "goals": json.dumps(
            [
                {
                    "goal": repr(line.goal),
                    "value": line.value,
                    "bound": line.bound,
                    "proven": line.proven,
                }
                for line in plan.goals
            ]
        ),
        **plan.metrics,
    }


def _gap(plan: Plan) -> float:
    """The largest relative gap of a goal; 0 if all are proven."""
    return max(
        (_apart(line.best, line.bound) for line in plan.goals if not line.proven), default=0.0
    )


def _apart(best: Value, bound: Value) -> float:
    pairs = zip(figures(best), figures(bound), strict=True)
    return max(((b - low) / max(abs(b), 1e-12) for b, low in pairs), default=0.0)
