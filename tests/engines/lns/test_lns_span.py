"""A span, and a part of it."""

import math

import pytest

from phancong import Search, Travel, solve, synth
from phancong.engines.lns import LnsEngine, sums
from phancong.engines.lns.span import Span
from phancong.search import Course


def test_a_part_ends_before_the_span_does_and_its_work_counts():
    span = Span(Course(Search(seconds=math.inf, work=8.0)), 1.0)
    span.over(4.0)
    over = span.within(1 / 4)
    assert not over(0.5)
    assert over(0.5)
    assert span.why is None
    assert span.course.work == 5.0


def test_a_part_knows_the_clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("phancong.search.time.perf_counter", lambda: now[0])
    span = Span(Course(Search(seconds=80.0), started=0.0), 0.5)
    over = span.within(1 / 8)
    now[0] = 4.9
    assert not over(1e6)
    now[0] = 5.1
    assert over(0.0)
    assert span.why is None


@pytest.mark.parametrize("search", [Search(seconds=math.inf), Search(seconds=60, work=1.0)])
def test_a_part_is_over_where_the_span_is_and_never_where_nothing_limits_it(search):
    span = Span(Course(search), 1.0)
    over = span.within(1.0)
    assert over(1e9) is (search.work is not None)


@pytest.mark.full
def test_mending_a_start_leaves_most_of_a_search(monkeypatch):
    """A start that cannot be mended took all of it once: 10,000 households with little room."""
    took = []

    def endless(instance, taken, cost, over):
        took.append(0)
        while not over(1.0):
            took[-1] += 1

    monkeypatch.setattr(sums, "repaired", endless)
    monkeypatch.setattr(LnsEngine, "apart", False)
    problem = synth.commune(3, members=9, households=80, weights="integer", infeasible=0.0)
    search = Search(seconds=600, work=100.0)
    plan = solve(problem, goals=(Travel(),), engine="lns", search=search)
    assert took
    assert all(turns < 100 * sums.REPAIR_PART + 1 for turns in took)
    assert plan.stopped != "work"
