"""One set for each member, so that every unit is in as many as it needs: the problem over listed sets.

Limits of loads are in the sets, so that there is no knapsack left: the linear relaxation is as strong as
the Lagrangian bound, and branch and cut knows much about the clashes of sets (Balas and Padberg,
*SIAM Review* 18, 1976, doi:10.1137/1018115).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.exact.backend import Claim, Limits, Linear, LinearModel, Solver
from phancong.engines.lns.cheap_sets import CheapSets
from phancong.engines.lns.instance import Instance
from phancong.problem import BoolArray, IntArray

#: An iteration of the simplex looks at few of so many short columns: the work that is counted of them
#: is 4 to 44 times that of models of pairs that take as long. Nodes, which alone are limited, are no
#: shorter.
SHORT: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """What searching some sets gave.

    Parameters
    ----------
    taken
        The best plan that was found, U × M; None if none was.
    solved
        Whether these sets make no better plan, or none at all where there is none.
    bound
        No plan made of them costs less; None if that is unknown.
    work
        The work that it took.
    """

    taken: BoolArray | None
    solved: bool
    bound: int | None
    work: float


def solved_partition(
    instance: Instance,
    cost: IntArray,
    sets: CheapSets,
    solver: Solver,
    limits: Callable[[], Limits],
) -> Partition:
    """The best plan of some sets.

    Parameters
    ----------
    instance, cost
        The limits, and the cost of each pair, U × M.
    sets
        The sets.
    solver, limits
        What is asked, and for how long.
    """
    # What a unit costs at the least is no choice; without it numbers are small.
    least = np.where(instance.free, cost, np.iinfo(np.int64).max).min(axis=1)
    # Of what is left of a problem a unit may have nobody; then there is no plan, and nothing to take off.
    least = np.where((instance.need > 0) & instance.free.any(axis=1), least, 0)
    price = sets.sums(cost - least[:, None])
    model = LinearModel(len(sets))
    _add(model, np.arange(len(sets)), sets.member, np.ones(cost.shape[1], dtype=np.int64))
    _add(model, sets.of, sets.unit, instance.need)
    for budget in instance.budgets:
        model.add(_sum(sets.sums(budget.weight)), upper=budget.most)
    objective = _sum(price, int(least @ instance.need))
    # No hint: a plan of sets that are not among the cheap ones led the search astray.
    allowed = limits()
    answer = solver.solve(model, objective, None, allowed)
    work = max(min(answer.work, allowed.work), answer.work / SHORT)
    if answer.values is None:
        return Partition(None, answer.claim is Claim.INFEASIBLE, answer.bound, work)
    chosen = answer.values[sets.of] > 0
    taken = np.zeros(cost.shape, dtype=bool)
    taken[sets.unit[chosen], sets.member[sets.of[chosen]]] = True
    if not instance.keeps(taken):  # a solver's mistake is no plan, and no proof
        return Partition(None, False, None, work)
    if answer.bound is not None and answer.bound > int(cost[taken].sum()):
        return Partition(taken, False, None, work)  # nor is a bound above its own plan
    return Partition(taken, answer.claim is Claim.OPTIMAL, answer.bound, work)


def _add(model: LinearModel, number: IntArray, group: IntArray, need: IntArray) -> None:
    """So many sets of each group as it needs; which set is of which group is given pair by pair."""
    number = number[np.argsort(group, kind="stable")]
    ends = np.cumsum(np.bincount(group, minlength=len(need)))
    for mine, many in zip(np.split(number, ends[:-1]), need.tolist(), strict=True):
        model.add(Linear(mine, np.ones(len(mine), dtype=np.int64)), many, many)


def _sum(weight: IntArray, constant: int = 0) -> Linear:
    """The sum over the sets that are chosen."""
    some = np.flatnonzero(weight)
    return Linear(some, weight[some], constant)
