"""Limits of the whole plan: members for every household, and the number of changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.rules.records import Relaxation, Rule, Unset


def _changes(assignment: Assignment) -> Iterator[Relaxation]:
    """The breach of ``max_changes``: households that change hands beyond it."""
    most = assignment.problem.max_changes
    if most is not None and assignment.changes > most:
        value = float(assignment.changes)
        yield Relaxation("max_changes", None, float(most), value, value - most)


MAX_CHANGES: Final = Rule(
    name="max_changes",
    subject="nobody",
    is_set=lambda problem: problem.max_changes is not None,
    unset=lambda problem: Unset(whole={"max_changes": None}),
    breaches=_changes,
    compared="sum",
    label=lambda w: w.pgettext("limit", "max_changes"),
    limit=lambda w: w.gettext("the changes agreed"),
    broken=lambda w, n, amount: w.ngettext(
        "{n} more household changes hands than agreed",
        "{n} more households change hands than agreed",
        n,
    ),
    repairs={
        "allow_changes": lambda w, n, amount: w.ngettext("allow {n} change", "allow {n} changes", n)
    },
    option=lambda w: w.gettext("how many households may change hands"),
    adds_up=True,
    in_travel=False,
    of_hamlets=False,
)


def _missing(assignment: Assignment) -> Iterator[Relaxation]:
    """The breaches of ``coverage``: households with fewer members than ``members_needed``."""
    needed = assignment.problem.needed
    ids = assignment.problem.household_columns.ids
    for row in np.flatnonzero(assignment.missing).tolist():
        by = float(assignment.missing[row])
        limit = float(needed[row])
        yield Relaxation("coverage", ids[row], limit, limit - by, by)


COVERAGE: Final = Rule(
    name="coverage",
    subject="household",
    is_set=lambda problem: True,
    unset=None,
    breaches=_missing,
    compared="class",
    label=lambda w: w.pgettext("limit", "coverage"),
    limit=lambda w: w.gettext("a member for each household"),
    broken=lambda w, n, amount: w.ngettext("{n} place stays open", "{n} places stay open", n),
    adds_up=False,
    in_travel=False,
    of_hamlets=False,
    repairs={
        "add_members": lambda w, n, amount: w.ngettext("add {n} member", "add {n} members", n),
        "lower_members_needed": lambda w, n, amount: w.ngettext(
            "ask for {n} member fewer", "ask for {n} members fewer", n
        ),
        "leave_uncovered": lambda w, n, amount: w.ngettext(
            "leave {n} place open", "leave {n} places open", n
        ),
        "phase": lambda w, n, amount: w.ngettext(
            "spread the households over {n} year", "spread the households over {n} years", n
        ),
    },
)
