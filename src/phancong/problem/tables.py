"""Raw columns from records or from any table.

A table is a pandas, polars or pyarrow data frame (read through narwhals), a list of dicts, or a
:class:`Table`. Readers of files make a :class:`Table`, so that defects name file and line.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from phancong.errors import Defect, InvalidProblemError
from phancong.problem.label_fields import as_id
from phancong.travel.places import called
from phancong.words import Message

#: Columns that a list may have and that a problem ignores (contract 2.6).
LEFT_OUT = frozenset({"name", "note"})
#: Other common names of the columns of a coordinate.
ALSO_CALLED = {"latitude": "lat", "longitude": "lon", "lng": "lon", "geometry": "at"}


def numbered(kind: str, row: int) -> str:
    """The name of a record without an id, by its row counted from 0."""
    number = str(row + 1)
    if kind == "member":
        return Message("member number {number}", number=number)
    if kind == "household":
        return Message("household number {number}", number=number)
    return Message("{table} number {number}", table=kind, number=number)


@dataclass(slots=True, repr=False, kw_only=True)
class Table:
    """Raw values by column, with the place of each row in its file.

    Parameters
    ----------
    noun
        The word for a row that has neither place nor id.
    columns
        Column name → raw values in the order given, all of one length; None where a cell is empty.
    records
        The name of each row in a defect: its file and line; None if the table comes from no file.
    rows
        The number of rows, if there are no *records* to count.
    name
        The name of the whole table: the file and the line of its header.
    defects
        Defects of the table itself.
    judged
        Whether each coordinate is checked for plausibility; those of records are not.
    """

    noun: str = "row"
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    records: Sequence[str] | None = None
    rows: int = 0
    name: str = ""
    defects: list[Defect] = field(default_factory=list)
    judged: bool = True

    def __len__(self) -> int:
        """The number of rows."""
        return self.rows if self.records is None else len(self.records)

    @property
    def label(self) -> str:
        """The name of the whole table in a defect."""
        return self.name or f"{self.noun}s"

    def column(self, name: str) -> Sequence[Any]:
        """Raw values of a column; all None if the table does not have it."""
        values = self.columns.get(name)
        return [None] * len(self) if values is None else values

    def record(self, row: int) -> str:
        """The name of *row* in a defect: its place in a file, otherwise its id."""
        if self.records is not None:
            return self.records[row]
        ids = self.columns.get("id")
        identity, what = as_id(ids[row] if ids is not None else None)
        if not what:
            return called(self.noun, identity)
        return numbered(self.noun, row)


def read_table(table: Any, kind: str, record_type: type, fields: Sequence[str]) -> Table:
    """Raw columns of records or of a table.

    Parameters
    ----------
    table
        A sequence of *record_type*, a data frame, a list of dicts or a :class:`Table`.
    kind
        The word for a row in messages: ``"member"``, ``"household"``, ``"pair"``.
    record_type
        The record class; ``tuple`` for pairs.
    fields
        The column names that may occur.

    Raises
    ------
    InvalidProblemError
        The argument is neither a sequence of records nor a table.
    """
    if isinstance(table, Table):
        raw = replace(table, defects=list(table.defects))
    elif (frame := _data_frame(table, f"{kind}s")) is not None:
        columns = _frame_columns(frame, f"{kind}s")
        raw = Table(noun=kind, rows=len(frame), columns=columns)
    else:
        raw = _sequence(table, kind, record_type, fields)
    if "at" in fields:
        _rename_places(raw)
    _refuse_unknown(raw, fields)
    return raw


def _rename_places(raw: Table) -> None:
    """Rename the columns of a coordinate to the names of the fields."""
    columns = dict(raw.columns)
    for other, name in ALSO_CALLED.items():
        if other not in columns:
            continue
        if name in columns:
            what = Message("means the same as {column}", column=repr(name))
            raw.defects.append(Defect(raw.label, other, what, Message("keep one of them")))
        columns.setdefault(name, columns[other])
        del columns[other]
    raw.columns = columns


def _data_frame(table: Any, whole: str) -> Any:
    """*table* as a narwhals frame, or None if it is no data frame."""
    if isinstance(table, (list, tuple, Mapping, str)) or table is None:
        return None
    import narwhals as nw  # here: most problems are built from records and do not need it

    if hasattr(table, "to_crs"):
        table = _in_degrees(table, whole)
    try:
        return nw.from_native(table, eager_only=True)
    except TypeError:
        return None
    except nw.exceptions.DuplicateError:
        raise _misnamed(whole, Message("have the same name more than once")) from None


def _in_degrees(frame: Any, whole: str) -> Any:
    """A geopandas frame with its geometry in degrees WGS 84, in a column ``geometry``.

    A frame without a system of coordinates is taken as degrees; an empty geometry counts as missing.
    """
    try:
        shapes = frame.geometry
    except AttributeError:  # the geometry column was dropped: read it as any other frame
        return frame
    try:
        if shapes.crs is not None:
            shapes = shapes.to_crs(4326)  # geopandas calls pyproj, which transforms the datum
    except (RuntimeError, ValueError):
        what = Message("is in a system of coordinates that cannot be turned into degrees WGS 84")
        mend = Message("turn it with to_crs(4326), or give columns lat and lon")
        raise InvalidProblemError([Defect(whole, str(shapes.name), what, mend)]) from None
    frame = frame.set_geometry(shapes.where(~shapes.is_empty))
    return frame if "geometry" in frame.columns else frame.rename_geometry("geometry")


def _frame_columns(frame: Any, whole: str) -> dict[str, Sequence[Any]]:
    columns: dict[str, Sequence[Any]] = {}
    for name in _frame_names(frame, whole):
        values = frame[name]
        # pandas writes a missing cell as NaN, NA or NaT. polars and pyarrow have null; a NaN there is
        # the result of a faulty computation, and the field reports it.
        null = values.is_null()
        if values.dtype.is_numeric() and not null.any():
            array = values.to_numpy()
            if array.dtype.kind in "iuf":
                columns[name] = array
                continue
        columns[name] = [
            None if empty or _blank(cell) else cell
            for cell, empty in zip(values.to_list(), null.to_list(), strict=True)
        ]
    return columns


def _frame_names(frame: Any, whole: str) -> list[str]:
    names: list[Any] = list(frame.columns)
    if not all(isinstance(name, str) for name in names):
        raise _misnamed(whole, Message("have names that are not text"))
    return names


def _misnamed(whole: str, what: str) -> InvalidProblemError:
    mend = Message("name each column once, by text")
    return InvalidProblemError([Defect(whole, Message("columns"), what, mend)])


def _blank(cell: Any) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _sequence(table: Any, kind: str, record_type: type, fields: Sequence[str]) -> Table:
    try:
        rows = list(table)
    except TypeError:
        rows = None
    if rows is None or isinstance(table, (str, bytes)):
        raise InvalidProblemError(
            [
                Defect(
                    f"{kind}s",
                    Message("table"),
                    Message("is not a table (a {type})", type=type(table).__name__),
                    Message(
                        "give a sequence of {type}, a data frame or a list of dicts",
                        type=record_type.__name__,
                    ),
                )
            ]
        )
    if rows and all(isinstance(row, Mapping) for row in rows):
        names = dict.fromkeys(name for row in rows for name in row)
        columns: dict[str, Sequence[Any]] = {
            str(name): [
                None if (cell := row.get(name)) is None or _blank(cell) else cell for row in rows
            ]
            for name in names
        }
        return Table(noun=kind, rows=len(rows), columns=columns)
    wrong = [row for row, record in enumerate(rows) if not isinstance(record, record_type)]
    if wrong:
        raise InvalidProblemError(
            Defect(
                numbered(kind, row),
                Message("record"),
                Message("is a {type}", type=type(rows[row]).__name__),
                Message("give a {type}, or a table for all", type=record_type.__name__),
            )
            for row in wrong
        )
    return Table(
        noun=kind,
        rows=len(rows),
        judged=False,
        columns={
            name: [getattr(record, name) for record in rows]
            for name in fields
            if hasattr(record_type, name)
        },
    )


def _refuse_unknown(raw: Table, fields: Sequence[str]) -> None:
    """Note a defect for each unknown column: ignoring it would drop a limit whose name is misspelt."""
    for name in raw.columns:
        if name in fields or name in LEFT_OUT:
            continue
        close = difflib.get_close_matches(name, fields, n=1)
        raw.defects.append(Defect(raw.label, name, *unknown_column(close, fields)))


def unknown_column(close: Sequence[str], fields: Sequence[str]) -> tuple[str, str]:
    """The message and mend for an unknown column, with the nearest of the *fields*."""
    names = ", ".join(fields)
    mend = Message("remove it, or call it one of {names}", names=names)
    what = Message("is not a known column")
    return what, did_you_mean(close[0], mend) if close else mend


def did_you_mean(name: str, mend: str) -> str:
    """*mend* after the question whether *name* is meant."""
    return Message("did you mean {name}? {mend}", name=repr(name), mend=mend)
