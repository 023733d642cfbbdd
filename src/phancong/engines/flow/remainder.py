"""The residual problem of a flow with a budget: few free pairs, solved by CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Answer, Limits, Linear, LinearModel
from phancong.engines.flow.network import Network
from phancong.masks import where_true
from phancong.problem import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """The residual problem after variable fixing: the flows of a network within a budget.

    Parameters
    ----------
    network
        The network with the pairs that are left.
    pairs, missing
        Costs to minimise, of each pair, H × M, and of each missing member, (H,).
    counts, most
        Count of each pair, H × M, and the budget.
    """

    network: Network
    pairs: IntArray
    missing: IntArray
    counts: IntArray
    most: int

    def solve(self, hint: BoolArray, limits: Limits) -> tuple[Answer, BoolArray | None]:
        """The solver's answer, and its plan, H × M; None if it has no plan that keeps all rows."""
        network = self.network
        rows, columns = where_true(network.free)
        model = LinearModel(len(rows))
        numbers = np.arange(len(rows))
        terms = list(zip(numbers.tolist(), self.pairs[rows, columns].tolist(), strict=True))
        for row in np.flatnonzero(network.need > 0).tolist():
            mine = [(int(v), 1) for v in numbers[rows == row]]
            need, least = int(network.need[row]), int(network.least_missing[row])
            most = int(network.most_missing[row])
            if most > 0:
                taken = Linear.of(mine)
                absent = model.integer(least, most, partial(_short, taken, need))
                terms.append((absent, int(self.missing[row])))
                mine.append((absent, 1))
            model.add(Linear.of(mine), need, need)
        base = network.base
        for column in range(len(base)):
            mine = [(int(v), 1) for v in numbers[columns == column]]
            low = int(network.low[column] - base[column])
            model.add(Linear.of(mine), low, int(network.high[column] - base[column]))
        counted = self.counts[rows, columns]
        fixed = int(self.counts[network.on].sum())
        model.add(
            Linear.of(zip(numbers.tolist(), counted.tolist(), strict=True)),
            upper=self.most - fixed,
        )
        values = model.complete(hint[rows, columns].astype(np.int64))
        answer = CpSatSolver().solve(model, Linear.of(terms), values, limits)
        if answer.values is None or not model.keeps(answer.values):
            return answer, None
        chosen = network.on.copy()
        taken_pairs = answer.values[: len(rows)] > 0
        chosen[rows[taken_pairs], columns[taken_pairs]] = True
        return answer, chosen


def _short(taken: Linear, need: int, values: IntArray) -> int:
    return need - taken.at(values)
