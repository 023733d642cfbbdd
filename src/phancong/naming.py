"""Names of limits, goals and figures for readers, in each language.

English tables and brackets have the names of the program, which ``relax=`` and the records use; other
languages have translations there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from phancong.goals import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Preference,
    Travel,
    Value,
    is_row,
    single,
)
from phancong.problem import Problem
from phancong.rules import RULES
from phancong.words import Words

#: How many figures of a leximax goal are printed.
POSITIONS = 8


# --- limits


def rule(w: Words, name: str) -> str:
    """The label of a limit in a table: in English its name in the program."""
    return RULES[name].label(w)


def rules(w: Words, names: Sequence[str]) -> str:
    """The labels of several limits, to be put in brackets."""
    return ", ".join(rule(w, name) for name in names)


def limit(w: Words, name: str) -> str:
    """The quantity that a limit bounds, within a sentence."""
    return RULES[name].limit(w)


def breach(w: Words, name: str, by: float, unit: str) -> str:
    """The total breach of a limit, as a part of a sentence."""
    rule = RULES[name]
    # Counts of households, pairs and changes are whole.
    return rule.broken(w, round(by), amount(w, by, unit if rule.in_travel else ""))


# --- goals


def goal(w: Words, goal: Goal) -> str:
    """The quantity that a goal minimises, with its tolerance for later goals."""
    name = _goal(w, goal)
    if goal.tolerance:
        return w.gettext("{goal}, within {tolerance}", goal=name, tolerance=goal.tolerance)
    if goal.rtol:
        return w.gettext("{goal}, within {percent} %", goal=name, percent=100 * goal.rtol)
    return name


def _goal(w: Words, goal: Goal) -> str:
    match goal:
        case FairLoad(measure="workload", aim=aim):
            return {
                "minmax": w.gettext("largest workload"),
                "leximax": w.gettext("workloads, the largest first"),
                "spread": w.gettext("largest less smallest workload"),
            }[aim]
        case FairLoad(aim=aim):
            return {
                "minmax": w.gettext("most households of a member"),
                "leximax": w.gettext("households of each member, the most first"),
                "spread": w.gettext("most less fewest households of a member"),
            }[aim]
        case FairTravel(aim=aim):
            return {
                "minmax": w.gettext("longest travel of a member"),
                "leximax": w.gettext("travel of each member, the longest first"),
                "spread": w.gettext("longest less shortest travel of a member"),
            }[aim]
        case Continuity(weight=None):
            return w.gettext("changes of hands")
        case Continuity():
            return w.gettext("years together that end")
        case Travel():
            return w.gettext("total travel")
        case Farthest():
            return w.gettext("farthest way")
        case Cohesion():
            return w.gettext("surplus members in clusters")
        case Preference():
            return w.gettext("preferences, less is better")
    return repr(goal)


def travel_unit(problem: Problem) -> str:
    """The unit of travel; empty if the problem has none."""
    return "" if problem.travel is None else problem.travel.unit


def unit_of(goal: Goal, unit: str) -> str:
    """The unit of a goal's value; *unit* is that of travel."""
    return unit if goal.needs_travel else ""


def renewed(w: Words, households: int) -> str:
    """A sentence on households with a new member but no change of hands; empty if there are none."""
    if not households:
        return ""
    return w.ngettext(
        "{n} household gets somebody new because its member of last year cannot have it any more "
        "(exempt, gone or not allowed); that is not counted as a change of hands.",
        "{n} households get somebody new because their member of last year cannot have them any more "
        "(exempt, gone or not allowed); these are not counted as changes of hands.",
        households,
    )


def could_hold(w: Words, stopped: str | None) -> str:
    """A note on a plan that breaks limits although all can hold; *stopped* is what cut its search."""
    if stopped in ("time", "work", "gap", "progress"):
        return w.gettext(
            "All limits can hold together: the search ended before it found such a plan, and more time "
            "would help."
        )
    return w.gettext(
        "All limits can hold together: this way of searching found no such plan, and another engine "
        "would help."
    )


def hamlet(w: Words, name: str | None) -> str:
    """The name of a hamlet, or that of the households without one."""
    return w.gettext("without a hamlet") if name is None else name


# --- figures


def amount(w: Words, figure: float, unit: str) -> str:
    """A figure with its unit."""
    return with_unit(w, w.number(figure), unit)


def with_unit(w: Words, figure: str, unit: str) -> str:
    """A figure as text with its unit, joined by a no-break space."""
    return f"{figure}\N{NO-BREAK SPACE}{units(w, unit)}" if unit else figure


def units(w: Words, unit: str) -> str:
    """The translation of a unit of travel; unknown units stay as they are."""
    known = {
        "m": w.pgettext("unit", "m"),
        "km": w.pgettext("unit", "km"),
        "min": w.pgettext("unit", "min"),
        "h": w.pgettext("unit", "h"),
        "hamlets": w.pgettext("unit", "hamlets"),
    }
    return known.get(unit, unit)


def value(w: Words, figures: Value, most: int = POSITIONS) -> str:
    """The value of a goal as text; semicolons part figures, since a comma may be a decimal point."""
    if is_row(figures):
        return w.named(figures, most, "; ") or "–"
    return w.number(single(figures))


def metric(w: Words, name: str) -> str:
    """The label of a figure of a plan in a table: in English its name in the program."""
    labels = {
        "coverage": w.pgettext("figure", "coverage"),
        "travel_total": w.pgettext("figure", "travel_total"),
        "travel_mean": w.pgettext("figure", "travel_mean"),
        "travel_max": w.pgettext("figure", "travel_max"),
        "load_min": w.pgettext("figure", "load_min"),
        "load_max": w.pgettext("figure", "load_max"),
        "load_spread": w.pgettext("figure", "load_spread"),
        "load_gini": w.pgettext("figure", "load_gini"),
        "load_jain": w.pgettext("figure", "load_jain"),
        "workload_min": w.pgettext("figure", "workload_min"),
        "workload_max": w.pgettext("figure", "workload_max"),
        "kept": w.pgettext("figure", "kept"),
        "kept_share": w.pgettext("figure", "kept_share"),
        "changes": w.pgettext("figure", "changes"),
    }
    return labels[name]


def carried_titles(w: Words, *, weighted: bool) -> list[str]:
    """Titles of the columns of carried load: households, and workload if it is *weighted*."""
    titles = [w.gettext("households besides the list")]
    return [*titles, w.gettext("workload besides the list")] if weighted else titles


def status(w: Words, name: str) -> str:
    """The status of a plan's proof, in words."""
    labels = {
        "optimal": w.pgettext("plan", "optimal"),
        "feasible": w.pgettext("plan", "feasible"),
    }
    return labels[name]


def proof(w: Words, best: Value, bound: Value, proven: bool) -> str:
    """Whether a line is proven, and its largest gap if it is not."""
    if proven:
        return w.gettext("proven")
    if is_row(best):
        return w.gettext("not proven")
    by = single(best) - single(bound)
    # Print no more decimals than the value has; round up, so that the bound stays valid.
    by = math.ceil(by - 1e-6) if 100 <= by < math.inf else by
    return w.gettext("not proven, at most {by} off", by=w.at_least(by))
