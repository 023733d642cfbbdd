"""The people of a commune: members, workloads, and last year's pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.synth.land import Land, apportion

#: The fraction of members who can serve; 72 % and 89 % are reported.
ABLE: Final = (0.5, 0.9)
#: The fraction of hamlets with 0 to 2 members who can serve.
BARE: Final = (0.01, 0.05)
#: The fewest members who can serve in the other hamlets: a branch needs three.
BRANCH: Final = 3

#: Workloads of the classes of households: other, near-poor, poor, poor in hardship.
CLASS_WEIGHTS: Final = (1.0, 1.5, 2.0, 3.0)
CLASS_PRIORITIES: Final = (1.0, 2.0, 3.0, 3.0)
POOR: Final = (0.10, 0.35)
NEAR_POOR: Final = (0.08, 0.15)
#: The fraction of poor households in hardship: no person of working age, or long illness.
HARDSHIP: Final = 0.2

#: The fraction of last year's pairs that have other reasons than distance.
ODD: Final = 0.1
#: The longest duration of a pair, in years: a term.
TERM: Final = 5


@dataclass(frozen=True, slots=True)
class Branches:
    """All members, sorted by hamlet.

    Parameters
    ----------
    house
        Row of the member's own house, shape (M,).
    able
        Whether the member can serve, shape (M,).
    secretary
        Whether the member leads the branch of the hamlet, shape (M,).
    """

    house: IntArray
    able: BoolArray
    secretary: BoolArray


def draw_branches(
    rng: np.random.Generator, land: Land, members: int, able: float | None
) -> Branches:
    """Draw the members of each hamlet and their houses.

    Parameters
    ----------
    rng
        The random generator.
    land
        The hamlets and their houses.
    members
        The number of members who can serve.
    able
        The fraction of all members who can serve; None draws it.
    """
    drawn = rng.uniform(*ABLE)
    rate = drawn if able is None else able
    serving = _serving(rng, land.sizes, members)
    exempt = apportion(land.sizes.astype(np.float64), round(members * (1 - rate) / rate))
    house: list[int] = []
    can: list[bool] = []
    leads: list[bool] = []
    first = 0
    for size, some, others in zip(
        land.sizes.tolist(), serving.tolist(), exempt.tolist(), strict=True
    ):
        spots = first + rng.permutation(size)
        # With more members than houses, several share one.
        house += spots[np.arange(some + others) % size].tolist()
        can += [True] * some + [False] * others
        leads += [number == 0 and some >= BRANCH for number in range(some + others)]
        first += size
    return Branches(np.array(house, dtype=np.int64), np.array(can), np.array(leads))


def _serving(rng: np.random.Generator, sizes: IntArray, members: int) -> IntArray:
    """The number of members who can serve in each hamlet, shape (T,); the sum is *members*."""
    hamlets = len(sizes)
    bare = rng.random(hamlets) < rng.uniform(*BARE)
    few = rng.integers(0, BRANCH, hamlets)
    weights = sizes.astype(np.float64) * np.exp(0.25 * rng.standard_normal(hamlets))
    least = np.where(bare, few, BRANCH)
    if bare.all() or int(least.sum()) > members:  # too few members for branches of three
        return apportion(weights, members)
    return least + apportion(np.where(bare, 0.0, weights), members - int(least.sum()))


def draw_classes(rng: np.random.Generator, households: int) -> IntArray:
    """Draw the class of each household, an index of :data:`CLASS_WEIGHTS`, shape (H,)."""
    poor, near_poor = rng.uniform(*POOR), rng.uniform(*NEAR_POOR)
    edges = (1 - poor - near_poor, 1 - poor, 1 - poor * HARDSHIP)
    return np.searchsorted(np.array(edges), rng.random(households), side="right")


def swept(loads: FloatArray, house: IntArray, share: FloatArray) -> IntArray:
    """Assign each member a section of the road near the own house, with workload by share.

    Parameters
    ----------
    loads
        The workload of each household in order along the road, shape (H,).
    house, share
        Row of the own house and share of each member, shape (M,).

    Returns
    -------
    IntArray
        Row of the member of each household, shape (H,). A load differs from the fair one by at most half
        a household at each end of the section.
    """
    order = np.argsort(house, kind="stable")
    ends = np.cumsum(share[order]) * (loads.sum() / share.sum())
    middles = np.cumsum(loads) - loads / 2
    return order[np.searchsorted(ends[:-1], middles, side="right")]


@dataclass(frozen=True, slots=True)
class LastYear:
    """Last year's pairs.

    Parameters
    ----------
    household
        Rows of the households that had a member, shape (P,).
    member
        Rows of their members, shape (P,); from M on, former members.
    years
        The duration of each pair, shape (P,).
    """

    household: IntArray
    member: IntArray
    years: IntArray


def draw_last_year(
    rng: np.random.Generator,
    land: Land,
    branches: Branches,
    *,
    newcomers: float,
    departures: float,
) -> LastYear:
    """Draw last year's pairs, when other members served.

    Parameters
    ----------
    rng
        The random generator.
    land, branches
        Houses, and members of this year.
    newcomers
        The fraction of households without a member last year.
    departures
        The fraction of members who can serve this year and did not last year; as many served last year
        and have left or are exempt this year.
    """
    households, members = len(land.hamlet), len(branches.house)
    able, exempt = np.flatnonzero(branches.able), np.flatnonzero(~branches.able)
    many = min(round(departures * len(able)), len(able) - 1)
    stayed = np.sort(rng.permutation(able)[many:])
    ended = min(many // 2, len(exempt))
    became = np.sort(rng.permutation(exempt)[:ended])
    gone = members + np.arange(many - ended)
    served = np.concatenate([stayed, became, gone])
    homes = np.concatenate([branches.house, rng.integers(0, households, len(gone))])[served]
    member = swept(np.ones(households), homes, np.ones(len(served)))
    # Kinship, acquaintance, a favour: another member of the same hamlet.
    where = land.hamlet[homes]
    for row in np.flatnonzero(rng.random(households) < ODD).tolist():
        near = np.flatnonzero(where == land.hamlet[row])
        if len(near):
            member[row] = near[rng.integers(len(near))]
    known = np.sort(rng.permutation(households)[round(newcomers * households) :])
    years = rng.integers(1, TERM + 1, households)
    return LastYear(known, served[member[known]], years[known])
