"""Steps of the bound: how far they aim, how they become smaller, and what they give."""

import numpy as np
import pytest
from assigning import assignment
from assigning import begun as begun_search

from phancong import (
    Household,
    Member,
    Preference,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.engines.weighted.bound.lagrangian import Lagrangian
from phancong.engines.weighted.bound.subgradient import subgradient
from phancong.engines.weighted.resources import Budget
from phancong.engines.weighted.tuning import StepPace, Tuning
from phancong.engines.weighted.warm_start import WarmStart


@pytest.fixture
def begun():
    return begun_search(assignment(3, agents=8, jobs=60))


def start(begun):
    """Prices a tenth below good ones."""
    return begun.lagrangian.evaluate(begun.multipliers.cover * 9 // 10, ())


def never(work):
    return False


def test_prices_come_with_tables_whatever_steps_were_taken_without(begun):
    """Penalties of pairs need them; the bound is that of the best step."""
    first = start(begun)
    upper = begun.incumbent.value * begun.incumbent.scale
    found = subgradient(begun.lagrangian, first, 50, never, upper)
    assert found.best.tables is not None
    assert found.bound > first.bound
    assert begun.lagrangian.evaluate(found.cover, found.budgets).bound == found.bound
    assert subgradient(begun.lagrangian, first, 0, never, 2**40) is first


def test_steps_aim_as_far_above_the_bound_as_they_are_told_to(begun):
    """The first step is as long as the aim is far, whatever the plan costs, but no farther than that."""
    first = start(begun)
    moved = []
    for aim, upper in ((1_000, 2**40), (2_000, 2**40), (2_000, first.bound + 1_000)):
        covers = []
        evaluate = begun.lagrangian.evaluate

        def noted(cover, budgets, *, tables=True, evaluate=evaluate, covers=covers):
            covers.append(cover)
            return evaluate(cover, budgets, tables=tables)

        begun.lagrangian.evaluate = noted
        subgradient(begun.lagrangian, first, 1, never, upper, aim=aim)
        begun.lagrangian.evaluate = evaluate
        moved.append(float(np.abs(covers[0] - first.cover).sum()))
    assert moved[1] == pytest.approx(2 * moved[0], rel=0.1)
    assert moved[2] == pytest.approx(moved[0], rel=0.01)


class Counting:
    """Counts the steps, and the different sets that they lead to."""

    def __init__(self, lagrangian):
        self.sets = []
        evaluate = lagrangian.evaluate

        def noted(cover, budgets, *, tables=True):
            found = evaluate(cover, budgets, tables=tables)
            if not tables:
                self.sets.append(found.best.chosen.tobytes())
            return found

        lagrangian.evaluate = noted


def test_smaller_steps_begin_at_the_best_prices(begun):
    """With no patience at all every worse step is taken back; the same step leads to the same sets."""
    counting = Counting(begun.lagrangian)
    begun.lagrangian.instance.tuning = Tuning(quick_pace=StepPace(1, 1.0, 0.0))
    subgradient(begun.lagrangian, begun.multipliers, 30, never, 2**40, aim=2**18)
    assert len(counting.sets) == 30
    assert len(set(counting.sets)) < 15


def test_steps_end_when_they_are_too_small(begun):
    counting = Counting(begun.lagrangian)
    begun.lagrangian.instance.tuning = Tuning(quick_pace=StepPace(1, 0.5, 0.3))
    subgradient(begun.lagrangian, begun.multipliers, 99, never, 2**40, aim=2**18)
    assert 2 <= len(counting.sets) < 20


def test_prices_are_remembered_for_as_many_budgets(begun):
    """They prove the same again, and something under another limit; not beside a budget more."""
    of, cost = begun.lagrangian.instance, begun.lagrangian.cost
    warm_start = WarmStart()
    assert warm_start.multipliers(begun.lagrangian) is None
    warm_start.keep(begun.multipliers, 2.0)
    assert warm_start.multipliers(begun.lagrangian).bound == begun.multipliers.bound
    held = Budget(begun.tie_cost, int(begun.tie_cost[begun.incumbent.taken].sum()))
    budgeted = Lagrangian(of.within(held), cost)
    assert warm_start.multipliers(budgeted) is None
    warm_start.keep(budgeted.evaluate(begun.multipliers.cover, (1,)), 2.0)
    again = warm_start.multipliers(budgeted)
    assert again.budgets == (1,)
    # The plan is within the budget, so no bound is above its cost.
    assert again.bound <= begun.incumbent.value * begun.incumbent.scale
    assert warm_start.multipliers(begun.lagrangian) is None


def test_a_step_beside_an_idle_budget_stays_within_the_prices():
    """What is left of a step is divided by next to nothing where only a budget has room."""
    problem = Problem(
        [Member("a"), Member("b"), Member("c")],
        [Household("h")],
        travel=TravelMatrix([[1.0, 1.0 + 3e-9, 1000.123456789012]]),
    )
    goals = (Travel(), Preference({("h", "b"): 1.0}))
    plan = solve(problem, goals=goals, engine="lns", search=Search(work=0.01))
    assert plan.member_of("h") == solve(problem, goals=goals, engine="cp_sat").member_of("h")
