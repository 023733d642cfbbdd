"""The files of a plan in one folder, with hashes that tell whether they belong together."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from phancong.errors import PhancongError
from phancong.plan.document import as_document
from phancong.plan.handouts import has_rounds
from phancong.plan.workbook import as_workbook
from phancong.plan.writing import FORMAT, as_csv, as_json, json_bytes
from phancong.report.screen import plan_document
from phancong.report.solution import Solution
from phancong.tables import write_files
from phancong.tables.replacing import filled_folder
from phancong.tables.word_files import has_writer

#: The whole record, which is written last and holds the hashes of the others.
RECORD: Final = "plan.json"
#: The other files, in the order of writing: first those that a spreadsheet may have locked.
OTHERS: Final = ("plan.xlsx", "plan.docx", "plan.html", "plan.csv")
#: The largest record that is read, in bytes: ten times that of a whole province.
MOST_BYTES: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class PlanFiles:
    """The files of a plan that were written.

    Parameters
    ----------
    paths
        The files, in the order of writing.
    failed
        Why the workbook, document or page is missing, None if none is. A document whose extra is not
        installed does not count as missing.
    first_rounds
        Whether the workbook holds round trips that were left as they were first found.
    """

    paths: tuple[Path, ...]
    failed: PhancongError | None
    first_rounds: bool


def write_folder(
    plan: Solution,
    folder: Path,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    diagnosis: object | None = None,
    office: Any = None,
    hurried: bool = False,
) -> PlanFiles:
    """Write all files of a plan; the record holds the SHA-256 of the others.

    Parameters
    ----------
    plan
        The plan.
    folder
        The folder, made if it does not exist; files of the same names are replaced.
    lang, labels, include, diagnosis, office
        As for :meth:`Plan.to_excel`.
    hurried
        Whether round trips on the slips are left as they are first found.

    Returns
    -------
    PlanFiles
        CSV and JSON are written even if the extras for the other files are not installed.

    Raises
    ------
    NotWrittenError
        A file could not be written; the error lists the files that were.
    """
    include = tuple(include)
    made: dict[str, bytes] = {}
    failed = None
    for name, make in (
        ("plan.xlsx", partial(as_workbook, office=office, diagnosis=diagnosis, hurried=hurried)),
        ("plan.docx", partial(as_document, office=office)),
        ("plan.html", partial(plan_document, diagnosis=diagnosis)),
    ):
        if name == "plan.docx" and not has_writer():
            continue
        try:
            made[name] = make(plan, lang=lang, labels=labels, include=include)
        except PhancongError as error:
            failed = failed or error
    made["plan.csv"] = _pairs(plan, include)
    hashes = {name: sha256(content).hexdigest() for name, content in made.items()}
    made[RECORD] = json_bytes(as_json(plan, hashes))
    with filled_folder(folder):
        write_files([(folder / name, content) for name, content in made.items()])
    first_rounds = hurried and "plan.xlsx" in made and has_rounds(plan)
    return PlanFiles(tuple(folder / name for name in made), failed, first_rounds)


def write_record(plan: Solution, folder: Path, include: Iterable[str] = ()) -> None:
    """Write only the pairs and the record, which takes a moment, before the files that take longer.

    Parameters
    ----------
    plan, folder, include
        As for :func:`write_folder`, which writes them again with the others.

    Raises
    ------
    NotWrittenError
        A file could not be written.
    """
    pairs = _pairs(plan, include)
    record = json_bytes(as_json(plan, {"plan.csv": sha256(pairs).hexdigest()}))
    with filled_folder(folder):
        write_files([(folder / "plan.csv", pairs), (folder / RECORD, record)])


def _pairs(plan: Solution, include: Iterable[str]) -> bytes:
    """The pairs as CSV; of the private details only workloads, if *include* names them."""
    return as_csv(plan, tuple(name for name in include if name == "workload"))


def strangers(folder: Path) -> tuple[str, ...]:
    """Files of a plan in *folder* whose content is not what the record lists.

    Returns
    -------
    tuple
        Their names; empty if all belong together, or there is no record with hashes.
    """
    known = _known(folder / RECORD)
    if known is None:
        return ()
    found = {name: _hash(folder / name) for name in OTHERS}
    return tuple(name for name, is_now in found.items() if is_now not in (None, known.get(name)))


def _known(record: Path) -> dict[str, Any] | None:
    """The hashes in a record, None if it has none."""
    try:
        if record.stat().st_size > MOST_BYTES:
            return None
        read = json.loads(record.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    ours = isinstance(read, dict) and read.get("format") == FORMAT
    known = read.get("files") if ours else None
    return known if isinstance(known, dict) else None


def _hash(path: Path) -> str | None:
    """The SHA-256 of a file, None if it does not exist or cannot be read."""
    try:
        # Only regular files: reading a pipe could block forever.
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    except OSError:
        return None
