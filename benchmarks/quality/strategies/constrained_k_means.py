"""k-means-constrained: compact clusters of bounded size, then each cluster to a member.

Bradley, Bennett and Demiriz, "Constrained k-means clustering", MSR-TR-2000-65. It knows neither where
the members live nor what a household weighs: clusters are drawn around themselves, with one minimum
and one maximum number of households, and then given to the members by the least total travel.
"""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from k_means_constrained import KMeansConstrained
from scipy.optimize import linear_sum_assignment

from benchmarks.quality.case import Answer, Case, NoPlanError, RefusedError
from benchmarks.quality.strategies.usable import one_for_all, pairs_of, refuse_several, travel_of
from phancong import Problem
from phancong.problem import FloatArray

#: Metres of a degree of latitude.
DEGREE: Final = 111_195.0
#: Starts, as many as are its default, as long as the limit lasts.
STARTS: Final = 10


def k_means_constrained(case: Case, limit: float) -> Answer:
    """Its own objective is the sum of squared distances to the centres, in square metres."""
    problem = case.problem
    refuse_several(problem)
    travel = travel_of(problem)
    homes = np.flatnonzero(problem.needed > 0)
    people = np.flatnonzero(~problem.exempt & np.isfinite(travel).all(axis=0))
    places = _places(problem)[homes]
    least, most = one_for_all(problem)
    if not least * len(people) <= len(homes) <= most * len(people):
        raise NoPlanError(f"one minimum of {least} and one maximum of {most} for all cannot hold")
    began = time.perf_counter()
    best, clusters = np.inf, np.zeros(0, dtype=np.int64)
    for seed in range(STARTS):
        if seed and time.perf_counter() - began > limit:
            break
        model = KMeansConstrained(
            n_clusters=len(people), size_min=least, size_max=most, n_init=1, random_state=seed
        )
        model.fit(places)
        if model.inertia_ < best:
            best, clusters = float(model.inertia_), np.asarray(model.labels_, dtype=np.int64)
    costs = np.zeros((len(people), len(people)))
    np.add.at(costs, clusters, travel[np.ix_(homes, people)])
    numbers, columns = linear_sum_assignment(costs)
    member = np.empty(len(people), dtype=np.int64)
    member[numbers] = people[columns]
    seconds = time.perf_counter() - began
    return Answer(
        pairs_of(problem, homes, member[clusters]),
        solver_seconds=seconds,
        own=best,
        note=f"{seed + 1} starts; {least} to {most} households for all",
    )


def _places(problem: Problem) -> FloatArray:
    """Where the households are, in metres on a plane, (H, 2)."""
    columns = problem.household_columns
    if np.isnan(columns.latitude).any():
        raise RefusedError("no coordinates (it draws clusters on a map)")
    across = np.cos(np.radians(columns.latitude.mean()))
    return np.stack([columns.latitude * DEGREE, columns.longitude * DEGREE * across], axis=1)
