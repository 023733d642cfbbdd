"""`read` and `read_labels`: a problem, and the names for its reports, from lists."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal, overload

from phancong.errors import InvalidProblemError
from phancong.plan import Labels
from phancong.problem import Problem
from phancong.reading.lists import Understanding, understand
from phancong.reading.record import Reading
from phancong.reading.settled import read_settled
from phancong.reading.vocabulary import REQUIRED


@overload
def read(path: str | Path, *, explain: Literal[False] = False, **options: Any) -> Problem: ...


@overload
def read(path: str | Path, *, explain: Literal[True], **options: Any) -> Reading: ...


def read(path: str | Path, *, explain: bool = False, **options: Any) -> Problem | Reading:
    r"""A problem from lists as communes keep them: a workbook, a CSV file, a map, or a folder of these.

    The tables are ``members`` and ``households``, and optionally ``previous``, ``fixed`` and
    ``forbidden``. A sheet or file is recognised by such a name, by a Vietnamese one ("Danh sách hộ"),
    or by its titles. In the plain form the titles are the fields of :class:`Member` and
    :class:`Household` (``lat`` and ``lon`` stand for ``at``), and ``household``, ``member`` and
    optionally ``years`` for pairs; columns ``name`` and ``note`` are ignored, and ``;`` parts the
    values of a cell. Lists written by hand have titles such as "Họ và tên chủ hộ", headers of two rows,
    sections and totals; ``docs/excel.md`` says how they are read. What is ambiguous is a defect.

    Parameters
    ----------
    path
        The folder, the workbook or the file.
    explain
        Whether to return a :class:`Reading`, a report that holds the problem, instead of the problem.
    sheets
        Name of a sheet (or of a file, without its ending) → its table, or None to leave it out.
    columns
        Table → title (or ``"column F"``) → field, or None to leave the column out; ``"*"`` stands for
        all unknown titles. Besides the fields of a problem there are ``number``, ``name``, ``note``;
        for members ``exempt``; for households ``class``, ``in_charge`` (last year's member) and
        ``since``; for pairs ``household_name``, ``member_name`` and ``since``.
    workloads
        Class → workload of a household without a workload of its own; changes single entries of
        :data:`DEFAULT_WORKLOADS`.
    header
        The line of the titles, for all lists or by name of a sheet or file.
    decimal
        ``","`` or ``"."``: the decimal mark of ambiguous numbers such as 1,500.
    keys
        A file of keys that :func:`write_keys` wrote: rows with a ``key`` column keep their number.
    gone
        What to do if last year's list names a household or member that is not in the lists:
        ``"refuse"`` (a defect) or ``"end"`` (the pair ends).
    on
        The day, a date or ``"31/12/2025"``, until which the years of a pair are counted if last year's
        list has starting dates.
    places
        How to place households without coordinates: ``"approximate"`` (at the centre of their cluster,
        or else of their hamlet; ``plan.approximate`` lists them), ``"everybody"`` (members, too, at the
        centre of their hamlet) or ``"strict"`` (not at all: a defect).
    scheme
        A TOML file that states how workload is counted, by class: in points, or in visits a month and
        minutes; instead of *workloads*. A folder may hold it as ``scheme.toml``, a workbook as a sheet
        (``docs/excel.md``).
    **options
        Arguments of :class:`Problem` such as ``travel``, ``max_travel``, ``farthest`` or
        ``within_hamlet``. ``previous``, ``fixed`` and ``forbidden`` replace the table of that name;
        ``previous`` may be a file, a plan or a list. If ``travel`` is not given and there are no
        coordinates, travel is 0 within a hamlet and 1 to any other; without hamlets, there is no
        distance.

    Returns
    -------
    Problem or Reading
        Ids come from a column of ids as they are (text in CSV, text or whole numbers in a workbook),
        otherwise they are row numbers. A name is never an id (contract 2.6).

    Raises
    ------
    InvalidProblemError
        All defects and ambiguities of all files, each with file, line and column. An id that looks like
        a name, a telephone number or an identity number is a defect, too, and is not repeated. With
        *explain* the error is raised only if nothing can be read; other defects are in
        ``Reading.defects``.
    InvalidArgumentError
        *sheets*, *columns*, *workloads*, *header*, *decimal*, *gone*, *on* or *places* is not valid.
    MissingExtraError
        The file is a workbook, and the extra ``excel`` is not installed; or a map other than GeoJSON,
        and the extra ``maps`` is not installed.
    TypeError
        An option is neither one of this function nor an argument of :class:`Problem`.

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
    r"""The names in lists, by the ids that :func:`read` returns; for writers only (contract 2.6).

    Parameters
    ----------
    path, **options
        As for :func:`read`; with the same options the ids are the same.

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
        Nothing at *path* can be read.
    """
    own: dict[str, Any] = {name: options.pop(name) for name in _OWN if name in options}
    _refuse_options(options)
    if isinstance(options.get("previous"), str | Path):
        own["previous"] = Path(options.pop("previous"))
    with _without_collection():
        return understand(Path(path), read_settled(own), options)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Disable cyclic garbage collection: it would take a third of the time, and cells have no cycles."""
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


def _refuse_options(options: Mapping[str, Any]) -> None:
    known = [name for name in Problem.__init__.__kwdefaults__ or {} if name not in REQUIRED]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise TypeError(
            f"read() has no option {', '.join(map(repr, unknown))}; it has "
            f"{', '.join([*known, 'explain', *_OWN[:-1]])}"
        )
