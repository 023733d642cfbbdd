"""Geodesic distance in bulk against the loop over geopy, in the same run.

The answer is asserted first: on 20,000 pairs, half of them within one commune and half anywhere on
the globe, both agree to a millimetre. Then the two are timed on one commune of 20,000 households
and 50 members: the loop on a part of its pairs, the bulk on all of them. Run it as it stands::

    python benchmarks/speed/geodesic.py
"""

from time import perf_counter

import numpy as np
from geopy.distance import geodesic

from phancong.travel import Geodesic, Places
from phancong.travel.geodesic import geodesic_metres
from phancong.travel.places import FloatArray

SEED = 1975
PAIRS = 100_000
HOUSEHOLDS, MEMBERS = 20_000, 50
COMMUNE = (21.0, 21.2, 105.0, 105.2)
GLOBE = (-90.0, 90.0, -180.0, 180.0)
REPEATS = 5


def points(
    rng: np.random.Generator, n: int, box: tuple[float, float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Latitudes and longitudes, degrees, shape ``(n,)`` each."""
    south, north, west, east = box
    return rng.uniform(south, north, n), rng.uniform(west, east, n)


def loop(first: tuple[FloatArray, FloatArray], second: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Metres of each pair, one by one, as geopy is used by hand."""
    columns = (column.tolist() for column in (*first, *second))
    return np.array([geodesic((a, b), (c, d)).m for a, b, c, d in zip(*columns, strict=True)])


def largest_error(rng: np.random.Generator, box: tuple[float, float, float, float]) -> float:
    """Metres by which bulk and loop differ at most, on half of the pairs."""
    first, second = points(rng, PAIRS // 2, box), points(rng, PAIRS // 2, box)
    return float(np.abs(geodesic_metres(*first, *second) - loop(first, second)).max())


def places(kind: str, latitude: FloatArray, longitude: FloatArray) -> Places:
    """Give the points as a problem gives them."""
    n = len(latitude)
    return Places(
        kind=kind,
        ids=tuple(range(n)),
        latitude=latitude,
        longitude=longitude,
        hamlet=(None,) * n,
        cluster=(None,) * n,
        given=np.arange(n),
    )


def main() -> None:
    """Assert, then time, then print."""
    rng = np.random.default_rng(SEED)
    for name, box in (("commune", COMMUNE), ("globe", GLOBE)):
        error = largest_error(rng, box)
        assert error <= 1e-3, f"{name}: {error} m apart from geopy"
        print(f"{name}: at most {error * 1000:.5f} mm apart from geopy on {PAIRS // 2} pairs")

    for name, box in (("commune", COMMUNE), ("globe", GLOBE)):
        households, members = points(rng, HOUSEHOLDS, box), points(rng, MEMBERS, box)
        sides = places("household", *households), places("member", *members)
        seconds = []
        for _ in range(REPEATS):
            start = perf_counter()
            Geodesic().between(*sides)
            seconds.append(perf_counter() - start)
        bulk = min(seconds) / (HOUSEHOLDS * MEMBERS)

        start = perf_counter()
        loop(points(rng, PAIRS // 4, box), points(rng, PAIRS // 4, box))
        one_by_one = (perf_counter() - start) / (PAIRS // 4)
        print(
            f"{name}: {min(seconds):.3f} s for {HOUSEHOLDS} households × {MEMBERS} members; a pair "
            f"{bulk * 1e9:.0f} ns in bulk, {one_by_one * 1e6:.0f} µs in the loop: "
            f"{one_by_one / bulk:.0f} times faster"
        )


if __name__ == "__main__":
    main()
