"""How often each set was the best one of its member while prices moved about their best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A set, and in which part of the steps it was the best one of its member."""

    member: int
    units: IntArray
    often: float


class SetsSeen:
    """Counts sets, step by step.

    Near the best prices these parts come close to a solution of the linear program over all sets
    (Barahona and Anbil, *Mathematical Programming* 87, 2000, doi:10.1007/s101070050002).

    Parameters
    ----------
    units
        How many there are.
    early
        So many steps are not counted: prices are still far off.
    rng
        Marks sets by random numbers: of different ones they differ, but for one in 2⁶³.
    """

    def __init__(self, units: int, early: int, rng: np.random.Generator) -> None:
        self.marks = rng.integers(1, 2**63, units, dtype=np.uint64)
        self.early = early
        self.steps = 0
        self.count: Counter[tuple[int, int]] = Counter()
        self.sets: dict[tuple[int, int], IntArray] = {}

    def note(self, chosen: BoolArray) -> None:
        """Count the best sets after a step, U × M."""
        self.steps += 1
        if self.steps <= self.early:
            return
        marks = (self.marks[:, None] * chosen).sum(axis=0, dtype=np.uint64)
        for key in enumerate(marks.tolist()):
            self.count[key] += 1
            if key not in self.sets:
                self.sets[key] = np.flatnonzero(chosen[:, key[0]])

    def most_seen(self) -> list[Seen]:
        """The set of each member that was seen most often, those of the most certain members first."""
        counted = max(self.steps - self.early, 1)
        found: dict[int, Seen] = {}
        for (member, mark), many in self.count.most_common():
            if member not in found:
                found[member] = Seen(member, self.sets[member, mark], many / counted)
        return list(found.values())
