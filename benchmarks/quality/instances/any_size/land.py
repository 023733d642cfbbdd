"""Houses, hamlets and who lives where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.quality.instances.any_size.choices import Choices
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.synth.land import LATITUDE_METRES, LONGITUDE_METRES, apportion, draw_land

#: How often hamlets follow a valley, as :func:`phancong.synth.commune` draws them, and how often they
#: lie scattered over a square; otherwise they are the blocks of a town.
VALLEY: Final = 0.5
SCATTERED: Final = 0.3


@dataclass(frozen=True, slots=True)
class Village:
    """Households in the order of the way, hamlet after hamlet, and the members.

    Parameters
    ----------
    hamlet, lane
        Numbers of the hamlet of each household, and of the lane over all hamlets; shape (H,).
    east, north
        Metres, shape (H,).
    latitude, longitude
        Degrees with six decimals, shape (H,).
    house
        Row of the house of each member, shape (A,): those who can serve first, then the others.
    serves
        Whether the member can serve, shape (A,).
    empty
        Hamlets where nobody can serve, since a conflict asks for it.
    """

    hamlet: IntArray
    lane: IntArray
    east: FloatArray
    north: FloatArray
    latitude: FloatArray
    longitude: FloatArray
    house: IntArray
    serves: BoolArray
    empty: tuple[int, ...]

    def metres(self) -> FloatArray:
        """The straight line from each household to each member, right to within 1 %; (H, A)."""
        return np.hypot(
            self.east[:, None] - self.east[self.house][None, :],
            self.north[:, None] - self.north[self.house][None, :],
        )


def draw_village(rng: np.random.Generator, chosen: Choices) -> Village:
    """Draw the land, and the members in proportion to the hamlets, at least one each if possible."""
    hamlet, lane, east, north = _houses(rng, chosen)
    sizes: IntArray = np.bincount(hamlet, minlength=chosen.hamlets).astype(np.int64)
    empty: tuple[int, ...] = ()
    if {"hamlet", "cut off"} & set(chosen.conflicts):
        many = 1 + int(chosen.hamlets > 6 and rng.random() < 0.5)
        empty = tuple(sorted(np.argsort(sizes, kind="stable")[:many].tolist()))
    weights = sizes.astype(np.float64) * np.exp(0.3 * rng.standard_normal(len(sizes)))
    weights[list(empty)] = 0.0
    base: IntArray = (weights > 0).astype(np.int64)
    if base.sum() > chosen.members:
        base[:] = 0
    serving: IntArray = base + apportion(weights, chosen.members - int(base.sum()))
    others = np.zeros_like(serving)
    if chosen.exempt:
        others = apportion(
            sizes.astype(np.float64), 1 + round(chosen.members * rng.uniform(0, 0.5))
        )
    first = np.cumsum(sizes) - sizes
    house = [
        int(start) + int(spot)
        for many in (serving, others)
        for start, size, count in zip(first.tolist(), sizes.tolist(), many.tolist(), strict=True)
        for spot in rng.permutation(size)[np.arange(count) % size]
    ]
    middle = rng.uniform(21.8, 22.8), rng.uniform(104.9, 105.4)
    degree = LONGITUDE_METRES * math.cos(math.radians(middle[0]))
    return Village(
        hamlet=hamlet,
        lane=lane,
        east=east,
        north=north,
        latitude=np.round(middle[0] + north / LATITUDE_METRES, 6),
        longitude=np.round(middle[1] + east / degree, 6),
        house=np.array(house, dtype=np.int64),
        serves=np.arange(len(house)) < chosen.members,
        empty=empty,
    )


def _houses(
    rng: np.random.Generator, chosen: Choices
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Hamlet, lane, east and north of each household."""
    how = rng.random()
    if how < VALLEY and chosen.shape != "one large hamlet":
        land = draw_land(rng, chosen.households, chosen.hamlets)
        lane = np.unique(land.hamlet * 10_000 + land.lane, return_inverse=True)[1]
        return land.hamlet, lane.astype(np.int64), land.east, land.north
    if chosen.shape == "one large hamlet":
        sizes = np.array([chosen.households - 300, *[30] * 10])
    else:
        weights = np.exp(0.6 * rng.standard_normal(chosen.hamlets))
        sizes = 2 + apportion(weights, chosen.households - 2 * chosen.hamlets)
    hamlet = np.repeat(np.arange(len(sizes)), sizes)
    town = how >= VALLEY + SCATTERED
    spacing = 300.0 if town else rng.uniform(800.0, 2500.0)
    side = math.ceil(math.sqrt(len(sizes)))
    grid = np.arange(len(sizes))
    # Rows there and back, so that hamlets that follow each other are neighbours.
    column = np.where(grid // side % 2, side - 1 - grid % side, grid % side)
    jitter = 0.05 if town else 0.3
    centre = np.column_stack([column, grid // side]) + jitter * rng.standard_normal((len(sizes), 2))
    spread = (60.0 if town else 130.0) * np.sqrt(sizes / 30.0)
    draw = rng.standard_normal((len(hamlet), 2)) * spread[hamlet][:, None]
    places = centre[hamlet] * spacing + draw
    # Along the road through the hamlet.
    order = np.lexsort((places[:, 0], hamlet))
    places = places[order]
    within = np.arange(len(hamlet)) - (np.cumsum(sizes) - sizes)[hamlet]
    lane = np.unique(hamlet * 10_000 + within // rng.integers(5, 15), return_inverse=True)[1]
    return hamlet, lane.astype(np.int64), places[:, 0], places[:, 1]
