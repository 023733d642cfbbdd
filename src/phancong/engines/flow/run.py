"""One run of the flow engine: its stages in order, over the networks of the plans that remain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.common.pace import PAIRS_A_UNIT, OutOfTimeError
from phancong.engines.flow.goal_stages import adds_nothing, goal_stage, kept_within
from phancong.engines.flow.lines import goal_line, rounding, rule_line
from phancong.engines.flow.loads import UnitLoads
from phancong.engines.flow.network import Costs, Flow, Network
from phancong.engines.flow.rule_stages import rule_stages
from phancong.engines.flow.steps import CostsOf, Stage, Step, everywhere, least_cost
from phancong.engines.flow.trade import FlowTrade, is_trade
from phancong.engines.task import AtMost, Outcome, Proof, Task
from phancong.errors import NoPlanFoundError
from phancong.goals import Goal, Kind, load_measure, single
from phancong.problem import BoolArray
from phancong.words import Message

#: Work of a flow over near pairs, as a fraction of the work of one over all pairs.
NEAR: Final = 0.1


class FlowRun:
    """One pass through the stages; each narrows the networks to its best plans.

    Parameters
    ----------
    task, loads
        The task, and its unit loads.
    relax
        The rules that may be relaxed in this pass, with their ceilings.
    trade
        The trade-off of an earlier run with another limit on the same sum.
    """

    def __init__(
        self, task: Task, loads: UnitLoads, relax: Mapping[str, float], trade: FlowTrade | None
    ) -> None:
        self.task = task
        self.trade = trade
        self.loads = loads
        self.course = task.course
        self.flow: Flow | None = None
        #: The plan, H × M, if it comes from a trade-off of two sums (:mod:`.trade`) and not from a flow.
        self._chosen: BoolArray | None = None
        self._cut: str | None = None
        #: Largest error of one rounded cost in the last stage.
        self._error = 0.0
        #: Whether rounding may have cut off plans that are as good: no later stage is proven then.
        self._hidden = False
        self._last: tuple[BoolArray | Flow, Assignment] | None = None
        #: Largest error of one rounded cost, by rule and by goal.
        self.errors: dict[str, float] = {}
        self.goal_errors: list[float] = []
        #: The sums that were minimised since bounds were last tightened, each with the largest error of
        #: one rounded cost, and the networks at that time.
        self.sums: list[tuple[CostsOf, float]] = []
        self.tightened: Callable[[], list[Network]] = lambda: [loads.network(relax)]
        #: Returns the networks whose flows are all plans that are optimal in the stages so far.
        self.narrow: Callable[[], list[Network]] = lambda: [loads.network(relax)]

    def outcome(self, rules: tuple[str, ...]) -> Outcome | None:
        """The outcome of minimising the breaches of *rules* in order, then the goals; None: no plan."""
        lines = self._rule_lines(rules)
        goals = None if lines is None else self._goal_lines()
        if lines is None or goals is None:
            return None
        if self._chosen is None and self.flow is None and self._step(_any) is None:
            return None
        # A goal whose stage was not reached has the value of the plan and its general lower bound.
        assignment = self._assignment()
        goals = [
            self._final_line(goal, line, error)
            for goal, line, error in zip(self.task.goals, goals, self.goal_errors, strict=True)
        ]
        unproven = not all(line.proven for line in [*lines.values(), *goals])
        rounded = "rounding" if self._hidden else None
        cut = (self._cut or self.course.stopped or rounded) if unproven else None
        return Outcome(assignment, lines, tuple(goals), cut)

    def _rule_lines(self, rules: tuple[str, ...]) -> dict[str, Proof] | None:
        """Minimise the breaches of *rules* in order; their lines, None if there is no plan."""
        lines: dict[str, Proof] = {}
        for rule in rules:
            stages = rule_stages(self.loads, rule)
            done, error = self._stages(stages)
            if done is None:
                return None
            # A rule that is not set cannot be broken.
            lines[rule] = Proof(0.0, 0.0, True)
            if stages:
                self.errors[rule] = error
                lines[rule] = rule_line(self._assignment(), rule, proven=done, error=error)
            self.course.report(rule, None, lines[rule].best, lines[rule].bound)
        return lines

    def _goal_lines(self) -> list[Proof] | None:
        """Minimise the goals in order; their lines, None if no plan keeps a limit among them."""
        goals, lines = self.task.goals, list[Proof]()
        while len(lines) < len(goals):
            number = len(lines)
            goal = goals[number]
            if isinstance(goal, AtMost):
                kept = self._limit_lines(goal, number)
                if kept is None:
                    return None
                lines.extend(kept)
                self.goal_errors.extend([0.0] * len(kept))
                continue
            self.loads.travel_is_next = self._travel_is_next(number)
            done, error = self._stages([goal_stage(self.loads, goal)])
            if done is None:
                return None
            lines.append(goal_line(self._assignment(), goal, proven=done, error=error))
            self.goal_errors.append(error)
            stage = f"goal {number + 1}: {type(goal).__name__}"
            self.course.report(stage, goal, lines[-1].best, lines[-1].bound)
        return lines

    def _limit_lines(self, limit: AtMost, number: int) -> list[Proof] | None:
        """Keep a limit; its line, with those of the two goals after it if these are traded off.

        None if no plan keeps it. The line of a limit is replaced by that of the final plan.
        """
        if not self._stopped_at(limit):
            if is_trade(self.task, number):
                return self._traded(limit, self.task.goals[number + 1])
            self._keep(limit)
        return [Proof(0.0, 0.0, True)]

    def as_other(self, base: Outcome, mask: BoolArray) -> Outcome:
        """The outcome of a plan that is optimal among those with another pair, all lines proven."""
        assignment = Assignment.of_mask(self.task.problem, mask)
        lines = {
            rule: rule_line(assignment, rule, proven=True, error=error)
            for rule, error in self.errors.items()
        }
        goals = [
            goal_line(assignment, goal, proven=True, error=error)
            for goal, error in zip(self.task.goals, self.goal_errors, strict=True)
        ]
        return Outcome(assignment, {**base.breaches, **lines}, tuple(goals), None)

    @property
    def _ended(self) -> bool:
        """Whether no further stage is begun: a stage was cut, or the search has stopped."""
        return self._cut is not None or self.course.stopped is not None

    def _travel_is_next(self, number: int) -> bool:
        """Whether the goal only tightens bounds, and the next goal that matters is least travel."""
        goal, *later = self.task.goals[number:]
        if load_measure(goal) is None or goal.kind is not Kind.LARGEST or not goal.exact:
            return False
        asked = (goal for goal in later if not adds_nothing(self.loads, goal))
        return next((goal.sums_travel for goal in asked), False)

    def _stages(self, stages: list[Stage]) -> tuple[bool | None, float]:
        """Carry out stages.

        Returns
        -------
        tuple
            True if all were carried out and are proven, False if not, None if there is no plan; and the
            largest error of one rounded cost.
        """
        error = 0.0
        for stage in stages:
            if self.flow is not None and self._ended:
                return False, 0.0
            try:
                step = self._step(stage)
            except OutOfTimeError:
                if self.flow is None:
                    raise
                self._cut = self.course.stopped or "time"
                return False, 0.0
            if step is None:
                self._confirm_infeasible()
                return None, 0.0
            error = max(error, step.error)
        return not self._hidden, error

    def _step(self, stage: Stage) -> Step | None:
        """Carry out a stage on every network that remains, and keep the best results; None: no flow."""
        best: list[Step] = []
        networks = self.narrow()
        self._hidden |= not all(network.whole for network in networks)
        # With several networks the last flow belongs to one of them only. With rounded costs it may be
        # optimal in integers but not exactly, and then belongs to none.
        last = self.flow if len(networks) == 1 else None
        if last is not None and self._error and not networks[0].holds(last.chosen):
            last = None
        for network in networks:
            looked_at = (np.count_nonzero(network.free) + 1) / PAIRS_A_UNIT
            # Near pairs and boxes look at about a tenth of the pairs: an estimate that never varies.
            self.course.work += looked_at if self.loads.pool is None else NEAR * looked_at
            step = None if _overfull(network) else stage(self.loads, network, last)
            if step is not None:
                if best and step.key < best[0].key:
                    best = []
                if not best or step.key == best[0].key:
                    best.append(step)
        if not best:
            return None
        self.flow, self._error = best[0].flow, best[0].error
        self.loads.pace.reserve = 0.0
        self.narrow = lambda: [network for step in best for network in step.narrow()]
        if best[0].costs_of is None:
            self.sums, self.tightened = [], self.narrow
        else:
            self.sums.append((best[0].costs_of, best[0].error))
        return best[0]

    def _confirm_infeasible(self) -> None:
        """Accept that no flow remains as a proof that there is no plan, unless rounding may hide one.

        Raises
        ------
        NoPlanFoundError
            Rounding may hide a plan.
        """
        if self._hidden:
            raise NoPlanFoundError(
                Message(
                    "no plan was found within a limit that some plans meet only to the last digit"
                )
            )

    def _stopped_at(self, limit: AtMost) -> bool:
        """Whether the search has ended with a plan that keeps the limit.

        Raises
        ------
        NoPlanFoundError
            The search has ended with a plan that does not keep the limit.
        """
        if self.flow is None or not self._ended:
            return False
        if limit.kept(self._assignment()):
            return True
        raise NoPlanFoundError(
            Message("no plan within a limit was found in time; give more seconds or work")
        )

    def _keep(self, limit: AtMost) -> None:
        """Remove the plans beyond a limit; the next flow tells whether any plan remains."""
        before = self.narrow
        self.narrow = lambda: [kept_within(self.loads, network, limit) for network in before()]
        self.sums, self.tightened = [], self.narrow
        self.flow = None

    def _traded(self, limit: AtMost, free: Goal) -> list[Proof] | None:
        """The lines of a limit on a sum and of the two goals after it; None if no plan keeps it."""
        networks = self.narrow()
        assert len(networks) == 1  # only a spread leaves several, and is refused before a limit
        self._hidden |= not networks[0].whole
        problem = self.task.problem
        if self.trade is None or not self.trade.of(problem, networks[0], limit.goal, free):
            self.trade = FlowTrade(self.loads, networks[0], limit.goal, free)
        found = self.trade.within(limit, self.course)
        if found is None:
            self._confirm_infeasible()
            return None
        self._chosen = found.chosen
        self._cut = found.cut
        for goal, line in ((free, found.free), (limit.goal, found.held)):
            self.course.report(
                f"within a limit: {type(goal).__name__}", goal, line.best, line.bound
            )
        lines = [found.free, found.held]
        if self._hidden:
            pairs = zip((free, limit.goal), lines, strict=True)
            lines = [Proof(line.best, goal.floor(problem), False) for goal, line in pairs]
        return [Proof(0.0, 0.0, True), *lines]

    def _assignment(self) -> Assignment:
        """The present plan; the same object for the same pairs, so that its cached values are kept."""
        chosen = self.flow if self._chosen is None else self._chosen
        assert chosen is not None
        if self._last is None or self._last[0] is not chosen:
            problem = self.task.problem
            self._last = (
                chosen,
                (
                    Assignment(problem, chosen.rows, chosen.columns)
                    if isinstance(chosen, Flow)
                    else Assignment.of_mask(problem, chosen)
                ),
            )
        return self._last[1]

    def _final_line(self, goal: Goal, line: Proof, error: float) -> Proof:
        """The line of a goal with the value of the final plan.

        Plans with equal integer values may have different real values, and later goals choose among them.
        """
        if isinstance(goal, AtMost):
            return goal.line(self._assignment())
        if not error:
            return line
        value = single(goal.value(self._assignment()))
        near = abs(value - single(line.best)) <= rounding(self.task.problem, error)
        return Proof(value, min(single(line.bound), value), line.proven) if near else line


def _overfull(network: Network) -> bool:
    """Whether arithmetic proves that no flow keeps the bounds."""
    base = network.base
    places = np.maximum(network.high - base, 0).sum()
    must = network.need - network.most_missing
    several = np.flatnonzero(must > 1)  # few: most households need one member
    return bool(
        must.sum() > places
        or np.maximum(network.low - base, 0).sum() > network.need.sum()
        or (base > network.high).any()
        or (network.low > network.high).any()
        or (~network.free.any(axis=1) & (must > 0)).any()
        or (must[several] > network.free[several].sum(axis=1)).any()
    )


def _any(loads: UnitLoads, network: Network, _: Flow | None) -> Step | None:
    """A stage that finds any plan, for a task without goals."""
    return least_cost(loads, network, everywhere(Costs()))
