"""A goal kept at or below a limit in its place among the goals, by every engine that takes it."""

import math
import random

import pytest
from oracle import brute, random_problems

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Household,
    JudgementError,
    Member,
    NoPlanFoundError,
    Preference,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    UnsupportedError,
)
from phancong.course import Course
from phancong.engines.flow import FlowEngine
from phancong.engines.task import AtMost, Task
from phancong.running import judge, run


def village():
    ways = TravelMatrix([[100, 400], [200, 350], [300, 390]])
    homes = [Household(h, cluster="c") for h in ("h1", "h2", "h3")]
    last = dict.fromkeys(("h1", "h2", "h3"), "m2")
    return Problem([Member("m1"), Member("m2")], homes, travel=ways, previous=last)


def task(problem, *goals, relax=None, **search):
    return Task(problem, goals, relax or {}, Course(Search(**search)))


GOALS = [
    Travel(),
    Continuity(),
    Preference({("h1", "m2"): 1.0, ("h2", "m2"): 2.0}),
    Cohesion(),
    Farthest(),
    FairLoad(),
    FairLoad(aim="spread"),
    FairTravel(),
    FairTravel(aim="spread"),
]


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip"])
@pytest.mark.parametrize("goal", GOALS, ids=repr)
def test_the_best_value_is_a_limit_that_leaves_a_plan_and_less_leaves_none(engine, goal):
    """The limit stands before the other goal, whatever that costs it."""
    problem, other = village(), Travel() if goal != Travel() else Continuity()
    best = run(task(problem, goal), "cp_sat").goals[0].best
    try:
        plan = run(task(problem, AtMost(goal, best), other, goal), engine)
    except UnsupportedError:
        assert engine == "flow"
        return
    assert plan.goals[-1].value == pytest.approx(best)
    relax = {"coverage": 0.0, "max_travel": math.inf}
    less = task(problem, AtMost(goal, best - 0.5), other, goal, relax=relax)
    assert run(less, engine) is None


@pytest.mark.parametrize("engine", ["flow", "cp_sat"])
def test_a_limit_may_stand_last(engine):
    """Then any plan within it will do."""
    for goal, limit in ((Farthest(), 350.0), (FairLoad(), 2.0)):
        plan = run(task(village(), AtMost(goal, limit)), engine)
        assert goal.value(plan.assignment) <= limit
        assert plan.goals == ()


def test_a_fixed_pair_beyond_a_limit_leaves_no_plan():
    """What is settled is part of every plan."""
    problem = village().replace(fixed=[("h1", "m2")])
    assert run(task(problem, AtMost(Farthest(), 350.0), Travel()), "flow") is None
    assert run(task(problem, AtMost(Farthest(), 350.0), Travel()), "cp_sat") is None


@pytest.mark.parametrize("engine", ["flow", "cp_sat"])
def test_what_weighs_nothing_is_within_any_limit(engine):
    """Except one below nothing."""
    weightless = village().replace(
        households=[Household(h, workload=0.0) for h in ("h1", "h2", "h3")]
    )
    plan = run(task(weightless, AtMost(FairLoad(), 0.0), Travel()), engine)
    assert plan.goals[0].value == 600


def test_where_nobody_counts_no_figure_is_above_a_limit():
    """All are exempt."""
    exempt = [Member(m, max_households=0) for m in ("m1", "m2")]
    nobody, relax = village().replace(members=exempt), {"coverage": math.inf}
    for limit, there in ((0.0, True), (-1.0, False)):
        asked = task(nobody, AtMost(FairTravel(), limit), Travel(), relax=relax)
        assert (run(asked, "cp_sat") is not None) == there


def test_loads_with_too_many_levels_are_kept_within_a_limit_as_sums():
    """Thousands of levels are not listed."""
    loads = (123_457, 99_991, 31_337)
    homes = [Household(f"h{n}", workload=w) for n, w in enumerate(loads, start=1)]
    problem = village().replace(households=homes)
    plan = run(task(problem, AtMost(FairLoad(), 131_328.0), Travel()), "cp_sat")
    assert FairLoad().value(plan.assignment) == 131_328
    assert run(task(problem, AtMost(FairLoad(), 131_327.0), Travel()), "cp_sat") is None


def test_no_time_to_look_within_a_limit_is_no_proof():
    """A start within the limit, of which nothing is proven; without one neither a plan nor None."""
    scores = Preference({("h1", "m2"): 1.0})
    nothing_left = stopped_after_the_first_goal(Travel(), AtMost(Continuity(), 0.0), scores)
    plan = run(nothing_left, "cp_sat")
    assert plan.assignment.changes == 0
    assert plan.stopped == "progress"
    # One household may change hands, and must: no start does just that.
    both = AtMost(Continuity(), 1.0), AtMost(FairLoad(), 2.0)
    no_start = stopped_after_the_first_goal(Travel(), *both, scores)
    with pytest.raises(NoPlanFoundError, match="neither a plan nor a proof"):
        run(no_start, "cp_sat")


def stopped_after_the_first_goal(*goals):
    return Task(village(), goals, {}, Course(Search(), lambda _: False))


def test_a_flow_search_that_ends_before_a_limit_keeps_it_or_finds_nothing():
    """The plan in hand is within the limit, or there is none."""
    scores = Preference({("h1", "m2"): 1.0})
    kept = stopped_after_the_first_goal(Travel(), AtMost(Continuity(), 3.0), scores, Continuity())
    plan = run(kept, "flow")
    assert plan.stopped == "progress"
    beyond = stopped_after_the_first_goal(Travel(), AtMost(FairLoad(), 2.0), Continuity())
    plan = run(beyond, "flow")
    assert plan.engine == "round_robin"  # the flow had no plan within the limit
    assert plan.assignment.counts.max() == 2


def test_the_judge_looks_at_limits():
    """A plan beyond one is a mistake of the engine."""
    plan = run(task(village(), Travel()), "flow")
    with pytest.raises(JudgementError, match=r"Continuity\(\) is beyond its limit 1"):
        judge(task(village(), AtMost(Continuity(), 1.0), Travel()), plan)


def test_a_limit_says_of_itself_what_engines_ask():
    """It is held as it is, and knows what its goal knows."""
    limit = AtMost(Travel(), 700.0)
    assert limit.held(5.0) == 700
    assert limit.floor(village()) == 600
    assert limit.defects(village().replace(travel=None)) == Travel().defects(
        village().replace(travel=None)
    )


def test_a_limit_has_the_coefficients_of_its_goal():
    problem = village()
    limit = AtMost(Continuity(), 1.0)
    mine, theirs = limit.listed(problem), Continuity().listed(problem)
    assert limit.counts
    assert not AtMost(Continuity("years"), 1.0).counts
    for name in ("rows", "columns", "values"):
        assert getattr(mine, name).tolist() == getattr(theirs, name).tolist()


@pytest.mark.parametrize("seed", range(30))
def test_the_flow_engine_learns_nothing_wrong_from_one_limit_for_the_next(seed):
    """One engine for many limits in any order gives what a new one gives, and what all plans give."""
    rng = random.Random(seed)
    problem, _, _ = random_problems.tiny(f"limits {seed}", flow_only=True)
    members = [m.id for m in problem.members]
    previous = [(h.id, rng.choice(members), 1) for h in problem.households]
    problem = problem.replace(previous=previous, travel=problem.travel)
    scores = {(h.id, m): float(rng.randint(0, 9)) for h in problem.households for m in members}
    free, engine = Preference(scores), FlowEngine()
    points = brute.front(problem, Continuity(), free, (), ())
    for limit in rng.sample(range(len(problem.households) + 1), len(problem.households) + 1):
        asked = task(problem, AtMost(Continuity(), float(limit)), free, Continuity())
        found = engine.run(asked)
        within = [y for x, y in points or [] if x <= limit]
        assert (found is None) == (not within)
        if found is not None:
            assert found.goals[1].best == pytest.approx(within[-1])
            assert found.goals[1].proven
