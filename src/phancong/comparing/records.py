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
    """The answer of one engine: a plan, or the reason why there is none.

    Parameters
    ----------
    engine
        The name that was asked for.
    plan
        Its judged plan; None where it made none.
    refusal
        Why there is no plan, the rules and goals it cannot keep by name; None if there is one.

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
    """Engines side by side.

    Parameters
    ----------
    goals
        What all of them were asked for, most important first.
    rows
        A row for each engine, in the order asked for.

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
        """Write a page to look at in a browser: one file, which loads nothing.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        lang
            The language: ``"en"`` or ``"vi"``.

        Raises
        ------
        InvalidArgumentError
            There is no such language.
        NotWrittenError
            The file cannot be written; one that is there is as it was.
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
