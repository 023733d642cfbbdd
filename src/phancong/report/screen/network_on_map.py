"""The paths on the map, in few bytes."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from phancong.report.figures import Figures
from phancong.report.screen.placed import MapSheet
from phancong.travel.paths import PathNetwork
from phancong.travel.places import FloatArray

#: The most characters of the paths, for few and for many households, so that the page stays small.
MOST, MOST_OF_MANY = 60_000, 8_000
#: The initial grid of the nodes, in units; large networks get a coarser one.
GRID = 4


def network_on_map(figures: Figures, sheet: MapSheet, most: int) -> str:
    """The data of an SVG path with all open pieces of the network; empty if travel has no network.

    Nodes are rounded to a grid, which is doubled until at most *most* characters are left. Pieces
    outside the sheet are left out.
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
    """Lines through all pieces, shape ``(S, 2, 2)``; each piece once, without pieces of length 0."""
    beside: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for (x, y), (u, v) in pieces.astype(int).tolist():
        if (x, y) != (u, v):
            beside[x, y].add((u, v))
            beside[u, v].add((x, y))
    drawn: list[str] = []
    # Begin at ends and crossings: a line that begins in the middle of a path splits it.
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
