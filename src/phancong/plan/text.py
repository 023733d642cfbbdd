"""A plan as text: a paragraph, then a row for each member, the relaxed limits, and the goals."""

from __future__ import annotations

from phancong import naming
from phancong.plan.plan import Plan
from phancong.report import sentences
from phancong.report.figures import Figures
from phancong.report.marks import marks_table, marks_text
from phancong.rules import Relaxation
from phancong.words import Page, PageTable, Words, page

#: The most households that are listed for each member.
NAMED = 12
#: The most rows of a table that are printed.
SHOWN = 60


@page.register
def plan_page(plan: Plan, w: Words) -> Page:
    """The whole plan."""
    summary = (
        sentences.coverage(plan, w),
        sentences.limits(plan, w),
        sentences.aims(plan, w),
        sentences.proof(plan, w),
        _approximate(plan, w),
    )
    return Page(
        w.lang,
        (
            " ".join(sentence for sentence in summary if sentence),
            naming.renewed(w, plan.assignment.renewed),
            _members(plan, w),
            marks_text(plan, w),
            marks_table(plan, w),
            breach_table(plan.relaxations, w),
            _goals(plan, w),
            w.gettext("Engine: {engine}.", engine=plan.engine),
        ),
    )


# --- what is read aloud


def _approximate(plan: Plan, w: Words) -> str:
    """A sentence on the number of households whose coordinates are approximate."""
    households = plan.problem.household_columns
    count = int(households.approximate.sum())
    if not count:
        return ""
    return w.ngettext(
        "{n} of {all} households stands at an approximate place, such as the centre of its hamlet: "
        "{ids}.",
        "{n} of {all} households stand at an approximate place, such as the centre of their hamlet: "
        "{ids}.",
        count,
        all=len(households),
        ids=w.named(plan.approximate, NAMED),
    )


# --- tables


def _members(plan: Plan, w: Words) -> PageTable:
    figures, household_ids = Figures(plan), plan.problem.household_columns.ids
    member, charge = w.gettext("member"), w.gettext("in charge of")
    # If each workload is 1, workload equals the number of households.
    weighted = figures.weighted
    headers = [member, w.gettext("households"), *([w.gettext("workload")] if weighted else [])]
    headers += naming.carried_titles(w, weighted=weighted) if figures.carries else []
    if figures.has_travel:
        headers += [
            naming.with_unit(w, w.gettext("travel"), figures.unit),
            w.gettext("farthest"),
        ]
    rows = []
    for line in figures.members[:SHOWN]:
        row = [str(line.id), w.number(line.households)]
        if weighted:
            row.append(w.number(line.workload))
        if figures.carries:
            row.append(w.number(line.carried_households))
            row += [w.number(line.carried_workload)] if weighted else []
        if figures.has_travel:
            row += [w.number(line.travel), w.number(line.farthest)]
        row.append(w.named([household_ids[h] for h in line.rows], NAMED))
        rows.append(row)
    return PageTable(
        [*headers, charge], rows, (member, charge), w.rest(len(figures.members) - SHOWN)
    )


def breach_table(relaxations: tuple[Relaxation, ...], w: Words) -> PageTable:
    """A row for each limit that is broken."""
    whom, with_whom = w.pgettext("breach", "for"), w.pgettext("breach", "with")
    rows = [
        [
            naming.rule(w, r.rule),
            "" if r.subject is None else str(r.subject),
            "" if r.member is None else str(r.member),
            w.number(r.limit),
            w.number(r.value),
            w.number(r.by),
        ]
        for r in relaxations[:SHOWN]
    ]
    headers = [
        w.gettext("relaxed limits"),
        whom,
        with_whom,
        w.gettext("limit"),
        w.pgettext("breach", "value"),
        w.pgettext("breach", "by"),
    ]
    if not any(row[2] for row in rows):  # no breached rule is about pairs
        headers, rows = headers[:2] + headers[3:], [row[:2] + row[3:] for row in rows]
    return PageTable(headers, rows, (whom, with_whom), w.rest(len(relaxations) - SHOWN))


def _goals(plan: Plan, w: Words) -> PageTable:
    headers = [w.gettext("goal"), w.gettext("value"), w.gettext("bound"), w.gettext("proof")]
    return PageTable(headers, sentences.goal_rows(plan, w))
