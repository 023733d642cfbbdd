"""Places for households without coordinates: the centre of their cluster, or else of their hamlet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from phancong.coordinates import Place
from phancong.problem import FloatArray
from phancong.problem.label_fields import clean_label
from phancong.travel.geodesic import geodesic_metres

#: The labels by which a household is placed, the smallest group first.
LABELS: Final = ("cluster", "hamlet")


def centres_for(
    at: FloatArray,
    labels: Mapping[str, Sequence[object]],
    given: Mapping[str, Place],
    others: tuple[FloatArray, Sequence[object]],
) -> dict[int, Place]:
    """A place for each row without one, if its cluster or hamlet has a place.

    The centre is the house nearest to the median of all houses, so that it is an inhabited place.

    Parameters
    ----------
    at
        Latitude and longitude of each household, NaN if missing, shape ``(n, 2)``.
    labels
        ``"cluster"`` and ``"hamlet"`` → the label of each household. Clusters of the same name in two
        hamlets are different.
    given
        Known centres of hamlets, which take precedence over the houses.
    others
        Places of members and their hamlets, for hamlets whose households have no places.
    """
    clean = {name: [_clean(label) for label in labels[name]] for name in LABELS}
    hamlets = clean["hamlet"]
    keys: dict[str, list[object]] = {
        "cluster": [
            (hamlet, cluster) if cluster else None
            for cluster, hamlet in zip(clean["cluster"], hamlets, strict=True)
        ],
        "hamlet": [hamlet or None for hamlet in hamlets],
    }
    known = np.isfinite(at[:, 0])
    centres: dict[str, dict[object, Place]] = {
        "cluster": _centres(at, keys["cluster"]),
        "hamlet": _centres(at, keys["hamlet"]) | dict(given),
    }
    theirs = _centres(others[0], [_clean(label) for label in others[1]])
    centres["hamlet"] = theirs | centres["hamlet"]
    found: dict[int, Place] = {}
    for row in np.flatnonzero(~known).tolist():
        for name in LABELS:
            key = keys[name][row]
            if key is not None and key in centres[name]:
                found[row] = centres[name][key]
                break
    return found


def _clean(label: object) -> str | None:
    if isinstance(label, int) and not isinstance(label, bool):
        label = str(label)
    return (clean_label(label) or None) if isinstance(label, str) else None


def _centres(at: FloatArray, keys: Sequence[object]) -> dict[object, Place]:
    inside: dict[object, list[int]] = {}
    for row in np.flatnonzero(np.isfinite(at[:, 0])).tolist():
        if keys[row] is not None:
            inside.setdefault(keys[row], []).append(row)
    return {key: _central(at[rows]) for key, rows in inside.items()}


def _central(places: FloatArray) -> Place:
    """The place nearest to the median of all, coordinate by coordinate."""
    n, middle = len(places), np.median(places, axis=0)
    metres = geodesic_metres(
        places[:, 0], places[:, 1], np.full(n, middle[0]), np.full(n, middle[1])
    )
    best = places[int(np.lexsort((places[:, 1], places[:, 0], metres))[0])]
    return float(best[0]), float(best[1])
