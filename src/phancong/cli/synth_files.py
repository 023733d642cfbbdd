"""A problem as a folder of lists, which `read` reads again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phancong.problem import Problem
from phancong.tables import csv_bytes, make_folder, write_files


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
    make_folder(folder)
    members = [
        {
            "id": m.id,
            "lat": m.at and m.at[0],
            "lon": m.at and m.at[1],
            "hamlet": m.hamlet,
            "share": m.share,
            "min_households": m.min_households,
            "max_households": m.max_households,
            "min_workload": m.min_workload,
            "max_workload": m.max_workload,
            "household": m.household,
        }
        for m in problem.members
    ]
    households = [
        {
            "id": h.id,
            "lat": h.at and h.at[0],
            "lon": h.at and h.at[1],
            "hamlet": h.hamlet,
            "cluster": h.cluster,
            "workload": h.workload,
            "priority": h.priority,
        }
        for h in problem.households
    ]
    previous = [
        {"household": household, "member": member, "years": years}
        for household, member, years in problem.previous
    ]
    tables = {"members": members, "households": households, "previous": previous}
    files = [(folder / f"{name}.csv", _csv(rows)) for name, rows in tables.items() if rows]
    write_files(files)
    return [path for path, _ in files]


def _csv(rows: list[dict[str, Any]]) -> bytes:
    return csv_bytes(list(rows[0]), ([row[name] for name in rows[0]] for row in rows))
