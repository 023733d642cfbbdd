"""Private details of households, reported only if *include* names them (contract 2.6).

Coordinates are shown on maps, not in lists.
"""

from __future__ import annotations

from phancong.report.figures import Figures
from phancong.words import Words


def chosen_columns(
    figures: Figures, w: Words, include: frozenset[str]
) -> list[tuple[str, list[str | float | None]]]:
    """The columns that *include* names: a title, and a cell for each household of the problem."""
    homes = figures.plan.problem.household_columns
    found: list[tuple[str, list[str | float | None]]] = []
    if "workload" in include:
        found.append((w.gettext("workload"), list(homes.workload.tolist())))
    if "priority" in include:
        found.append((w.gettext("priority"), list(homes.priority.tolist())))
    if "needs" in include:
        found.append((w.gettext("needs"), ["; ".join(sorted(n)) for n in homes.needs]))
    return found
