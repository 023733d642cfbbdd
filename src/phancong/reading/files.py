"""Which files and sheets there are."""

from __future__ import annotations

from pathlib import Path

from phancong.errors import Defect, InvalidProblemError
from phancong.reading.vocabulary import REQUIRED, TITLES
from phancong.tables import Grid, read_csv_grid, read_grids
from phancong.tables.sheet import MEND_PATH, unopened, unreadable
from phancong.words import Message

_ENDINGS = (".csv", ".xlsx")


def read_files(path: Path, defects: list[Defect]) -> tuple[list[Grid], list[str]]:
    """Every table of a folder, a workbook or a CSV file; files that cannot be read are defects.

    Returns
    -------
    list of Grid
        The tables; where a folder has ``members.csv`` and ``households.csv``, only files with the
        name of a table are opened.
    list of str
        The names of files that were not opened, without their ending.

    Raises
    ------
    InvalidProblemError
        There is nothing at *path* that can be read.
    MissingExtraError
        A workbook is to be read, and openpyxl is not installed.
    """
    if not path.exists():
        mend = Message("give a folder or a workbook that is")
        raise unreadable(str(path), Message("is not there"), mend)
    if path.is_dir():
        return _from_folder(path, defects)
    ending = path.suffix.lower()
    if ending == ".xlsx":
        return read_grids(path), []
    if ending == ".csv":
        return [read_csv_grid(path)], []
    mend = Message(
        "open it in a spreadsheet and save it as .xlsx, or give the folder with the lists in it"
    )
    raise unreadable(str(path), Message("is neither a folder nor an .xlsx or .csv file"), mend)


def _from_folder(path: Path, defects: list[Defect]) -> tuple[list[Grid], list[str]]:
    try:
        listed = sorted(path.iterdir())
    except OSError as error:
        raise unreadable(str(path), unopened(error), MEND_PATH) from None
    # ~$… is what a spreadsheet leaves beside a workbook that is open.
    files = [
        file
        for file in listed
        if file.suffix.lower() in _ENDINGS and not file.name.startswith(("~$", "."))
    ]
    others: list[str] = []
    plain = [file for file in files if file.suffix.lower() == ".csv"]
    if set(REQUIRED) <= {file.stem.casefold() for file in plain}:
        others = [file.stem for file in files if file.stem.casefold() not in TITLES]
        files = [file for file in plain if file.stem.casefold() in TITLES]
    found: list[Grid] = []
    for file in files:
        try:
            is_csv = file.suffix.lower() == ".csv"
            found.extend([read_csv_grid(file)] if is_csv else read_grids(file))
        except InvalidProblemError as error:
            defects.extend(error.defects)
    return found, others
