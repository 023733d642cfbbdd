"""Schemes of workload in a sheet, a CSV file or a TOML file; each defect is reported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.classes import class_key
from phancong.reading.keys import fold
from phancong.reading.schemes import EVERY, ClassLoad, Scheme
from phancong.reading.values import decimal_number
from phancong.reading.vocabulary import SCHEME, listed, titles_of
from phancong.tables import Grid
from phancong.tables.sheet import clean_title, is_blank, read_bytes, unreadable
from phancong.tables.toml_files import MOST_BYTES, toml_of
from phancong.words import Message

#: The file in a folder of lists that holds a scheme.
SCHEME_FILE: Final = "scheme.toml"


#: Folded names of a sheet or file with a scheme.
_NAMES: Final = frozenset(listed(SCHEME["names"]))
_CLASS: Final = "class"
#: Fields of a class, and fields of the whole scheme.
_OF_CLASS: Final = ("points", "visits", "minutes")
_ONCE: Final = ("way", "speed", "newcomer_share", "amber", "red")
#: Folded title → field.
_TITLES: Final = titles_of(SCHEME["columns"])
#: Folded names of the row for households whose class has no row of its own.
_OTHERS: Final = frozenset(listed(SCHEME["others"]))


def is_scheme(grid: Grid) -> bool:
    """Whether a sheet or file has the name of a scheme, and states loads by class."""
    if fold(grid.called) not in _NAMES:
        return False
    header = next((line for line, row in grid.lines if _is_header(row)), None)
    # A sheet of the template that is not filled in has a header only.
    return header is not None and any(
        line != header and not all(map(is_blank, row)) for line, row in grid.lines
    )


def _is_header(row: Iterable[Any]) -> bool:
    meanings = {_TITLES.get(fold(clean_title(cell))) for cell in row if isinstance(cell, str)}
    return _CLASS in meanings and not meanings.isdisjoint(_OF_CLASS)


@dataclass(slots=True)
class _Stated:
    """A scheme while it is read, and its defects."""

    name: str
    defects: list[Defect]
    classes: dict[str, ClassLoad] = field(default_factory=dict)
    once: dict[str, float] = field(default_factory=dict)

    def wrong(self, record: str, what_field: str, what: str, mend: str) -> None:
        self.defects.append(Defect(record, what_field, what, mend))

    def amount(self, record: str, title: str, cell: Any) -> float | None:
        """A number of 0 or more; any other value is a defect."""
        value = decimal_number(cell, ",")
        try:
            found = float(value) if not isinstance(value, bool) else math.nan
        except (TypeError, ValueError, OverflowError):
            found = math.nan
        if not 0 <= found < math.inf:
            self.wrong(
                record, title, Message("is not a number of 0 or more"), Message("give a number")
            )
            return None
        return found

    def take_class(self, record: str, name: str, stated: Mapping[str, Any]) -> None:
        """Add a class with its fields."""
        key = EVERY if name.strip() == EVERY or fold(name) in _OTHERS else class_key(name)
        if key in self.classes:
            self.wrong(record, _CLASS, Message("is given twice"), Message("keep one"))
            return
        loads = {
            meaning: self.amount(record, meaning, cell)
            for meaning, cell in stated.items()
            if not is_blank(cell)
        }
        self.classes[key] = ClassLoad(**loads)
        if not loads:
            what = Message("has neither points nor visits")
            self.wrong(record, _CLASS, what, Message("give its points, or its visits and minutes"))

    def take_once(self, record: str, meaning: str, cell: Any) -> None:
        """Set a field of the whole scheme."""
        found = self.amount(record, meaning, cell)
        if found is None:
            return
        if self.once.setdefault(meaning, found) != found:
            self.wrong(record, meaning, Message("is given twice"), Message("keep one"))

    def scheme(self) -> Scheme:
        """The scheme; fields that contradict each other are defects."""
        self._refuse_mixture()
        if self.once.get("newcomer_share") == 0:
            what, mend = Message("is not above 0"), Message("give more than 0")
            self.wrong(self.name, "newcomer_share", what, mend)
        marks = None
        if {"amber", "red"} & set(self.once):
            amber, red = self.once.get("amber"), self.once.get("red")
            if amber is None or red is None or amber > red:
                what = Message("are not two marks, amber no larger than red")
                self.wrong(self.name, "amber, red", what, Message("give both"))
            else:
                marks = amber, red
        share = self.once.get("newcomer_share")
        way, speed = self.once.get("way"), self.once.get("speed")
        return Scheme(self.name, self.classes, way, speed, share, marks)

    def _refuse_mixture(self) -> None:
        loads = self.classes.values()
        points = any(load.points is not None for load in loads)
        timed = [load for load in loads if load.visits is not None or load.minutes is not None]
        way = {"way", "speed"} & set(self.once)
        if not self.classes:
            what, mend = Message("states no class"), Message("give a row for each class")
            self.wrong(self.name, _CLASS, what, mend)
        elif points and (timed or way):
            what = Message("counts in points and in visits and minutes")
            self.wrong(self.name, "points", what, Message("keep one of them"))
        elif len(way) == 2:
            what = Message("states both the minutes of the way and a speed")
            self.wrong(self.name, "way, speed", what, Message("keep one of them"))
        elif self.once.get("speed") == 0:
            what, mend = Message("is not above 0"), Message("give more than 0")
            self.wrong(self.name, "speed", what, mend)
        elif any(load.visits is None or load.minutes is None for load in timed):
            what = Message("has a class with visits and no minutes, or minutes and no visits")
            self.wrong(self.name, "visits, minutes", what, Message("give both"))


def scheme_of_grid(grid: Grid, defects: list[Defect]) -> Scheme:
    """The scheme of a sheet or file: a row for each class, settings in columns or rows.

    Parameters
    ----------
    grid
        A grid for which :func:`is_scheme` is true.
    defects
        Defects of the scheme are appended.
    """
    stated = _Stated(grid.name, defects)
    columns: dict[int, str] = {}
    for line, row in grid.lines:
        record = grid.place(line)
        filled = {at: cell for at, cell in enumerate(row) if not is_blank(cell)}
        if _is_header(row):
            columns = {}
            for at, cell in filled.items():
                meaning = _TITLES.get(fold(clean_title(cell)))
                if meaning is None:
                    what, mend = Message("is not a known column"), Message("remove it")
                    stated.wrong(record, grid.column(at), what, mend)
                else:
                    columns[at] = meaning
            continue
        _take_row(stated, grid, record, filled, columns)
    return stated.scheme()


def _take_row(
    stated: _Stated, grid: Grid, record: str, filled: dict[int, Any], columns: Mapping[int, str]
) -> None:
    """Add a row: a class, a setting, or a line of text; anything else is a defect."""
    first = next(iter(filled.values()), None)
    setting = _TITLES.get(fold(clean_title(first))) if isinstance(first, str) else None
    if setting is not None and setting in _ONCE and len(filled) == 2:
        stated.take_once(record, setting, list(filled.values())[1])
        return
    if not columns:
        if len(filled) > 1:
            what, mend = Message("is unknown"), Message("remove it")
            stated.wrong(record, Message("row"), what, mend)
        return  # a heading above the table
    said: dict[str, Any] = {}
    for at, cell in filled.items():
        meaning = columns.get(at)
        if meaning is None:
            what, mend = Message("has no title"), Message("name the column or empty it")
            stated.wrong(record, grid.column(at), what, mend)
        elif meaning in _ONCE:
            stated.take_once(record, meaning, cell)
        else:
            said[meaning] = cell
    name = said.pop(_CLASS, None)
    if name is not None:
        stated.take_class(record, str(name), said)
    elif said:
        what, mend = Message("is missing"), Message("give the class")
        stated.wrong(record, _CLASS, what, mend)


def read_scheme(path: Path, defects: list[Defect]) -> Scheme:
    """The scheme of a TOML file.

    Raises
    ------
    InvalidProblemError
        The file cannot be opened, or is not valid TOML.
    """
    raw = read_bytes(path, MOST_BYTES, Message("keep only the part that is needed"))
    try:
        found = toml_of(raw)
    except (ValueError, RecursionError) as error:
        mend = Message("write it as the documentation of lists shows")
        raise unreadable(
            path.name, Message("is not valid TOML ({why})", why=str(error)), mend
        ) from None
    stated = _Stated(path.name, defects)
    classes = found.pop("classes", {})
    if not isinstance(classes, dict):
        classes = {}  # reported below as a scheme without classes
    # Settings above all classes hold for each class that does not set them.
    general = {name: found.pop(name) for name in ("visits", "minutes") if name in found}
    for name, said in classes.items():
        loads = said if isinstance(said, dict) else {"points": said}
        if unknown := [key for key in loads if key not in _OF_CLASS]:
            what = Message("is not known; there are {known}", known=", ".join(_OF_CLASS))
            stated.wrong(path.name, str(unknown[0]), what, Message("correct the name"))
            loads = {key: load for key, load in loads.items() if key in _OF_CLASS}
        stated.take_class(path.name, name, loads if "points" in loads else general | loads)
    for name, cell in found.items():
        if name in _ONCE:
            stated.take_once(path.name, name, cell)
        else:
            what = Message("is not known; there are {known}", known=", ".join((*_ONCE, "classes")))
            stated.wrong(path.name, name, what, Message("correct the name"))
    return stated.scheme()
