"""Chunks of communes: those with the most work first, with fewer communes if these are large.

Which chunk is next depends on memory, too: the largest communes of a country take 2 to 3 GiB each, and
are planned beside small ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from phancong.problem import Id

#: The least and the largest number of communes of a chunk.
LEAST: Final = 5
MOST: Final = 20
#: The largest share of all work in a chunk of more than LEAST communes.
SHARE: Final = 1 / 200
#: Memory in bytes that workers of this machine take on average at most, as far as possible.
MEMORY: Final = 1.8 * 2**30


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
    return sorted(chunks, key=lambda chunk: -chunk_work(chunk, work))


def chunk_work(chunk: Iterable[Id], work: Mapping[Id, float]) -> float:
    """The estimated work of a chunk."""
    return sum(work[key] for key in chunk)


def next_chunk(waiting: Sequence[float], working: Sequence[float], workers: int) -> int:
    """The place of the chunk that an idle worker plans next.

    Parameters
    ----------
    waiting
        Estimated memory in bytes of each chunk that waits, at least one.
    working
        The same of the chunks that other workers plan.
    workers
        The number of workers.

    Returns
    -------
    int
        The first chunk that fits beside the others. If none does, the one that takes least: no worker
        is idle.
    """
    if not working:
        return 0
    room = workers * MEMORY - sum(working)
    smallest = min(range(len(waiting)), key=waiting.__getitem__)
    return next((place for place, size in enumerate(waiting) if size <= room), smallest)
