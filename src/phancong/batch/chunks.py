"""Chunks of communes: those with the most work first, with fewer communes if these are large."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from phancong.problem import Id

#: The least and the largest number of communes of a chunk.
LEAST: Final = 5
MOST: Final = 20
#: The largest share of all work in a chunk of more than LEAST communes.
SHARE: Final = 1 / 200


def chunked(work: Mapping[Id, float]) -> list[list[Id]]:
    """Divide communes into chunks of 5 to 20, by estimated work.

    Parameters
    ----------
    work
        Commune → its estimated work.

    Returns
    -------
    list
        Chunks, the one with the most work first. Only if fewer than five communes are left is a chunk
        smaller.
    """
    longest = sorted(work, key=lambda key: (-work[key], isinstance(key, str), key))
    most = sum(work.values()) * SHARE
    chunks: list[list[Id]] = []
    held = 0.0
    for key in longest:
        full = not chunks or len(chunks[-1]) >= MOST
        if full or (len(chunks[-1]) >= LEAST and held + work[key] > most):
            chunks.append([])
            held = 0.0
        chunks[-1].append(key)
        held += work[key]
    return sorted(chunks, key=lambda chunk: -total(chunk, work))


def total(chunk: Iterable[Id], work: Mapping[Id, float]) -> float:
    """The estimated work of a chunk."""
    return sum(work[key] for key in chunk)
