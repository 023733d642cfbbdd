"""Limits of a member's load: minimum and maximum, of households and of workload."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import differences
from phancong.masks import where_true
from phancong.meeting import Exactly, Given, above, below
from phancong.problem import MEMBER_FIELDS, BoolArray, FloatArray, IntArray, Problem
from phancong.problem.fields import Amount, Count
from phancong.rules.records import (
    Figure,
    ListColumn,
    Relaxation,
    Rule,
    Unset,
    whole_numbers,
)


def member_breaches(name: str, figure: Figure, assignment: Assignment) -> FloatArray | None:
    """The breach of a maximum or minimum by each member, (M,); None where nobody has such a limit.

    An unused optional member breaks no minimum.
    """
    problem = assignment.problem
    limit = figure.limit(problem)
    if not (limit if figure.least else np.isfinite(limit)).any():
        return None
    value = figure.value(assignment)
    compare = below if figure.least else above
    by = compare(value, limit, *figure.exactly(assignment))
    if figure.least:
        by[problem.member_columns.optional & (assignment.counts == 0)] = 0.0
    by[problem.exempt] = 0.0  # an exempt member's carried load breaks nothing
    if "workload" in name and problem.workload_places is not None:  # others are whole numbers
        broken = np.flatnonzero(by)
        by[broken] = differences(value[broken], limit[broken], by[broken])
    return by


def figure_breaches(name: str, figure: Figure, assignment: Assignment) -> Iterator[Relaxation]:
    """The breaches of a maximum or minimum, one for each member who breaks it."""
    by = member_breaches(name, figure, assignment)
    if by is None or not by.any():
        return
    limit, value = figure.limit(assignment.problem), figure.value(assignment)
    ids = assignment.problem.member_columns.ids
    for row in np.flatnonzero(by).tolist():
        yield Relaxation(name, ids[row], float(limit[row]), float(value[row]), float(by[row]))


def column_is_set(name: str, problem: Problem) -> bool:
    """Whether a member who is not exempt has a value in a column."""
    column = getattr(problem.member_columns, name)
    return bool(((column != _empty(name)) & ~problem.exempt).any())


def _empty(name: str) -> float:
    """The default of a column."""
    field = MEMBER_FIELDS[name]
    assert isinstance(field, (Amount, Count))  # limits are numbers
    return field.default


def column_unset(name: str, problem: Problem) -> Unset:
    """The column without values; a maximum of 0, which exempts, is no limit and stays."""
    column = getattr(problem.member_columns, name)
    empty = np.full_like(column, _empty(name))
    if name in ("max_households", "max_workload"):
        empty = np.where(problem.exempt, column, empty)
    return Unset(members={name: empty})


def column_limit(name: str, problem: Problem) -> FloatArray:
    """The limit of each member, ``inf`` for a maximum that is not set, (M,)."""
    column = getattr(problem.member_columns, name)
    unlimited = np.inf if name.startswith("max") else 0.0
    limit: FloatArray = np.where(column == _empty(name), unlimited, column.astype(np.float64))
    return limit


class _CountTally:
    """The number of households of each member during a construction heuristic."""

    def __init__(self, problem: Problem, mask: BoolArray) -> None:
        carried = problem.member_columns.carried_households
        self.count = (mask.sum(axis=0) + carried).astype(np.float64)

    def having(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The households of the members *columns* if each also took the households *rows*, (C,)."""
        having: FloatArray = self.count[columns] + len(rows)
        return having

    def take(self, rows: IntArray, column: int) -> None:
        """Assign the households *rows* to a member."""
        self.count[column] += len(rows)


class _WorkloadTally:
    """The workload of each member during a construction heuristic."""

    def __init__(self, problem: Problem, mask: BoolArray) -> None:
        matrix = problem.workload_matrix
        each = problem.household_columns.workload[:, None] if matrix is None else matrix
        self.workload: FloatArray = np.broadcast_to(each, mask.shape)
        members, pairs = problem.member_columns, where_true(mask)
        self.load = members.carried_workload + np.bincount(
            pairs[1], weights=self.workload[pairs], minlength=len(members)
        )

    def having(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The workload of the members *columns* if each also took the households *rows*, (C,)."""
        having: FloatArray = self.load[columns] + self.workload[rows][:, columns].sum(axis=0)
        return having

    def take(self, rows: IntArray, column: int) -> None:
        """Assign the households *rows* to a member."""
        self.load[column] += self.workload[rows, column].sum()


def _counts(assignment: Assignment) -> FloatArray:
    return assignment.loads("households")


def _workloads(assignment: Assignment) -> FloatArray:
    return assignment.loads("workload")


def _exact_workloads(assignment: Assignment) -> tuple[FloatArray | float, Exactly | None, Given]:
    given = assignment.problem.exactly
    return assignment.workload_error, lambda at: assignment.exact_workload(at[0]), given


def _load(name: str, **others: Any) -> Rule:
    """The rule that limits a load; the end of *name* says which load."""
    least, counted = name.startswith("min"), name.endswith("households")
    limit: Callable[[Problem], FloatArray] = partial(column_limit, name)
    figure = Figure(
        value=_counts if counted else _workloads,
        limit=limit,
        tally=_CountTally if counted else _WorkloadTally,
        least=least,
        exactly=whole_numbers if counted else _exact_workloads,
    )
    return Rule(
        name=name,
        subject="member",
        is_set=partial(column_is_set, name),
        unset=partial(column_unset, name),
        breaches=partial(figure_breaches, name, figure),
        compared="each" if counted else "largest",
        figure=figure,
        adds_up=not least,
        in_travel=False,
        of_hamlets=False,
        **others,
    )


MIN_HOUSEHOLDS: Final = _load(
    "min_households",
    label=lambda w: w.pgettext("limit", "min_households"),
    limit=lambda w: w.gettext("the minimum number of households"),
    broken=lambda w, n, amount: w.ngettext(
        "members have {n} household less than their minimum",
        "members have {n} households less than their minimum",
        n,
    ),
    repairs={
        "lower_min_households": lambda w, n, amount: w.ngettext(
            "lower the minimum to {n} household", "lower the minimum to {n} households", n
        )
    },
    column=ListColumn(
        "min_households; so ho toi thieu; toi thieu; so ho it nhat; it nhat; "
        "so ho phu trach toi thieu; minimum households; min; min households; "
        "nombre minimum de menages; "
        "menages minimum; minimo de hogares; hogares minimo; minimo de familias",
        label=lambda w: w.pgettext("column", "min_households"),
        title=lambda w: w.gettext("Minimum households"),
        note=lambda w: w.gettext("At least this many."),
    ),
)

MIN_WORKLOAD: Final = _load(
    "min_workload",
    label=lambda w: w.pgettext("limit", "min_workload"),
    limit=lambda w: w.gettext("the minimum workload"),
    broken=lambda w, n, amount: w.gettext(
        "members carry {by} less than their minimum workload", by=amount
    ),
    repairs={},
    column=ListColumn(
        "min_workload; khoi luong toi thieu; minimum workload",
        label=lambda w: w.pgettext("column", "min_workload"),
    ),
)

MAX_WORKLOAD: Final = _load(
    "max_workload",
    label=lambda w: w.pgettext("limit", "max_workload"),
    limit=lambda w: w.gettext("the maximum workload"),
    broken=lambda w, n, amount: w.gettext(
        "members carry {by} more than their maximum workload", by=amount
    ),
    repairs={
        "raise_max_workload": lambda w, n, amount: w.gettext(
            "raise the maximum workload to {amount} for all", amount=amount
        )
    },
    column=ListColumn(
        "max_workload; khoi luong toi da; maximum workload",
        label=lambda w: w.pgettext("column", "max_workload"),
    ),
)

MAX_HOUSEHOLDS: Final = _load(
    "max_households",
    label=lambda w: w.pgettext("limit", "max_households"),
    limit=lambda w: w.gettext("the maximum number of households"),
    broken=lambda w, n, amount: w.ngettext(
        "members have {n} household more than their maximum",
        "members have {n} households more than their maximum",
        n,
    ),
    repairs={
        "raise_max_households": lambda w, n, amount: w.ngettext(
            "raise the maximum to {n} household for all",
            "raise the maximum to {n} households for all",
            n,
        )
    },
    column=ListColumn(
        "max_households; so ho toi da; toi da; so ho nhieu nhat; nhieu nhat; "
        "so ho phu trach toi da; maximum households; max; max households; max hh; maximum hh; capacity; "
        "nombre maximum de menages; menages maximum; capacite; maximo de hogares; hogares maximo; "
        "maximo de familias; capacidad; capacidade",
        label=lambda w: w.pgettext("column", "max_households"),
        title=lambda w: w.gettext("Maximum households"),
        note=lambda w: w.gettext("At most this many. Empty: no limit."),
    ),
)
