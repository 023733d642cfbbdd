"""The stages of a search: first a plan within the limits, then the goals in order, each held."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.ranking import Ranking
from phancong.engines.task import (
    STAGE_PART,
    AtMost,
    Exact,
    LimitsConflictError,
    Outcome,
    Proof,
    Task,
    stage_part,
)
from phancong.engines.weighted.construct.breach_face import BreachFace
from phancong.engines.weighted.construct.breach_reduction import BreachReduction
from phancong.engines.weighted.construct.initial_plan import InitialPlan
from phancong.engines.weighted.context import Context
from phancong.engines.weighted.goal_sums import GoalSum, as_held, lexicographic, number_of
from phancong.engines.weighted.incumbent import Incumbent
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.largest_load import LargestLoad
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import INITIAL_PART, TUNING, Tuning
from phancong.engines.weighted.warm_start import WarmStart
from phancong.errors import NoPlanFoundError
from phancong.goals import Goal, Kind, Travel, Value, load_measure, meets, single
from phancong.meeting import largest_met
from phancong.problem import BoolArray, IntArray
from phancong.rules import RULES

#: Rules whose breach no search reduces: initial plans already give each household all possible members.
FULL: Final = frozenset({"coverage"})


def solve_in_stages(
    task: Task,
    solver: Solver,
    exact: Exact,
    *,
    alone: bool = True,
    warm_starts: dict[Goal | str, WarmStart] | None = None,
    tuning: Tuning = TUNING,
) -> Outcome | None:
    """A plan of a task with a bound for each goal; None if it is proven that there is none.

    Parameters
    ----------
    task
        The task.
    solver
        The solver of integer models, such as CP-SAT.
    exact
        The engine that decides which limits are relaxed, and what rounded integers leave open.
    alone
        Whether the exact engine is called if no plan within all limits is found and relaxing loads
        alone does not help. False leaves that to the caller.
    warm_starts
        Multipliers of earlier searches for the same problem, by goal or rule; updated in place.
    tuning
        Thresholds between methods, by size.

    Raises
    ------
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    run = _Run(task, solver, {} if warm_starts is None else warm_starts, tuning)
    course = task.course
    if task.incumbent is not None:  # leave time for the goals, also if the incumbent breaks limits
        part = [INITIAL_PART * left for left in (course.work_left, course.seconds_left)]
        course = course.slice(*part)
    initial = InitialPlan(
        replace(task, course=course),
        solver,
        exact,
        run.instance,
        run.guide_cost,
        exactly=alone or task.incumbent is None,
    )
    plan = initial.plan()
    if course is not task.course:
        task.course.joined(course)
    if plan is not None:
        outcome = run.outcome(initial, plan)
        return _in_fractions(task, exact, outcome) if alone else outcome
    if initial.infeasible and not task.relax:
        return None
    conflict = initial.infeasible or task.limits_conflict
    if alone:
        try:
            return exact.run(replace(task, limits_conflict=conflict))
        except NoPlanFoundError:
            if task.incumbent is None or task.course.stopped is not None:
                raise
    if task.incumbent is not None:
        return replace(run.broken(task.incumbent), limits_conflict=conflict)
    raise (LimitsConflictError if conflict else NoPlanFoundError)(
        "the loads alone do not tell what is relaxed"
    )


def _in_fractions(task: Task, exact: Exact, outcome: Outcome) -> Outcome:
    """The outcome; where only rounding prevented a proof, with the proofs of the exact stages.

    The exact stages begin with the plan and the bounds of the outcome.
    """
    if outcome.stopped != "rounding":
        return outcome
    begin = replace(task, incumbent=outcome.assignment, known=outcome.goals)
    try:
        found = exact.run(begin)
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


class _Run:
    """One pass through the stages."""

    def __init__(
        self,
        task: Task,
        solver: Solver,
        warm_starts: dict[Goal | str, WarmStart],
        tuning: Tuning,
    ) -> None:
        self.task = task
        self.warm_starts = warm_starts
        self.course = task.course
        self.solver = solver
        self.problem = task.problem
        self.instance = Instance(task.problem, tuning=tuning)
        self.cut: str | None = None
        self._taken: BoolArray | None = None
        #: Tie-breaking cost within a stage, U × M.
        self.tie_cost: IntArray = self._tie_cost()
        #: Cost that guides all stages before the first sum is minimised, U × M.
        self.guide_cost: IntArray = self._guide_cost()

    @property
    def taken(self) -> BoolArray:
        """The plan."""
        assert self._taken is not None
        return self._taken

    def outcome(self, initial: InitialPlan, plan: BoolArray) -> Outcome:
        """The outcome of all goals in order, beginning with an initial plan."""
        self.instance, self._taken = initial.instance, plan
        goals = self.task.goals
        proofs: list[Proof] = []
        for number, goal in enumerate(goals, start=1):
            name = f"goal {number}: {type(goal).__name__}"
            last = number == len(goals)
            known = self.task.known_bound(proofs, self._assignment(self.taken))
            proofs.append(self._goal(goal, name, known, last=last))
            self.course.report(name, goal, proofs[-1].best, proofs[-1].bound)
        assignment = self._assignment(self.taken)
        proofs = [as_held(assignment, g, p) for g, p in zip(goals, proofs, strict=True)]
        unproven = not all(proof.proven for proof in proofs)
        lines = initial.lines(assignment)
        return Outcome(assignment, lines, tuple(proofs), self.cut if unproven else None)

    def broken(self, incumbent: Assignment) -> Outcome:
        """The outcome from an incumbent that breaks limits: its breaches are reduced, then the goals.

        While the breach of each rule is proven to be the least, the plans with the same breaches are a
        face of the problem, and bounds over that face are valid for the next rule or goal. After the
        first rule without a proof, each member is held to the breaches of this plan, and no further
        bound is valid.
        """
        held = BreachReduction.of(self.problem, self.task.relax, incumbent, self.instance.tuning)
        face = BreachFace(self.task, self.instance.tuning)
        self.instance = face.instance
        self.tie_cost, self.guide_cost = self._tie_cost(), self._guide_cost()
        rules = list(reversed(tuple(self.task.relax)))
        left = len(held.broken) + len(self.task.goals)
        lines: dict[str, Proof] = {}
        for number, rule in enumerate(rules):
            broken, summed = rule in held.broken - FULL, _is_sum(rule)
            if broken and not (summed and face.complete):
                self._reduce(held, rule, StageBudget(self.course, 1.0 / left))
            if face.complete:
                better, lines[rule] = self._settle(face, rule, held)
                # A new plan must keep the values that the earlier rules have reached.
                for before in rules[: number + 1] if better is not held else [rule]:
                    if before in better.broken and _is_sum(before):
                        better.hold(better.cost_of(before), better.taken)
                held = better
            left -= broken
        self.instance, self._taken = held.instance, held.taken
        assignment = self._assignment(self.taken)
        if face.complete:
            whole = face.of(assignment)
            face.complete, self.instance = whole.keeps(self.taken), whole
        if not face.complete:
            self.instance = held.instance
        proofs: list[Proof] = []
        for number, goal in enumerate(self.task.goals, start=1):
            name = f"goal {number}: {type(goal).__name__}"
            known = self.task.known_bound(proofs, self._assignment(self.taken))
            last = number == len(self.task.goals)
            proofs.append(self._goal(goal, name, known if face.complete else None, last=last))
        ranked = Ranking(self.task).ranked(self._assignment(self.taken))
        goals = ranked.goals
        if face.complete:
            each = zip(self.task.goals, proofs, strict=True)
            goals = tuple(as_held(ranked.assignment, goal, proof) for goal, proof in each)
        for rule, line in zip(rules, ranked.breaches, strict=True):
            lines.setdefault(rule, line)
        cut = self.cut or self.course.stopped or self.course.told("work")
        unproven = not all(line.proven for line in (*lines.values(), *goals))
        return Outcome(ranked.assignment, lines, goals, cut if unproven else None)

    def _reduce(self, held: BreachReduction, rule: str, stage_budget: StageBudget) -> None:
        """Reduce the breach of one rule; no other breach becomes larger."""
        if not _is_sum(rule):
            held.reduce(rule, self.guide_cost, stage_budget)
            return
        cost = held.cost_of(rule)
        found = self._minimised(held.instance, cost, held.taken, stage_budget, rule)
        held.hold(cost, found.taken)

    def _settle(
        self, face: BreachFace, rule: str, held: BreachReduction
    ) -> tuple[BreachReduction, Proof]:
        """The breaches of the best plan found, and the line of a rule over the plans of a face."""
        assignment = Assignment.of_mask(self.problem, held.instance.mask(held.taken))
        line = face.settle(rule, assignment)
        if line.proven or not _is_sum(rule):
            return held, line
        within = face.of(assignment)
        taken = face.taken(assignment)
        if not within.keeps(taken):
            return held, line
        cost = face.sum_of(rule).cost
        # The rule is the first without a proof: the later rules and goals share the other half.
        stage_budget = StageBudget(self.course, STAGE_PART)
        found = self._minimised(within, cost, taken, stage_budget, f"least {rule}")
        if found.value < int(cost[taken].sum()):
            assignment = Assignment.of_mask(self.problem, within.mask(found.taken))
            held = BreachReduction.of(
                self.problem, self.task.relax, assignment, self.instance.tuning
            )
        bound = found.bound
        bound = None if bound is None else bound - found.accuracy
        return held, face.searched(rule, assignment, bound)

    def _minimised(
        self,
        instance: Instance,
        cost: IntArray,
        taken: BoolArray,
        stage_budget: StageBudget,
        rule: str,
    ) -> Incumbent:
        """The incumbent of a search that minimises the breach of a rule, a sum over pairs."""
        context = Context(
            instance,
            cost,
            self.tie_cost,
            taken,
            solver=self.solver,
            stage_budget=stage_budget,
            gap_closed=lambda value, bound: value <= bound,
            report=lambda _: None,
            warm_start=self.warm_starts.setdefault(rule, WarmStart()),
        )
        return minimise(context)

    def _tie_cost(self) -> IntArray:
        """Tie-breaking cost within a stage, U × M: travel, or 0 if the problem has no distances."""
        if self.problem.travel is None:
            return np.zeros(self.instance.free.shape, dtype=np.int64)
        return self._sum_of(Travel()).cost

    def _guide_cost(self) -> IntArray:
        """Cost before the first sum is minimised, U × M: that sum, with ties broken by travel.

        So a search for few changes begins near last year's plan, not near any plan with fair loads.
        """
        sums = [goal for goal in self.task.goals if goal.kind is Kind.PAIR_SUM]
        if not sums or sums[0].sums_travel:
            return self.tie_cost
        return lexicographic(self._sum_of(sums[0]).cost, self.tie_cost)

    def _assignment(self, taken: BoolArray) -> Assignment:
        return Assignment.of_mask(self.problem, self.instance.mask(taken))

    def _goal(self, goal: Goal, name: str, known: Value | None, *, last: bool) -> Proof:
        present = number_of(goal, self._assignment(self.taken))
        if known is not None and meets(present, known):
            self._hold(goal, present)
            return Proof(present, known, True)
        stage_budget = StageBudget(self.course, stage_part(not last))
        if self.course.stopped is not None:
            self.cut = self.cut or self.course.stopped
            floor = single(goal.floor(self.problem))
            return Proof(present, min(floor, present), meets(present, floor))
        measure = load_measure(goal)
        if measure is not None:
            return self._fair_load(goal, measure, stage_budget)
        return self._sum(goal, name, stage_budget, last=last)

    def _fair_load(self, goal: Goal, measure: str, stage_budget: StageBudget) -> Proof:
        """Minimise and hold the largest load ÷ share over all members who are not exempt."""
        search = LargestLoad(self.instance, measure, self.taken, self.guide_cost, self.solver)
        weights = self.instance.formulation.weights(measure)
        if not search.counted or not weights.pairs.any():  # all plans have the same value
            best = number_of(goal, self._assignment(self.taken))
            return Proof(best, best, True)
        reached, bound = search.run(stage_budget)
        self._taken = search.taken
        best = number_of(goal, self._assignment(self.taken))
        error = self._hold_load(goal, search, best)
        return self._proof(
            goal,
            best,
            float(bound) - error,
            error,
            proven=bound >= reached,
            stage_budget=stage_budget,
        )

    def _hold(self, goal: Goal, best: float) -> None:
        """Keep a goal at or below its value in the plan plus its tolerance, in all later stages."""
        measure = load_measure(goal)
        if measure is not None:
            search = LargestLoad(self.instance, measure, self.taken, self.guide_cost, self.solver)
            self._hold_load(goal, search, best)
        else:
            self._hold_sum(goal, self._sum_of(goal), best)

    def _hold_load(self, goal: Goal, search: LargestLoad, best: float) -> float:
        """Hold a largest load in all later stages; its rounding error, in the unit of the goal."""
        weights = self.instance.formulation.weights(search.measure)
        reached = search.level(self.taken)
        share = float(self.problem.member_columns.share.min())
        error = weights.error * len(self.instance.formulation.units) / share
        held = goal.held(best)
        level = reached if goal.exact else max(reached, largest_met(held))
        self.instance = self.instance.under(
            search.measure, search.caps(level + 2 * Fraction(error))
        )
        if error:
            self.instance = self.instance.also(AtMost(goal, held).kept)
        return error

    def _hold_sum(self, goal: Goal, total: GoalSum, best: float) -> None:
        """Hold a sum over pairs in all later stages."""
        most = total.quantity.as_good(int(total.cost[self.taken].sum()) + total.fixed)
        if not goal.exact:
            most = total.quantity.within(goal.held(best), most)
        self.instance = self.instance.within(self.instance.budget(total.cost, most))
        if not total.quantity.tells(goal.held(best)):
            self.instance = self.instance.also(AtMost(goal, goal.held(best)).kept)

    def _sum(self, goal: Goal, name: str, stage_budget: StageBudget, *, last: bool) -> Proof:
        """Minimise and hold a sum over pairs by neighbourhood search with a Lagrangian bound."""
        total = self._sum_of(goal)
        gap = self.course.search.gap

        def gap_closed(value: int, bound: int) -> bool:
            below = total.real(bound) - total.quantity.error
            return total.real(value) - below <= gap * abs(below)

        def report(incumbent: Incumbent) -> None:
            assert incumbent.bound is not None
            self.course.report(name, goal, total.real(incumbent.value), total.real(incumbent.bound))

        context = Context(
            self.instance,
            total.cost,
            self.tie_cost,
            self.taken,
            solver=self.solver,
            stage_budget=stage_budget,
            gap_closed=gap_closed,
            report=report,
            warm_start=self.warm_starts.setdefault(goal, WarmStart()),
        )
        incumbent = minimise(context)
        self._taken = incumbent.taken
        best = number_of(goal, self._assignment(self.taken))
        if not last:
            self._hold_sum(goal, total, best)
        error = total.quantity.error + float(total.quantity.unit * incumbent.accuracy)
        bound = -np.inf if incumbent.bound is None else total.real(incumbent.bound) - error
        return self._proof(
            goal, best, float(bound), error, proven=incumbent.proven, stage_budget=stage_budget
        )

    def _sum_of(self, goal: Goal) -> GoalSum:
        total = goal.pair_sum(self.problem)
        assert total is not None  # the engine refuses all other goals
        return GoalSum(self.instance, total)

    def _proof(
        self,
        goal: Goal,
        best: float,
        bound: float,
        error: float,
        *,
        proven: bool,
        stage_budget: StageBudget,
    ) -> Proof:
        floor = single(goal.floor(self.problem))
        bound = min(best, max(best - 2 * error if proven else bound, floor))
        if not meets(best, bound):
            # A stage that neither its budget nor a gap ended stopped for one of two reasons: rounding to
            # integers, or the work limit of each call of a solver.
            left = "gap" if self.course.search.gap and not proven else "rounding"
            left = left if proven or error or left == "gap" else self.course.told("work")
            self.cut = self.cut or (None if proven else stage_budget.stop_reason) or left
        return Proof(best, bound, meets(best, bound))


def _is_sum(rule: str) -> bool:
    """Whether the breach of a rule is a sum over the pairs of a plan."""
    return RULES[rule].pair is not None or rule == "max_changes"
