"""The input of a batch: tables, their columns, and their files."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Final

from phancong.errors import Defect, InvalidProblemError
from phancong.problem import WHOLE_LIMITS
from phancong.problem.columns import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from phancong.problem.tables import ALSO_CALLED
from phancong.tables import WORKBOOK_ENDINGS
from phancong.words import Message

_PLACE: Final = ("at", "lat", "lon", *ALSO_CALLED)
#: The columns of the table of communes that name a place, and limit nothing.
PLACE_COLUMNS: Final = ("province", "commune_name", "province_name")

#: The columns of each table besides the one that names the commune.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "members": ("id", *_PLACE, *MEMBER_FIELDS),
    "households": ("id", *_PLACE, *HOUSEHOLD_FIELDS),
    "previous": ("household", "member", "years"),
    "fixed": ("household", "member"),
    "forbidden": ("household", "member"),
    "renamed": ("what", "old", "new"),
    "communes": (*PLACE_COLUMNS, *WHOLE_LIMITS, "own_household"),
}
#: The id columns of each table, which are required.
IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "members": ("id",),
    "households": ("id",),
    "previous": ("household", "member"),
    "fixed": ("household", "member"),
    "forbidden": ("household", "member"),
    "renamed": (),
    "communes": (),
}
#: The required tables.
REQUIRED: Final = ("members", "households")
#: The endings of files of tables.
ENDINGS: Final = (".parquet", ".csv")
#: The name under which the index holds a commune's own workbook or folder.
LISTS: Final = "lists"


def find_files(source: Path) -> dict[str, list[Path]]:
    """The files of each table in a folder.

    A table is a file (``members.parquet``, ``members.csv``) or a folder of parts (``members/``).
    Files whose names begin with ``.`` or ``_`` are left out, as all readers of Parquet do.

    Parameters
    ----------
    source
        The folder.

    Returns
    -------
    dict
        Table → its files, sorted by name.

    Raises
    ------
    InvalidProblemError
        A table is missing or occurs twice, or the folder holds something else; the error lists all.
    """
    if not source.is_dir():
        what = Message("is not a folder")
        raise InvalidProblemError(
            [Defect(str(source), Message("folder"), what, Message("give the folder of the tables"))]
        )
    defects: list[Defect] = []
    found: dict[str, list[Path]] = {}
    for path in sorted(source.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        kind = path.name if path.is_dir() else path.stem
        if kind not in COLUMNS or not (path.is_dir() or path.suffix.lower() in ENDINGS):
            defects.append(_stranger(path.name, Message("is not a table of a batch")))
        elif kind in found:
            what = Message("occurs more than once")
            defects.append(Defect(kind, Message("table"), what, Message("keep one of them")))
        else:
            found[kind] = _parts(path, defects) if path.is_dir() else [path]
    for kind in REQUIRED:
        if not found.get(kind):
            what = Message("does not exist")
            mend = Message("add {name}.parquet, {name}.csv or a folder {name} of parts", name=kind)
            defects.append(Defect(kind, Message("table"), what, mend))
    if defects:
        raise InvalidProblemError(defects)
    return found


def _parts(folder: Path, defects: list[Defect]) -> list[Path]:
    parts = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        if path.is_dir() or path.suffix.lower() not in ENDINGS:
            what = Message("is not part of a table")
            defects.append(_stranger(f"{folder.name}/{path.name}", what))
        else:
            parts.append(path)
    return parts


def _stranger(name: str, what: str) -> Defect:
    mend = Message(
        "remove it; tables are {names}, as .parquet, .csv or folders of them",
        names=", ".join(COLUMNS),
    )
    return Defect(name, Message("file"), what, mend)


def find_lists(source: Path) -> dict[str, Path]:
    """Workbooks, or folders of lists, one for each commune.

    Parameters
    ----------
    source
        The folder.

    Returns
    -------
    dict
        Name without ending → workbook or folder; empty if the folder holds tables.

    Raises
    ------
    InvalidProblemError
        The folder holds something else, too, or two communes have the same name.
    """
    if not source.is_dir():
        return {}
    there = [
        path for path in sorted(source.iterdir()) if not path.name.startswith((".", "_", "~$"))
    ]
    if any((path.name if path.is_dir() else path.stem) in COLUMNS for path in there):
        return {}
    if not any(path.is_dir() or path.suffix.lower() in WORKBOOK_ENDINGS for path in there):
        return {}
    found: dict[str, Path] = {}
    defects: list[Defect] = []
    for path in there:
        key = path.name if path.is_dir() else path.stem
        if not (path.is_dir() or path.suffix.lower() in WORKBOOK_ENDINGS):
            what = Message("is neither a workbook nor a folder of lists")
            mend = Message("remove it; each commune is a workbook or a folder")
            defects.append(Defect(path.name, Message("file"), what, mend))
        elif key in found:
            what = Message("has the name of another commune")
            mend = Message("give each commune one workbook or one folder")
            defects.append(Defect(path.name, Message("file"), what, mend))
        else:
            found[key] = path
    if defects:
        raise InvalidProblemError(defects)
    return found


def files_of(path: Path) -> list[Path]:
    """A file, or the files of a folder sorted by name."""
    return sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
