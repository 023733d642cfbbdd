"""One incumbent and many improvers: starts, exact engines and neighbourhood searches take turns.

The incumbent and the bounds belong to the whole search: each run begins with them and need not prove
again what another run has proven. The improver that runs next is the one that gained most for its work in
deterministic units. So a search that no clock cuts returns the same plan in each run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from phancong.course import Course
from phancong.engines.improvers import MOST_UNITS, Improver
from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.starting import nearest_members, seconds_to_start, starts
from phancong.engines.task import (
    NO_TIME,
    Engine,
    LimitsConflictError,
    Outcome,
    Proof,
    Task,
    TooLargeError,
)
from phancong.errors import NoPlanFoundError
from phancong.goals import is_row, single

#: Wall-clock seconds allowed for a unit of work of an improver that cannot count its own work.
SLOWEST: Final = 2.0
#: A line makes progress if its gap shrinks by at least this fraction.
CLEARLY: Final = 0.02
#: An improver is dropped after so many runs in a row that ended by themselves without progress.
PATIENCE: Final = 3
#: A run takes at least so many times the work of building the improver's model.
WRITINGS: Final = 3
#: The share of a search that is kept for the improver that runs last, while there is no plan.
KEPT: Final = 0.5
#: The name of the improver that solves the households of a few members again and fixes all other pairs.
PARTLY: Final = "restricted models"
#: The name of the plan that is made at once, for a search that is left behind without another.
ROUGH: Final = "nearest members"
#: The limits that end one run of an improver but not the search.
CUT: Final = ("time", "work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes and shares that choose how a problem is searched.

    Parameters
    ----------
    small
        Below so many pairs an exact engine mostly ends at once, so starts are built only if it does not.
    lagrangian_first
        From so many pairs on, the Lagrangian engine runs before an exact engine on weighted loads.
    most_exact
        Beyond so many pairs no exact model of the whole problem is built.
    first_part, fewest_units
        The first run of an improver gets this share of the search's work, and at least these units.
    moment
        Starts that take at most so many seconds are all built, even when no time is left.
    rounded
        Beyond so many pairs no starts are built where only rounding kept an exact engine from a proof:
        they need matrices of all distances, several gigabytes.
    """

    small: int = 2_000
    lagrangian_first: int = 2_000
    most_exact: int = 400_000
    first_part: float = 1 / 16
    fewest_units: float = 0.25
    moment: float = 0.25
    rounded: int = 20_000_000


#: The default sizes.
SIZES: Final = Sizes()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search.

    Parameters
    ----------
    outcome
        The plan with its proofs, None if it is proven that there is none.
    engine
        The engine whose plan it is.
    reason
        Why this engine, and what was done.
    """

    outcome: Outcome | None
    engine: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """How one run of an improver ended.

    Parameters
    ----------
    final
        A result that ends the search, without its reason.
    failed
        The error of an improver that found neither a plan nor a proof.
    hopeless
        Whether it had all that is left of the search, was cut, and made no progress.
    """

    final: SearchResult | None = None
    failed: NoPlanFoundError | None = None
    hopeless: bool = False


class Portfolio:
    """The search for one task.

    Parameters
    ----------
    task
        The task.
    sizes
        The sizes that choose how it is searched.
    enough
        Whether an incumbent ends the search, although lines of it are not proven; by default none does.
    """

    def __init__(
        self,
        task: Task,
        sizes: Sizes = SIZES,
        enough: Callable[[Ranked], bool] = lambda best: False,
    ) -> None:
        self.task = task
        self.sizes = sizes
        self.enough = enough
        self.course = task.course
        self.ranking = Ranking(task)
        self.best: Ranked | None = None
        #: The engine or start that found the incumbent.
        self.author = ""
        self.limits_conflict = False
        self._cut: str | None = None
        #: Whether the clock cut a run, so that another search may return another plan that is as good.
        self._by_clock = False
        #: Whether the only improver could not build its model within the whole limit.
        self._unbuilt = False
        #: Whether it cannot build its model in the time that is left.
        self._too_large = False
        self._started = False
        #: Whether there is no plan, and no time to begin a start, still less a model.
        self._no_time = False
        #: Work and seconds that are kept for the improver that runs last.
        self._kept = (0.0, 0.0)
        #: A plan made at once where starts take longer than the time; used if there is no other in time.
        self._rough: Ranked | None = None
        #: Whether that plan was made, or all starts were.
        self._soonest_tried = False
        if task.incumbent is not None:  # of an earlier search for the same
            known = Outcome(task.incumbent, {}, task.known, None) if task.known else None
            self._take(self.ranking.ranked(task.incumbent, known), task.author)

    # --- an engine that is expected to end at once ------------------------------------------------

    def at_once(self, engine: Engine, reason: str, others: Sequence[Improver]) -> SearchResult:
        """Run an exact engine that rarely needs its time, and build starts only where it was cut.

        The time that starts take is reserved for them. The *others* get what is left then: an engine
        also ends where its next step would take longer than the time left.
        """
        aside = seconds_to_start(self.task.problem)
        course = self.course.slice(math.inf, max(self.course.seconds_left - aside, aside))
        try:
            outcome = engine.run(replace(self.task, course=course))
        except NoPlanFoundError as error:
            self.course.joined(course)
            self._start()
            self._cut = self.course.stopped or "time"
            reason = f"{reason}; cut before it had a plan"
            if self.best is None:
                return self.run(others, reason, error)
        else:
            self.course.joined(course)
            if outcome is None or outcome.stopped is None:
                return SearchResult(outcome, engine.name, reason)
            self._cut = outcome.stopped
            self._take(self.ranking.ranked(outcome.assignment, outcome), engine.name)
            many = self.task.problem.allowed.size > self.sizes.rounded
            if self._cut != "rounding" or not many:
                self._start()
        if self._cut not in CUT or self._ended():
            return SearchResult(self._outcome(), self.author, reason)
        self._too_large = True
        found = self.run(others, reason)
        return replace(found, reason=f"{reason}; {PARTLY} in what it left of the time")

    @property
    def may_leave(self) -> bool:
        """Whether a caller that is late may stop waiting: there is a plan, or no start brings one."""
        return self.best is not None or self._soonest_tried

    def so_far(self) -> SearchResult | None:
        """The incumbent, for a caller that stops waiting; None if there is none."""
        self._take_rough()
        if self.best is None:
            return None
        self._cut = self._cut or "time"
        return SearchResult(self._outcome(), self.author, "what was begun last did not end in time")

    # --- improvers in turn ------------------------------------------------------------------------

    def run(
        self, improvers: Sequence[Improver], reason: str, failed: NoPlanFoundError | None = None
    ) -> SearchResult:
        """Let *improvers* take turns until all is proven or the search ends.

        Without a plan the last error of an improver is raised, or else that of an earlier one, *failed*.
        """
        small = int(np.count_nonzero(self.task.problem.allowed)) < self.sizes.small
        if not small:
            self._start()
        running = list(improvers)
        self._keep(running)
        while not self._ended():
            able = [one for one in running if self._can(one)] or self._last(running)
            if not able:
                break
            improver = min(able, key=lambda one: one.turn)
            before = self._settled()
            turn = self._turn(improver)
            failed = turn.failed or failed
            if self._settled() > before:
                for one in running:
                    one.renew()
            if turn.final is not None:
                return replace(turn.final, reason=reason)
            if improver.idle >= PATIENCE or turn.hopeless or improver.once:
                running.remove(improver)
            if improver.last:
                self._kept = (0.0, 0.0)
            if small and not (self.best is not None and self.best.proven):
                small = False  # the exact engine did not end at once
                self._start()
        if self.best is None:  # no improver was able, or none found a plan
            self._start()
        self._take_rough()
        if self.best is None:
            raise failed or NoPlanFoundError(NO_TIME)
        return SearchResult(self._outcome(), self.author, self._explained(reason, improvers))

    def _turn(self, improver: Improver) -> _Turn:
        """Run *improver* once and merge what it found."""
        clocked = improver.clocked and self.task.course.search.work is None
        seconds = SLOWEST * improver.units if clocked else math.inf
        first = self.best is None and self._started and not improver.last
        work, until = self._open() if first else self._left()
        course = self.course.slice(min(improver.units, work), min(seconds, until))
        all_left = math.isinf(improver.units) and math.isinf(seconds)
        outcome, failed = None, None
        try:
            outcome = improver.run(self._task(course))
        except NoPlanFoundError as error:
            failed = error
            self.limits_conflict |= isinstance(error, LimitsConflictError)
            # Until another improver proves more.
            self._cut = self._cut or self.course.reached_limit("time")
            if isinstance(error, TooLargeError) and all_left:
                improver.idle = PATIENCE  # it will never have more time than it had now
                self._unbuilt, self._too_large = not improver.runs, True
        ended = course.stopped is None
        self._by_clock |= course.seconds_left <= 0
        self.course.joined(course)
        if outcome is None and failed is None and improver.proves and self.best is None:
            return _Turn(final=SearchResult(None, improver.name, ""))
        if outcome is not None and not self.ranking.admits(outcome.assignment):
            # The verifier shall see it and report the error of the engine.
            return _Turn(final=SearchResult(outcome, improver.name, ""))
        brought = outcome is not None and self._took(outcome, improver.name)
        # A run can end by itself with a stage cut, as a stage gets only a share of the run. A longer run
        # helps there, up to a size.
        through = outcome is None or outcome.stopped not in CUT or improver.units > MOST_UNITS
        improver.ran(course.work, brought=brought, ended=ended and through)
        if outcome is not None and ended and improver.proves:
            self._cut = outcome.stopped
        hopeless = not ended and not brought and all_left  # the same run would be cut again
        if hopeless and improver.idle < PATIENCE:
            self._cut = self._cut or course.stopped
        return _Turn(failed=failed, hopeless=hopeless)

    def _can(self, improver: Improver) -> bool:
        """Whether an improver has the plan that it needs, and time to build its model."""
        if improver.last or (improver.instead and not self._too_large):
            return False
        if not improver.when(self.best, self.limits_conflict):
            return False
        if self.best is None:
            return not improver.needs_plan and self._may_build(improver)
        left = min(self.course.seconds_left, self.course.work_left)
        return not improver.too_large and WRITINGS * improver.writing < left

    def _may_build(self, improver: Improver) -> bool:
        """Whether an improver can build its model before the one that runs last; true without such."""
        return not any(self._kept) or WRITINGS * improver.writing < min(self._open())

    def _keep(self, running: Sequence[Improver]) -> None:
        """Keep a share of the search for the improver that runs last, if others can be cut for it."""
        others = [one for one in running if not one.last]
        if len(others) < len(running) and all(math.isfinite(one.units) for one in others):
            work, seconds = (KEPT * each if math.isfinite(each) else 0.0 for each in self._left())
            self._kept = work, seconds

    def _left(self) -> tuple[float, float]:
        """Work and seconds that are left."""
        return self.course.work_left, self.course.seconds_left

    def _open(self) -> tuple[float, float]:
        """Work and seconds that are left and not kept for the improver that runs last."""
        (work, seconds), kept = self._left(), self._kept
        return work - kept[0], seconds - kept[1]

    def _last(self, running: Sequence[Improver]) -> list[Improver]:
        """The improvers that run where no other found a plan."""
        return [one for one in running if one.last] if self.best is None else []

    def _task(self, course: Course) -> Task:
        """The task for a run: with the incumbent and its bounds."""
        breaches = () if self.best is None else self.best.breaches
        return replace(
            self.task,
            breaches=dict(zip(self.ranking.rules, breaches, strict=False)),
            course=course,
            incumbent=None if self.best is None else self.best.assignment,
            known=() if self.best is None else self.best.goals,
            limits_conflict=self.limits_conflict,
        )

    def _took(self, outcome: Outcome, name: str) -> bool:
        """Merge an outcome into the incumbent; whether a plan or bound made progress."""
        self.limits_conflict |= outcome.limits_conflict
        before = self.best
        self._take(self.ranking.ranked(outcome.assignment, outcome), name)
        assert self.best is not None
        return before is None or _is_progress(before, self.best)

    def _take(self, ranked: Ranked, name: str) -> None:
        if self.best is None:
            self.best, self.author = ranked, name
            return
        self.best, better = self.ranking.merged(self.best, ranked)
        if better:
            self.author = name

    def _start(self) -> None:
        """Take the best of last year's plan and the construction heuristics as incumbent, once.

        Where they take more than a moment, stop once the time is up, without a plan a little later. One
        that is enough is the last.
        """
        if self._started:
            return
        self._started = True
        takes = seconds_to_start(self.task.problem)
        moment = takes <= self.sizes.moment
        if not moment and self.best is None and takes > self.course.seconds_left:
            self._make_rough()
            self._no_time = True  # until one is begun
        self._take_starts(takes, moment)
        self._soonest_tried = True

    def _take_starts(self, takes: float, moment: bool) -> None:
        """Take the best of the starts, of all that take but a *moment* or that there is time for."""
        for name, assignment in starts(self.task, lambda s: moment or self._may_begin(s * takes)):
            self._no_time = False
            if self.ranking.admits(assignment):
                self._take(self.ranking.ranked(assignment), name)
            if self._settles():
                return

    def _may_begin(self, takes: float) -> bool:
        """Whether a start that takes so many seconds may be begun.

        Without a plan for the caller nobody could leave it.
        """
        if self.best is not None:
            return self.course.stopped is None and not self._late()
        if self._rough is not None:
            return not self._late()
        return takes <= self.course.latest - self.course.seconds

    def _make_rough(self) -> None:
        """Make a plan at once, which limits that must hold may refuse."""
        rough = self.task.start(ROUGH, nearest_members)
        self._rough = self.ranking.ranked(rough) if self.ranking.admits(rough) else None
        self._soonest_tried = True

    def _take_rough(self) -> None:
        """Take the plan that was made at once where there is no other."""
        if self.best is None and self._rough is not None:
            self._take(self._rough, ROUGH)

    def _late(self) -> bool:
        """Whether the search is as late as it may be."""
        return self.course.seconds > self.course.latest

    def _ended(self) -> bool:
        """Whether the search is over."""
        return self._no_time or self._done() or self.course.stopped is not None

    def _done(self) -> bool:
        """Whether each line is proven or within the requested gap, or the incumbent is enough."""
        return self._cut == "gap" or self._settles()

    def _settles(self) -> bool:
        """Whether the incumbent is proven line by line, or enough."""
        best = self.best
        return best is not None and (best.proven or self.enough(best))

    def _settled(self) -> int:
        """The number of lines before the first that is open."""
        if self.best is None:
            return 0
        lines = (*self.best.breaches, *self.best.goals)
        return next((n for n, line in enumerate(lines) if not line.proven), len(lines))

    def _outcome(self) -> Outcome:
        assert self.best is not None
        lines = dict(zip(self.ranking.rules, self.best.breaches, strict=True))
        stopped = None if self.best.proven else self.course.stopped or self._cut
        return Outcome(self.best.assignment, lines, self.best.goals, stopped, self.limits_conflict)

    def _explained(self, reason: str, improvers: Sequence[Improver]) -> str:
        """The reason of the plan: why this engine, and how often each improver ran."""
        ran = [one for one in improvers if one.runs]
        if self._unbuilt:
            found = PARTLY if len(ran) > 1 else "a start"
            return f"{reason}; {found}, as its model could not be built within the limit"
        if len(ran) == 1 and ran[0].chosen:
            parts = getattr(ran[0].run, "parts", 1)
            return reason + (f"; {parts} independent parts" if parts > 1 else "")
        runs = ", ".join(f"{one.name} ({one.runs})" for one in ran)
        by_clock = self._by_clock or self.course.seconds_left <= 0
        if not ran:
            why = "proven by arithmetic" if self._done() else "as no engine had time"
            return f"{reason.partition(':')[0]}: a start, {why}"
        clock = "; the clock cut some of these runs" if by_clock else ""
        return f"{reason.partition(':')[0]}: in turn {runs}{clock}"


def _is_progress(before: Ranked, after: Ranked) -> bool:
    """Whether some line is proven now, or its gap clearly shrank."""
    lines = zip((*before.breaches, *before.goals), (*after.breaches, *after.goals), strict=True)
    return any(narrows_gap(old, new) for old, new in lines)


def narrows_gap(old: Proof, new: Proof) -> bool:
    """Whether a line is proven now, or its gap clearly shrank; for a row of figures any difference."""
    if new.proven or old.proven:
        return new.proven and not old.proven
    if is_row(old.best) or is_row(new.best):
        return (old.best, old.bound) != (new.best, new.bound)
    before, after = (single(line.best) - single(line.bound) for line in (old, new))
    return after < (1 - CLEARLY) * before
