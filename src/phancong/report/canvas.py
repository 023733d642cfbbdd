"""The axes that a picture is drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phancong.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def axes_of(ax: Axes | None) -> Axes:
    """The axes that were given, or those of a new figure.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("plot() needs matplotlib: pip install 'phancong[plot]'") from None
    # Not a figure of pyplot, which would have to be closed and might open a window.
    return Figure(layout="constrained").add_subplot() if ax is None else ax
