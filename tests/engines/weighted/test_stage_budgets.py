"""A span, and a part of it."""

import math

import numpy as np
import pytest
from assigning import assignment, begun, context_of

from phancong import Household, Member, Problem, Search, TravelMatrix
from phancong.course import Course
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.operators import (
    Construction,
    CyclicTransfers,
    FirstMultipliers,
)
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import REPAIR_PART, Tuning


def test_a_part_ends_before_the_span_does_and_its_work_counts():
    stage_budget = StageBudget(Course(Search(seconds=math.inf, work=8.0)), 1.0)
    stage_budget.charge(4.0)
    charge = stage_budget.portion(1 / 4)
    assert not charge(0.5)
    assert charge(0.5)
    assert stage_budget.stop_reason is None
    assert stage_budget.course.work == 5.0


def test_a_part_knows_the_clock():
    now = [0.0]
    stage_budget = StageBudget(Course(Search(seconds=80.0), clock=lambda: now[0]), 0.5)
    charge = stage_budget.portion(1 / 8)
    now[0] = 4.9
    assert not charge(1e6)
    now[0] = 5.1
    assert charge(0.0)
    assert stage_budget.stop_reason is None


@pytest.mark.parametrize("search", [Search(seconds=math.inf), Search(seconds=60, work=1.0)])
def test_a_part_is_over_where_the_span_is_and_never_where_nothing_limits_it(search):
    stage_budget = StageBudget(Course(search), 1.0)
    charge = stage_budget.portion(1.0)
    assert charge(1e9) is (search.work is not None)


def test_mending_a_start_leaves_most_of_a_search():
    """A start that cannot be mended took all of it once: here loads of forty want room for 38."""
    problem = Problem(
        [Member("a", max_workload=20), Member("b", max_workload=20)],
        [Household(f"h{n}", workload=2 if n == 0 else 1) for n in range(39)],
        travel=TravelMatrix([[1.0, 2.0]] * 39),
    )
    search, tuning = Search(seconds=600, work=0.01), Tuning(fewest_moves=10**6)
    context = context_of(problem, search=search, tuning=tuning)
    context.first = initial_multipliers(context.lagrangian, context.stage_budget)
    context.instance = context.instance.under("workload", np.array([19, 19]))
    left = context.stage_budget.course.work_left
    Construction().run(context, 0.0)
    spent = left - context.stage_budget.course.work_left
    assert spent == pytest.approx(REPAIR_PART * left, rel=0.01)


class _Charged(StageBudget):
    """A budget that counts how often an operator asked it after its end."""

    asked = 0

    def charge(self, work):
        ended = super().charge(work)
        self.asked += ended
        return ended


@pytest.mark.parametrize("ends", ["time", "work"])
@pytest.mark.parametrize(
    ("operator", "most"), [(FirstMultipliers, 2), (Construction, 2), (CyclicTransfers, 0)]
)
def test_an_operator_that_is_given_no_work_ends_with_the_stage(operator, most, ends):
    """Multipliers are priced once, repair of loads that cannot be kept ends, no transfer begins."""
    now = [0.0]
    search = Search(seconds=80.0, work=1e6)
    context = begun(assignment(0), search=search)
    context.first = initial_multipliers(context.lagrangian, context.stage_budget)
    context.multipliers = context.first.multipliers
    course = Course(search, clock=lambda: now[0])
    budget = _Charged(course, 1.0)
    context.stage_budget = context.neighbourhood_search.stage_budget = budget
    value, tight = context.incumbent.value, context.instance
    context.instance = tight.under("workload", tight.binding[0].high * 0)
    if ends == "time":
        now[0] = 81.0
    else:
        course.work = 1e6
    operator().run(context, 0.0)
    assert budget.asked <= most
    assert budget.stop_reason == ends
    assert context.incumbent.value == value
