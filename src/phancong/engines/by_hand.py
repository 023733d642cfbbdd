"""Construction heuristics as used by hand: one household after the other, without revision.

A single pass through the list keeps fixed and forbidden pairs, exemptions, reach and the maxima. It does
not look at minima, fairness and last year's plan. So these engines refuse such a rule by name where it
may not be relaxed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from phancong.assignment import Assignment
from phancong.engines.task import AtMost, Awaited, Engine, Outcome, Proof, Task
from phancong.masks import where_true
from phancong.meeting import ULPS, above, slack
from phancong.problem import BoolArray, FloatArray, IntArray, Problem
from phancong.rules import RULES, beyond_ceilings, fixed_mask, total
from phancong.words import Message

#: Pairs that are looked at in one go: other threads have their turn in between.
PAIRS: Final = 2**18


class ByHand(Engine):
    """A single pass through the households."""

    name = "by hand"
    apart = False
    keeps = frozenset(("within_hamlet", "max_travel", "max_workload", "max_households", "needs"))
    eases = False

    def why_not(self, rule: str) -> str:
        """The reason why a single pass does not keep a rule, beginning with the name of the rule."""
        figure = RULES[rule].figure
        if figure is not None and figure.least:
            return Message("{rule} (a single pass cannot guarantee a minimum)", rule=rule)
        return Message("{rule} (a single pass cannot guarantee it)", rule=rule)

    def refuses(self, task: Task) -> list[str]:
        """Limits on goals, and maxima that fixed pairs and carried loads alone break."""
        found: list[str] = [
            Message(
                "a limit on {goal} (a single pass cannot guarantee it)",
                goal=type(goal.goal).__name__,
            )
            for goal in task.goals
            if isinstance(goal, AtMost)
        ]
        members = task.problem.member_columns
        carries = members.carried_households.any() or members.carried_workload.any()
        if carries or fixed_mask(task.problem).any():
            found.extend(self._overfull(task))
        return found

    def _overfull(self, task: Task) -> list[str]:
        fixed = Assignment.of_mask(task.problem, fixed_mask(task.problem))
        return [
            Message("{rule} (fixed pairs and carried loads alone break it)", rule=r.rule)
            for r in beyond_ceilings(fixed, task.relax)
            if r.rule in self.keeps
        ]

    def run(self, task: Task) -> Outcome:
        """The plan of a single pass; no line is proven unless its breach is 0."""
        assignment = task.start(self.name, self.plan)
        lines = {rule: Proof(total(assignment, rule), 0.0, False) for rule in task.relax}
        goals = []
        for number, goal in enumerate(task.goals, start=1):
            value, floor = goal.value(assignment), goal.floor(task.problem)
            goals.append(Proof(value, floor, False))
            stage = f"goal {number}: {type(goal).__name__}"
            task.course.report(stage, goal, value, floor)
        return Outcome(assignment, lines, tuple(goals), None)

    def plan(self, problem: Problem, awaited: Awaited = iter) -> Assignment:
        """The pairs of a single pass; *awaited* as for :meth:`Task.start`."""
        desk = UnfinishedPlan(problem)
        for rows in awaited(self.order(desk)):
            desk.assign(rows, self)
        return Assignment.of_mask(problem, desk.mask)

    def order(self, desk: UnfinishedPlan) -> Iterator[IntArray]:
        """The batches in the order in which they are assigned; a batch goes to one member."""
        yield from desk.problem.units

    @abstractmethod
    def choose(self, desk: UnfinishedPlan, rows: IntArray, room: BoolArray) -> int:
        """The column of the member for a batch, among those with *room*, (M,)."""
        ...


class UnfinishedPlan:
    """The pairs and loads of a pass so far, and the pairs that are still allowed.

    Parameters
    ----------
    problem
        The problem.
    begun
        The pairs to begin with, H × M; by default those that are fixed.
    """

    def __init__(self, problem: Problem, begun: BoolArray | None = None) -> None:
        self.problem = problem
        self.mask = fixed_mask(problem) if begun is None else begun.copy()
        self.members = problem.member_columns
        self.limit_to(self.members.max_households, self.members.max_workload)
        self.loads = self._workload()
        self.count = self.mask.sum(axis=0) + self.members.carried_households
        pairs = where_true(self.mask)
        self.load = self.members.carried_workload + np.bincount(
            pairs[1], weights=self.loads[pairs], minlength=len(self.members)
        )
        self.allowed = problem.allowed & ~self.mask
        for rule in RULES.values():
            if rule.pair is not None and rule.is_set(problem):
                # A single pass cannot weigh which of these rules to relax, so it breaks none.
                self.allowed &= ~(np.asarray(rule.pair.matrix(problem), dtype=np.float64) > 0)
        travel = problem.travel_matrix
        self.travel: FloatArray = (
            np.broadcast_to(0.0, self.mask.shape) if travel is None else travel
        )
        self.turn = 0

    def limit_to(self, most: IntArray, heaviest: FloatArray) -> None:
        """Let members take at most so many households and so much workload, (M,) each."""
        self.most, self.heaviest = most, heaviest
        self.limits_workload = bool(np.isfinite(heaviest).any())
        #: Loads beyond this are above the maximum, whatever the rounding of floats; (M,).
        self.far = heaviest + 2 * slack(heaviest)

    def _workload(self) -> FloatArray:
        matrix = self.problem.workload_matrix
        if matrix is not None:
            return matrix
        return np.broadcast_to(self.problem.household_columns.workload[:, None], self.mask.shape)

    def room(self, rows: IntArray) -> BoolArray:
        """Whether each member may take all of *rows* within the maxima, (M,)."""
        one = len(rows) == 1
        added = self.loads[rows[0]] if one else self.loads[rows].sum(axis=0)
        allowed = self.allowed[rows[0]] if one else self.allowed[rows].all(axis=0)
        return allowed & self.has_room(slice(None), len(rows), added)

    def has_room(
        self, columns: slice | int, households: IntArray | int, workload: FloatArray
    ) -> BoolArray:
        """Whether an added load stays within the maxima."""
        count = self.count[columns] + households
        few = np.asarray(count <= self.most[columns])
        if not self.limits_workload:
            return few
        heaviest = self.heaviest[columns]
        load = self.load[columns] + workload
        load = load + ULPS * count * load
        room = np.asarray(few & (load <= heaviest))
        # A load near its limit is decided exactly: a sum of floats depends on the order of its terms.
        unclear = np.asarray(few & ~room & (load <= self.far[columns]))
        if unclear.any():
            load, heaviest = np.broadcast_arrays(load, heaviest)
            room[unclear] = above(load[unclear], heaviest[unclear]) == 0
        return room

    def assign(self, rows: IntArray, engine: ByHand) -> None:
        """Assign a batch to as many members as it needs, as far as there is room."""
        for _ in range(int((self.problem.needed[rows] - self.mask[rows].sum(axis=1)).max())):
            room = self.room(rows)
            if not room.any():
                return
            self.take(rows, engine.choose(self, rows, room))

    def take(self, rows: IntArray, column: int) -> None:
        """Assign *rows* to a member."""
        self.mask[rows, column] = True
        self.allowed[rows, column] = False
        self.count[column] += len(rows)
        self.load[column] += self.loads[rows, column].sum()


class Nearest(ByHand):
    """Each household in the order of the list goes to the nearest member who has room."""

    name = "nearest"

    def choose(self, desk: UnfinishedPlan, rows: IntArray, room: BoolArray) -> int:
        """The nearest member; among equally near ones, the one with the fewest households."""
        travel = desk.travel[rows[0]] if len(rows) == 1 else desk.travel[rows].sum(axis=0)
        travel = np.where(room, travel, np.inf)
        near = np.flatnonzero(travel == travel.min())
        return int(near[np.argmin(desk.count[near])])


class RoundRobin(ByHand):
    """Each household in the order of the list goes to the next member in turn who has room."""

    name = "round_robin"

    def choose(self, desk: UnfinishedPlan, rows: IntArray, room: BoolArray) -> int:
        """The next member in turn who has room."""
        able = np.flatnonzero(room)
        column = int(able[np.searchsorted(able, desk.turn) % len(able)])
        desk.turn = (column + 1) % len(room)
        return column


class Regret(Nearest):
    """The household that would lose most without its nearest member goes first.

    The difference between second nearest and nearest, as in the max-regret construction of Martello
    and Toth for the generalised assignment problem (*Knapsack Problems*, 1990, section 7.4).
    """

    name = "regret"

    def order(self, desk: UnfinishedPlan) -> Iterator[IntArray]:
        """The batches, each time the one with the largest regret among those left."""
        batches = desk.problem.units
        if not batches:
            return
        size = np.array([len(batch) for batch in batches])
        load, travel = np.empty((2, len(batches), desk.mask.shape[1]))
        second, regret = np.empty((2, len(batches)))
        block = max(PAIRS // max(desk.mask.shape[1], 1), 1)
        for at in (slice(start, start + block) for start in range(0, len(batches), block)):
            rows, starts = np.concatenate(batches[at]), np.cumsum(size[at]) - size[at]
            load[at] = np.add.reduceat(desk.loads[rows], starts, axis=0)
            room = np.logical_and.reduceat(desk.allowed[rows], starts, axis=0)
            room &= desk.has_room(slice(None), size[at, None], load[at])
            travel[at] = np.where(room, np.add.reduceat(desk.travel[rows], starts, axis=0), np.inf)
            second[at], regret[at] = _regret(travel[at])
        #: The largest batch: a member who has room for it has room for any batch.
        largest, heaviest = int(size.max()), load.max(axis=0)
        left = np.ones(len(batches), dtype=bool)
        while left.any():
            first = int(np.argmax(np.where(left, regret, -np.inf)))
            left[first] = False
            before = desk.count.copy()
            yield batches[first]
            # Only a member who has just taken more may have lost the room for other batches.
            for column in np.flatnonzero(desk.count != before).tolist():
                if desk.has_room(column, largest, heaviest[column]):
                    continue
                full = left & ~desk.has_room(column, size, load[:, column])
                full &= np.isfinite(travel[:, column])
                if full.any():
                    changed = full & (travel[:, column] <= second)
                    travel[full, column] = np.inf
                    second[changed], regret[changed] = _regret(travel[changed])


def _regret(travel: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The second smallest travel of each batch, (B,), and its regret; -1 where no member has room."""
    batches, columns = travel.shape
    if columns < 2:
        first, second = travel.min(axis=1, initial=np.inf), np.full(batches, np.inf)
    else:
        each, nearest = np.arange(batches), travel.argmin(axis=1)
        first = travel[each, nearest]
        travel[each, nearest] = np.inf  # for a moment: two minima take half the time of a partition
        second = travel.min(axis=1)
        travel[each, nearest] = first
    with np.errstate(invalid="ignore"):
        return second, np.where(np.isfinite(first), second - first, -1.0)


#: The construction heuristics by name.
BY_HAND: Final[Mapping[str, type[ByHand]]] = {
    heuristic.name: heuristic for heuristic in (Nearest, RoundRobin, Regret)
}
