"""The differences of two plans as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from phancong import naming
from phancong.goals import Value, is_row, single
from phancong.plan.difference import PlanDifference, Shift
from phancong.report.notes import why
from phancong.words import Page, PageTable, Words, page

#: The most rows of a table that are printed.
SHOWN: Final = 60
#: The most ids that a row lists.
NAMED: Final = 24
#: The most figures of a leximax goal that are printed.
POSITIONS: Final = 6


@page.register
def difference_page(found: PlanDifference, w: Words) -> Page:
    """A summary, the members and households that came or went, and the tables."""
    lists = (
        (w.gettext("new"), found.new),
        (w.gettext("gone"), found.gone),
        (w.gettext("newly uncovered"), found.newly_uncovered),
    )
    named = tuple(f"{name}: {w.named(ids, NAMED)}" for name, ids in lists if ids)
    tables = (_hands(found, w), _loads(found, w), _figures(found, w))
    return Page(w.lang, (_summary(found, w), *named, *tables))


def _summary(found: PlanDifference, w: Words) -> str:
    new, gone, uncovered = (len(ids) for ids in (found.new, found.gone, found.newly_uncovered))
    could = sum(change.changes > 0 for change in found.changed)
    sentences = [
        w.ngettext(
            "{n} household changes hands.", "{n} households change hands.", len(found.changed)
        ),
        w.ngettext("{n} of them could have stayed.", "{n} of them could have stayed.", could)
        if could
        else "",
        w.ngettext("{n} household is new.", "{n} households are new.", new) if new else "",
        w.ngettext("{n} household is gone.", "{n} households are gone.", gone) if gone else "",
        w.ngettext(
            "{n} household misses a member and did not before.",
            "{n} households miss a member and did not before.",
            uncovered,
        )
        if uncovered
        else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _hands(found: PlanDifference, w: Words) -> PageTable:
    household, before, after = w.gettext("household"), w.gettext("before"), w.gettext("after")
    rows = [
        [
            str(c.household),
            w.named(c.before, NAMED) or "–",
            w.named(c.after, NAMED) or "–",
            why(c.why, w),
        ]
        for c in found.changed
    ]
    headers = [household, before, after, w.gettext("who ends")]
    return _cut(headers, rows, w, words=(household, before, after))


def _loads(found: PlanDifference, w: Words) -> PageTable:
    shifts = [load for load in found.loads if load.households.by != 0 or load.workload.by != 0]
    # If each workload is 1, workload equals the number of households.
    weighted = any(load.households != load.workload for load in found.loads)
    then, by = w.gettext("then"), w.pgettext("difference", "by")
    member = w.gettext("member")
    headers = [member, w.gettext("households"), then, by]
    if weighted:
        headers += [w.gettext("workload"), then, by]
    rows = [
        [
            str(load.member),
            *_cells(load.households, w),
            *(_cells(load.workload, w) if weighted else ()),
        ]
        for load in shifts
    ]
    return _cut(headers, rows, w, words=(member,))


def _figures(found: PlanDifference, w: Words) -> PageTable:
    rows = [[naming.goal(w, goal), *_cells(shift, w)] for goal, shift in found.goals]
    rows += [
        [naming.metric(w, name), *_cells(shift, w)]
        for name, shift in found.metrics.items()
        if shift.by is not None and shift.by != 0
    ]
    by = w.pgettext("difference", "by")
    return _cut([w.gettext("goal or figure"), w.gettext("before"), w.gettext("after"), by], rows, w)


def _cells(shift: Shift, w: Words) -> list[str]:
    before, after = (
        "–" if figure is None else naming.value(w, figure, POSITIONS)
        for figure in (shift.before, shift.after)
    )
    return [before, after, _signed(shift.by, w)]


def _signed(by: Value | None, w: Words) -> str:
    if not is_row(by):
        return w.signed(None if by is None else single(by))
    return w.named([w.signed(figure) for figure in by], POSITIONS, "; ")


def _cut(
    headers: Sequence[str], rows: Sequence[Sequence[str]], w: Words, *, words: Sequence[str] = ()
) -> PageTable:
    return PageTable(headers, rows[:SHOWN], words, w.rest(len(rows) - SHOWN))
