"""General solvers on the plain integer program, goal by goal: cold, and from our repaired start."""

from __future__ import annotations

import time

from benchmarks.quality.case import Answer, Case, NoPlanError, Strategy
from benchmarks.quality.strategies.ours import started
from benchmarks.quality.strategies.plain_model import PlainModel
from benchmarks.quality.strategies.plain_solvers import SOLVERS, Found
from benchmarks.quality.strategies.usable import pairs_of
from phancong import FairLoad
from phancong.problem import IntArray


def plain(name: str, *, from_start: bool) -> Strategy:
    """A solver in ordered stages; each begins where the one before ended, and the limit is shared.

    A stage may take an even part of what is left of the limit, and leaves what it does not need to
    the next. Building the models does not count against the limit, neither does our start. Where the
    first goal is the fairest load, the cold one begins from a careful list (the heaviest first, last
    year's member if possible), as anybody would who knows that models of a largest load need one. A
    beginning that meets a bound by arithmetic needs no solver.
    """
    solver = SOLVERS[name]

    def solved(case: Case, limit: float) -> Answer:
        model = PlainModel(case)
        start = started(case, limit) if from_start else None
        bounds: list[float | None] = []
        values: IntArray | None = None
        spent = 0.0
        for number, goal in enumerate(case.goals):
            objective = model.objective(goal)
            hint = values
            if start is not None and number == 0:
                hint = model.values_of(start.assignment.mask)
            elif number == 0 and isinstance(goal, FairLoad):
                hint = model.heaviest_first()
            began = time.perf_counter()
            part = max(limit - spent, 0.1) / (len(case.goals) - number)
            sound = hint is not None and model.keeps(hint)
            floor = model.floor(objective)
            if sound and hint is not None and objective.at(hint) == floor:
                found = Found(hint, floor)
            else:
                found = solver(model, objective, hint, part)
            spent += time.perf_counter() - began
            if found.impossible and not sound:
                raise NoPlanError("the limits cannot hold as they are stated")
            bounds.append(objective.bound(found.bound))
            if found.values is not None:
                values = model.tightened(found.values)
            elif sound:
                values = hint  # a solver may lose its hint; who gave it still has it
            if values is None:
                raise NoPlanError("none in time")
            model.hold(objective, objective.at(values))
        assert values is not None
        chosen = values[:-1] > 0
        pairs = pairs_of(case.problem, model.homes[chosen], model.people[chosen])
        return Answer(pairs, tuple(bounds), solver_seconds=spent)

    return solved
