"""Improvers that take turns in a search: an improver with its work so far, and an engine on all parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from phancong.engines.independent_parts import run_apart
from phancong.engines.task import Engine, Outcome, Task

#: Units of work of a first run at the most.
MOST_UNITS: Final = 2.0
#: By how much the work of an improver's next run grows: each begins with models anew.
GROWTH: Final = 2.0
#: What an improver is worth after a run that brought something: who is on the way to a proof goes on
#: before others have shown what they can; and by how much less after a run that brought nothing.
PROMISING: Final = 4.0
DECAY: Final = 0.5
LEAST_WORTH: Final = 1 / 16


class Apart:
    """An engine on all independent parts of a problem."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        #: In how many parts the problem was solved last.
        self.parts = 1

    def __call__(self, task: Task) -> Outcome | None:
        """The outcome of the engine."""
        if not self.engine.apart:
            return self.engine.run(task)
        outcome, self.parts = run_apart(task, self.engine)
        return outcome


class Improver:
    """Something that finds better plans or bounds.

    Parameters
    ----------
    name
        Its name.
    run
        What it does with a task whose incumbent is the best plan known.
    units
        The work of its first run.
    writing
        Work of each run that is not counted as such: writing down a model.
    proves
        Whether its None says that there is no plan.
    needs_plan
        Whether it can only improve a plan.
    too_large
        Whether its model is too large to be of use once there is a plan.
    clocked
        Whether it may take far longer than its work tells, so that the clock has to cut it, too.
    instead
        Whether it takes the place of an engine whose model could not be built.
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
        #: Whether the reason for the choice of an engine speaks of this one.
        self.chosen = True
        self.spent = 0.0
        self.worth = 1.0
        self.runs = 0
        #: Runs in a row that ended by themselves and brought nothing.
        self.idle = 0

    @property
    def turn(self) -> float:
        """The work until the end of another run ÷ its worth; the improver with the least is next."""
        return (self.spent + self.writing + min(self.units, MOST_UNITS)) / self.worth

    def ran(self, work: float, *, brought: bool, ended: bool) -> None:
        """Note a run: its work, whether it brought something, and whether it ended by itself."""
        self.runs += 1
        self.spent += self.writing + max(work, LEAST_WORTH * min(self.units, MOST_UNITS))
        self.units *= GROWTH
        self.worth = PROMISING if brought else max(min(self.worth, 1.0) * DECAY, LEAST_WORTH)
        self.idle = self.idle + 1 if ended and not brought else 0
