"""The stages of a search from an incumbent that breaks limits: its breaches, then the goals."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from phancong.assignment import Assignment
from phancong.engines.common.linear_model import Solver
from phancong.engines.ranking import Ranking
from phancong.engines.task import STAGE_PART, Outcome, Proof, Task, as_held
from phancong.engines.weighted.construct.breach_face import BreachFace
from phancong.engines.weighted.construct.breach_reduction import BreachReduction
from phancong.engines.weighted.construct.breach_sums import breach_sum
from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.construct.minimal_relaxation import MinimalRelaxation
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.goal_search import GoalSearch
from phancong.engines.weighted.goal_sums import sparing_budgets
from phancong.engines.weighted.improve.restricted_models import find_plan
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import FIND_WORK, MEMBER_PART, Tuning
from phancong.engines.weighted.warm_start import WarmStart
from phancong.goals import Goal
from phancong.meeting import exact
from phancong.rules import RULES, order

#: Rules whose breach no search reduces: initial plans already give each household all possible members.
FULL: Final = frozenset({"coverage"})
#: Levels of a largest breach that are tried, and the part of the remaining search for all of them.
LEVELS: Final = 8
LEVELS_PART: Final = 1 / 8


class BreachStages:
    """Reduces the breaches of an incumbent, rule by rule, and then minimises the goals.

    While the breach of each rule is proven to be the least, the plans with the same breaches are a
    face of the problem, and bounds over that face are valid for the next rule or goal. After the
    first rule without a proof, each member is held to the breaches of this plan, and no further
    bound is valid.

    Parameters
    ----------
    task
        The task.
    incumbent
        The plan that breaks limits.
    solver
        The solver of integer models, such as CP-SAT.
    warm_starts
        Multipliers of earlier searches for the same problem, by goal or rule; updated in place.
    tuning
        Thresholds between methods, by size.
    """

    def __init__(
        self,
        task: Task,
        incumbent: Assignment,
        solver: Solver,
        warm_starts: dict[Goal | str, WarmStart],
        tuning: Tuning,
    ) -> None:
        self.task = task
        self.course = task.course
        self.problem = task.problem
        self.tuning = tuning
        self.held = BreachReduction.of(task.problem, task.relax, incumbent, tuning)
        self.face = BreachFace(task, tuning)
        self.search = GoalSearch(task, solver, warm_starts, self.face.instance)
        #: The rules, the one that is relaxed last first.
        self.rules = list(reversed(tuple(task.relax)))

    def outcome(self) -> Outcome:
        """The outcome of all rules and goals."""
        lines = self._rule_lines()
        self._begin_goals()
        complete = self.face.complete
        proofs: list[Proof] = []
        for _ in self.task.goals:
            proofs.append(self.search.next_goal(proofs, bounded=complete))
        ranked = Ranking(self.task).ranked(self.search.assignment)
        goals = ranked.goals
        if complete:
            each = zip(self.task.goals, proofs, strict=True)
            goals = tuple(as_held(ranked.assignment, goal, proof) for goal, proof in each)
        for rule, line in zip(self.rules, ranked.breaches, strict=True):
            lines.setdefault(rule, line)
        cut = self.search.cut or self.course.stopped or self.course.reached_limit("work")
        unproven = not all(line.proven for line in (*lines.values(), *goals))
        return Outcome(ranked.assignment, lines, goals, cut if unproven else None)

    def _rule_lines(self) -> dict[str, Proof]:
        """The lines of the rules up to the first one without a proof; all breaches are reduced."""
        left = len(self.held.broken) + len(self.task.goals)
        lines: dict[str, Proof] = {}
        for number, rule in enumerate(self.rules):
            broken, complete = rule in self.held.broken - FULL, self.face.complete
            known = complete and self.face.known(rule, self._assignment()).proven
            if broken and not known and not (complete and _is_sum(rule)):
                self._reduce(rule, StageBudget(self.course, 1.0 / left))
            if self.face.complete:
                better, lines[rule] = self._settle(rule)
                # A new plan must keep the values that the earlier rules have reached.
                for before in self.rules[: number + 1] if better is not self.held else [rule]:
                    if before in better.broken and _is_sum(before):
                        cost = breach_sum(better.instance, before).cost
                        better.hold(cost, better.taken)
                self.held = better
            left -= broken
        return lines

    def _begin_goals(self) -> None:
        """Begin the goals on the face if it is complete, else within the breaches of the plan."""
        instance, face = self.held.instance, self.face
        if face.complete:
            whole = face.of(self._assignment())
            face.complete = whole.keeps(self.held.taken)
            instance = whole if face.complete else instance
        self.search.begin(instance, self.held.taken)

    def _assignment(self) -> Assignment:
        """The plan whose breaches are reduced."""
        return Assignment.of_mask(self.problem, self.held.instance.mask(self.held.taken))

    def _reduce(self, rule: str, stage_budget: StageBudget) -> None:
        """Reduce the breach of one rule; no other breach becomes larger."""
        held = self.held
        if not _is_sum(rule):
            held.reduce(rule, self.search.guide_cost, stage_budget)
            return
        cost = breach_sum(held.instance, rule).cost
        found = self.search.minimised(held.instance, cost, held.taken, stage_budget, rule)
        held.hold(cost, found.taken)

    def _settle(self, rule: str) -> tuple[BreachReduction, Proof]:
        """The breaches of the best plan found, and the line of a rule over the plans of a face."""
        face, held = self.face, self.held
        assignment = self._assignment()
        line = face.settle(rule, assignment)
        if not line.proven and face.least is not None:
            least = face.least
            lower = self._lowered(least, assignment, rule)
            lower, level = self._decided(least, assignment if lower is None else lower, rule)
            if lower is not assignment:
                held = BreachReduction.of(self.problem, self.task.relax, lower, self.tuning)
            if level is not None:
                return held, face.levelled(rule, lower, level)
            return held, line if lower is assignment else face.settle(rule, lower)
        if line.proven or not _is_sum(rule):
            return held, line
        within = face.of(assignment)
        taken = face.instance.taken(assignment.mask)
        if not within.keeps(taken):
            return held, line
        cost = breach_sum(face.instance, rule).cost
        # The rule is the first without a proof: the later rules and goals share the other half.
        stage_budget = StageBudget(self.course, STAGE_PART)
        found = self.search.minimised(within, cost, taken, stage_budget, f"least {rule}")
        if found.value < int(cost[taken].sum()):
            assignment = Assignment.of_mask(self.problem, within.mask(found.taken))
            held = BreachReduction.of(self.problem, self.task.relax, assignment, self.tuning)
        bound = found.bound
        bound = None if bound is None else bound - found.accuracy
        return held, face.searched(rule, assignment, bound)

    def _lowered(
        self, least: MinimalRelaxation, assignment: Assignment, rule: str
    ) -> Assignment | None:
        """A plan of the least total breach whose largest breach is smaller; None if none was found.

        The lower bound is tried first, then levels between it and the last one at which there is a plan.
        """
        stage_budget = StageBudget(self.course, LEVELS_PART)
        taken, found = least.instance.taken(assignment.mask), None
        before = self.rules[: self.rules.index(rule)]
        low, high = least.level, exact(order(assignment, rule)[1])
        level = low
        for _ in range(LEVELS):
            if stage_budget.stop_reason is not None:
                break
            narrow = self.face.held(least.at(level), assignment, before)
            narrow = self.face.of(assignment, narrow)
            cost = sparing_budgets(narrow, self.search.guide_cost)
            charge = stage_budget.portion(MEMBER_PART)
            nearer = apply_ejection_chains(narrow, taken, cost, charge)
            plan = tabu_repair(narrow, nearer, cost, charge)
            if plan is not None and narrow.keeps(plan):
                taken = plan
                found = Assignment.of_mask(self.problem, narrow.mask(plan))
                high = exact(order(found, rule)[1])
            else:
                low = level
            if high <= least.level:
                break
            level = (low + high) / 2
        return found

    def _decided(
        self, least: MinimalRelaxation, assignment: Assignment, rule: str
    ) -> tuple[Assignment, Fraction | None]:
        """A plan with a smaller largest breach, by the solver; its level if no smaller one is possible.

        The level just below that of the plan is the easiest to find, and refuting it ends the search.
        """
        stage_budget = StageBudget(self.course, LEVELS_PART)
        before = self.rules[: self.rules.index(rule)]
        reached = exact(order(assignment, rule)[1])
        while reached > least.level and stage_budget.stop_reason is None:
            below = least.below(reached)
            whole = self.face.of(assignment, least.at(below))
            narrow = self.face.held(whole, assignment, before)
            if narrow.size > self.tuning.most_decided:
                break
            plan, none = find_plan(
                narrow,
                least.instance.taken(assignment.mask),
                narrow.free,
                self.search.solver,
                stage_budget.deferred_limits(FIND_WORK),
                stage_budget.charge,
            )
            if plan is None:
                proven = none and narrow is whole
                return assignment, least.beyond(below) if proven else None
            assignment = Assignment.of_mask(self.problem, narrow.mask(plan))
            reached = min(below, exact(order(assignment, rule)[1]))
        return assignment, None


def _is_sum(rule: str) -> bool:
    """Whether the breach of a rule is a sum over the pairs of a plan."""
    return RULES[rule].pair is not None or rule == "max_changes"
