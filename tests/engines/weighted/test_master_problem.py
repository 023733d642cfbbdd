"""Multipliers of the master problem: a valid bound, as high as that of all sets of members."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from assigning import begun, context_of
from lanes import in_full

from phancong import Search, synth
from phancong.engines.common.growing_program import GrowingProgram
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.bound.master_problem import MasterProblem, by_columns
from phancong.engines.weighted.operators import (
    MasterColumns,
    ResidualProblem,
    Subgradient,
    neighbourhoods_of,
)
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import Tuning


def never(work):
    return False


class Scene:
    """Nine households of three members, of which a plan may change two pairs."""

    def __init__(self, seed, **tuning):
        problem = synth.commune(seed, members=3, households=9, weights="class", infeasible=0.0)
        self.context = context_of(problem, tuning=Tuning(**tuning))
        self.taken = self.context.incumbent.taken
        budget = Budget(np.where(self.taken, -1, 0), 2 - int(self.taken.sum()))
        self.instance = self.context.instance.within(budget)
        self.lagrangian = Lagrangian(self.instance, self.context.lagrangian.cost)
        self.start = self.lagrangian.evaluate(np.zeros(len(self.taken), dtype=np.int64), (0,))
        self.upper = int(self.lagrangian.cost[self.taken].sum())

    def sets(self, member):
        """All sets of a member within its loads."""
        (load, *_), free = self.instance.binding, self.instance.free[:, member]
        units = np.flatnonzero(free).tolist()
        some = chain.from_iterable(combinations(units, n) for n in range(len(units) + 1))
        for each in map(list, some):
            if load.low[member] <= load.weight[each, member].sum() <= load.high[member]:
                yield each

    def best_bound(self):
        """The value of the master problem over all sets."""
        units, members = self.taken.shape
        (budget,) = self.instance.budgets
        ones = np.ones(members)
        most = np.array([float(budget.most)])
        program = GrowingProgram(
            np.concatenate([self.instance.need, -np.inf * np.ones(1), ones]),
            np.concatenate([self.instance.need, most, ones]),
        )
        cost = self.lagrangian.cost
        for m in range(members):
            for each in self.sets(m):
                rows = np.array([*each, units, units + 1 + m])
                values = np.array([1.0] * len(each) + [float(budget.weight[each, m].sum()), 1.0])
                program.add(np.array([cost[each, m].sum() / 1e6]), [rows], [values])
        return program.solve()[0] * 1e6

    def optimum(self):
        """The cost of the best plan, by trying all."""
        rows = [np.flatnonzero(row).tolist() for row in self.instance.free]
        best = self.upper
        for chosen in product(*rows):
            plan = np.zeros_like(self.taken)
            plan[np.arange(len(rows)), chosen] = True
            if self.instance.keeps(plan):
                best = min(best, int(self.lagrangian.cost[plan].sum()))
        return best


@pytest.mark.parametrize("seed", [*range(6), *in_full(*range(6, 40))])
def test_the_bound_is_that_of_all_sets_and_no_plan_is_below_it(seed):
    scene = Scene(seed)
    assert (scene.instance.need == 1).all()
    master = MasterProblem(scene.lagrangian, scene.taken)
    found, ended = by_columns(scene.lagrangian, master, scene.start, never, scene.upper)
    assert ended
    assert found.bound <= scene.optimum()
    best = scene.best_bound()
    assert (
        best - 0.02 * max(scene.upper - best, 0) - 1e-6 * abs(best)
        <= found.bound
        <= best * (1 + 1e-6)
    )
    assert found.best.tables is not None


def test_a_search_that_is_cut_keeps_the_best_so_far():
    scene = Scene(1)
    master = MasterProblem(scene.lagrangian, scene.taken)
    found, ended = by_columns(scene.lagrangian, master, scene.start, lambda work: True, scene.upper)
    assert not ended
    assert found.bound >= scene.start.bound
    again, ended = by_columns(scene.lagrangian, master, found, never, scene.upper)
    assert ended
    assert again.bound > scene.start.bound


def test_without_duals_the_multipliers_stay():
    scene = Scene(1)

    class Failing(MasterProblem):
        def duals(self):
            return None

    master = Failing(scene.lagrangian, scene.taken)
    found = by_columns(scene.lagrangian, master, scene.start, never, scene.upper)
    assert found == (scene.start, True)


def test_a_failed_program_has_no_duals():
    """No set of the second member is a column, although it has to have one."""
    scene = Scene(1)
    master = MasterProblem(scene.lagrangian, scene.taken)
    master.program = GrowingProgram(np.ones(1), np.ones(1))
    assert master.duals() is None


class CutAtOnce(StageBudget):
    """A stage that is cut by its first charge."""

    def charge(self, work):
        super().charge(work)
        return True


def on_its_way(search=None, *, least_pairs, **tuning):
    """A search after subgradient steps, within a budget of changes of its plan."""
    problem = synth.commune(3, members=6, households=40, weights="class", infeasible=0.0)
    context = begun(problem, search=search)
    taken = context.incumbent.taken
    budget = Budget(np.where(taken, -1, 0), 4 - int(taken.sum()))
    tuned = Tuning(least_pairs=least_pairs, **tuning)
    instance = context.instance.within(budget).replace(tuning=tuned)
    context.instance = context.incumbent.instance = context.core_problem.instance = instance
    context.lagrangian = Lagrangian(instance, context.lagrangian.cost)
    context.multipliers = context.lagrangian.evaluate(context.multipliers.cover // 2, (0,))
    context.neighbourhoods = neighbourhoods_of(context)
    return context


def test_columns_raise_the_bound_once_where_many_pairs_are_left():
    context = on_its_way(least_pairs=0)
    before = context.current_multipliers.bound
    MasterColumns().run(context, 1.0)
    assert context.warm_start.converged
    after = context.current_multipliers
    assert after.bound > before
    MasterColumns().run(context, 1.0)
    assert context.current_multipliers is after


def test_columns_go_on_with_those_of_a_run_that_was_cut():
    """The second run begins with all columns of the first one, and ends by itself."""
    context = on_its_way(least_pairs=0)
    stage_budget, context.stage_budget = (
        context.stage_budget,
        CutAtOnce(context.stage_budget.course, 1.0),
    )
    MasterColumns().run(context, 1.0)
    assert not context.warm_start.converged
    master, context.stage_budget = context.warm_start.master, stage_budget
    first = master.program.variables
    MasterColumns().run(context, 1.0)
    assert context.warm_start.converged
    assert context.warm_start.master is master
    assert master.program.variables > first


def test_with_least_pairs_columns_wait_for_a_proof_that_is_cut():
    context = on_its_way(least_pairs=10**6)
    before = context.current_multipliers
    MasterColumns().run(context, 1.0)
    assert context.current_multipliers is before
    context.incumbent.bound = None
    ResidualProblem(in_integers=True).run(context, 1e-6)
    assert context.warm_start.tried == 1
    MasterColumns().run(context, 1.0)
    assert context.current_multipliers.bound > before.bound


@pytest.mark.parametrize(
    ("search", "tuning"),
    [(Search(work=1e-3), {}), (Search(seconds=600), {"most_entries": 0})],
    ids=["no work left", "relaxed knapsacks"],
)
def test_columns_that_would_not_pay_are_left_out(search, tuning):
    context = on_its_way(search, least_pairs=0, **tuning)
    before = context.current_multipliers
    MasterColumns().run(context, 1.0)
    assert context.current_multipliers is before


def test_other_limits_begin_anew():
    context = on_its_way(least_pairs=0)
    MasterColumns().run(context, 1.0)
    master = context.warm_start.master
    (budget,) = context.instance.budgets
    wider = context.instance.replace(budgets=(Budget(budget.weight, budget.most + 3),))
    context.lagrangian = Lagrangian(wider, context.lagrangian.cost)
    MasterColumns().run(context, 1.0)
    assert context.warm_start.master is not master


@pytest.mark.parametrize(("work", "solved"), [(1.0, True), (1e-6, False)])
def test_a_first_turn_solves_a_master_problem_that_is_quick(work, solved):
    context = on_its_way(least_pairs=0)
    context.opening = True
    MasterColumns().run(context, work)
    assert context.warm_start.converged == solved


def test_steps_are_few_before_a_master_problem_that_is_quick():
    """Each step is charged; where no master problem follows, rounds of steps are repeated."""
    spent = []
    for relative in (1.1, 0.9):
        context = on_its_way(Search(work=100.0), least_pairs=0)
        before = context.stage_budget.course.work
        Subgradient().run(context, relative * MasterProblem.expected_work(context.lagrangian))
        spent.append(context.stage_budget.course.work - before)
    assert 0 < spent[0] < spent[1]


def cored(each, tried=0):
    """How a search goes on after the pairs of least penalty; whether the core was solved at all."""
    context = on_its_way(Search(work=100.0), least_pairs=0)
    MasterColumns().run(context, 1.0)
    context.warm_start.tried = tried
    before = context.stage_budget.course.work
    ResidualProblem(in_integers=False, each=each).run(context, 1.0)
    return context, context.stage_budget.course.work > before


def test_a_core_comes_before_the_first_try_of_the_residual_problem():
    """It improves the plan, and its proof is valid for the pairs beyond it, too."""
    context, solved = cored(1)
    assert solved
    assert context.warm_start.tried == 0
    ResidualProblem(in_integers=True).run(context, 5.0)
    assert context.incumbent.proven
    assert not cored(1, tried=1)[1]


def test_few_pairs_need_no_core():
    assert not cored(6)[1]
