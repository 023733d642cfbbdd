"""Problems that fall into independent parts: solved apart, proven together.

Where no pair joins them, a sum over all is smallest where it is smallest in each part, stage by
stage. Goals that compare members across parts (fairness, the farthest pair) and budgets over all
(``max_changes``, a tolerance) are not such sums, and their problems are solved whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import networkx as nx
import numpy as np

from phancong.assignment import Assignment
from phancong.engines.task import Engine, Outcome, Proof, Task
from phancong.errors import NoPlanFoundError
from phancong.goals import Cohesion, Continuity, Goal, Preference, Travel
from phancong.problem import BoolArray, IntArray, Pair, Problem
from phancong.problem.part import part_of
from phancong.rules import breaches, fixed_mask, pair_breaches
from phancong.search import Course, Progress

#: Rows of the households and of the members of a part.
Part = tuple[IntArray, IntArray]


def run_apart(task: Task, engine: Engine) -> tuple[Outcome | None, int]:
    """Run an engine on each part of a task.

    Returns
    -------
    Outcome or None
        The plan of all parts together; None if one of them has none.
    int
        In how many parts the problem was solved; 1 if it does not fall apart.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    if not _separable(task):
        return engine.run(task), 1
    problem = task.problem
    # Hard first, as the engines do: then pairs that break a rule join nothing.
    closed = problem.allowed.copy()
    for breach in pair_breaches(problem).values():
        closed &= breach <= 0
    parts = _parts(problem, closed | fixed_mask(problem))
    if len(parts) > 1:
        try:
            found = _together(replace(task, relax={}), engine, parts)
        except NoPlanFoundError:
            # What was not found with all limits may be found where some give way, or as a whole.
            return engine.run(task), 1
        if found is not None or not task.relax:
            return found, len(parts)
    parts = _parts(problem, problem.allowed)
    if len(parts) > 1 and not _breach_compares(task):
        return _together(task, engine, parts), len(parts)
    return engine.run(task), 1


def _separable(task: Task) -> bool:
    """Whether all goals are sums over pairs, held exactly, and there is no budget over all."""
    sums = (Travel, Continuity, Preference, Cohesion)
    exact = all(goal.exact for goal in task.goals[:-1])
    return (
        task.problem.max_changes is None and exact and all(isinstance(g, sums) for g in task.goals)
    )


def _breach_compares(task: Task) -> bool:
    """Whether a breach that may occur is measured by the largest over all members (spec 4.3)."""
    members = task.problem.member_columns
    limits = {
        "max_workload": np.isfinite(members.max_workload).any(),
        "min_workload": (members.min_workload > 0).any(),
    }
    return any(rule in task.relax and there for rule, there in limits.items())


def _parts(problem: Problem, joined: BoolArray) -> list[Part]:
    """Connected households and members; households of a group and of a cluster go together."""
    graph: nx.Graph[tuple[str, object]] = nx.Graph()
    graph.add_nodes_from(("member", column) for column in range(joined.shape[1]))
    # Households of a hamlet mostly reach the same members: one node for each pattern of reach.
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
    parts = []
    for nodes in nx.connected_components(graph):
        numbers = [value for kind, value in nodes if kind == "pattern"]
        columns = sorted(value for kind, value in nodes if kind == "member")
        rows = np.flatnonzero(np.isin(which.ravel(), numbers))
        if not columns:  # nobody reaches them: each would be a part, and there is nothing to solve
            parts.append((rows, np.empty(0, dtype=np.int64)))
        else:
            parts.append((rows, np.array(columns, dtype=np.int64)))
    return sorted(parts, key=lambda part: (part[0].tolist()[:1], part[1].tolist()[:1]))


def _together(task: Task, engine: Engine, parts: list[Part]) -> Outcome | None:
    """Solve each part and put the plans and proofs together."""
    pairs: list[Pair] = []
    outcomes: list[Outcome] = []
    sizes = [(len(rows) + 1) * (len(columns) + 1) for rows, columns in parts]
    for number, (rows, columns) in enumerate(parts):
        course = _course(task.course, sizes[number] / sum(sizes[number:]), number, len(parts))
        part = part_of(task.problem, rows, columns)
        goals = tuple(_goal_of(goal, task.problem, rows, columns) for goal in task.goals)
        outcome = engine.run(Task(part, goals, task.relax, course))
        task.course.work += course.work
        task.course.cancelled |= course.cancelled
        if outcome is None:
            return None
        outcomes.append(outcome)
        pairs.extend(outcome.assignment.pairs)
    assignment = Assignment.of(task.problem, pairs)
    lines = {
        rule: _sum(
            [o.breaches[rule] for o in outcomes if rule in o.breaches], _broken(assignment, rule)
        )
        for rule in task.relax
        if any(rule in o.breaches for o in outcomes)
    }
    proofs = []
    for number, goal in enumerate(task.goals):
        value = goal.value(assignment)
        assert not isinstance(value, tuple)
        proofs.append(_sum([o.goals[number] for o in outcomes], value))
    stopped = next((o.stopped for o in outcomes if o.stopped is not None), None)
    return Outcome(assignment, lines, tuple(proofs), stopped)


def _course(course: Course, share: float, number: int, parts: int) -> Course:
    """A part of the search that is left."""
    search = replace(
        course.search,
        seconds=max(course.seconds_left * share, 1e-9),
        work=None if course.search.work is None else max(course.work_left * share, 1e-9),
    )

    def progress(record: Progress) -> object:
        stage = f"part {number + 1} of {parts}, {record.stage}"
        told = replace(record, stage=stage, seconds=course.seconds)
        return None if course.progress is None else course.progress(told)

    return Course(search, progress, cancelled=course.cancelled)


def _goal_of(goal: Goal, problem: Problem, rows: IntArray, columns: IntArray) -> Goal:
    """The goal for a part: scores given as a matrix are cut to it."""
    if isinstance(goal, Preference) and not isinstance(goal.scores, Mapping):
        return replace(goal, scores=goal.matrix(problem)[np.ix_(rows, columns)])
    if isinstance(goal, Preference):
        homes, people = problem.household_columns.ids, problem.member_columns.ids
        inside = {homes[row] for row in rows.tolist()}, {people[c] for c in columns.tolist()}
        scores = {p: s for p, s in goal.scores.items() if p[0] in inside[0] and p[1] in inside[1]}
        return replace(goal, scores=scores)
    return goal


def _broken(assignment: Assignment, rule: str) -> float:
    return sum(r.by for r in breaches(assignment) if r.rule == rule)


def _sum(lines: list[Proof], whole: float) -> Proof:
    """The line of all parts: as far from its bound as they are together.

    The value of the whole is not the sum where a pair with somebody outside had to end; that is so
    in every plan, and moves the bound as well.
    """
    gap = sum(_gap(line) for line in lines)
    return Proof(whole, whole - gap, all(line.proven for line in lines))


def _gap(line: Proof) -> float:
    assert not isinstance(line.best, tuple)
    assert not isinstance(line.bound, tuple)
    return line.best - line.bound
