"""How breaches compare (contract 4.3): the figures to minimise, in order."""

from __future__ import annotations

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.problem import FloatArray
from phancong.rules.loads import member_breaches
from phancong.rules.pairs import breaches_of_pairs
from phancong.rules.records import Rule


def figures(rule: Rule, assignment: Assignment) -> tuple[float, ...]:
    """The figures of one rule on a plan, in order; as many for each plan of a problem."""
    if rule.compared == "class":
        return _by_class(assignment)
    by = _amounts(rule, assignment)
    total = decimal_sum(by[by > 0])
    if rule.compared == "sum":
        return (total,)
    # Breach ÷ share of each member, from the largest to the smallest.
    by_share: list[float] = np.sort(by / assignment.problem.member_columns.share)[::-1].tolist()
    return (total, *(by_share if rule.compared == "each" else by_share[:1]))


def _amounts(rule: Rule, assignment: Assignment) -> FloatArray:
    """The breach of each member, (M,), for a limit of members; otherwise of each subject that breaks it.

    These are the amounts of the rule's breaches; among a thousand plans their records take most time.
    """
    problem = assignment.problem
    if rule.figure is not None:
        by = member_breaches(rule.name, rule.figure, assignment)
        return np.zeros(len(problem.member_columns)) if by is None else by
    if rule.pair is not None and rule.is_set(problem):
        return breaches_of_pairs(rule.name, rule.pair, assignment, fixed=False)[1]
    return np.array([relaxation.by for relaxation in rule.breaches(assignment)])


def _by_class(assignment: Assignment) -> tuple[float, ...]:
    """For each priority class, the highest first: uncovered households, then missing members."""
    missing, (classes, number) = assignment.missing, assignment.problem.priority_classes
    short = missing > 0
    nobody = short & (assignment.covered == 0)
    uncovered = np.bincount(classes[nobody], minlength=number)
    lacking = np.bincount(classes[short], weights=missing[short], minlength=number)
    pairs = zip(uncovered.tolist(), lacking.tolist(), strict=True)
    return tuple(float(figure) for pair in pairs for figure in pair)
