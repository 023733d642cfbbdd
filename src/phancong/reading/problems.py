"""`read` and `read_labels`: a problem, and the names for those who write it out, from lists."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, overload

from phancong.errors import InvalidArgumentError, InvalidProblemError
from phancong.plan import Labels
from phancong.problem import Problem
from phancong.reading.key_files import read_keys
from phancong.reading.list_fields import BEYOND_FIELDS, FIELDS
from phancong.reading.lists import Understanding, understand
from phancong.reading.record import Reading
from phancong.reading.settled import Settled
from phancong.reading.values import date
from phancong.reading.vocabulary import REQUIRED
from phancong.words import Message

_GONE: Final = ("refuse", "end")
_PLACES: Final = ("approximate", "everybody", "strict")


@overload
def read(path: str | Path, *, explain: Literal[False] = False, **options: Any) -> Problem: ...


@overload
def read(path: str | Path, *, explain: Literal[True], **options: Any) -> Reading: ...


def read(path: str | Path, *, explain: bool = False, **options: Any) -> Problem | Reading:
    r"""A problem from lists as communes keep them: a workbook, a CSV file, a map, or a folder of them.

    The tables are ``members`` and ``households`` and, where they are there, ``previous``, ``fixed``
    and ``forbidden``: sheets or files known by those names, by Vietnamese ones ("Danh sách hộ") or
    by their titles. The plain form has the fields of :class:`Member` and :class:`Household` as
    titles (``lat`` and ``lon`` stand for ``at``), and ``household``, ``member`` and perhaps
    ``years`` for pairs; columns ``name`` and ``note`` are left out, and cells in a list are parted
    by ``;``. Lists as people keep them have titles such as "Họ và tên chủ hộ", headers of two rows,
    sections, sums; ``docs/excel.md`` says how they are understood. What is doubtful is a defect.

    Parameters
    ----------
    path
        The folder, the workbook or the file.
    explain
        Return what was understood instead, with the problem in it.
    sheets
        Name of a sheet (or of a file, without its ending) → its table, or None to leave it out.
    columns
        Table → title (or ``"column F"``) → field, or None to leave the column out; ``"*"`` stands
        for all that are not known. Beside the fields of a problem: ``number``, ``name``, ``note``;
        for members ``exempt``; for households ``class``, ``in_charge`` (last year's member) and
        ``since``; for pairs ``household_name``, ``member_name`` and ``since``.
    workloads
        Class → workload of a household that has none of its own, on top of
        :data:`DEFAULT_WORKLOADS`.
    header
        The line of the titles, for all lists or by the name of a sheet or file.
    decimal
        ``","`` or ``"."``: the decimal mark of numbers that can be read two ways, such as 1,500.
    keys
        A file of keys that :func:`write_keys` wrote: rows with a ``key`` column keep their number.
    gone
        What to do where last year's list names somebody who is not here: ``"refuse"`` (a defect) or
        ``"end"`` (that pair ends).
    on
        The day, a date or ``"31/12/2025"``, until which the years of a pair are counted where last
        year's list says since when.
    places
        Where households without coordinates stand: ``"approximate"`` (at the centre of their
        cluster, or else of their hamlet; ``plan.approximate`` names them), ``"everybody"`` (members,
        too, at the centre of their hamlet) or ``"strict"`` (nowhere: a defect).
    scheme
        A TOML file that says how workload is counted: points, or visits a month and minutes, by
        class, in place of *workloads*. A folder may hold it as ``scheme.toml``, a workbook as a
        sheet (``docs/excel.md``).
    **options
        Arguments of :class:`Problem` such as ``travel``, ``max_travel``, ``farthest`` or
        ``within_hamlet``; ``previous``, ``fixed`` and ``forbidden`` take the place of the table of
        that name, and ``previous`` can be a file: a plan that was written, or a list. Without
        ``travel``, and if nobody has coordinates, a way counts 0 within a hamlet and 1 to another;
        where hamlets are not known either, there is no distance.

    Returns
    -------
    Problem or Reading
        The ids are those of a column of ids as they stand (text in CSV, text or whole numbers in a
        workbook), otherwise the numbers of the rows. A name is never an id (contract 2.6).

    Raises
    ------
    InvalidProblemError
        All that is wrong or doubtful in all files, each with file, line and column; also where an
        id looks like a name, a telephone number or an identity number, which is not repeated. With
        *explain* only if there is nothing that can be read: the rest is in ``Reading.defects``.
    InvalidArgumentError
        *sheets*, *columns*, *workloads*, *header*, *decimal*, *gone*, *on* or *places* cannot be
        used.
    MissingExtraError
        A workbook is to be read, and the extra ``excel`` is not installed; or a map other than
        GeoJSON, and the extra ``maps`` is not.
    TypeError
        An option that neither this function nor a problem has.

    Examples
    --------
    >>> from pathlib import Path
    >>> from phancong import read
    >>> _ = Path("members.csv").write_text("id\nm1\n")
    >>> _ = Path("households.csv").write_text("id\nh1\n")
    >>> read(".")
    Problem(1 member, 1 household)
    """
    reading = read_lists(path, **options).reading
    return reading if explain else reading.problem


def read_labels(path: str | Path, **options: Any) -> Labels:
    r"""The names in lists, by the ids that :func:`read` gives; for writers only (contract 2.6).

    Parameters
    ----------
    path, **options
        As for :func:`read`, so that the ids are the same.

    Returns
    -------
    Labels
        ``labels.members`` and ``labels.households``: id → name. Its ``repr`` shows counts only.

    Raises
    ------
    InvalidProblemError
        As for :func:`read`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from phancong import read_labels
    >>> _ = Path("members.csv").write_text("id,name\nm1,An\n")
    >>> _ = Path("households.csv").write_text("id\nh1\n")
    >>> read_labels(".").members["m1"]
    'An'
    """
    understood = read_lists(path, **options)
    if understood.reading.defects:
        raise InvalidProblemError(understood.reading.defects)
    return understood.labels


def read_lists(path: str | Path, **options: Any) -> Understanding:
    """The results of :func:`read` and :func:`read_labels`, from one reading of the files.

    Parameters
    ----------
    path, **options
        As for :func:`read`.

    Returns
    -------
    Understanding
        ``reading`` and ``labels``; defects of the lists are in ``reading.defects``.

    Raises
    ------
    InvalidProblemError
        There is nothing that can be read.
    """
    own: dict[str, Any] = {name: options.pop(name) for name in _OWN if name in options}
    _refuse_options(options)
    if isinstance(options.get("previous"), str | Path):
        own["previous"] = Path(options.pop("previous"))
    with _without_collection():
        return understand(Path(path), _settled(own), options)


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for garbage in cycles: it would take a third of the time, and cells of lists are none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_OWN: Final = (
    "sheets", "columns", "workloads", "gone", "on", "header", "decimal", "keys", "anywhere",
    "places", "scheme",
)  # fmt: skip


def _settled(own: Mapping[str, Any]) -> Settled:
    sheets, columns = own.get("sheets") or {}, own.get("columns") or {}
    gone = own.get("gone", "refuse")
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
    if gone not in _GONE:
        raise InvalidArgumentError(_one_of("gone", _GONE))
    on = own.get("on")
    day = None if on is None else date(on)
    if on is not None and day is None:
        raise InvalidArgumentError(Message("on must be a date, or text such as '31/12/2025'"))
    places = own.get("places", "approximate")
    if places not in _PLACES:
        raise InvalidArgumentError(_one_of("places", _PLACES))
    decimal = own.get("decimal")
    if decimal not in (None, ",", "."):
        raise InvalidArgumentError(Message("decimal must be ',' or '.'"))
    keys = own.get("keys")
    return Settled(
        sheets,
        columns,
        own.get("workloads"),
        gone == "end",
        day,
        headers=_headers(own.get("header")),
        decimal=decimal,
        previous=own.get("previous"),
        keys={} if keys is None else read_keys(keys),
        anywhere=bool(own.get("anywhere")),
        strict=places == "strict",
        everybody=places == "everybody",
        scheme=None if own.get("scheme") is None else Path(own["scheme"]),
    )


def _one_of(name: str, known: Sequence[str]) -> str:
    """A message about an argument that is none of a few words."""
    return Message("{name} must be one of {known}", name=name, known=", ".join(map(repr, known)))


def _headers(header: Any) -> Mapping[str, int]:
    """The line of the titles by the name of a sheet, ``""`` for all."""
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


def _refuse_options(options: Mapping[str, Any]) -> None:
    known = [name for name in Problem.__init__.__kwdefaults__ or {} if name not in REQUIRED]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(
            f"read() has no option {', '.join(map(repr, unknown))}; it has "
            f"{', '.join([*known, 'explain', *_OWN[:-1]])}"
        )
