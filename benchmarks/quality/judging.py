"""Every answer is judged by :func:`phancong.check`, and all by the best bound that is proven."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from benchmarks.quality.case import Answer, Case
from benchmarks.quality.record import FAILED, PLAN, Row
from phancong import check
from phancong.assignment import Assignment
from phancong.meeting import proves
from phancong.rules import RELAXABLE

#: Goals before may differ by what sums of floats leave, when a bound of a later goal is compared.
SAME: Final = 1e-9


def judged(case: Case, answer: Answer) -> dict[str, Any]:
    """What the judge says of an answer, as fields of a :class:`Row`."""
    problem = case.problem
    found = check(problem, answer.pairs, goals=case.goals)
    assignment = Assignment.of(
        problem,
        # What is not a pair of the problem is a violation, which counts as such.
        (
            (household, member)
            for household, member in answer.pairs
            if household in problem.household_columns.index
            and member in problem.member_columns.index
        ),
    )
    totals = {rule: found.total(rule) for rule in reversed(RELAXABLE)}
    each = (assignment.workloads / problem.member_columns.share)[~problem.exempt]
    figures = (
        "coverage",
        "load_min",
        "load_max",
        "workload_min",
        "workload_max",
        "travel_total",
        "travel_max",
        "kept_share",
    )
    return {
        "values": tuple(
            None if isinstance(value, tuple) else float(value) for _, value in found.goals
        ),
        "bounds": answer.bounds,
        "forbidden": len(found.violations),
        "breaks": len(found.relaxations),
        "broken": tuple(f"{rule} {total:g}" for rule, total in totals.items() if total > 0),
        "unfair": float(each.max() / each.mean()) if np.any(each > 0) else None,
        **{name: found.metrics[name] for name in figures},
    }


def bound_of(row: Row, rivals: Iterable[Row], position: int) -> float | None:
    """The best proven bound of a goal that holds for a plan.

    The bound of a later goal was proven while the goals before were held as the strategy had them. So
    it holds for every plan that is as good or better in those.

    Parameters
    ----------
    row
        The plan.
    rivals
        All runs on its instance, its own among them.
    position
        Which goal, from 0.
    """
    bounds = [-math.inf]
    if position == 0 and row.published is not None:
        bounds.append(row.published)
    for other in rivals:
        if position >= len(other.bounds) or (bound := other.bounds[position]) is None:
            continue
        if all(
            mine is not None and held is not None and mine <= held + SAME * max(1.0, abs(held))
            for mine, held in zip(row.values[:position], other.values[:position], strict=True)
        ):
            bounds.append(bound)
    best = max(bounds)
    return best if math.isfinite(best) else None


def gaps(row: Row, rivals: Sequence[Row]) -> tuple[float | None, ...]:
    """(value − bound) ÷ bound of each goal; None without a bound, or where the plan breaks limits.

    A bound of 0 has no ratio: 0 where the value is 0, too, None otherwise.
    """
    if not row.kept:
        return (None,) * len(row.goals)
    found: list[float | None] = []
    for position, value in enumerate(row.values):
        bound = bound_of(row, rivals, position)
        if value is None or bound is None:
            found.append(None)
        elif proves(value, bound):
            found.append(0.0)
        else:
            found.append((value - bound) / bound if bound > 0 else None)
    return tuple(found)


def contradictions(rows: Sequence[Row]) -> list[str]:
    """What cannot be: runs that fell over, ``"auto"`` without a plan (always a usable plan, says the
    contract), and plans below a bound that somebody calls proven.

    The last is what makes gaps worth anything: each bound is tried by the plans of everybody else.
    """
    found = []
    for (name, instance), runs in by_instance(rows).items():
        for row in runs:
            who = f"{name}, {instance}: {row.strategy}"
            if row.status == FAILED:
                found.append(f"{who} failed: {row.note}")
            elif row.strategy == "auto" and row.status != PLAN:
                found.append(f"{who} has no plan: {row.note}")
            if not row.kept:
                continue
            for position, value in enumerate(row.values):
                bound = bound_of(row, runs, position)
                if value is None or bound is None:
                    continue
                if not proves(bound, value):
                    goal = row.goals[position]
                    found.append(f"{who} has {goal} {value!r}, below the proven bound {bound!r}")
    return found


def by_instance(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Runs on the same instance, whatever their limit: a proof holds for all."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.set, row.instance].append(row)
    return dict(found)
