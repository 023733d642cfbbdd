"""One workbook for each province: its communes, relaxed limits, and communes without a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from phancong import naming
from phancong.batch.place_names import PlaceNames
from phancong.batch.results import percent_kept, read_results, titles
from phancong.layout import shown_in_line
from phancong.tables.printed import Cell, PrintedColumn, PrintedSheet
from phancong.tables.printing import sheets_bytes
from phancong.words import Words

#: The name of the folder of workbooks.
WORKBOOKS: Final = "workbooks"
#: Characters that are not valid in file names on some system.
_NOT_IN_NAMES: Final = '<>:"/\\|?*'
_NOT_AT_ENDS: Final = ". "
#: The most letters of a file name, so that it has at most 255 bytes.
_LONGEST: Final = 60
#: The name of the workbook of communes without a province.
NO_PROVINCE: Final = "_"


def province_workbooks(target: Path, places: PlaceNames, w: Words) -> list[tuple[Path, bytes]]:
    """The workbooks, as paths and contents; obsolete ones of an earlier run are removed.

    Parameters
    ----------
    target
        The output folder; at least one commune was tried.
    places
        The names of communes and provinces.
    w
        The language.
    """
    results = read_results(target, places, w)
    tried = (results.figures, results.failures)
    named = sorted({name for frame in tried for name in frame["province"].dropna()})
    asked: list[str | None] = [*named]
    if any(frame["province"].isna().any() for frame in tried):
        asked.append(None)
    folder = target / WORKBOOKS
    made: list[tuple[Path, bytes]] = []
    taken: set[str] = set()
    for name in asked:
        mine = [
            frame[frame["province"].isna() if name is None else frame["province"] == name]
            for frame in (results.figures, results.breaches, results.failures)
        ]
        sheets = _sheets(name, mine[0], mine[1], mine[2], w)
        made.append((folder / f"{_file_name(name, taken)}.xlsx", sheets_bytes(sheets, w.lang)))
    kept = {path.name for path, _ in made}
    for path in folder.glob("*.xlsx"):
        if path.name not in kept:
            path.unlink()
    return made


def _file_name(province: str | None, taken: set[str]) -> str:
    """A file name valid on every system, which differs from those of other provinces ignoring case."""
    plain_name = "".join(
        "_" if letter in _NOT_IN_NAMES or not letter.isprintable() else letter
        for letter in province or ""
    )
    name = stem = plain_name.strip(_NOT_AT_ENDS)[:_LONGEST].strip(_NOT_AT_ENDS) or NO_PROVINCE
    number = 2
    while name.casefold() in taken:
        name, number = f"{stem} {number}", number + 1
    taken.add(name.casefold())
    return name


def _sheets(
    province: str | None,
    figures: pd.DataFrame,
    breaches: pd.DataFrame,
    failures: pd.DataFrame,
    w: Words,
) -> list[PrintedSheet]:
    title = (
        w.gettext("Communes whose province is not said")
        if province is None
        else w.gettext("Province {name}", name=shown_in_line(province))
    )
    relaxed = (
        breaches.groupby(["commune", "name", "rule"])["by"]
        .agg(["size", "sum", "max"])
        .reset_index()
    )
    sheets = [_communes(title, figures, breaches.groupby("commune").size(), w)]
    if len(relaxed):
        sheets.append(_relaxed(title, relaxed, w))
    if len(failures):
        sheets.append(_failed(title, failures, w))
    return sheets


def _communes(title: str, figures: pd.DataFrame, relaxed: Any, w: Words) -> PrintedSheet:
    """A row for each commune with a plan, those that need the most members first."""
    decimals = {
        "commune": None,
        "proven": None,
        "households": 0,
        "in_charge": 0,
        "load_max": 1,
        "travel_mean": 1,
        "kept": 1,
        "missing": 0,
        "more_members": 0,
        "breaches": 0,
    }
    counts = relaxed.to_dict()
    rows: list[list[Cell]] = [
        [
            shown_in_line(row["name"]),
            w.gettext("yes") if row["status"] == "optimal" else None,
            int(row["households"]),
            int(row["in_charge"]),
            _figure(row["load_max"]),
            _figure(row["travel_mean"]),
            _figure(percent_kept(row["kept"], row["changes"])),
            int(row["missing"]),
            _figure(row["more_members"]),
            int(counts.get(row["commune"], 0)),
        ]
        for row in figures.to_dict(orient="records")
    ]
    return _sheet(w.pgettext("sheet", "communes"), title, decimals, rows, w)


def _relaxed(title: str, relaxed: pd.DataFrame, w: Words) -> PrintedSheet:
    """A row for each rule that is relaxed in a commune, without members and households."""
    decimals = {"commune": None, "rule": None, "breaches": 0, "sum": 1, "max": 1}
    rows: list[list[Cell]] = [
        [
            shown_in_line(row["name"]),
            naming.rule(w, row["rule"]),
            int(row["size"]),
            _figure(row["sum"]),
            _figure(row["max"]),
        ]
        for row in relaxed.to_dict(orient="records")
    ]
    return _sheet(w.pgettext("sheet", "relaxed"), title, decimals, rows, w)


def _failed(title: str, failures: pd.DataFrame, w: Words) -> PrintedSheet:
    """A row for each commune without a plan."""
    rows: list[list[Cell]] = [
        [shown_in_line(row["name"]), row["cause"], shown_in_line(str(row["reason"]))]
        for row in failures.to_dict(orient="records")
    ]
    columns = dict.fromkeys(("commune", "cause", "reason"))
    return _sheet(w.pgettext("sheet", "without a plan"), title, columns, rows, w)


def _sheet(
    name: str, title: str, decimals: Mapping[str, int | None], rows: list[list[Cell]], w: Words
) -> PrintedSheet:
    """A sheet with these columns; *decimals* is None for words."""
    named = titles(w)
    columns = tuple(PrintedColumn(named[column], places) for column, places in decimals.items())
    return PrintedSheet(name, (title,), columns, rows)


def _figure(value: Any) -> float | None:
    """A figure as a cell; blank if it is unknown."""
    return None if pd.isna(value) else float(value)
