"""Subgradient steps for the Lagrangian bound, whose target lies a little above the best bound so far.

With many members a step looks at near pairs only (:mod:`.near_pairs`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from phancong.engines.weighted.bound.lagrangian import Lagrangian, Multipliers
from phancong.engines.weighted.bound.near_pairs import NearPairs, nearest_pairs
from phancong.engines.weighted.tuning import FIRST_TARGET, MOMENTUM, PACE, TARGET
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Iterate:
    """Multipliers on the way, and a subgradient of the bound there.

    Parameters
    ----------
    cover, budgets
        The multipliers.
    bound
        The bound.
    missing
        Members that each unit lacks in the best sets, (U,); negative if it has too many.
    above
        By how much the sets exceed each budget, (B,).
    exact
        The multipliers with their bound over all pairs; None if near pairs only were looked at.
    """

    cover: IntArray
    budgets: tuple[int, ...]
    bound: int
    missing: IntArray
    above: IntArray
    exact: Multipliers | None


class _Passes:
    """Passes over the knapsacks of all members, over all pairs or over near ones.

    Parameters
    ----------
    lagrangian
        The bound.
    start
        The multipliers to begin with; near pairs are those of least penalty under them.
    """

    def __init__(self, lagrangian: Lagrangian, start: Multipliers) -> None:
        self.lagrangian = lagrangian
        instance, knapsacks = lagrangian.instance, lagrangian.knapsacks
        self.near: NearPairs | None = None
        if instance.has_many_members and knapsacks.sets_by_class:
            penalty = knapsacks.penalties(start.reduced, start.best)
            near = (
                nearest_pairs(penalty, instance.free, instance.tuning.near_pairs)
                | start.best.chosen
            )
            self.near = NearPairs(instance, lagrangian.cost, near)
        #: Units of work of one pass.
        self.work = knapsacks.step_work if self.near is None else self.near.work

    def begin(self, start: Multipliers) -> _Iterate:
        """The point of evaluated multipliers."""
        missing = self.lagrangian.instance.need - start.best.chosen.sum(axis=1)
        above = np.array([-b.room(start.best.chosen) for b in self.lagrangian.budgets], np.int64)
        return _Iterate(start.cover, start.budgets, start.bound, missing, above, start)

    def at(self, cover: IntArray, budgets: tuple[int, ...]) -> _Iterate:
        """The bound and a subgradient under multipliers."""
        if self.near is None:
            return self.begin(self.lagrangian.evaluate(cover, budgets, tables=False))
        need, limits = self.lagrangian.instance.need, self.lagrangian.budgets
        found = self.near.solve(cover, budgets)
        missing = need - np.bincount(found.units, minlength=len(need))
        above = [int(b.weight[found.units, found.members].sum()) - b.most for b in limits]
        bound = int((cover * need).sum()) + found.value - self.lagrangian.subtracted
        bound -= sum(price * b.most for price, b in zip(budgets, limits, strict=True))
        return _Iterate(cover, budgets, bound, missing, np.array(above, np.int64), None)

    def end(
        self, best: _Iterate, start: Multipliers, charge: Callable[[float], bool]
    ) -> Multipliers:
        """The multipliers of the best point with their bound over all pairs, if that is no worse."""
        if best.exact is start or (
            best.exact is not None and not self.lagrangian.knapsacks.by_core
        ):
            return best.exact
        charge(self.lagrangian.knapsacks.work)
        # Penalties of pairs need tables, and near pairs alone prove nothing.
        found = self.lagrangian.evaluate(best.cover, best.budgets)
        return found if found.bound >= start.bound else start


def subgradient(
    lagrangian: Lagrangian,
    start: Multipliers,
    steps: int,
    charge: Callable[[float], bool],
    upper: int,
    *,
    aim: int = 0,
    work: float = math.inf,
) -> Multipliers:
    """The best multipliers found by subgradient steps.

    Parameters
    ----------
    lagrangian
        The bound.
    start
        The multipliers to begin with.
    steps
        Number of steps, at most.
    charge
        Called with the work of each step; returns whether to stop.
    upper
        Cost of the incumbent, which caps the first target. It may be below the bound if no better
        plan exists.
    aim
        Least distance of the target from the bound; 0 derives the distance from *upper*.
    work
        Units of work of all steps, at most.
    """
    passes = _Passes(lagrangian, start)
    most = min(float(steps), work / max(passes.work, 1e-9))
    best = now = passes.begin(start)
    size = max(abs(start.bound), 1)
    lead = max(size * TARGET, aim)
    target = max(size * FIRST_TARGET, 0.3 * (upper - start.bound), 1.0)
    target = start.bound + min(lead if aim else target, max(float(upper - start.bound), 0.0))
    cover = start.cover.astype(np.float64)
    price = np.array(start.budgets, dtype=np.float64)
    largest = np.array(
        [max(int(np.abs(b.weight).max(initial=0)), 1) for b in lagrangian.budgets], float
    )
    direction, along = np.zeros(len(cover)), np.zeros(len(price))
    step, since = 1.0, 0
    pace = lagrangian.instance.tuning.quick_pace if lagrangian.knapsacks.by_core else PACE
    for _ in range(int(most)):
        if charge(passes.work) or step < pace.smallest:
            break
        missing = now.missing
        above = now.above / largest
        square = float((missing * missing).sum() + (above * above).sum())
        if square == 0:
            break  # the sets are a plan, and the bound is its cost less the price of unused budgets
        direction = missing + MOMENTUM * direction
        along = above + MOMENTUM * along
        length = step * max(target - now.bound, lead / 10, 1.0) / square
        cover = np.clip(cover + length * direction, -lagrangian.largest, lagrangian.largest)
        price = np.clip(price + length * along / largest, 0.0, lagrangian.most)
        whole = np.rint(cover).astype(np.int64)
        now = passes.at(whole, tuple(int(p) for p in np.rint(price)))
        if now.bound > best.bound:
            best, since = now, 0
            target = max(target, best.bound + lead)
            continue
        since += 1
        if since >= pace.patience:
            step, since = step * pace.shrink, 0
            cover = best.cover.astype(np.float64)
            price = np.array(best.budgets, dtype=np.float64)
            direction, along = np.zeros(len(cover)), np.zeros(len(price))
            now = best
    return passes.end(best, start, charge)
