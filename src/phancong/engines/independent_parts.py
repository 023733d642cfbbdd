"""Independent parts of a problem: how they are found, and when they are solved one by one.

A budget over all households (``max_changes``, a tolerance on a sum) and a spread between members of
several parts couple the parts, so such problems are solved as a whole.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from phancong.engines.task import AtMost, Engine, Outcome, Task
from phancong.engines.together import Part, is_largest, is_separable, together
from phancong.errors import NoPlanFoundError
from phancong.problem import BoolArray, Problem
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
    import networkx as nx  # imported late: loading takes longer than solving a small problem

    graph: nx.Graph[tuple[str, object]] = nx.Graph()
    graph.add_nodes_from(("member", column) for column in range(joined.shape[1]))
    # Most households of a hamlet reach the same members: one node for each distinct row of *joined*.
    patterns, which = np.unique(joined, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        graph.add_node(("pattern", number))
        graph.add_edges_from(
            (("pattern", number), ("member", column)) for column in np.flatnonzero(pattern).tolist()
        )
    homes = problem.household_columns
    for row, number in enumerate(which.ravel().tolist()):
        for kind, label in (("group", homes.group[row]), ("cluster", homes.cluster[row])):
            if label is not None:
                graph.add_edge(("pattern", number), (kind, label))
    found: list[Part] = []
    loose_rows: list[int] = []
    loose_columns: list[int] = []
    for nodes in nx.connected_components(graph):
        numbers = [value for kind, value in nodes if kind == "pattern"]
        columns = sorted(value for kind, value in nodes if kind == "member")
        rows = np.flatnonzero(np.isin(which.ravel(), numbers))
        if len(rows) and columns:
            found.append((rows, np.array(columns, dtype=np.int64)))
        else:
            loose_rows.extend(rows.tolist())
            loose_columns.extend(columns)
    return _with_loose(found, loose_rows, loose_columns)


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
