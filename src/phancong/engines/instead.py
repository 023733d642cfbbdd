"""Restricted models in place of an engine that has no time to build its own model."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from phancong.engines.task import Engine, Outcome, Task

if TYPE_CHECKING:
    from phancong.engines.exact.restricted import RestrictedModels


class Instead:
    """Restricted models around the incumbent, solved by the solver of an engine.

    The first call loads that solver.

    Parameters
    ----------
    engine
        The engine that they replace; for ``mip`` they use its solver, for all others CP-SAT.
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
        """The best plan found; None if it is no better than the incumbent."""
        if self._models is None:
            self._models = self.make(self.engine, task)
        return self._models.run(task)


def restricted_models(engine: Engine, task: Task) -> RestrictedModels:
    """Restricted models of a task, by the solver of an engine."""
    with task.course.uncharged():
        from phancong.engines.exact.engine import CpSatEngine, MipEngine
        from phancong.engines.exact.restricted import PAIRS, RestrictedModels

        # Most pairs are fixed: the size of the model does not tell how long its root takes.
        mip = isinstance(engine, MipEngine)
        solver = MipEngine(alone=False).solver() if mip else CpSatEngine().solver()
    # Each model takes a pass over the whole problem (3 s at 30 million pairs): free more there.
    pairs = max(PAIRS, math.sqrt(np.count_nonzero(task.problem.allowed)))
    return RestrictedModels(task, solver, pairs=pairs)
