"""The sequence of limits of a front, and the ranges of limits that each answer settles."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Final

from phancong.errors import NoPlanFoundError
from phancong.fronts.axes import just_below
from phancong.fronts.trade import Trade, TradePoint
from phancong.meeting import slack

#: The share of the remaining search for a point, if the number of points is unknown.
PART: Final = 0.5

#: Reasons of stopping after which more time or work may prove more.
CUT: Final = ("time", "work")
#: How far an evenly spaced limit may be moved, relative to the spacing.
ROOM: Final = 0.25


class Spread:
    """A front that grows point by point.

    An answer is valid for every limit from the value of its plan to the limit that was set. Between that
    limit and the value of the next plan there may be other plans: a gap.

    Parameters
    ----------
    trade
        The goals and the engine.
    number
        The number of points wanted; None for all.

    Raises
    ------
    InfeasibleError
        There is no plan.
    NoPlanFoundError
        No end of the front was found in time.
    """

    def __init__(self, trade: Trade, number: int | None) -> None:
        self.trade = trade
        self.number = number
        #: What cut the search first; None if nothing did.
        self.stopped: str | None = None
        #: Whether there may be a plan between two answers that no search has found.
        self._missed = False
        free = trade.best_free(self._share(0))
        self._tell(free, 1)
        #: The answers, sorted by the value of the held goal, the least first.
        self._answers = [free]
        end = self._second_end() if self._may_go_on() else None
        if end is None:
            self.complete = False
            return
        if _apart(end, free):
            self._answers = [end, free]
            self._fill()
        else:  # one plan is best in both goals
            self._answers = [end if end.proven or not free.proven else free]
        while self._again():
            self._fill()
        self.complete = (
            self.stopped is None and not self._gaps() and all(a.proven for a in self._answers)
        )

    def answers(self) -> list[TradePoint]:
        """The non-dominated answers, sorted by the value of the held goal."""
        found = self._answers[:1]
        for answer in self._answers[1:]:
            if answer.free < just_below(found[-1].free):
                found.append(answer)
        return found

    # --- finding points -------------------------------------------------------------------------

    def _second_end(self) -> TradePoint | None:
        try:
            end = self.trade.best_held(self._share(1))
        except NoPlanFoundError:
            self.stopped = self.trade.course.stopped or "time"
            return None
        self._tell(end, 2)
        return end

    def _fill(self) -> None:
        for limit, room in self._even_limits():
            if not self._may_go_on():
                return
            low, high = limit - room, limit + room
            if not any(a.held <= high and a.limit >= low for a in self._answers):
                self._ask(high, low)
        while len(self.answers()) < (self.number or math.inf):
            gaps = self._gaps()
            if not gaps or not self._may_go_on():
                return
            # All points in order; or, for a number of points, those in the widest gaps.
            self._ask((max(gaps) if self.number else gaps[-1])[1])

    def _even_limits(self) -> list[tuple[float, float]]:
        """Limits between the ends, with the distance by which each may be moved to both sides.

        First the middle, then the middles of both halves, and so on: thus the points are spread evenly
        even if the search is cut, and an engine can use what it learned for neighbouring limits.
        """
        if self.number is None:
            return []
        low, high = self._answers[0].held, self._answers[-1].held
        parts = self.number - 1
        halves, order = [(0, parts)], []
        for start, end in halves:  # the list grows during the loop
            middle = (start + end) // 2
            if middle > start:
                order.append(middle)
                halves += [(start, middle), (middle, end)]
        width = (high - low) / parts
        return [(low + width * part, width * ROOM) for part in order]

    def _gaps(self) -> list[tuple[float, float]]:
        """The width and the largest limit of every gap, sorted by limit."""
        found = []
        for low, high in pairwise(self._answers):
            top = just_below(high.held)
            if top > low.limit:
                found.append((top - low.limit, top))
        return found

    def _ask(self, limit: float, least: float | None = None) -> None:
        """Find the best plan for a limit without a valid answer, or for one from *least* to *limit*."""
        place = sum(answer.held <= limit for answer in self._answers)
        lower = self._answers[place - 1]
        number = len(self._answers) + 1
        try:
            found = self.trade.within(
                limit,
                least,
                self._answers[0],
                self._share(number - 1),
                f"point {number}",
                begin=lower,
            )
        except NoPlanFoundError:
            self.stopped = self.stopped or self.trade.course.stopped or "time"
            self._missed = True
            found = None
        if found is not None:
            self._tell(found, number)
        if found is None or not (_apart(lower, found) or lower.proven > found.proven):
            # The plan for smaller limits, or one that is as good.
            self._answers[place - 1] = replace(found or lower, limit=limit)
        else:  # a plan that is proven for smaller limits alone stays beside what may yet become better
            self._answers.insert(place, found)

    def _again(self) -> bool:
        """Continue answers that were cut while time is left; whether a plan or a proof changed.

        Each had a share of the search; once no gap is left, the rest of the search is for them.
        """
        left = [answer for answer in self._answers if answer.plan.stopped in CUT]
        alone = len(self._answers) == 1
        changed = False
        for number, answer in enumerate(left):
            if not self._may_go_on():
                return False
            try:
                found = self._gone_on(answer, 1.0 / (len(left) - number))
            except NoPlanFoundError:
                continue
            if found is None or (found.held, found.free, found.proven) == (
                answer.held,
                answer.free,
                answer.proven,
            ):
                continue
            changed = True
            # The plan is no longer best in both goals: there may be others between the ends.
            self._missed |= alone and _apart(*sorted((found, answer), key=lambda one: one.held))
            self._answers = [found if one is answer else one for one in self._answers]
        self._answers.sort(key=lambda one: (one.held, one.limit))
        if not self._missed:
            self.stopped = self.trade.course.stopped or next(
                (answer.plan.stopped for answer in self._answers if not answer.proven), None
            )
        return changed

    def _gone_on(self, answer: TradePoint, share: float) -> TradePoint | None:
        """The answer for the same limit, continued from the plan that was found."""
        trade = self.trade
        if math.isinf(answer.limit):
            return trade.best_free(share, answer)
        if answer is self._answers[0]:
            return trade.best_held(share, answer)
        end = self._answers[0]
        return trade.within(answer.limit, None, end, share, "again", known=answer)

    # --- the search -----------------------------------------------------------------------------

    def _share(self, found: int) -> float:
        """The share of the remaining search for the next point."""
        return PART if self.number is None else 1.0 / max(self.number - found, 1)

    def _may_go_on(self) -> bool:
        self.stopped = self.stopped or self.trade.course.stopped
        return self.trade.course.stopped is None

    def _tell(self, answer: TradePoint, number: int) -> None:
        if not answer.proven:
            self.stopped = self.stopped or answer.plan.stopped
        self.trade.course.report(f"point {number}", self.trade.free, answer.free, answer.free_bound)


def _apart(lower: TradePoint, upper: TradePoint) -> bool:
    """Whether two answers differ in the held goal by more than rounding."""
    return upper.held - lower.held > float(slack(lower.held))
