"""The map: houses, members and the lines between them as an SVG that prints and zooms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from phancong.problem import FloatArray
from phancong.report.figures import Figures, MemberFigures
from phancong.report.notes import Notes
from phancong.report.screen.beside import other_rows
from phancong.report.screen.network_on_map import MOST, MOST_OF_MANY, network_on_map
from phancong.report.screen.placed import Placed
from phancong.report.screen.shell import text
from phancong.words import Words

#: The most households whose lines are in the file. Beyond it the script draws the lines, which saves a
#: sixth of a file that should stay below a megabyte.
MOST_LINES = 5_000
#: The number of households from which the marks are smaller.
MANY = 1_000
#: The numbers of colours and line styles, which members use in turn; numbers distinguish members, too.
COLOURS, DASHES = 6, 3


def map_of(
    notes: Notes, members: Sequence[MemberFigures], places: Placed, other: Figures | None = None
) -> str:
    """The map with a group for each member, and its controls."""
    w, figures = notes.w, notes.figures
    rank = {row: place for place, row in enumerate(figures.in_order)}
    groups: list[str] = []
    symbols: list[str] = []  # above all dots: a member often lives at the place of a household
    for number, one in enumerate(members, 1):
        rows = sorted(set(one.rows) & places.known_households, key=rank.__getitem__)
        at = places.members[one.column] if one.column in places.known_members else None
        if rows or at is not None:
            label = notes.labels.member(one.id)
            lines = len(places.known_households) <= MOST_LINES
            mine = places.households[rows]
            groups += [_group(number, label, mine, at, lines=lines)] if rows else []
            symbols.append(_symbol(number, label, mine, at))
    nobody = [
        row
        for row in figures.in_order
        if row in places.known_households and not figures.plan.assignment.covered[row]
        and figures.plan.problem.needed[row]
    ]  # fmt: skip
    crosses = [
        f"M{x - 18:.0f} {y - 18:.0f}l36 36m0-36l-36 36" for x, y in places.households[nobody]
    ]
    differ = [] if other is None else [
        row for row in other_rows(figures, other) if row in places.known_households
    ]  # fmt: skip
    rings = [
        f"M{x - 22:.0f} {y:.0f}a22 22 0 1 0 44 0a22 22 0 1 0-44 0"
        for x, y in places.households[differ]
    ]
    few = len(places.known_households) <= MOST_LINES
    ways = network_on_map(figures, places.sheet, MOST if few else MOST_OF_MANY)
    marked = (("nobody", crosses), ("other", rings))
    groups += [f'<path class="{name}" d="{"".join(marks)}"/>' for name, marks in marked if marks]
    under = [f'<path class="ways" d="{ways}"/>'] if ways else []
    missing = len(rank) - len(places.known_households)
    captions = _captions(w, bool(ways), bool(crosses), bool(rings), missing)
    title = w.gettext("Map of the households and their members")
    inside = "\n".join([*under, *groups, *symbols])
    many = ' class="many"' if len(places.known_households) > MANY else ""
    return (
        f'<div class="js" id="tools">{_buttons(w)}</div>\n'
        f'<svg id="map"{many} viewBox="0 0 {places.sheet.width} {places.sheet.height}" '
        f'tabindex="0" role="img" aria-label="{text(title)}">\n{inside}\n</svg>\n'
        '<p id="where" aria-live="polite" class="js"></p>\n'
        f"<p><small>{text(captions)}</small></p>"
    )


def _buttons(w: Words) -> str:
    """The controls of the map."""
    return "".join(
        f'<button type="button" id="{identity}" aria-label="{text(name)}">{text(sign)}</button>'
        for identity, sign, name in (
            ("nearer", "+", w.gettext("zoom in")),
            ("farther", "−", w.gettext("zoom out")),
            ("whole", "⌂", w.gettext("the whole map")),
        )
    )


def _captions(w: Words, ways: bool, crosses: bool, rings: bool, missing: int) -> str:
    """The sentences below the map; *missing* households have no place."""
    captions = [w.gettext("A dot is a household, a number its member, and a line leads to it.")]
    if ways:
        captions.append(w.gettext("Grey lines are the network of paths."))
    if crosses:
        captions.append(w.gettext("A cross is a household without a member."))
    if rings:
        captions.append(w.gettext("A ring is a household whose members differ in the other plan."))
    if missing:
        captions.append(
            w.ngettext(
                "{n} household has no place and is not on the map.",
                "{n} households have no place and are not on the map.",
                missing,
            )
        )
    return " ".join(captions)


def _group(number: int, label: str, rows: FloatArray, at: FloatArray | None, *, lines: bool) -> str:
    """The lines and dots of one member."""
    parts = [f"<title>{text(label)}</title>"]
    if at is not None and lines:
        x, y = at
        ways = "".join(f"M{x:.0f} {y:.0f}l{h - x:.0f} {v - y:.0f}" for h, v in rows)
        parts.append(f'<path class="l" d="{ways}"/>')
    parts.append(f'<path class="h" d="{_dots(rows)}"/>')
    return f'<g data-m="{number}" class="{_look(number)}">{"".join(parts)}</g>'


def _symbol(number: int, label: str, rows: FloatArray, at: FloatArray | None) -> str:
    """The number of a member on a square, or in a circle amid the households if the place is unknown."""
    x, y = at if at is not None else rows.mean(axis=0)
    kind = "s" if at is not None else "s o"
    # Printers omit a square of length 0.
    mark = f'<path class="{kind}" d="M{x:.0f} {y:.0f}h1"/>'
    digits = f'<text x="{x:.0f}" y="{y:.0f}">{number}</text>'
    look = f"t {_look(number)}"
    return f'<g data-m="{number}" class="{look}"><title>{text(label)}</title>{mark}{digits}</g>'


def _look(number: int) -> str:
    return f"k{(number - 1) % COLOURS} d{(number - 1) // COLOURS % DASHES}"


def _dots(points: FloatArray) -> str:
    """Lines of length 0, whose round ends are dots; relative moves are shorter than absolute ones."""
    steps = np.diff(points, axis=0)
    moves = [f"M{points[0][0]:.0f} {points[0][1]:.0f}z"]
    moves += [f"m{x:.0f} {y:.0f}z" if y >= 0 else f"m{x:.0f}{y:.0f}z" for x, y in steps]
    return "".join(moves)
