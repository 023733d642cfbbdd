"""The least level of load if units could be split, by a linear program over some of the pairs.

A level is a largest load ÷ share. If loads depend on the member, this program is a strong lower bound of
it, and at an optimal vertex few units are split: no more than there are limits (Lenstra, Shmoys, Tardos,
*Mathematical Programming* 46, 1990, doi:10.1007/BF01585745). So a plan near the bound is near at hand:
each unit goes to the members who have most of it.

Most pairs have no part in an optimal solution. A program of the lightest pairs and of some drawn at
random is within a hundredth of the optimum (196 × 1,480, of 290,000 pairs 24,000: 15.64; the least is
15.50), where the lightest alone are far off, as they leave members without any load.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import Limits
from phancong.engines.common.linear_program import LinearProgram
from phancong.engines.weighted.bound.combined_limits import LimitMultipliers, whole_multipliers
from phancong.engines.weighted.construct.cheapest import cheapest
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.tuning import INTERIOR_PAIRS_A_UNIT
from phancong.problem import BoolArray, FloatArray, IntArray

#: Pairs of each unit in the first program: the lightest, and some at random.
LIGHTEST: Final = 4
DRAWN: Final = 12
#: Pairs of each unit that are added to the next program.
ADDED: Final = 4
#: A reduced cost is negative below this: levels are scaled to about 1.
NEGATIVE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class FractionalLoads:
    """A solution of the program.

    Parameters
    ----------
    multipliers
        Multipliers of the limits, from the duals; None if sums could overflow.
    rounded
        Each unit with the members who have most of it, U × M; it may break limits.
    pairs
        The pairs of the program, U × M.
    optimal
        Whether no other pair makes it better.
    """

    multipliers: LimitMultipliers | None
    rounded: BoolArray
    pairs: BoolArray
    optimal: bool

    def fits(self, instance: Instance) -> bool:
        """Whether it can be used for an instance, which may have other limits than its own."""
        return (
            self.multipliers is not None
            and self.rounded.shape == instance.free.shape
            and len(self.multipliers.budgets) == len(instance.budgets)
            and bool((self.rounded <= instance.free).all())
        )


def fractional_loads(
    instance: Instance,
    measure: str,
    worth: Mapping[int, float],
    taken: BoolArray,
    known: FractionalLoads | None,
    seed: int,
    limits: Callable[[], Limits],
    charge: Callable[[float], bool],
) -> FractionalLoads | None:
    """The last solution of programs with more and more pairs; None if none was solved in time.

    Parameters
    ----------
    instance, measure
        The limits, and the load whose level is minimised.
    worth
        The load ÷ share of one integer unit of load, for each member that counts.
    taken
        A plan within the limits, U × M; its pairs are in each program.
    known
        An earlier solution, with whose pairs to begin; None if there is none.
    seed
        The seed of the pairs that are drawn.
    limits, charge
        The limits of a call, and the function that charges its work and tells whether to stop.
    """
    each = np.zeros(instance.free.shape[1])
    each[list(worth)] = list(worth.values())
    figure = instance.resource(measure).weight * each[None, :]
    begin = _first_pairs(instance, figure, seed) if known is None else known.pairs & instance.free
    offered, found = begin | taken, None
    while True:
        program = _Program(instance, measure, each, figure, offered)
        # The simplex method took 6.6 s at 196 × 1,480, where this takes 0.5.
        solution = program.linear.solution(limits().seconds, limits().waited, interior=True)
        stop = charge(program.pairs / INTERIOR_PAIRS_A_UNIT)
        if solution is None:
            return found
        more = program.attractive(solution.duals) & ~offered
        found = program.rounded(solution.values, solution.duals, optimal=not more.any())
        if stop or found.optimal:
            return found
        offered |= more


def _first_pairs(instance: Instance, figure: FloatArray, seed: int) -> BoolArray:
    """The lightest free pairs of each unit, and some at random."""
    drawn = np.random.default_rng(seed).random(figure.shape)
    return _least(figure, instance.free, LIGHTEST) | _least(drawn, instance.free, DRAWN)


def _least(cost: FloatArray, free: BoolArray, most: int) -> BoolArray:
    """The free pairs of least cost of each unit, *most* at most."""
    found = np.zeros_like(free)
    most = min(most, free.shape[1])
    places = np.argpartition(np.where(free, cost, np.inf), most - 1, axis=1)[:, :most]
    np.put_along_axis(found, places, True, axis=1)
    return found & free


class _Program:
    """The program over some pairs: a row for each unit, for each member's level and limits, for budgets.

    Its last variable is the level.
    """

    def __init__(
        self,
        instance: Instance,
        measure: str,
        worth: FloatArray,
        figure: FloatArray,
        offered: BoolArray,
    ) -> None:
        self.instance, self.measure, self.worth, self.figure = instance, measure, worth, figure
        self.offered = offered
        self.unit, self.member = np.nonzero(offered)
        self.pairs = len(self.unit)
        #: A typical load ÷ share, so that the level is about 1.
        self.scale = max(float(figure.max(initial=0.0)), 1e-12)
        self.linear = self._linear()

    def _linear(self) -> LinearProgram:
        instance, member = self.instance, self.member
        units, members = instance.free.shape
        each, nothing = np.arange(self.pairs), np.full(members, -math.inf)
        need = instance.need.astype(np.float64)
        base = instance.resource(self.measure).base * self.worth / self.scale
        counted = np.flatnonzero(self.worth)
        entries = [
            (self.unit, each, np.ones(self.pairs)),
            (units + member, each, self.figure[self.unit, member] / self.scale),
            (units + counted, np.full(len(counted), self.pairs), np.full(len(counted), -1.0)),
        ]
        sides = [(need, need), (nothing, -base)]
        first = units + members
        for load in instance.binding:
            entries.append((first + member, each, load.weight[self.unit, member].astype(float)))
            sides.append((load.low.astype(float), load.high.astype(float)))
            first += members
        for budget in instance.budgets:
            entries.append((np.full(self.pairs, first), each, self._of(budget.weight)))
            sides.append((np.array([-math.inf]), np.array([float(budget.most)])))
            first += 1
        row, variable, value = (np.concatenate(part) for part in zip(*entries, strict=True))
        least, most = (np.concatenate(part) for part in zip(*sides, strict=True))
        cost = np.zeros(self.pairs + 1)
        cost[-1] = 1.0
        lower, upper = np.zeros_like(cost), np.append(np.ones(self.pairs), math.inf)
        return LinearProgram(
            row=row, variable=variable, value=value, least=least, most=most, lower=lower, upper=upper,
            cost=cost,
        )  # fmt: skip

    def _of(self, weight: IntArray) -> FloatArray:
        return weight[self.unit, self.member].astype(np.float64)

    def rounded(self, values: FloatArray, duals: FloatArray, *, optimal: bool) -> FractionalLoads:
        """The solution, as multipliers and as whole units."""
        part = np.zeros(self.offered.shape)
        part[self.unit, self.member] = values[: self.pairs]
        most = np.rint((1.0 - part) * 1e6).astype(np.int64)
        rounded = cheapest(self.instance.replace(free=self.offered), most)
        level, loads, budgets = self._prices(duals)
        price = {
            load.measure: each for load, each in zip(self.instance.binding, loads, strict=True)
        }
        price[self.measure] = price.get(self.measure, 0.0) + level * self.worth / self.scale
        multipliers = whole_multipliers(self.instance, price, budgets)
        return FractionalLoads(multipliers, rounded, self.offered.copy(), optimal)

    def attractive(self, duals: FloatArray) -> BoolArray:
        """The pairs of most negative reduced cost of each unit, U × M."""
        level, loads, budgets = self._prices(duals)
        units = len(self.instance.need)
        reduced = self.figure * (level / self.scale)[None, :] - duals[:units, None]
        for load, price in zip(self.instance.binding, loads, strict=True):
            reduced += load.weight * price[None, :]
        for budget, one in zip(self.instance.budgets, budgets.tolist(), strict=True):
            reduced += budget.weight * one
        wanted = self.instance.free & (reduced < -NEGATIVE) & ~self.offered
        return _least(reduced, wanted, ADDED)

    def _prices(self, duals: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The price of each member's level, of each load at each member, and of each budget."""
        units, members = self.instance.free.shape
        level, rest = np.split(-duals[units:], [members])
        loads = members * len(self.instance.binding)
        return level, rest[:loads].reshape(-1, members), rest[loads:]
