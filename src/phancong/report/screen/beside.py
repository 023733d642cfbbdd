"""A comparison with another plan: households that differ, and both values of each goal and load."""

from __future__ import annotations

from phancong import naming
from phancong.report.figures import Figures
from phancong.report.notes import Notes
from phancong.report.screen.shell import part_html
from phancong.words import PageTable


def other_rows(figures: Figures, other: Figures) -> frozenset[int]:
    """Rows of the households of both plans whose members differ."""
    homes = figures.plan.problem.household_columns.ids
    there = other.plan.problem.household_columns.index
    return frozenset(
        row
        for row, household in enumerate(homes)
        if household in there
        and set(figures.now.get(household, ())) != set(other.now.get(household, ()))
    )


def beside(notes: Notes, other: Figures) -> str:
    """A sentence, and a table of goals and of the members whose loads differ."""
    w, figures = notes.w, notes.figures
    count = len(other_rows(figures, other))
    sentence = w.ngettext(
        "{n} household has other members in the other plan.",
        "{n} households have other members in the other plan.",
        count,
    )
    theirs = {line.goal: line.value for line in other.plan.goals}
    rows = [
        [
            naming.goal(w, line.goal),
            naming.value(w, line.value),
            naming.value(w, theirs[line.goal]),
        ]
        for line in figures.plan.goals
        if line.goal in theirs
    ]
    loads = {one.id: one.households for one in other.members}
    rows += [
        [
            w.gettext("households of {member}", member=notes.member(one.id)),
            w.number(one.households),
            w.number(loads[one.id]),
        ]
        for one in figures.members
        if loads.get(one.id, one.households) != one.households
    ]
    titles = (w.gettext("goal or load"), w.gettext("this plan"), w.gettext("the other plan"))
    return f"{part_html(sentence)}\n{part_html(PageTable(titles, rows, titles[:1]))}"
