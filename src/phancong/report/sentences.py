"""The summary of a plan, one sentence for each topic."""

from __future__ import annotations

from typing import Final

import numpy as np

from phancong import naming
from phancong.goals import Travel, single
from phancong.report.records import Status
from phancong.report.solution import Solution
from phancong.rules import RELAXABLE
from phancong.words import Words

#: The most figures of a leximax goal in a sentence.
READ: Final = 3


def coverage(plan: Solution, w: Words) -> str:
    """A sentence on the number of households with a member."""
    needed, missing = plan.problem.needed, plan.assignment.missing
    homes, places = int(np.count_nonzero(needed)), int(needed.sum())
    short, missed = int(np.count_nonzero(missing)), int(missing.sum())
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


def limits(plan: Solution, w: Words) -> str:
    """Whether every limit holds; if not, the total breaches, and whether these are the least."""
    broken = [rule for rule in reversed(RELAXABLE) if plan.breaches[rule].total > 0]
    if not broken:
        return w.gettext("Every limit is kept.")
    unit = naming.travel_unit(plan.problem)
    breaches = "; ".join(naming.breach(w, rule, plan.breaches[rule].total, unit) for rule in broken)
    if all(plan.breaches[rule].proven for rule in broken):
        return w.gettext(
            "Not every limit can be kept: {breaches}. It is proven that no plan breaks less.",
            breaches=breaches,
        )
    return w.gettext(
        "Not every limit is kept: {breaches}. It is not proven that this is the least.",
        breaches=breaches,
    )


def aims(plan: Solution, w: Words) -> str:
    """The goals in order, with their values."""
    unit = naming.travel_unit(plan.problem)
    phrases = []
    for line in plan.goals:
        figure = naming.value(w, line.value, READ)
        figure = naming.with_unit(w, figure, naming.unit_of(line.goal, unit))
        phrases.append(f"{naming.goal(w, line.goal)} {figure}")
    if not phrases:
        return ""
    # Semicolons, since names and figures have commas.
    goals = w.gettext("The goals in their order: {goals}.", goals="; ".join(phrases))
    return " ".join(filter(None, (goals, _travel_of_open_places(plan, w))))


def _travel_of_open_places(plan: Solution, w: Words) -> str:
    """Why the total travel is more than the members' own: the goal counts missing members, too."""
    totals = [single(line.value) for line in plan.goals if type(line.goal) is Travel]
    travel = plan.problem.travel
    if not totals or travel is None or not plan.assignment.missing.any():
        return ""
    counted = naming.value(w, totals[0] - plan.assignment.travel_total, READ)
    return w.gettext(
        "Of the total travel, {travel} are counted for places that stay open, each as far as the "
        "nearest member who is allowed.",
        travel=naming.with_unit(w, counted, travel.unit),
    )


def proof(plan: Solution, w: Words) -> str:
    """A sentence on the proof of the plan."""
    if plan.status is Status.OPTIMAL:
        return w.gettext("It is proven that no plan is better, taking limits and goals in order.")
    cuts = {
        "time": w.gettext("Time ran out before it was proven that no plan is better."),
        "work": w.gettext("The work allowed ran out before it was proven that no plan is better."),
        "gap": w.gettext(
            "The search stopped at the requested gap; there may be a better plan within it."
        ),
        "progress": w.gettext(
            "The search was stopped before it was proven that no plan is better."
        ),
        "rounding": w.gettext("Costs differ by too many orders of magnitude for an exact proof."),
    }
    return cuts.get(plan.stopped or "", w.gettext("It is not proven that no plan is better."))


def goal_rows(plan: Solution, w: Words) -> list[list[str]]:
    """For each goal: its name, value, bound and proof."""
    return [
        [
            naming.goal(w, line.goal),
            naming.value(w, line.value),
            naming.value(w, line.bound),
            naming.proof(w, line.best, line.bound, line.proven),
        ]
        for line in plan.goals
    ]
