"""Pictures of a plan by matplotlib: loads as bars, or a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from phancong import naming
from phancong.errors import InvalidArgumentError
from phancong.report.canvas import axes_of
from phancong.report.figures import Figures, MemberFigures
from phancong.report.labels import Labels
from phancong.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The kinds of pictures.
KINDS = ("loads", "map")


def plot(figures: Figures, kind: str, labels: Labels, w: Words, ax: Axes | None) -> Axes:
    """Draw a plan.

    Raises
    ------
    InvalidArgumentError
        There is no such kind, or no household has coordinates.
    MissingExtraError
        matplotlib is not installed.
    """
    if kind not in KINDS:
        raise InvalidArgumentError(f"kind is {kind!r}; there are {', '.join(map(repr, KINDS))}")
    ax = axes_of(ax)
    members = [one for one in figures.members if one.rows]
    draw = _loads if kind == "loads" else _map
    draw(ax, figures, members, labels, w)
    return ax


def _loads(
    ax: Axes, figures: Figures, members: list[MemberFigures], labels: Labels, w: Words
) -> None:
    """A bar for each member, the first on top, with a tick at each limit."""
    columns = figures.plan.problem.member_columns
    name = "workload" if figures.weighted else "households"
    values = [getattr(one, name) + getattr(one, f"carried_{name}") for one in members]
    places = np.arange(len(members))
    ax.barh(places, values, color="0.75")
    rows = [one.column for one in members]
    for bound in ("min", "max"):
        limits = np.asarray(getattr(columns, f"{bound}_{name}")[rows], dtype=np.float64)
        # Leave out limits far above all loads, which would shrink the bars to dots.
        shown = (limits > 0) & (limits <= 2 * max(values, default=0))
        ax.vlines(limits[shown], places[shown] - 0.4, places[shown] + 0.4, colors="black")
    ax.set_yticks(places, [labels.member(one.id) for one in members])
    ax.invert_yaxis()
    ax.set_xlabel(w.gettext("workload") if figures.weighted else w.gettext("households"))


def _map(
    ax: Axes, figures: Figures, members: list[MemberFigures], labels: Labels, w: Words
) -> None:
    """Households as dots, with lines to their member and its name; north is up, scales are equal."""
    homes, people = figures.plan.problem.household_columns, figures.plan.problem.member_columns
    known = np.isfinite(homes.latitude) & np.isfinite(homes.longitude)
    if not known.any():
        raise InvalidArgumentError("no household has a place; plot(kind='loads') needs none")
    for number, one in enumerate(members):
        rows = np.array([row for row in one.rows if known[row]], dtype=np.int64)
        x, y = homes.longitude[rows], homes.latitude[rows]
        colour = f"C{number % 10}"
        at = (people.longitude[one.column], people.latitude[one.column])
        if np.isfinite(at).all():
            ends = np.array([[(at[0], h), (at[1], v)] for h, v in zip(x, y, strict=True)])
            for line in ends:
                ax.plot(line[0], line[1], color=colour, linewidth=0.6, zorder=1)
            ax.plot(*at, marker="s", color=colour, markersize=7, zorder=3)
            ax.annotate(labels.member(one.id), at, textcoords="offset points", xytext=(5, 5))
        ax.scatter(x, y, s=10, color=colour, zorder=2)
    nobody = known & (figures.plan.assignment.missing > 0)
    ax.scatter(homes.longitude[nobody], homes.latitude[nobody], marker="x", color="black")
    ax.set_aspect(1 / np.cos(np.radians(float(homes.latitude[known].mean()))))
    ax.ticklabel_format(useOffset=False)
    ax.set_xlabel(naming.with_unit(w, w.gettext("longitude"), "°"))
    ax.set_ylabel(naming.with_unit(w, w.gettext("latitude"), "°"))
