"""Two plans on the hull around a budget, and the price at which to look between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phancong.problem import BoolArray, IntArray

#: Plans that are so near in count are compared with one another, not guessed between.
NEAR: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class CountedFlow:
    """A plan with what it counts and what it costs, the count included in the last bits.

    Parameters
    ----------
    count, cost
        Of the plan.
    chosen, missing
        As in :class:`Flow`.
    price
        A price of what is counted at which it is the cheapest plan; None if none is known.
    """

    count: int
    cost: int
    chosen: BoolArray
    missing: IntArray
    price: int | None = None


@dataclass(slots=True, eq=False)
class Bracket:
    """The nearest known plans on the hull to both sides of a budget.

    The chord between them gives the price at which another plan on the hull shows, or there is none;
    but it halves, where the slopes at both ends tell well where the budget lies. (13 budgets at
    30 × 250: 59 flows by chords alone, 39 with guesses.)

    Parameters
    ----------
    most
        The budget.
    aim
        Where a plan on the hull is looked for first.
    below, above
        The plans: within the budget, and beyond it.
    """

    most: int
    aim: float
    below: CountedFlow
    above: CountedFlow
    #: Guesses in a row that led to one of the two, and whether to the one below.
    _again: int = 0
    _low: bool = False

    def chord(self) -> int:
        """Just under the price at which both cost the same: there the one above is cheaper."""
        return (self.below.cost - self.above.cost - 1) // (self.above.count - self.below.count)

    def guess(self) -> int | None:
        """The price at the budget, by the cubic through both plans with their slopes.

        After a guess that led to one of the two, a little further away from it, then twice as far.
        None where the plans are near, or a slope is not known.
        """
        low, high = self.above.price, self.below.price
        width = self.above.count - self.below.count
        if width <= NEAR or low is None or high is None:
            return None
        if self._again:
            step = (high - low) / width * 2.0 ** (self._again - 2)
            price = int(high - step if self._low else low + step)
        else:
            # The derivative of Hermite's cubic; it is a guess, and floats will do.
            along = (self.aim - self.below.count + 0.5) / width
            chord = (self.below.cost - self.above.cost) / width
            start, end = (1 - along) * (1 - 3 * along), along * (3 * along - 2)
            price = int(6 * along * (1 - along) * chord + start * high + end * low)
        return price if low < price < high else None

    def take(self, found: CountedFlow) -> bool:
        """Narrow the bracket to a plan on the hull; whether it was not there before."""
        self._low = found.count <= self.most
        known = self.below if self._low else self.above
        new = self.below.count < found.count < self.above.count
        self._again = 0 if new else self._again + 1
        if new or found.count == known.count:
            if self._low:
                self.below = found
            else:
                self.above = found
        return new
