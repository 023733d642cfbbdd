"""Travel on foot: shortest paths over a network of paths (contract 3.2)."""

from __future__ import annotations

import hashlib
import math
import warnings
from typing import Any, Final, Literal

import numpy as np

from phancong.errors import Defect, FarFromPathWarning, InvalidArgumentError
from phancong.layout import with_noun
from phancong.travel.paths.access_points import Joints, nearest_points, search_tree
from phancong.travel.paths.chains import Chains, drawn_together
from phancong.travel.paths.edges import Edges
from phancong.travel.paths.graphs import Closed, Weight, read_edges
from phancong.travel.paths.recent import Recent
from phancong.travel.paths.report import HasPlaces, NetworkReport, report_on
from phancong.travel.paths.shortest import Spots, mean_of_both_ways
from phancong.travel.paths.walking import Walking
from phancong.travel.places import FloatArray, Places, called
from phancong.words import Message

#: The most far places that a warning lists.
_SHOWN: Final = 10


class PathNetwork:
    """Shortest paths over a graph, between the nearest points on edges.

    A place joins at the nearest point *on an edge*, not at the nearest node, and the distance to that
    point counts; two places on one edge travel along it. Travel is the mean of both directions if they
    differ (contract 3.0); a pair that is unreachable in one direction is unreachable. Two places with
    equal coordinates have travel 0. The network is copied: later changes of the graph have no effect.

    Parameters
    ----------
    graph
        A networkx graph of any kind, whose nodes have ``y`` and ``x`` (as in osmnx) or ``lat`` and
        ``lon``, in degrees WGS 84. An edge of a directed graph is one-way; an edge of an undirected
        graph is open both ways. If an edge has a ``geometry`` (a shapely line, WKT, or points ``(lon,
        lat)``), it follows that line; otherwise it is straight.
    weight
        The cost of an edge: the name of an attribute; a function ``(u, v, data)`` as in networkx, where
        ``None`` hides the edge; or :class:`Walking` for minutes on foot.
    unit
        The unit of travel; by default ``"m"`` for ``weight="length"`` and ``"minutes"`` for
        :class:`Walking`.
    access
        The cost of a metre between a place and its edge, in the unit; by default 1 for
        ``weight="length"``, and for :class:`Walking` its own value. Any other weight needs it.
    snap
        The largest distance of a place from its edge, in metres.
    far
        How a place farther than ``snap`` is treated: ``"error"``, as a defect of the problem;
        ``"warn"``, with a :class:`FarFromPathWarning` when the problem is built, and the place joins
        nevertheless.
    closed
        Closed edges, such as those that are flooded in the rains: the name of an attribute that is true
        for them, or a function ``(u, v, data)``. A place whose nearest edge is closed is unreachable,
        unless it is at an open end of the edge: another edge might be beyond the river.
    cutoff
        Travel above this is not computed and counts as unreachable, which no plan can relax; ``None``
        for no limit. Use it only for very large networks: ``max_travel`` of a problem does not need it,
        and can be relaxed.

    Raises
    ------
    InvalidArgumentError
        A node has no coordinates or an edge no cost (the message names all), or another argument is not
        valid.
    MissingExtraError
        scipy or shapely is not installed: ``pip install 'phancong[paths]'``.

    Examples
    --------
    >>> import networkx
    >>> from phancong import Household, Member, PathNetwork, Problem
    >>> graph = networkx.Graph()
    >>> graph.add_node("bridge", lat=22.400, lon=105.200)
    >>> graph.add_node("school", lat=22.410, lon=105.200)
    >>> graph.add_edge("bridge", "school", length=1500)  # the path winds
    >>> problem = Problem(
    ...     [Member("m1", (22.400, 105.200))],
    ...     [Household("h1", (22.405, 105.200))],
    ...     travel=PathNetwork(graph),
    ... )
    >>> problem.travel_matrix.round().tolist()
    [[750.0]]
    """

    __slots__ = (
        "_access",
        "_chains",
        "_cutoff",
        "_digest",
        "_edges",
        "_far",
        "_joined",
        "_mended",
        "_snap",
        "_tree",
        "_unit",
        "_ways",
        "_weight",
    )

    def __init__(
        self,
        graph: Any,
        weight: Weight = "length",
        *,
        unit: str | None = None,
        access: float | None = None,
        snap: float = 500.0,
        far: Literal["error", "warn"] = "error",
        closed: Closed = None,
        cutoff: float | None = None,
    ) -> None:
        faults: list[str] = []
        if not (isinstance(weight, str | Walking) or callable(weight)):
            faults.append("weight: give an attribute, a function (u, v, data) or Walking()")
        if isinstance(weight, Walking):
            access = weight.access if access is None else access
            unit = "minutes" if unit is None else unit
        elif weight == "length":
            access = 1.0 if access is None else access
            unit = "m" if unit is None else unit
        elif access is None:
            faults.append("access: say what a metre off the paths costs, access=...")
        if far not in ("error", "warn"):
            faults.append(f"far: {far!r} is neither 'error' nor 'warn'")
        if not (closed is None or isinstance(closed, str) or callable(closed)):
            faults.append("closed: give an attribute or a function (u, v, data)")
        for name, value in (("access", access), ("snap", snap), ("cutoff", cutoff)):
            if value is not None and not _amount(value):
                faults.append(f"{name}: {value!r} is not a finite number of at least 0")
        if faults:
            raise InvalidArgumentError("; ".join(faults))
        assert access is not None
        self._weight = repr(weight) if isinstance(weight, str | Walking) else "a function"
        self._unit = "" if unit is None else unit
        self._access = float(access)
        self._snap = float(snap)
        self._far: Literal["error", "warn"] = far
        self._cutoff = math.inf if cutoff is None else float(cutoff)
        self._edges: Edges = read_edges(graph, weight, closed)
        self._mended: tuple[str, ...] = tuple(graph.graph.get("mended", ()))
        self._settle()

    def _settle(self) -> None:
        """Set attributes that follow from the edges; they are neither pickled nor compared."""
        settings = (self._weight, self._unit, self._access, self._snap, self._far, self._cutoff)
        self._digest = hashlib.sha256((repr(settings) + self._edges.digest).encode()).hexdigest()
        self._chains: Chains = drawn_together(self._edges)
        self._tree: Any = search_tree(self._edges)
        self._joined: Recent[Joints] = Recent(4)
        self._ways: Recent[FloatArray] = Recent(2)
        for table in (self._edges, self._chains):
            for name in table.__slots__:
                if isinstance(column := getattr(table, name), np.ndarray):
                    column.flags.writeable = False

    @property
    def unit(self) -> str:
        """The unit of travel."""
        return self._unit

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the network and all settings: equal on every computer for equal networks."""
        return self._digest

    @property
    def pieces(self) -> FloatArray:
        """Straight pieces that are open in some direction, for a map.

        Longitude and latitude of both ends in degrees, shape ``(S, 4)``, sorted by content.
        """
        edges = self._edges
        tail, head = (ends[~edges.shut] for ends in (edges.tail, edges.head))
        x, y = edges.longitude, edges.latitude
        return np.column_stack([x[tail], y[tail], x[head], y[head]])

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """Places without coordinates, and places farther than ``snap`` from the nearest edge.

        Warns
        -----
        FarFromPathWarning
            There are such places, and ``far="warn"``.
        """
        found: list[Defect] = []
        distant: list[str] = []
        for places in (households, members):
            joints = self._joints(places)
            for row in np.flatnonzero(~(joints.metres <= self._snap)).tolist():
                record = called(places.kind, places.ids[row])
                metres = float(joints.metres[row])
                if not np.isfinite(places.latitude[row]):
                    what = Message("has no coordinates, and travel is walked between coordinates")
                    mend = Message("give latitude and longitude, or use another way of travelling")
                    found.append(Defect(record, "at", what, mend))
                elif not math.isfinite(metres):
                    what = Message("joins nothing: the network has no edges")
                    found.append(Defect(record, "at", what, Message("give a graph with edges")))
                elif self._far == "error":
                    what = Message(
                        "is {metres} m from the nearest path, farther than {snap}",
                        metres=round(metres),
                        snap=f"{self._snap:g}",
                    )
                    mend = Message("correct its coordinates, add the missing path, or raise snap")
                    found.append(Defect(record, "at", what, mend))
                else:
                    distant.append(f"{record} ({metres:,.0f} m)")
        if distant:
            more = f" and {len(distant) - _SHOWN} more" if len(distant) > _SHOWN else ""
            warnings.warn(
                f"farther than {self._snap:g} m from the nearest path: "
                f"{', '.join(distant[:_SHOWN])}{more}",
                FarFromPathWarning,
                stacklevel=2,
            )
        return found

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel of each pair along the paths, the mean of both directions.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`; ``inf`` if unreachable, or a
            place has no coordinates. Read-only.
        """
        return self._ways.get(
            (_key(households), _key(members)), lambda: self._between(households, members)
        )

    def _between(self, households: Places, members: Places) -> FloatArray:
        rows, columns = self._joints(households), self._joints(members)
        near = Spots.of(self._chains, rows), rows.metres * self._access
        far = Spots.of(self._chains, columns), columns.metres * self._access
        if len(members) <= len(households):  # search from the smaller side
            result = mean_of_both_ways(self._chains, far[0], near[0], self._cutoff).T.copy()
        else:
            result = mean_of_both_ways(self._chains, near[0], far[0], self._cutoff)
        result += near[1][:, None]
        result += far[1]
        result[result > self._cutoff] = np.inf
        same = (households.latitude[:, None] == members.latitude) & (
            households.longitude[:, None] == members.longitude
        )
        result[same] = 0.0
        result.flags.writeable = False
        return result

    def report(self, problem: HasPlaces | None = None) -> NetworkReport:
        """A report on the network, and on how the places of a problem join it.

        Parameters
        ----------
        problem
            A problem, whose travel model may be another one; without it the report covers the network
            alone.
        """
        sides = []
        if problem is not None:
            sides = [
                problem.household_columns.places("household"),
                problem.member_columns.places("member"),
            ]
        return report_on(
            self._edges,
            [(places, self._joints(places)) for places in sides],
            self.between(*sides) if sides else np.zeros((0, 0)),
            snap=self._snap,
            mended=self._mended,
        )

    def _joints(self, places: Places) -> Joints:
        return self._joined.get(
            _key(places),
            lambda: nearest_points(self._edges, self._tree, places.latitude, places.longitude),
        )

    def __eq__(self, other: object) -> bool:
        """Compare content and settings; the order of nodes and edges, and their names, do not count."""
        if not isinstance(other, PathNetwork):
            return NotImplemented
        return self._digest == other._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    def __repr__(self) -> str:
        """The size, the weight and the unit, without coordinates."""
        edges = with_noun(len(self._edges), "edge")
        return f"PathNetwork({edges}, weight={self._weight}, unit={self._unit!r})"

    def __getstate__(self) -> dict[str, Any]:
        kept = ("_access", "_cutoff", "_edges", "_far", "_mended", "_snap", "_unit", "_weight")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._settle()


def _key(places: Places) -> tuple[bytes, bytes]:
    """The fields in which places at different coordinates differ."""
    return places.latitude.tobytes(), places.longitude.tobytes()


def _amount(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf
