"""A span, and a part of it."""

import math

import pytest

from phancong import Search, Travel, solve, synth
from phancong.engines.weighted import LnsEngine, operators
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.search import Course


def test_a_part_ends_before_the_span_does_and_its_work_counts():
    stage_budget = StageBudget(Course(Search(seconds=math.inf, work=8.0)), 1.0)
    stage_budget.charge(4.0)
    charge = stage_budget.portion(1 / 4)
    assert not charge(0.5)
    assert charge(0.5)
    assert stage_budget.stop_reason is None
    assert stage_budget.course.work == 5.0


def test_a_part_knows_the_clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("phancong.search.time.perf_counter", lambda: now[0])
    stage_budget = StageBudget(Course(Search(seconds=80.0), started=0.0), 0.5)
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


@pytest.mark.full
def test_mending_a_start_leaves_most_of_a_search(monkeypatch):
    """A start that cannot be mended took all of it once: 10,000 households with little room."""
    took = []

    def endless(instance, taken, cost, charge):
        took.append(0)
        while not charge(1.0):
            took[-1] += 1

    monkeypatch.setattr(operators, "tabu_repair", endless)
    monkeypatch.setattr(LnsEngine, "apart", False)
    problem = synth.commune(3, members=9, households=80, weights="integer", infeasible=0.0)
    search = Search(seconds=600, work=100.0)
    plan = solve(problem, goals=(Travel(),), engine="lns", search=search)
    assert took
    assert all(turns < 100 * operators.REPAIR_PART + 1 for turns in took)
    assert plan.stopped != "work"
