"""The rows of a model for solvers that compute in floats, and when the claim of such a solver is a proof.

Such a solver does not see 1e-11 of the largest term of a row (its *blur*): it drops a term of that size,
or takes two sums for equal. So it can miss the optimal plan, or the only one. A row is exact enough if
its blur is less than half of its unit, the greatest common divisor of its coefficients, or at most 1e-9
of its bound, within which a limit is met (contract 4.4). A row without a bound of its own compares large
sums, such as the largest and the smallest figure. There the bounds of these sums count instead, and the
value claimed for the objective if the objective is such a sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from phancong.engines.common.linear_model import FREE, Linear, LinearModel, flat
from phancong.meeting import TOLERANCE
from phancong.problem import BoolArray, FloatArray, IntArray

#: The share of the largest term of a row below which a term counts as 0. Numbers passed to a solver have
#: 16 bits, which leaves 37 bits of a float. SCIP gets it as its epsilon, whose default is 1e-9.
RESOLUTION: Final = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class FloatRows:
    """Rows as a sparse matrix with bounds, N entries in R rows.

    Parameters
    ----------
    numbers, variables, coefficients
        Row, variable and coefficient of each entry, (N,) each.
    lower, upper
        The bounds of each row, (R,) each; infinite where there is none.
    always
        The number of rows, at the beginning, that hold always; the others contain a big M for their
        literal.
    """

    numbers: IntArray
    variables: IntArray
    coefficients: FloatArray
    lower: FloatArray
    upper: FloatArray
    always: int

    @classmethod
    def of(cls, model: LinearModel) -> FloatRows:
        """The rows of a model; an enforced row gets its tightest big M."""
        plain = [row for row in model.rows if row.when is None]
        numbers, variables, coefficients = flat(plain)
        lower = [_bound_of(row.lower) for row in plain]
        upper = [_bound_of(row.upper) for row in plain]
        extra: list[tuple[int, int, int]] = []
        for row in model.rows:
            if row.when is None:
                continue
            least, most = model.range_of(row.linear)
            literal, positive = (row.when, True) if row.when >= 0 else (-1 - row.when, False)
            # Σ ≤ upper + (most - upper) × (1 - literal), and likewise for the lower bound.
            for bound, reach, above in ((row.upper, most, True), (row.lower, least, False)):
                room = reach - bound
                if (room <= 0) if above else (room >= 0):
                    continue
                number = len(lower)
                extra.extend((number, v, c) for v, c in row.linear.terms())
                extra.append((number, literal, room if positive else -room))
                edge = float(bound + room if positive else bound)
                lower.append(-math.inf if above else edge)
                upper.append(edge if above else math.inf)
        more = np.array(extra, dtype=np.int64).reshape(-1, 3).T
        return cls(
            np.concatenate([numbers, more[0]]),
            np.concatenate([variables, more[1]]),
            np.concatenate([coefficients, more[2]]).astype(np.float64),
            np.array(lower, dtype=np.float64),
            np.array(upper, dtype=np.float64),
            len(plain),
        )

    def tell_apart(
        self, reach: FloatArray, large: BoolArray, objective: Linear, reached: int | None
    ) -> bool:
        """Whether a claim of a solver about these rows is a proof.

        Parameters
        ----------
        reach
            The largest absolute value of each variable, (V,).
        large
            Whether each variable is a large sum, (V,).
        objective, reached
            The objective, and its claimed minimum; None where infeasibility is claimed.
        """
        largest = np.zeros(len(self.lower))
        np.maximum.at(largest, self.numbers, np.abs(self.coefficients) * reach[self.variables])
        blur = RESOLUTION * largest
        if not (blur >= 0.5).any():  # the unit of a row is at least 1
            return True
        entries = blur[self.numbers] >= 0.5
        numbers, variables = self.numbers[entries], self.variables[entries]
        unit = np.zeros(len(blur), dtype=np.int64)
        np.gcd.at(unit, numbers, np.abs(self.coefficients[entries]).astype(np.int64))
        bound = self._bounds()
        in_doubt = (blur >= 0.5 * np.maximum(unit, 1)) & (blur > TOLERANCE * bound)
        if not in_doubt.any():
            return True
        compares = np.zeros(len(blur), dtype=bool)
        compares[numbers[large[variables]]] = True
        of_large = np.ones(len(blur), dtype=bool)
        of_large[self.numbers[~large[self.variables]]] = False
        held = bound[of_large & (bound > 0)].tolist()
        if reached is not None and large[objective.variables].any():
            held.append(abs(reached))
        least = TOLERANCE * min(held, default=0.0)
        return bool((compares & (blur <= least))[in_doubt].all())

    def _bounds(self) -> FloatArray:
        """The larger absolute bound of each row; 0 where it has none or does not hold always, (R,)."""
        bound = np.zeros(len(self.lower))
        for side in (self.lower, self.upper):
            bound = np.maximum(bound, np.where(np.isfinite(side), np.abs(side), 0.0))
        bound[self.always :] = 0.0
        return bound


def _bound_of(bound: int) -> float:
    if abs(bound) >= FREE // 2:  # no limit, and perhaps too large for a float
        return math.inf if bound > 0 else -math.inf
    return float(bound)
