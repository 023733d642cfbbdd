"""Members by mark (green, amber, red), as text and as a sheet of the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from phancong.problem import AMBER, GREEN, HOURS, POINTS, RED, Id, LoadMarks
from phancong.report.labels import Labels
from phancong.report.solution import Solution
from phancong.tables.printed import Cell, PrintedColumn, PrintedSheet
from phancong.words import PageTable, Words

#: The most rows of the table that are printed; the workbook has all.
SHOWN = 60
#: The background colour of each mark.
COLOURS = {GREEN: "#C6E7C8", AMBER: "#FFE08A", RED: "#F4A6A0"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A member's load, its share, and the mark of load ÷ share."""

    member: Id
    load: float
    share: float
    mark: str


def marks_text(plan: Solution, w: Words) -> str:
    """A sentence on the number of members above each mark; empty if the problem has no marks."""
    marks = plan.problem.load_marks
    if marks is None:
        return ""
    found = [one.mark for one in marked(plan)]
    return w.gettext(
        "Load for a full share, in {unit}: {red} above {most} (red), {amber} above {more} (amber), "
        "{green} not (green).",
        unit=unit_name(w, marks.unit),
        red=found.count(RED),
        most=marks.red,
        amber=found.count(AMBER),
        more=marks.amber,
        green=found.count(GREEN),
    )


def marks_table(plan: Solution, w: Words) -> PageTable | str:
    """A row for each member, the largest load first; empty if the problem has no marks."""
    marks = plan.problem.load_marks
    if marks is None:
        return ""
    found = marked(plan)
    rows = [
        [str(one.member), w.number(one.load), w.number(one.share), mark_name(w, one.mark)]
        for one in found[:SHOWN]
    ]
    headers = _headers(w, marks)
    return PageTable(headers, rows, (headers[0], headers[3]), w.rest(len(found) - SHOWN))


def marks_sheet(plan: Solution, w: Words, labels: Labels) -> list[PrintedSheet]:
    """The same as a sheet, with coloured marks; none if the problem has no marks."""
    marks = plan.problem.load_marks
    if marks is None:
        return []
    colours = {mark_name(w, mark): colour for mark, colour in COLOURS.items()}
    member, load, share, mark = _headers(w, marks)
    columns = (
        PrintedColumn(w.gettext("No."), room=6, counts=True),
        PrintedColumn(member),
        PrintedColumn(load, 1),
        PrintedColumn(share),
        PrintedColumn(mark, colours=colours),
    )
    rows: list[list[Cell]] = [
        [number, labels.member(one.member), one.load, one.share, mark_name(w, one.mark)]
        for number, one in enumerate(marked(plan), 1)
    ]
    heading = (w.gettext("Loads of the members against the marks"), marks_text(plan, w))
    return [PrintedSheet(w.pgettext("sheet", "marks"), heading, columns, rows)]


def marked(plan: Solution) -> list[Marked]:
    """Members who are not exempt or have a load, the largest load ÷ share first, if marks are set."""
    marks = plan.problem.load_marks
    if marks is None:
        return []
    members, loads = plan.problem.member_columns, plan.assignment.loads("workload").tolist()
    found = [
        Marked(member, load, share, marks.mark(load / share))
        for member, load, share, exempt in zip(
            members.ids, loads, members.share.tolist(), plan.problem.exempt.tolist(), strict=True
        )
        if load or not exempt
    ]
    return sorted(found, key=lambda one: -one.load / one.share)


def _headers(w: Words, marks: LoadMarks) -> list[str]:
    load, unit = w.gettext("workload"), unit_name(w, marks.unit)
    return [
        w.gettext("member"),
        f"{load} ({unit})" if unit else load,
        w.pgettext("column", "share"),
        w.gettext("mark"),
    ]


def unit_name(w: Words, unit: str) -> str:
    """The name of a unit of workload; only the units of schemes have a translation."""
    known = {HOURS: w.pgettext("unit", "hours a month"), POINTS: w.pgettext("unit", "points")}
    return known.get(unit, unit or w.gettext("workload"))


def mark_name(w: Words, mark: str) -> str:
    """The name of a mark."""
    names = {
        GREEN: w.pgettext("mark", "green"),
        AMBER: w.pgettext("mark", "amber"),
        RED: w.pgettext("mark", "red"),
    }
    return names[mark]
