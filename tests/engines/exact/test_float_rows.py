"""What floats do not tell apart is no proof of branch and cut."""

import math
from dataclasses import replace

import numpy as np
import pytest

from phancong import FairTravel, Household, Member, Problem, Status, TravelMatrix, solve
from phancong.engines.common.float_rows import FloatRows
from phancong.engines.common.linear_model import (
    NOTHING,
    Answer,
    Claim,
    Limits,
    Linear,
    LinearModel,
)
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.mathopt_call import HIGHS, SCIP

FREELY = Limits(math.inf, math.inf, 0.0, 0)
HUGE = 15_200_000_000_000


def told(terms, objective=NOTHING, reached=None, *, top=None, when=None, **bounds):
    """Whether floats tell one row of three things, or of what is held of a large sum, apart."""
    model = LinearModel(3)
    if top is not None:
        model.integer(0, top, lambda _: 0)
    model.add(Linear.of(terms), when=when, **bounds)
    reach = np.maximum(np.abs(model.lower), np.abs(model.upper)).astype(float)
    return FloatRows.of(model).tell_apart(reach, reach > 2**16, objective, reached)


def test_moderate_numbers_are_told_apart():
    assert told([(0, 2**26), (1, 1)], upper=0)


def test_numbers_of_a_large_unit_are_told_apart():
    """Thousands of millions and their double, in thousands of millions."""
    assert told([(0, HUGE), (1, -2 * HUGE)], upper=0)
    assert not told([(0, HUGE), (1, -2 * HUGE), (2, 1)], upper=0)


def test_a_limit_as_large_as_its_terms_is_told_to_within_its_tolerance():
    assert told([(0, HUGE), (1, 1)], upper=HUGE)
    assert not told([(0, HUGE), (1, 1)], upper=HUGE // 10**4)


def test_a_row_that_holds_at_times_has_no_bound_of_its_own():
    """Its big M stands in the place of the bound."""
    assert not told([(0, HUGE), (1, 1)], when=2, upper=HUGE // 2)


def test_a_sum_is_told_where_the_largest_is_as_large():
    """The largest of two sums: a hundredth of what one can be is told, a millionth is not."""
    rows = [(0, HUGE), (1, 37), (3, -1)]
    largest = Linear.of([(3, 1)])
    assert told(rows, largest, HUGE // 50, top=HUGE, upper=0)
    assert not told(rows, largest, HUGE // 10**6, top=HUGE, upper=0)
    assert not told(rows, largest, None, top=HUGE, upper=0)
    assert not told(rows, NOTHING, 0, top=HUGE, upper=0)


def spread(most=None):
    """The spread of what two members have, of 12,800 or of 15 million million: both to one is 0.

    Things 0 and 1 are a household with one member or the other; so are 2 and 3.
    """
    model = LinearModel(4)
    for one, other in ((0, 1), (2, 3)):
        model.add(Linear.of([(one, 1), (other, 1)]), 1, 1)
    model.tighten(2, upper=0)
    sums = [Linear.of([(0, 12_800)]), Linear.of([(1, HUGE), (3, 37)])]
    used = []
    for pairs in ((0, 2), (1, 3)):
        both = Linear.of((pair, 1) for pair in pairs)
        used.append(model.boolean(lambda values, both=both: int(both.at(values) > 0)))
        for pair in pairs:
            model.add(Linear.of([(pair, 1), (used[-1], -1)]), upper=0)
        model.add(Linear.of([*both.terms(), (used[-1], -1)]), lower=0)

    def counted(values):
        return [s.at(values) for s, u in zip(sums, used, strict=True) if values[u]]

    top = model.integer(0, HUGE + 37, lambda values: max(counted(values)))
    bottom = model.integer(0, HUGE + 37, lambda values: min(counted(values)))
    for each, when in zip(sums, used, strict=True):
        model.add(Linear.of([*each.terms(), (top, -1)]), upper=0, when=when)
        model.add(Linear.of([*each.terms(), (bottom, -1)]), lower=0, when=when)
    width = Linear.of([(top, 1), (bottom, -1)])
    model.add(width, 0, *(() if most is None else (most,)))
    return model, width, np.array([1, 0, 0, 1, 1, 1, 12_800, 37])


@pytest.mark.parametrize("kind", [HIGHS, SCIP, None])
def test_the_best_is_found_behind_a_big_m_that_hides_it(kind):
    """A spread of 12,763 is in hand; one of nothing is beyond a big M of 15 million million."""
    model, width, hint = spread()
    answer = MathOptSolver(kind).solve(model, width, hint, FREELY)
    assert (answer.claim, answer.bound) == (Claim.OPTIMAL, 0)
    assert model.keeps(model.complete(answer.values))


class Claiming(MathOptSolver):
    """Branch and cut that claims this, whatever it is asked."""

    def __init__(self, claimed):
        super().__init__()
        self.claimed = claimed

    def claim(self, *_):
        return self.claimed


def test_what_floats_claim_is_asked_again_in_integers():
    """An optimum that is none, and nothing where there is something."""
    model, width, hint = spread()
    solver = Claiming(Answer(Claim.OPTIMAL, hint, 12_763, 0.5))
    answer = solver.solve(model, width, hint, FREELY)
    assert (answer.claim, answer.bound) == (Claim.OPTIMAL, 0)
    assert answer.work > 0.5
    solver = Claiming(Answer(Claim.INFEASIBLE, None, None, 0.5))
    answer = solver.solve(model, NOTHING, None, FREELY)
    assert model.keeps(model.complete(answer.values))
    model.tighten(1, upper=0)
    model.add(width, upper=5)
    assert solver.solve(model, NOTHING, None, FREELY).claim is Claim.INFEASIBLE


@pytest.mark.parametrize("work", [1e-9, 0.25])
def test_what_is_not_asked_again_is_no_proof(work):
    """There is no work left for it, or too little."""
    model, width, hint = spread()
    little = replace(FREELY, work=0.25 + work)
    solver = Claiming(Answer(Claim.OPTIMAL, hint, 12_763, 0.25 if work < 0.1 else 0.5))
    answer = solver.solve(model, width, hint, little)
    assert (answer.claim, answer.bound, answer.cut) == (Claim.FEASIBLE, None, "rounding")
    solver = Claiming(Answer(Claim.INFEASIBLE, None, None, 0.5))
    answer = solver.solve(model, NOTHING, None, little)
    assert (answer.claim, answer.values, answer.cut) == (Claim.UNKNOWN, None, "rounding")


def test_a_bound_of_floats_that_were_cut_is_none():
    """It is as little proven as an optimum; what is told apart keeps its bound."""
    model, width, hint = spread()
    cut = Answer(Claim.FEASIBLE, hint, 12_763, 0.5, "time")
    answer = Claiming(cut).solve(model, width, hint, FREELY)
    assert (answer.claim, answer.bound, answer.cut) == (Claim.FEASIBLE, None, "time")
    model = LinearModel(2)
    model.add(Linear.of([(0, 3), (1, 5)]), lower=4)
    assert Claiming(cut).solve(model, width, hint, FREELY) is cut


def test_a_way_of_a_thousand_million_hides_no_spread_of_nothing():
    """Both households with one member, who is then the only one to count (found at night)."""
    problem = Problem(
        [
            Member("m0", optional=True, max_workload=1275000000.00144),
            Member("m1", optional=True),
        ],
        [Household("h0", workload=0.00192), Household("h1", workload=1.7e9)],
        travel=TravelMatrix([[1.28, 1.52e9], [0.0015, 0.0037]], unit="m"),
        previous=[("h0", "m1"), ("h1", "m0")],
        max_changes=2,
    )
    goal = FairTravel(aim="spread", rtol=0.25)
    plan = solve(problem, goals=(goal,), relax=(), engine="mip")
    assert plan.goals[0].value == 0
    assert plan.status is Status.OPTIMAL
