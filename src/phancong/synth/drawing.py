"""`commune`: a problem drawn from a seed, with facts known by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Unpack

import numpy as np

from phancong.problem import FloatArray, Household, IntArray, Member, Pair, Problem, ids_of
from phancong.synth.arguments import CommuneOptions, Weights, check_arguments
from phancong.synth.land import Land, draw_land
from phancong.synth.limits import CommuneLimits, pose_limits
from phancong.synth.people import (
    BRANCH,
    CLASS_PRIORITIES,
    CLASS_WEIGHTS,
    Branches,
    draw_branches,
    draw_classes,
    draw_last_year,
)

#: Raised whenever the same seed gives another problem; state it with every measured result.
GENERATOR_VERSION: Final = 1

#: The mean number of households of a hamlet, if the caller does not set the number of hamlets.
HAMLET_SIZE: Final = 70


@dataclass(frozen=True, slots=True)
class Drawn:
    """A problem, with facts known by construction.

    Parameters
    ----------
    problem
        The problem.
    witness
        Pairs that keep every limit; empty if the limits cannot hold together.
    conflict
        None if all limits can hold. Otherwise the reason why they cannot: ``"places"`` (the maxima add
        up to less than the workload), ``"hamlet"`` (members must be of the hamlet, and a hamlet has no
        member who can serve), ``"reach"`` (a household is beyond every member's ``max_travel``).

    Examples
    --------
    >>> from phancong import synth
    >>> drawn = synth.draw(5, members=8, households=60)
    >>> drawn.conflict, len(drawn.witness)
    (None, 60)
    """

    problem: Problem
    witness: tuple[Pair, ...]
    conflict: str | None


def commune(
    seed: int, *, members: int, households: int, **options: Unpack[CommuneOptions]
) -> Problem:
    """Draw a commune that resembles real ones.

    All random numbers come from one ``numpy.random.default_rng(seed)``; the same seed, arguments and
    :data:`GENERATOR_VERSION` give the same problem. The land, the members and last year's plan of a seed
    do not depend on ``weights``, ``band``, ``secretary_share`` and ``infeasible``.

    Parameters
    ----------
    seed
        A whole number, 0 or more.
    members
        The number of members who can serve; exempt members are added to them.
    households
        The number of households, at least three for each member who can serve.
    hamlets
        The number of hamlets; None for a mean of 70 households, or of four members who can serve,
        whichever gives fewer hamlets.
    weights
        ``"class"``: 1, 1.5, 2 or 3 by class; ``"integer"``: 1 to 5 with equal probability, independent
        of the class; ``"equal"``: 1.
    band
        The largest deviation of a load from the fair load, relative to it.
    secretary_share
        The share of a member who leads the branch of a hamlet; 1 for no reduction.
    able
        The fraction of all members who can serve; None draws it.
    newcomers
        The fraction of households without a member last year.
    departures
        The fraction of members who are new this year; as many have left.
    infeasible
        The probability that the limits cannot hold together.

    Returns
    -------
    Problem
        The problem. Ids such as ``h0001`` and ``m01`` follow the order along the road; travel is in
        metres on the ellipsoid; every argument of :class:`Problem` that is not mentioned below has its
        default. ``problem.replace`` changes it.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; the message names all defects.

    Notes
    -----
    Each quantity, its distribution, and why:

    - *Place*: the centre uniform in 21.8–22.8° N, 104.9–105.4° E, in the mountains of Tuyên Quang and
      Hà Giang. Coordinates have six decimals, a tenth of a metre.
    - *Hamlets*: log-normal sizes, σ = 0.35. Observed: 38 to 105 households in the seven hamlets of a
      commune, a ratio of 2.8, which is the expected ratio of the largest and the smallest of seven
      such draws. Hamlets lie along a main valley that bends by some 14° from one to the next; half of
      them (from four on) are in side valleys of one to three. The road between two hamlets is
      log-normal with median 600 m.
    - *Lanes*: 6 to 18 houses each, uniform, on both sides of the road. The distance between houses is
      log-normal, median 35 m: neighbours are a minute apart, the ends of a hamlet a quarter of an
      hour, the next hamlet half an hour. ``cluster`` is the lane.
    - *Members who can serve*: 50 to 90 % of all, uniform; 72 % and 89 % are reported. The others are
      exempt (``max_households=0``). A hamlet has members in proportion to its size × a log-normal
      factor (σ = 0.25), at least three, because a branch needs three. But 1 to 5 % of hamlets have
      none, one or two, with equal probability: some hamlets have no branch yet. (If there are too few
      members for this, they are in proportion only.) Each lives in a house of the hamlet.
    - *Shares*: in each hamlet with three or more, one is the secretary.
    - *Workload* by class: 10 to 35 % of households are poor and 8 to 15 % near-poor, uniform for each
      commune, because communes differ. Near-poor weigh 1.5, poor 2, and one poor household in five,
      in hardship, 3. ``priority`` is 1, 2 for near-poor, 3 for poor.
    - *Last year's plan*: sections of the road, in equal parts for last year's members. A tenth of the
      households has another member of the hamlet (kin, acquaintance). A pair has lasted 1 to 5 years,
      uniform; a term is five. 20 % of households had no member (newly listed, founded, moved in).
      10 % of members are new; as many have stopped: half of them are exempt now, half have left the
      problem.
    - *Limits*: load ÷ share within ± ``band`` of the fair value, rounded outwards to possible loads
      (``min_workload`` and ``max_workload``; ``min_households`` and ``max_households`` for equal
      weights), and wide enough for the witness, a plan of sections of the road. One problem in two
      has a ``max_travel`` that the witness keeps, rounded up to 500 m.
    - *Infeasible*: 15 %, because limits stated without counting often do not add up (8 members with
      at most 7 of 66 households). One possible reason is drawn, with equal probability: maxima of
      80 to 95 % of a fair load; ``within_hamlet`` if a hamlet has no member who can serve; a
      ``max_travel`` of 60 to 90 % of the distance from the remotest household to its nearest member,
      if that is more than 750 m. All other problems have a plan without any breach.

    Examples
    --------
    >>> from phancong.synth import commune
    >>> problem = commune(7, members=12, households=100, weights="equal")
    >>> problem.households[0].hamlet, problem.households[0].cluster
    ('t01', 't01-01')
    """
    return draw(seed, members=members, households=households, **options).problem


def hamlet(seed: int, **options: Unpack[CommuneOptions]) -> Problem:
    """One hamlet: 8 members who can serve, 66 households; see :func:`commune`.

    Examples
    --------
    >>> from phancong import synth
    >>> synth.hamlet(5)
    Problem(15 members, 66 households)
    """
    return commune(seed, members=8, households=66, **options)


def small(seed: int, **options: Unpack[CommuneOptions]) -> Problem:
    """A small commune: 30 members who can serve, 1,000 households; see :func:`commune`.

    Examples
    --------
    >>> from phancong import synth
    >>> len(synth.small(1).households)
    1000
    """
    return commune(seed, members=30, households=1000, **options)


def medium(seed: int, **options: Unpack[CommuneOptions]) -> Problem:
    """A commune: 60 members who can serve, 3,000 households; see :func:`commune`.

    Examples
    --------
    >>> from phancong import synth
    >>> len(synth.medium(1).households)
    3000
    """
    return commune(seed, members=60, households=3000, **options)


def large(seed: int, **options: Unpack[CommuneOptions]) -> Problem:
    """A merged commune: 100 members who can serve, 10,000 households; see :func:`commune`.

    Examples
    --------
    >>> from phancong import synth
    >>> len(synth.large(1).households)
    10000
    """
    return commune(seed, members=100, households=10_000, **options)


def draw(
    seed: int,
    *,
    members: int,
    households: int,
    hamlets: int | None = None,
    weights: Weights = "class",
    band: float = 0.15,
    secretary_share: float = 0.5,
    able: float | None = None,
    newcomers: float = 0.2,
    departures: float = 0.1,
    infeasible: float = 0.15,
) -> Drawn:
    """Draw a commune with facts known by construction; see :func:`commune`.

    Thus a test knows the right answer without solving: either the witness keeps all limits, or they
    cannot hold together for a stated reason.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid; the message names all defects.

    Examples
    --------
    >>> from phancong import synth
    >>> drawn = synth.draw(5, members=8, households=60)
    >>> drawn.problem, drawn.conflict
    (Problem(10 members, 60 households), None)
    """
    check_arguments(dict(locals()))
    if hamlets is None:
        hamlets = max(1, min(round(households / HAMLET_SIZE), members // (BRANCH + 1)))
    rng = np.random.default_rng(seed)
    land = draw_land(rng, households, hamlets)
    branches = draw_branches(rng, land, members, able)
    last = draw_last_year(rng, land, branches, newcomers=newcomers, departures=departures)
    classes = draw_classes(rng, households)
    ranks = rng.integers(1, 6, households)
    loads = {
        "class": np.array(CLASS_WEIGHTS)[classes],
        "integer": ranks.astype(np.float64),
        "equal": np.ones(households),
    }[weights]
    share = np.where(branches.secretary, secretary_share, 1.0)
    posed = pose_limits(rng, land, branches, loads, share, weights, band, infeasible)

    ids = _ids("h", households, 4)
    # Former members have ids after the present ones.
    people = _ids("m", max([len(branches.house), *(last.member + 1).tolist()]), 2)
    problem = Problem(
        _members(people, ids, land, branches, share, posed),
        _households(ids, land, loads, classes),
        previous=[
            (ids[row], people[member], years)
            for row, member, years in zip(
                last.household.tolist(), last.member.tolist(), last.years.tolist(), strict=True
            )
        ],
        max_travel=posed.max_travel,
        within_hamlet=posed.conflict == "hamlet",
    )
    witness: tuple[Pair, ...] = ()
    if posed.conflict is None:
        witness = ids_of(enumerate(posed.witness.tolist()), problem)
    return Drawn(problem, witness, posed.conflict)


def _households(
    ids: list[str], land: Land, loads: FloatArray, classes: IntArray
) -> list[Household]:
    columns = (land.latitude, land.longitude, loads, land.hamlet, land.lane, classes)
    return [
        Household(
            name,
            (latitude, longitude),
            workload=load,
            hamlet=f"t{hamlet + 1:02}",
            cluster=f"t{hamlet + 1:02}-{lane + 1:02}",
            priority=CLASS_PRIORITIES[kind],
        )
        for name, latitude, longitude, load, hamlet, lane, kind in zip(
            ids, *(column.tolist() for column in columns), strict=True
        )
    ]


def _members(
    people: list[str],
    ids: list[str],
    land: Land,
    branches: Branches,
    share: FloatArray,
    posed: CommuneLimits,
) -> list[Member]:
    members = []
    for row, house in enumerate(branches.house.tolist()):
        limits: dict[str, Any] = {"max_households": 0}
        if branches.able[row]:
            unit, kind = ("households", int) if posed.counted else ("workload", float)
            limits = {
                f"min_{unit}": kind(posed.least[row]),
                f"max_{unit}": kind(posed.most[row]),
                "share": float(share[row]),
            }
        members.append(
            Member(
                people[row],
                (float(land.latitude[house]), float(land.longitude[house])),
                hamlet=f"t{land.hamlet[house] + 1:02}",
                household=ids[house],
                **limits,
            )
        )
    return members


def _ids(letter: str, many: int, width: int) -> list[str]:
    """Ids whose sorted order is their numerical order."""
    width = max(width, len(str(many)))
    return [f"{letter}{number:0{width}}" for number in range(1, many + 1)]
