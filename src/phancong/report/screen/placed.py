"""Where everybody stands on the paper of the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.problem import FloatArray
from phancong.report.figures import Figures

#: Units along the longer side of the map.
SIDE = 4000
#: Room at each edge, so that no mark is cut.
EDGE = 100


@dataclass(frozen=True, slots=True)
class MapSheet:
    """The paper, and how degrees come to stand on it.

    Parameters
    ----------
    width, height
        Of the paper.
    corner
        Longitude and latitude that are 0 before the edge is added, shape ``(2,)``.
    scale
        Units a degree, to the right and downwards, shape ``(2,)``.
    """

    width: int
    height: int
    corner: FloatArray
    scale: FloatArray

    def at(self, points: FloatArray) -> FloatArray:
        """Longitudes and latitudes, shape ``(N, 2)``, as whole numbers on the paper."""
        found: FloatArray = np.nan_to_num(np.round((points - self.corner) * self.scale + EDGE))
        return found


@dataclass(frozen=True, slots=True)
class Placed:
    """Places on the paper.

    Parameters
    ----------
    households, members
        (H, 2) and (M, 2) whole numbers from 0, meaningless where nothing is known.
    known_households, known_members
        Rows with a place.
    sheet
        The paper.
    """

    households: FloatArray
    members: FloatArray
    known_households: frozenset[int]
    known_members: frozenset[int]
    sheet: MapSheet


def placed(figures: Figures) -> Placed | None:
    """Where everybody stands on the paper: north is up, scales are equal; None without a place.

    The commune is small: degrees of longitude are shortened by the cosine of its middle latitude.
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
