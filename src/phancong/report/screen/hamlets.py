"""Hamlets as a table: members and their numbers of households in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from phancong import naming
from phancong.problem import Id
from phancong.report.notes import Notes
from phancong.report.screen.shell import text


def hamlets(notes: Notes, numbers: Mapping[Id, int]) -> str:
    """A row for each hamlet: its number of households, and its members with theirs.

    Parameters
    ----------
    notes
        The notes on the plan.
    numbers
        Member → its number on the page.
    """
    w, figures = notes.w, notes.figures
    problem = figures.plan.problem
    homes, people = problem.household_columns, problem.member_columns
    served: dict[str | None, Counter[Id]] = {}
    count: Counter[str | None] = Counter(homes.hamlet)
    alone: Counter[str | None] = Counter()
    for row in figures.in_order:
        hamlet = homes.hamlet[row]
        served.setdefault(hamlet, Counter()).update(figures.now.get(homes.ids[row], ()))
        alone[hamlet] += bool(figures.plan.assignment.missing[row])
    rows = []
    for hamlet, members in served.items():
        chips = [
            _chip(notes, numbers[member], member, n, people.hamlet[people.index[member]] == hamlet)
            for member, n in sorted(members.items(), key=lambda item: numbers[item[0]])
        ]
        if alone[hamlet]:
            sentence = w.ngettext("{n} without a member", "{n} without a member", alone[hamlet])
            chips.append(f"<em>▼ {text(sentence)}</em>")
        name = naming.hamlet(w, hamlet)
        total = w.ngettext("{n} household", "{n} households", count[hamlet])
        rows.append(
            f'<tr><th scope="row">{text(name)}<td class="n">{text(total)}'
            f'<td class="chips">{" ".join(chips)}'
        )
    titles = (w.gettext("hamlet"), w.gettext("households"), w.gettext("members in charge"))
    head = "".join(f'<th scope="col">{text(title)}' for title in titles)
    lines = "\n".join(rows)
    legend = w.gettext("↗ marks a member of another hamlet.")
    return (
        f'<div class="wide"><table id="hamlets"><thead><tr>{head}</thead>\n<tbody>\n{lines}\n'
        f"</tbody></table></div>\n<p><small>{text(legend)}</small></p>"
    )


def _chip(notes: Notes, number: int, member: Id, households: int, at_home: bool) -> str:
    """A button with the member's name and the member's number of households in the hamlet."""
    w = notes.w
    away = "" if at_home else " ↗"
    return (
        f'<button type="button" data-m={number}>{number}. '
        f"{text(notes.labels.member(member))}{away} <b>{w.number(households)}</b></button>"
    )
