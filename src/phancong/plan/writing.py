"""Plans as files: CSV for other programs, JSON for the whole record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from phancong.goals import Goal, Preference, Value, is_row, single
from phancong.problem import Problem
from phancong.problem.fingerprint import fingerprint
from phancong.report.include import INCLUDE, read_include
from phancong.report.solution import Solution
from phancong.tables import csv_bytes

#: The name of the format in a JSON file of a plan.
FORMAT: Final = "phancong plan"
VERSION: Final = 1


def as_csv(plan: Solution, include: Iterable[str] = ()) -> bytes:
    """The bytes of the file that :meth:`Plan.to_csv` writes."""
    chosen = read_include(include)
    columns = {
        name: cells
        for name, cells in plan.columns().items()
        if name not in INCLUDE or name in chosen
    }
    return csv_bytes(list(columns), zip(*columns.values(), strict=True))


# --- JSON ---------------------------------------------------------------------------------------


def json_bytes(text: str) -> bytes:
    """JSON as bytes; lone surrogates, which the name of a file may have, are escaped."""
    return text.encode("utf-8", "backslashreplace")


def as_json(plan: Solution, files: Mapping[str, str] | None = None) -> str:
    """The whole record of a plan as JSON.

    Keys are sorted and each pair is on its own line, so that plans can be compared line by line. Values
    that are not finite are null. The record holds ids and a fingerprint of the problem, but not the
    problem.

    Parameters
    ----------
    plan
        The plan.
    files
        Name → SHA-256 of the files that are written with the plan, if there are any.
    """
    record: dict[str, Any] = {
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
        "options": _options(plan.options),
        "versions": dict(plan.versions),
    }
    if files is not None:
        record["files"] = dict(files)
    lines = ",\n".join(f"{_json(key)}: {_listed(record[key])}" for key in sorted(record))
    return f"{{\n{lines}\n}}\n"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _listed(value: Any) -> str:
    """A list with one entry a line; any other value on one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(map(_json, value)) + "\n]"
    return _json(value)


def _plain(value: Value | None) -> Any:
    if is_row(value):
        return [_plain(figure) for figure in value]
    return None if value is None or not math.isfinite(single(value)) else value


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the call; the limits with their ceilings, in the order of relaxing."""
    if not options:
        return {}
    return {
        "engine": options["engine"],
        "relax": [[rule, _plain(ceiling)] for rule, ceiling in options["relax"].items()],
        "search": {name: _plain(value) for name, value in options["search"].items()},
    }


def _goal(goal: Goal, problem: Problem) -> dict[str, Any]:
    """A goal with its parameters; scores of a matrix follow the order of the ids."""
    written: dict[str, Any] = {"type": type(goal).__name__}
    for parameter in fields(goal):  # type: ignore[arg-type]  # every goal is a dataclass
        written[parameter.name] = getattr(goal, parameter.name)
    if isinstance(goal, Preference):
        if isinstance(goal.scores, dict):
            written["scores"] = [[*pair, score] for pair, score in goal.scores.items()]
        else:
            written["scores"] = {"matrix": goal.matrix(problem).tolist()}
    return written
