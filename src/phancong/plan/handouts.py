"""Papers to hand out: a slip for each member, and a printed map of each hamlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

import numpy as np

from phancong import naming
from phancong.problem import BoolArray, FloatArray, Id
from phancong.report.figures import MemberFigures
from phancong.report.notes import Notes
from phancong.report.solution import Solution
from phancong.tables.printed import (
    Band,
    Cell,
    Picture,
    PointGroup,
    PointMap,
    PrintedColumn,
    PrintedSheet,
    Sketch,
)
from phancong.touring import Round, round_of
from phancong.travel import TravelMatrix

#: The most households of a hamlet whose numbers are printed on its map; more would overlap.
NUMBERED: Final = 120
#: Metres of a degree of latitude.
DEGREE: Final = 111_195.0


def handouts(notes: Notes, *, hurried: bool = False) -> list[PrintedSheet]:
    """The slips, and the maps if coordinates are included and known.

    Parameters
    ----------
    notes
        The notes on the plan.
    hurried
        Whether round trips are left as they are first found, which takes a quarter of the time.
    """
    maps = _maps(notes)
    return [_slips(notes, _rounds(notes, improved=not hurried)), *([maps] if maps.rows else [])]


def id_columns(notes: Notes) -> list[PrintedColumn]:
    """The columns of the name and id of a household; without labels there is one column."""
    w = notes.w
    named = [PrintedColumn(w.gettext("id"))] if notes.labels.households else []
    return [*named, PrintedColumn(w.gettext("household"))]


def id_cells(notes: Notes, household: Id) -> list[Cell]:
    """The cells of these columns."""
    named: list[Cell] = [str(household)] if notes.labels.households else []
    return [*named, notes.labels.household(household)]


def way_title(notes: Notes) -> str:
    """The title of a column of travel, with its unit."""
    w = notes.w
    return f"{w.gettext('travel')} ({naming.units(w, notes.figures.unit)})"


# --- slips


def _slips(notes: Notes, rounds: Mapping[int, Round]) -> PrintedSheet:
    """The slip of each member with its own titles; a page holds as many slips as fit."""
    w, figures = notes.w, notes.figures
    homes = figures.plan.problem.household_columns
    columns = [PrintedColumn(w.gettext("No."), room=6, counts=True), *id_columns(notes)]
    columns += [PrintedColumn(w.gettext("hamlet"))] if figures.has_hamlets else []
    columns += [PrintedColumn(way_title(notes), 0)] if figures.has_travel else []
    # A line of notes leaves room for one more slip a page. A slip without notes has lines to write on.
    written = any(notes.household(row) for one in figures.members for row in one.rows)
    columns += [PrintedColumn(w.gettext("note"), room=None if written else 20)]
    rows: list[list[Cell] | Band | Picture] = []
    for one in figures.members:
        if not one.rows:
            continue
        trip = rounds.get(one.column)
        drawn = _sketch(notes, one, trip)
        rows.append(Band(_slip_title(notes, one, trip), keep=True))
        rows += [drawn] if drawn else []
        ways = figures.travel_of(one.column)
        for number, row in enumerate(_in_turn(notes, one, trip), 1):
            line: list[Cell] = [number, *id_cells(notes, homes.ids[row])]
            line += [homes.hamlet[row]] if figures.has_hamlets else []
            line += [ways[row]] if figures.has_travel else []
            rows.append([*line, notes.household(row)])
    return PrintedSheet(w.pgettext("sheet", "slips"), (), tuple(columns), rows, titled_parts=True)


def has_rounds(plan: Solution) -> bool:
    """Whether the slips of a plan go in the order of round trips: travel between households is known."""
    travel = plan.problem.travel
    return travel is not None and not isinstance(travel, TravelMatrix)


def _rounds(notes: Notes, *, improved: bool) -> dict[int, Round]:
    """The round trip of each member, by position, if there is travel between households."""
    plan = notes.figures.plan
    if not has_rounds(plan):
        return {}
    # A good order is enough on paper: skip the proof.
    found = (
        round_of(plan.assignment, one.column, 0.0, improved=improved)
        for one in notes.figures.members
    )
    return dict(enumerate(found))


def _in_turn(notes: Notes, one: MemberFigures, trip: Round | None) -> Sequence[int]:
    """The households of a member in the order of the round trip, or of the list."""
    if trip is None:
        return one.rows
    rows = notes.figures.plan.problem.household_columns.index
    return [rows[household] for household in trip.households]


def _sketch(notes: Notes, one: MemberFigures, trip: Round | None) -> Sketch | None:
    """The round trip as a small map, if coordinates are included and known."""
    if "coordinates" not in notes.include:
        return None
    problem = notes.figures.plan.problem
    homes, people = problem.household_columns, problem.member_columns
    rows, at = list(_in_turn(notes, one, trip)), one.column
    degrees = np.array(
        [
            (people.longitude[at], people.latitude[at]),
            *((homes.longitude[row], homes.latitude[row]) for row in rows),
        ]
    )
    if not np.isfinite(degrees).all():
        return None
    return Sketch(_in_metres(degrees), trip is not None)


def _in_metres(degrees: FloatArray) -> tuple[tuple[float, float], ...]:
    """Coordinates as metres east and north of the first one."""
    metres = (degrees - degrees[0]) * DEGREE * [np.cos(np.radians(degrees[0, 1])), 1.0]
    return tuple((float(x), float(y)) for x, y in metres)


def _slip_title(notes: Notes, one: MemberFigures, trip: Round | None) -> str:
    """The member, the number of households, the round trip, and the member's limits that are broken."""
    title = notes.w.ngettext(
        "{member}: {n} household",
        "{member}: {n} households",
        one.households,
        member=notes.member(one.id),
    )
    if trip is not None:
        way = naming.amount(notes.w, trip.length, trip.unit)
        title = notes.w.gettext("{member}, round trip {way}", member=title, way=way)
    title = title[:1].upper() + title[1:] if one.id in notes.labels.members else title
    broken = map(notes.load, notes.figures.of_loads.get(one.id, ()))
    return "; ".join((title, *broken))


# --- maps


def _maps(notes: Notes) -> PrintedSheet:
    """A page for each hamlet with a map of houses by member, numbered as on the list."""
    w, figures = notes.w, notes.figures
    columns = (
        PrintedColumn(w.gettext("member in charge")),
        PrintedColumn(w.gettext("households")),
        PrintedColumn(w.gettext("numbers on the list"), room=50),
    )
    rows: list[list[Cell] | Band | Picture] = []
    homes = figures.plan.problem.household_columns
    known = np.isfinite(homes.latitude) & np.isfinite(homes.longitude)
    numbered = list(enumerate(figures.in_order, 1))
    for hamlet, grouped in groupby(numbered, key=lambda pair: homes.hamlet[pair[1]]):
        inside = list(grouped)
        if "coordinates" not in notes.include or not any(known[row] for _, row in inside):
            continue
        served = _served(notes, inside)
        title = naming.hamlet(w, hamlet)
        if not figures.has_hamlets:
            title = w.gettext("All households")
        missing = sum(not known[row] for _, row in inside)
        if missing:
            sentence = w.ngettext(
                "{n} household has no place and is not on the map.",
                "{n} households have no place and are not on the map.",
                missing,
            )
            title = f"{title}. {sentence}"
        rows.append(Band(title, new_page=bool(rows), keep=True))
        rows.append(_map(notes, served, known))
        rows += [
            [name, len(found), _ranges([number for number, _ in found])]
            for name, found in served.items()
        ]
    return PrintedSheet(w.pgettext("sheet", "maps"), (), columns, rows, titled_parts=True)


def _served(notes: Notes, inside: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Member, uncovered last → number and row of its households, in the order of the list."""
    figures = notes.figures
    ids = figures.plan.problem.household_columns.ids
    nobody = notes.w.gettext("without a member")
    found: dict[str, list[tuple[int, int]]] = {}
    for pair in inside:
        members = figures.now.get(ids[pair[1]], ())
        found.setdefault(notes.members(members) or nobody, []).append(pair)
    if nobody in found:
        found[nobody] = found.pop(nobody)
    return found


def _map(notes: Notes, served: dict[str, list[tuple[int, int]]], known: BoolArray) -> PointMap:
    homes = notes.figures.plan.problem.household_columns
    shown = [(name, *pair) for name, found in served.items() for pair in found if known[pair[1]]]
    degrees = np.array([(homes.longitude[row], homes.latitude[row]) for *_, row in shown])
    metres = _in_metres(degrees)
    few = len(shown) <= NUMBERED
    groups = []
    for name, placed in groupby(zip(shown, metres, strict=True), key=lambda one: one[0][0]):
        pairs = list(placed)
        labels = tuple(str(number) if few else "" for (_, number, _), _ in pairs)
        groups.append(PointGroup(name, tuple(point for _, point in pairs), labels))
    return PointMap(tuple(groups))


def _ranges(numbers: Sequence[int]) -> str:
    """Numbers in short form: 1–5, 9."""
    ranges = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        found = [number for _, number in run]
        ranges.append(str(found[0]) if len(found) == 1 else f"{found[0]}–{found[-1]}")
    return ", ".join(ranges)
