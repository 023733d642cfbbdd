"""Neighbourhoods and what is made of a solver's answers: nothing is believed that is not checked."""

from itertools import product

import numpy as np
import pytest
from assigning import context_of
from lanes import chunks

from phancong import Household, Member, Problem, Search, TravelMatrix, synth
from phancong.engines.common.linear_model import Answer, Claim, Limits
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.weighted.bound.flow_duals import flow_duals
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.improve.restricted_models import find_plan, solve_restricted
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.sum_search import minimise


class Saying:
    """A solver that says what it is told to."""

    bits = 28
    accuracy = 0.0

    def __init__(self, claim, values, bound=None):
        self.answer = Answer(claim, None if values is None else np.array(values), bound, 0.05)

    def solve(self, model, objective, hint, limits):
        return self.answer


@pytest.fixture
def instance():
    """Two members who take one or two of three households, m1 near to all of them."""
    members = [Member(m, min_workload=1, max_workload=2) for m in ("m1", "m2")]
    households = [Household(f"h{i}", workload=1.0) for i in range(3)]
    return Instance(Problem(members, households, travel=TravelMatrix([[1, 5]] * 3)))


PLAN = np.array([[True, False], [False, True], [False, True]])
COST = np.array([[0, 4], [0, 4], [0, 4]])
EVERYBODY = np.arange(2)


def limits():
    return Limits(1.0, 1.0, 0.0, 0)


def piece(instance, solver):
    offered = np.ones((3, 2), dtype=bool)
    return solve_restricted(instance, PLAN, COST, EVERYBODY, offered, solver, limits)


def test_a_better_piece_is_taken(instance):
    found = piece(instance, Saying(Claim.OPTIMAL, [1, 0, 1, 0, 0, 1], 4))
    assert (found.gain, found.solved, found.bound) == (4, True, 4)
    assert found.taken.tolist() == [[True, False], [True, False], [False, True]]


@pytest.mark.parametrize(
    ("claim", "values", "solved"),
    [
        (Claim.UNKNOWN, None, False),
        (Claim.OPTIMAL, [1, 0, 0, 1, 0, 1], True),  # no better than it was
        (Claim.OPTIMAL, [0, 1, 0, 1, 0, 1], False),  # worse, and called the best
        (Claim.FEASIBLE, [1, 0, 1, 0, 1, 0], False),  # cheaper, but m2 has too little
    ],
)
def test_what_is_no_better_plan_is_not_taken(instance, claim, values, solved):
    found = piece(instance, Saying(claim, values))
    assert (found.gain, found.solved) == (0, solved)
    assert found.taken is PLAN


@pytest.mark.parametrize(
    ("claim", "values", "plan", "none"),
    [
        (Claim.OPTIMAL, [1, 0, 1, 0, 0, 1], True, False),
        (Claim.OPTIMAL, [1, 0, 1, 0, 1, 0], False, False),  # a mistake
        (Claim.INFEASIBLE, None, False, True),
        (Claim.UNKNOWN, None, False, False),
    ],
)
def test_a_plan_is_found_or_proven_away(instance, claim, values, plan, none):
    found = find_plan(
        instance, PLAN, instance.free, Saying(claim, values), limits, lambda work: False
    )
    assert ((found[0] is not None), found[1]) == (plan, none)


def test_a_neighbourhood_is_not_drawn_beyond_who_has_something_in_common():
    """Four members in two hamlets that nobody leaves: three cannot be neighbours."""
    moves = [[1, 2, np.inf, np.inf]] * 4 + [[np.inf, np.inf, 1, 2]] * 4
    members = [Member(f"m{i}", min_workload=1, max_workload=3) for i in range(4)]
    homes = [Household(f"h{i}") for i in range(8)]
    instance = Instance(Problem(members, homes, travel=TravelMatrix(moves)))
    cost = np.where(instance.free, instance.matrix(np.arange(16)), 0)
    bound = Lagrangian(instance, cost)
    worth = flow_duals(instance.free, instance.need, instance.binding[0], cost)
    multipliers = bound.evaluate(bound.cover_multipliers(worth, ()), ())
    taken = np.zeros((8, 4), dtype=bool)
    taken[range(8), [0, 1, 0, 1, 2, 3, 2, 3]] = True
    neighbourhoods = Neighbourhoods(bound, multipliers, cost)
    nobody = np.zeros(4, dtype=bool)

    def drawn(many, apart=nobody, seed=0):
        rng = np.random.default_rng(seed)
        return neighbourhoods.draw(taken, many, 2.0, rng, apart).members.tolist()

    assert drawn(3) in ([0, 1], [2, 3])
    assert drawn(4) == [0, 1, 2, 3]
    # Whoever is in another neighbourhood is not drawn, neither first nor for being near.
    assert all(
        drawn(3, np.array([False, False, True, False]), seed) in ([0, 1], [3]) for seed in range(20)
    )
    # The gap is the sum of its parts, and no plan is below the bound.
    assert cost[taken].sum() - multipliers.bound == neighbourhoods.gaps(
        taken
    ).sum() + neighbourhoods.idle(taken)


class Remembering:
    """A solver that keeps the model, and knows nothing."""

    bits = 28
    accuracy = 0.0

    def solve(self, model, objective, hint, limits):
        self.model = model
        return Answer(Claim.UNKNOWN, None, None, 0.0, "work")


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_no_plan_is_cut_off_where_few_may_change(seeds):
    """The model of all pairs, beside all plans of seven households for three members."""
    plans, covers = 0, 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        weights = rng.integers(1, 5, 7)
        most = int(np.ceil(weights.sum() / 3)) + int(rng.integers(0, 3))
        members = [Member(f"m{j}", max_workload=most, max_households=3) for j in range(3)]
        homes = [Household(f"h{i}", workload=int(w)) for i, w in enumerate(weights)]
        previous = {f"h{i}": f"m{rng.integers(3) // 2}" for i in range(6)}
        changes = int(rng.integers(3, 6))
        of = Instance(Problem(members, homes, travel=None, previous=previous, max_changes=changes))
        solver, keeping = Remembering(), []
        for chosen in product(range(3), repeat=7):
            taken = np.zeros(of.free.shape, dtype=bool)
            taken[np.arange(7), chosen] = True
            if of.keeps(taken):
                keeping.append(taken)
        if not keeping:
            continue
        everybody, cost = np.arange(3), np.zeros(of.free.shape, dtype=np.int64)
        solve_restricted(of, keeping[0], cost, everybody, of.free, solver, limits)
        unit, member = np.nonzero(of.free)
        assert all(solver.model.keeps(taken[unit, member].astype(np.int64)) for taken in keeping)
        plans += len(keeping)
        # Seven covers, three members in two measures, one budget.
        covers += len(solver.model.rows) - 7 - 6 - 1
    assert plans > 100
    assert covers > 0


def test_loads_are_mended_along_a_chain():
    """m1 has one too many, only m3 has room, and nobody can go from m1 to m3 at once."""
    moves = [[0, 1, np.inf], [0, 1, np.inf], [np.inf, 0, 1], [np.inf, np.inf, 0]]
    members = [Member(m, max_workload=w) for m, w in (("m1", 1), ("m2", 1), ("m3", 2))]
    homes = [Household(f"h{i}") for i in range(4)]
    instance = Instance(Problem(members, homes, travel=TravelMatrix(moves)))
    taken = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=bool)
    cost = np.where(instance.free, np.nan_to_num(np.array(moves), posinf=0), 0).astype(int)
    mended = apply_ejection_chains(instance, taken, cost, lambda work: False)
    assert mended.sum(axis=0).tolist() == [1, 1, 2]
    assert instance.keeps(mended)
    # A search that is over leaves the loads as they are, and there is no plan.
    assert apply_ejection_chains(instance, taken, cost, lambda work: True).sum(axis=0).tolist() == [
        2,
        1,
        1,
    ]
    assert tabu_repair(instance, taken, cost, lambda work: True) is None


@pytest.fixture(scope="module")
def commune():
    """Small enough to be solved whole, by who proves last."""
    return synth.commune(3, members=9, households=80, weights="integer", infeasible=0.0)


@pytest.fixture(scope="module")
def least(commune):
    """The least travel, in the integers of the search."""
    found = minimise(context_of(commune))
    assert found.proven
    return found.value


def searched(commune, *, cut=None, work=4.0):
    """The incumbent where CP-SAT knows nothing, and branch and cut no more than *cut* says."""
    context = context_of(commune, search=Search(seconds=600, work=work))
    context.solver = Saying(Claim.UNKNOWN, None)
    if cut is not None:
        context.core_problem.cut = context.neighbourhood_search.solver = cut
    return minimise(context)


@pytest.mark.full
def test_a_solver_that_knows_nothing_leaves_a_true_plan(commune, least):
    """The plan keeps the limits, with its bound, and nothing is claimed."""
    found = searched(commune, cut=Saying(Claim.UNKNOWN, None), work=1.0)
    assert found.instance.keeps(found.taken)
    assert not found.proven
    assert found.bound < least <= found.value


@pytest.mark.full
def test_a_bound_above_a_plan_proves_nothing(commune, least):
    """It is a solver's mistake: the plan is not called optimal for it."""
    wrong = searched(commune, cut=Saying(Claim.UNKNOWN, None, 2**50))
    assert not wrong.proven
    assert wrong.bound < least <= wrong.value


@pytest.mark.full
def test_what_floats_prove_is_told_to_within_their_accuracy(commune, least):
    """Where accuracy is 0, nothing comes off but what was rounded."""
    floats = searched(commune, work=60.0)
    assert floats.proven
    assert floats.value == least
    assert 0 < floats.accuracy <= 1e-7 * least
    exact = MathOptSolver()
    exact.accuracy = 0.0
    rounded = searched(commune, cut=exact, work=60.0)
    assert rounded.proven
    assert rounded.accuracy == 0
