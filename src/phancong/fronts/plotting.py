"""Pictures of a front by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phancong.report.canvas import axes_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot(labels: tuple[str, str], columns: dict[str, list[Any]], ax: Axes | None) -> Axes:
    """Draw a front.

    Parameters
    ----------
    labels
        The names of the axes.
    columns
        As in :meth:`Frontier.columns`.
    ax
        The axes to draw on; None makes a new figure.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    """
    ax = axes_of(ax)
    # Steps, since there is no plan between two points.
    ax.step(columns["x"], columns["y"], where="post", color="0.7", zorder=1)
    for proven, label in ((True, "proven"), (False, "not proven")):
        chosen = [
            (x, y)
            for x, y, sure in zip(columns["x"], columns["y"], columns["proven"], strict=True)
            if sure is proven
        ]
        if chosen:
            face = "C0" if proven else "none"
            ax.scatter(*zip(*chosen, strict=True), facecolors=face, edgecolors="C0", label=label)
    for x, y, knee in zip(columns["x"], columns["y"], columns["knee"], strict=True):
        if knee:
            ax.scatter([x], [y], s=160, facecolors="none", edgecolors="C3", label="knee")
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.legend()
    return ax
