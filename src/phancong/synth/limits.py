"""The limits of a drawn commune: the witness keeps them, or they cannot hold for one known reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import FloatArray, IntArray
from phancong.synth.arguments import Weights
from phancong.synth.land import Land
from phancong.synth.people import Branches, swept

#: The distance in metres beyond which a household may be put out of reach by ``max_travel``.
REMOTE: Final = 750.0


@dataclass(frozen=True, slots=True)
class CommuneLimits:
    """The limits of a drawn commune, as arguments of a problem.

    Parameters
    ----------
    counted
        Whether loads are counted in households; otherwise in workload.
    least, most
        The minimum and maximum load of each member, shape (M,).
    max_travel
        The distance limit in metres.
    witness
        Row of the member of each household in a plan that keeps all limits, shape (H,); if there is a
        conflict, the plan breaks limits.
    conflict
        Why the limits cannot hold together, None if they can.
    """

    counted: bool
    least: FloatArray
    most: FloatArray
    max_travel: float | None
    witness: IntArray
    conflict: str | None


def pose_limits(
    rng: np.random.Generator,
    land: Land,
    branches: Branches,
    loads: FloatArray,
    share: FloatArray,
    weights: Weights,
    band: float,
    infeasible: float,
) -> CommuneLimits:
    """Set limits that the witness keeps, or that cannot hold together for one reason.

    Parameters
    ----------
    rng
        The random generator.
    land, branches
        Houses and members.
    loads, share
        Workload of each household, (H,), and share of each member, (M,).
    weights, band, infeasible
        As in :func:`phancong.synth.commune`.
    """
    broken, reason, tightness, limited = rng.random(4).tolist()
    able = np.flatnonzero(branches.able)
    houses = np.arange(len(loads))
    witness = able[swept(loads, branches.house[able], share[able])]
    carried = np.bincount(witness, weights=loads, minlength=len(share))
    fair = share * (loads.sum() / share[able].sum())
    step = 0.5 if weights == "class" else 1.0
    least = np.minimum(np.floor(fair * (1 - band) / step) * step, carried)
    most = np.maximum(np.ceil(fair * (1 + band) / step) * step, carried)
    farthest = float(land.metres(houses, branches.house[witness]).max())
    max_travel = math.ceil(farthest * 1.02 / 500) * 500.0 if limited < 0.5 else None

    conflict = None
    if broken < infeasible:
        remotest = float(land.metres(houses[:, None], branches.house[able][None, :]).min(1).max())
        reasons = ["places"]
        if len(np.unique(land.hamlet[branches.house[able]])) < len(land.sizes):
            reasons.append("hamlet")
        if remotest > REMOTE:
            reasons.append("reach")
        conflict = reasons[int(reason * len(reasons))]
        if conflict == "places":
            most = np.floor(fair * (0.80 + 0.15 * tightness) / step) * step
            least = np.minimum(least, most)
        elif conflict == "reach":
            max_travel = math.floor(remotest * (0.60 + 0.30 * tightness) / 50) * 50.0
    return CommuneLimits(weights == "equal", least, most, max_travel, witness, conflict)
