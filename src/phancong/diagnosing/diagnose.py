"""`diagnose`: whether the limits can hold, and if not, conflicts and repairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from phancong.course import Course
from phancong.diagnosing.conflicts import conflicts
from phancong.diagnosing.records import Diagnosis
from phancong.diagnosing.repairs import repairs
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import without_minima
from phancong.engines.counting import cannot_hold, missing_at_least
from phancong.engines.task import read_problem, read_relax
from phancong.errors import InvalidArgumentError, NoPlanFoundError, UnsupportedError
from phancong.plan import Plan
from phancong.problem import Problem
from phancong.search import Search, read_search


def diagnose(
    problem: Problem,
    *,
    relax: Iterable[str] | Mapping[str, float | None] = (),
    search: Search = Search(),
    plan: Plan | None = None,
) -> Diagnosis:
    """Determine whether all limits can hold; if not, find conflicts and repairs (contract 6.4).

    Parameters
    ----------
    problem
        The problem.
    relax
        Limits that may be relaxed, as in :func:`solve`; by default all must hold.
    search
        The limits of time and work.
    plan
        A plan of the problem, if there is one. If it relaxes coverage alone, and is proven to leave the
        fewest places open, the repair that leaves places open names its households.

    Returns
    -------
    Diagnosis
        Each conflict is irreducible; each repair is the smallest of its kind, verified by solving.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid, or *relax* has an unknown rule.
    UnsupportedError
        No engine can keep all rules of the problem; the message names them.
    NoPlanFoundError
        Neither solving nor counting settled in time whether the limits can hold.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, diagnose
    >>> homes = [Household("h1"), Household("h2")]
    >>> found = diagnose(Problem([Member("m1", max_households=1)], homes, travel=None))
    >>> found.feasible, str(found.repairs[0])
    (False, 'raise the maximum to 2 households for all')
    """
    trial = Trial(read_relax(relax), Course(read_search(search)))
    read_problem(problem)
    if isinstance(plan, Plan):
        trial.begin_with(plan)
    elif plan is not None:
        raise InvalidArgumentError(f"plan is {plan!r}; give a Plan, or None")
    return diagnosis(problem, trial)


def diagnosis(problem: Problem, trial: Trial) -> Diagnosis:
    """The diagnosis with what *trial* relaxes.

    Raises
    ------
    NoPlanFoundError
        Whether the limits can hold was not settled in time.
    """
    if cannot_hold(problem, trial.relax):  # a search is needed for conflicts and repairs alone
        trial.choose(problem)
    elif trial.solve(problem, easing=1.0) is not None:
        return Diagnosis(True, 0, (), ())
    # Conflicts before repairs, which take many more solves.
    shortfall, exact = _shortfall(problem, trial)
    least = 0 if exact else missing_at_least(problem, trial.relax)
    return Diagnosis(
        feasible=False,
        shortfall=least or shortfall,
        conflicts=conflicts(problem, trial) if trial.has_time(problem) else (),
        repairs=tuple(repairs(problem, trial)),
        complete=trial.complete,
        at_least=least > 0,
    )


def _shortfall(problem: Problem, trial: Trial) -> tuple[int | None, bool]:
    """The missing members of the best coverage without minima, and whether that is proven.

    None if the other limits cannot hold even so, or if nothing was found in time.
    """
    try:
        plan = trial.solve(problem.replace(**without_minima(problem)), "coverage")
    except (UnsupportedError, NoPlanFoundError):
        return None, False
    if plan is None:
        return None, True
    return (int(plan.assignment.missing.sum()), True) if plan.stopped is None else (None, False)
