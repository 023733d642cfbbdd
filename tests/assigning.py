"""Generalised assignment problems, and a search of one that is stopped before its first round."""

import numpy as np

from phancong import Household, Member, Problem, Search, Travel, TravelMatrix, solve
from phancong.engines.weighted import LnsEngine, sum_search
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.improve.core_problem import CoreProblem
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.search import Course


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


class Begun:
    """A search after its first prices and its first plan."""

    def __init__(self, monkeypatch, problem, *, work=None):
        kept = []

        class Kept(sum_search.SumSearch):
            def run(self):
                kept.append(self)
                return self.incumbent

        with monkeypatch.context() as patch:
            patch.setattr("phancong.engines.weighted.stages.SumSearch", Kept)
            patch.setattr(LnsEngine, "apart", False)
            solve(problem, goals=(Travel(),), engine="lns", search=Search(seconds=600))
        search, *_ = kept
        self.tie_cost = search.tie_cost
        taken, cost = search.incumbent.taken, search.cost
        self.incumbent = Incumbent(search.instance, cost, search.tie_cost, taken, lambda _: None)
        self.course = Course(Search(seconds=600, work=work))
        self.stage_budget = StageBudget(self.course, 1.0)
        self.lagrangian = Lagrangian(search.instance, cost * self.incumbent.scale)
        first = initial_multipliers(
            self.lagrangian, StageBudget(Course(Search(seconds=600)), 1.0)
        ).multipliers
        self.multipliers = self.lagrangian.subgradient(first, 200, lambda work: False, 2**40)
        self.incumbent.raise_bound(self.multipliers.bound)
        self.core_problem = CoreProblem(
            self.incumbent, self.stage_budget, lambda: self.incumbent.proven, None
        )

    @property
    def neighbourhoods(self):
        return Neighbourhoods(
            self.lagrangian, self.multipliers, self.tie_cost, self.core_problem.fixed_out
        )
