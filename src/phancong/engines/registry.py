"""Engines by name, and the choice of an engine for a task."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from phancong.course import Course
from phancong.engines.by_hand import BY_HAND
from phancong.engines.task import Engine, Task
from phancong.errors import InvalidArgumentError, UnsupportedError
from phancong.words import Message


def _flow() -> Engine:
    from phancong.engines.flow import FlowEngine  # imported late: it loads the solver

    return FlowEngine()


def _cp_sat() -> Engine:
    from phancong.engines.exact import CpSatEngine  # imported late, too

    return CpSatEngine()


def _mip() -> Engine:
    from phancong.engines.exact import MipEngine  # imported late, too

    return MipEngine()


def _lns() -> Engine:
    from phancong.engines.exact import CpSatEngine
    from phancong.engines.weighted import LnsEngine  # imported late, too

    return LnsEngine(CpSatEngine())


#: All engines by name: the exact ones first, and of these the fastest first.
ENGINES: Final[dict[str, Callable[[], Engine]]] = {
    "flow": _flow,
    "cp_sat": _cp_sat,
    "mip": _mip,
    "lns": _lns,
    **BY_HAND,
}

#: The exact engines in the order in which ``"auto"`` tries them, with the reason that the plan states.
#: CP-SAT comes before branch and cut: it counts in integers, can be cut by work at any moment, and is
#: faster up to some 12 members × 100 households and on tight capacities (the 60 instances of Cattrysse
#: et al.: 10 s against 19 s). At 20 × 200 branch and cut takes two thirds of its time.
EXACT: Final = (
    ("flow", "unit loads: exact by minimum-cost flow"),
    ("cp_sat", "no flow can keep all of it: exact by CP-SAT, in stages"),
    ("mip", "no flow can keep all of it: exact by branch and cut, in stages"),
)


def choose(
    name: str,
    task: Task,
    made: dict[str, Engine] | None = None,
    exact: Sequence[tuple[str, str]] = EXACT,
) -> tuple[Engine, str]:
    """The engine for a task, and the reason for it.

    Parameters
    ----------
    name
        The name of an engine, or ``"auto"``.
    task
        The task.
    made
        Engines by name: of earlier tasks, which may use again what they computed there, or of the
        caller, also under a name of its own. A new engine is added.
    exact
        The exact engines that ``"auto"`` tries in turn, with the reason for each.

    Raises
    ------
    InvalidArgumentError
        There is no engine of this name.
    UnsupportedError
        The engine cannot keep all of the task; the error names the parts that it cannot keep.
    """
    made = {} if made is None else made
    if name != "auto":
        if not isinstance(name, str) or name not in (*ENGINES, *made):
            raise InvalidArgumentError(
                Message(
                    "unknown engine {engine}; the engines are: {engines}",
                    engine=repr(name),
                    engines=", ".join(map(repr, ("auto", *ENGINES))),
                )
            )
        engine = _engine(name, made, task.course)
        refusals = engine.refusals(task)
        if refusals:
            raise UnsupportedError(name, refusals)
        return engine, "asked for"
    all_refusals: list[str] = []
    for one, why in exact:
        engine = _engine(one, made, task.course)
        refusals = engine.refusals(task)
        if not refusals:
            return engine, why
        all_refusals.extend(refusals)
    raise UnsupportedError("auto", list(dict.fromkeys(all_refusals)))


def _engine(name: str, made: dict[str, Engine], course: Course) -> Engine:
    if name not in made:
        with course.uncharged():  # it loads the solver
            made[name] = ENGINES[name]()
    return made[name]
