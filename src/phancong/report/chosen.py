"""Details of households that are reported only by choice: a title and a cell each (contract 2.6)."""

from __future__ import annotations

import numpy as np

from phancong.report.figures import Figures
from phancong.words import Words


def chosen_columns(
    figures: Figures, w: Words, include: frozenset[str]
) -> list[tuple[str, list[str | float | None]]]:
    """Columns that *include* names, each a title and a cell for each household of the problem."""
    homes = figures.plan.problem.household_columns
    found: list[tuple[str, list[str | float | None]]] = []
    if "workload" in include:
        found.append((w.gettext("workload"), list(homes.workload.tolist())))
    if "priority" in include:
        found.append((w.gettext("priority"), list(homes.priority.tolist())))
    if "needs" in include:
        found.append((w.gettext("needs"), ["; ".join(sorted(n)) for n in homes.needs]))
    if "coordinates" in include:
        found.append((w.gettext("latitude"), [_degrees(x) for x in homes.latitude.tolist()]))
        found.append((w.gettext("longitude"), [_degrees(x) for x in homes.longitude.tolist()]))
    return found


def _degrees(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)
