"""What households weigh and need, what members carry and can do, and a plan that would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.quality.instances.any_size.choices import Choices
from benchmarks.quality.instances.any_size.land import Village
from phancong.problem import BoolArray, FloatArray, IntArray

CLASS_WEIGHTS: Final = ((1.0, 1.5, 2.0, 3.0), (1.0, 2.0, 3.0, 5.0))
CLASS_PRIORITIES: Final = (1.0, 2.0, 3.0, 3.0)
CLASS_VISITS: Final = (1.0, 2.0, 4.0, 12.0)
SHARES: Final = (0.33, 0.5, 0.67, 0.75, 1.0, 1.0, 1.0, 1.25)
SKILLS: Final = ("tay", "hmong", "dao", "nursing", "accounts")


@dataclass(slots=True)
class Draft:
    """Everything about households and members before it becomes a problem.

    Arrays have a row a household (H) or a column a member (A, those who can serve first).

    Parameters
    ----------
    load
        Workload of each household, (H,).
    matrix
        Workload of each pair, (H, A), None where it does not depend on who goes.
    step
        Limits of workload are multiples of it, as an office would state them.
    visits, priority, needed
        Of each household, (H,).
    unit
        Households of one number go together, (H,).
    share
        Of each member, (A,).
    optional, used
        Which members are optional, and which the witness uses; (A,).
    own
        Whether the own household of a member is known, (A,).
    first, second
        A plan that would do: the member of each household, and the second where it needs two; -1
        for nobody; (H,).
    kin
        Units that were given to somebody for other reasons than the way, and are fixed.
    skills, needs
        Of each member and each household.
    """

    load: FloatArray
    matrix: FloatArray | None
    step: float
    visits: FloatArray
    priority: FloatArray
    needed: IntArray
    unit: IntArray
    share: FloatArray
    optional: BoolArray
    used: BoolArray
    own: BoolArray
    first: IntArray
    second: IntArray
    kin: list[int]
    skills: list[frozenset[str]]
    needs: list[frozenset[str]]

    def pairs(self) -> tuple[IntArray, IntArray]:
        """Rows and columns of the plan that would do."""
        rows = [np.flatnonzero(each >= 0) for each in (self.first, self.second)]
        columns = [each[row] for each, row in zip((self.first, self.second), rows, strict=True)]
        return np.concatenate(rows), np.concatenate(columns)

    def pair_load(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Workload of pairs."""
        return self.load[rows] if self.matrix is None else self.matrix[rows, columns]

    def carried(self, measure: str) -> FloatArray:
        """What each member carries in the plan that would do, (A,)."""
        rows, columns = self.pairs()
        weights = self.pair_load(rows, columns) if measure == "workload" else None
        found = np.bincount(columns, weights=weights, minlength=len(self.share))
        return found.astype(np.float64)


def draw_people(rng: np.random.Generator, chosen: Choices, village: Village) -> Draft:
    """Draw all that is not a limit, and the plan that would do."""
    many, people = len(village.hamlet), len(village.house)
    chances = np.array([1 - (poor := rng.uniform(0.1, 0.4)) - 0.1, 0.1, 0.8 * poor, 0.2 * poor])
    kind = rng.choice(4, many, p=chances)
    load, matrix, step = _loads(rng, chosen, kind, people)
    visits = np.ones(many)
    if rng.random() < 0.3:
        visits = np.array(CLASS_VISITS)[kind]
    priority = {
        "equal": np.ones(many),
        "class": np.array(CLASS_PRIORITIES)[kind],
        "drawn": np.round(rng.uniform(0.5, 5.0, many), 1),
    }[chosen.priority]
    draft = Draft(
        load=load,
        matrix=matrix,
        step=step,
        visits=visits,
        priority=priority,
        needed=np.ones(many, dtype=np.int64),
        unit=np.arange(many),
        share=_shares(rng, chosen, village),
        optional=np.zeros(people, dtype=bool),
        used=village.serves.copy(),
        own=rng.random(people) < 0.8,
        first=np.full(many, -1),
        second=np.full(many, -1),
        kin=[],
        skills=[frozenset()] * people,
        needs=[frozenset()] * many,
    )
    if chosen.optional:
        draft.optional = village.serves & (rng.random(people) < 0.3)
        draft.used &= ~(draft.optional & (rng.random(people) < 0.3))
        for hamlet in range(chosen.hamlets):  # where there is one member, it is that one
            here = village.serves & (village.hamlet[village.house] == hamlet)
            if not (draft.used & here).any():
                draft.used |= here
                draft.optional &= ~here
    if chosen.groups:
        _group(rng, village, draft)
    if chosen.several:
        _several(rng, chosen, draft)
    _witness(rng, chosen, village, draft)
    if chosen.skills:
        _skilled(rng, village, draft)
    return draft


def _loads(
    rng: np.random.Generator, chosen: Choices, kind: IntArray, people: int
) -> tuple[FloatArray, FloatArray | None, float]:
    """Workloads, those of pairs, and the step of their limits."""
    many = len(kind)
    if chosen.weights == "unit":
        return np.ones(many), None, 1.0
    if chosen.weights == "class":
        half = rng.random() < 0.5
        weights: FloatArray = np.array(CLASS_WEIGHTS[0 if half else 1], dtype=np.float64)
        return weights[kind], None, 0.5 if half else 1.0
    if chosen.weights == "integer":
        return rng.integers(1, int(rng.integers(5, 13)), many).astype(np.float64), None, 1.0
    spread: FloatArray = np.exp(0.5 * rng.standard_normal(many))
    hours: FloatArray = spread * float(rng.uniform(0.5, 4.0))
    if chosen.weights == "two decimals":
        return np.round(np.maximum(hours, 0.05), 2).astype(np.float64), None, 0.01
    if chosen.weights == "many decimals":
        # Visits × minutes ÷ 60, as a sheet works it out.
        minutes = rng.integers(1, 13, many) * rng.integers(20, 75, many)
        return minutes.astype(np.float64) / 60.0, None, 0.1
    base = np.round(np.maximum(hours, 0.1), 1).astype(np.float64)
    # A quarter more or less by who goes: language, acquaintance, a motorbike.
    factor = np.round(rng.uniform(0.75, 1.35, (1, people)), 2)
    each = rng.choice(np.array([0.8, 1.0, 1.0, 1.2]), (many, people))
    return base, np.round(base[:, None] * factor * each, 1), 0.1


def _shares(rng: np.random.Generator, chosen: Choices, village: Village) -> FloatArray:
    share = np.ones(len(village.house))
    if chosen.shares == "mixed":
        share = rng.choice(np.array(SHARES), len(share))
    elif chosen.shares == "secretary":
        _, leads = np.unique(village.hamlet[village.house[village.serves]], return_index=True)
        share[leads] = 0.5
    return share


def _group(rng: np.random.Generator, village: Village, draft: Draft) -> None:
    """Households of one family, or under one roof: neighbours of a lane, two to four."""
    row = 0
    while row < len(draft.unit):
        size = 1
        if rng.random() < 0.06:
            size = int(rng.integers(2, 5))
            same = village.lane[row : row + size] == village.lane[row]
            size = int(same.sum())
            draft.unit[row : row + size] = row
        row += size


def _several(rng: np.random.Generator, chosen: Choices, draft: Draft) -> None:
    """Some units need two members, a few nobody this year."""
    two, none = rng.uniform(0.02, 0.2), rng.uniform(0.0, 0.05)
    drawn = rng.random(len(draft.unit))[draft.unit]
    if chosen.members > 2:
        draft.needed[drawn < two] = 2
    draft.needed[drawn > 1 - none] = 0


def _witness(rng: np.random.Generator, chosen: Choices, village: Village, draft: Draft) -> None:
    """Stretches of the way for each member, of a hamlet where the hamlets are closed."""
    if chosen.own == "exempt":
        # The own household needs nobody and stands outside its group.
        outside = village.house[draft.own]
        draft.needed[outside] = 0
        draft.unit[outside] = outside
    home = village.hamlet[village.house]
    closed = chosen.within_hamlet and "hamlet" not in chosen.conflicts
    areas = [np.arange(len(draft.unit))]
    if closed:
        areas = [np.flatnonzero(village.hamlet == hamlet) for hamlet in range(chosen.hamlets)]
    for rows in areas:
        there = draft.used & ((home == village.hamlet[rows[0]]) | (not closed))
        able = np.flatnonzero(there)
        able = able[np.argsort(village.house[able], kind="stable")]
        _sweep(chosen, village, draft, rows, able)
    if (chosen.reach or chosen.within_hamlet) and chosen.fixed and rng.random() < 0.5:
        for unit in rng.permutation(np.unique(draft.unit))[: int(rng.integers(1, 4))].tolist():
            rows = np.flatnonzero(draft.unit == unit)
            member = int(rng.choice(np.flatnonzero(draft.used)))
            own = draft.own[member] and village.house[member] in rows
            if draft.needed[rows].min() == 1 and not (own and chosen.own == "forbid"):
                draft.first[rows] = member
                draft.kin.append(unit)


def _sweep(chosen: Choices, village: Village, draft: Draft, rows: IntArray, able: IntArray) -> None:
    """Share out *rows* in the order of the way among *able* in the order of their houses."""
    if len(able) == 1:
        draft.needed[rows] = np.minimum(draft.needed[rows], 1)
    load = draft.load[rows] * draft.needed[rows]
    if not load.sum():
        load = np.ones(len(rows))
    if chosen.measures == ("households",):
        load = draft.needed[rows].astype(np.float64)
    ends = np.cumsum(draft.share[able]) * (load.sum() / draft.share[able].sum())
    place = dict(
        zip(
            rows.tolist(),
            np.searchsorted(ends[:-1], np.cumsum(load) - load / 2, side="right").tolist(),
            strict=True,
        )
    )
    banned: dict[int, set[int]] = {}
    if chosen.own == "forbid":
        if len(able) == 1:
            draft.own[able] = False
        for column in able[draft.own[able]].tolist():
            banned.setdefault(int(draft.unit[village.house[column]]), set()).add(column)
    for row in rows.tolist():
        unit, needed = int(draft.unit[row]), int(draft.needed[row])
        if not needed:
            continue
        # The member of the stretch, or the next ones along the way, or those before.
        begin = place[unit]
        window = range(max(0, begin - 6), min(len(able), begin + 7))
        near = sorted(window, key=lambda at: (abs(at - begin), at))
        can = [int(able[at]) for at in near if int(able[at]) not in banned.get(unit, ())]
        if len(can) < needed:  # a hamlet of relatives: their own households are not known
            draft.own[able] = False
            can = [int(able[at]) for at in near]
        draft.first[row] = can[0]
        if needed == 2:
            draft.second[row] = can[1]


def _skilled(rng: np.random.Generator, village: Village, draft: Draft) -> None:
    """Skills of members, and needs of households that the plan that would do meets."""
    skills = rng.permutation(np.array(SKILLS))[: int(rng.integers(1, 4))].tolist()
    part = rng.uniform(0.2, 0.6)
    draft.skills = [
        frozenset(skill for skill in skills if rng.random() < part) for _ in village.house
    ]
    asked = rng.uniform(0.05, 0.4)
    for row in np.flatnonzero(rng.random(len(draft.needs)) < asked).tolist():
        serving = [m for m in (int(draft.first[row]), int(draft.second[row])) if m >= 0]
        if serving:
            common = sorted(frozenset.intersection(*(draft.skills[m] for m in serving)))
            if common:
                draft.needs[row] = frozenset([common[int(rng.integers(len(common)))]])
