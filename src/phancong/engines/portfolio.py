"""One incumbent and many improvers: starts, exact engines and neighbourhood searches take turns.

The best plan known belongs to the whole search: every run of an engine begins with it, and what one run
has proven, the others need not prove again. Which improver runs next depends on what each has brought for
its work, in deterministic units, so that a search that no clock cuts repeats itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final

import numpy as np

from phancong.engines.by_hand import ByHand
from phancong.engines.improvers import MOST_UNITS, Apart, Improver
from phancong.engines.instead import Instead
from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.registry import choose
from phancong.engines.starting import starts
from phancong.engines.task import (
    Engine,
    LimitsConflictError,
    Outcome,
    Proof,
    Task,
    TooLargeError,
)
from phancong.errors import NoPlanFoundError
from phancong.goals import is_row, single
from phancong.search import Course

#: Seconds that a unit of work may take of those who cannot stop for the work that was done.
SLOWEST: Final = 2.0
#: Seconds that all starts take for each pair of a member and a household, and for each household
#: (30 million: 9 s; 3,000 × 150: 0.7 s).
START_A_PAIR: Final = 3e-7
START_A_HOUSEHOLD: Final = 2e-4
#: What an improver is worth at first that proves nothing, where another one has both plans and proofs.
SECOND: Final = 0.5
#: By what part of its gap a line has to come nearer to its bound to count as progress.
CLEARLY: Final = 0.02
#: After so many runs in a row that ended by themselves and brought nothing, an improver rests for good.
PATIENCE: Final = 3
#: Up to so many pairs a plan by flows is there in a moment, and nobody has to wait for it in a thread of
#: its own, whose turn comes late where others are at work (20 × 200: 6 ms).
AT_ONCE: Final = 20_000
#: Its first run takes so much work for each pair at the least: half of it finds a plan within the limits
#: (1.3 units at 3,000 × 300), without which the others improve one that breaks them.
LAGRANGIAN_A_PAIR: Final = 1e-5
#: Work of writing down an exact model of the whole, for each of its pairs: of 49,000 a second, in which
#: others come further. A run that is to bring something takes a few times that.
WRITING_A_PAIR: Final = 2e-5
WRITINGS: Final = 3
#: What solves a few members' households again, while all others stay.
PARTLY: Final = "restricted models"
#: What a part of a search that is not its end was cut by.
CUT: Final = ("time", "work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Sizes at which a search goes another way.

    Parameters
    ----------
    small
        Below so many pairs an exact engine mostly ends at once: starts are made only if it does not.
    lagrangian_first
        From so many pairs on, weighted loads are searched by the Lagrangian engine before an exact one.
    most_exact
        Beyond so many pairs no exact model of the whole is built.
    first_part, fewest_units
        The first run of an improver gets this part of the search, and at least these units of work.
    moment
        Seconds that are no matter: so much starts may take when the time is up.
    """

    small: int = 2_000
    lagrangian_first: int = 2_000
    most_exact: int = 400_000
    first_part: float = 1 / 16
    fewest_units: float = 0.25
    moment: float = 0.25


#: Those of a search that is given no others.
SIZES: Final = Sizes()
#: What such an improver is worth where that other one comes first: not before its first run. Few units
#: are soon spent, and a better plan after each of them left the other no turn at all (200 × 1,700 in ten
#: seconds: 1,430 changes for 70).
AFTER_FIRST: Final = SIZES.fewest_units / MOST_UNITS


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


def searched(
    task: Task,
    name: str,
    made: dict[str, Engine] | None = None,
    begun: list[Portfolio] | None = None,
    *,
    sizes: Sizes = SIZES,
) -> SearchResult:
    """Search for the best plan of a task.

    Parameters
    ----------
    task
        What is asked.
    name
        The name of an engine, or ``"auto"``.
    made
        Engines of tasks before this one, as for :func:`phancong.engines.registry.choose`.
    begun
        Receives the portfolio, for who wants to know what it has before it ends.
    sizes
        Sizes at which the search goes another way.

    Raises
    ------
    UnsupportedError
        The engine cannot keep all of the task.
    NoPlanFoundError
        Neither a plan nor a proof was found in time.
    """
    chosen, reason = choose(name, task, made)
    if isinstance(chosen, ByHand):
        return SearchResult(chosen.run(task), chosen.name, reason)
    return _searched_by(chosen, reason, task, name, begun, sizes)


def searched_at_once(task: Task, name: str, made: dict[str, Engine]) -> SearchResult | None:
    """As :func:`searched`, of few pairs by flows; None where it may take longer than a moment.

    Parameters
    ----------
    task, name, made
        As for :func:`searched`.
    """
    problem = task.problem
    if len(problem.household_columns) * len(problem.member_columns) > AT_ONCE:
        return None
    chosen, reason = choose(name, task, made)
    return _searched_by(chosen, reason, task, name) if chosen.name == "flow" else None


def _searched_by(
    chosen: Engine,
    reason: str,
    task: Task,
    name: str,
    begun: list[Portfolio] | None = None,
    sizes: Sizes = SIZES,
) -> SearchResult:
    """The result of the chosen engine, or of all that take turns with it."""
    portfolio = Portfolio(task, sizes)
    if begun is not None:
        begun.append(portfolio)
    if chosen.name == "flow":
        return portfolio.at_once(chosen, reason, _instead(chosen))
    return portfolio.run(_improvers(task, name, chosen, sizes), reason)


def _improvers(task: Task, name: str, chosen: Engine, sizes: Sizes) -> list[Improver]:
    """The improvers of a task, the most promising first."""
    if name != "auto":
        return [Improver(chosen.name, Apart(chosen), math.inf), _instead(chosen)]
    with task.course.uncharged():
        for solver in ("phancong.engines.common.mathopt", "phancong.engines.weighted.stages"):
            import_module(solver)  # here, where no time is counted: it takes a while
        from phancong.engines.common.cp_sat import CpSatSolver  # here: it loads the solver
        from phancong.engines.exact import CpSatEngine, MipEngine
        from phancong.engines.exact.restricted import RestrictedModels
        from phancong.engines.weighted import LnsEngine
    units = min(task.course.work_left, task.course.seconds_left)
    units = min(max(units * sizes.first_part, sizes.fewest_units), MOST_UNITS)
    pairs = int(np.count_nonzero(task.problem.allowed))
    large = pairs > sizes.most_exact
    restricted = RestrictedModels(task, CpSatSolver())
    writing = WRITING_A_PAIR * pairs if pairs >= sizes.small else 0.0

    def exact(name: str, engine: Engine) -> Improver:
        most = max(units, WRITINGS * writing)
        return Improver(name, Apart(engine), most, writing=writing, too_large=large, clocked=True)

    found = [
        exact(chosen.name, chosen),
        Improver(PARTLY, restricted.run, units, proves=False, needs_plan=True),
        exact("mip", MipEngine(alone=False)),
    ]
    lagrangian = LnsEngine(CpSatEngine(), alone=False)
    if not lagrangian.refusals(task):
        first = pairs >= sizes.lagrangian_first
        found[1].worth = AFTER_FIRST if first else SECOND
        most = max(units, LAGRANGIAN_A_PAIR * pairs)
        found.insert(0 if first else len(found), Improver("lns", Apart(lagrangian), most))
    for each in found:
        each.chosen = each.name == chosen.name
    return found


def _instead(chosen: Engine) -> Improver:
    """The improver that takes the place of the only engine where its model cannot be built in time."""
    run = Instead(chosen)
    return Improver(PARTLY, run, math.inf, proves=False, needs_plan=True, instead=True)


class Portfolio:
    """The search for one task.

    Parameters
    ----------
    task
        What is asked.
    sizes
        Sizes at which it goes another way.
    """

    def __init__(self, task: Task, sizes: Sizes = SIZES) -> None:
        self.task = task
        self.sizes = sizes
        self.course = task.course
        self.ranking = Ranking(task)
        self.best: Ranked | None = None
        #: Whose plan the best one is.
        self.author = ""
        self.limits_conflict = False
        self._cut: str | None = None
        #: Whether the clock cut a run, so that another search may find another plan as good.
        self._by_clock = False
        #: Whether the only improver could not even build its model in all the time that there is; whether
        #: it cannot build it in what is left.
        self._unbuilt = False
        self._too_large = False
        self._started = False
        if task.incumbent is not None:  # of an earlier search for the same
            known = Outcome(task.incumbent, {}, task.known, None) if task.known else None
            self._take(self.ranking.ranked(task.incumbent, known), task.author)

    # --- an engine that is expected to end at once ------------------------------------------------

    def at_once(self, engine: Engine, reason: str, instead: Improver) -> SearchResult:
        """Run an exact engine that rarely needs its time; starts are made only where it was cut.

        What these would take is kept back for them. What is left after them is for *instead*: the engine
        may have ended because there was no time for what it would have begun next.
        """
        aside = self._starting()
        course = self.course.slice(math.inf, max(self.course.seconds_left - aside, aside))
        try:
            outcome = engine.run(replace(self.task, course=course))
        except NoPlanFoundError:
            self.course.joined(course)
            self._start()
            if self.best is None:
                raise
            self._cut = self.course.stopped or "time"
            reason = f"{reason}; cut before it had a plan"
        else:
            self.course.joined(course)
            if outcome is None or outcome.stopped is None:
                return SearchResult(outcome, engine.name, reason)
            self._cut = outcome.stopped
            self._take(self.ranking.ranked(outcome.assignment, outcome), engine.name)
            self._start()
        if self._cut not in CUT or self._ended():
            return SearchResult(self._outcome(), self.author, reason)
        self._too_large = True
        found = self.run([instead], reason)
        return replace(found, reason=f"{reason}; {PARTLY} in what it left of the time")

    def so_far(self) -> SearchResult | None:
        """The best plan so far, for a caller that stops waiting; None if there is none."""
        if self.best is None:
            return None
        self._cut = self._cut or "time"
        return SearchResult(self._outcome(), self.author, "what was begun last did not end in time")

    # --- improvers in turn ------------------------------------------------------------------------

    def run(self, improvers: Sequence[Improver], reason: str) -> SearchResult:
        """Let *improvers* take turns until all is proven or the search ends."""
        small = int(np.count_nonzero(self.task.problem.allowed)) < self.sizes.small
        if not small:
            self._start()
        running = list(improvers)
        failed: NoPlanFoundError | None = None
        while not self._ended():
            able = [one for one in running if self._can(one)]
            if not able:
                break
            improver = min(able, key=lambda one: one.turn)
            clocked = improver.clocked and self.task.course.search.work is None
            seconds = SLOWEST * improver.units if clocked else math.inf
            course = self.course.slice(improver.units, seconds)
            all_left = math.isinf(improver.units) and math.isinf(seconds)
            try:
                outcome = improver.run(self._task(course))
            except NoPlanFoundError as error:
                outcome, failed = None, error
                self.limits_conflict |= isinstance(error, LimitsConflictError)
                # Unless somebody proves what this one could not.
                self._cut = self._cut or self.course.told("time")
                if isinstance(error, TooLargeError) and all_left:
                    improver.idle = PATIENCE  # there will be no more time than now
                    self._unbuilt, self._too_large = not improver.runs, True
            else:
                if outcome is None and improver.proves and self.best is None:
                    self.course.joined(course)
                    return SearchResult(None, improver.name, reason)
            ended = course.stopped is None
            self._by_clock |= course.seconds_left <= 0
            self.course.joined(course)
            if outcome is not None and not self.ranking.admits(outcome.assignment):
                return SearchResult(outcome, improver.name, reason)  # for the judge to see
            brought = outcome is not None and self._took(outcome, improver.name)
            # A stage may have been cut that takes a part of its run: the next one takes longer.
            # But not for ever: who had much and ended by itself will not come further.
            through = outcome is None or outcome.stopped not in CUT or improver.units > MOST_UNITS
            improver.ran(course.work, brought=brought, ended=ended and through)
            if outcome is not None and ended and improver.proves:
                self._cut = outcome.stopped
            if improver.idle >= PATIENCE:
                running.remove(improver)
            elif not ended and not brought and all_left:
                self._cut = self._cut or course.stopped
                running.remove(improver)  # the same run again would be cut again
            if small and not (self.best is not None and self.best.proven):
                small = False  # it takes its time after all
                self._start()
        if self.best is None:  # there was no time, or nothing came of it
            self._start()
        if self.best is None:
            raise failed or NoPlanFoundError("there was no time to look for a plan")
        return SearchResult(self._outcome(), self.author, self._explained(reason, improvers))

    def _can(self, improver: Improver) -> bool:
        """Whether an improver has something to begin with, and a model that it can build."""
        if improver.instead and not self._too_large:
            return False
        if self.best is None:
            return not improver.needs_plan
        left = min(self.course.seconds_left, self.course.work_left)
        return not improver.too_large and WRITINGS * improver.writing < left

    def _task(self, course: Course) -> Task:
        """The task for a run: the incumbent, and what is known of it."""
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
        """Take over an outcome; whether the plan or a bound is better now."""
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

    def _starting(self) -> float:
        """Seconds that all starts will take."""
        pairs, households = self.task.problem.allowed.size, len(self.task.problem.allowed)
        return START_A_PAIR * pairs + START_A_HOUSEHOLD * households

    def _start(self) -> None:
        """The best of last year's plan and the ways by hand, once.

        All of them however little time there is, unless they take more than a moment.
        """
        if self._started:
            return
        self._started = True
        moment = self._starting() <= self.sizes.moment
        for name, assignment in starts(self.task):
            if self.ranking.admits(assignment):
                self._take(self.ranking.ranked(assignment), name)
            if self.best is not None and not moment and self.course.stopped is not None:
                return

    def _ended(self) -> bool:
        """Whether the search is over."""
        return self._done() or self.course.stopped is not None

    def _done(self) -> bool:
        """Whether all is proven, or within the requested gap."""
        return self._cut == "gap" or (self.best is not None and self.best.proven)

    def _outcome(self) -> Outcome:
        assert self.best is not None
        lines = dict(zip(self.ranking.rules, self.best.breaches, strict=True))
        stopped = None if self.best.proven else self.course.stopped or self._cut
        return Outcome(self.best.assignment, lines, self.best.goals, stopped, self.limits_conflict)

    def _explained(self, reason: str, improvers: Sequence[Improver]) -> str:
        """Why, and who took part."""
        ran = [one for one in improvers if one.runs]
        if self._unbuilt:
            found = PARTLY if len(ran) > 1 else "a start"
            return f"{reason}; {found}, as its model could not be built within the limit"
        if len(ran) == 1 and ran[0].chosen:
            parts = getattr(ran[0].run, "parts", 1)
            return reason + (f"; {parts} independent parts" if parts > 1 else "")
        runs = ", ".join(f"{one.name} ({one.runs})" for one in ran)
        by_clock = self._by_clock or self.course.seconds_left <= 0
        clock = "; the clock cut some of these runs" if by_clock else ""
        return f"{reason.partition(':')[0]}: in turn {runs}{clock}"


def _is_progress(before: Ranked, after: Ranked) -> bool:
    """Whether some line is proven now, or its value and bound came clearly nearer to each other."""
    lines = zip((*before.breaches, *before.goals), (*after.breaches, *after.goals), strict=True)
    return any(_nearer(old, new) for old, new in lines)


def _nearer(old: Proof, new: Proof) -> bool:
    if new.proven or old.proven:
        return new.proven and not old.proven
    if is_row(old.best) or is_row(new.best):
        return (old.best, old.bound) != (new.best, new.bound)
    before, after = (single(line.best) - single(line.bound) for line in (old, new))
    return after < (1 - CLEARLY) * before
