"""A plan as layers for a map program: households, members, or lines between them (RFC 7946)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.problem import Id
from phancong.report.figures import Figures
from phancong.report.include import read_include
from phancong.report.labels import Labels, read_labels_of
from phancong.report.solution import Solution

#: The layers.
LAYERS: Final = ("households", "members", "pairs")
#: Decimals of coordinates in degrees: some ten centimetres.
DIGITS: Final = 6


def as_geojson(
    plan: Solution, layer: str = "households", labels: Any = None, include: Iterable[str] = ()
) -> bytes:
    """The bytes of the file that :meth:`Plan.to_geojson` writes.

    Raises
    ------
    InvalidArgumentError
        There is no such layer, or another argument is not valid.
    """
    if layer not in LAYERS:
        raise InvalidArgumentError(f"layer is {layer!r}; there are {', '.join(map(repr, LAYERS))}")
    named, chosen = read_labels_of(labels), read_include(include)
    make = {"households": _households, "members": _members, "pairs": _pairs}[layer]
    features = ",\n".join(
        json.dumps(feature, ensure_ascii=False, allow_nan=False)
        for feature in make(Figures(plan), named, chosen)
    )
    return f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'.encode()


def _households(figures: Figures, labels: Labels, include: frozenset[str]) -> list[dict[str, Any]]:
    """A point for each household; private properties only if *include* names them."""
    homes = figures.plan.problem.household_columns
    found = []
    for row, household in enumerate(homes.ids):
        properties = _named(household, labels.households.get(household), homes.hamlet[row])
        # Several members joined to one text: a column of a map holds one value.
        properties["member"] = "; ".join(map(str, figures.now.get(household, ()))) or None
        if "workload" in include:
            properties["workload"] = float(homes.workload[row])
        if "priority" in include:
            properties["priority"] = float(homes.priority[row])
        if "needs" in include:
            properties["needs"] = "; ".join(sorted(homes.needs[row])) or None
        point = _point(float(homes.longitude[row]), float(homes.latitude[row]))
        found.append(_feature("Point", point, properties))
    return found


def _members(figures: Figures, labels: Labels, include: frozenset[str]) -> list[dict[str, Any]]:
    """A point for each member; exempt members only if *include* names them or they have households."""
    people = figures.plan.problem.member_columns
    found = []
    for one in figures.members:
        if one.exempt and not one.households and "exempt" not in include:
            continue
        properties = _named(one.id, labels.members.get(one.id), people.hamlet[one.column])
        longitude, latitude = people.longitude[one.column], people.latitude[one.column]
        found.append(_feature("Point", _point(float(longitude), float(latitude)), properties))
    return found


def _pairs(figures: Figures, labels: Labels, include: frozenset[str]) -> list[dict[str, Any]]:
    """A line for each pair, from the member to the household; null if a place is unknown."""
    problem, assignment = figures.plan.problem, figures.plan.assignment
    homes, people = problem.household_columns, problem.member_columns
    travel = (
        assignment.pair_travel.tolist() if figures.has_travel else [None] * len(assignment.rows)
    )
    found = []
    rows, columns = assignment.rows.tolist(), assignment.columns.tolist()
    for row, column, way in zip(rows, columns, travel, strict=True):
        ends = [
            _point(float(side.longitude[place]), float(side.latitude[place]))
            for side, place in ((people, column), (homes, row))
        ]
        line = None if None in ends else ends
        properties = {"household": homes.ids[row], "member": people.ids[column], "travel": way}
        found.append(_feature("LineString", line, properties))
    return found


def _named(identity: Id, name: str | None, hamlet: str | None) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {"id": identity, **named, "hamlet": hamlet}


def _point(longitude: float, latitude: float) -> list[float] | None:
    if math.isnan(longitude) or math.isnan(latitude):
        return None
    return [round(longitude, DIGITS), round(latitude, DIGITS)]


def _feature(kind: str, coordinates: Any, properties: dict[str, Any]) -> dict[str, Any]:
    shape = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": shape, "properties": properties}
