"""A front has every non-dominated plan, and no other, of all plans there are (contract 6.6)."""

import random

import pytest
from lanes import chunks, named
from oracle import brute, random_problems
from oracle.judging import judge

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    InfeasibleError,
    Preference,
    Search,
    Travel,
    UnsupportedError,
    frontier,
)

_LONG = Search(seconds=600.0)


#: Most random problems have one plan that is best in both goals: drawn again so often at most.
_DRAWS = 30


def _scores(rng, problem):
    pairs = ((h.id, m.id) for h in problem.households for m in problem.members)
    return {pair: float(rng.randint(-1, 3)) for pair in pairs}


#: Goals by kind, each from a generator of random numbers and a problem.
_KINDS = {
    "kept": lambda rng, _: rng.choice((Continuity(), Continuity("years"))),
    "fair": lambda rng, _: FairLoad(rng.choice(("workload", "households"))),
    "score": lambda rng, problem: Preference(_scores(rng, problem)),
    "travel": lambda rng, _: Travel(),
    "farthest": lambda rng, _: Farthest(),
}
_NO_FLOW = {
    "even": lambda rng, _: FairLoad(rng.choice(("workload", "households")), aim="spread"),
    "whole": lambda rng, _: Cohesion(),
    "fair ways": lambda rng, _: FairTravel(aim=rng.choice(("minmax", "spread"))),
}


def _draw(rng, axes, *, flow_only):
    """A problem, the two axes, goals above them (now and then) and what may be relaxed."""
    while True:
        problem, goals, relax = random_problems.tiny(rng.random(), flow_only=flow_only)
        if problem.travel is not None:
            break
    if rng.random() < 0.8:
        members = [m.id for m in problem.members]
        previous = [(h.id, rng.choice(members), rng.randint(1, 4)) for h in problem.households]
        problem = problem.replace(previous=previous)
    x, y = (axis(rng, problem) for axis in axes)
    above = [g for g in goals[:1] if rng.random() < 0.15 and g not in (x, y)]
    return problem, x, y, above, relax


def _case(seed, *, flow_only):
    """A draw and its front by brute force: one of at least three points, mostly."""
    rng = random.Random(f"front {seed} {flow_only}")
    axes = rng.sample(list((_KINDS if flow_only else _KINDS | _NO_FLOW).values()), 2)
    for _ in range(_DRAWS):
        case = _draw(rng, axes, flow_only=flow_only)
        problem, x, y, above, relax = case
        expected = brute.front(problem, x, y, above, relax)
        if expected is not None and len(expected) > 2:
            break
    return case, expected


@pytest.mark.parametrize("flow_only", [True, False], ids=["unit loads", "all rules"])
@pytest.mark.parametrize("seeds", chunks(quick=3, full=150, night=2_000, size=10), ids=named)
def test_a_front_has_the_plans_that_trying_all_plans_gives(seeds, flow_only):
    """Every point is there, proven, and worth what it says."""
    for seed in seeds:
        (problem, x, y, above, relax), expected = _case(seed, flow_only=flow_only)
        where = (seed, x, y, above)
        try:
            front = frontier(problem, x, y, goals=above, relax=relax, search=_LONG)
        except InfeasibleError:
            assert expected is None, where
            continue
        assert expected is not None, where
        found = [(point.x, point.y) for point in front.points]
        assert found == [pytest.approx(point, abs=1e-6) for point in expected], where
        assert front.complete, where
        assert front.proven, where
        for point in front.points:
            judged = judge(problem, point.plan.pairs, (x, y))
            assert not judged.broken, where
            assert judged.goals == pytest.approx((point.x, point.y), abs=1e-6), where
            bounds = point.x_bound, point.y_bound
            assert bounds == pytest.approx((point.x, point.y), abs=1e-6), where


@pytest.mark.parametrize("seeds", chunks(quick=3, full=60, night=600, size=10), ids=named)
def test_a_front_of_the_lagrangian_search_has_the_same_plans(seeds):
    """Where it takes the goals: limits on sums over pairs are budgets of its search."""
    for seed in seeds:
        (problem, x, y, above, relax), expected = _case(seed, flow_only=seed % 2 == 0)
        options = {"goals": above, "relax": relax, "search": _LONG, "engine": "lns"}
        try:
            front = frontier(problem, x, y, **options)
        except UnsupportedError:
            continue
        except InfeasibleError:
            assert expected is None, seed
            continue
        found = [(point.x, point.y) for point in front.points]
        assert found == [pytest.approx(point, abs=1e-6) for point in expected], (seed, x, y)
        assert front.complete, (seed, x, y)


@pytest.mark.parametrize("seeds", chunks(quick=2, full=20, night=400, size=10), ids=named)
def test_so_many_points_are_on_the_front_both_ends_among_them(seeds):
    """With a number of points, each is one of all; with as many as there are, all are found."""
    for seed in seeds:
        (problem, x, y, above, relax), expected = _case(seed, flow_only=seed % 2 == 0)
        if expected is None:
            continue
        for number in (2, 3, 50):
            front = frontier(problem, x, y, points=number, goals=above, relax=relax, search=_LONG)
            found = [(point.x, point.y) for point in front.points]
            where = (seed, number, x, y)
            assert len(found) == min(number, len(expected)), where
            assert front.complete or len(found) == number, where
            for point, wanted in ((found[0], expected[0]), (found[-1], expected[-1])):
                assert point == pytest.approx(wanted, abs=1e-6), where
            for point in found:
                near = [p for p in expected if p == pytest.approx(point, abs=1e-6)]
                assert len(near) == 1, where
