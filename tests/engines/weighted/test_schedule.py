"""The schedule of a search: what is run when."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from assigning import context_of

from phancong import Continuity, FairLoad, Search, Status, solve, synth
from phancong.engines.weighted.operators import (
    Core,
    NeighbourhoodRounds,
    ResidualProblem,
    Subgradient,
)
from phancong.engines.weighted.schedule import (
    SCHEDULES,
    Situation,
)
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import Tuning


def commune(seed=6):
    return synth.commune(seed, members=9, households=80, weights="integer", infeasible=0.0)


#: What chooses a schedule.
CONDITIONS = ("opening", "small", "separable", "budgeted", "converged", "wide")


def chosen(**said):
    """The kinds of operators of the schedule for a situation, in their order."""
    plain = dict.fromkeys(CONDITIONS, False)
    now = Situation(**(plain | said))
    first = next(schedule for schedule in SCHEDULES if schedule.applies(now))
    return [type(step.operator) for step in first.steps]


def test_every_schedule_is_used_in_some_situation():
    used = set()
    for said in product((False, True), repeat=len(CONDITIONS)):
        now = Situation(**dict(zip(CONDITIONS, said, strict=True)))
        used.add(next(schedule.name for schedule in SCHEDULES if schedule.applies(now)))
    assert used == {schedule.name for schedule in SCHEDULES}


def test_a_core_comes_before_neighbourhoods_where_penalties_tell_pairs_apart():
    assert chosen(separable=True)[:2] == [Core, NeighbourhoodRounds]
    assert chosen(separable=True, small=True)[:2] == [Core, NeighbourhoodRounds]
    assert Core not in chosen(small=True) + chosen()


def test_a_first_turn_betters_the_plan_before_anything_is_proven():
    assert chosen(opening=True, small=True, separable=True) == [NeighbourhoodRounds]


def test_within_budgets_few_pairs_are_left_to_both_solvers_with_a_good_plan():
    assert chosen(budgeted=True) == [NeighbourhoodRounds, *[ResidualProblem] * 3]


@pytest.mark.parametrize(
    ("converged", "tried", "runs"),
    [
        (False, 0, [True, True, False, False]),
        (False, 1, [True, True, True, False]),
        (True, 0, [True, False, True, True]),
    ],
)
def test_branch_and_cut_within_budgets_waits_for_multipliers_or_a_model_of_integers(
    converged, tried, runs
):
    """Neighbourhoods, then the residual problem in integers, by branch and cut, and in integers."""
    schedule = next(one for one in SCHEDULES if one.name == "few pairs, within budgets")
    context = SimpleNamespace(warm_start=SimpleNamespace(converged=converged, tried=tried))
    assert [step.applies(context) for step in schedule.steps] == runs


def test_under_nearly_optimal_multipliers_no_neighbourhoods_are_needed():
    assert chosen(budgeted=True, converged=True, opening=True) == [ResidualProblem] * 3


@pytest.mark.parametrize("work", [1e-9, 0.05])
def test_a_search_without_work_keeps_its_plan(work):
    context = context_of(commune(), search=Search(work=work))
    value = context.incumbent.value
    found = minimise(context)
    assert found.value <= value
    assert found.bound is None or found.bound <= found.value


@pytest.mark.full
def test_steps_go_on_while_they_fix_pairs():
    """Few changes to place: the bound is raised until integers can prove the rest."""
    problem = synth.commune(7, members=60, households=400, weights="class")
    plan = solve(problem, engine="lns", search=Search(work=4.0))
    assert plan.status is Status.OPTIMAL
    other = solve(problem, goals=(FairLoad(), Continuity()), search=Search(work=20.0))
    assert [line.best for line in plan.goals[:2]] == [line.best for line in other.goals]
    assert all(line.proven for line in other.goals)


def test_steps_go_on_while_each_round_closes_much_of_the_gap():
    """Within a budget, from multipliers far off, where no master problem follows."""
    bounds = []
    for few_pairs in (10**6, 0):
        tuning = Tuning(few_pairs=few_pairs, most_entries=0)  # no master problem of sets
        context = context_of(commune(), held=True, tuning=tuning, search=Search(work=100.0))
        context.stepped = True
        units = context.instance.free.shape[0]
        context.multipliers = context.lagrangian.evaluate(np.zeros(units, dtype=np.int64), (0,))
        Subgradient().run(context, 1.0)
        bounds.append(context.multipliers.bound)
    assert bounds[0] < bounds[1]
