"""A plan as a workbook to decide on, print and hand out.

The list stands in the order of a decision's annex; then a sheet for each member, the figures, what
gave way and how to mend it, and what changed. Ids are what is written unless labels are given.
Workload, needs, class of priority, exemption and coordinates say how a family lives: they are written
by a named choice only.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np

from phancong import naming
from phancong.layout import shown_in_line
from phancong.plan.labels import Labels, read_labels_of
from phancong.plan.marks import marks_sheet
from phancong.plan.writing import Written, read_include
from phancong.problem import Id
from phancong.rules import RULES, Relaxation
from phancong.tables.printing import (
    BarChart,
    Cell,
    Column,
    PrintedSheet,
    sheets_bytes,
    write_sheets,
)
from phancong.words import Bullets, Table, Words, page, words

#: Name of the sheet that a program reads back; the same in every language.
PAIRS: Final = "pairs"


def write_workbook(
    plan: Written,
    path: str | Path,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    diagnosis: object | None = None,
) -> None:
    """Write a plan as a workbook; see :meth:`Plan.to_excel`."""
    write_sheets(path, _sheets(plan, lang, labels, include, diagnosis))


def as_workbook(
    plan: Written,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    diagnosis: object | None = None,
) -> bytes:
    """What :func:`write_workbook` writes."""
    return sheets_bytes(_sheets(plan, lang, labels, include, diagnosis))


def _sheets(
    plan: Written, lang: str, labels: Any, include: Iterable[str], diagnosis: object | None
) -> list[PrintedSheet]:
    made = _Workbook(plan, words(lang), read_labels_of(labels), read_include(include))
    return made.sheets(diagnosis)


class _Workbook:
    """The sheets of one plan, in one language."""

    def __init__(self, plan: Written, w: Words, labels: Labels, include: frozenset[str]) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.w = w
        self.labels = labels
        self.include = include
        self.unit = "" if plan.problem.travel is None else plan.problem.travel.unit
        self.with_hamlets = any(h is not None for h in plan.problem.household_columns.hamlet)
        self.before: dict[Id, list[Id]] = {}
        members = plan.problem.member_columns.index
        previous = plan.problem.previous  # it is put together anew at each look
        self.with_previous = bool(previous)
        for household, member, _ in previous:
            if member in members:
                self.before.setdefault(household, []).append(member)
        self.now: dict[Id, list[Id]] = {}
        for household, member in plan.pairs:
            self.now.setdefault(household, []).append(member)
        self.broken: dict[Id, list[Relaxation]] = {}
        self.meant: dict[Id, list[Relaxation]] = {}
        for found, relaxations in ((self.broken, plan.relaxations), (self.meant, plan.exceptions)):
            for relaxation in relaxations:
                if relaxation.member is not None and relaxation.subject is not None:
                    found.setdefault(relaxation.subject, []).append(relaxation)

    def sheets(self, diagnosis: object | None) -> list[PrintedSheet]:
        """All sheets in their order."""
        found = [self._list(), self._summary(), self._figures()]
        found += marks_sheet(self.plan, self.w, self.labels)
        limits = self._limits(diagnosis)
        if limits.rows or limits.foot:
            found.append(limits)
        if self.with_previous:
            found.append(self._changes())
        found += [self._member(column) for column in self._serving()]
        return [*found, self._pairs()]

    # --- the list ---------------------------------------------------------------------------------

    def _list(self) -> PrintedSheet:
        """Every household with its member, in the order of a decision's annex."""
        w, homes = self.w, self.problem.household_columns
        columns = [
            Column(w.gettext("No."), room=6, counts=True),
            *self._id_columns(w.gettext("household")),
        ]
        columns += [Column(w.gettext("hamlet"))] if self.with_hamlets else []
        columns += [Column(w.gettext("member in charge"))]
        columns += [Column(title) for title, _ in self._extra_household()]
        columns += [Column(w.gettext("note"), room=34)]
        needed = self.problem.needed
        rows: list[list[Cell]] = []
        for row in self._in_order():
            household = homes.ids[row]
            members = self.now.get(household, [])
            if not members and not needed[row] and not self.before.get(household):
                note = w.gettext("needs nobody this year")
            else:
                note = self._note(row)
            line: list[Cell] = [len(rows) + 1, *self._id_cells(household)]
            line += [homes.hamlet[row]] if self.with_hamlets else []
            line += [", ".join(self.labels.member(m) for m in members)]
            line += [cells[row] for _, cells in self._extra_household()]
            rows.append([*line, note])
        heading = (
            w.gettext("Households and the members in charge of them"),
            w.gettext("(Annex to decision no. …… of … / … / ……)"),
        )
        return PrintedSheet(w.pgettext("sheet", "list"), heading, tuple(columns), rows)

    def _in_order(self) -> list[int]:
        """Rows of the households by hamlet, then by id."""
        hamlets = self.problem.household_columns.hamlet
        return sorted(range(len(hamlets)), key=lambda row: (hamlets[row] or "", row))

    def _id_columns(self, title: str) -> list[Column]:
        """With labels the id has a column of its own."""
        named = [Column(self.w.gettext("id"))] if self.labels.households else []
        return [*named, Column(title)]

    def _id_cells(self, household: Id) -> list[Cell]:
        named: list[Cell] = [str(household)] if self.labels.households else []
        return [*named, self.labels.household(household)]

    def _extra_household(self) -> list[tuple[str, list[Cell]]]:
        """What was asked for by name: a title and a cell for each household."""
        w, homes = self.w, self.problem.household_columns
        found: list[tuple[str, list[Cell]]] = []
        if "workload" in self.include:
            found.append((w.gettext("workload"), list(homes.workload.tolist())))
        if "priority" in self.include:
            found.append((w.gettext("priority"), list(homes.priority.tolist())))
        if "needs" in self.include:
            found.append((w.gettext("needs"), ["; ".join(sorted(n)) for n in homes.needs]))
        if "coordinates" in self.include:
            found.append((w.gettext("latitude"), [_degrees(x) for x in homes.latitude.tolist()]))
            found.append((w.gettext("longitude"), [_degrees(x) for x in homes.longitude.tolist()]))
        return found

    def _note(self, row: int) -> str:
        """What is worth saying of a household: news first, then what is out of the ordinary."""
        w = self.w
        household = self.problem.household_columns.ids[row]
        now, before = self.now.get(household, []), self.before.get(household, [])
        told = []
        missing = int(self.plan.assignment.missing[row])
        if missing:
            told.append(w.ngettext("{n} member missing", "{n} members missing", missing))
        ended = [member for member in before if member not in now]
        if ended:
            names = ", ".join(map(self.labels.member, ended))
            told.append(w.gettext("until now: {members}", members=names))
        elif now and self.with_previous and not before:
            told.append(w.gettext("newly assigned"))
        for relaxation in self.broken.get(household, []):
            told += self._pair_note(relaxation)
        # It is no breach, and stands on no list of limits that gave way.
        for relaxation in self.meant.get(household, []):
            for note in self._pair_note(relaxation):
                told.append(w.gettext("{note} (meant: the pair is fixed)", note=note))
        if self.problem.household_columns.approximate[row]:
            told.append(w.gettext("place approximate"))
        return "; ".join(told)

    def _pair_note(self, relaxation: Relaxation) -> list[str]:
        rule = RULES[relaxation.rule]
        assert rule.pair is not None  # it has a household and a member
        if rule.name == "needs" and "needs" not in self.include:
            return []
        unit = self.unit if rule.in_travel else ""
        return [rule.pair.note(self.w, naming.amount(self.w, relaxation.by, unit))]

    # --- members ----------------------------------------------------------------------------------

    def _serving(self) -> list[int]:
        """Members who have a household, in the order of ids."""
        return np.flatnonzero(self.plan.assignment.counts).tolist()

    def _member(self, column: int) -> PrintedSheet:
        """What one member takes home."""
        w, homes, assignment = self.w, self.problem.household_columns, self.plan.assignment
        member = self.problem.member_columns.ids[column]
        columns = [
            Column(w.gettext("No."), room=6, counts=True),
            *self._id_columns(w.gettext("household")),
        ]
        columns += [Column(w.gettext("hamlet"))] if self.with_hamlets else []
        columns += [Column(self._way_title(), 0)] if self.unit or self._has_travel else []
        columns += [Column(w.gettext("note"), room=34)]
        rows: list[list[Cell]] = []
        for pair in np.flatnonzero(assignment.columns == column).tolist():
            row = int(assignment.rows[pair])
            line: list[Cell] = [len(rows) + 1, *self._id_cells(homes.ids[row])]
            line += [homes.hamlet[row]] if self.with_hamlets else []
            line += [float(assignment.pair_travel[pair])] if self._has_travel else []
            rows.append([*line, self._note(row)])
        name = self.labels.member(member)
        heading = (
            name,
            w.ngettext("{n} household", "{n} households", len(rows)),
            *(self._load_note(r) for r in self.plan.relaxations if _is_load_of(r, member)),
        )
        return PrintedSheet(name, heading, tuple(columns), rows)

    def _load_note(self, relaxation: Relaxation) -> str:
        """A limit of the member that gave way, as it stands on the list of limits."""
        w = self.w
        return w.gettext(
            "{limit} gave way: {value} instead of {bound}",
            limit=naming.rule(w, relaxation.rule),
            value=relaxation.value,
            bound=relaxation.limit,
        )

    @property
    def _has_travel(self) -> bool:
        return self.problem.travel is not None

    def _way_title(self) -> str:
        return f"{self.w.gettext('travel')} ({naming.units(self.w, self.unit)})"

    def _summary(self) -> PrintedSheet:
        """A row a member, and bars; who is exempt only where that is asked for."""
        w, members, assignment = self.w, self.problem.member_columns, self.plan.assignment
        weighted = not np.array_equal(assignment.counts, assignment.workloads)
        columns = [Column(w.gettext("No."), room=6, counts=True), Column(w.gettext("member"))]
        columns += [Column(w.gettext("households"), 0)]
        columns += [Column(w.gettext("workload"))] if weighted else []
        if self._has_travel:
            columns += [Column(self._way_title(), 0), Column(w.gettext("farthest"), 0)]
        with_exempt = "exempt" in self.include and bool(self.problem.exempt.any())
        columns += [Column(w.gettext("exempt"))] if with_exempt else []
        rows: list[list[Cell]] = []
        for column, member in enumerate(members.ids):
            exempt = bool(self.problem.exempt[column])
            if exempt and not with_exempt and not assignment.counts[column]:
                continue
            mine = assignment.columns == column
            line: list[Cell] = [len(rows) + 1, self.labels.member(member)]
            line += [int(assignment.counts[column])]
            line += [float(assignment.workloads[column])] if weighted else []
            if self._has_travel:
                line.append(float(assignment.effort[mine].sum()))
                line.append(float(assignment.pair_travel[mine].max(initial=0.0)))
            line += [w.gettext("yes") if exempt else None] if with_exempt else []
            rows.append(line)
        bars = BarChart(columns[3 if weighted else 2].title, 1, 3 if weighted else 2)
        heading = (w.gettext("Loads of the members"),)
        name = w.pgettext("sheet", "summary")
        return PrintedSheet(name, heading, tuple(columns), rows, chart=bars)

    # --- figures, limits, changes -------------------------------------------------------------------

    def _figures(self) -> PrintedSheet:
        """What is proven, the goals, and every figure of the plan."""
        w, plan = self.w, self.plan
        told = page(plan, w).parts[0]
        rows: list[list[Cell]] = [
            [
                naming.goal(w, line.goal),
                naming.value(w, line.value),
                naming.value(w, line.bound),
                naming.proof(w, line.best, line.bound, line.proven),
            ]
            for line in plan.goals
        ]
        rows += [
            [naming.metric(w, name), w.number(figure), "", ""]
            for name, figure in plan.metrics.items()
            if figure is not None
        ]
        titles = (w.gettext("goal or figure"), w.gettext("value"), w.gettext("bound"))
        columns = (*map(Column, titles), Column(w.gettext("proof")))
        heading = (w.gettext("Figures"), str(told), naming.renewed(w, plan.assignment.renewed))
        name = w.pgettext("sheet", "figures")
        return PrintedSheet(name, tuple(filter(None, heading)), columns, rows)

    def _limits(self, diagnosis: object | None) -> PrintedSheet:
        """What gave way, by how much, and what would mend it."""
        w = self.w
        whom, gave_way = w.pgettext("breach", "for"), w.gettext("what gave way")
        broken = [r for r in self.plan.relaxations if r.rule != "needs" or "needs" in self.include]
        of_pairs = any(r.member is not None for r in broken)
        columns = [Column(gave_way), Column(whom)]
        columns += [Column(w.pgettext("breach", "with"))] if of_pairs else []
        columns += [Column(w.gettext("limit")), Column(w.gettext("value"))]
        columns += [Column(w.pgettext("breach", "by"))]
        rows: list[list[Cell]] = []
        for r in broken:
            line: list[Cell] = [naming.rule(w, r.rule), self._subject(r)]
            if of_pairs:
                line.append(None if r.member is None else self.labels.member(r.member))
            rows.append([*line, r.limit, r.value, r.by])
        foot: list[str] = []
        left_out = len(self.plan.relaxations) - len(broken)
        if rows and left_out:  # otherwise the list would look whole
            told = naming.breach(w, "needs", left_out, self.unit)
            foot.append(w.gettext("Not listed unless asked for: {breach}.", breach=told))
        if self.plan.relaxations and getattr(diagnosis, "feasible", False):
            foot.append(naming.could_hold(w, self.plan.stopped))
        else:
            for part in () if diagnosis is None else page(diagnosis, w).parts:
                foot += map(shown_in_line, _lines(part))
        heading = (w.gettext("Limits that gave way"),)
        return PrintedSheet(
            w.pgettext("sheet", "limits"),
            heading,
            tuple(columns if rows else ()),
            rows,
            tuple(foot),
        )

    def _subject(self, relaxation: Relaxation) -> str | None:
        if relaxation.subject is None:
            return None
        if relaxation.subject in self.problem.household_columns.index and (
            RULES[relaxation.rule].subject in ("household", "pair")
        ):
            return self.labels.household(relaxation.subject)
        return self.labels.member(relaxation.subject)

    def _changes(self) -> PrintedSheet:
        """Who changes hands against last year."""
        w, homes = self.w, self.problem.household_columns
        columns = [
            Column(w.gettext("No."), room=6, counts=True),
            *self._id_columns(w.gettext("household")),
        ]
        columns += [Column(w.gettext("until now")), Column(w.gettext("from now on"))]
        rows: list[list[Cell]] = []
        for row in self._in_order():
            household = homes.ids[row]
            before, now = self.before.get(household, []), self.now.get(household, [])
            if set(before) != set(now):
                sides = (", ".join(map(self.labels.member, side)) for side in (before, now))
                rows.append([len(rows) + 1, *self._id_cells(household), *sides])
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
        """Ids only, for a program that reads the plan back."""
        rows: list[list[Cell]] = [[household, member] for household, member in self.plan.pairs]
        return PrintedSheet(PAIRS, (), (Column("household"), Column("member")), rows)


def _is_load_of(relaxation: Relaxation, member: Id) -> bool:
    return RULES[relaxation.rule].subject == "member" and relaxation.subject == member


def _degrees(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)


def _lines(part: str | Bullets | Table) -> list[str]:
    """A part of what is told, as lines below a table."""
    if not part:
        return []
    if isinstance(part, str):
        return [part]
    if isinstance(part, Bullets):
        return [part.heading, *(f"– {item}" for item in part.items)]
    told = (": ".join(cell for cell in row if cell) for row in part.rows)
    return [f"{part.headers[0]}:", *(f"– {line}" for line in told)]
