"""Files of keys: the number of each record, and the key that it replaces. They stay with the user."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError
from phancong.reading.vocabulary import REQUIRED
from phancong.tables import read_csv_grid, write_csv
from phancong.words import Message

#: The titles of a file of keys.
KEY_HEADER: Final = ("table", "number", "key")


def write_keys(path: str | Path, keys: Mapping[str, Mapping[Any, str]]) -> None:
    """Write the number of each record, and the key that it replaces.

    Parameters
    ----------
    path
        The file; an existing file is replaced. It holds personal data.
    keys
        ``"members"`` or ``"households"`` → number → key, as :attr:`Understanding.keys` has it.
    """
    rows = [[kind, number, key] for kind, of in keys.items() for number, key in of.items()]
    write_csv(path, KEY_HEADER, rows)


def read_keys(path: str | Path) -> dict[str, dict[str, int]]:
    """The numbers of a file of keys: table → key → number.

    Raises
    ------
    InvalidProblemError
        The file cannot be read, or a key or a number occurs twice.
    """
    sheet = read_csv_grid(path, code_pages=False).sheet()
    found: dict[str, dict[str, int]] = {kind: {} for kind in REQUIRED}
    defects = list(sheet.defects)
    mend = Message("give a file that phancong wrote")
    if sheet.header[:3] != KEY_HEADER:
        what = Message("is not a file of keys")
        raise InvalidProblemError([Defect(sheet.name, Message("header"), what, mend)])
    for record, (kind, number, key, *_) in zip(sheet.records(), sheet.rows, strict=True):
        if kind not in found or not str(number).isdecimal() or not key:
            what = Message("cannot be read")
            defects.append(Defect(record, Message("row"), what, mend))
        elif key in found[kind] or int(number) in found[kind].values():
            what, keep = Message("has a key or a number for the second time"), Message("keep one")
            defects.append(Defect(record, Message("row"), what, keep))
        else:
            found[kind][key] = int(number)
    if defects:
        raise InvalidProblemError(defects)
    return found
