"""`Plan`: a solution that can be written, drawn and compared (contract 6.1).

Writers are imported on use: pages, sheets and drawings are a quarter of the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phancong.errors import InvalidArgumentError
from phancong.layout import with_noun
from phancong.plan.difference import PlanDifference, difference
from phancong.report.figures import Figures
from phancong.report.labels import read_labels_of
from phancong.report.solution import Solution
from phancong.tables import require_ending, write_files
from phancong.words import Message, words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Plan(Solution):
    """A plan for a problem, judged before it is returned.

    Parameters
    ----------
    problem
        The problem that was solved.
    assignment
        The pairs as rows of the problem.
    status
        Whether and how far the plan is proven.
    breaches
        The breach of every rule that may be relaxed, with bound (contract 4.4).
    goals
        The value of every goal, with bound (contract 5.5).
    engine, reason
        The engine that made the plan, and why it was chosen.
    stopped
        What cut the search (``"time"``, ``"work"``, ``"gap"``, ``"progress"``); ``"numerics"`` if the
        floating-point arithmetic of branch and cut can prove no more; ``"rounding"`` if costs differ by
        so many orders of magnitude that scaling to integers loses the proof; None if nothing did.
    seconds
        The seconds of the whole call.
    options
        The arguments of the call besides problem and goals: ``"engine"``, ``"relax"`` (rule → ceiling,
        in the order of relaxing) and ``"search"``; empty if the plan was not searched for.
    versions
        The versions of Python and of the packages that made the plan, by name; empty if it was not
        searched for.

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
        """The differences from this plan (*before*) to another one (*after*).

        The problems may differ: members and households in one of them only are listed apart.

        Raises
        ------
        InvalidArgumentError
            *other* is not a plan.
        """
        if not isinstance(other, Plan):
            raise InvalidArgumentError(f"diff() takes a Plan, not a {type(other).__name__}")
        return difference(self, other)

    def to_frame(self) -> pandas.DataFrame:
        """The plan as a data frame with a row per pair.

        Returns
        -------
        pandas.DataFrame
            Columns ``household``, ``member``, ``travel`` (in ``travel.unit``, missing without
            distance), ``workload`` and ``kept`` (whether the pair is in the previous plan).
        """
        import pandas  # here: importing it takes longer than making most plans

        return pandas.DataFrame(self.columns())

    def to_csv(self, path: str | Path, *, include: Iterable[str] = ()) -> None:
        """Write the pairs as CSV, with the columns of :meth:`to_frame`.

        Text that a spreadsheet would read as a formula gets a leading apostrophe, which
        :func:`phancong.read_plan` removes.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        include
            ``("workload",)`` includes the workload, which is left out by default since it may reveal
            how a family lives.

        Raises
        ------
        InvalidArgumentError
            *include* has an unknown word; see :meth:`to_excel`.
        """
        from phancong.plan.writing import as_csv

        write_files([(path, as_csv(self, include))])

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
        """Write a workbook for decisions, printing and handing out.

        It has the list in the form of a decision's annex, a page for each hamlet; the loads with a
        chart; the hamlets; the relaxed limits; the changes since last year; a slip for each member;
        figures and proofs; and the sheet ``pairs``, which :func:`phancong.read_plan` reads. Text is
        never a formula; the paper size is A4.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        lang
            The language of titles and sentences: ``"en"`` or ``"vi"``.
        labels
            Names to print: a mapping with the keys ``"members"`` and ``"households"``, each id → name;
            the result of :func:`phancong.read_labels`; or one mapping or table (columns ``id`` and
            ``name``) for both.
        include
            Private data to include: ``"workload"``, ``"needs"``, ``"priority"``, ``"exempt"``,
            ``"coordinates"``. It is left out by default.
        diagnosis
            The result of :func:`phancong.diagnose`, to print its reasons and repairs.
        office
            The letterhead and signature: a mapping with the keys ``above`` and ``body`` (who decides),
            ``motto`` (lines on the right, parted by ``|``), ``number``, ``date`` and ``place`` of the
            decision, ``title``, ``year``, ``behalf``, ``post`` and ``signer``. Missing entries are
            printed as blanks to be filled in.

        Raises
        ------
        InvalidArgumentError
            An argument is not valid, or a text holds control characters; or the path does not end with
            ``.xlsx``.
        MissingExtraError
            XlsxWriter is not installed.
        """
        from phancong.plan.workbook import as_workbook

        require_ending(path, ".xlsx")
        made = as_workbook(
            self, lang=lang, labels=labels, include=include, diagnosis=diagnosis, office=office
        )
        write_files([(path, made)])

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

        It has the decision, with blanks for missing entries of *office*; the list of the households, a
        page for each hamlet; the loads; and the changes since last year.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        lang, labels, include
            As for :meth:`to_excel`.
        office
            As for :meth:`to_excel`, and for the decision ``subject``, ``basis`` (lines parted by
            ``|``) and ``receivers``, too.

        Raises
        ------
        InvalidArgumentError
            An argument is not valid, or a text holds control characters; or the path does not end with
            ``.docx``.
        MissingExtraError
            python-docx is not installed.
        NotWrittenError
            The file cannot be written; an existing file is unchanged.
        """
        from phancong.plan.document import as_document

        require_ending(path, ".docx")
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
        """Write a page for a browser: one file that loads nothing from elsewhere.

        It shows the proof, loads as bars against their limits, members by hamlet, the relaxed limits
        and repairs, the changes since last year, and a list of the households that can be sorted and
        filtered. Clicking a member shows the member's households. ``include=("coordinates",)`` adds a
        map.

        Parameters
        ----------
        path
            The file; one that is there is replaced.
        lang, labels, include, diagnosis
            As for :meth:`to_excel`; *include* may also have ``"prices"``: the exact prices of single
            changes, for trying changes by hand.
        against
            Another plan to compare with: the page shows its members where they differ, in the list and
            on the map, and both values of each goal.

        Raises
        ------
        InvalidArgumentError
            An argument is not valid.
        NotWrittenError
            The file cannot be written; an existing file is unchanged.
        """
        if against is not None and not isinstance(against, Plan):
            message = Message("against is a {type}; give a Plan", type=type(against).__name__)
            raise InvalidArgumentError(message)
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
        """Draw the plan with matplotlib (extra ``plot``).

        Parameters
        ----------
        kind
            ``"loads"``: a bar for each member with households, with ticks at its limits. ``"map"``:
            households, members and lines between them, at their coordinates.
        labels
            Names to print; as for :meth:`to_excel`.
        lang
            The language: ``"en"`` or ``"vi"``.
        ax
            The axes to draw on; None makes a new figure.

        Returns
        -------
        matplotlib.axes.Axes
            The axes, to add a title or to save: ``plan.plot().figure.savefig("plan.png")``.

        Raises
        ------
        InvalidArgumentError
            An argument is not valid, or a map is asked for and no household has coordinates.
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
        """Write a layer for a map program such as QGIS (GeoJSON, RFC 7946).

        :func:`phancong.read` reads the layers of households and members; their members in charge are
        then last year's. A record without coordinates has no geometry.

        Parameters
        ----------
        path
            The file; an existing file is replaced.
        layer
            ``"households"`` (points, with their member), ``"members"`` (points), or ``"pairs"``
            (lines from member to household, with travel).
        labels
            Names to include; as for :meth:`to_excel`.
        include
            ``"workload"``, ``"priority"``, ``"needs"`` of households and ``"exempt"`` members.

        Raises
        ------
        InvalidArgumentError
            An argument is not valid.
        NotWrittenError
            The file cannot be written; an existing file is unchanged.
        """
        from phancong.report.geojson import as_geojson

        write_files([(path, as_geojson(self, layer, labels, include))])

    def to_json(self, path: str | Path | None = None) -> str | None:
        """Write the whole record as JSON; without *path*, return it as text.

        :func:`phancong.read_plan` restores the plan from it.
        """
        from phancong.plan.writing import as_json, json_bytes

        text = as_json(self)
        if path is None:
            return text
        write_files([(path, json_bytes(text))])
        return None

    def __repr__(self) -> str:
        pairs = with_noun(len(self.assignment.rows), "pair")
        return f"Plan({self.status}, {pairs}, engine {self.engine!r})"
