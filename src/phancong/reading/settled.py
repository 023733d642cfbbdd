"""`Settled`: the caller's settings for ambiguous lists."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.reading.headers import Block, find_blocks
from phancong.reading.key_files import read_keys
from phancong.reading.list_fields import BEYOND_FIELDS, FIELDS
from phancong.reading.titles import settled_titles
from phancong.reading.values import date
from phancong.tables import Grid
from phancong.words import Message

_GONE: Final = ("refuse", "end")
_PLACES: Final = ("approximate", "everybody", "strict")


@dataclass(frozen=True, slots=True)
class Settled:
    """The caller's settings for the lists, checked.

    Parameters
    ----------
    sheets
        Name of a sheet → its table, or None.
    columns
        Table → title → meaning, or None.
    workloads
        Class → workload.
    end
        Whether pairs of last year that match no record end.
    on
        The day until which the years of pairs are counted.
    headers
        Name of a sheet → the line of its header; ``""`` stands for all.
    decimal
        The decimal mark of ambiguous numbers, None to ask for it.
    previous
        A file with last year's pairs.
    keys
        Table → key of a record → its number.
    anywhere
        Whether settings for a title hold for each list that has it.
    strict
        Whether a household without coordinates is a defect instead of being placed at its hamlet's
        centre.
    everybody
        Whether members without coordinates are placed at the centre of their hamlet, too.
    scheme
        A file that states how workload is counted.
    """

    sheets: Mapping[str, str | None]
    columns: Mapping[str, Mapping[str, str | None]]
    workloads: Mapping[str, float | None] | None
    end: bool
    on: datetime.date | None
    headers: Mapping[str, int] = field(default_factory=dict)
    decimal: str | None = None
    previous: Path | None = None
    keys: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    anywhere: bool = False
    strict: bool = False
    everybody: bool = False
    scheme: Path | None = None

    def table_of(self, grid: Grid) -> tuple[bool, str | None]:
        """Whether the settings name a sheet, and its table."""
        name = next((name for name in _names(grid) if name in self.sheets), None)
        return (False, None) if name is None else (True, self.sheets[name])

    def blocks(self, grid: Grid) -> list[Block]:
        """The lists on a sheet."""
        line = next((self.headers[n] for n in (*_names(grid), "") if n in self.headers), None)
        return find_blocks(grid, settled_titles(self.columns), line)


def _names(grid: Grid) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (grid.title, grid.file) if name))


def read_settled(own: Mapping[str, Any]) -> Settled:
    """The answers among the options of :func:`read`.

    Raises
    ------
    InvalidArgumentError
        An option is not valid.
    """
    gone, places = own.get("gone", "refuse"), own.get("places", "approximate")
    if gone not in _GONE:
        raise InvalidArgumentError(_one_of("gone", _GONE))
    if places not in _PLACES:
        raise InvalidArgumentError(_one_of("places", _PLACES))
    decimal = own.get("decimal")
    if decimal not in (None, ",", "."):
        raise InvalidArgumentError(Message("decimal must be ',' or '.'"))
    keys = own.get("keys")
    return Settled(
        _sheets(own.get("sheets") or {}),
        _columns(own.get("columns") or {}),
        own.get("workloads"),
        gone == "end",
        _day(own.get("on")),
        headers=_headers(own.get("header")),
        decimal=decimal,
        previous=own.get("previous"),
        keys={} if keys is None else read_keys(keys),
        anywhere=bool(own.get("anywhere")),
        strict=places == "strict",
        everybody=places == "everybody",
        scheme=None if own.get("scheme") is None else Path(own["scheme"]),
    )


def _sheets(sheets: Any) -> Mapping[str, str | None]:
    """The table of each sheet."""
    if not isinstance(sheets, Mapping) or not all(
        isinstance(title, str) and (table is None or table in FIELDS)
        for title, table in sheets.items()
    ):
        raise InvalidArgumentError(
            Message(
                "sheets must map names of sheets to None or one of {tables}",
                tables=", ".join(FIELDS),
            )
        )
    return sheets


def _columns(columns: Any) -> Mapping[str, Mapping[str, str | None]]:
    """The meaning of each title of a table."""
    if not isinstance(columns, Mapping) or not all(
        table in FIELDS and isinstance(titles, Mapping) for table, titles in columns.items()
    ):
        raise InvalidArgumentError(
            Message(
                "columns must map {tables} to titles and what they mean", tables=", ".join(FIELDS)
            )
        )
    for table, titles in columns.items():
        known = [*FIELDS[table], *BEYOND_FIELDS[table]]
        for title, meaning in titles.items():
            if not isinstance(title, str) or not (meaning is None or meaning in known):
                raise InvalidArgumentError(
                    Message(
                        "columns[{table}] must map titles to None or one of {fields}",
                        table=repr(table),
                        fields=", ".join(known),
                    )
                )
            if title == "*" and meaning is not None:
                raise InvalidArgumentError(
                    Message(
                        "columns[{table}]['*'] can be None only: it leaves out what is not known",
                        table=repr(table),
                    )
                )
    return columns


def _day(on: Any) -> datetime.date | None:
    """The day until which the years of pairs are counted."""
    day = None if on is None else date(on)
    if on is not None and day is None:
        raise InvalidArgumentError(Message("on must be a date, or text such as '31/12/2025'"))
    return day


def _one_of(name: str, known: Sequence[str]) -> str:
    """The message about an argument that is none of the known words."""
    return Message("{name} must be one of {known}", name=name, known=", ".join(map(repr, known)))


def _headers(header: Any) -> Mapping[str, int]:
    """The line of the titles by name of a sheet; the name ``""`` stands for all."""
    if header is None:
        return {}
    found = header if isinstance(header, Mapping) else {"": header}
    if not all(
        isinstance(name, str) and type(line) is int and line > 0 for name, line in found.items()
    ):
        raise InvalidArgumentError(
            Message("header must be the number of a line, or map names of sheets to such numbers")
        )
    return found
