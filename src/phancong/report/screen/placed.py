"""The positions of households and members on the map sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.problem import FloatArray
from phancong.report.figures import Figures

#: The length of the longer side of the map, in units.
SIDE = 4000
#: The margin at each edge, so that no mark is cut.
EDGE = 100


@dataclass(frozen=True, slots=True)
class MapSheet:
    """The map sheet, and the projection of degrees to it.

    Parameters
    ----------
    width, height
        The size of the sheet.
    corner
        Longitude and latitude of the origin, before the margin is added, shape ``(2,)``.
    scale
        Units a degree, to the right and downwards, shape ``(2,)``.
    """

    width: int
    height: int
    corner: FloatArray
    scale: FloatArray

    def at(self, points: FloatArray) -> FloatArray:
        """The positions of longitudes and latitudes, shape ``(N, 2)``, as whole numbers."""
        found: FloatArray = np.nan_to_num(np.round((points - self.corner) * self.scale + EDGE))
        return found


@dataclass(frozen=True, slots=True)
class Placed:
    """Positions on the map sheet.

    Parameters
    ----------
    households, members
        Whole numbers from 0, (H, 2) and (M, 2); arbitrary if the place is unknown.
    known_households, known_members
        Rows with known places.
    sheet
        The sheet.
    """

    households: FloatArray
    members: FloatArray
    known_households: frozenset[int]
    known_members: frozenset[int]
    sheet: MapSheet


def placed(figures: Figures) -> Placed | None:
    """The positions of all places: north is up, scales are equal; None if no place is known.

    The area is small, so degrees of longitude are scaled by the cosine of its middle latitude.
    """
    homes, people = figures.plan.problem.household_columns, figures.plan.problem.member_columns
    sides = [np.column_stack([c.longitude, c.latitude]) for c in (homes, people)]
    known = [np.flatnonzero(np.isfinite(side).all(axis=1)) for side in sides]
    if not len(known[0]):
        return None
    every = np.concatenate([side[rows] for side, rows in zip(sides, known, strict=True)])
    low, high = every.min(axis=0), every.max(axis=0)
    stretch = np.array([np.cos(np.radians((low[1] + high[1]) / 2)), 1.0])
    extent = (high - low) * stretch
    longest = float(extent.max()) or 1.0
    scale = (SIDE - 2 * EDGE) / longest
    width, height = (int(x) for x in np.ceil(extent * scale + 2 * EDGE))
    sheet = MapSheet(width, height, np.array([low[0], high[1]]), stretch * [1, -1] * scale)
    homes_known, people_known = (frozenset(rows.tolist()) for rows in known)
    return Placed(sheet.at(sides[0]), sheet.at(sides[1]), homes_known, people_known, sheet)
