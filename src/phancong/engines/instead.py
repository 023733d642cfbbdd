"""The use of the time of a search where the engine asked for has none for its own model."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from phancong.engines.task import Engine, Outcome, Task

if TYPE_CHECKING:
    from phancong.engines.exact.restricted import RestrictedModels


class Instead:
    """Restricted models around the best plan known, by the solver of an engine.

    They and their solver are loaded when they are first asked for.

    Parameters
    ----------
    engine
        The engine whose place they take; ``mip`` has its own solver, all others CP-SAT.
    make
        Makes the models for an engine and a task, once: they learn how large they may be.
    """

    def __init__(
        self, engine: Engine, make: Callable[[Engine, Task], RestrictedModels] | None = None
    ) -> None:
        self.engine = engine
        self.make = make or restricted_models
        self._models: RestrictedModels | None = None

    def __call__(self, task: Task) -> Outcome | None:
        """The best plan found, None if it is no better than the incumbent."""
        if self._models is None:
            self._models = self.make(self.engine, task)
        return self._models.run(task)


def restricted_models(engine: Engine, task: Task) -> RestrictedModels:
    """Restricted models of a task, by the solver of an engine."""
    with task.course.uncharged():
        from phancong.engines.exact.engine import CpSatEngine, MipEngine
        from phancong.engines.exact.restricted import PAIRS, RestrictedModels

        # Most of a restricted model is fixed, so that its size does not tell how long a root takes.
        mip = isinstance(engine, MipEngine)
        solver = MipEngine(alone=False).solver() if mip else CpSatEngine().solver()
    # To write one down takes longer in a large problem, however small it is: 3 s at 30 million pairs.
    pairs = max(PAIRS, math.sqrt(np.count_nonzero(task.problem.allowed)))
    return RestrictedModels(task, solver, pairs=pairs)
