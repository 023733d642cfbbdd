"""Walking time: metres and metres of climb to minutes, by Tobler's hiking function (contract 3.5)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from phancong.errors import InvalidArgumentError
from phancong.travel.places import FloatArray

_KM_PER_HOUR = 1000 / 60  # in metres a minute


def tobler_speed(slope: ArrayLike) -> FloatArray:
    """Walking speed on a slope, in metres a minute: 6 km/h · exp(-3.5 |slope + 0.05|).

    Parameters
    ----------
    slope
        Rise ÷ horizontal distance in the direction of the walk, negative downhill; any shape. The speed
        is highest on a gentle descent (-0.05): 6 km/h; on level ground it is 5.04 km/h.

    References
    ----------
    W. Tobler, *Three presentations on geographical analysis and modeling: Non-isotropic geographic
    modeling; speculations on the geometry of geography; global spatial analysis*, National Center
    for Geographic Information and Analysis, Technical Report 93-1, 1993.
    """
    steepness = np.abs(np.asarray(slope, dtype=np.float64) + 0.05)
    return 6 * _KM_PER_HOUR * np.exp(-3.5 * steepness)


@dataclass(frozen=True, slots=True)
class Walking:
    """Minutes on foot; a weight for :class:`~phancong.PathNetwork`.

    The speed on an edge follows from its slope by Tobler's hiking function, so that walking uphill takes
    longer than downhill. The slope is the difference in elevation of its nodes over its length. The
    access from a house to its edge counts as level.

    Elevations from a raster are noisy between nodes a few metres apart, and noise increases walking
    times: smooth the elevations, or simplify the graph.

    Parameters
    ----------
    off_path
        Speed off the path ÷ speed on it, between a place and its edge; 0.6 is Tobler's value.
    load
        Speed of this walker ÷ speed by Tobler's function, everywhere: below 1 for a walker who carries a
        load, is slow, or walks in company.
    elevation
        The node attribute with the elevation in metres, as in osmnx; ``None`` takes all paths as level.
    length
        The edge attribute with the length in metres.

    Raises
    ------
    InvalidArgumentError
        A factor is not a finite number above 0.

    References
    ----------
    W. Tobler, NCGIA Technical Report 93-1, 1993; see :func:`tobler_speed`.

    Examples
    --------
    >>> from phancong import Walking
    >>> loaded = Walking(load=0.8)  # a fifth slower everywhere
    """

    off_path: float = 0.6
    load: float = 1.0
    elevation: str | None = "elevation"
    length: str = "length"

    def __post_init__(self) -> None:
        """Refuse factors that are not valid."""
        for name in ("off_path", "load"):
            value = getattr(self, name)
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float)
                or not 0 < value < math.inf
            ):
                raise InvalidArgumentError(f"{name}: {value!r} is not a finite number above 0")

    @property
    def access(self) -> float:
        """Minutes for each metre off the path."""
        return float(1 / (tobler_speed(0.0) * self.load * self.off_path))

    def minutes(self, length: ArrayLike, rise: ArrayLike) -> FloatArray:
        """Minutes along a path.

        Parameters
        ----------
        length
            Horizontal metres, at least 0.
        rise
            Metres up, negative down, in the direction of the walk; of the same shape.

        Returns
        -------
        numpy.ndarray
            Minutes, of that shape; 0 if the length is 0, whatever the rise: a difference in elevation
            between two nodes at the same place is an error.
        """
        metres = np.asarray(length, dtype=np.float64)
        some = metres > 0
        slope = np.where(some, rise, 0.0) / np.where(some, metres, 1.0)
        return metres / (tobler_speed(slope) * self.load)
