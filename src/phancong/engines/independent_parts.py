"""Independent parts of a problem: how they are found, and when they are solved one by one.

A budget over all households (``max_changes``, a tolerance on a sum) and a spread between members of
several parts couple the parts, so such problems are solved as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from phancong.engines.task import AtMost, Engine, Outcome, Task
from phancong.engines.together import Part, is_largest, is_separable, together
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, IntArray, Problem
from phancong.rules import RULES, fixed_mask, pair_breaches


def run_apart(task: Task, engine: Engine) -> tuple[Outcome | None, int]:
    """Run an engine on each part of a task.

    Returns
    -------
    Outcome or None
        The plan of all parts together; None if some part has no plan.
    int
        The number of parts; 1 if the problem was solved as a whole.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    if not _separable(task) or not _takes_limits(task, engine):
        return engine.run(task), 1
    problem = task.problem
    # All limits hard first, as in the engines.
    parts = parts_within_limits(problem)
    if len(parts) > 1 and not task.limits_conflict:
        try:
            found = together(replace(task, relax={}), engine, parts)
        except NoPlanFoundError:
            # A plan may be found where some limits are relaxed, or in the whole problem.
            return engine.run(task), 1
        if found is not None or not task.relax:
            return found, len(parts)
        task = replace(task, limits_conflict=True)  # a part has no plan that keeps them all
    parts = _parts(problem, problem.allowed)
    if len(parts) > 1 and not _breach_compares(task):
        try:
            return together(task, engine, parts), len(parts)
        except NoPlanFoundError:
            return engine.run(task), 1
    return engine.run(task), 1


def parts_within_limits(problem: Problem) -> list[Part]:
    """The independent parts where all limits hold: pairs that break a rule do not join parts."""
    closed = problem.allowed.copy()
    for breach in pair_breaches(problem).values():
        closed &= breach <= 0
    return _parts(problem, closed | fixed_mask(problem))


def _takes_limits(task: Task, engine: Engine) -> bool:
    """Whether the engine takes a limit on the largest figure, as the parts need it."""
    goals = tuple(AtMost(goal, math.inf) if is_largest(goal) else goal for goal in task.goals[:-1])
    return not engine.refusals(replace(task, goals=(*goals, *task.goals[-1:])))


def _separable(task: Task) -> bool:
    """Whether optimal parts make an optimal plan for each goal, and no budget couples them."""
    if any(rule.couples and rule.is_set(task.problem) for rule in RULES.values()):
        return False
    return all(
        is_separable(goal, last=number == len(task.goals) - 1)
        for number, goal in enumerate(task.goals)
    )


def _breach_compares(task: Task) -> bool:
    """Whether a possible breach is compared by its largest value over all members (contract 4.3)."""
    return any(
        RULES[name].compared == "largest" and RULES[name].is_set(task.problem)
        for name in task.relax
    )


def _parts(problem: Problem, joined: BoolArray) -> list[Part]:
    """Connected components; households of a group, and those of a cluster, are connected."""
    if joined.size and joined.all():
        return [(np.arange(joined.shape[0]), np.arange(joined.shape[1]))]
    homes = problem.household_columns
    labels = [codes for codes in map(_codes, (homes.group, homes.cluster)) if (codes >= 0).any()]
    lone = np.logical_not(joined.any(axis=1))
    for codes in labels:
        lone &= codes < 0
    found: list[Part] = []
    loose_rows = np.flatnonzero(lone).tolist()
    loose_columns = np.flatnonzero(~joined.any(axis=0)).tolist()
    for rows, columns in _components(joined, labels, np.logical_not(lone)):
        if len(columns):
            found.append((rows, columns))
        else:
            loose_rows.extend(rows.tolist())
    return _with_loose(found, loose_rows, loose_columns)


def _codes(labels: Iterable[str | None]) -> IntArray:
    """An integer for each label, (H,): households with the same label have the same one, -1 is none."""
    numbers: dict[str, int] = {}
    each = (-1 if label is None else numbers.setdefault(label, len(numbers)) for label in labels)
    return np.array(list(each), dtype=np.int64)


def _components(
    joined: BoolArray, labels: Sequence[IntArray], rows_left: BoolArray
) -> Iterator[Part]:
    """Rows and columns that *joined*, (H, M), connects, and equal *labels*, (H,) each, 0 or more.

    Only *rows_left* count. Breadth first: each pair is looked at about twice, however many parts there
    are.
    """
    rows_left, columns_left = rows_left.copy(), np.ones(joined.shape[1], dtype=bool)
    while rows_left.any():
        rows, columns = [np.flatnonzero(rows_left)[:1]], [np.zeros(0, dtype=np.int64)]
        while len(rows[-1]):
            rows_left[rows[-1]] = False
            columns.append(np.flatnonzero(joined[rows[-1]].any(axis=0) & columns_left))
            columns_left[columns[-1]] = False
            left = np.flatnonzero(rows_left)
            near = joined[np.ix_(left, columns[-1])].any(axis=1)
            for codes in labels:
                shared = codes[rows[-1]]
                near |= np.isin(codes[left], shared[shared >= 0])
            rows.append(left[near])
        yield np.sort(np.concatenate(rows)), np.sort(np.concatenate(columns))


def _with_loose(parts: list[Part], rows: list[int], columns: list[int]) -> list[Part]:
    """The parts, sorted; members without any pair, such as the exempt, join the largest part.

    As a part of its own each would get a share of the time with nothing to solve.
    """
    if not parts:
        return [(np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64))]
    largest = max(range(len(parts)), key=lambda number: len(parts[number][0]))
    of_rows, of_columns = parts[largest]
    parts[largest] = (
        np.array(sorted([*of_rows.tolist(), *rows]), dtype=np.int64),
        np.array(sorted([*of_columns.tolist(), *columns]), dtype=np.int64),
    )
    return sorted(parts, key=lambda part: (part[0].tolist()[:1], part[1].tolist()[:1]))
