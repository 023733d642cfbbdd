"""The stages of a search: a plan within the limits, then one goal after the other, each held."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.exact.backend import Linear, Solver
from phancong.engines.exact.integers import integers
from phancong.engines.exact.stages import staged
from phancong.engines.exact.steps import Quantity
from phancong.engines.lns.beginning import Beginning
from phancong.engines.lns.fairness import LargestLoad
from phancong.engines.lns.instance import Instance
from phancong.engines.lns.span import Span
from phancong.engines.lns.standing import Standing
from phancong.engines.lns.sums import Memory, SumSearch
from phancong.engines.ranking import Ranking
from phancong.engines.task import AtMost, LimitsConflictError, Outcome, Proof, Task, stage_part
from phancong.errors import NoPlanFoundError
from phancong.goals import Continuity, FairLoad, Goal, Preference, Travel, Value, meets
from phancong.meeting import above, largest_met
from phancong.problem import BoolArray, FloatArray, IntArray

#: Bits of a cost: sums of thousands overflow nothing, and are told to within a part in 10**10.
COST_BITS: Final = 34


def searched(
    task: Task,
    solver: Solver,
    *,
    alone: bool = True,
    memories: dict[Goal, Memory] | None = None,
) -> Outcome | None:
    """A plan of a task and how far each goal can be off; None if it is proven that there is none.

    Parameters
    ----------
    task
        The task.
    solver
        What proves in integers.
    alone
        Where no plan within all limits is found, and it is not a load alone that has to give way, the
        exact stages decide what does; False leaves that to others.
    memories
        For each goal what a search for the same problem left; what this one leaves comes in.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    run = _Run(task, solver, {} if memories is None else memories)
    begun = Beginning(task, solver, run.instance, run.guide)
    plan = begun.plan()
    if plan is not None:
        outcome = run.outcome(begun, plan)
        return _in_fractions(task, solver, outcome) if alone else outcome
    if begun.impossible and not task.relax:
        return None
    conflict = begun.impossible or task.limits_conflict
    if alone:
        return staged(replace(task, limits_conflict=conflict), solver)
    raise (LimitsConflictError if conflict else NoPlanFoundError)(
        "the loads alone do not tell what gives way"
    )


def _in_fractions(task: Task, solver: Solver, outcome: Outcome) -> Outcome:
    """The outcome, with what exact stages prove where only rounding kept a proof back.

    They begin with the plan and hold what is proven.
    """
    if outcome.stopped != "rounding":
        return outcome
    begin = replace(task, incumbent=outcome.assignment, known=outcome.goals)
    try:
        found = staged(begin, solver)
    except NoPlanFoundError:
        return outcome
    assert found is not None  # there is a plan
    ranking = Ranking(task)
    best, _ = ranking.merged(
        ranking.ranked(outcome.assignment, outcome), ranking.ranked(found.assignment, found)
    )
    lines = dict(zip(ranking.rules, best.breaches, strict=True))
    stopped = None if best.proven else found.stopped or outcome.stopped
    conflict = outcome.limits_conflict or found.limits_conflict
    return Outcome(best.assignment, lines, best.goals, stopped, conflict)


class _Sum:
    """A goal that is a sum over pairs, in integers."""

    def __init__(self, instance: Instance, costs: FloatArray, offset: float) -> None:
        found = integers(costs, bits=COST_BITS)
        self.cost = instance.matrix(found.arrays[0])
        self.fixed = int(self.cost[instance.fixed].sum())
        error = found.error * int(instance.formulation.need.sum())
        self.quantity = Quantity(Linear.of(()), found.unit, offset, error)

    def real(self, value: int) -> float:
        """What the integer cost of the pairs beside the fixed ones stands for."""
        return self.quantity.real(value + self.fixed)


class _Run:
    """One pass through the stages."""

    def __init__(self, task: Task, solver: Solver, memories: dict[Goal, Memory]) -> None:
        self.task = task
        self.memories = memories
        self.course = task.course
        self.solver = solver
        self.problem = task.problem
        self.instance = Instance(task.problem)
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

    def outcome(self, begun: Beginning, plan: BoolArray) -> Outcome:
        """One goal after the other, from a plan to begin with."""
        self.instance, self._taken = begun.instance, plan
        goals = self.task.goals
        proofs: list[Proof] = []
        for number, goal in enumerate(goals, start=1):
            name = f"goal {number}: {type(goal).__name__}"
            last = number == len(goals)
            known = self.task.known_bound(proofs, self._assignment(self.taken))
            proofs.append(self._goal(goal, name, known, last=last))
            self.course.report(name, goal, proofs[-1].best, proofs[-1].bound)
        assignment = self._assignment(self.taken)
        proofs = [_as_held(assignment, g, p) for g, p in zip(goals, proofs, strict=True)]
        unproven = not all(proof.proven for proof in proofs)
        lines = begun.lines(assignment)
        return Outcome(assignment, lines, tuple(proofs), self.cut if unproven else None)

    def _assignment(self, taken: BoolArray) -> Assignment:
        return Assignment.of_mask(self.problem, self.instance.mask(taken))

    def _goal(self, goal: Goal, name: str, known: Value | None, *, last: bool) -> Proof:
        present = _number(goal, self._assignment(self.taken))
        if known is not None and meets(present, known):
            self._hold(goal, present)
            return Proof(present, known, True)
        span = Span(self.course, stage_part(not last))
        if self.course.stopped is not None:
            self.cut = self.cut or self.course.stopped
            floor = goal.floor(self.problem)
            assert not isinstance(floor, tuple)
            return Proof(present, min(floor, present), meets(present, floor))
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
        error = self._hold_load(goal, search, best)
        return self._proof(
            goal, best, float(bound) - error, error, proven=bound >= reached, span=span
        )

    def _hold(self, goal: Goal, best: float) -> None:
        """Let no later stage take a goal above what the plan has, or its tolerance allows."""
        if isinstance(goal, FairLoad):
            search = LargestLoad(self.instance, goal.measure, self.taken, self.guide, self.solver)
            self._hold_load(goal, search, best)
        else:
            self._hold_sum(goal, self._sum_of(goal), best)

    def _hold_load(self, goal: FairLoad, search: LargestLoad, best: float) -> float:
        """The same of a largest load; how far its integers may lie from it."""
        weights = self.instance.formulation.weights(goal.measure)
        reached = search.level(self.taken)
        share = float(self.problem.member_columns.share.min())
        error = weights.error * len(self.instance.formulation.units) / share
        held = goal.held(best)
        level = reached if goal.exact else max(reached, largest_met(held))
        self.instance = self.instance.under(goal.measure, search.caps(level + 2 * Fraction(error)))
        if error:
            self.instance = self.instance.also(AtMost(goal, held).kept)
        return error

    def _hold_sum(self, goal: Goal, total: _Sum, best: float) -> None:
        """The same of a sum."""
        most = total.quantity.as_good(int(total.cost[self.taken].sum()) + total.fixed)
        if not goal.exact:
            most = total.quantity.within(goal.held(best), most)
        self.instance = self.instance.within(self.instance.budget(total.cost, most))
        if not total.quantity.tells(goal.held(best)):
            self.instance = self.instance.also(AtMost(goal, goal.held(best)).kept)

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
            memory=self.memories.setdefault(goal, Memory()),
        )
        standing = search.run()
        self._taken = standing.taken
        best = _number(goal, self._assignment(self.taken))
        if not last:
            self._hold_sum(goal, total, best)
        error = total.quantity.error + float(total.quantity.unit * standing.off)
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
        nearest = Travel().floor(self.problem)
        return _Sum(self.instance, formulation.pairs_of(formulation.detour), nearest)

    def _proof(
        self, goal: Goal, best: float, bound: float, error: float, *, proven: bool, span: Span
    ) -> Proof:
        floor = goal.floor(self.problem)
        assert not isinstance(floor, tuple)
        bound = min(best, max(best - 2 * error if proven else bound, floor))
        if not meets(best, bound):
            # What no clock cut, and no gap was left of, could not be told in integers.
            left = "gap" if self.course.search.gap and not proven else "rounding"
            self.cut = self.cut or (None if proven else span.why) or left
        return Proof(best, bound, meets(best, bound))


def _number(goal: Goal, assignment: Assignment) -> float:
    value = goal.value(assignment)
    assert not isinstance(value, tuple)
    return value


def _as_held(assignment: Assignment, goal: Goal, proof: Proof) -> Proof:
    """What was reached, to the rounding used: equal integers can stand for unequal reals."""
    value = _number(goal, assignment)
    assert not isinstance(proof.best, tuple)
    beyond = above(np.asarray(value), goal.held(proof.best))
    return Proof(value, proof.bound, False) if beyond else proof
