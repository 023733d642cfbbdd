"""The paths under the map, with few bytes."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from phancong.report.figures import Figures
from phancong.report.screen.placed import MapSheet
from phancong.travel import PathNetwork
from phancong.travel.places import FloatArray

#: Characters that the paths may take, so that a page stays small: of few and of many households.
MOST, MOST_OF_MANY = 60_000, 8_000
#: Nodes are moved to a grid of so many units; of a large network to a coarser one.
GRID = 4


def network_on_map(figures: Figures, sheet: MapSheet, most: int) -> str:
    """The data of one SVG path with all ways that can be gone; empty where travel has no network.

    Nodes go to the nearest point of a grid, which is doubled until at most *most* characters are
    left. What lies beyond the paper is left out.
    """
    network = figures.plan.problem.travel
    if not isinstance(network, PathNetwork):
        return ""
    pieces = sheet.at(network.pieces.reshape(-1, 2)).reshape(-1, 2, 2)
    inside = (pieces >= 0) & (pieces <= [sheet.width, sheet.height])
    pieces = pieces[np.any(np.all(inside, axis=2), axis=1)]
    grid = GRID
    while len(drawn := _drawn(np.round(pieces / grid) * grid)) > most:
        grid *= 2
    return drawn


def _drawn(pieces: FloatArray) -> str:
    """Lines through all pieces, shape ``(S, 2, 2)``; each piece once, none without length."""
    beside: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for (x, y), (u, v) in pieces.astype(int).tolist():
        if (x, y) != (u, v):
            beside[x, y].add((u, v))
            beside[u, v].add((x, y))
    drawn: list[str] = []
    # From ends and crossings on: a line that begins amid a way would be two.
    for start in sorted(beside, key=lambda at: (len(beside[at]) == 2, at)):
        while beside[start]:
            drawn.append(f"M{start[0]} {start[1]}l")
            at, gap = start, ""
            while beside[at]:
                after = min(beside[at])
                beside[at].remove(after)
                beside[after].remove(at)
                x, y = after[0] - at[0], after[1] - at[1]
                drawn.append(f"{gap if x >= 0 else ''}{x}{' ' if y >= 0 else ''}{y}")
                at, gap = after, " "
    return "".join(drawn)
