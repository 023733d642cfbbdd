"""Variants of a problem in which hamlets are merged or renamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from phancong.errors import InvalidArgumentError
from phancong.problem.label_fields import clean_label
from phancong.problem.problem import Problem


def merged_hamlets(problem: Problem, names: Mapping[str, str], **changes: Any) -> Problem:
    """A variant of a problem in which hamlets have new names; several may get the same name.

    All are renamed at once: with ``{"a": "b", "b": "c"}``, the people of *a* go to *b*, not to *c*.

    Parameters
    ----------
    problem
        The problem.
    names
        The new name of each hamlet that changes, by its old one.
    **changes
        Other changes in the same step, as in :meth:`Problem.replace`, except members and households: a
        table of travel between hamlets, say, which must have the new names.

    Raises
    ------
    InvalidArgumentError
        A name is no label, a hamlet gets two names, or an old name is no hamlet of the problem; the
        message names all of them.
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
    members, households = problem.member_columns, problem.household_columns
    new = _read_names(names, {*members.hamlet, *households.hamlet})

    def renamed(labels: tuple[str | None, ...]) -> tuple[str | None, ...]:
        return tuple(None if label is None else new.get(label, label) for label in labels)

    return problem.replace(
        members=replace(members, hamlet=renamed(members.hamlet)),
        households=replace(households, hamlet=renamed(households.hamlet)),
        **changes,
    )


def _read_names(names: Mapping[str, str], hamlets: set[str | None]) -> dict[str, str]:
    """The new names by the old ones, in the form that is compared."""
    if not isinstance(names, Mapping):
        raise InvalidArgumentError(
            f"names is a {type(names).__name__}; give a mapping {{old: new}} of hamlets"
        )
    new: dict[str, str] = {}
    faults: list[str] = []
    unknown: list[str] = []
    for pair in names.items():
        labels = [clean_label(name) if isinstance(name, str) else "" for name in pair]
        old, name = labels
        if not all(labels):
            faults.append(f"{pair[0]!r}: {pair[1]!r} are not two labels")
        elif old not in hamlets:
            unknown.append(old)
        elif new.setdefault(old, name) != name:  # the same letters in another Unicode form
            faults.append(f"{old!r} gets two names, {new[old]!r} and {name!r}")
    if unknown:
        known = ", ".join(sorted(repr(label) for label in hamlets if label is not None))
        faults.append(
            f"{', '.join(map(repr, unknown))}: no hamlet of the problem; "
            + (f"it has {known}" if known else "it has none")
        )
    if faults:
        raise InvalidArgumentError("; ".join(faults))
    return new
