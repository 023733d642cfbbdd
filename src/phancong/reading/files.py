"""The files and sheets of a path: each is read, left out with a reason, or a defect."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from phancong.errors import Defect, InvalidProblemError
from phancong.reading.key_files import KEY_HEADER
from phancong.reading.keys import fold
from phancong.reading.list_kinds import table_in_name
from phancong.reading.maps import MAPS, belongs_to_map, is_map, map_grids, why_no_list
from phancong.reading.plan_records import is_record, record_grid
from phancong.reading.record import SheetUse
from phancong.reading.scheme_files import SCHEME_FILE
from phancong.tables import (
    TEXT_ENDINGS,
    WORKBOOK_ENDINGS,
    Grid,
    read_csv_grid,
    read_grids,
)
from phancong.tables.sheet import MEND_PATH, unopened, unreadable
from phancong.words import Message

#: The sheet of a plan that holds its pairs.
PAIRS_SHEET: Final = "pairs"
_RECORDS: Final = (".json",)
#: Default names of sheets in spreadsheet programs.
_UNNAMED: Final = frozenset(
    ("sheet", "trang tinh", "feuil", "feuille", "hoja", "planilha", "folha", "tabelle", "sheet ")
)
_SAVE_AS: Final[str] = Message("open it in a spreadsheet and save it as .xlsx")


@dataclass(slots=True)
class Found:
    """The files of a folder, or one file.

    Parameters
    ----------
    grids
        The tables.
    left_out
        Files that are not read, and why.
    defects
        Files that cannot be read.
    scheme
        The file that states how workload is counted, None if there is none.
    """

    grids: list[Grid] = field(default_factory=list)
    left_out: list[SheetUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    scheme: Path | None = None


def read_files(path: Path, ignored: Callable[[str], bool]) -> Found:
    """The tables of a folder, a workbook or a text file.

    Parameters
    ----------
    path
        The folder or the file.
    ignored
        Whether the caller excludes a file or sheet of this name.

    Raises
    ------
    InvalidProblemError
        *path* holds no table that can be read.
    MissingExtraError
        The extra that reads a file is not installed.
    """
    if not path.exists():
        mend = Message("give a folder or a workbook that exists")
        raise unreadable(str(path), Message("does not exist"), mend)
    if path.is_dir():
        return _from_folder(path, ignored)
    grids = _read(path)
    if grids is None:
        mend = Message(
            "open it in a spreadsheet and save it as .xlsx, or give the folder with the lists in it"
        )
        raise unreadable(str(path), Message("is neither a folder nor a list that is read"), mend)
    return Found(grids)


def read_previous(path: Path) -> list[Grid]:
    """The tables of a file with last year's pairs; of a plan of this library only its pairs.

    Raises
    ------
    InvalidProblemError
        The file cannot be read.
    """
    grids = _read(path)
    if grids is None:
        raise unreadable(str(path), Message("is not a list that can be read"), _SAVE_AS)
    filled = [grid for grid in grids if grid.lines or grid.defects]
    plan = [_as_plan(grid, filled) for grid in filled]
    return [grid for grid in plan if grid.pairs] or filled


def _as_plan(grid: Grid, beside: list[Grid], stem: str = "") -> Grid:
    """*grid*, marked as pairs of a plan if this library wrote it."""
    header = [cell for cell in grid.lines[0][1] if cell is not None] if grid.lines else []
    titles = [cell.casefold() if isinstance(cell, str) else "" for cell in header]
    ours = (
        "household" in titles
        and "member" in titles
        and ((grid.title == PAIRS_SHEET and len(beside) > 1) or "kept" in titles)
    )
    return dataclasses.replace(grid, pairs=True, file=stem or grid.file) if ours else grid


def _read(path: Path) -> list[Grid] | None:
    """The tables of a file, None if its ending is not that of a table."""
    ending = path.suffix.lower()
    if ending in WORKBOOK_ENDINGS:
        return _named_by_file(read_grids(path), path.stem)
    if ending in TEXT_ENDINGS:
        return [read_csv_grid(path)]
    if ending in MAPS or (ending in _RECORDS and is_map(path)):
        return map_grids(path)
    if ending in _RECORDS:
        return [record_grid(path)]
    return None


def _named_by_file(grids: list[Grid], stem: str) -> list[Grid]:
    """The grids; a single filled sheet with a default name gets the name of the file."""
    filled = [grid for grid in grids if grid.lines or grid.defects]
    if len(filled) != 1 or fold(filled[0].title).rstrip(" 0123456789") not in _UNNAMED:
        return grids
    return [dataclasses.replace(grid, file=stem) if grid is filled[0] else grid for grid in grids]


def _from_folder(path: Path, ignored: Callable[[str], bool]) -> Found:
    try:
        listed = sorted(path.iterdir())
    except OSError as error:
        raise unreadable(str(path), unopened(error), MEND_PATH) from None
    found = Found()
    for file in listed:
        if ignored(file.stem) or ignored(file.name):
            found.left_out.append(_left_out(file, Message("left out, as requested")))
            continue
        if file.name.casefold() == SCHEME_FILE:
            found.scheme = file
            continue
        why = _of_no_use(file)
        if why:
            found.left_out.append(_left_out(file, why))
            continue
        try:
            grids = None if file.is_dir() else _read_in_folder(file)
        except InvalidProblemError as error:
            found.defects.extend(error.defects)
            found.left_out.append(_left_out(file, Message("not read: see below")))
            continue
        if grids is not None and any(map(_is_keys, grids)):
            found.left_out.append(_left_out(file, Message("left out: a file of keys")))
        elif grids is not None:
            filled = [_as_plan(grid, grids, file.stem) for grid in grids]
            plans = [grid for grid in filled if grid.pairs]
            found.grids.extend(plans or filled)
            if plans and len(filled) > 1:
                found.left_out.append(
                    _left_out(file, Message("left out: all but the pairs of the plan"))
                )
        elif table_in_name(file.stem):
            what = Message("has the name of a list and cannot be read")
            mend = Message("save it as .xlsx or .csv, or remove it from the folder")
            found.defects.append(Defect(file.name, Message("file"), what, mend))
            found.left_out.append(_left_out(file, Message("not read: see below")))
        else:
            found.left_out.append(_left_out(file, _why_not(file)))
    return found


def _read_in_folder(file: Path) -> list[Grid] | None:
    """The tables of a file; a JSON record other than a plan is ignored unless it is named as a list."""
    if file.suffix.lower() in _RECORDS and not (is_record(file) or is_map(file)):
        return None
    return _read(file)


def _is_keys(grid: Grid) -> bool:
    """Whether a grid is a file of keys, which is no list."""
    return bool(grid.lines) and tuple(grid.lines[0][1]) == KEY_HEADER


def _of_no_use(file: Path) -> str:
    """Why a file is no list, whatever its name; empty if it could be one."""
    if file.name.startswith(("~$", ".~lock.")):
        return Message("left out: a spreadsheet keeps it beside a workbook that is open")
    if file.name.startswith(".") or file.name in ("Thumbs.db", "desktop.ini"):
        return Message("left out: the system keeps it")
    if belongs_to_map(file):
        return Message("left out: a part of {file}", file=file.with_suffix(".shp").name)
    if not table_in_name(file.stem) and (why := why_no_list(file)):
        return why
    if file.suffix.lower() == ".toml":
        return Message("left out: holds answers, no list")
    return ""


def _why_not(file: Path) -> str:
    if file.is_dir():
        return Message("left out: a folder")
    return Message("left out: a file {ending} is not a list", ending=repr(file.suffix))


def _left_out(file: Path, why: str) -> SheetUse:
    return SheetUse(sheet=file.name, became=why)
