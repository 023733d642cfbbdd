"""PuLP and CBC, in the form in which CommCare shares out cases to users by distance.

A binary a pair, one minimum and one maximum number of cases for all users, the great circle as
distance, the least total. Loads that weigh differently, limits of one member alone, goals beside
distance: it has no place for any of these, and the judge shows what that breaks.
"""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np
import pulp

from benchmarks.quality.case import Answer, Case, NoPlanError
from benchmarks.quality.strategies.usable import one_for_all, pairs_of, refuse_several, travel_of
from phancong import Problem
from phancong.problem import FloatArray

#: Mean radius of the earth in metres, as haversine formulas take it.
RADIUS: Final = 6_371_008.8


def haversine(problem: Problem) -> FloatArray:
    """Great-circle distances in metres, H × M; travel as it is where there are no coordinates."""
    homes, people = problem.household_columns, problem.member_columns
    if np.isnan(homes.latitude).any() or np.isnan(people.latitude).any():
        return travel_of(problem)
    north, there = np.radians(homes.latitude)[:, None], np.radians(people.latitude)[None, :]
    across = np.radians(people.longitude)[None, :] - np.radians(homes.longitude)[:, None]
    half = np.sin((there - north) / 2) ** 2
    half = half + np.cos(north) * np.cos(there) * np.sin(across / 2) ** 2
    return np.asarray(2 * RADIUS * np.arcsin(np.sqrt(half)))


def pulp_cbc(case: Case, limit: float) -> Answer:
    """The model as it is written in PuLP, solved by the CBC that comes with it."""
    problem = case.problem
    refuse_several(problem)
    travel_of(problem)
    costs = haversine(problem)
    users = np.flatnonzero(~problem.exempt & np.isfinite(costs).all(axis=0)).tolist()
    cases = np.flatnonzero(problem.needed > 0).tolist()
    least, most = one_for_all(problem)
    model = pulp.LpProblem("disbursement", pulp.LpMinimize)
    x: dict[tuple[int, int], Any] = {
        (i, j): model.add_variable(f"x_{i}_{j}", cat=pulp.LpBinary) for i in cases for j in users
    }
    model += pulp.lpSum(costs[i, j] * x[i, j] for i in cases for j in users)
    for i in cases:
        model += pulp.lpSum(x[i, j] for j in users) == 1
    for j in users:
        load = pulp.lpSum(x[i, j] for i in cases)
        model += load >= least
        model += load <= most
    began = time.perf_counter()
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limit))
    seconds = time.perf_counter() - began
    if model.status == pulp.LpStatusInfeasible:
        raise NoPlanError(f"one minimum of {least} and one maximum of {most} for all cannot hold")
    chosen = [pair for pair, variable in x.items() if (variable.value() or 0.0) > 0.5]
    if len(chosen) < len(cases):
        raise NoPlanError("none in time")
    rows, columns = np.array(chosen, dtype=np.int64).T
    return Answer(
        pairs_of(problem, rows, columns),
        solver_seconds=seconds,
        own=float(costs[rows, columns].sum()),
        note=f"{least} to {most} households for all",
    )
