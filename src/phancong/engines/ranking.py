"""The order of plans: all breaches and goals, compared line by line (contract 4.3, 5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from phancong.assignment import Assignment
from phancong.engines.task import AtMost, Outcome, Proof, Task, held
from phancong.goals import Goal, Value, by_place, compared, is_row, meets, nowhere_more
from phancong.rules import beyond_ceilings, order, total, violations


@dataclass(frozen=True, slots=True)
class Ranked:
    """A plan with its breaches, its values, and the bounds of both.

    Parameters
    ----------
    assignment
        The plan.
    orders
        For each rule that may be relaxed, the figures that are minimised; the rule that is relaxed last
        comes first.
    breaches
        For each of these rules, the total breach and a bound of it.
    goals
        For each goal, the value reached at its stage, and a bound of it.
    """

    assignment: Assignment
    orders: tuple[tuple[float, ...], ...]
    breaches: tuple[Proof, ...]
    goals: tuple[Proof, ...]

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return all(line.proven for line in (*self.breaches, *self.goals))


class Ranking:
    """Compares plans of one task.

    Parameters
    ----------
    task
        The rules that may be relaxed, and the goals.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.rules = tuple(reversed(tuple(task.relax)))

    def admits(self, assignment: Assignment) -> bool:
        """Whether a plan keeps everything that may not be relaxed."""
        if beyond_ceilings(assignment, self.task.relax):
            return False
        if any(isinstance(g, AtMost) and not g.kept(assignment) for g in self.task.goals):
            return False
        return not violations(assignment)

    def ranked(self, assignment: Assignment, outcome: Outcome | None = None) -> Ranked:
        """The plan with its lines, and with the proofs of its outcome if one is given."""
        broken: Mapping[str, Proof] = {} if outcome is None else outcome.breaches
        lines = []
        for rule in self.rules:
            by = total(assignment, rule)
            line = broken.get(rule, Proof(by, 0.0, False))
            lines.append(replace(line, best=by, proven=line.proven or by == 0.0))
        goals = self._by_arithmetic(assignment) if outcome is None else outcome.goals
        orders = tuple(order(assignment, rule) for rule in self.rules)
        return Ranked(assignment, orders, tuple(lines), goals)

    @cached_property
    def _floors(self) -> tuple[Value, ...]:
        """The bound of each goal that arithmetic gives; 0 for a limit, which has none."""
        problem, goals = self.task.problem, self.task.goals
        return tuple(0.0 if isinstance(g, AtMost) else g.floor(problem) for g in goals)

    def _by_arithmetic(self, assignment: Assignment) -> tuple[Proof, ...]:
        """The value of each goal, with the bound that arithmetic gives."""
        proofs = []
        for goal, floor in zip(self.task.goals, self._floors, strict=True):
            if isinstance(goal, AtMost):
                proofs.append(goal.line(assignment))
                continue
            value = goal.value(assignment)
            proofs.append(Proof(value, floor, meets(value, floor)))
        return tuple(proofs)

    def merged(self, a: Ranked, b: Ranked) -> tuple[Ranked, bool]:
        """The better plan (*a* if equal) with the bounds of both, and whether it is *b*."""
        #: The value reached at each goal by either side; None where the better plan reached it.
        bests: list[Value | None] = []
        #: Whether each side has held all goals so far at least as tightly as the better value allows.
        #: If not, the value that it reached at a later stage may come from a plan that the better side
        #: excludes, and only the value of its plan counts.
        counts = [True, True]
        verdict = 0
        for mine, theirs in zip(a.orders, b.orders, strict=True):
            verdict = verdict or compared(mine, theirs)
        for number, goal in enumerate(self.task.goals):
            values = goal.value(a.assignment), goal.value(b.assignment)
            if verdict:
                side = int(verdict > 0)
                bests.append(None if counts[side] else values[side])
                continue
            own = a.goals[number].best, b.goals[number].best
            reached = [own[k] if counts[k] else values[k] for k in (0, 1)]
            better = compared(*reached)
            best = reached[0] if better <= 0 else reached[1]
            verdict = compared(*(_excess(goal, value, best) for value in values))
            bests.append(best if better or not all(counts) else None)
            if better:
                worse = int(better < 0)
                counts[worse] &= nowhere_more(held(goal, own[worse]), held(goal, best))
        winner, loser = (b, a) if verdict > 0 else (a, b)
        return self._with_bounds(winner, loser, bests), verdict > 0

    def _with_bounds(self, winner: Ranked, loser: Ranked, bests: Sequence[Value | None]) -> Ranked:
        """The winner, with the loser's bounds as far as they hold for plans as good as the winner.

        A bound of a line holds for all plans that keep to the values held in the lines above. So the
        loser's bound holds for the winner only if the winner keeps to all that the loser held, place by
        place: (4, 4) is better than (5, 3), but is not among the plans with one member above 3. The
        winner's own bound no longer holds where a line above is now held more loosely.
        """
        applies = own = True
        lines = []
        for k, (mine, theirs) in enumerate(zip(winner.breaches, loser.breaches, strict=True)):
            lines.append(_joined(mine, theirs, mine.best, whole=False) if applies else mine)
            applies = applies and nowhere_more(winner.orders[k], loser.orders[k])
        goals = []
        for goal, floor, mine, theirs, reached in zip(
            self.task.goals, self._floors, winner.goals, loser.goals, bests, strict=True
        ):
            best = mine.best if reached is None else reached
            if isinstance(goal, AtMost):
                goals.append(goal.line(winner.assignment))
                continue
            # A float may hide that a plan is beyond the value held. A bound above the value that was
            # reached shows that it does not hold for such plans.
            applies = applies and compared(theirs.bound, best) <= 0
            if not own:
                mine = replace(mine, bound=floor)
            goals.append(_joined(mine, theirs if applies else None, best))
            applies = applies and nowhere_more(held(goal, best), held(goal, theirs.best))
            own = own and nowhere_more(held(goal, best), held(goal, mine.best))
        return replace(winner, breaches=tuple(lines), goals=tuple(goals))


def _joined(mine: Proof, theirs: Proof | None, best: Value, *, whole: bool = True) -> Proof:
    """The value reached, *best*, with the higher of two bounds.

    The bound of a rule is one of its total breach only, and the largest breach is compared after it. So
    where the bound is not that of the *whole* line, a value that meets it is not yet proven.
    """
    known = [mine] if theirs is None else [mine, theirs]
    bound = known[0].bound
    for line in known[1:]:
        bound = line.bound if compared(bound, line.bound) < 0 else bound
    if is_row(bound) and compared(bound, best) > 0:
        # Where two places meet within the tolerance but differ, the next place must not raise the bound.
        bound = by_place(min, bound, best)
    proven = meets(best, bound)
    if not whole:
        proven = proven and any(line.proven and compared(line.best, best) == 0 for line in known)
    return Proof(best, bound, proven)


def _excess(goal: Goal, value: Value, best: Value) -> Value:
    """The value, raised to what is held, so that all values within it are equal; a leximax as it is."""
    if isinstance(goal, AtMost):
        return 0.0  # a limit is kept or not, and its value is not compared
    if is_row(value):
        return value
    most = held(goal, best)
    return value if compared(value, most) > 0 else most
