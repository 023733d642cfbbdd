"""The stages of a search: a plan within the limits, then one goal after the other, each held."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment, nearest_allowed
from phancong.engines.exact.backend import Linear, Solver
from phancong.engines.exact.formulation import Formulation
from phancong.engines.exact.integers import integers
from phancong.engines.exact.model import Model
from phancong.engines.exact.stages import staged
from phancong.engines.exact.steps import Quantity, Steps
from phancong.engines.lns.easing import eased
from phancong.engines.lns.fairness import LargestLoad
from phancong.engines.lns.instance import BITS, Budget, Instance
from phancong.engines.lns.prices import split_prices
from phancong.engines.lns.repair import repaired
from phancong.engines.lns.span import Span
from phancong.engines.lns.sums import Standing, SumSearch, cheapest
from phancong.engines.task import Outcome, Proof, Task
from phancong.goals import Continuity, FairLoad, Goal, Preference, Travel
from phancong.problem import BoolArray, FloatArray, IntArray
from phancong.rules import breaches

#: What part of the search left a stage may take: those after it shall not go without.
PART: Final = 0.5


def searched(task: Task, solver: Solver) -> Outcome | None:
    """A plan of a task and how far each goal can be off; None if it is proven that there is none.

    Where no plan within all limits is found, and it is not a load alone that has to give way, the exact
    stages decide what does.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    run = _Run(task, solver)
    if run.first_plan() or run.ease():
        return run.outcome()
    if run.impossible and not task.relax:
        return None
    return staged(task, solver)


class _Sum:
    """A goal that is a sum over pairs, in integers."""

    def __init__(self, instance: Instance, costs: FloatArray, offset: float) -> None:
        found = integers(costs, bits=BITS)
        self.cost = instance.matrix(found.arrays[0])
        self.fixed = int(self.cost[instance.fixed].sum())
        error = found.error * int(instance.formulation.need.sum())
        self.quantity = Quantity(Linear.of(()), found.unit, offset, error)

    def real(self, value: int) -> float:
        """What the integer cost of the pairs beside the fixed ones stands for."""
        return self.quantity.real(value + self.fixed)


class _Run:
    """One pass through the stages."""

    def __init__(self, task: Task, solver: Solver) -> None:
        self.task = task
        self.course = task.course
        self.solver = solver
        self.problem = task.problem
        self.instance = Instance(task.problem)
        self.impossible = False
        #: The rule that gives way by the least, None if all limits hold.
        self.gives_way: str | None = None
        self.cut: str | None = None
        self._taken: BoolArray | None = None
        #: What plans are chosen by where a stage leaves the choice.
        self.guide: IntArray = np.zeros(self.instance.free.shape, dtype=np.int64)
        if task.problem.travel is not None:
            self.guide = self._travel().cost

    @property
    def taken(self) -> BoolArray:
        """The plan."""
        assert self._taken is not None
        return self._taken

    # --- a plan to begin with -----------------------------------------------------------------------

    def first_plan(self) -> bool:
        """Whether a plan within all limits was found."""
        instance = self.instance
        if (instance.need > instance.free.sum(axis=1)).any():
            self.impossible = True
            return False
        bare = replace_budgets(instance, ())
        cost = self.guide
        for resource in instance.resources:
            if (resource.high < resource.low).any() or (resource.high < 0).any():
                self.impossible = True
                return False
        for resource in instance.binding[:1]:
            if resource.each is not None:
                worth = split_prices(instance.free, instance.need, resource, self.guide)
                if worth is None:
                    self.impossible = True
                    return False
                cost = self.guide + worth
        self.course.work += instance.size / 2_000_000
        plan = self._near(bare, cost)
        if plan is not None and instance.budgets:
            plan = self._few_changes(bare, plan)
        if plan is None and self.gives_way is None:
            plan = self._found_exactly()
        self._taken = plan
        return plan is not None

    def ease(self) -> bool:
        """Whether a plan was found that breaks one rule about loads, by the least that can be."""
        found = eased(self.instance, self.task.relax) if self.impossible else None
        if found is None:
            return False
        self.instance, self.gives_way = found.instance, found.rule
        return self.first_plan()

    def _near(self, instance: Instance, cost: IntArray) -> BoolArray | None:
        """A plan within the limits of loads near the cheapest pairs.

        However little the search may take: there is to be a plan before the first stage begins.
        """

        def noted(work: float) -> bool:
            self.course.work += work
            return False

        return repaired(instance, cheapest(instance, cost), cost, noted)

    def _few_changes(self, bare: Instance, plan: BoolArray) -> BoolArray | None:
        """A plan within ``max_changes``."""
        (budget,) = self.instance.budgets
        dear = int(np.abs(self.guide).max(initial=0)) + 1
        kept = self._near(bare, self.guide + dear * budget.weight)
        if kept is not None and budget.room(kept) >= 0:
            return kept
        span = Span(self.course, PART)
        search = SumSearch(
            bare,
            budget.weight,
            self.guide,
            plan,
            solver=self.solver,
            span=span,
            near_enough=lambda value, bound: value <= budget.most or bound > budget.most,
            told=lambda _: None,
        )
        found = search.run()
        self.impossible = found.bound is not None and found.bound > budget.most
        return found.taken if found.value <= budget.most else None

    def _found_exactly(self) -> BoolArray | None:
        """A plan that the exact model finds."""
        if self.impossible:
            return None
        formulation = Formulation(self.problem, {}, self.solver.bits)
        steps = Steps(Model(formulation), self.solver, self.course)
        steps.begin(PART)
        found = steps.find()
        self.impossible = found is False
        if not found:
            return None
        mask = formulation.mask(steps.plan[: len(formulation.unit)] > 0)
        chosen = np.zeros(self.instance.free.shape, dtype=bool)
        pairs = self.instance.formulation
        chosen[pairs.unit, pairs.member] = pairs.chosen(mask)
        plan = chosen & ~self.instance.fixed
        return plan if self.instance.keeps(plan) else None

    # --- the goals ------------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """One goal after the other."""
        goals = self.task.goals
        proofs: list[Proof] = []
        for number, goal in enumerate(goals, start=1):
            name = f"goal {number}: {type(goal).__name__}"
            last = number == len(goals)
            proofs.append(self._goal(goal, name, last=last))
            self.course.report(name, goal, proofs[-1].best, proofs[-1].bound)
        assignment = self._assignment(self.taken)
        proofs = [_as_held(assignment, g, p) for g, p in zip(goals, proofs, strict=True)]
        unproven = not all(proof.proven for proof in proofs)
        return Outcome(
            assignment, self._lines(assignment), tuple(proofs), self.cut if unproven else None
        )

    def _lines(self, assignment: Assignment) -> dict[str, Proof]:
        """What gives way, each by the least, none where everything holds."""
        if self.gives_way is None:
            return {}
        rules = reversed(tuple(self.task.relax))
        broken = breaches(assignment)
        totals = {rule: math.fsum(r.by for r in broken if r.rule == rule) for rule in rules}
        return {rule: Proof(total, total, True) for rule, total in totals.items()}

    def _assignment(self, taken: BoolArray) -> Assignment:
        return Assignment.of_mask(self.problem, self.instance.mask(taken))

    def _goal(self, goal: Goal, name: str, *, last: bool) -> Proof:
        span = Span(self.course, 1.0 if last else PART)
        if self.course.stopped is not None:
            self.cut = self.cut or self.course.stopped
            floor = goal.floor(self.problem)
            assert not isinstance(floor, tuple)
            best = _number(goal, self._assignment(self.taken))
            return Proof(best, min(floor, best), best <= floor)
        if isinstance(goal, FairLoad):
            return self._fair_load(goal, span)
        return self._sum(goal, name, span, last=last)

    def _fair_load(self, goal: FairLoad, span: Span) -> Proof:
        """Load ÷ share, over all members but the exempt."""
        search = LargestLoad(self.instance, goal.measure, self.taken, self.guide, self.solver)
        weights = self.instance.formulation.weights(goal.measure)
        if not search.counted or not weights.pairs.any():
            best = _number(goal, self._assignment(self.taken))
            return Proof(best, best, True)
        reached, bound = search.run(span)
        self._taken = search.taken
        best = _number(goal, self._assignment(self.taken))
        held = reached if goal.exact else max(reached, Fraction(goal.held(best)))
        self.instance = self.instance.under(goal.measure, search.caps(held))
        share = float(self.problem.member_columns.share.min())
        error = weights.error * len(self.instance.formulation.units) / share
        return self._proof(
            goal, best, float(bound) - error, error, proven=bound >= reached, span=span
        )

    def _sum(self, goal: Goal, name: str, span: Span, *, last: bool) -> Proof:
        """A sum over pairs: neighbourhoods between a plan and its Lagrangian bound."""
        total = self._sum_of(goal)
        gap = self.course.search.gap

        def near_enough(value: int, bound: int) -> bool:
            below = total.real(bound) - total.quantity.error
            return total.real(value) - below <= gap * abs(below)

        def told(standing: Standing) -> None:
            assert standing.bound is not None
            self.course.report(name, goal, total.real(standing.value), total.real(standing.bound))

        search = SumSearch(
            self.instance,
            total.cost,
            self.guide,
            self.taken,
            solver=self.solver,
            span=span,
            near_enough=near_enough,
            told=told,
        )
        standing = search.run()
        self._taken = standing.taken
        best = _number(goal, self._assignment(self.taken))
        if not last:
            most = standing.value + total.fixed
            if not goal.exact:
                most = total.quantity.within(goal.held(total.quantity.real(most)), most)
            self.instance = self.instance.within(self.instance.budget(total.cost, most))
        error = total.quantity.error
        bound = -np.inf if standing.bound is None else total.real(standing.bound) - error
        return self._proof(goal, best, float(bound), error, proven=standing.proven, span=span)

    def _sum_of(self, goal: Goal) -> _Sum:
        formulation = self.instance.formulation
        if isinstance(goal, Travel):
            return self._travel()
        if isinstance(goal, Continuity):
            kept, most = formulation.kept(weighted=goal.weight == "years")
            return _Sum(self.instance, -kept, most)
        assert isinstance(goal, Preference)
        scores = np.where(self.problem.allowed, goal.matrix(self.problem), 0.0)
        return _Sum(self.instance, -formulation.pairs_of(scores), 0.0)

    def _travel(self) -> _Sum:
        """What is above each household's smallest travel."""
        formulation = self.instance.formulation
        visits = self.problem.household_columns.visits
        nearest = float((self.problem.needed * visits * nearest_allowed(self.problem)).sum())
        return _Sum(self.instance, formulation.pairs_of(formulation.detour), nearest)

    def _proof(
        self, goal: Goal, best: float, bound: float, error: float, *, proven: bool, span: Span
    ) -> Proof:
        floor = goal.floor(self.problem)
        assert not isinstance(floor, tuple)
        if proven:
            return Proof(best, min(best, max(best - 2 * error, floor)), True)
        if self.cut is None:
            self.cut = span.why or "gap"
        return Proof(best, min(best, max(bound, floor)), False)


def replace_budgets(instance: Instance, budgets: tuple[Budget, ...]) -> Instance:
    """The instance with other budgets."""
    bare = instance.within()
    bare.budgets = budgets
    return bare


def _number(goal: Goal, assignment: Assignment) -> float:
    value = goal.value(assignment)
    assert not isinstance(value, tuple)
    return value


def _as_held(assignment: Assignment, goal: Goal, proof: Proof) -> Proof:
    """What was reached, to the rounding used: equal integers can stand for unequal reals."""
    value = _number(goal, assignment)
    assert not isinstance(proof.best, tuple)
    return Proof(value, proof.bound, proof.proven) if value > goal.held(proof.best) else proof
