"""`compare`: engines side by side on one problem (spec 6.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from phancong.engines.registry import ENGINES
from phancong.engines.task import Task, read_problem, read_relax
from phancong.errors import InvalidArgumentError, NoPlanFoundError, UnsupportedError
from phancong.goals import Goal, read_goals
from phancong.layout import number, table
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.rules import RELAXABLE
from phancong.running import run
from phancong.search import Course, Search, read_search

if TYPE_CHECKING:
    import pandas

#: What is said of an engine that proves that there is no plan.
NO_PLAN: Final = "no plan keeps what may not give way; diagnose() says why"


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """What one engine makes of the problem: a plan, or the reason why there is none.

    Parameters
    ----------
    engine
        The name that was asked for.
    plan
        Its judged plan; None where it made none.
    refusal
        Why there is no plan, the rules and goals it cannot keep by name; None if there is one.
    """

    engine: str
    plan: Plan | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Engines side by side.

    Parameters
    ----------
    goals
        What all of them were asked for, most important first.
    rows
        A row for each engine, in the order asked for.
    """

    goals: tuple[Goal, ...]
    rows: tuple[ComparisonRow, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The columns of :meth:`to_frame` as lists."""
        records = [self._record(row) for row in self.rows]
        names = dict.fromkeys(name for record in records for name in record)
        return {name: [record.get(name) for record in records] for name in names}

    def _record(self, row: ComparisonRow) -> dict[str, Any]:
        plan = row.plan
        record: dict[str, Any] = {"engine": row.engine, "refusal": row.refusal}
        if plan is None:
            return record
        record |= {"status": str(plan.status), "stopped": plan.stopped, "seconds": plan.seconds}
        for rule in reversed(RELAXABLE):
            line = plan.breaches[rule]
            record |= {
                f"{rule} breach": line.total,
                f"{rule} bound": line.bound,
                f"{rule} proven": line.proven,
            }
        for name, goal in zip(self._names(), plan.goals, strict=True):
            record |= {
                name: goal.value,
                f"{name} best": goal.best,
                f"{name} bound": goal.bound,
                f"{name} proven": goal.proven,
            }
        return record | dict(plan.metrics)

    def _names(self) -> list[str]:
        """A goal may be asked for twice, with another tolerance in between: its place tells it."""
        return [f"{place}. {goal!r}" for place, goal in enumerate(self.goals, start=1)]

    def to_frame(self) -> pandas.DataFrame:
        """A data frame with a row per engine.

        Returns
        -------
        pandas.DataFrame
            ``engine``, ``refusal``, ``status``, ``stopped``, ``seconds``; for each rule its breach,
            bound and proof; for each goal, numbered, its value in the plan, what its own stage
            reached, bound and proof; and all of ``plan.metrics``. Missing where there is no plan.
        """
        import pandas  # here: it takes longer to import than most plans take to make

        return pandas.DataFrame(self.columns())

    def __str__(self) -> str:
        made = [(row.engine, row.plan) for row in self.rows if row.plan is not None]
        parts = []
        if made:
            headers = ["engine", "status", "gave way", *self._names(), "seconds"]
            lines = [
                [engine, str(plan.status), _gave_way(plan), *_values(plan), number(plan.seconds)]
                for engine, plan in made
            ]
            parts.append(table(headers, lines, words=("engine", "status", "gave way")))
        refused = [f"{row.engine}: {row.refusal}" for row in self.rows if row.plan is None]
        return "\n\n".join([*parts, "\n".join(refused)] if refused else parts)


def _gave_way(plan: Plan) -> str:
    """The breaches in the order of what gives way last, as the engines compare them."""
    told = [
        f"{rule} {number(plan.breaches[rule].total)}"
        for rule in reversed(RELAXABLE)
        if plan.breaches[rule].total > 0
    ]
    return ", ".join(told) or "nothing"


def _values(plan: Plan) -> list[str]:
    """The value of each goal; of leximax the largest, for a column has room for one."""
    return [
        number(max(line.value, default=0.0) if isinstance(line.value, tuple) else line.value)
        for line in plan.goals
    ]


def compare(
    problem: Problem,
    *,
    engines: Iterable[str] = tuple(ENGINES),
    goals: Iterable[Goal] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    search: Search = Search(),
) -> Comparison:
    """Solve one problem with several engines, one after the other (spec 6.7).

    Parameters
    ----------
    problem
        The problem.
    engines
        Their names, each once; all of them unless stated.
    goals, relax
        As for :func:`solve`, the same for each.
    search
        How long and how hard each of them searches.

    Returns
    -------
    Comparison
        An engine that cannot keep a rule or a goal, or finds no plan, has a row that says so.

    Raises
    ------
    InvalidArgumentError
        An argument cannot be used; all unknown engines are named.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, compare
    >>> homes = [Household("h1"), Household("h2", workload=2.5)]
    >>> problem = Problem([Member("m1"), Member("m2")], homes, travel=None)
    >>> found = compare(problem, engines=["flow", "cp_sat", "nearest"])
    >>> [(row.engine, row.plan is not None) for row in found.rows]
    [('flow', False), ('cp_sat', True), ('nearest', True)]
    """
    names = _read_engines(engines)
    read_search(search)
    read_problem(problem)
    asked = read_goals(goals, problem)
    may_give_way = read_relax(relax)
    rows = []
    for name in names:
        try:
            plan = run(Task(problem, asked, may_give_way, Course(search)), name)
        except (UnsupportedError, NoPlanFoundError) as error:
            rows.append(ComparisonRow(name, None, str(error)))
        else:
            rows.append(ComparisonRow(name, plan, NO_PLAN if plan is None else None))
    return Comparison(asked, tuple(rows))


def _read_engines(engines: object) -> list[str]:
    known = ("auto", *ENGINES)
    there = f"there are {', '.join(map(repr, known))}"
    if isinstance(engines, str) or not isinstance(engines, Iterable):
        raise InvalidArgumentError(f"engines is {engines!r}; give a list of names: {there}")
    names = list(engines)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidArgumentError(f"no engine is called {', '.join(map(repr, unknown))}; {there}")
    if len(set(names)) < len(names) or not names:
        raise InvalidArgumentError(f"engines is {names!r}; name at least one, each once")
    return names
