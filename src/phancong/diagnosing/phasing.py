"""The repair ``phase``: the households are distributed to several years."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import ceil, isfinite
from typing import Any, Final

import numpy as np

from phancong.diagnosing.records import Repair
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import asking, households_of, without_minima
from phancong.errors import NoPlanFoundError
from phancong.problem import WHOLE_LIMITS, BoolArray, FloatArray, IntArray, Problem
from phancong.rules import RULES, Rule, column_limit, fixed_mask

#: How often a year is filled again, replacing households that miss a member by others.
ROUNDS: Final = 8
#: The most years that are tried, as a multiple of the lower bound.
FACTOR: Final = 3


def phase(problem: Problem, trial: Trial) -> Repair | None:
    """The fewest years, if each household is served in one of them and needs no member in the others.

    Two lower bounds hold: the years whose places together suffice for all households, and the households
    divided by the most that fit in one year. The years are filled greedily, one after the other; if that
    takes as many years as the bound, it is the repair. Otherwise an exact model of all years decides
    each smaller number. The first year is as full as the fewest years allow, the highest priority first.
    """
    if all(rule.figure is None for rule in _yearly(problem)):
        return None
    # Each year serves at least one household; otherwise the years are endless.
    most = int(np.count_nonzero(problem.needed))
    least = trial.least(range(2, most + 1), partial(_as_one, problem, trial))
    if least is None:
        return None
    least = max(least, _by_number(problem, trial))
    first = _fully_served(problem, trial)
    waiting = (problem.needed > 0) & ~first
    enough = _greedily(problem, trial, first, least) or most + 1
    from phancong.engines.exact.years import first_year  # here: it loads the solver

    for years in range(least, min(enough, FACTOR * least + 1)):
        try:
            taken = first_year(problem, years, trial.relax, trial.course)
        except NoPlanFoundError:
            return None  # fewer years might be enough
        if taken is not None:
            enough, waiting = years, (problem.needed > 0) & ~taken
            break
    if enough > most:
        return None
    needed = problem.household_columns.members_needed
    return Repair("phase", enough, (), asking(problem, np.where(waiting, 0, needed)))


def _yearly(problem: Problem) -> list[Rule]:
    """The limits of the problem that add up over the years."""
    return [rule for rule in RULES.values() if rule.adds_up and rule.is_set(problem)]


def _as_one(problem: Problem, trial: Trial, years: int) -> Problem:
    """All years as one problem, with the places, changes and ceilings of all of them."""
    members = problem.member_columns
    whole: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    for rule in _yearly(problem):
        ceiling = trial.relax.get(rule.name, 0.0)
        # The breach that the years after the first may add.
        more = (years - 1) * ceil(ceiling) if isfinite(ceiling) else 0
        if rule.figure is not None:
            most = getattr(members, rule.name)
            limited = np.isfinite(column_limit(rule.name, problem)) & ~problem.exempt
            # Carried load takes its places in each year.
            besides = getattr(members, f"carried_{rule.name.partition('_')[2]}", 0)
            longer_most = most * years + more - besides * (years - 1)
            columns[rule.name] = np.where(limited, np.maximum(longer_most, most), most)
        if rule.name in WHOLE_LIMITS and getattr(problem, rule.name) is not None:
            whole[rule.name] = getattr(problem, rule.name) * years + more
    longer = replace(without_minima(problem)["members"], **columns)
    return problem.replace(members=longer, **whole)


def _greedily(problem: Problem, trial: Trial, first: BoolArray, least: int) -> int | None:
    """The number of years if each is filled greedily; None if that takes too many, or is not known.

    Parameters
    ----------
    first
        The households that are served in the first year, (H,).
    least
        A lower bound of the years.
    """
    waiting = (problem.needed > 0) & ~first
    if not first.any() or fixed_mask(problem)[waiting].any():  # fixed: this year
        return None
    several = (problem.needed > 1).any() or problem.groups
    if several or any(rule.name != "max_households" for rule in _yearly(problem)):
        return _years_filled(problem, trial, waiting, FACTOR * least)
    # If each household needs one member and only places count, any order can be cut into years.
    rest = _later(_as_one(problem, trial, least - 1), waiting)
    return None if trial.attempt(rest) is None else least


def _by_number(problem: Problem, trial: Trial) -> int:
    """A lower bound of the years by arithmetic: those with the smallest needs fit most into one year."""
    if trial.relax:
        return 2
    most = np.minimum(_places(problem), problem.allowed.sum(axis=0))
    needs = np.sort(problem.needed[problem.needed > 0])
    whole = int(np.searchsorted(np.cumsum(needs), most[~problem.exempt].sum(), side="right"))
    return -(-len(needs) // max(whole, 1))


def _places(problem: Problem) -> IntArray:
    """The maximum of households of each member, less carried ones, (M,)."""
    members = problem.member_columns
    return np.maximum(members.max_households - members.carried_households, 0)


def _later(problem: Problem, waiting: BoolArray) -> Problem:
    """A later year: the waiting households, without minima and without fixed pairs."""
    needed = np.where(waiting, problem.household_columns.members_needed, 0)
    return problem.replace(**without_minima(problem), **asking(problem, needed), fixed=())


def _years_filled(problem: Problem, trial: Trial, waiting: BoolArray, most: int) -> int | None:
    """The number of years if each, after the first, is filled greedily; None if it is above *most*."""
    for years in range(2, most + 1):
        waiting = waiting & ~_fully_served(_later(problem, waiting), trial)
        if not waiting.any():
            return years
    return None


def _fully_served(problem: Problem, trial: Trial) -> BoolArray:
    """Households that get all their members in one year, (H,); none if that is not known.

    Where a household needs several members and gets only some of them, it waits, and others take its
    places, as long as that serves more.
    """
    needed = problem.needed
    asked = needed > 0
    whole: BoolArray = np.zeros_like(asked)
    if not (needed > 1).any():
        ordered = households_of(problem, priority=_classes(problem))
        plan = trial.attempt(problem.replace(**ordered), "coverage")
        return whole if plan is None else asked & (plan.assignment.missing == 0)
    rank, fixed = _order(problem), fixed_mask(problem).any(axis=1)
    places = int(np.minimum(_places(problem), len(needed))[~problem.exempt].sum())
    tried = asked
    for _ in range(ROUNDS):
        needs = np.where(tried | ~asked, problem.household_columns.members_needed, 0)
        plan = trial.attempt(problem.replace(**asking(problem, needs, priority=rank)), "coverage")
        if plan is None:
            break
        whole = tried & (plan.assignment.missing == 0)
        some = tried & ~whole & (plan.assignment.covered > 0)
        if (some & fixed).any():
            break
        tried = tried & ~some
        rest = needed[tried & ~whole]
        if not some.any() or not len(rest) or rest.min() > places - int(needed[whole].sum()):
            break
    return whole


def _classes(problem: Problem) -> FloatArray:
    """The class of each household: by priority, then the heaviest first; light ones fit into any year."""
    homes = problem.household_columns
    matrix = problem.workload_matrix
    heavy = homes.workload if matrix is None else matrix.max(axis=1, initial=0.0)
    features = np.stack([homes.priority, heavy], axis=1)
    return np.unique(features, axis=0, return_inverse=True)[1].ravel().astype(np.float64)


def _order(problem: Problem) -> FloatArray:
    """A class for each household: fixed ones first, then by priority, then by fewest allowed members.

    With a class of its own each household gets all its members before the next one gets any.
    """
    choice = problem.allowed.sum(axis=1)
    fixed = fixed_mask(problem).any(axis=1)
    first = np.lexsort((choice, -problem.household_columns.priority, ~fixed))
    rank = np.empty(len(first))
    rank[first] = np.arange(len(first), 0, -1)
    # Households of a group are served in the same year.
    for group in problem.groups:
        rank[group] = rank[group].max()
    return rank
