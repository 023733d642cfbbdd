"""Plans as files: CSV and workbooks for people, JSON for the whole record."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from phancong.assignment import Assignment
from phancong.goals import Goal, Preference, Value
from phancong.plan.records import BreachTotal, GoalValue, Status
from phancong.problem import Pair, Problem
from phancong.problem.fingerprint import fingerprint
from phancong.tables import write_csv, write_workbook

#: What a JSON file of a plan says that it is.
FORMAT: Final = "phancong plan"
VERSION: Final = 1


class Written(Protocol):
    """What is written of a plan."""

    @property
    def problem(self) -> Problem: ...
    @property
    def assignment(self) -> Assignment: ...
    @property
    def pairs(self) -> tuple[Pair, ...]: ...
    @property
    def status(self) -> Status: ...
    @property
    def breaches(self) -> Mapping[str, BreachTotal]: ...
    @property
    def goals(self) -> tuple[GoalValue, ...]: ...
    @property
    def engine(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def stopped(self) -> str | None: ...
    @property
    def seconds(self) -> float: ...
    @property
    def metrics(self) -> Mapping[str, float | None]: ...
    def columns(self) -> dict[str, list[Any]]: ...


def to_csv(plan: Written, path: str | Path) -> None:
    """Write the pairs of a plan as CSV, the columns of ``plan.to_frame()``."""
    columns = plan.columns()
    write_csv(path, list(columns), zip(*columns.values(), strict=True))


def to_excel(plan: Written, path: str | Path) -> None:
    """Write a plan as a workbook: its pairs, a row a member, and what is proven.

    Raises
    ------
    MissingExtraError
        openpyxl is not installed.
    """
    columns = plan.columns()
    write_workbook(
        path,
        {
            "pairs": (list(columns), list(zip(*columns.values(), strict=True))),
            "members": _members(plan.assignment),
            "summary": _summary(plan),
        },
    )


def _members(assignment: Assignment) -> tuple[list[str], list[list[Any]]]:
    problem = assignment.problem
    ids = problem.member_columns.ids
    travel: Sequence[float | None] = [None] * len(ids)
    if problem.travel is not None:
        each = np.bincount(assignment.columns, weights=assignment.effort, minlength=len(ids))
        travel = each.tolist()
    rows = zip(ids, assignment.counts.tolist(), assignment.workloads.tolist(), travel, strict=True)
    return ["id", "households", "workload", "travel"], [list(row) for row in rows]


def _summary(plan: Written) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = [
        ["status", str(plan.status), None, None],
        ["engine", plan.engine, None, None],
        ["reason", plan.reason, None, None],
        ["stopped", plan.stopped, None, None],
        ["seconds", plan.seconds, None, None],
    ]
    rows += [
        [f"goal {line.goal!r}", _cell(line.value), _cell(line.bound), line.proven]
        for line in plan.goals
    ]
    rows += [
        [f"breach {rule}", line.total, line.bound, line.proven]
        for rule, line in plan.breaches.items()
    ]
    rows += [[name, figure, None, None] for name, figure in plan.metrics.items()]
    return ["figure", "value", "bound", "proven"], rows


def _cell(value: Value) -> float | str:
    return "; ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else value


# --- JSON ---------------------------------------------------------------------------------------


def to_json(plan: Written, path: str | Path | None = None) -> str | None:
    """The whole record of a plan as JSON; given back as text where there is no path.

    Keys are sorted and each pair stands on its own line, so that two plans can be compared line by
    line. What is not finite is null. It holds ids, and of the problem a fingerprint only.
    """
    record = {
        "format": FORMAT,
        "version": VERSION,
        "fingerprint": fingerprint(plan.problem),
        "status": plan.status.value,
        "pairs": [list(pair) for pair in plan.pairs],
        "breaches": {
            rule: {"total": line.total, "bound": _plain(line.bound), "proven": line.proven}
            for rule, line in plan.breaches.items()
        },
        "goals": [
            {
                "goal": _goal(line.goal, plan.problem),
                "best": _plain(line.best),
                "value": _plain(line.value),
                "bound": _plain(line.bound),
                "proven": line.proven,
            }
            for line in plan.goals
        ],
        "metrics": {name: _plain(figure) for name, figure in plan.metrics.items()},
        "engine": plan.engine,
        "reason": plan.reason,
        "stopped": plan.stopped,
        "seconds": plan.seconds,
    }
    lines = ",\n".join(f"{_json(key)}: {_listed(record[key])}" for key in sorted(record))
    text = f"{{\n{lines}\n}}\n"
    if path is None:
        return text
    Path(path).write_text(text, encoding="utf-8", newline="\n")
    return None


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _listed(value: Any) -> str:
    """A list with a line an entry, anything else on one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_json, value)) + "\n]"
    return _json(value)


def _plain(value: Value | None) -> Any:
    if isinstance(value, tuple):
        return [_plain(figure) for figure in value]
    return None if value is None or not math.isfinite(value) else value


def _goal(goal: Goal, problem: Problem) -> dict[str, Any]:
    """A goal with its parameters; scores in a matrix are written in the order of the ids."""
    written: dict[str, Any] = {"type": type(goal).__name__}
    for parameter in fields(goal):  # type: ignore[arg-type]
        written[parameter.name] = getattr(goal, parameter.name)
    if isinstance(goal, Preference):
        if isinstance(goal.scores, dict):
            written["scores"] = [[*pair, score] for pair, score in goal.scores.items()]
        else:
            written["scores"] = {"matrix": goal.matrix(problem).tolist()}
    return written
