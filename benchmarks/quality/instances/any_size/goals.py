"""Orders of goals, and ceilings: what an office asks for that does not take the default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Preference,
    Problem,
    Travel,
)
from phancong.goals import default_goals
from phancong.rules import RELAXABLE

Ceilings = Mapping[str, float | None]

#: How often the goals are the default, in the set ``any_size``.
DEFAULT: Final = 0.85
ALL: Final[Ceilings] = dict.fromkeys(RELAXABLE)


def ordinary(rng: np.random.Generator, problem: Problem) -> tuple[Goal, ...]:
    """The default goals in most cases, otherwise another plain order of them."""
    draw, which = rng.random(), int(rng.integers(4))
    if draw < DEFAULT:
        return default_goals(problem)
    orders: tuple[tuple[Goal, ...], ...] = (
        (FairLoad("households"), Continuity(), Travel()),
        (Continuity(), FairLoad(), Travel()),
        (FairLoad(), Travel()),
        (Travel(),),
    )
    chosen = orders[which]
    if problem.travel is None:
        chosen = tuple(goal for goal in chosen if not goal.needs_travel)
    return chosen or default_goals(problem)


def varied(rng: np.random.Generator, problem: Problem) -> tuple[Goal, ...]:
    """Two to four goals of any kind in any order, some with a tolerance."""

    def loose() -> dict[str, float]:
        draw = rng.random()
        if draw < 0.7:
            return {}
        return (
            {"rtol": round(float(rng.uniform(0.01, 0.1)), 2)} if draw < 0.9 else {"tolerance": 1.0}
        )

    def fair() -> tuple[str, dict[str, float]]:
        aim = str(rng.choice(["minmax", "leximax", "spread"]))
        return aim, {} if aim == "leximax" else loose()

    aim, slack = fair()
    measure = "workload" if rng.random() < 0.6 else "households"
    kinds: list[Goal] = [FairLoad(measure, aim, **slack)]
    kinds.append(Continuity("years" if rng.random() < 0.5 else None, **loose()))
    kinds.append(Cohesion(**loose()))
    kinds.append(Preference(_scores(rng, problem), **loose()))
    if problem.travel is not None:
        kinds.append(Travel(**loose()))
        kinds.append(Farthest(**loose()))
        aim, slack = fair()
        kinds.append(FairTravel(aim, **slack))
    many = min(int(rng.integers(2, 5)), len(kinds))
    order = rng.permutation(len(kinds))[:many].tolist()
    return tuple(kinds[place] for place in order)


def _scores(rng: np.random.Generator, problem: Problem) -> object:
    """Kin, language and liking: a mark for some pairs, or one for each."""
    homes, people = problem.household_columns, problem.member_columns
    if rng.random() < 0.3:
        return rng.choice(np.array([0.0, 0.0, 0.0, 1.0, 2.0]), (len(homes), len(people)))
    many = int(rng.integers(1, 1 + 2 * len(homes)))
    rows, columns = rng.integers(len(homes), size=many), rng.integers(len(people), size=many)
    marks = rng.integers(-3, 6, many)
    return {
        (homes.ids[row], people.ids[column]): float(mark)
        for row, column, mark in zip(rows.tolist(), columns.tolist(), marks.tolist(), strict=True)
    }


def ceilings(rng: np.random.Generator, conflicts: tuple[str, ...], holds: bool) -> Ceilings:
    """Which limits may be relaxed and how far, so that there is a plan.

    Where all limits can hold, any may be kept hard. Otherwise coverage, minima and changes are relaxed
    without a ceiling, which leaves a plan in any case; so are maxima where fixed pairs are above them.
    """
    draw = rng.random()
    if draw < 0.3:
        return ALL
    far = {
        "min_households": 3.0,
        "min_workload": 5.0,
        "within_hamlet": 1.0,
        "max_travel": 1000.0,
        "max_workload": 4.0,
        "max_households": 2.0,
        "max_changes": 20.0,
    }
    free = {"coverage"} if holds else {"coverage", "min_households", "min_workload", "max_changes"}
    if "fixed" in conflicts:
        free |= {"max_households", "max_workload"}
    found: dict[str, float | None] = {}
    for rule in RELAXABLE:
        named, capped = rng.random() < 0.7, rng.random() < 0.6
        if rule in free:
            found[rule] = None
        elif named:
            found[rule] = far.get(rule) if capped else None
    return found
