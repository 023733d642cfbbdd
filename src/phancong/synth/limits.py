"""The limits of a commune: such as a plan keeps, or such as for one reason cannot hold together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import FloatArray, IntArray
from phancong.synth.arguments import Weights
from phancong.synth.land import Land
from phancong.synth.people import Branches, swept

#: How far a household must be from every member before a limit of travel leaves it out, in metres.
REMOTE: Final = 750.0


@dataclass(frozen=True, slots=True)
class CommuneLimits:
    """The arguments of a commune.

    Parameters
    ----------
    counted
        Whether loads are counted in households; otherwise in workload.
    least, most
        What each member shall have, shape (M,).
    max_travel
        The farthest way, in metres.
    witness
        Row of the member of each household in a plan that keeps all of it, shape (H,); a plan all
        the same where there is a conflict.
    conflict
        Why not all can hold, None where they can.
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
    """Pose limits that the witness keeps, or that for one reason cannot hold together.

    Parameters
    ----------
    rng
        Where everything is drawn from.
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
