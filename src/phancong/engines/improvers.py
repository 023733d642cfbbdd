"""An improver that takes turns in a search, with its record; an engine on parts of a problem or task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from phancong.engines.independent_parts import run_apart
from phancong.engines.ranking import Ranked, Ranking
from phancong.engines.task import AtMost, Engine, Outcome, Proof, Task
from phancong.goals import Travel

#: The most units of work of an improver's first run.
MOST_UNITS: Final = 2.0
#: The factor from one run's work to the next: each run builds its models anew.
GROWTH: Final = 2.0
#: The worth of an improver after a run with progress: large, so that it goes on to a proof before others
#: try. A run without progress multiplies its worth by *DECAY*, down to *LEAST_WORTH*.
PROMISING: Final = 4.0
DECAY: Final = 0.5
LEAST_WORTH: Final = 1 / 16


class Apart:
    """An engine on all independent parts of a problem."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        #: The number of parts of the last problem.
        self.parts = 1

    def __call__(self, task: Task) -> Outcome | None:
        """The outcome of the engine."""
        if not self.engine.apart:
            return self.engine.run(task)
        outcome, self.parts = run_apart(task, self.engine)
        return outcome


def breaks_limits(best: Ranked | None, conflict: bool) -> bool:
    """Whether there is no plan, or a breach of the incumbent is not proven to be the least."""
    return best is None or not all(line.proven for line in best.breaches)


class Leading:
    """An engine on the leading lines of a task: all breaches, and the goals before the first it refuses.

    Its bounds hold for the whole task, as a line does not depend on the lines after it. Then it shortens
    travel: a goal that compares ways or hamlets begins with a good plan, even where the only start within
    the limits is dealt out in turn.

    Parameters
    ----------
    run
        Runs the engine.
    goals
        The number of goals that it takes.
    """

    def __init__(self, run: Callable[[Task], Outcome | None], goals: int) -> None:
        self.run = run
        self.goals = goals
        #: Whether a run has shortened travel.
        self.shortened = False

    @classmethod
    def of(cls, engine: Engine, task: Task) -> Leading | None:
        """The leading lines that an engine takes; None if it takes all of the task, or no plan of it."""
        takes = [not engine.refusals(replace(task, goals=(goal,))) for goal in task.goals]
        if all(takes) or engine.refusals(replace(task, goals=())):
            return None
        if any(isinstance(goal, AtMost) for goal in task.goals):
            return None  # it would not keep the limit
        return cls(Apart(engine), takes.index(False))

    def __call__(self, task: Task) -> Outcome | None:
        """The outcome of the engine, with bounds by arithmetic of the other goals.

        None if there is no plan, or if the leading lines are proven and travel was shortened before.
        """
        leading, known = task.goals[: self.goals], task.known[: self.goals]
        shorten = task.problem.travel is not None and not any(g.sums_travel for g in leading)
        lines = (*task.breaches.values(), *known)
        settled = task.incumbent is not None and all(line.proven for line in lines)
        if settled and (self.shortened or not shorten):
            return None
        if shorten:
            leading = (*leading, Travel())
            if task.incumbent is not None and known:
                value, floor = Travel().value(task.incumbent), Travel().floor(task.problem)
                known = (*known, Proof(value, floor, False))
        outcome = self.run(replace(task, goals=leading, known=known))
        self.shortened = True
        if outcome is None:
            return None
        others = Ranking(task).ranked(outcome.assignment).goals[self.goals :]
        stopped = outcome.stopped or task.course.reached_limit("work")
        return replace(outcome, goals=(*outcome.goals[: self.goals], *others), stopped=stopped)


class Improver:
    """A method that finds better plans or bounds, and the record of its runs.

    Parameters
    ----------
    name
        Its name.
    run
        Improves the incumbent of a task; returns None if there is no plan, or none that is better.
    units
        The work of its first run.
    writing
        Uncounted work of each run: that of building a model.
    proves
        Whether it gives bounds, and whether None from it proves that there is no plan.
    needs_plan
        Whether it runs only from an incumbent.
    too_large
        Whether its model is too large to run once there is an incumbent.
    clocked
        Whether a run may take far longer than its counted work, so that the clock limits it as well.
    instead
        Whether it runs only where another engine has no time to build its model.
    last
        Whether it runs, once, only where no other found a plan and time is left.
    once
        Whether one run is all that it can bring.
    when
        Whether it may run with an incumbent, and if it is proven that not all limits can hold; by default
        it always may.
    """

    def __init__(
        self,
        name: str,
        run: Callable[[Task], Outcome | None],
        units: float,
        *,
        writing: float = 0.0,
        proves: bool = True,
        needs_plan: bool = False,
        too_large: bool = False,
        clocked: bool = False,
        instead: bool = False,
        last: bool = False,
        once: bool = False,
        when: Callable[[Ranked | None, bool], bool] = lambda best, conflict: True,
    ) -> None:
        self.name = name
        self.run = run
        self.units = units
        self.writing = writing
        self.proves = proves
        self.needs_plan = needs_plan
        self.too_large = too_large
        self.clocked = clocked
        self.instead = instead
        self.last = last
        self.once = once or last
        self.when = when
        #: Whether this is the engine that the reason of the choice names.
        self.chosen = True
        self.spent = 0.0
        self.worth = 1.0
        self.runs = 0
        #: The number of runs in a row that ended by themselves without progress.
        self.idle = 0

    @property
    def turn(self) -> float:
        """The work at the end of one more run, divided by the worth; the least one runs next."""
        return (self.spent + self.writing + min(self.units, MOST_UNITS)) / self.worth

    def ran(self, work: float, *, brought: bool, ended: bool) -> None:
        """Record a run: its work, whether it made progress, and whether it ended by itself."""
        self.runs += 1
        self.spent += self.writing + max(work, LEAST_WORTH * min(self.units, MOST_UNITS))
        self.units *= GROWTH
        self.worth = PROMISING if brought else max(min(self.worth, 1.0) * DECAY, LEAST_WORTH)
        self.idle = self.idle + 1 if ended and not brought else 0

    def renew(self) -> None:
        """Forget runs without progress, as there is a proof that this improver did not have then."""
        if self.runs:
            self.worth = max(self.worth, 1.0)
        self.idle = 0
