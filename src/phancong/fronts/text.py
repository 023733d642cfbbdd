"""A front as text: a summary of the trade-off, and a row for each point."""

from __future__ import annotations

from phancong import naming
from phancong.fronts.records import Frontier
from phancong.goals import Goal
from phancong.words import Page, PageTable, Words, page


@page.register
def frontier_page(front: Frontier, w: Words) -> Page:
    """The number of plans and whether it is proven, the ends, the knee; then all points."""
    return Page(w.lang, (" ".join(_sentences(front, w)), _points(front, w)))


def _sentences(front: Frontier, w: Words) -> list[str]:
    count, proven = len(front.points), sum(point.proven for point in front.points)
    x, y = naming.goal(w, front.x), naming.goal(w, front.y)
    lines = [
        w.ngettext(
            "Between {x} and {y} there is {n} non-dominated plan.",
            "Between {x} and {y} there are {n} non-dominated plans.",
            count,
            x=x,
            y=y,
        )
    ]
    if proven == count:
        lines.append(w.gettext("All is proven."))
    else:
        lines.append(w.ngettext("{n} of them is proven.", "{n} of them are proven.", proven))
    if front.complete:
        lines.append(w.gettext("There is no other."))
    else:
        lines.append(w.gettext("There may be others between them."))
    if front.stopped is not None:
        lines.append(w.gettext("The search was cut before its end."))
    if (knee := front.knee) is not None:
        lines.append(
            w.gettext(
                "The knee, where a little more of one costs most in the other: {x} {x_value}, "
                "{y} {y_value}.",
                x=x,
                y=y,
                x_value=_amount(front.x, knee.x, front, w),
                y_value=_amount(front.y, knee.y, front, w),
            )
        )
    return lines


def _points(front: Frontier, w: Words) -> PageTable:
    headers = [*(_title(goal, front, w) for goal in (front.x, front.y)), w.gettext("proof"), ""]
    knee = front.knee
    rows = []
    for point in front.points:
        proof = w.gettext("proven")
        if not point.proven:
            proof = w.gettext("not proven: at least {x} and {y}", x=point.x_bound, y=point.y_bound)
        mark = w.gettext("knee") if point is knee else ""
        rows.append([w.number(point.x), w.number(point.y), proof, mark])
    return PageTable(headers, rows)


def _unit(goal: Goal, front: Frontier) -> str:
    return naming.unit_of(goal, naming.travel_unit(front.points[0].plan.problem))


def _title(goal: Goal, front: Frontier, w: Words) -> str:
    return f"{naming.goal(w, goal)} {naming.units(w, _unit(goal, front))}".rstrip()


def _amount(goal: Goal, value: float, front: Frontier, w: Words) -> str:
    return naming.amount(w, value, _unit(goal, front))
