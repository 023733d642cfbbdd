"""Members who can be among the best for a household, told by what each of them adds to a line.

To price a member exactly takes a pass over the whole plan for each line. Most members are clearly worse
than others in an early line, which one pass for all of them together shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.goals import Goal, Kind, load_measure
from phancong.meeting import above, below
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.rules import LAST_FIRST, Figure, Rule, order, pair_breaches_of
from phancong.rules.loads import member_breaches

#: How far two figures of a line must differ, relative to the larger one (absolute below 1), so that an
#: exact comparison surely finds the same order.
CLEAR: Final = 1e-6
#: The rounding of a sum over a plan, relative to it.
ROUNDED: Final = 1e-11


@dataclass(frozen=True, slots=True)
class _Line:
    """The part of a line that each of some members adds.

    Parameters
    ----------
    adds
        What orders the members, (C,).
    of
        All that the line depends on: members whose rows are equal have the same line but for rounding,
        (C, k).
    size
        The figure without the member, whose rounding may hide a difference.
    """

    adds: FloatArray
    of: FloatArray
    size: float


def promising(
    without: Assignment, rows: IntArray, columns: IntArray, goals: tuple[Goal, ...], count: int
) -> tuple[IntArray, IntArray]:
    """The members that can be among the first *count*, and all others; of each the best first.

    Members are compared by the breaches of all rules, those that are relaxed last first, and then by the
    goals, without tolerances; the columns break ties.

    Parameters
    ----------
    without
        The plan without the member.
    rows
        The rows of the households that get one member more.
    columns
        The columns of the possible members, ascending, (C,).
    goals
        The goals.
    count
        How many members are asked for.
    """
    lines = list(_lines(without, rows, columns, goals))
    some = _first(lines, np.arange(len(columns)), count)
    keys = [line.adds for line in reversed(lines)]
    ranked = np.lexsort([columns, *keys])
    among = np.isin(ranked, some)
    return columns[ranked[among]], columns[ranked[~among]]


def _first(lines: list[_Line], tied: IntArray, count: int) -> IntArray:
    """Those of the *tied* members, by their positions, that can be among the first *count*."""
    kept: list[IntArray] = []
    for line in lines:
        if len(tied) <= count:
            break
        tied = tied[np.argsort(line.adds[tied], kind="stable")]
        adds = line.adds[tied]
        off = CLEAR * np.maximum(1.0, np.abs(adds[1:])) + ROUNDED * line.size
        apart = np.diff(adds) > off
        ends = np.append(np.flatnonzero(apart) + 1, len(tied))
        end = int(ends[np.searchsorted(ends, count)])
        begin = int(ends[ends < count].max(initial=0))
        kept.append(tied[:begin])
        count -= begin
        tied = tied[begin:end]
        if not (line.of[tied] == line.of[tied[0]]).all():
            return np.concatenate([*kept, tied])  # in doubt, and what follows may depend on it
    return np.concatenate([*kept, np.sort(tied)[:count]])


def _lines(
    without: Assignment, rows: IntArray, columns: IntArray, goals: tuple[Goal, ...]
) -> Iterator[_Line]:
    """The lines in order; the last is untold where one takes a pass over the whole plan."""
    problem = without.problem
    at = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
    pairs = pair_breaches_of(problem, *at)
    mask = without.mask
    for rule in LAST_FIRST:
        if rule.compared == "class" or not rule.is_set(problem):
            continue  # a member less is missing, whoever it is
        if rule.figure is not None:
            yield from _of_members(rule, rule.figure, without, mask, rows, columns)
        elif rule.name in pairs:
            yield _sum(pairs[rule.name].reshape(len(rows), -1), order(without, rule.name)[0])
        else:
            yield _untold(columns)
            return
    for goal in goals:
        line = _of_goal(goal, without, rows, columns)
        if line is None:
            yield _untold(columns)
            return
        yield line


def _untold(columns: IntArray) -> _Line:
    """A line that can be better with any member, and with no two of them the same."""
    return _Line(np.zeros(len(columns)), columns[:, None].astype(np.float64), 0.0)


def _sum(each: FloatArray, size: float) -> _Line:
    """A line to which the pairs of the households, R × C, add."""
    return _Line(each.sum(axis=0), each.T, size)


def _of_members(
    rule: Rule,
    figure: Figure,
    without: Assignment,
    mask: BoolArray,
    rows: IntArray,
    columns: IntArray,
) -> Iterator[_Line]:
    """By how much each member breaks a limit more, then what else the rule compares.

    Figures that are within rounding of their limit are in doubt: no two of them are equal.
    """
    before = member_breaches(rule.name, figure, without)
    assert before is not None  # somebody has the limit
    problem = without.problem
    limit = figure.limit(problem)[columns]
    value = figure.tally(problem, mask).having(rows, columns)
    after = (below if figure.least else above)(value, limit)
    away = np.abs(value - limit)
    doubt = (away > 0) & (away <= CLEAR * np.maximum(1.0, np.abs(value)))
    share = problem.member_columns.share[columns]
    doubtful = np.where(doubt, columns, -1)
    adds = after - before[columns]
    yield _Line(adds, np.column_stack([adds, doubtful]), float(before.sum()))
    if rule.compared == "largest":
        shares = before / problem.member_columns.share
        first, second = np.sort(shares)[[-1, -min(len(shares), 2)]]
        others = np.where(shares[columns] == first, second, first)
        largest = np.maximum(others, after / share)
        yield _Line(largest, np.column_stack([largest, doubtful]), 0.0)
    elif rule.compared == "each":
        of = np.column_stack([before[columns], after, share, doubtful])
        of[(adds == 0) & ~doubt] = 0.0  # what the member breaks does not change
        yield _Line(np.zeros(len(columns)), of, 0.0)


def _of_goal(goal: Goal, without: Assignment, rows: IntArray, columns: IntArray) -> _Line | None:
    """The part that each member adds to a goal; None for a goal that takes a pass over the whole plan."""
    problem = without.problem
    at = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
    shape = len(rows), len(columns)
    size = abs(float(np.max(goal.value(without))))
    if goal.sums_travel:
        return _sum(Assignment(problem, *at).effort.reshape(shape), size)
    listed = goal.listed(problem)
    if listed is not None:
        each, place = np.zeros(shape), np.full(len(problem.member_columns), -1)
        place[columns] = np.arange(len(columns))
        for number, row in enumerate(rows.tolist()):
            mine = (listed.rows == row) & (place[listed.columns] >= 0)
            each[number, place[listed.columns[mine]]] = listed.values[mine]
        return _sum(each, size)
    if (total := goal.pair_sum(problem)) is not None:
        return _sum(total.pairs[at].reshape(shape), size)
    labels = goal.clusters(problem)
    if labels is not None:
        return _of_clusters(labels, without, rows, columns)
    measure = load_measure(goal)
    if measure is not None and goal.kind is Kind.LARGEST:
        return _of_largest_load(measure, without, rows, columns)
    return None


def _of_clusters(
    labels: Sequence[str | None], without: Assignment, rows: IntArray, columns: IntArray
) -> _Line:
    """How many clusters of the households a member does not serve yet."""
    each = []
    for label in {labels[row] for row in rows.tolist()} - {None}:
        inside = np.array([one == label for one in labels], dtype=bool)[without.rows]
        each.append(~np.isin(columns, without.columns[inside]))
    new = np.array(each, dtype=np.float64).reshape(-1, len(columns)).sum(axis=0)
    return _sum(new[None, :], 0.0)


def _of_largest_load(measure: str, without: Assignment, rows: IntArray, columns: IntArray) -> _Line:
    """The largest load ÷ share; with those who stay below it, it is that of the others."""
    problem = without.problem
    loads, share = without.loads(measure), problem.member_columns.share
    others = float((loads / share)[~problem.exempt].max(initial=0.0))
    shape = len(rows), len(columns)
    at = np.repeat(rows, len(columns)), np.tile(columns, len(rows))
    weight = np.full(len(columns), float(len(rows)))
    if measure == "workload":
        weight = Assignment(problem, *at).pair_workload.reshape(shape).sum(axis=0)
    largest = np.maximum((loads[columns] + weight) / share[columns], others)
    return _Line(largest, largest[:, None], others)
