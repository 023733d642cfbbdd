"""The command `batch`: plans for the communes of a country."""

from __future__ import annotations

import argparse
import math
import sys
from argparse import Namespace
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from phancong.batch import BatchProgress, BatchSummary
from phancong.batch.dask import dask_executor
from phancong.batch.many import TIMEOUT, WORK
from phancong.cli.shared_options import SharedOptions, limits_of
from phancong.errors import MissingExtraError
from phancong.rules import RELAXABLE
from phancong.search import Search
from phancong.words import Message, Words


def add_options(to: argparse.ArgumentParser, w: Words) -> None:
    """Add the arguments of the command.

    Parameters
    ----------
    to
        Its parser.
    w
        The language.
    """
    shared = SharedOptions(w)
    to.add_argument(
        "source",
        type=Path,
        metavar="IN",
        help=w.gettext(
            "the folder of the tables members, households, previous, … with a column commune: "
            ".parquet, .csv or folders of parts"
        ),
    )
    to.add_argument("target", type=Path, metavar="OUT", help=w.gettext("the folder to write to"))
    to.add_argument("--by", default="commune", help=w.gettext("the column that names the commune"))
    _what(to, w)
    _who(to, w)
    shared.goals(to)
    shared.engine(to)
    to.add_argument(
        "--work",
        type=float,
        default=WORK,
        help=w.gettext("how much work for a commune at most; a unit is about a second"),
    )
    to.add_argument(
        "--timeout",
        type=float,
        default=TIMEOUT,
        metavar=w.gettext("SECONDS"),
        help=w.gettext("seconds after which a process that is still at the same commune is ended"),
    )
    shared.travel(to)
    shared.limits(to)
    shared.farthest(to)


def _what(to: argparse.ArgumentParser, w: Words) -> None:
    to.add_argument(
        "--only",
        type=lambda text: [word.strip() for word in text.split(",") if word.strip()],
        metavar=w.gettext("COMMUNES"),
        help=w.gettext("plan these communes only, with commas"),
    )
    to.add_argument(
        "--retry", action="store_true", help=w.gettext("try communes again that failed")
    )
    to.add_argument(
        "--fresh", action="store_true", help=w.gettext("begin anew: plan all communes again")
    )


def _who(to: argparse.ArgumentParser, w: Words) -> None:
    to.add_argument(
        "--workers", type=int, help=w.gettext("how many processes; by default one for each core")
    )
    to.add_argument(
        "--memory",
        type=float,
        metavar="GIB",
        help=w.gettext("how much memory each process may use"),
    )
    to.add_argument(
        "--dask", metavar="ADDRESS", help=w.gettext("the scheduler of a Dask cluster to work on")
    )


def batch(asked: Namespace, w: Words) -> int:
    """Plan all missing communes, and print the summary."""
    limits = limits_of(asked, "farthest")
    if asked.travel is not None:
        limits["travel"] = None
    with ExitStack() as open_things, asked.ending.noting():
        executor = None
        if asked.dask is not None:
            executor = open_things.enter_context(dask_executor(asked.dask))
        bar = open_things.enter_context(Bar(sys.stderr, w))

        def progress(record: BatchProgress) -> bool:
            bar.show(record)
            return not asked.ending

        summary: BatchSummary = asked.calls.plan_many(
            asked.source,
            asked.target,
            by=asked.by,
            executor=executor,
            workers=asked.workers,
            memory=asked.memory,
            search=Search(work=asked.work),
            goals=asked.goals,
            relax=RELAXABLE if asked.relax is None else asked.relax,
            engine=asked.engine,
            resume=not asked.fresh,
            retry=asked.retry,
            only=asked.only,
            timeout=asked.timeout,
            lang=w.lang,
            progress=progress,
            **limits,
        )
    asked.screen.say(summary.text(w.lang))
    asked.screen.say("\n" + w.gettext("Written: {files}", files=str(asked.target)))
    return 3 if summary.failed else 0


class Bar:
    """A progress bar on the terminal; prints nothing if the stream is no terminal.

    Parameters
    ----------
    stream
        The terminal.
    w
        The language.

    Raises
    ------
    MissingExtraError
        tqdm is not installed.
    """

    def __init__(self, stream: TextIO, w: Words) -> None:
        if find_spec("tqdm") is None:
            raise MissingExtraError(
                Message("the command batch needs tqdm: pip install 'phancong[batch]'")
            )
        from tqdm import tqdm  # here: no other command needs it

        self._w = w
        self._bar = tqdm(
            file=stream,
            disable=not stream.isatty(),
            bar_format="{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt}{postfix}",
            desc=w.gettext("communes"),
        )

    def show(self, record: BatchProgress) -> None:
        """Show the progress."""
        self._bar.total = record.total
        self._bar.n = record.done
        left = math.nan if record.left is None else record.left
        line = self._w.gettext(
            "{failed} failed, {relaxed} relaxed, {rate} households a second, {left} s left",
            failed=record.failed,
            relaxed=record.relaxed,
            rate=round(record.households / max(record.seconds, 1e-9)),
            left=round(left) if math.isfinite(left) else "?",
        )
        self._bar.set_postfix_str(line)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()
