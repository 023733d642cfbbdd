"""Cheaper divisions: two members divide their units anew at a lower cost, within all limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from phancong.engines.weighted.divisions import Divisions
from phancong.engines.weighted.instance import Instance
from phancong.problem import BoolArray, FloatArray, IntArray


def improve_by_divisions(
    instance: Instance,
    taken: BoolArray,
    cost: IntArray,
    charge: Callable[[float], bool],
    tried: set[bytes],
) -> BoolArray:
    """The plan after all divisions that reduce its cost, or until *charge* stops them, U × M.

    Parameters
    ----------
    instance
        The limits; a unit must have the same weight for all members in the first load that binds.
    taken
        A plan within them, U × M.
    cost
        Cost of each pair, U × M.
    charge
        Called with the work of each division; returns whether to stop.
    tried
        Marks of two members and their units that have no cheaper division; updated in place.
    """
    divisions = Divisions(instance, taken.copy(), cost)
    members = taken.shape[1]
    saving = np.zeros((members, members))
    for m in range(members):
        saving[m] = _given(divisions, m)
    #: The most that a division of two members can gain; 0 where it was tried.
    gain = saving + saving.T
    while True:
        one, other = divmod(int(gain.argmax()), members)
        if gain[one, other] <= 0:
            return divisions.taken
        better = _mark(divisions, one, other) not in tried and divisions.cheapen(one, other)
        tried.add(_mark(divisions, one, other))
        if charge(divisions.charged()):
            return divisions.taken
        if better:
            for m in (one, other):
                saving[m], saving[:, m] = _given(divisions, m), _got(divisions, m)
                gain[m] = gain[:, m] = saving[m] + saving[:, m]
        gain[one, other] = gain[other, one] = 0.0


def _mark(divisions: Divisions, one: int, other: int) -> bytes:
    """Two members and their units."""
    both = np.array([one, other])
    return both.tobytes() + np.packbits(divisions.taken[:, both]).tobytes()


def _given(divisions: Divisions, m: int) -> FloatArray:
    """Savings if each other member took all units of a member that it has cheaper, (M,)."""
    mine = divisions.taken[:, m]
    cost = divisions.cost[mine]
    can = divisions.free[mine] & ~divisions.taken[mine]
    saved: IntArray = np.where(can, np.maximum(cost[:, [m]] - cost, 0), 0).sum(axis=0)
    return saved.astype(np.float64)


def _got(divisions: Divisions, m: int) -> FloatArray:
    """Savings if a member took all units of each other member that it has cheaper, (M,)."""
    can = divisions.free[:, m] & ~divisions.taken[:, m]
    units, members = np.nonzero(divisions.taken & can[:, None])
    saved = np.maximum(divisions.cost[units, members] - divisions.cost[units, m], 0)
    total = np.bincount(
        members, weights=saved.astype(np.float64), minlength=divisions.free.shape[1]
    )
    return np.asarray(total, dtype=np.float64)
