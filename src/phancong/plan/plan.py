"""`Plan`: a solution that can be written, drawn and compared (contract 6.1).

What writes plans is imported where it is used: pages, sheets and drawings are a quarter of the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phancong.errors import InvalidArgumentError
from phancong.plan.difference import PlanDifference, difference
from phancong.plan.solution import Solution
from phancong.report.figures import Figures
from phancong.report.labels import read_labels_of
from phancong.tables import write_files
from phancong.words import Message, words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Plan(Solution):
    """A plan for a problem, judged before it left the library.

    Parameters
    ----------
    problem
        The problem that was solved.
    assignment
        The pairs as rows of the problem.
    status
        What is proven.
    breaches
        For every rule that may be relaxed, how much it is broken (contract 4.4).
    goals
        For every goal, what was reached (contract 5.5).
    engine, reason
        The engine that made the plan, and why it was chosen.
    stopped
        What cut the search (``"time"``, ``"work"``, ``"gap"``, ``"progress"``), ``"numerics"`` where
        the floats of branch and cut can prove no more, or ``"rounding"`` where costs differ by so
        many orders that integers prove nothing; None if nothing did.
    seconds
        How long the whole call took.
    options
        What was asked besides problem and goals: ``"engine"``, ``"relax"`` (rule → ceiling, the first
        one to give way first) and ``"search"``; empty where the plan was not searched for.
    versions
        Of what made the plan, by the names of the packages; empty likewise.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> plan = solve(problem)
    >>> plan.status, plan.pairs
    (<Status.OPTIMAL: 'optimal'>, (('h1', 'm1'), ('h2', 'm2')))
    >>> round(plan.metrics["travel_max"])  # metres
    151
    """

    def diff(self, other: Plan) -> PlanDifference:
        """The differences of another plan: this one is *before*, the other one *after*.

        The problems may differ: members and households that came or went are told apart.

        Raises
        ------
        InvalidArgumentError
            *other* is no plan.
        """
        if not isinstance(other, Plan):
            raise InvalidArgumentError(f"diff() takes a Plan, not a {type(other).__name__}")
        return difference(self, other)

    def to_frame(self) -> pandas.DataFrame:
        """A data frame with a row per pair.

        Returns
        -------
        pandas.DataFrame
            Columns ``household``, ``member``, ``travel`` (in ``travel.unit``, missing without
            distance), ``workload`` and ``kept`` (the pair is one of the previous plan).
        """
        import pandas  # here: it takes longer to import than most plans take to make

        return pandas.DataFrame(self.columns())

    def columns(self) -> dict[str, list[Any]]:
        """The columns of :meth:`to_frame` as lists."""
        a = self.assignment
        previous = {(household, member) for household, member, _ in self.problem.previous}
        travel = [None] * len(a.rows) if self.problem.travel is None else a.pair_travel.tolist()
        return {
            "household": [household for household, _ in self.pairs],
            "member": [member for _, member in self.pairs],
            "travel": travel,
            "workload": a.pair_workload.tolist(),
            "kept": [pair in previous for pair in self.pairs],
        }

    def to_csv(self, path: str | Path, *, include: Iterable[str] = ()) -> None:
        """Write the pairs as CSV, with the columns of :meth:`to_frame`.

        Text that a spreadsheet would take for a formula gets an apostrophe before it;
        :func:`phancong.read_plan` takes it away again.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        include
            ``("workload",)`` writes the workload, too; by default it is left out, for it can say how
            a family lives.

        Raises
        ------
        InvalidArgumentError
            *include* names something else than :meth:`to_excel` knows.
        """
        from phancong.plan import writing

        writing.to_csv(self, path, include)

    def to_excel(
        self,
        path: str | Path,
        *,
        lang: str = "en",
        labels: Any = None,
        include: Iterable[str] = (),
        diagnosis: object | None = None,
        office: Any = None,
    ) -> None:
        """Write a workbook to decide on, print and hand out.

        The list in the form of a decision's annex, a page a hamlet; the loads with a chart, the
        hamlets, what was relaxed, the changes against last year, a slip for each member, figures and
        proofs, and the sheet ``pairs``, which :func:`phancong.read_plan` reads. Text is never a
        formula; the paper is A4.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        lang
            The language of titles and sentences: ``"en"`` or ``"vi"``.
        labels
            Who wants names on paper: a mapping with the keys ``"members"`` and ``"households"``,
            each id → name, what :func:`phancong.read_labels` gives, or one mapping or table (columns
            ``id`` and ``name``) for both.
        include
            What is written only by choice: ``"workload"``, ``"needs"``, ``"priority"``,
            ``"exempt"``, ``"coordinates"``.
        diagnosis
            What :func:`phancong.diagnose` found; its reasons and repairs are written, too.
        office
            What stands around the list: a mapping with the keys ``above`` and ``body`` (who
            decides), ``motto`` (lines on the right, parted by ``|``), ``number``, ``date`` and
            ``place`` of the decision, ``title``, ``year``, ``behalf``, ``post`` and ``signer``. What
            is missing is left blank to be filled in.

        Raises
        ------
        InvalidArgumentError
            An argument cannot be used, or a text holds control characters.
        MissingExtraError
            XlsxWriter is not installed.
        """
        from phancong.plan import workbook

        workbook.write_workbook(
            self,
            path,
            lang=lang,
            labels=labels,
            include=include,
            diagnosis=diagnosis,
            office=office,
        )

    def to_word(
        self,
        path: str | Path,
        *,
        lang: str = "en",
        labels: Any = None,
        include: Iterable[str] = (),
        office: Any = None,
    ) -> None:
        """Write the decision and its annex as a document to edit and sign (.docx).

        The decision with blanks where the office gives nothing, the list of the households, a
        hamlet a page, the loads, and the changes against last year.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        lang, labels, include
            As for :meth:`to_excel`.
        office
            As for :meth:`to_excel`, and for the decision ``subject``, ``basis`` (lines parted by
            ``|``) and ``receivers``, too.

        Raises
        ------
        InvalidArgumentError
            An argument cannot be used, or a text holds control characters.
        MissingExtraError
            python-docx is not installed.
        NotWrittenError
            The file cannot be written; one that is there is as it was.
        """
        from phancong.plan.document import as_document

        made = as_document(self, lang=lang, labels=labels, include=include, office=office)
        write_files([(path, made)])

    def to_html(
        self,
        path: str | Path,
        *,
        lang: str = "en",
        labels: Any = None,
        include: Iterable[str] = (),
        diagnosis: object | None = None,
        against: Plan | None = None,
    ) -> None:
        """Write a page to look at in a browser: one file, which loads nothing.

        What is proven, loads as bars against their limits, who serves which hamlet, what was relaxed
        and what would mend it, the changes against last year, and a list of the households that
        sorts and filters. Choosing a member shows its households. With
        ``include=("coordinates",)`` there is a map, too.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        lang, labels, include, diagnosis
            As for :meth:`to_excel`; *include* may name ``"prices"``, too: the exact prices of single
            changes, for trying by hand.
        against
            Another plan, to see over this one: its members where they differ, in the list and on the
            map, and both values of each goal.

        Raises
        ------
        InvalidArgumentError
            An argument cannot be used.
        NotWrittenError
            The file cannot be written; one that is there is as it was.
        """
        if against is not None and not isinstance(against, Plan):
            told = Message("against is a {type}; give a Plan", type=type(against).__name__)
            raise InvalidArgumentError(told)
        from phancong.report.screen import plan_document

        made = plan_document(
            self, lang=lang, labels=labels, include=include, diagnosis=diagnosis, against=against
        )
        write_files([(path, made)])

    def plot(
        self,
        kind: str = "loads",
        *,
        labels: Any = None,
        lang: str = "en",
        ax: Axes | None = None,
    ) -> Axes:
        """Draw the plan for a paper, by matplotlib (extra ``plot``).

        Parameters
        ----------
        kind
            ``"loads"``: a bar for each member that serves somebody, with ticks at its limits.
            ``"map"``: households, members and lines between them, at their coordinates.
        labels
            Who wants names in the picture; as for :meth:`to_excel`.
        lang
            The language: ``"en"`` or ``"vi"``.
        ax
            Where to draw; None makes a figure.

        Returns
        -------
        matplotlib.axes.Axes
            To add a title to, or to save: ``plan.plot().figure.savefig("plan.png")``.

        Raises
        ------
        InvalidArgumentError
            An argument cannot be used, or no household has a place for a map.
        MissingExtraError
            matplotlib is not installed.
        """
        from phancong.report.plotting import plot

        return plot(Figures(self), kind, read_labels_of(labels), words(lang), ax)

    def to_geojson(
        self,
        path: str | Path,
        *,
        layer: str = "households",
        labels: Any = None,
        include: Iterable[str] = (),
    ) -> None:
        """Write a layer for a map program, such as QGIS (GeoJSON, RFC 7946).

        :func:`phancong.read` takes the layers of households and members back; the members in charge
        are then last year's. Who has no place has no geometry.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        layer
            ``"households"`` (points, with their member), ``"members"`` (points), or ``"pairs"``
            (lines from member to household, with travel).
        labels
            Who wants names on the map; as for :meth:`to_excel`.
        include
            ``"workload"``, ``"priority"``, ``"needs"`` of households and ``"exempt"`` members.

        Raises
        ------
        InvalidArgumentError
            An argument cannot be used.
        NotWrittenError
            The file cannot be written; one that is there is as it was.
        """
        from phancong.report.geojson import as_geojson

        write_files([(path, as_geojson(self, layer, labels, include))])

    def to_json(self, path: str | Path | None = None) -> str | None:
        """Write the whole record as JSON, or give it back as text where there is no path.

        :func:`phancong.read_plan` restores the plan from it.
        """
        from phancong.plan import writing

        return writing.to_json(self, path)

    def __repr__(self) -> str:
        return f"Plan({self.status}, {len(self.assignment.rows)} pairs, engine {self.engine!r})"
