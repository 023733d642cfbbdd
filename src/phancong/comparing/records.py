"""Records of a comparison: a row for each engine (contract 6.7)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phancong.goals import Goal
from phancong.plan import Plan
from phancong.report.screen import page_document
from phancong.rules import RELAXABLE
from phancong.tables import write_files
from phancong.words import Printable, page, words

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """The answer of one engine: a plan, or the reason why it has none.

    Parameters
    ----------
    engine
        The name of the engine.
    plan
        Its judged plan; None if it has none.
    refusal
        Why it has no plan: the rules and goals that it cannot keep, or another reason; None if it has
        one.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import compare
    >>> row = compare(problem, engines=["nearest"]).rows[0]
    >>> row.engine, row.plan.pairs, row.refusal
    ('nearest', (('h1', 'm1'), ('h2', 'm2')), None)
    """

    engine: str
    plan: Plan | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Comparison(Printable):
    """The answers of several engines to one task.

    Parameters
    ----------
    goals
        The goals of all engines, most important first.
    rows
        A row for each engine, in the order given.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import compare
    >>> side = compare(problem, engines=["nearest", "flow"])
    >>> [(row.engine, row.plan.status.value) for row in side.rows]
    [('nearest', 'feasible'), ('flow', 'optimal')]
    """

    goals: tuple[Goal, ...]
    rows: tuple[ComparisonRow, ...]

    def to_html(self, path: str | Path, *, lang: str = "en") -> None:
        """Write a page for a browser: one file that loads nothing from elsewhere.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        lang
            The language: ``"en"`` or ``"vi"``.

        Raises
        ------
        InvalidArgumentError
            There is no such language.
        NotWrittenError
            The file cannot be written; an existing file is unchanged.
        """
        w = words(lang)
        made = page_document(w.gettext("Engines side by side"), page(self, w), w)
        write_files([(path, made)])

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
        """Numbered names: a goal may be given twice, with different tolerances."""
        return [f"{place}. {goal!r}" for place, goal in enumerate(self.goals, start=1)]

    def to_frame(self) -> pandas.DataFrame:
        """The comparison as a data frame with a row per engine.

        Returns
        -------
        pandas.DataFrame
            ``engine``, ``refusal``, ``status``, ``stopped``, ``seconds``; for each rule its breach,
            bound and proof; for each goal, numbered, its value in the plan, the best value of its stage,
            bound and proof; and all of ``plan.metrics``. Values of an engine without a plan are missing.
        """
        import pandas  # here: importing it takes longer than making most plans

        return pandas.DataFrame(self.columns())
