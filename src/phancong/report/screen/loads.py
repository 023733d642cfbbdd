"""Loads of the members as bars against their limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from phancong import naming
from phancong.problem.fields import UNLIMITED
from phancong.report.figures import MemberFigures
from phancong.report.marks import mark_name, marked
from phancong.report.notes import Notes
from phancong.report.screen.shell import text
from phancong.rules import Relaxation
from phancong.words import Words

#: The length of the scale of a bar, in its own units.
SCALE = 200


@dataclass(frozen=True, slots=True)
class _Measure:
    """One measure of load: its title, its name in the problem, and its figures.

    The values include carried load (*besides*), as limits count it.
    """

    title: str
    name: str
    values: Sequence[float]
    besides: Sequence[float]
    least: Sequence[float]
    most: Sequence[float]

    @property
    def longest(self) -> float:
        """The value at the end of the scale."""
        limits = [x for x in (*self.least, *self.most) if math.isfinite(x)]
        # Leave out limits far above all loads, which would shrink the bars to dots.
        largest = max(self.values, default=0.0)
        near = [x for x in limits if x <= 2 * largest]
        return max([largest, *near]) or 1.0


def loads(notes: Notes, members: Sequence[MemberFigures]) -> str:
    """A table with a row for each member: a button that chooses the member, and bars."""
    w, figures = notes.w, notes.figures
    measures = _measures(notes, members)
    titles = [w.gettext("member"), *(measure.title for measure in measures)]
    marks = {one.member: one.mark for one in marked(figures.plan)}
    titles += [w.gettext("mark")] if marks else []
    if figures.has_travel:
        travel = naming.with_unit(w, w.gettext("travel"), figures.unit)
        titles += [travel, w.gettext("farthest")]
    head = "".join(f'<th scope="col">{text(title)}</th>' for title in titles)
    rows = []
    for number, one in enumerate(members):
        name = notes.labels.member(one.id)
        cells = [
            f'<th scope="row"><button type="button" data-m={number + 1}>'
            f"{number + 1}. {text(name)}</button>"
        ]
        broken = notes.figures.of_loads.get(one.id, ())
        cells += [
            f"<td>{_bar(w, measure, number)}{_beyond(w, measure, broken)}" for measure in measures
        ]
        if marks:
            mark = marks.get(one.id)
            cells.append(f"<td>{_mark(w, mark)}" if mark else "<td>")
        if figures.has_travel:
            cells.append(f'<td class="n">{w.number(one.travel)}')
            cells.append(f'<td class="n">{w.number(one.farthest)}')
        least, most = (x[number] for x in (measures[0].least, measures[0].most))
        most_told = f"{most:.0f}" if math.isfinite(most) else ""
        limits = f' data-l="{least:.0f} {most_told} {one.carried_households}"'
        rows.append(f"<tr data-m={number + 1}{limits}>{''.join(cells)}")
    lines = "\n".join(rows)
    return (
        f'<div class="wide"><table id="loads"><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def _measures(notes: Notes, members: Sequence[MemberFigures]) -> list[_Measure]:
    w, columns = notes.w, notes.figures.plan.problem.member_columns
    rows = [one.column for one in members]
    # Exemption is private, and a maximum of 0 would reveal it.
    hidden = np.array([one.exempt and "exempt" not in notes.include for one in members], dtype=bool)
    most = columns.max_households[rows].astype(np.float64)
    most[(most >= UNLIMITED) | hidden] = math.inf
    most_workload = np.where(hidden, math.inf, columns.max_workload[rows])
    found = [
        _Measure(
            w.gettext("households"),
            "households",
            [float(one.households + one.carried_households) for one in members],
            [float(one.carried_households) for one in members],
            columns.min_households[rows].astype(float).tolist(),
            most.tolist(),
        )
    ]
    if notes.figures.weighted:
        found.append(
            _Measure(
                w.gettext("workload"),
                "workload",
                [one.workload + one.carried_workload for one in members],
                [one.carried_workload for one in members],
                columns.min_workload[rows].tolist(),
                most_workload.tolist(),
            )
        )
    return found


def _bar(w: Words, measure: _Measure, number: int) -> str:
    """The figure, its limits as text, and a bar with ticks at the limits."""
    value, least, most = (x[number] for x in (measure.values, measure.least, measure.most))
    scale = SCALE / measure.longest
    inside = min(value, most)
    end = _short(measure.longest * scale)
    drawn = [f'<rect class="track" width="{end}" height="14"/>']
    drawn += [f'<rect class="b" width="{_short(inside * scale)}" height="10" y="2"/>']
    if value > most:
        drawn.append(
            f'<rect class="over" x="{_short(most * scale)}" width="{_short((value - most) * scale)}" '
            'height="6" y="4"/>'
        )
    drawn += [
        f'<path class="tick" d="M{_short(limit * scale)} 0v14"/>'
        for limit in (least, most)
        if 0 < limit <= measure.longest
    ]
    svg = (
        f'<svg class="bar" viewBox="-1 0 {SCALE + 2} 14" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(drawn)}</svg>'
    )
    parts = [f"<b>{w.number(value)}</b>"]
    if besides := measure.besides[number]:
        of_it = w.gettext("{amount} of it besides the list", amount=w.number(besides))
        parts.append(f"<small>{text(of_it)}</small>")
    if limits := _limits(w, least, most):
        parts.append(f"<small>{text(limits)}</small>")
    return f"{svg} {' '.join(parts)}"


def _limits(w: Words, least: float, most: float) -> str:
    if math.isfinite(most):
        low = w.number(least)
        return w.gettext("of {least} to {most}", least=low, most=w.number(most))
    return w.gettext("at least {least}", least=w.number(least)) if least else ""


def _beyond(w: Words, measure: _Measure, broken: Sequence[Relaxation]) -> str:
    """The breaches of limits: a mark and a text, never a colour alone."""
    sentences = []
    for r in broken:
        if r.rule == f"max_{measure.name}":
            sentences.append(w.gettext("▲ {by} too many", by=r.by))
        elif r.rule == f"min_{measure.name}":
            sentences.append(w.gettext("▼ {by} too few", by=r.by))
    return "".join(f" <em>{text(sentence)}</em>" for sentence in sentences)


def _mark(w: Words, mark: str) -> str:
    """A mark in its colour, with its name."""
    return f'<span class="mark {mark}">{text(mark_name(w, mark))}</span>'


def _short(figure: float) -> str:
    return f"{figure:.1f}".removesuffix(".0")
