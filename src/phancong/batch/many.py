"""`plan_many`: a plan for each commune of a country (contract 9)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from phancong.batch.folder import Folder
from phancong.batch.log import LOG, Log
from phancong.batch.options import read_options
from phancong.batch.pools import read_pool
from phancong.batch.records import BatchProgress, BatchSummary
from phancong.errors import InvalidArgumentError, MissingExtraError
from phancong.goals import Goal
from phancong.problem import Id
from phancong.rules import RELAXABLE
from phancong.search import Search
from phancong.solving import read_progress
from phancong.tables.replacing import make_folder, write_files
from phancong.words import Message, words

#: The default work for each commune, in deterministic units, so that pairs do not depend on a clock.
WORK: Final = 60.0
#: The seconds after which a process that is still busy with one commune is ended.
TIMEOUT: Final = 900.0
#: The file that a run locks.
LOCK: Final = "_run.lock"


def plan_many(
    source: str | Path,
    target: str | Path,
    *,
    by: str = "commune",
    executor: Executor | Callable[[], Executor] | None = None,
    workers: int | None = None,
    memory: float | None = None,
    search: Search = Search(work=WORK),
    goals: Iterable[Goal] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    engine: str = "auto",
    resume: bool = True,
    retry: bool = False,
    only: Collection[Id] | None = None,
    timeout: float = TIMEOUT,
    lang: str = "en",
    progress: Callable[[BatchProgress], object] | None = None,
    **limits: Any,
) -> BatchSummary:
    r"""Plan every commune of a country, each a problem of its own.

    Parameters
    ----------
    source
        A folder with the tables ``members`` and ``households`` and optionally ``previous``, ``fixed``,
        ``forbidden``, ``renamed`` and ``communes``: Parquet or CSV, each a file or a folder of parts.
        Their columns are those of :class:`~phancong.Problem`, and one that names the commune.
        ``communes`` has the ``province``, the names of both (``commune_name``, ``province_name``) and
        limits of single communes; ``renamed`` has hamlets and ids that have changed since last year
        (``what``, ``old``, ``new``). Ids need be unique within a commune only. Or a folder of
        workbooks, or of folders of lists, one for each commune, as :func:`phancong.read` reads them.
    target
        The output folder, with the Parquet datasets ``pairs`` (commune, household, member, travel,
        kept), ``figures``, ``breaches`` and ``failures``, a manifest, a log, ``report.html``, and
        ``workbooks``, one for each province.
    by
        The column that names the commune.
    executor
        An object with the methods of ``concurrent.futures.Executor``, or a function that makes one; with
        a function, a pool that has lost a process is replaced. None uses processes of this machine;
        scripts then need ``if __name__ == "__main__":``.
    workers
        The number of these processes; None for one a core.
    memory
        The address space of each of these processes in GiB, including libraries and threads; a commune
        that needs more is a failure. None sets no limit; on Windows there is no limit.
    search, goals, relax, engine
        As for :func:`phancong.solve`, for each commune. With ``work``, as by default, pairs depend
        neither on the number of workers, nor on their order, nor on the speed of the machine.
    resume
        Whether to continue an earlier run: only communes that are missing, or whose rows have changed,
        are planned. False begins anew.
    retry
        Whether to try communes again that failed.
    only
        The keys of the communes to plan; None for all.
    timeout
        The seconds after which a process that is still busy with one commune is ended; the commune is a
        failure.
    lang
        The language of ``report.html`` and of the workbooks: ``"en"`` or ``"vi"``.
    progress
        Called with a :class:`BatchProgress` several times a second. If it returns ``False``, the run
        stops, and completed communes are kept.
    **limits
        Limits of the whole problem, such as ``max_travel``, and ``travel``, ``own_household`` and
        ``farthest``, as for :class:`~phancong.Problem`, for each commune.

    Returns
    -------
    BatchSummary
        The content of the folder at the end.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid, or the folder holds plans made with other options or versions.
    InvalidProblemError
        A table cannot be read, or has rows without a commune. A defect within a commune is a row of
        ``failures`` and does not stop the others.
    BrokenPoolError
        The workers are gone; completed communes are kept.
    NotWrittenError
        The output cannot be written; completed communes are kept.
    MissingExtraError
        pyarrow or XlsxWriter is not installed.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from pathlib import Path
    >>> from phancong.batch import plan_many
    >>> Path("in").mkdir()
    >>> rows = "commune,id,lat,lon\nA,{0}1,22.4,105.2\nB,{0}1,22.5,105.3\n"
    >>> _ = Path("in/members.csv").write_text(rows.format("m"))
    >>> _ = Path("in/households.csv").write_text(rows.format("h"))
    >>> with ThreadPoolExecutor(1) as pool:
    ...     done = plan_many("in", "out", executor=pool)
    >>> done.total, done.planned, dict(done.failures)
    (2, 2, {})
    """
    if find_spec("pyarrow") is None or find_spec("xlsxwriter") is None:
        raise MissingExtraError(
            Message("a batch needs pyarrow and XlsxWriter: pip install 'phancong[batch]'")
        )
    options = read_options(by, goals, relax, search, engine, limits, timeout)
    read_progress(progress)
    w = words(lang)
    pool = read_pool(executor, workers, memory)
    source, target = Path(source), Path(target)
    if target.resolve().is_relative_to(source.resolve()):
        raise InvalidArgumentError(
            Message("the output folder lies within the input; give another folder")
        )
    make_folder(target)
    from phancong.batch.worker import locked  # here: it needs pyarrow

    with locked(target / LOCK, shared=False, wait=0.0) as got:
        if not got:
            raise InvalidArgumentError(
                Message("another run writes to {folder}; wait for its end", folder=str(target))
            )
        with Log(target / LOG) as log:
            folder = Folder(source, target, options, log)
            folder.take_over(resume=resume)
            summary = folder.carried_out(pool, progress, retry=retry, only=only)
        if summary.planned or summary.failed:
            from phancong.batch.province_workbooks import WORKBOOKS, province_workbooks
            from phancong.batch.report_page import REPORT, report

            make_folder(target / WORKBOOKS)
            pages = [(target / REPORT, report(target, summary, w, folder.places))]
            write_files(pages + province_workbooks(target, folder.places, w))
    return summary
