"""Why limits cannot hold together: each posed so that arithmetic proves it."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.quality.instances.any_size.choices import Choices
from benchmarks.quality.instances.any_size.land import Village
from benchmarks.quality.instances.any_size.limits import Limits
from benchmarks.quality.instances.any_size.people import Draft
from phancong import Problem
from phancong.problem import FloatArray, IntArray

#: A skill that nobody has, and one that few have.
NOBODY: Final = "sign language"
FEW: Final = "doctor"


def places(rng: np.random.Generator, chosen: Choices, draft: Draft, limits: Limits) -> None:
    """The maxima add up to less than there is."""
    measure = _adding_up(chosen)
    step = 1.0 if measure == "households" else draft.step
    carried = draft.carried(measure)
    most = np.floor(carried * rng.uniform(0.8, 0.97) / step + 1e-9) * step
    most = np.maximum(most, step)
    serving = draft.used
    while most[serving].sum() >= 0.985 * carried.sum() and (most[serving] > step).any():
        most[np.argmax(np.where(serving, most, 0.0))] -= step
    most = np.round(most, 6)
    limits.most[measure] = np.where(serving, most, np.nan)
    if measure in limits.least:
        limits.least[measure] = np.fmin(limits.least[measure], most)


def minima(rng: np.random.Generator, chosen: Choices, draft: Draft, limits: Limits) -> None:
    """The minima add up to more than there is."""
    measure = _adding_up(chosen)
    step = 1.0 if measure == "households" else draft.step
    carried = draft.carried(measure)
    share = np.where(draft.used, draft.share, 0.0)
    fair = draft.share * carried.sum() / share.sum() * rng.uniform(1.02, 1.25)
    least = np.round((np.floor(fair / step) + 1.0) * step, 6)
    limits.least[measure] = np.where(draft.used, least, np.nan)
    if measure in limits.most:
        limits.most[measure] = np.fmax(limits.most[measure], least)


def _adding_up(chosen: Choices) -> str:
    return "households" if chosen.weights in ("unit", "matrix") else "workload"


def skills(
    rng: np.random.Generator, draft: Draft, limits: Limits, fixed: list[tuple[int, int]]
) -> None:
    """Some households need what nobody can do, or more need it than those who can have places."""
    free = (draft.first >= 0) & (draft.needed > 0)
    free[[row for row, _ in fixed]] = False
    rows = rng.permutation(np.flatnonzero(free))
    able = rng.permutation(np.flatnonzero(draft.used))[: int(rng.integers(1, 3))]
    room = np.maximum(draft.carried("households")[able], 1.0)
    many = int(room.sum() * rng.uniform(1.05, 1.5)) + 1
    if rng.random() < 0.5 or many > len(rows):
        for row in rows[: 1 + int(len(rows) * rng.uniform(0.0, 0.04))].tolist():
            draft.needs[row] = frozenset([NOBODY])
        return
    for row in rows[:many].tolist():
        draft.needs[row] = frozenset([FEW])
    most = limits.most.setdefault("households", np.full(len(draft.share), np.nan))
    for column, places_left in zip(able.tolist(), room.tolist(), strict=True):
        draft.skills[column] = draft.skills[column] | {FEW}
        most[column] = places_left
    if "households" in limits.least:
        least = limits.least["households"]
        least[able] = np.fmin(least[able], room)


def fixed_above(
    rng: np.random.Generator, draft: Draft, limits: Limits, fixed: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """A member has more fixed pairs than the maximum; the pairs that are fixed now."""
    counts = draft.carried("households")
    can = np.flatnonzero(counts >= 2)
    column = int(rng.choice(can))
    rows, columns = draft.pairs()
    agreed = [(int(row), column) for row in rows[columns == column]]
    room = max(1.0, float(len(agreed) - int(rng.integers(1, 4))))
    most = limits.most.setdefault("households", np.full(len(draft.share), np.nan))
    most[column] = room
    if "households" in limits.least:
        limits.least["households"][column] = np.fmin(limits.least["households"][column], room)
    return sorted({*fixed, *agreed})


def bare_hamlet(problem: Problem) -> bool:
    """Whether a hamlet has a household that needs somebody and nobody who can serve."""
    fixed = {household for household, _ in problem.fixed}
    ids = problem.household_columns.ids
    there = {
        label
        for label, out in zip(problem.member_columns.hamlet, problem.exempt, strict=True)
        if not out
    }
    return any(
        needed > 0 and label not in there and ids[row] not in fixed
        for row, (label, needed) in enumerate(
            zip(problem.household_columns.hamlet, problem.needed.tolist(), strict=True)
        )
    )


def reach(rng: np.random.Generator, problem: Problem, rounding: float) -> Problem | None:
    """The farthest way leaves some households out of everybody's reach; None where that is nothing."""
    travel = problem.travel_matrix
    assert travel is not None
    nearest = np.where(problem.allowed, travel, np.inf).min(axis=1)
    counts = (problem.needed > 0) & np.isfinite(nearest)
    counts[problem.pair_rows("fixed")[0]] = False
    if not counts.any():
        return None
    farthest = float(nearest[counts].max())
    wanted = float(np.quantile(nearest[counts], rng.uniform(0.9, 0.99)))
    limit = np.floor(wanted / rounding) * rounding
    if not 0 < limit < farthest * 0.999:
        limit = round(farthest * rng.uniform(0.6, 0.9), 1)
    return problem.replace(max_travel=float(limit)) if limit > 0 else None


def changes(rng: np.random.Generator, problem: Problem) -> Problem | None:
    """Fewer changes are allowed than those who have too much must give up; None if that is nobody."""
    members = problem.member_columns
    rows, columns, _ = problem.kept_years
    single = np.bincount(rows, minlength=len(problem.needed))[rows] == 1
    matrix = problem.workload_matrix
    loads = problem.household_columns.workload[rows] if matrix is None else matrix[rows, columns]
    least = 0
    for column in np.unique(columns[single]).tolist():
        mine = np.sort(loads[single & (columns == column)])[::-1]
        least += max(
            len(mine) - int(min(members.max_households[column], len(mine))),
            _too_many(mine, float(members.max_workload[column])),
        )
    if not least:
        return None
    return problem.replace(max_changes=int(least * rng.uniform(0.2, 0.9)))


def _too_many(loads: FloatArray, most: float) -> int:
    """How many of these, heaviest first, have to go until the rest is at most *most*."""
    left = loads[::-1].cumsum()[::-1]  # what is left after so many have gone
    return int(np.count_nonzero(left > most + 1e-9 * max(1.0, abs(most))))


def lost(village: Village) -> IntArray:
    """Households of the hamlets without anybody who can serve."""
    return np.flatnonzero(np.isin(village.hamlet, village.empty))
