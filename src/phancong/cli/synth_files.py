"""A problem as a folder of lists, which `read` reads again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from phancong.problem import Household, Member, Problem
from phancong.tables import csv_bytes, write_files
from phancong.tables.replacing import filled_folder

#: The fields that a drawn commune has, besides ids and coordinates.
_OF_MEMBERS: Final = (
    *("hamlet", "share", "min_households", "max_households", "min_workload", "max_workload"),
    "household",
)
_OF_HOUSEHOLDS: Final = ("hamlet", "cluster", "workload", "priority")


def write_lists(problem: Problem, folder: Path) -> list[Path]:
    """Write members, households and last year's pairs as CSV files.

    Only fields that a drawn commune has are written: no skills, no fixed or forbidden pairs.

    Parameters
    ----------
    problem
        The problem.
    folder
        The folder, made if it does not exist; files of the same names are replaced.

    Raises
    ------
    NotWrittenError
        A file could not be written; the error lists the files that were.
    """
    members = [_cells(member, _OF_MEMBERS) for member in problem.members]
    households = [_cells(household, _OF_HOUSEHOLDS) for household in problem.households]
    previous = [
        {"household": household, "member": member, "years": years}
        for household, member, years in problem.previous
    ]
    tables = {"members": members, "households": households, "previous": previous}
    files = [(folder / f"{name}.csv", _csv(rows)) for name, rows in tables.items() if rows]
    with filled_folder(folder):
        write_files(files)
    return [path for path, _ in files]


def _cells(record: Member | Household, fields: Sequence[str]) -> dict[str, Any]:
    lat, lon = record.at or (None, None)
    cells = {name: getattr(record, name) for name in fields}
    return {"id": record.id, "lat": lat, "lon": lon, **cells}


def _csv(rows: list[dict[str, Any]]) -> bytes:
    return csv_bytes(list(rows[0]), ([row[name] for name in rows[0]] for row in rows))
