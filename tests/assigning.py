"""Generalised assignment problems, and a search of one that is stopped before its first round."""

import numpy as np

from phancong import Household, Member, Problem, Search, Travel, TravelMatrix, solve
from phancong.engines.lns import LnsEngine, sums
from phancong.engines.lns.first_prices import first_prices
from phancong.engines.lns.lagrangian import Lagrangian
from phancong.engines.lns.neighbourhoods import Neighbourhoods
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing
from phancong.engines.lns.whole import Whole
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

        class Kept(sums.SumSearch):
            def run(self):
                kept.append(self)
                return self.standing

        with monkeypatch.context() as patch:
            patch.setattr("phancong.engines.lns.stages.SumSearch", Kept)
            patch.setattr(LnsEngine, "apart", False)
            solve(problem, goals=(Travel(),), engine="lns", search=Search(seconds=600))
        search, *_ = kept
        self.guide = search.guide
        taken, cost = search.standing.taken, search.cost
        self.standing = Standing(search.instance, cost, search.guide, taken, lambda _: None)
        self.course = Course(Search(seconds=600, work=work))
        self.span = Span(self.course, 1.0)
        self.lagrangian = Lagrangian(search.instance, cost * self.standing.scale)
        first = first_prices(self.lagrangian, Span(Course(Search(seconds=600)), 1.0)).prices
        self.prices = self.lagrangian.raised(first, 200, lambda work: False, 2**40)
        self.standing.bounded(self.prices.bound)
        self.whole = Whole(self.standing, self.span, lambda: self.standing.proven, None)

    @property
    def around(self):
        return Neighbourhoods(self.lagrangian, self.prices, self.guide, self.whole.useless)
