"""Engines by name, and which one a task gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from phancong.engines.by_hand import Nearest, Regret, RoundRobin
from phancong.engines.task import Engine, Task
from phancong.errors import InvalidArgumentError, UnsupportedError
from phancong.search import Course
from phancong.words import Message


def _flow() -> Engine:
    from phancong.engines.flow import FlowEngine  # here: it loads the solver

    return FlowEngine()


def _cp_sat() -> Engine:
    from phancong.engines.exact import CpSatEngine  # here, too

    return CpSatEngine()


def _mip() -> Engine:
    from phancong.engines.exact import MipEngine  # here, too

    return MipEngine()


def _lns() -> Engine:
    from phancong.engines.exact import CpSatEngine
    from phancong.engines.weighted import LnsEngine  # here, too

    return LnsEngine(CpSatEngine())


#: Every engine by its name; the exact ones first, the cheapest of them first.
ENGINES: Final[dict[str, Callable[[], Engine]]] = {
    "flow": _flow,
    "cp_sat": _cp_sat,
    "mip": _mip,
    "lns": _lns,
    "nearest": Nearest,
    "round_robin": RoundRobin,
    "regret": Regret,
}

#: The exact engines in the order in which ``"auto"`` tries them, and why it takes each. Of the last
#: two, CP-SAT counts in integers and can be cut by work at any moment, and is the faster one up to
#: some 12 members × 100 households and on tight capacities (the 60 instances of Cattrysse et al.:
#: 10 s against 19 s); at 20 × 200 branch and cut takes two thirds of its time.
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
    """The engine for a task, and why.

    Parameters
    ----------
    name
        Its name, or ``"auto"``.
    task
        What it has to keep.
    made
        Engines by name, made before: for earlier tasks, from which they learnt, or by the caller, also
        under a name of its own. New ones come in.
    exact
        The exact engines that ``"auto"`` tries, and why it takes each.

    Raises
    ------
    InvalidArgumentError
        There is no engine of this name.
    UnsupportedError
        The engine cannot keep all of the task; what it cannot is named.
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
