"""How breaches compare (contract 4.3): the figures to minimise, in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.rules.records import Relaxation, Rule


def figures(
    rule: Rule, assignment: Assignment, broken: Sequence[Relaxation] | None = None
) -> tuple[float, ...]:
    """The figures of one rule on a plan, in order; as many for each plan of a problem.

    Parameters
    ----------
    rule, assignment
        The rule, and the plan.
    broken
        Its breaches, if they are known.
    """
    if rule.compared == "class":
        return _by_class(assignment)
    found = tuple(rule.breaches(assignment)) if broken is None else broken
    total = decimal_sum(relaxation.by for relaxation in found)
    if rule.compared == "sum":
        return (total,)
    by_share = _by_share(assignment, found)
    return (total, *(by_share if rule.compared == "each" else by_share[:1]))


def _by_class(assignment: Assignment) -> tuple[float, ...]:
    """For each priority class, the highest first: uncovered households, then missing members."""
    priority, missing = assignment.problem.household_columns.priority, assignment.missing
    nobody = (missing > 0) & (assignment.covered == 0)
    classes = [priority == level for level in np.unique(priority)[::-1]]
    counted = [(nobody[of].sum(), missing[of].sum()) for of in classes]
    return tuple(float(figure) for pair in counted for figure in pair)


def _by_share(assignment: Assignment, found: Sequence[Relaxation]) -> list[float]:
    """Breach ÷ share of each member, from the largest to the smallest."""
    members = assignment.problem.member_columns
    by = np.zeros(len(members))
    for relaxation in found:
        assert relaxation.subject is not None  # it is a member's
        by[members.index[relaxation.subject]] = relaxation.by
    ordered: list[float] = np.sort(by / members.share)[::-1].tolist()
    return ordered
