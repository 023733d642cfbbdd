"""`any_size` and `any_goals`: problems as offices have them, of every size and with every rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.quality.instances.any_size import conflicts, goals
from benchmarks.quality.instances.any_size.choices import Choices, choose
from benchmarks.quality.instances.any_size.goals import Ceilings
from benchmarks.quality.instances.any_size.land import Village, draw_village
from benchmarks.quality.instances.any_size.limits import (
    Limits,
    Ways,
    cut_off,
    draw_fixed,
    draw_forbidden,
    draw_last_year,
    draw_limits,
    draw_reach,
    draw_ways,
    hamlet_label,
)
from benchmarks.quality.instances.any_size.people import Draft, draw_people
from phancong import Goal, Household, Member, Problem
from phancong.assignment import Assignment
from phancong.problem import FloatArray, IntArray, Pair

#: Raised whenever the same seed would give another problem; it stands beside what was measured.
VERSION: Final = 1
#: What keeps the two sets apart: the same seed gives problems that have nothing in common.
STREAMS: Final = {"any_size": 71, "any_goals": 72}
#: Seeds that are reported; the search is tuned on seeds from :data:`TUNING` on.
REPORTED: Final = {"any_size": 200, "any_goals": 60}
TUNING: Final = 1000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A problem with what is asked, and what is known of it by construction.

    Parameters
    ----------
    set, seed
        Which draw it is.
    problem, goals, relax
        What is asked: ``solve(problem, goals=goals, relax=relax)``.
    witness
        Pairs that keep every limit; empty where not all can hold.
    conflicts
        Why not all limits can hold, see :mod:`benchmarks.quality.instances.any_size.conflicts`;
        empty where they can.
    choices
        What was chosen before it was drawn.
    """

    set: str
    seed: int
    problem: Problem
    goals: tuple[Goal, ...]
    relax: Ceilings
    witness: tuple[Pair, ...]
    conflicts: tuple[str, ...]
    choices: Choices

    @property
    def name(self) -> str:
        """The set and the seed."""
        return f"{self.set} {self.seed}"

    @property
    def size(self) -> str:
        """Members who can serve × households."""
        able = int(np.count_nonzero(~self.problem.exempt))
        return f"{able} × {len(self.problem.household_columns)}"

    @property
    def kind(self) -> str:
        """What is particular about it, in a few words."""
        told = self.choices.text
        return f"{told}; cannot hold: {', '.join(self.conflicts)}" if self.conflicts else told


def any_size(seed: int) -> Drawn:
    """An ordinary problem: sizes log-uniform, every rule and option, the default goals in most."""
    return _drawn("any_size", seed, goals.ordinary, lambda _rng, _conflicts, _holds: goals.ALL)


def any_goals(seed: int) -> Drawn:
    """The same with drawn orders of goals, tolerances, and ceilings for what may be relaxed."""
    return _drawn("any_goals", seed, goals.varied, goals.ceilings)


def chosen_for(name: str, seed: int) -> Choices:
    """What is chosen for a seed of a set, without drawing the rest: quick, to look for a kind."""
    return choose(_stream(name, seed))


def _stream(name: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([STREAMS[name], VERSION, seed])


def _drawn(
    name: str,
    seed: int,
    asked: Callable[[np.random.Generator, Problem], tuple[Goal, ...]],
    ceilings: Callable[[np.random.Generator, tuple[str, ...], bool], Ceilings],
) -> Drawn:
    rng = _stream(name, seed)
    chosen = choose(rng)
    village = draw_village(rng, chosen)
    draft = draw_people(rng, chosen, village)
    ways = draw_ways(rng, chosen, village, draft)
    if "cut off" in chosen.conflicts:
        gone = conflicts.lost(village)
        draft.kin = [unit for unit in draft.kin if unit not in set(draft.unit[gone].tolist())]
        ways = cut_off(ways, village, draft, gone)
    limits = draw_limits(rng, chosen, village, draft)
    whole, own = draw_reach(rng, chosen, draft, ways)
    fixed = draw_fixed(rng, chosen, draft)
    forbidden = draw_forbidden(rng, chosen, draft)
    last_year = draw_last_year(rng, chosen, village, draft)
    if "places" in chosen.conflicts:
        conflicts.places(rng, chosen, draft, limits)
    if "minima" in chosen.conflicts:
        conflicts.minima(rng, chosen, draft, limits)
    if "fixed" in chosen.conflicts:
        fixed = conflicts.fixed_above(rng, draft, limits, fixed)
    if "skills" in chosen.conflicts:
        conflicts.skills(rng, draft, limits, fixed)
    ids = _Ids.drawn(rng, chosen, village)
    problem = Problem(
        _members(rng, chosen, village, draft, limits, own, ids),
        _households(chosen, village, draft, ids),
        travel=ways.model,
        workload=draft.matrix,
        previous=[
            (ids.household[row], ids.member[column], years) for row, column, years in last_year
        ],
        fixed=[(ids.household[row], ids.member[column]) for row, column in fixed],
        forbidden=[(ids.household[row], ids.member[column]) for row, column in forbidden],
        max_travel=None if "reach" in chosen.conflicts else whole,
        within_hamlet=chosen.within_hamlet,
        own_household=chosen.own,
    )
    problem, proven = _contradicted(rng, chosen, problem, ways)
    witness: tuple[Pair, ...] = ()
    if not chosen.conflicts:
        rows, columns = draft.pairs()
        witness = tuple(
            sorted(
                (ids.household[row], ids.member[column])
                for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
            )
        )
        if chosen.max_changes and last_year:
            needed = Assignment.of(problem, witness).changes
            problem = problem.replace(max_changes=int(needed * rng.uniform(1.0, 1.3)))
    return Drawn(
        name,
        seed,
        problem,
        asked(rng, problem),
        ceilings(rng, proven, not chosen.conflicts),
        witness,
        proven,
        chosen,
    )


def _contradicted(
    rng: np.random.Generator,
    chosen: Choices,
    problem: Problem,
    ways: Ways,
) -> tuple[Problem, tuple[str, ...]]:
    """The problem with the conflicts that need all the rest, and those that are there indeed."""
    proven = [name for name in chosen.conflicts if name in ("places", "minima", "fixed", "skills")]
    if "cut off" in chosen.conflicts and problem.needed.max(initial=0):
        proven.append("cut off")
    if "hamlet" in chosen.conflicts and conflicts.bare_hamlet(problem):
        proven.append("hamlet")
    if "reach" in chosen.conflicts:
        variant = conflicts.reach(rng, problem, ways.rounding)
        if variant is not None:
            problem = variant
            proven.append("reach")
    if "changes" in chosen.conflicts:
        variant = conflicts.changes(rng, problem)
        if variant is not None:
            problem = variant
            proven.append("changes")
    return problem, tuple(sorted(proven))


@dataclass(frozen=True, slots=True)
class _Ids:
    """Ids of households, and of members, those who have left after those who are there."""

    household: list[str]
    member: list[str]

    @classmethod
    def drawn(cls, rng: np.random.Generator, chosen: Choices, village: Village) -> _Ids:
        homes, people = len(village.hamlet), len(village.house)
        order = rng.permutation(homes) if chosen.shuffled else np.arange(homes)
        return cls(
            [f"h{number + 1:05}" for number in order.tolist()],
            [f"m{number + 1:03}" for number in range(people + chosen.members + 1)],
        )


def _members(
    rng: np.random.Generator,
    chosen: Choices,
    village: Village,
    draft: Draft,
    limits: Limits,
    own_reach: FloatArray,
    ids: _Ids,
) -> list[Member]:
    found = []
    for column, house in enumerate(village.house.tolist()):
        asked: dict[str, Any] = {}
        if not village.serves[column]:
            asked["max_households" if rng.random() < 0.8 else "max_workload"] = 0
        else:
            for side, each in (("min", limits.least), ("max", limits.most)):
                for measure, figures in each.items():
                    figure = float(figures[column])
                    if not np.isnan(figure):
                        whole = measure == "households"
                        asked[f"{side}_{measure}"] = int(figure) if whole else figure
            asked["optional"] = bool(draft.optional[column])
        if not np.isnan(own_reach[column]):
            asked["max_travel"] = float(own_reach[column])
        place = float(village.latitude[house]), float(village.longitude[house])
        found.append(
            Member(
                ids.member[column],
                place if chosen.travel == "geodesic" else None,
                share=float(draft.share[column]),
                skills=sorted(draft.skills[column]),
                hamlet=hamlet_label(int(village.hamlet[house])),
                household=ids.household[house] if draft.own[column] else None,
                **asked,
            )
        )
    return found


def _households(chosen: Choices, village: Village, draft: Draft, ids: _Ids) -> list[Household]:
    sizes = np.bincount(draft.unit, minlength=len(draft.unit))
    needed: IntArray = draft.needed.copy()
    if chosen.own == "exempt":
        needed[village.house[draft.own]] = 1  # that they need nobody says the rule
    return [
        Household(
            ids.household[row],
            (float(village.latitude[row]), float(village.longitude[row]))
            if chosen.travel == "geodesic"
            else None,
            workload=float(draft.load[row]),
            visits=float(draft.visits[row]),
            needs=sorted(draft.needs[row]),
            hamlet=hamlet_label(int(village.hamlet[row])),
            cluster=f"lane {int(village.lane[row]) + 1}",
            group=f"g{unit + 1}" if sizes[unit] > 1 else None,
            priority=float(draft.priority[row]),
            members_needed=int(needed[row]),
        )
        for row, unit in enumerate(draft.unit.tolist())
    ]


def options(drawn: Drawn) -> frozenset[str]:
    """What occurs in a problem, read off the problem itself; for who wants to see that all does."""
    problem = drawn.problem
    people, homes = problem.member_columns, problem.household_columns
    able = ~problem.exempt
    travel = problem.travel_matrix
    there = {
        "min_households": bool((people.min_households > 0).any()),
        "max_households": bool((people.max_households[able] < 10**9).any()),
        "min_workload": bool((people.min_workload > 0).any()),
        "max_workload": bool(np.isfinite(people.max_workload[able]).any()),
        "max_travel": problem.max_travel is not None,
        "own max_travel": bool(np.isfinite(people.max_travel).any()),
        "within_hamlet": problem.within_hamlet,
        "needs": any(homes.needs),
        "two members": bool((problem.needed == 2).any()),
        "nobody needed": bool((homes.members_needed == 0).any()),
        "priority": len(set(homes.priority.tolist())) > 1,
        "groups": bool(problem.groups),
        "fixed": bool(problem.fixed),
        "forbidden": bool(problem.forbidden),
        "own forbid": problem.own_household == "forbid",
        "own exempt": problem.own_household == "exempt",
        "optional": bool(people.optional.any()),
        "exempt": bool(problem.exempt.any()),
        "shares": len(set(people.share.tolist())) > 1,
        "previous": bool(problem.previous),
        "years": len({years for _, _, years in problem.previous}) > 1,
        "leavers": any(member not in people.index for _, member, _ in problem.previous),
        "max_changes": problem.max_changes is not None,
        "unreachable": travel is not None and bool(np.isinf(travel).any()),
        "visits": len(set(homes.visits.tolist())) > 1,
        "workload matrix": problem.workload_matrix is not None,
        "ids that do not follow the way": drawn.choices.shuffled,
        "no limits": not drawn.choices.measures,
    }
    found = {name for name, is_there in there.items() if is_there}
    found |= {f"travel {drawn.choices.travel}", f"weights {drawn.choices.weights}"}
    found |= {f"cannot hold: {name}" for name in drawn.conflicts}
    if drawn.choices.shape:
        found.add(drawn.choices.shape)
    return frozenset(found)
