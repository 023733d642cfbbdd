"""A plan as a table that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from phancong.assignment import Assignment
from phancong.goals import Value
from phancong.layout import number, table
from phancong.plan.records import BreachTotal, GoalValue, Status
from phancong.rules import RELAXABLE, breaches

#: Households that are named for each member.
NAMED = 12
_IDS = ("member", "in charge of", "for", "with")
#: Rows of a table that are printed; the record has them all.
SHOWN = 60


def plan_text(
    assignment: Assignment,
    status: Status,
    totals: Mapping[str, BreachTotal],
    goals: Sequence[GoalValue],
    about: str,
) -> str:
    """The plan as text: what is proven, a row a member, what had to give way, the goals."""
    problem = assignment.problem
    needed = int(problem.needed.sum())
    filled = int(np.minimum(assignment.covered, problem.needed).sum())
    parts = [
        f"Plan: {status}, {filled} of {needed} places filled; {about}",
        _members(assignment),
    ]
    broken = _breaches(assignment, totals)
    if broken:
        parts.append(broken)
    if goals:
        parts.append(_goals(goals))
    return "\n\n".join(part for part in parts if part)


def _members(assignment: Assignment) -> str:
    problem = assignment.problem
    ids, household_ids = problem.member_columns.ids, problem.household_columns.ids
    # Where every household weighs 1 the workload says nothing new.
    weighted = not np.array_equal(assignment.counts, assignment.workloads)
    headers = ["member", "households", *(["workload"] if weighted else [])]
    with_travel = problem.travel is not None
    unit = problem.travel.unit if problem.travel is not None else ""
    if with_travel:
        headers += [f"travel {unit}".rstrip(), "farthest"]
    headers.append("in charge of")
    rows = []
    for column in range(min(len(ids), SHOWN)):
        mine = assignment.columns == column
        row = [
            str(ids[column]),
            number(int(assignment.counts[column])),
        ]
        if weighted:
            row.append(number(float(assignment.workloads[column])))
        if with_travel:
            row += [
                number(float(assignment.effort[mine].sum())),
                number(float(assignment.pair_travel[mine].max(initial=0.0))),
            ]
        row.append(_few([str(household_ids[h]) for h in assignment.rows[mine].tolist()], NAMED))
        rows.append(row)
    return _with_rest(table(headers, rows, words=_IDS), len(ids)) if rows else ""


def _few(names: Sequence[str], most: int) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return ", ".join(names[: most - 1]) + f", … (+{len(names) - most + 1})"


def _with_rest(text: str, rows: int) -> str:
    return text if rows <= SHOWN else f"{text}\n… and {rows - SHOWN} more"


def _breaches(assignment: Assignment, totals: Mapping[str, BreachTotal]) -> str:
    relaxations = breaches(assignment)
    rows = [
        [
            r.rule,
            "" if r.subject is None else str(r.subject),
            "" if r.member is None else str(r.member),
            number(r.limit),
            number(r.value),
            number(r.by),
        ]
        for r in relaxations[:SHOWN]
    ]
    if not rows:
        return ""
    headers = ["what gave way", "for", "with", "limit", "value", "by"]
    if not any(row[2] for row in rows):  # no rule about pairs gave way
        headers, rows = [h for h in headers if h != "with"], [row[:2] + row[3:] for row in rows]
    text = table(headers, rows, words=_IDS)
    sums = ", ".join(
        f"{rule} by {number(total.total)} in all ({_proof(total.total, total.bound, total.proven)})"
        for rule in reversed(RELAXABLE)
        if (total := totals[rule]).total > 0
    )
    return f"{_with_rest(text, len(relaxations))}\n{sums}"


def _goals(goals: Sequence[GoalValue]) -> str:
    rows = [
        [
            repr(line.goal),
            _value(line.value),
            _value(line.bound),
            _proof(line.best, line.bound, line.proven),
        ]
        for line in goals
    ]
    return table(["goal", "value", "bound", "proof"], rows)


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return _few([number(figure) for figure in value], 8) or "–"
    return number(value)


def _proof(best: Value, bound: Value, proven: bool) -> str:
    if proven:
        return "proven"
    if isinstance(best, tuple) or isinstance(bound, tuple):
        return "not proven"
    return f"not proven, at most {number(best - bound)} off"
