"""The repair that takes time: each household is taken on in one of the years."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from phancong.diagnosing.records import Repair
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import asking, households_of, without_minimums
from phancong.problem import BoolArray, FloatArray, Problem
from phancong.problem.fields import UNLIMITED
from phancong.rules import fixed_mask

#: How often a year is filled again, with others in the place of households that miss a member.
ROUNDS: Final = 8


def phase(problem: Problem, trial: Trial) -> Repair | None:
    """The fewest years, if each household is taken on in one of them and then needs no more.

    A member who can take n in a year can take y × n in y years, so with fewer years than those in
    which all can be placed together there is no way; that many are named if there is one. Where one
    member is enough for each household any such list can be cut into years. Otherwise the years are
    filled one after the other, and if they come out more, nothing is named. This year is as full as
    it can be, the highest priority first.
    """
    members = problem.member_columns
    limited = (members.max_households < UNLIMITED) & ~problem.exempt
    heavy = np.isfinite(members.max_workload) & ~problem.exempt
    if not (limited | heavy).any():
        return None

    def over(years: int) -> Problem:
        longer = replace(
            without_minimums(problem)["members"],
            max_households=np.where(
                limited, members.max_households * years, members.max_households
            ),
            max_workload=members.max_workload * years,
        )
        return problem.replace(members=longer)

    # In each year at least one household is taken on, or it never is.
    years = trial.least(range(2, int(np.count_nonzero(problem.needed)) + 1), over)
    if years is None:
        return None
    first = _whole(problem, trial)
    waiting = (problem.needed > 0) & ~first
    if not first.any() or fixed_mask(problem)[waiting].any():  # what is fixed is of this year
        return None
    if (problem.needed > 1).any() or problem.groups or heavy.any():
        fits = _year_by_year(problem, trial, waiting, years - 1)
    else:
        fits = trial.attempt(_later(over(years - 1), waiting)) is not None
    if not fits:
        return None
    needed = problem.household_columns.members_needed
    return Repair("phase", years, (), asking(problem, np.where(waiting, 0, needed)))


def _later(problem: Problem, waiting: BoolArray) -> Problem:
    """A later year: nobody has a minimum, what is fixed belongs to the first, and these are left."""
    needed = np.where(waiting, problem.household_columns.members_needed, 0)
    return problem.replace(**without_minimums(problem), **asking(problem, needed), fixed=())


def _year_by_year(problem: Problem, trial: Trial, waiting: BoolArray, years: int) -> bool:
    """Whether those who wait can be taken on in so many years, each as full as it can be."""
    for _ in range(years):
        waiting = waiting & ~_whole(_later(problem, waiting), trial)
    return not waiting.any()


def _whole(problem: Problem, trial: Trial) -> BoolArray:
    """Households that get all the members they need in one year, (H,); none if it is not known.

    Where several are needed, those that get only some wait, and others take their places, as long as
    there are places for any.
    """
    needed = problem.needed
    asked = needed > 0
    whole: BoolArray = np.zeros_like(asked)
    if not (needed > 1).any():
        ordered = households_of(problem, priority=_classes(problem))
        plan = trial.attempt(problem.replace(**ordered), "coverage")
        return whole if plan is None else asked & (plan.assignment.missing == 0)
    rank, fixed = _order(problem), fixed_mask(problem).any(axis=1)
    places = int(
        np.minimum(problem.member_columns.max_households, len(needed))[~problem.exempt].sum()
    )
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
    """By priority, then the heaviest first: what is light finds room in any year."""
    homes = problem.household_columns
    matrix = problem.workload_matrix
    heavy = homes.workload if matrix is None else matrix.max(axis=1, initial=0.0)
    told = np.stack([homes.priority, heavy], axis=1)
    return np.unique(told, axis=0, return_inverse=True)[1].ravel().astype(np.float64)


def _order(problem: Problem) -> FloatArray:
    """A class for each household: what is fixed first, then by priority, then who has least choice.

    With a class of its own each household gets all its members before the next gets any.
    """
    choice = problem.allowed.sum(axis=1)
    fixed = fixed_mask(problem).any(axis=1)
    first = np.lexsort((choice, -problem.household_columns.priority, ~fixed))
    rank = np.empty(len(first))
    rank[first] = np.arange(len(first), 0, -1)
    # Households of a group are taken on together.
    for group in problem.groups:
        rank[group] = rank[group].max()
    return rank
