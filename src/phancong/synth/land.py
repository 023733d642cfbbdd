"""The houses of a commune: hamlets along valleys, lanes along their roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import FloatArray, IntArray

#: Limits of the centre of a commune, in degrees: well inside Tuyên Quang and Hà Giang.
LATITUDES: Final = (21.8, 22.8)
LONGITUDES: Final = (104.9, 105.4)

#: The standard deviation of the logarithm of hamlet sizes: the largest of seven hamlets has some 2.7
#: times as many households as the smallest, as observed (38 to 105 households).
SIZE_SIGMA: Final = 0.35

#: Metres in a degree, near 22° north (of longitude: at the equator).
LATITUDE_METRES: Final = 110_720.0
LONGITUDE_METRES: Final = 111_400.0


@dataclass(frozen=True, slots=True)
class Land:
    """All houses in order along the road: hamlet after hamlet along the valleys, lane after lane.

    Parameters
    ----------
    sizes
        The number of households of each hamlet, shape (T,).
    hamlet, lane
        The hamlet of each house, and its lane, numbered within the hamlet; shape (H,).
    east, north
        Metres from the centre of the commune, shape (H,).
    latitude, longitude
        The same as latitude and longitude in degrees, shape (H,).
    """

    sizes: IntArray
    hamlet: IntArray
    lane: IntArray
    east: FloatArray
    north: FloatArray
    latitude: FloatArray
    longitude: FloatArray

    def metres(self, houses: IntArray, others: IntArray) -> FloatArray:
        """The straight-line distance of houses in metres, for arrays that broadcast; exact to 1 %."""
        return np.hypot(
            self.east[houses] - self.east[others], self.north[houses] - self.north[others]
        )


@dataclass(frozen=True, slots=True)
class _Site:
    """The centre of a hamlet and the direction of its valley, in metres and radians."""

    east: float
    north: float
    heading: float

    def moved(self, metres: float, heading: float) -> _Site:
        """The site at a distance in a direction."""
        return _Site(
            self.east + metres * math.cos(heading), self.north + metres * math.sin(heading), heading
        )


def apportion(weights: FloatArray, total: int) -> IntArray:
    """*total* items divided in proportion to *weights*, by largest remainders, shape (N,)."""
    quota = weights * (total / weights.sum())
    counts = np.floor(quota).astype(np.int64)
    rest = np.argsort(counts - quota, kind="stable")[: total - int(counts.sum())]
    counts[rest] += 1
    return counts


def draw_land(rng: np.random.Generator, households: int, hamlets: int) -> Land:
    """Draw the hamlets, their sizes, their positions along the valleys, and their houses.

    Parameters
    ----------
    rng
        The random generator.
    households, hamlets
        Their numbers; each hamlet has at least one household.
    """
    middle = rng.uniform(*LATITUDES), rng.uniform(*LONGITUDES)
    weights = np.exp(SIZE_SIGMA * rng.standard_normal(hamlets))
    sizes = 1 + apportion(weights, households - hamlets)
    lanes = [_lane_sizes(rng, size) for size in sizes.tolist()]
    # Long enough for all lanes; larger hamlets are also denser.
    lengths = [250.0 * math.sqrt(len(sizes)) for sizes in lanes]
    sites = _sites(rng, lengths)
    houses = [
        house
        for number, site in enumerate(sites)
        for house in _houses(rng, number, site, lengths[number], lanes[number])
    ]
    table = np.array(houses)
    east = table[:, 2] - table[:, 2].mean()
    north = table[:, 3] - table[:, 3].mean()
    return Land(
        sizes=sizes,
        hamlet=table[:, 0].astype(np.int64),
        lane=table[:, 1].astype(np.int64),
        east=east,
        north=north,
        # Six decimals are a tenth of a metre, and the same on every computer.
        latitude=np.round(middle[0] + north / LATITUDE_METRES, 6),
        longitude=np.round(
            middle[1] + east / (LONGITUDE_METRES * math.cos(math.radians(middle[0]))), 6
        ),
    )


def _lane_sizes(rng: np.random.Generator, houses: int) -> list[int]:
    """Lanes of 6 to 18 houses; a remainder joins the last."""
    sizes: list[int] = []
    while houses > 0:
        size = int(rng.integers(6, 19))
        sizes.append(houses if houses - size < 6 else size)
        houses -= sizes[-1]
    return sizes


def _sites(rng: np.random.Generator, lengths: list[float]) -> list[_Site]:
    """The hamlets along the main valley, each followed by those of its side valley."""
    hamlets = len(lengths)
    main = hamlets if hamlets <= 3 else math.ceil(hamlets / 2)
    # The hamlet of the main valley below each other hamlet, up to three of these in a row.
    mouths: list[int] = []
    free = rng.permutation(main).tolist()
    while main + len(mouths) < hamlets:
        mouth = free.pop()
        many = min(int(rng.integers(1, 4)), hamlets - main - len(mouths))
        mouths.extend([mouth] * many)

    def gap() -> float:
        return 600.0 * math.exp(0.4 * rng.standard_normal())

    sites: list[_Site] = []
    here = _Site(0.0, 0.0, rng.uniform(0.0, 2 * math.pi))
    before = 0.0
    for mouth in range(main):
        length = lengths[len(sites)]
        turn = 0.25 * rng.standard_normal()
        here = here.moved((before + length) / 2 + gap(), here.heading + turn)
        before = length
        sites.append(here)
        side = 1 if rng.random() < 0.5 else -1
        up = _Site(here.east, here.north, here.heading + side * rng.uniform(1.0, 2.0))
        below = 800.0  # the length of the lanes of the hamlet at its mouth
        for _ in range(mouths.count(mouth)):
            length = lengths[len(sites)]
            turn = 0.25 * rng.standard_normal()
            up = up.moved((below + length) / 2 + gap(), up.heading + turn)
            below = length
            sites.append(up)
    return sites


def _houses(
    rng: np.random.Generator, number: int, site: _Site, length: float, lanes: list[int]
) -> list[tuple[float, float, float, float]]:
    """The houses of a hamlet: its number, the lane, and the position in metres.

    Lanes leave the road on alternating sides, with a house about every 35 m.
    """
    houses: list[tuple[float, float, float, float]] = []
    for lane, size in enumerate(lanes):
        along = length * ((lane + 0.5) / len(lanes) - 0.5) + 15.0 * rng.standard_normal()
        begin = site.moved(along, site.heading)
        side = math.pi / 2 if lane % 2 else -math.pi / 2
        heading = site.heading + side + 0.3 * rng.standard_normal()
        steps = np.cumsum(35.0 * np.exp(0.5 * rng.standard_normal(size)))
        aside = 8.0 * rng.standard_normal(size)
        east = begin.east + steps * math.cos(heading) - aside * math.sin(heading)
        north = begin.north + steps * math.sin(heading) + aside * math.cos(heading)
        houses += [
            (number, lane, *where) for where in zip(east.tolist(), north.tolist(), strict=True)
        ]
    return houses
