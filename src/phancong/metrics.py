"""The figures of a plan (contract 6.1)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from phancong.assignment import Assignment, best_kept
from phancong.frozen import FrozenMapping
from phancong.problem import FloatArray


def metrics(assignment: Assignment) -> Mapping[str, float | None]:
    """All figures of a plan by name.

    Returns
    -------
    Mapping
        ``coverage``: filled ÷ needed places, 1 if none are needed. ``travel_total`` (Σ visits × travel
        over the pairs), ``travel_mean`` (of a pair) and ``travel_max``, in ``travel.unit``; None
        without distance. Over all members who are not exempt, with carried load: ``load_min``,
        ``load_max``, ``load_spread`` in households, ``load_gini`` and ``load_jain`` of households ÷
        share (0 and 1 if perfectly fair), ``workload_min``, ``workload_max``. ``kept``: the number of
        previous pairs in the plan, ``kept_share`` its share of those that could go on, ``changes``
        (contract 5.3).
    """
    problem = assignment.problem
    counted = ~problem.exempt
    counts = assignment.loads("households")[counted]
    workloads = assignment.loads("workload")[counted]
    ratio = counts / problem.member_columns.share[counted]
    needed = int(problem.needed.sum())
    filled = int(np.minimum(assignment.covered, problem.needed).sum())
    kept = int(np.count_nonzero(assignment.kept))
    could = best_kept(problem, weighted=False)

    def edge(figures: FloatArray, largest: bool) -> float:
        if not len(figures):
            return 0.0
        return float(figures.max() if largest else figures.min())

    figures: dict[str, float | None] = {"coverage": filled / needed if needed else 1.0}
    if problem.travel is None:
        figures |= dict.fromkeys(("travel_total", "travel_mean", "travel_max"))
    else:
        pairs = len(assignment.rows)
        figures |= {
            "travel_total": assignment.travel_total,
            "travel_mean": float(assignment.pair_travel.mean()) if pairs else 0.0,
            "travel_max": float(assignment.pair_travel.max()) if pairs else 0.0,
        }
    least, most = edge(counts, False), edge(counts, True)
    figures |= {
        "load_min": least,
        "load_max": most,
        "load_spread": most - least,
        "load_gini": gini(ratio),
        "load_jain": jain(ratio),
        "workload_min": edge(workloads, False),
        "workload_max": edge(workloads, True),
        "kept": float(kept),
        "kept_share": kept / could if could else 1.0,
        "changes": float(assignment.changes),
    }
    return FrozenMapping(figures)


def gini(figures: FloatArray) -> float:
    """Gini coefficient of figures ≥ 0: 0 if all are equal, towards 1 if one has everything."""
    total = float(figures.sum())
    if total == 0:
        return 0.0
    n = len(figures)
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ np.sort(figures) / (n * total))


def jain(figures: FloatArray) -> float:
    """Jain's fairness index of figures ≥ 0: 1 if all are equal, 1/n if one has everything.

    Jain, Chiu and Hawe, "A quantitative measure of fairness and discrimination", DEC-TR-301, 1984.
    """
    squares = float(figures @ figures)
    if squares == 0:
        return 1.0
    return float(figures.sum()) ** 2 / (len(figures) * squares)
