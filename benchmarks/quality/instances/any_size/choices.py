"""What is chosen about a problem before anything of it is drawn: its size, its rules, its options."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

#: Members who can serve, and households for each of them: both log-uniform.
MEMBERS: Final = (5, 300)
RATIO: Final = (3.0, 40.0)
#: How likely it is that the limits hold together, that they cannot in one way, that they cannot in two.
HOLDS: Final = 0.65
ONE_WAY: Final = 0.20

SHAPES: Final = ("many members", "one large hamlet", "all equally far", "one reaches everything")
#: How likely each shape is.
SHAPE: Final = 0.035

#: Why limits cannot hold together; each is provable by arithmetic, see ``conflicts``.
CONFLICTS: Final = (
    "places",
    "minima",
    "hamlet",
    "reach",
    "skills",
    "changes",
    "cut off",
    "fixed",
)
#: Two that are one and the same contradiction, or leave nothing to decide.
NEVER_TOGETHER: Final = ({"places", "minima"}, {"hamlet", "cut off"})

WEIGHTS: Final = {
    "unit": 0.18,
    "class": 0.24,
    "integer": 0.16,
    "two decimals": 0.18,
    "many decimals": 0.10,
    "matrix": 0.14,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What is chosen.

    Parameters
    ----------
    members, households, hamlets
        How many there are; members are those who can serve.
    shape
        One of :data:`SHAPES`, None for an ordinary commune.
    conflicts
        Why not all limits can hold, of :data:`CONFLICTS`; none where they can.
    weights
        What households weigh, of :data:`WEIGHTS`.
    shares
        ``"equal"``, ``"secretary"`` (one in each hamlet has half) or ``"mixed"`` (two decimals).
    travel
        ``"geodesic"``, ``"matrix"``, ``"places"`` or ``"none"``.
    measures
        Loads that are limited: ``households``, ``workload``, both or none.
    least, most
        Whether minima and maxima are posed.
    band
        How far a limit is from the fair load.
    everybody
        Whether each member has limits, or some only.
    reach, own_reach
        Whether there is a farthest way for all, and one for some members.
    within_hamlet, skills, several, groups, optional, exempt, forbidden, fixed, years, shuffled
        Whether there is any of it; *several* are households that need two members, or nobody this
        year, *shuffled* are ids that do not follow the way.
    priority
        ``"equal"``, ``"class"`` or ``"drawn"``.
    own
        ``own_household`` of the problem.
    last_year
        ``"none"``, ``"moved"`` (a plan that would do, and some pairs of it otherwise), ``"other"``
        (other members served, and nobody looked at limits) or ``"few"`` (half of the members served).
    max_changes
        Whether changes are limited.
    """

    members: int
    households: int
    hamlets: int
    shape: str | None
    conflicts: tuple[str, ...]
    weights: str
    shares: str
    travel: str
    measures: tuple[str, ...]
    least: bool
    most: bool
    band: float
    everybody: bool
    reach: bool
    own_reach: bool
    within_hamlet: bool
    skills: bool
    several: bool
    groups: bool
    priority: str
    own: str
    optional: bool
    exempt: bool
    forbidden: bool
    fixed: bool
    last_year: str
    years: bool
    max_changes: bool
    shuffled: bool

    @property
    def text(self) -> str:
        """What is particular, in a few words."""
        limits = "+".join(self.measures) or "no limits"
        if self.measures:
            sides = "min max" if self.least and self.most else "max" if self.most else "min"
            limits = f"{sides} {limits} {100 * self.band:.0f} %"
        words = [self.shape, self.weights, self.travel, limits]
        words.append(f"last year {self.last_year}")
        words += [
            word
            for word in ("max_changes", "within_hamlet", "reach", "own_reach", "skills", "several")
            if getattr(self, word)
        ]
        words += [word for word in ("groups", "optional", "exempt", "fixed") if getattr(self, word)]
        if self.own != "allow":
            words.append(f"own {self.own}")
        return ", ".join(word for word in words if word)


def choose(rng: np.random.Generator) -> Choices:
    """Choose; what a shape or a conflict asks for is there."""

    def happens(chance: float) -> bool:
        return bool(rng.random() < chance)

    def one_of(chances: dict[str, float]) -> str:
        names = list(chances)
        return names[int(rng.choice(len(names), p=np.array(list(chances.values()))))]

    shape = one_of({**dict.fromkeys(SHAPES, SHAPE), "": 1 - SHAPE * len(SHAPES)}) or None
    members, households, hamlets = _sizes(rng, shape)
    measures = one_of({"": 0.15, "households": 0.25, "workload": 0.35, "households workload": 0.25})
    sides = one_of({"both": 0.5, "most": 0.35, "least": 0.15})
    low, high = {"tight": (0.01, 0.08), "middle": (0.08, 0.25), "loose": (0.25, 0.8)}[
        one_of({"tight": 0.35, "middle": 0.35, "loose": 0.3})
    ]
    chosen = Choices(
        members=members,
        households=households,
        hamlets=hamlets,
        shape=shape,
        conflicts=(),
        weights=one_of(WEIGHTS),
        shares=one_of({"equal": 0.45, "secretary": 0.3, "mixed": 0.25}),
        travel=one_of({"geodesic": 0.5, "matrix": 0.22, "places": 0.16, "none": 0.12}),
        measures=tuple(measures.split()),
        least=sides != "most",
        most=sides != "least",
        band=float(rng.uniform(low, high)),
        everybody=happens(0.75),
        reach=happens(0.3),
        own_reach=happens(0.15),
        within_hamlet=happens(0.12),
        skills=happens(0.22),
        several=happens(0.2),
        groups=happens(0.2),
        priority=one_of({"equal": 0.4, "class": 0.5, "drawn": 0.1}),
        own=one_of({"allow": 0.6, "forbid": 0.25, "exempt": 0.15}),
        optional=happens(0.15),
        exempt=happens(0.5),
        forbidden=happens(0.3),
        fixed=happens(0.2),
        last_year=one_of({"none": 0.2, "moved": 0.45, "other": 0.35}),
        years=happens(0.5),
        max_changes=happens(0.2),
        shuffled=happens(0.3),
    )
    chosen = _for_shape(chosen)
    drawn = rng.random()
    many = 0 if drawn < HOLDS else 1 if drawn < HOLDS + ONE_WAY else 2
    order = [CONFLICTS[place] for place in rng.permutation(len(CONFLICTS)).tolist()]
    conflicts: list[str] = []
    for name in order:
        together = any(name in pair and pair & set(conflicts) for pair in NEVER_TOGETHER)
        if len(conflicts) < many and not together and _can(chosen, name):
            conflicts.append(name)
    return _for_conflicts(replace(chosen, conflicts=tuple(sorted(conflicts))))


def _sizes(rng: np.random.Generator, shape: str | None) -> tuple[int, int, int]:
    """Members, households, hamlets."""
    members = round(math.exp(rng.uniform(math.log(MEMBERS[0]), math.log(MEMBERS[1]))))
    ratio = math.exp(rng.uniform(math.log(RATIO[0]), math.log(RATIO[1])))
    hamlet = math.exp(rng.uniform(math.log(15.0), math.log(120.0)))
    if shape == "many members":
        members, ratio = MEMBERS[1], 10.0
    elif shape == "one large hamlet":
        # Ten of 30 beside one of 2,000, and smaller ones alike.
        large = round(2000 * math.exp(rng.uniform(-1.0, 0.0)))
        members = max(MEMBERS[0], round((large + 300) / max(ratio, 2300 / MEMBERS[1])))
        return members, large + 300, 11
    households = round(members * ratio)
    return members, households, max(1, min(round(households / hamlet), households // 4))


def _for_shape(chosen: Choices) -> Choices:
    if chosen.shape == "all equally far":
        return replace(chosen, travel="matrix", reach=False, own_reach=False)
    if chosen.shape == "one reaches everything":
        return replace(chosen, travel="geodesic", reach=False, own_reach=True)
    return chosen


def _can(chosen: Choices, conflict: str) -> bool:
    """Whether a conflict has a meaning beside what is chosen."""
    if conflict == "reach":
        return chosen.travel != "none" and chosen.shape in (None, "many members")
    if conflict in ("hamlet", "cut off"):
        few = chosen.hamlets < 3 or chosen.members < 2 * chosen.hamlets
        return not few and (conflict == "hamlet" or chosen.travel in ("matrix", "places"))
    return True


def _for_conflicts(chosen: Choices) -> Choices:
    """What the conflicts ask for."""
    asked = set(chosen.conflicts)
    if asked & {"places", "minima"}:
        # Where effort depends on who goes, only households add up.
        measure = "households" if chosen.weights in ("unit", "matrix") else "workload"
        if measure not in chosen.measures:
            chosen = replace(chosen, measures=(measure,))
        chosen = replace(
            chosen,
            everybody=True,
            optional=False,
            most=chosen.most or "places" in asked,
            least=chosen.least or "minima" in asked,
        )
    if "hamlet" in asked:
        chosen = replace(chosen, within_hamlet=True)
    elif "cut off" in asked:
        chosen = replace(chosen, within_hamlet=False)
    if "reach" in asked:
        chosen = replace(chosen, reach=True)
    if "skills" in asked:
        chosen = replace(chosen, skills=True)
    if "changes" in asked:
        chosen = replace(
            chosen,
            last_year="few",
            most=True,
            everybody=True,
            measures=chosen.measures or ("households",),
            max_changes=True,
        )
    if "fixed" in asked:
        chosen = replace(chosen, fixed=True, measures=chosen.measures or ("households",))
    if chosen.last_year == "other":
        chosen = replace(chosen, max_changes=False)
    if chosen.within_hamlet:
        # A hamlet without anybody is a conflict, and only meant where one is drawn.
        chosen = replace(chosen, hamlets=max(1, min(chosen.hamlets, chosen.members // 2)))
    return chosen
