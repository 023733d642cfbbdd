"""Hamlets that are merged or renamed: the labels follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from phancong.errors import InvalidArgumentError
from phancong.problem.fields import clean_label
from phancong.problem.problem import Problem


def merged_hamlets(problem: Problem, names: Mapping[str, str], **changes: Any) -> Problem:
    """A variant of a problem in which hamlets have new names; several may get the same.

    All are renamed at once: where ``{"a": "b", "b": "c"}``, who was of *a* is of *b* now.

    Parameters
    ----------
    problem
        The problem.
    names
        The new name of each hamlet that changes, by its old one.
    **changes
        What else changes in the same step, as in :meth:`Problem.replace`: travel between hamlets
        must know the new names. Members and households given here bear old or new names; new
        matrices follow the order in which the problem, or the change, gave the records.

    Raises
    ------
    InvalidArgumentError
        A name is no label, or an old name is no hamlet of the problem; all are named.
    InvalidProblemError
        The variant has defects, such as a table of travel that does not know a new name.

    Examples
    --------
    >>> from phancong import Household, Member, Problem
    >>> problem = Problem(
    ...     [Member("m1", hamlet="t1")], [Household("h1", hamlet="t2")], travel=None
    ... )
    >>> merged = merged_hamlets(problem, {"t1": "t1-2", "t2": "t1-2"})
    >>> merged.members[0].hamlet, merged.households[0].hamlet
    ('t1-2', 't1-2')
    """
