"""Rounds of neighbourhoods: members who share households exchange them, several groups side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.lns.crew import Begun as UnderWay
from phancong.engines.lns.crew import Crew
from phancong.engines.lns.lagrangian import Lagrangian, Prices
from phancong.engines.lns.neighbourhoods import Neighbourhoods
from phancong.engines.lns.pieces import Piece, solved_piece
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing
from phancong.engines.lns.transfers import transferred
from phancong.problem import IntArray

#: Work of one piece: what is not solved by then is too large a piece.
PIECE_WORK: Final = 0.5
#: Members of a neighbourhood and pairs offered to a unit, round after round.
ROUNDS: Final[tuple[tuple[int, float], ...]] = (
    (8, 2.0),
    (8, 5.0),
    (14, 4.0),
    (20, 5.0),
    (30, 4.0),
)
#: Members of all neighbourhoods under way but one, as a part of all members. The more there are, the
#: more threads are of use, but the less is left to choose the next one from.
UNDER_WAY: Final = 1 / 4


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """Members, and their piece under way; None where nothing can come of it."""

    members: IntArray
    piece: UnderWay[Piece] | None


class Rounds:
    """Betters a plan piece by piece.

    Parameters
    ----------
    lagrangian
        The bound.
    standing
        What is in hand, and is told what is found.
    guided
        Cost of each pair, ties told apart by the guide, U × M.
    span
        What the search may take.
    crew
        Who solves the pieces.
    done
        Whether the search is over.
    """

    def __init__(
        self,
        lagrangian: Lagrangian,
        standing: Standing,
        guided: IntArray,
        span: Span,
        crew: Crew,
        done: Callable[[], bool],
    ) -> None:
        self.lagrangian = lagrangian
        self.standing = standing
        self.instance = standing.instance
        self.guided = guided
        self.span = span
        self.crew = crew
        self.done = done
        #: SCIP: HiGHS is as fast, but prints where it repairs a solution.
        self.solver = MathOptSolver("scip")
        #: Pieces that were solved, by members and pairs a unit.
        self.known: dict[tuple[int, float], set[bytes]] = {}
        self.rng = np.random.default_rng(span.course.search.seed)

    def run(
        self, around: Neighbourhoods, effort: float, sizes: tuple[tuple[int, float], ...]
    ) -> None:
        """Neighbourhoods of some sizes, with so many times the pairs and the work of one piece."""
        for many, pairs in sizes:
            if many < self.instance.free.shape[1]:
                self._round(around, many, pairs * effort, PIECE_WORK * effort)

    def transfer(self, prices: Prices) -> None:
        """Hand on load wherever that pays under the prices of budgets."""
        if self.done():
            return
        cost = self.guided
        if self.instance.budgets and cost is self.standing.cost:
            cost = self.lagrangian.with_budgets(prices.budgets)
        self.standing.found(transferred(self.instance, self.standing.taken, cost, self.span.over))

    def _round(self, around: Neighbourhoods, many: int, pairs: float, work: float) -> None:
        """Neighbourhoods of one size, until some in a row gain nothing.

        Each is chosen when the one some places before it is known, and results are taken in the order
        of the choice: threads have always something to do, and their number changes nothing.
        """
        patience = 3 + 2 * self.instance.free.shape[1] // many
        width = 1 + int(UNDER_WAY * self.instance.free.shape[1] / many)
        failures = 0
        under_way: deque[Begun] = deque()
        while True:
            room = min(width, patience - failures) - len(under_way)
            if room > 0 and not self.done():
                under_way.append(self._begun(around, many, pairs, work, under_way))
            elif under_way:
                failures = 0 if self._gained(under_way.popleft()) else failures + 1
            else:
                break
        self.transfer(around.prices)

    def _begun(
        self,
        around: Neighbourhoods,
        many: int,
        pairs: float,
        work: float,
        under_way: Iterable[Begun],
    ) -> Begun:
        """Choose a neighbourhood of members of whom none is under way, and solve it if it is new."""
        standing = self.standing
        apart = np.zeros(self.instance.free.shape[1], dtype=bool)
        for other in under_way:
            apart[other.members] = True
        chosen = around.around(standing.taken, many, pairs, self.rng, apart)
        known = self.known.setdefault((many, pairs), set())
        mark = chosen.members.tobytes() + standing.taken[:, chosen.members].tobytes()
        if mark in known:
            return Begun(chosen.members, None)
        known.add(mark)
        solved = partial(
            solved_piece,
            self.instance,
            standing.taken,
            self.guided,
            chosen.members,
            chosen.offered,
            self.solver,
            self.span.later(work),
        )
        return Begun(chosen.members, self.crew.begin(solved))

    def _gained(self, begun: Begun) -> bool:
        """Wait for a piece, and take what it gained over into the plan of now; whether it did."""
        if begun.piece is None:
            return False
        piece = begun.piece.result()
        self.span.over(piece.work)
        if piece.gain > 0:
            taken = self.standing.taken.copy()
            taken[:, begun.members] = piece.taken[:, begun.members]
            self.standing.found(taken)
        return piece.gain > 0
