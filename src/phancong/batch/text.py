"""A batch as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from phancong.batch.records import BatchSummary
from phancong.words import Message, Page, PageTable, Words, page

#: The label of each reason in the dataset of failures.
KINDS: Final[Mapping[str, str]] = {
    "data": Message("data that cannot be used"),
    "infeasible": Message("limits that cannot hold"),
    "not_found": Message("no plan in time"),
    "refused": Message("what the engine cannot keep"),
    "memory": Message("too little memory"),
    "crash": Message("a process that died"),
    "time": Message("too much time"),
    "error": Message("an internal error"),
}


@page.register
def summary_page(found: BatchSummary, w: Words) -> Page:
    """How many communes have a plan, what failed and why, and what is left."""
    sentences = [
        w.ngettext(
            "{planned} of {n} commune has a plan.",
            "{planned} of {n} communes have a plan.",
            found.total,
            planned=found.planned,
        )
    ]
    if found.relaxed:
        sentences.append(
            w.ngettext(
                "In {n} of them a limit is relaxed.",
                "In {n} of them a limit is relaxed.",
                found.relaxed,
            )
        )
    if found.before:
        sentences.append(
            w.ngettext("{n} was complete before.", "{n} were complete before.", found.before)
        )
    if found.broken:
        sentences.append(
            w.ngettext(
                "{n} part was broken, and its communes were planned again.",
                "{n} parts were broken, and their communes were planned again.",
                found.broken,
            )
        )
    if found.left and not found.stopped:  # the run was for some of them
        sentences.append(
            w.ngettext(
                "{n} other commune was not asked for, and has no plan yet.",
                "{n} other communes were not asked for, and have no plan yet.",
                found.left,
            )
        )
    elif found.left:
        sentences.append(
            w.ngettext(
                "{n} commune is left; the same command goes on.",
                "{n} communes are left; the same command goes on.",
                found.left,
            )
        )
    rows = [[w.tell(KINDS[kind]), str(count)] for kind, count in sorted(found.failures.items())]
    failures = PageTable([w.gettext("no plan because of"), w.gettext("communes")], rows)
    return Page(w.lang, (" ".join(sentences), failures))
