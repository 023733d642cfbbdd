"""Two plans on the hull around a budget, and the next price to try between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from phancong.problem import BoolArray, IntArray

#: Up to this difference in count the chord between two plans gives the price, without a guess.
NEAR: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class CountedFlow:
    """A plan with its count and its cost, which has the count in its last bits.

    Parameters
    ----------
    count, cost
        Count and cost of the plan.
    chosen, missing
        As in :class:`Flow`.
    price
        A price of the count at which it is the cheapest plan; None if none is known.
    """

    count: int
    cost: int
    chosen: BoolArray
    missing: IntArray
    price: int | None = None


@dataclass(slots=True, eq=False)
class Bracket:
    """The nearest known plans on the hull on both sides of a budget.

    At the price of their chord the cheapest flow is another plan on the hull, or the two are neighbours.
    Prices of chords converge slowly, so that the slopes at both ends give a better guess first. (13
    budgets at 30 × 250: 59 flows by chords alone, 39 with guesses.)

    Parameters
    ----------
    most
        The budget.
    aim
        The count at which a plan on the hull is guessed.
    below, above
        The plans within and beyond the budget.
    """

    most: int
    aim: float
    below: CountedFlow
    above: CountedFlow
    #: Consecutive guesses that led back to one of the two plans, and whether it was the one below.
    _again: int = 0
    _low: bool = False

    def chord(self) -> int:
        """A price just below that at which both plans cost the same, so that the one above is cheaper."""
        return (self.below.cost - self.above.cost - 1) // (self.above.count - self.below.count)

    def guess(self) -> int | None:
        """The estimated price at the budget, by the cubic through both plans with their slopes.

        After a guess that led back to one of the two plans, the price moves away from that plan, with
        doubling steps. None if the plans are near in count, or a slope is not known.
        """
        low, high = self.above.price, self.below.price
        width = self.above.count - self.below.count
        if width <= NEAR or low is None or high is None:
            return None
        if self._again:
            step = (high - low) / width * 2.0 ** (self._again - 2)
            price = int(high - step if self._low else low + step)
        else:
            # The derivative of Hermite's cubic; floats suffice for a guess.
            along = (self.aim - self.below.count + 0.5) / width
            chord = (self.below.cost - self.above.cost) / width
            start, end = (1 - along) * (1 - 3 * along), along * (3 * along - 2)
            price = int(6 * along * (1 - along) * chord + start * high + end * low)
        return price if low < price < high else None

    def take(self, found: CountedFlow) -> bool:
        """Narrow the bracket by a plan on the hull; whether the plan is new."""
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
