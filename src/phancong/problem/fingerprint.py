"""The fingerprint of a problem for stored files: a hash of its whole content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from phancong.problem.columns import (
    HOUSEHOLD_FIELDS,
    MEMBER_FIELDS,
    HouseholdColumns,
    MemberColumns,
)
from phancong.problem.fields import Amount, Count, Flag
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.problem import Problem
from phancong.travel import Geodesic
from phancong.travel.paths import PathNetwork


def fingerprint(problem: Problem) -> str:
    """SHA-256 of the content of a problem, as hexadecimal digits.

    Equal problems have equal fingerprints, whatever the order of their input. A fingerprint does not
    reveal the content, but confirms a correct guess of the whole content.

    Parameters
    ----------
    problem
        The problem. Its travel matrix is computed, unless travel follows from the coordinates.
    """
    digest = hashlib.sha256()
    for name, content in _content(problem):
        digest.update(f"\n{name}:".encode())
        digest.update(content if isinstance(content, bytes) else json.dumps(content).encode())
    return digest.hexdigest()


def _content(problem: Problem) -> Iterator[tuple[str, Any]]:
    for kind, columns in (("m", problem.member_columns), ("h", problem.household_columns)):
        yield from _columns(kind, columns)
    for name in ("previous", "fixed", "forbidden"):
        yield name, getattr(problem, name)
    for name, limit in WHOLE_LIMITS.items():
        value = getattr(problem, name)
        if not (limit.later and value == limit.unset):
            yield name, value
    yield "own_household", problem.own_household
    yield "workload", _matrix(problem.workload_matrix)
    travel = problem.travel
    if travel is None:
        yield "travel", None
        return
    yield "travel", [type(travel).__name__, travel.unit]
    # Distances computed from coordinates differ in the last bits between computers, and the coordinates
    # are in the columns already: leave them out.
    if isinstance(travel, PathNetwork):
        yield "network", travel.fingerprint
    elif not isinstance(travel, Geodesic):
        yield "matrix", _matrix(problem.travel_matrix)


def _columns(kind: str, columns: MemberColumns | HouseholdColumns) -> Iterator[tuple[str, Any]]:
    fields_of = MEMBER_FIELDS if isinstance(columns, MemberColumns) else HOUSEHOLD_FIELDS
    for column in fields(columns):
        # The order of the input does not count. Exact fractions do not count either: a stored plan
        # holds floats, and must have the same fingerprint.
        if column.name in ("index", "given", "exactly"):
            continue
        values = getattr(columns, column.name)
        field = fields_of.get(column.name)
        if (
            isinstance(field, (Amount, Count, Flag))
            and field.later
            and (values == field.default).all()
        ):
            continue  # the fingerprint of plans written before this field existed stays the same
        if isinstance(values, np.ndarray):
            yield f"{kind}.{column.name}", _matrix(values)
        else:
            content = [sorted(v) if isinstance(v, frozenset) else v for v in values]
            yield f"{kind}.{column.name}", content


def _matrix(values: Any) -> bytes | None:
    if values is None:
        return None
    # Adding 0 turns -0.0 into 0.0: both are equal but differ in bytes. Every NaN gets the same bytes.
    array = np.asarray(values, dtype=np.float64) + 0.0
    array[np.isnan(array)] = np.nan
    return np.ascontiguousarray(array, dtype="<f8").tobytes()
