"""The list of households: a table that scripts sort and filter, and that prints without scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from phancong import naming
from phancong.problem import Id
from phancong.report.chosen import chosen_columns
from phancong.report.figures import Figures, MemberFigures
from phancong.report.notes import Notes
from phancong.report.prices import movable
from phancong.report.screen.beside import other_rows
from phancong.report.screen.shell import text
from phancong.words import Words


def households(
    notes: Notes,
    members: Sequence[MemberFigures],
    numbers: Mapping[Id, int],
    placed: frozenset[int],
    other: Figures | None = None,
) -> str:
    """The controls and the table.

    Parameters
    ----------
    notes
        The notes on the plan.
    members
        The members that can be chosen.
    numbers
        Member → its number on the page.
    placed
        Rows of the households on the map.
    other
        Another plan to compare with.
    """
    return f"{_controls(notes, members, other)}\n{_table(notes, numbers, placed, other)}"


def _controls(notes: Notes, members: Sequence[MemberFigures], other: Figures | None) -> str:
    w, figures = notes.w, notes.figures
    search, member = w.gettext("search"), w.gettext("member")
    everybody, show_all = w.gettext("all"), w.gettext("show all")
    options = [f'<option value="">{text(everybody)}']
    options += [
        f'<option value="{number}"{_identity(notes, one.id)}>{number}. '
        f"{text(notes.labels.member(one.id))}"
        for number, one in enumerate(members, 1)
    ]
    shown = []
    if figures.changes:
        shown.append(_box("changed", w.gettext("only households that change")))
    if other is not None:
        shown.append(_box("differs", w.gettext("only households that differ in the other plan")))
    if any(map(notes.breaks, figures.in_order)):
        shown.append(_box("broken", w.gettext("only where a limit is relaxed")))
    # The script fills the places.
    shown_of = w.catalogue.gettext("Households shown: {shown} of {all}.")
    chosen = w.catalogue.gettext("{member}. Households shown: {shown} of {all}.")
    return (
        '<form id="controls" class="js">\n'
        f'<label>{text(search)} <input type="search" id="query" autocomplete="off">'
        f'</label>\n<label>{text(member)} <select id="who">{"".join(options)}</select>'
        f'</label>\n{"".join(shown)}<button type="button" id="all">'
        f"{text(show_all)}</button>\n</form>\n"
        f'<p id="status" role="status" data-told="{text(shown_of)}" data-chosen="{text(chosen)}"></p>'
    )


def _identity(notes: Notes, member: Id) -> str:
    """The id of a member whose name is shown, as an attribute."""
    if member not in notes.labels.members:
        return ""
    return f' data-id="{text(str(member))}"'


def _box(identity: str, title: str) -> str:
    return f'<label><input type="checkbox" id="{identity}"> {text(title)}</label>\n'


def _table(
    notes: Notes, numbers: Mapping[Id, int], placed: frozenset[int], other: Figures | None
) -> str:
    """The head and a row for each household.

    Parameters
    ----------
    notes, numbers
        The notes on the plan, and member → the member's number on the page.
    placed
        Rows of the households that a map shows.
    other
        The figures of another plan beside this one.
    """
    w, figures = notes.w, notes.figures
    # A map shows the places: leave out the columns of coordinates.
    chosen = chosen_columns(figures, w, notes.include)
    titles = [(w.gettext("id"), "")] if notes.labels.households else []
    titles += [(w.gettext("household"), "")]
    titles += [(w.gettext("hamlet"), "")] if figures.has_hamlets else []
    titles += [(w.gettext("member in charge"), "")]
    titles += [(w.gettext("in the other plan"), "")] if other is not None else []
    if figures.has_travel:
        titles.append((naming.with_unit(w, w.gettext("travel"), figures.unit), "n"))
    titles += [(title, "n" if _figures(cells) else "") for title, cells in chosen]
    titles += [(w.gettext("note"), "")]
    # The table's class marks columns of figures once, instead of each row.
    head = "".join(
        f'<th scope="col"{" data-n" if kind else ""}>{text(title)}' for title, kind in titles
    )
    named = " data-named" if notes.labels.households else ""
    who = [title for title, _ in titles].index(w.gettext("member in charge"))
    right = " ".join(f"n{place}" for place, (_, kind) in enumerate(titles, 1) if kind)
    rows = "".join(_rows(notes, numbers, placed, other, [column for _, column in chosen]))
    return (
        f'<div class="wide late"><table id="households" class="{right}" data-who="{who}"{named}>'
        f"<thead><tr>{head}</thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _rows(
    notes: Notes,
    numbers: Mapping[Id, int],
    placed: frozenset[int],
    other: Figures | None,
    chosen: Sequence[Sequence[str | float | None]],
) -> Iterator[str]:
    """The rows, without line breaks, which would take a hundredth of the file; *chosen* are columns."""
    w, figures = notes.w, notes.figures
    homes = figures.plan.problem.household_columns
    travel, moves = _travel(notes), movable(figures.plan)
    differ = frozenset[int]() if other is None else other_rows(figures, other)
    for row in figures.in_order:
        household = homes.ids[row]
        members = figures.now.get(household, ())
        cells = [text(str(household))] if notes.labels.households else []
        cells.append(text(notes.labels.household(household)))
        cells += [text(homes.hamlet[row] or "")] if figures.has_hamlets else []
        cells.append(text(notes.members(members)) or "–")
        if other is not None:
            theirs = notes.members(other.now.get(household, ())) or "–"
            cells.append(text(theirs) if row in differ else "")
        cells += [travel.get(row, "")] if figures.has_travel else []
        cells += [_cell(w, column[row]) for column in chosen]
        cells.append(text(notes.household(row)))
        served = " ".join(str(numbers[member]) for member in members)
        served = f'"{served}"' if len(members) != 1 else served
        marks = _marks(notes, row, bool(placed) and row not in placed)
        marks += ("" if moves[row] else " data-f") + (" data-d" if row in differ else "")
        yield f"<tr data-m={served}{marks}><td>{'<td>'.join(cells)}"


def _figures(cells: Sequence[str | float | None]) -> bool:
    return not any(isinstance(cell, str) for cell in cells)


def _cell(w: Words, value: str | float | None) -> str:
    if not isinstance(value, float):
        return text(value or "")
    # Print it as given: a workload may have more digits than other figures.
    return w.number(value) if value == round(value) else f"{value:.9g}".replace(".", w.point)


def _travel(notes: Notes) -> dict[int, str]:
    """Row → the travel of its pairs, as text."""
    if not notes.figures.has_travel:
        return {}
    assignment = notes.figures.plan.assignment
    found: dict[int, str] = {}
    for row, way in zip(assignment.rows.tolist(), assignment.pair_travel.tolist(), strict=True):
        cell = notes.w.number(way)
        found[row] = f"{found[row]}; {cell}" if row in found else cell
    return found


def _marks(notes: Notes, row: int, nowhere: bool) -> str:
    """The attributes of a row for the filters and the map."""
    figures = notes.figures
    household = figures.plan.problem.household_columns.ids[row]
    changed = " data-c" if household in figures.changes else ""
    broken = " data-b" if notes.breaks(row) else ""
    return f"{changed}{broken}{' data-x' if nowhere else ''}"
