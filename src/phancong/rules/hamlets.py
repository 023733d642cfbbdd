"""The limit on the number of hamlets of a member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.masks import where_true
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules.loads import column_limit, column_unset, figure_breaches
from phancong.rules.records import (
    Figure,
    ListColumn,
    Relaxation,
    Rule,
    Unset,
    whole_numbers,
)


def _served(assignment: Assignment) -> FloatArray:
    """The number of hamlets in which each member has households, (M,); no hamlet counts as none."""
    problem = assignment.problem
    codes = problem.hamlet_codes[assignment.rows]
    named = codes >= 0
    hamlets = int(problem.hamlet_codes.max(initial=-1)) + 1
    served = np.zeros((len(problem.member_columns), hamlets), dtype=bool)
    served[assignment.columns[named], codes[named]] = True
    # Few cells are true: to list them takes a fifth of the time of a sum over all (994 × 497).
    columns, _ = where_true(served)
    return np.bincount(columns, minlength=len(served)).astype(np.float64)


def _limit(problem: Problem) -> FloatArray:
    """The limit of each member: the smaller of the member's and the problem's, (M,)."""
    whole = np.inf if problem.max_hamlets is None else float(problem.max_hamlets)
    return np.minimum(column_limit("max_hamlets", problem), whole)


class _HamletTally:
    """The hamlets of each member during a construction heuristic."""

    def __init__(self, problem: Problem, mask: BoolArray) -> None:
        self.codes = problem.hamlet_codes
        self.serves = np.zeros((self.codes.max(initial=-1) + 1, mask.shape[1]), dtype=bool)
        rows, columns = np.nonzero(mask & (self.codes >= 0)[:, None])
        self.serves[self.codes[rows], columns] = True
        #: How many hamlets each member serves, (M,).
        self.served = self.serves.sum(axis=0)

    def _of(self, rows: IntArray) -> IntArray:
        codes = self.codes[rows]
        return codes[codes >= 0] if len(rows) == 1 else np.unique(codes[codes >= 0])

    def _new(self, rows: IntArray, columns: IntArray | int) -> IntArray:
        """How many hamlets of *rows* each of *columns* does not serve, (C,)."""
        codes = self._of(rows)
        new: IntArray = len(codes) - self.serves[codes][:, columns].sum(axis=0)
        return new

    def having(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """The hamlets of the members *columns* if each also took the households *rows*, (C,)."""
        return (self.served[columns] + self._new(rows, columns)).astype(np.float64)

    def take(self, rows: IntArray, column: int) -> None:
        """Assign the households *rows* to a member."""
        self.served[column] += self._new(rows, column)
        self.serves[self._of(rows), column] = True


_FIGURE: Final = Figure(
    value=_served, limit=_limit, tally=_HamletTally, least=False, exactly=whole_numbers
)


def _is_set(problem: Problem) -> bool:
    return bool((np.isfinite(_limit(problem)) & ~problem.exempt).any())


def _breaches(assignment: Assignment) -> Iterator[Relaxation]:
    if _is_set(assignment.problem):
        yield from figure_breaches("max_hamlets", _FIGURE, assignment)


MAX_HAMLETS: Final = Rule(
    name="max_hamlets",
    subject="member",
    is_set=_is_set,
    unset=lambda problem: Unset(
        members=column_unset("max_hamlets", problem).members, whole={"max_hamlets": None}
    ),
    breaches=_breaches,
    compared="sum",
    figure=_FIGURE,
    adds_up=True,
    in_travel=False,
    of_hamlets=True,
    label=lambda w: w.pgettext("limit", "max_hamlets"),
    limit=lambda w: w.gettext("the maximum number of hamlets"),
    broken=lambda w, n, amount: w.ngettext(
        "members serve {n} hamlet more than their maximum",
        "members serve {n} hamlets more than their maximum",
        n,
    ),
    repairs={
        "raise_max_hamlets": lambda w, n, amount: w.ngettext(
            "let each member serve {n} hamlet", "let each member serve {n} hamlets", n
        )
    },
    column=ListColumn(
        "max_hamlets; so thon toi da; so ban toi da; so xom toi da; so thon ban toi da; "
        "so thon nhieu nhat; maximum hamlets; max hamlets; nombre maximum de hameaux; "
        "maximo de aldeas; maximo de caserios",
        label=lambda w: w.pgettext("column", "max_hamlets"),
        title=lambda w: w.gettext("Maximum hamlets"),
        note=lambda w: w.gettext("Households in at most this many hamlets. Empty: no limit."),
        rare=True,
    ),
    option=lambda w: w.gettext("in how many hamlets a member may have households"),
)
