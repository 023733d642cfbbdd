"""A plan as a workbook for decisions, printing and handing out.

The list has the form of a decision's annex, a page for each hamlet. Then come the loads, the hamlets,
the relaxed limits and their repairs, the changes, a slip for each member, and last the figures and
proofs. Ids are printed unless labels are given. Workload, needs, priority class, exemption and
coordinates are private: they are written only if *include* names them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from phancong import naming
from phancong.layout import shown_in_line
from phancong.plan.handouts import handouts, id_cells, id_columns, way_title
from phancong.problem import Id
from phancong.report import sentences
from phancong.report.chosen import chosen_columns
from phancong.report.figures import Figures
from phancong.report.include import read_include
from phancong.report.labels import Labels, read_labels_of
from phancong.report.marks import marks_sheet
from phancong.report.notes import Notes
from phancong.report.office import Office, read_office
from phancong.report.solution import Solution
from phancong.tables.printed import (
    Band,
    BarChart,
    Cell,
    PaperForm,
    PrintedColumn,
    PrintedSheet,
)
from phancong.tables.printing import sheets_bytes
from phancong.words import Bullets, PageTable, Words, page, words

#: The sheet that :func:`phancong.read_plan` reads; its name is the same in every language.
PAIRS: Final = "pairs"


def as_workbook(
    plan: Solution,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    diagnosis: object | None = None,
    office: Any = None,
    hurried: bool = False,
) -> bytes:
    """The bytes of the workbook that :meth:`Plan.to_excel` writes; *hurried* as for :func:`handouts`."""
    named, chosen, given = read_labels_of(labels), read_include(include), read_office(office)
    made = Sheets(plan, words(lang), named, chosen, given)
    return sheets_bytes(made.sheets(diagnosis, hurried=hurried), lang)


class Sheets:
    """The sheets of one plan, in one language."""

    def __init__(
        self, plan: Solution, w: Words, labels: Labels, include: frozenset[str], office: Office
    ) -> None:
        self.plan = plan
        self.office = office
        self.problem = plan.problem
        self.w = w
        self.labels = labels
        self.include = include
        self.figures = Figures(plan)
        self.notes = Notes(self.figures, w, labels, include)
        self.chosen = chosen_columns(self.figures, w, include)

    def sheets(self, diagnosis: object | None, *, hurried: bool = False) -> list[PrintedSheet]:
        """All sheets in their order; *hurried* as for :func:`handouts`."""
        found = [
            self.household_list(),
            self.summary(),
            *marks_sheet(self.plan, self.w, self.labels),
        ]
        if len(set(self.problem.household_columns.hamlet)) > 1:
            found.append(self._hamlets())
        limits = self._limits(diagnosis)
        if limits.rows or limits.foot:
            found.append(limits)
        if self.figures.changes:
            found.append(self.changes())
        if self.figures.now:
            found += handouts(self.notes, hurried=hurried)
        found += [self._figures(), self._pairs()]
        return [*found, *([self._places()] if "coordinates" in self.include else [])]

    # --- the list ---------------------------------------------------------------------------------

    def household_list(self) -> PrintedSheet:
        """Every household with its members, in the form of a decision's annex, a page for each hamlet."""
        w, homes = self.w, self.problem.household_columns
        columns = [
            PrintedColumn(w.gettext("No."), room=6, counts=True),
            *id_columns(self.notes),
            *([PrintedColumn(w.gettext("address"))] if self.labels.addresses else []),
            PrintedColumn(w.gettext("member in charge")),
            *([PrintedColumn(w.gettext("post, hamlet"))] if self.labels.posts else []),
        ]
        columns += [PrintedColumn(title) for title, _ in self.chosen]
        columns += [
            PrintedColumn(w.gettext("note"), room=30),
            PrintedColumn(w.gettext("signature"), room=11),
        ]
        rows: list[list[Cell] | Band] = []
        counts = Counter(homes.hamlet)
        number, hamlet = 0, object()
        for row in self.figures.in_order:
            if self.figures.has_hamlets and homes.hamlet[row] != hamlet:
                hamlet = homes.hamlet[row]
                rows.append(Band(self._hamlet(hamlet, counts[hamlet]), new_page=bool(rows)))
            number += 1
            members = self.figures.now.get(homes.ids[row], ())
            line: list[Cell] = [number, *id_cells(self.notes, homes.ids[row])]
            line += [self.labels.addresses.get(homes.ids[row])] if self.labels.addresses else []
            line.append(self.notes.members(members))
            line += [self._posts(members)] if self.labels.posts else []
            line += [cells[row] for _, cells in self.chosen]
            rows.append([*line, self.notes.household(row), None])
        total = w.ngettext("Total: {n} household.", "Total: {n} households.", number)
        form = PaperForm(self.office.left(w), self.office.right(w), self.office.signed(w))
        return PrintedSheet(
            w.pgettext("sheet", "list"),
            self.office.heading(w),
            tuple(columns),
            rows,
            (total,),
            form=form,
        )

    def _posts(self, members: Sequence[Id]) -> str:
        """The posts of members, and where they live."""
        people = self.problem.member_columns
        posts = [
            ", ".join(filter(None, (self.labels.posts.get(one), people.hamlet[people.index[one]])))
            for one in members
        ]
        return "; ".join(filter(None, posts))

    def _hamlet(self, hamlet: str | None, households: int) -> str:
        """The name of a hamlet with the number of its households."""
        w = self.w
        return w.ngettext(
            "{hamlet}: {n} household",
            "{hamlet}: {n} households",
            households,
            hamlet=naming.hamlet(w, hamlet),
        )

    # --- members ----------------------------------------------------------------------------------

    def summary(self) -> PrintedSheet:
        """A row for each member, and bars; exempt members only if *include* names them."""
        w, figures = self.w, self.figures
        columns = [
            PrintedColumn(w.gettext("No."), room=6, counts=True),
            PrintedColumn(w.gettext("member")),
        ]
        columns += [PrintedColumn(w.gettext("households"), 0)]
        columns += [PrintedColumn(w.gettext("workload"))] if figures.weighted else []
        titles = naming.carried_titles(w, weighted=figures.weighted) if figures.carries else []
        columns += map(PrintedColumn, titles)
        if figures.has_travel:
            columns += [
                PrintedColumn(way_title(self.notes), 0),
                PrintedColumn(f"{w.gettext('farthest')} ({naming.units(w, figures.unit)})", 0),
            ]
        with_exempt = "exempt" in self.include and bool(self.problem.exempt.any())
        columns += [PrintedColumn(w.gettext("exempt"))] if with_exempt else []
        rows: list[list[Cell]] = []
        for one in figures.members:
            if one.exempt and not with_exempt and not one.households:
                continue
            line: list[Cell] = [len(rows) + 1, self.labels.member(one.id), one.households]
            line += [one.workload] if figures.weighted else []
            carried: list[Cell] = [one.carried_households, one.carried_workload]
            line += carried[: len(titles)]
            line += [one.travel, one.farthest] if figures.has_travel else []
            line += [w.gettext("yes") if one.exempt else None] if with_exempt else []
            rows.append(line)
        weighted = figures.weighted
        bars = BarChart(columns[3 if weighted else 2].title, 1, 3 if weighted else 2)
        summary = (sentences.coverage(self.plan, w), sentences.limits(self.plan, w))
        changed = len(figures.changes)
        sentence = w.ngettext("{n} household changes", "{n} households change", changed) + "."
        sentence = sentence if figures.has_previous else ""
        heading = (w.gettext("Loads of the members"), " ".join(filter(None, (*summary, sentence))))
        name = w.pgettext("sheet", "summary")
        return PrintedSheet(name, heading, tuple(columns), rows, chart=bars)

    def _hamlets(self) -> PrintedSheet:
        """A row for each hamlet: the commune on one page."""
        w, figures = self.w, self.figures
        homes = self.problem.household_columns
        titles = (
            w.gettext("hamlet"),
            w.gettext("households"),
            w.gettext("members in charge"),
            w.gettext("without a member"),
            w.gettext("households that change"),
        )
        counted: dict[str | None, tuple[set[Id], list[int]]] = {}
        for row in figures.in_order:
            members, numbers = counted.setdefault(homes.hamlet[row], (set(), [0, 0, 0]))
            members.update(figures.now.get(homes.ids[row], ()))
            numbers[0] += 1
            numbers[1] += bool(self.plan.assignment.missing[row])
            numbers[2] += homes.ids[row] in figures.changes
        rows: list[list[Cell]] = [
            [
                naming.hamlet(w, hamlet),
                n[0],
                len(members),
                *n[1:],
            ]
            for hamlet, (members, n) in counted.items()
        ]
        everybody = sum(bool(one.rows) for one in figures.members)
        sums: list[Cell] = [sum(numbers[k] for _, numbers in counted.values()) for k in range(3)]
        rows.append([w.gettext("the whole commune"), sums[0], everybody, *sums[1:]])
        heading = (w.gettext("Who serves which hamlet"),)
        columns = tuple(map(PrintedColumn, titles))
        bars = BarChart(w.gettext("households"), 0, 1, sums=1)
        return PrintedSheet(w.pgettext("sheet", "hamlets"), heading, columns, rows, chart=bars)

    # --- figures, limits, changes -------------------------------------------------------------------

    def _figures(self) -> PrintedSheet:
        """The proofs, the goals, and all figures of the plan."""
        w, plan = self.w, self.plan
        part = page(plan, w).parts[0]
        rows: list[list[Cell]] = [[*row] for row in sentences.goal_rows(plan, w)]
        rows += [
            [naming.metric(w, name), w.number(figure), "", ""]
            for name, figure in plan.metrics.items()
            if figure is not None
        ]
        titles = (w.gettext("goal or figure"), w.gettext("value"), w.gettext("bound"))
        columns = (*map(PrintedColumn, titles), PrintedColumn(w.gettext("proof")))
        heading = (
            w.gettext("Figures and proofs"),
            str(part),
            naming.renewed(w, plan.assignment.renewed),
        )
        name = w.pgettext("sheet", "figures")
        return PrintedSheet(name, tuple(filter(None, heading)), columns, rows, hidden=True)

    def _limits(self, diagnosis: object | None) -> PrintedSheet:
        """The limits that the plan breaks, by how much, and the repairs."""
        w = self.w
        whom, gave_way = w.pgettext("breach", "for"), w.gettext("relaxed limits")
        broken = self.notes.breaches
        of_pairs = any(r.member is not None for r in broken)
        columns = [PrintedColumn(gave_way), PrintedColumn(whom)]
        columns += [PrintedColumn(w.pgettext("breach", "with"))] if of_pairs else []
        columns += [PrintedColumn(w.gettext("limit"))]
        columns += [PrintedColumn(w.pgettext("breach", "value"))]
        columns += [PrintedColumn(w.pgettext("breach", "by"))]
        rows: list[list[Cell]] = []
        for r in broken:
            line: list[Cell] = [naming.rule(w, r.rule), self.notes.subject(r)]
            if of_pairs:
                line.append(None if r.member is None else self.labels.member(r.member))
            # Round distances, which are computed to fractions of a millimetre.
            rows.append([*line, *map(_to_read, (r.limit, r.value, r.by))])
        foot: list[str] = []
        if rows and (left_out := self.notes.left_out()):  # otherwise the list would look complete
            foot.append(left_out)
        if self.plan.relaxations and getattr(diagnosis, "feasible", False):
            foot.append(naming.could_hold(w, self.plan.stopped))
        else:
            for part in () if diagnosis is None else page(diagnosis, w).parts:
                foot += map(shown_in_line, _lines(part))
        heading = (w.gettext("Relaxed limits"),)
        return PrintedSheet(
            w.pgettext("sheet", "limits"),
            heading,
            tuple(columns if rows else ()),
            rows,
            tuple(foot),
        )

    def changes(self) -> PrintedSheet:
        """The households that change hands since last year."""
        w, homes = self.w, self.problem.household_columns
        columns = [
            PrintedColumn(w.gettext("No."), room=6, counts=True),
            *id_columns(self.notes),
        ]
        columns += [PrintedColumn(w.gettext("until now")), PrintedColumn(w.gettext("from now on"))]
        columns += [PrintedColumn(w.gettext("who ends"))]
        rows: list[list[Cell]] = []
        for row in self.figures.in_order:
            if change := self.figures.changes.get(homes.ids[row]):
                sides = (self.notes.members(change.before), self.notes.members(change.after))
                reason = self.notes.why(change)
                rows.append(
                    [len(rows) + 1, *id_cells(self.notes, change.household), *sides, reason]
                )
        changes = self.plan.assignment.changes
        heading = (
            w.gettext("Changes against last year"),
            w.ngettext("{n} household changes", "{n} households change", len(rows)),
            w.ngettext(
                "{n} change of hands is counted: the member of last year could have stayed.",
                "{n} changes of hands are counted: the member of last year could have stayed.",
                changes,
            ),
            naming.renewed(w, self.plan.assignment.renewed),
        )
        name = w.pgettext("sheet", "changes")
        return PrintedSheet(name, tuple(filter(None, heading)), tuple(columns), rows)

    def _pairs(self) -> PrintedSheet:
        """The pairs as ids, for :func:`phancong.read_plan`."""
        rows: list[list[Cell]] = [[household, member] for household, member in self.plan.pairs]
        columns = (PrintedColumn("household"), PrintedColumn("member"))
        return PrintedSheet(PAIRS, (), columns, rows, hidden=True)

    def _places(self) -> PrintedSheet:
        """The coordinates of the households, for other programs."""
        homes = self.problem.household_columns
        rows: list[list[Cell]] = [
            [household, *(None if math.isnan(side) else round(side, 6) for side in at)]
            for household, *at in zip(
                homes.ids, homes.latitude.tolist(), homes.longitude.tolist(), strict=True
            )
        ]
        w = self.w
        titles = (w.gettext("household"), w.gettext("latitude"), w.gettext("longitude"))
        name = w.pgettext("sheet", "coordinates")
        return PrintedSheet(name, (), tuple(map(PrintedColumn, titles)), rows, hidden=True)


def _to_read(figure: float) -> float:
    """A figure rounded to thousandths, from a thousand on to whole units."""
    return round(figure, 0 if abs(figure) >= 1000 else 3)


def _lines(part: str | Bullets | PageTable) -> list[str]:
    """A part of a page, as lines below a table."""
    if not part:
        return []
    if isinstance(part, str):
        return [part]
    if isinstance(part, Bullets):
        return [part.heading, *(f"– {item}" for item in part.items)]
    lines = (": ".join(cell for cell in row if cell) for row in part.rows)
    return [f"{part.headers[0]}:", *(f"– {line}" for line in lines)]
