"""The best plan of listed sets: against all plans, and whatever a solver says."""

from itertools import product

import numpy as np
import pytest

from phancong import Household, Member, Problem, TravelMatrix
from phancong.engines.exact.backend import Answer, Claim, Limits
from phancong.engines.exact.mathopt_backend import MathOptSolver
from phancong.engines.lns.cheap_sets import CheapSets, Listing
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.set_partition import SHORT, solved_partition

UNITS, MEMBERS = 5, 2


class Saying:
    """A solver that says what it is told to, and remembers what it was asked."""

    def __init__(self, claim, values, bound=None, work=5.0):
        self.answer = Answer(claim, None if values is None else np.array(values), bound, work)

    def solve(self, model, objective, hint, limits):
        self.model, self.objective, self.hint, self.limits = model, objective, hint, limits
        return self.answer


def limits():
    return Limits(60.0, 60.0, 0.0, 0)


def drawn(seed, *, twice=False, budget=False):
    """Five households, one of whom may need both members; a budget that leaves half of the plans."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 20, (UNITS, MEMBERS))
    weight = rng.integers(1, 4, UNITS)
    posed = [
        Household(f"h{i}", workload=float(w), members_needed=2 if twice and i == 0 else 1)
        for i, w in enumerate(weight)
    ]
    most = float(weight.sum() // 2 + 3)
    members = [Member(f"m{k}", min_workload=1.0, max_workload=most) for k in range(MEMBERS)]
    instance = Instance(Problem(members, posed, travel=TravelMatrix(cost.tolist())))
    if budget:
        held = instance.budget(rng.integers(0, 9, (UNITS, MEMBERS)), 18)
        instance = instance.within(held)
    return instance, np.where(instance.free, cost, 0)


def plans(instance):
    """All plans there are."""
    found = []
    for chosen in product((False, True), repeat=UNITS * MEMBERS):
        taken = np.array(chosen).reshape(UNITS, MEMBERS)
        if instance.keeps(taken):
            found.append(taken)
    return found


def all_sets(instance, cost):
    lagrangian = Lagrangian(instance, cost)
    prices = lagrangian.at(np.zeros(UNITS, dtype=np.int64), (0,) * len(instance.budgets))
    penalty = np.where(instance.free, 0, 2**50)
    return Listing(instance, lagrangian.knapsacks, prices, penalty, float).below(2**40, 10_000)


@pytest.mark.parametrize("kind", ["plain", "twice", "budget"])
def test_of_all_sets_the_best_plan_is_the_best_there_is(kind):
    solved = 0
    for seed in range(25):
        instance, cost = drawn(seed, twice=kind == "twice", budget=kind == "budget")
        possible = plans(instance)
        if not possible:
            continue
        least = min(int(cost[plan].sum()) for plan in possible)
        sets = all_sets(instance, cost)
        found = solved_partition(instance, cost, sets, MathOptSolver(), limits)
        assert instance.keeps(found.taken)
        assert int(cost[found.taken].sum()) == least
        assert (found.solved, found.bound) == (True, least)
        solved += 1
    assert solved > 10


@pytest.fixture
def scene():
    instance, cost = drawn(1)
    possible = sorted(plans(instance), key=lambda plan: int(cost[plan].sum()))
    return instance, cost, possible, all_sets(instance, cost)


def chosen(sets, plan):
    """Which of the sets a plan is made of."""
    values = np.zeros(len(sets), dtype=np.int64)
    for k, member in enumerate(sets.member):
        units = np.flatnonzero(plan[:, member])
        values[k] = np.array_equal(sets.unit[sets.of == k], units)
    assert values.sum() == MEMBERS
    return values


def test_sets_that_make_no_plan_are_told(scene):
    """One member's sets all have a household that another one's have, too."""
    instance, cost, _, sets = scene
    everything = sets.only(np.bincount(sets.of, sets.unit == 0, len(sets)) > 0, sets.limit)
    found = solved_partition(instance, cost, everything, MathOptSolver(), limits)
    assert (found.taken, found.solved, found.bound) == (None, True, None)


def test_no_set_at_all_is_no_plan(scene):
    instance, cost, _, sets = scene
    none = sets.only(np.zeros(len(sets), dtype=bool), 1)
    assert isinstance(none, CheapSets)
    assert len(none) == 0
    found = solved_partition(instance, cost, none, MathOptSolver(), limits)
    assert (found.taken, found.solved) == (None, True)


def test_a_household_that_nobody_may_have_is_in_no_plan(scene):
    """Of what is left of a problem; what it costs at the least is nothing that could overflow."""
    instance, cost, _, sets = scene
    free = instance.free.copy()
    free[0] = False
    measure = instance.resource("workload")
    without = instance.restricted(free, "workload", measure.low, measure.high)
    others = sets.only(np.bincount(sets.of, sets.unit == 0, len(sets)) == 0, sets.limit)
    assert len(others) > 1
    with np.errstate(over="raise"):
        found = solved_partition(without, cost, others, MathOptSolver(), limits)
    assert (found.taken, found.solved, found.bound) == (None, True, None)
    # Whatever else a solver is asked, it is asked about numbers of a moderate size.
    asked = Saying(Claim.UNKNOWN, None)
    solved_partition(without, cost, others, asked, limits)
    assert 0 <= asked.objective.constant <= cost.sum()


def test_what_a_solver_had_to_leave_is_not_solved(scene):
    instance, cost, possible, sets = scene
    better = chosen(sets, possible[0])
    solver = Saying(Claim.FEASIBLE, better, 3)
    found = solved_partition(instance, cost, sets, solver, limits)
    assert found.taken.tolist() == possible[0].tolist()
    assert (found.solved, found.bound) == (False, 3)
    unknown = Saying(Claim.UNKNOWN, None, 2)
    found = solved_partition(instance, cost, sets, unknown, limits)
    assert (found.taken, found.solved, found.bound) == (None, False, 2)


def test_a_solvers_mistake_is_no_plan_and_no_proof(scene):
    instance, cost, _, sets = scene
    wrong = Saying(Claim.OPTIMAL, np.zeros(len(sets), dtype=np.int64), 0)
    found = solved_partition(instance, cost, sets, wrong, limits)
    assert (found.taken, found.solved, found.bound) == (None, False, None)


def test_a_solver_gets_no_hint(scene):
    instance, cost, _, sets = scene
    solver = Saying(Claim.UNKNOWN, None)
    solved_partition(instance, cost, sets, solver, limits)
    assert solver.hint is None
    assert solver.limits == limits()


@pytest.mark.parametrize(
    ("counted", "allowed", "work"),
    [(5.0, 60.0, 5.0), (50.0, 10.0, 10.0), (50.0 * SHORT, 10.0, 50.0)],
)
def test_nodes_count_in_full_and_what_is_beyond_their_limit_as_short(scene, counted, allowed, work):
    """More than is allowed can only be iterations, for nodes alone are limited."""
    instance, cost, _, sets = scene
    solver = Saying(Claim.UNKNOWN, None, work=counted)
    found = solved_partition(instance, cost, sets, solver, lambda: Limits(60.0, allowed, 0.0, 0))
    assert found.work == work


def test_of_a_bound_above_its_own_plan_the_plan_is_kept(scene):
    """A float may be off; the plan is checked in integers."""
    instance, cost, possible, sets = scene
    best = int(cost[possible[0]].sum())
    solver = Saying(Claim.FEASIBLE, chosen(sets, possible[0]), best + 1)
    found = solved_partition(instance, cost, sets, solver, limits)
    assert found.taken.tolist() == possible[0].tolist()
    assert (found.solved, found.bound) == (False, None)


def test_the_model_is_the_plans_cost_set_by_set(scene):
    """For every plan, the objective of the sets that make it is what it costs, and all rows hold."""
    instance, cost, possible, sets = scene
    solver = Saying(Claim.UNKNOWN, None)
    solved_partition(instance, cost, sets, solver, limits)
    for plan in possible:
        values = chosen(sets, plan)
        assert solver.model.keeps(values)
        assert solver.objective.at(values) == int(cost[plan].sum())
    values = chosen(sets, possible[0])
    values[values.argmax()] = 0
    assert not solver.model.keeps(values)
