"""Travel, limits and pairs, such as the plan that would do keeps; and last year's plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from benchmarks.quality.instances.any_size.choices import Choices
from benchmarks.quality.instances.any_size.land import Village
from benchmarks.quality.instances.any_size.people import Draft
from phancong.problem import FloatArray, IntArray
from phancong.travel import BetweenPlaces, Geodesic, TravelMatrix, TravelModel

#: What a stated limit may exceed the exact travel by: the drawn metres are right to within 1 %.
EARTH = 1.02


@dataclass(frozen=True, slots=True)
class Ways:
    """Travel of the problem, and how far each pair is, at most; ``inf`` where there is no way."""

    model: TravelModel | None
    far: FloatArray
    rounding: float


@dataclass(slots=True)
class Limits:
    """What each member shall have, (A,) each; NaN is no limit."""

    least: dict[str, FloatArray]
    most: dict[str, FloatArray]


def draw_ways(rng: np.random.Generator, chosen: Choices, village: Village, draft: Draft) -> Ways:
    """Draw travel; the pairs of the plan that would do have a way."""
    metres = village.metres()
    rows, columns = draft.pairs()
    if chosen.travel == "none":
        return Ways(None, np.zeros_like(metres), 1.0)
    if chosen.travel == "geodesic":
        return Ways(Geodesic(), metres * EARTH, 50.0)
    if chosen.travel == "places":
        return _between_hamlets(rng, chosen, village, draft)
    if chosen.shape == "all equally far":
        return Ways(TravelMatrix(np.ones_like(metres), unit="km"), np.ones_like(metres), 1.0)
    # Minutes on foot with bends and slopes; the nearer in whole minutes, as people say it.
    slope = np.exp(0.2 * rng.standard_normal(metres.shape))
    minutes = np.round(metres / 60.0 * 1.3 * slope + 1.0, int(rng.integers(0, 2)))
    if rng.random() < 0.4:  # a river without a bridge for some pairs
        gone = rng.random(metres.shape) < rng.uniform(0.02, 0.3)
        gone[rows, columns] = False
        minutes[gone] = np.inf
    return Ways(TravelMatrix(minutes, unit="minutes"), minutes, 5.0)


def _between_hamlets(
    rng: np.random.Generator, chosen: Choices, village: Village, draft: Draft
) -> Ways:
    """Kilometres by road between hamlets; some pairs of hamlets have no way."""
    many = chosen.hamlets
    middle = np.column_stack(
        [
            np.bincount(village.hamlet, weights=each, minlength=many)
            / np.bincount(village.hamlet, minlength=many)
            for each in (village.east, village.north)
        ]
    )
    gaps = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    table = np.round(gaps * 1.4 / 1000.0 + 0.2, 1)
    table = np.maximum(table, table.T)
    np.fill_diagonal(table, 0.3)
    rows, columns = draft.pairs()
    asked = village.hamlet[rows], village.hamlet[village.house[columns]]
    if rng.random() < 0.4:
        gone = np.triu(rng.random((many, many)) < 0.2, 1)
        gone |= gone.T
        gone[asked] = False
        gone[asked[::-1]] = False
        table[gone] = np.inf
    far = table[village.hamlet[:, None], village.hamlet[village.house][None, :]]
    return Ways(_hamlet_table(table), far, 1.0)


def _hamlet_table(table: FloatArray) -> BetweenPlaces:
    """The table by label, each pair of hamlets once."""
    ways = {
        (hamlet_label(one), hamlet_label(other)): float(table[one, other])
        for one in range(len(table))
        for other in range(one, len(table))
    }
    return BetweenPlaces(ways, unit="km")


def cut_off(ways: Ways, village: Village, draft: Draft, lost: IntArray) -> Ways:
    """The same travel without any way to some households, or to the hamlets that they make up."""
    far = ways.far.copy()
    far[lost] = np.inf
    draft.first[lost] = draft.second[lost] = -1
    if isinstance(ways.model, BetweenPlaces):
        homes = village.hamlet[village.house]
        many = int(village.hamlet.max()) + 1
        table = np.full((many, many), np.inf)
        table[village.hamlet[:, None], homes[None, :]] = far
        table = np.where(np.isfinite(table), table, table.T)
        table[village.hamlet[lost]] = np.inf
        table[:, village.hamlet[lost]] = np.inf
        return Ways(_hamlet_table(table), far, ways.rounding)
    return Ways(TravelMatrix(far, unit="minutes"), far, ways.rounding)


def hamlet_label(number: int) -> str:
    """The label of a hamlet."""
    return f"t{number + 1:02}"


def draw_limits(
    rng: np.random.Generator, chosen: Choices, village: Village, draft: Draft
) -> Limits:
    """Minima and maxima around the fair load, as wide as the plan that would do asks."""
    limits = Limits({}, {})
    whose = village.serves & (rng.random(len(village.serves)) < (1.0 if chosen.everybody else 0.5))
    for measure in chosen.measures:
        step = 1.0 if measure == "households" else draft.step
        carried = draft.carried(measure)
        share = np.where(draft.used, draft.share, 0.0)
        fair = draft.share * (carried.sum() / share.sum())
        if chosen.least:
            least = np.minimum(_down(fair * (1 - chosen.band), step), _down(carried, step))
            # The minimum of an optional member holds only if the member is used at all.
            least = np.where(draft.used, least, _down(fair * (1 - chosen.band), step))
            limits.least[measure] = np.where(whose, least, np.nan)
        if chosen.most:
            most = np.maximum(_up(fair * (1 + chosen.band), step), _up(carried, step))
            limits.most[measure] = np.where(whose, np.maximum(most, step), np.nan)
    return limits


def _down(figures: FloatArray, step: float) -> FloatArray:
    return np.round(np.floor(figures / step + 1e-9) * step, 6)


def _up(figures: FloatArray, step: float) -> FloatArray:
    return np.round(np.ceil(figures / step - 1e-9) * step, 6)


def round_up(figure: float, step: float) -> float:
    """The next multiple of *step*, *step* at least."""
    return max(math.ceil(figure / step - 1e-9), 1) * step


def draw_reach(
    rng: np.random.Generator, chosen: Choices, draft: Draft, ways: Ways
) -> tuple[float | None, FloatArray]:
    """The farthest way for all, and that of single members (NaN for none), such as will do."""
    own = np.full(len(draft.share), np.nan)
    if ways.model is None:
        return None, own
    rows, columns = draft.pairs()
    asked = ~np.isin(draft.unit[rows], draft.kin)
    farthest = np.zeros(len(own))
    np.maximum.at(farthest, columns[asked], ways.far[rows[asked], columns[asked]])
    slack = 1.0 + (0.5 * rng.random() if rng.random() < 0.6 else 0.0)
    whole = round_up(float(farthest.max()) * slack, ways.rounding) if chosen.reach else None
    if chosen.own_reach:
        part = 1.0 if chosen.shape == "one reaches everything" else rng.uniform(0.05, 0.3)
        some = rng.random(len(own)) < part
        if chosen.shape == "one reaches everything":
            some[int(rng.choice(np.flatnonzero(draft.used)))] = False
        for column in np.flatnonzero(some).tolist():
            own[column] = round_up(float(farthest[column]) * slack, ways.rounding)
    return whole, own


def draw_fixed(rng: np.random.Generator, chosen: Choices, draft: Draft) -> list[tuple[int, int]]:
    """Pairs of the plan that would do that are agreed already, whole units."""
    if not chosen.fixed:
        return []
    units = np.unique(draft.unit[draft.first >= 0])
    many = round(float(rng.uniform(0.005, 0.05)) * len(units)) + 1
    taken = {*rng.permutation(units)[:many].tolist(), *draft.kin}
    rows, columns = draft.pairs()
    return [
        (row, column)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if int(draft.unit[row]) in taken
    ]


def draw_forbidden(
    rng: np.random.Generator, chosen: Choices, draft: Draft
) -> list[tuple[int, int]]:
    """Pairs that shall not be (quarrels, kin), none of the plan that would do."""
    if not chosen.forbidden:
        return []
    used = set(zip(draft.unit[draft.pairs()[0]].tolist(), draft.pairs()[1].tolist(), strict=True))
    many = int(rng.integers(1, 2 + len(draft.share)))
    found = {
        (int(rng.integers(len(draft.unit))), int(rng.integers(len(draft.share))))
        for _ in range(many)
    }
    return sorted(pair for pair in found if (int(draft.unit[pair[0]]), pair[1]) not in used)


def draw_last_year(
    rng: np.random.Generator, chosen: Choices, village: Village, draft: Draft
) -> list[tuple[int, int, float]]:
    """Last year's pairs as rows and columns, columns from A on for those who have left; and years."""
    if chosen.last_year == "none":
        return []
    able, people = np.flatnonzero(village.serves), len(village.serves)
    rows, columns = draft.pairs()
    left = able[rng.random(len(able)) < rng.uniform(0.0, 0.15)]
    successor = np.arange(people)
    # Who has left served where somebody serves now who is new; some only became exempt.
    exempt = np.flatnonzero(~village.serves)
    gone = people + np.arange(len(left))
    gone[: len(exempt) // 2] = exempt[: len(gone[: len(exempt) // 2])]
    successor[left] = gone
    if chosen.last_year == "moved":
        columns = columns.copy()
        moved = rng.random(len(rows)) < rng.uniform(0.02, 0.3)
        # Somebody else: half of them neighbours, half of them anybody.
        near = np.clip(columns + rng.integers(-2, 3, len(rows)), 0, len(able) - 1)
        other = np.where(rng.random(len(rows)) < 0.5, near, rng.choice(able, len(rows)))
        columns[moved] = other[moved]
        columns = successor[columns]
    else:
        order = able[np.argsort(village.house[able], kind="stable")]
        served = np.sort(rng.permutation(len(order))[: max(1, len(order) // 2)])
        if chosen.last_year == "other":
            served = np.arange(len(order))
        ends = np.sort(rng.random(max(len(served) - 1, 0))) * 0.3
        ends += 0.7 * np.arange(1, len(served)) / max(len(served), 1)
        place = np.searchsorted(ends, (rows + 0.5) / len(draft.unit))
        columns = order[served][place]
        odd = rng.random(len(rows)) < 0.1
        columns[odd] = rng.choice(order[served], int(odd.sum()))
        if chosen.last_year == "other":
            columns = successor[columns]
    known = rng.random(len(rows)) < rng.uniform(0.6, 1.0)
    years = rng.integers(1, 6, len(rows)) if chosen.years else np.ones(len(rows), dtype=np.int64)
    pairs = {
        (row, column): float(year)
        for row, column, year, listed in zip(
            rows.tolist(), columns.tolist(), years.tolist(), known.tolist(), strict=True
        )
        if listed
    }
    return [(row, column, year) for (row, column), year in sorted(pairs.items())]
