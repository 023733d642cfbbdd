"""Records of a front: its points, each with its plan and proof, and the knee."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from phancong import naming
from phancong.fronts.picture import picture
from phancong.fronts.plotting import plot
from phancong.goals import Goal
from phancong.plan import Plan
from phancong.report.screen import page_document
from phancong.tables import write_files
from phancong.words import Printable, page, words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A point of a front.

    Parameters
    ----------
    plan
        The plan. Its goals are the held goal, with the tolerance that leads to this point, then the
        other goal; ``solve`` with these goals finds the same values again.
    x, y
        Values of the first and the second goal, each in the unit of its goal.
    x_bound, y_bound
        Lower bounds, over all plans as good in the limits and goals above. That of the goal that is not
        held is valid for all plans whose held goal is within *limit*. That of the held goal is valid for
        all plans as good as this one in the other goal.
    limit
        The limit of the held goal, in its unit.
    proven
        Whether this point is proven to be non-dominated: both values meet their bounds, and all lines
        above are proven.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import Continuity, Travel, frontier
    >>> front = frontier(problem.replace(previous={"h1": "m2"}), Continuity(), Travel())
    >>> [(point.x, round(point.y), point.proven) for point in front.points]  # changes, metres
    [(0.0, 2299, True), (1.0, 254, True)]
    """

    plan: Plan
    x: float
    y: float
    x_bound: float
    y_bound: float
    limit: float
    proven: bool


@dataclass(frozen=True, slots=True)
class Frontier(Printable):
    """The non-dominated plans between two goals (contract 6.6); prints as a table.

    Plans whose values differ by rounding only are one point.

    Parameters
    ----------
    x, y
        The goals.
    held
        The goal that was kept within limits while the other was minimised: ``"x"`` or ``"y"``.
    points
        The points, sorted by increasing *x*; *y* decreases.
    complete
        Whether it is proven that there are no other non-dominated points.
    stopped
        What cut the search (``"time"``, ``"work"``, ``"gap"``, ``"progress"``, ``"rounding"``); None
        if nothing did.
    seconds
        The seconds of the whole call.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import Continuity, Travel, frontier
    >>> front = frontier(problem.replace(previous={"h1": "m2"}), Continuity(), Travel())
    >>> len(front.points), front.complete
    (2, True)
    """

    x: Goal
    y: Goal
    held: Literal["x", "y"]
    points: tuple[FrontierPoint, ...]
    complete: bool
    stopped: str | None
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether every point is proven."""
        return all(point.proven for point in self.points)

    @property
    def knee(self) -> FrontierPoint | None:
        """The point farthest below the line between the two ends, with both axes scaled to 1.

        There the trade-off is steepest to both sides (Das, *Structural Optimization* 18, 1999,
        doi:10.1007/BF01195985). None if no point is below that line.
        """
        first, last = self.points[0], self.points[-1]
        width, height = last.x - first.x, first.y - last.y
        best, knee = 1e-9, None
        for point in self.points[1:-1]:
            below = 1.0 - (point.x - first.x) / width - (point.y - last.y) / height
            if below > best:
                best, knee = below, point
        return knee

    @property
    def price(self) -> float:
        """The relative increase of *y* from its best value to its value at the best *x*.

        With fairness as *x* this is the price of fairness (Bertsimas, Farias and Trichakis, *Operations
        Research* 59, 2011, doi:10.1287/opre.1100.0865). 0 if one plan is best in both goals; ``inf`` if
        the best *y* is 0; if *y* is negative, relative to its absolute value.
        """
        more, least = self.points[0].y - self.points[-1].y, abs(self.points[-1].y)
        if more == 0:
            return 0.0
        return more / least if least > 0 else math.inf

    def columns(self) -> dict[str, list[Any]]:
        """The columns of :meth:`to_frame` as lists."""
        knee = self.knee
        return {
            "x": [point.x for point in self.points],
            "y": [point.y for point in self.points],
            "x_bound": [point.x_bound for point in self.points],
            "y_bound": [point.y_bound for point in self.points],
            "proven": [point.proven for point in self.points],
            "knee": [point is knee for point in self.points],
        }

    def to_frame(self) -> pandas.DataFrame:
        """The front as a data frame with a row per point.

        Returns
        -------
        pandas.DataFrame
            ``x``, ``y``, ``x_bound``, ``y_bound``, each in the unit of its goal, ``proven``, ``knee``.
        """
        import pandas  # here: importing it takes longer than making most plans

        return pandas.DataFrame(self.columns())

    def to_html(self, path: str | Path, *, lang: str = "en") -> None:
        """Write a page for a browser: one file that loads nothing from elsewhere.

        It has a picture and a table of the points.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        lang
            The language: ``"en"`` or ``"vi"``.

        Raises
        ------
        InvalidArgumentError
            There is no such language.
        NotWrittenError
            The file cannot be written; an existing file is unchanged.
        """
        w = words(lang)
        names = (naming.goal(w, self.x), naming.goal(w, self.y))
        points = [(point.x, point.y, point.proven) for point in self.points]
        knee = None if self.knee is None else self.points.index(self.knee)
        drawn = picture(names, points, knee, w)
        title = w.gettext("{x} against {y}", x=names[0], y=names[1])
        title = title[:1].upper() + title[1:]
        write_files([(path, page_document(title, page(self, w), w, above=[drawn]))])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the front: steps between the points, the knee marked, unproven points hollow.

        Parameters
        ----------
        ax
            The axes to draw on; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The axes, to add a title or to save: ``front.plot().figure.savefig("front.png")``.

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        """
        return plot((repr(self.x), repr(self.y)), self.columns(), ax)
