"""A plan as a person reads it: a paragraph, then a row a member, what gave way, the goals."""

from __future__ import annotations

import numpy as np

from phancong import naming
from phancong.plan.marks import marks_table, marks_text
from phancong.plan.plan import Plan
from phancong.plan.records import Status
from phancong.rules import RELAXABLE, Relaxation
from phancong.words import Page, Table, Words, page

#: Households that are named for each member.
NAMED = 12
#: Rows of a table that are printed; the record has them all.
SHOWN = 60
#: Figures of a leximax goal that are read aloud.
READ = 3


@page.register
def plan_page(plan: Plan, w: Words) -> Page:
    """The whole plan."""
    said = (
        _coverage(plan, w),
        _limits(plan, w),
        _aims(plan, w),
        _proof(plan, w),
        _approximate(plan, w),
    )
    return Page(
        w.lang,
        (
            " ".join(sentence for sentence in said if sentence),
            naming.renewed(w, plan.assignment.renewed),
            _members(plan, w),
            marks_text(plan, w),
            marks_table(plan, w),
            breach_table(plan.relaxations, w),
            _goals(plan, w),
            w.gettext("Engine: {engine}.", engine=plan.engine),
        ),
    )


# --- what is read aloud


def _coverage(plan: Plan, w: Words) -> str:
    needed, missing = plan.problem.needed, plan.assignment.missing
    homes, places = int(np.count_nonzero(needed)), int(needed.sum())
    short, missed = len(plan.uncovered), int(missing.sum())
    if not homes:
        return w.gettext("No household needs a member.")
    if homes == places:
        if not short:
            return w.ngettext(
                "The household has a member in charge.",
                "All {n} households have a member in charge.",
                homes,
            )
        return w.ngettext(
            "{n} of {all} households has nobody in charge.",
            "{n} of {all} households have nobody in charge.",
            short,
            all=homes,
        )
    if not short:
        return w.ngettext(
            "The household has all {places} members that it needs.",
            "All {n} households have all members that they need, {places} in all.",
            homes,
            places=places,
        )
    return w.ngettext(
        "{n} of {all} households lacks a member; {missing} of {places} places are open.",
        "{n} of {all} households lack a member; {missing} of {places} places are open.",
        short,
        all=homes,
        missing=missed,
        places=places,
    )


def _limits(plan: Plan, w: Words) -> str:
    broken = [rule for rule in reversed(RELAXABLE) if plan.breaches[rule].total > 0]
    if not broken:
        return w.gettext("Every limit is kept.")
    unit = "" if plan.problem.travel is None else plan.problem.travel.unit
    told = "; ".join(naming.breach(w, rule, plan.breaches[rule].total, unit) for rule in broken)
    if all(plan.breaches[rule].proven for rule in broken):
        return w.gettext(
            "Not every limit can be kept: {breaches}. It is proven that less cannot be.",
            breaches=told,
        )
    return w.gettext(
        "Not every limit is kept: {breaches}. It is not proven that this is the least.",
        breaches=told,
    )


def _aims(plan: Plan, w: Words) -> str:
    unit = "" if plan.problem.travel is None else plan.problem.travel.unit
    told = []
    for line in plan.goals:
        figure = naming.value(w, line.value, READ)
        figure = naming.with_unit(w, figure, naming.unit_of(line.goal, unit))
        told.append(f"{naming.goal(w, line.goal)} {figure}")
    # Semicolons: names and figures have commas.
    return w.gettext("The goals in their order: {goals}.", goals="; ".join(told)) if told else ""


def _proof(plan: Plan, w: Words) -> str:
    if plan.status is Status.OPTIMAL:
        return w.gettext("It is proven that no plan is better, taking limits and goals in order.")
    cuts = {
        "time": w.gettext("Time ran out before it was proven that no plan is better."),
        "work": w.gettext("The work allowed ran out before it was proven that no plan is better."),
        "gap": w.gettext(
            "The search stopped at the gap asked for; a better plan may be that near."
        ),
        "progress": w.gettext(
            "The search was stopped before it was proven that no plan is better."
        ),
        "rounding": w.gettext("Costs differ by too many orders for an exact proof."),
    }
    return cuts.get(plan.stopped or "", w.gettext("It is not proven that no plan is better."))


def _approximate(plan: Plan, w: Words) -> str:
    """How many households stand where their house need not be."""
    households = plan.problem.household_columns
    count = int(households.approximate.sum())
    if not count:
        return ""
    return w.ngettext(
        "{n} of {all} households stands at an approximate place, such as the centre of its hamlet: "
        "{ids}.",
        "{n} of {all} households stand at an approximate place, such as the centre of their hamlet: "
        "{ids}.",
        count,
        all=len(households),
        ids=w.named(plan.approximate, NAMED),
    )


# --- tables


def _members(plan: Plan, w: Words) -> Table:
    assignment, problem = plan.assignment, plan.problem
    ids, household_ids = problem.member_columns.ids, problem.household_columns.ids
    member, charge = w.gettext("member"), w.gettext("in charge of")
    # Where every household weighs 1 the workload says nothing new.
    weighted = not np.array_equal(assignment.counts, assignment.workloads)
    headers = [member, w.gettext("households"), *([w.gettext("workload")] if weighted else [])]
    if problem.travel is not None:
        travel = naming.with_unit(w, w.gettext("travel"), problem.travel.unit)
        headers += [travel, w.gettext("farthest")]
    rows = []
    for column in range(min(len(ids), SHOWN)):
        mine = assignment.columns == column
        row = [str(ids[column]), w.number(int(assignment.counts[column]))]
        if weighted:
            row.append(w.number(float(assignment.workloads[column])))
        if problem.travel is not None:
            row += [
                w.number(float(assignment.effort[mine].sum())),
                w.number(float(assignment.pair_travel[mine].max(initial=0.0))),
            ]
        row.append(w.named([household_ids[h] for h in assignment.rows[mine].tolist()], NAMED))
        rows.append(row)
    return Table([*headers, charge], rows, (member, charge), _rest(w, len(ids)))


def breach_table(relaxations: tuple[Relaxation, ...], w: Words) -> Table:
    """A row for each limit that is broken."""
    whom, with_whom = w.pgettext("breach", "for"), w.pgettext("breach", "with")
    rows = [
        [
            naming.rule(w, r.rule),
            "" if r.subject is None else str(r.subject),
            "" if r.member is None else str(r.member),
            w.number(r.limit),
            w.number(r.value),
            w.number(r.by),
        ]
        for r in relaxations[:SHOWN]
    ]
    headers = [
        w.gettext("what gave way"),
        whom,
        with_whom,
        w.gettext("limit"),
        w.gettext("value"),
        w.pgettext("breach", "by"),
    ]
    if not any(row[2] for row in rows):  # no rule about pairs gave way
        headers, rows = headers[:2] + headers[3:], [row[:2] + row[3:] for row in rows]
    return Table(headers, rows, (whom, with_whom), _rest(w, len(relaxations)))


def _goals(plan: Plan, w: Words) -> Table:
    rows = [
        [
            naming.goal(w, line.goal),
            naming.value(w, line.value),
            naming.value(w, line.bound),
            naming.proof(w, line.best, line.bound, line.proven),
        ]
        for line in plan.goals
    ]
    return Table(
        [w.gettext("goal"), w.gettext("value"), w.gettext("bound"), w.gettext("proof")], rows
    )


def _rest(w: Words, rows: int) -> str:
    return w.rest(rows - SHOWN) if rows > SHOWN else ""
