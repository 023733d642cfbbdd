"""Generalised assignment problems, and a search of one that is stopped before its first round."""

import numpy as np

from phancong import Household, Member, Problem, Search, Travel, TravelMatrix, solve
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.subgradient import subgradient
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.goal_sums import GoalSum
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import TUNING
from phancong.engines.weighted.warm_start import WarmStart


def drawn(seed, *, agents=6, jobs=24):
    """What each agent uses for every job, and what that costs: more where uses are low."""
    rng = np.random.default_rng(seed)
    uses = rng.integers(5, 25, (jobs, agents))
    return uses, 111 - uses + rng.integers(-10, 11, (jobs, agents))


def assignment(seed, *, agents=6, jobs=24, room=0.8, **limits):
    """Agents, each with its own use of every job, and some room for them."""
    uses, costs = drawn(seed, agents=agents, jobs=jobs)
    most = float(int(room * uses.sum() / agents**2))
    return Problem(
        [Member(f"m{k}", max_workload=most, **limits) for k in range(agents)],
        [Household(f"h{i:02}") for i in range(jobs)],
        travel=TravelMatrix(costs.tolist()),
        workload=uses.tolist(),
    )


def context_of(problem, *, search=None, workers=None, tuning=TUNING, held=False):
    """A search for the least travel that has a first plan and nothing else; *held* makes it a budget."""
    start = solve(problem, goals=(Travel(),), engine="lns", search=Search(work=1e-9))
    instance = Instance(problem, tuning=tuning)
    pairs = instance.formulation
    cost = GoalSum(instance, Travel().pair_sum(problem)).cost
    taken = instance.matrix(pairs.chosen(start.assignment.mask)).astype(bool) & ~instance.fixed
    if held:
        instance = instance.within(Budget(cost, int(cost[taken].sum())))
    course = Course(Search(seconds=600) if search is None else search)
    return Context(
        instance,
        cost,
        cost,
        taken,
        solver=CpSatSolver(),
        stage_budget=StageBudget(course, 1.0),
        gap_closed=lambda value, bound: value <= bound + course.search.gap * abs(bound),
        report=lambda _: None,
        warm_start=WarmStart(),
        workers=workers,
    )


def begun(problem, *, search=None):
    """A search after its first multipliers and 200 subgradient steps."""
    context = context_of(problem, search=search)
    lagrangian = context.lagrangian
    budget = StageBudget(Course(Search(seconds=600)), 1.0)
    first = initial_multipliers(lagrangian, budget).multipliers
    context.multipliers = subgradient(lagrangian, first, 200, lambda work: False, 2**40)
    context.incumbent.raise_bound(context.multipliers.bound)
    return context
