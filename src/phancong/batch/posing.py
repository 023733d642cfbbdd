"""The problem of a commune, from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phancong.batch.inputs import PLACE_COLUMNS
from phancong.batch.loading import Loaded
from phancong.batch.merging import read_renamed
from phancong.batch.options import BatchOptions
from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Problem
from phancong.reading import read_lists
from phancong.rules import RULES
from phancong.words import Message


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem of a commune, and facts about it for the report.

    Parameters
    ----------
    problem
        The problem.
    province
        Its province, None if it is not given.
    merged
        The number of households whose hamlet was renamed; None if the commune has no table of renamed
        hamlets.
    unmerged
        The problem with the former hamlets, None if they make no difference.
    """

    problem: Problem
    province: str | None = None
    merged: int | None = None
    unmerged: Problem | None = None


def posed(loaded: Loaded, options: BatchOptions) -> Posed:
    """The problem of a commune.

    Raises
    ------
    InvalidProblemError
        The rows have defects; the error lists all.
    """
    if loaded.lists is not None:
        return Posed(_of_lists(loaded.lists, options))
    defects = list(loaded.defects)
    counts = {kind: len(table) for kind, table in loaded.tables.items()}
    if not counts.get("households") and not defects:
        what = Message("has rows in {tables} only", tables=", ".join(sorted(counts)))
        mend = Message("look whether it is written in another way among the households")
        defects.append(Defect(str(loaded.key), options.by, what, mend))
    limits, province = _stated(loaded, options, defects)
    members, households = loaded.rows("members"), loaded.rows("households")
    renamed = read_renamed(loaded.rows("renamed"), (members, households), defects)
    if defects:
        raise InvalidProblemError(defects)
    pairs: dict[str, Any] = {
        kind: loaded.rows(kind) for kind in ("previous", "fixed", "forbidden") if counts.get(kind)
    }
    if "previous" in pairs:
        pairs["previous"] = renamed.paired(pairs["previous"])
    problem = Problem(renamed.listed(members), renamed.listed(households), **pairs, **limits)
    if not counts.get("renamed"):
        return Posed(problem, province)
    merged = renamed.merged(households)
    # Without a limit on hamlets, the former hamlets give the same plan.
    matter = merged and any(rule.of_hamlets and rule.is_set(problem) for rule in RULES.values())
    unmerged = Problem(members, households, **pairs, **limits) if matter else None
    return Posed(problem, province, merged, unmerged)


def _of_lists(path: Path, options: BatchOptions) -> Problem:
    """The problem of a commune's own lists; without options no row is numbered."""
    return read_lists(path, **options.limits).reading.problem


def _stated(
    loaded: Loaded, options: BatchOptions, defects: list[Defect]
) -> tuple[dict[str, Any], str | None]:
    """The limits of a commune, general and own, and its province."""
    limits = dict(options.limits)
    stated = loaded.rows("communes")
    if len(stated) > 1:
        what, mend = Message("has several rows"), Message("keep one")
        defects.append(Defect(stated.record(1), "communes", what, mend))
        return limits, None
    own = {name: _plain(values[0]) for name, values in stated.columns.items()}
    given = stated.columns.get("province", [None])[0]  # a code: its zeros stay
    for name in PLACE_COLUMNS:
        own.pop(name, None)
    limits |= {name: value for name, value in own.items() if value is not None}
    return limits, None if given is None else str(given)


def _plain(cell: Any) -> Any:
    """A cell of the table of communes as an argument of a problem; text from CSV becomes a number."""
    if hasattr(cell, "item"):
        cell = cell.item()
    if isinstance(cell, str):
        flags = {"true": True, "yes": True, "false": False, "no": False}.get(cell.lower())
        if flags is not None:
            return flags
        try:
            number = float(cell)
        except ValueError:
            return cell
        return int(number) if number.is_integer() else number
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell
