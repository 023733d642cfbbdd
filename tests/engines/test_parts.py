"""Problems that fall into independent parts are solved apart and proven together."""

from dataclasses import replace

import pytest
from oracle import brute, random_problems
from oracle.comparing import check_against

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    Farthest,
    Household,
    InfeasibleError,
    Member,
    NoPlanFoundError,
    Preference,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.engines.parts import run_apart
from phancong.engines.task import Task
from phancong.search import Course

SUMS = (Travel, Continuity, Preference, Cohesion)


def valleys(**options):
    """Two hamlets, A and B, two members each; who crosses the pass walks 50."""
    members = [Member(f"m{n}", hamlet="AABB"[n], max_households=2) for n in range(4)]
    households = [Household(f"h{n}", hamlet="AAABBB"[n], workload=1 + n) for n in range(6)]
    ways = [
        [50 if m.hamlet != h.hamlet else (7 * i + 3 * j) % 5 for j, m in enumerate(members)]
        for i, h in enumerate(households)
    ]
    members = [replace(m, max_workload=12.0) for m in members]
    return Problem(
        members, households, travel=TravelMatrix(ways), **({"within_hamlet": True} | options)
    )


def sums_of(goals):
    """The goals that are sums, without a tolerance."""
    chosen = []
    for goal in goals:
        if isinstance(goal, SUMS):
            chosen.append(replace(goal, tolerance=0.0, rtol=0.0))
    return tuple(dict.fromkeys(chosen))


@pytest.mark.parametrize("seeds", [range(n, n + 50) for n in range(0, 400, 50)], ids=str)
def test_parts_together_are_the_best_plan(seeds):
    """Breaches and sums are those of trying every plan, whatever falls apart."""
    failures = {}
    apart = 0
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        problem = problem.replace(max_changes=None, within_hamlet=seed % 3 > 0)
        goals = sums_of(goals)
        expected = brute.best(problem, goals, relax)
        differences = check_against(expected, problem, goals, relax, engine="cp_sat")
        if differences:
            failures[seed] = differences
        if expected is not None:
            apart += "parts" in solve(problem, goals=goals, relax=relax, engine="cp_sat").reason
    assert not failures
    assert apart > 0


def test_the_plan_says_in_how_many_parts_it_was_solved():
    """Each valley is a problem of its own while nobody crosses the pass."""
    plan = solve(valleys(), goals=(Travel(),), engine="cp_sat")
    assert plan.reason == "asked for; 2 independent parts"
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("goals", "options"),
    [
        ((FairLoad(), Travel()), {}),
        ((Farthest(),), {}),
        ((Travel(tolerance=1.0), Continuity()), {}),
        ((Travel(),), {"max_changes": 0}),
        ((Travel(),), {"within_hamlet": False}),
    ],
)
def test_what_compares_or_joins_the_parts_is_solved_whole(goals, options):
    """Fairness, the farthest pair, a tolerance, a budget; and where there is one part only."""
    plan = solve(valleys(**options), goals=goals, engine="cp_sat")
    assert plan.reason == "asked for"
    assert plan.status is Status.OPTIMAL


def test_a_breach_that_compares_members_is_solved_whole():
    """Of max_workload the largest breach counts, so the parts are not independent any more."""
    problem = valleys().replace(
        members=[Member(m.id, hamlet=m.hamlet, max_workload=2.0) for m in valleys().members]
    )
    relax = ("max_workload",)
    plan = solve(problem, goals=(Travel(),), relax=relax, engine="cp_sat")
    assert plan.reason == "asked for"
    assert plan.relaxed


def test_a_part_without_a_plan_is_a_problem_without_a_plan():
    """Nothing may give way, and the second valley has a household too many."""
    problem = valleys().replace(
        members=[
            Member(m.id, hamlet=m.hamlet, max_households=2 - (m.id == "m3"))
            for m in valleys().members
        ],
        households=[*valleys().households[:5], Household("h5", hamlet="B", members_needed=2)],
    )
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        solve(problem, goals=(Travel(),), relax=(), engine="cp_sat")


def test_an_ended_pair_with_another_part_moves_value_and_bound():
    """h0 was with m3 across the pass: a change in every plan, in value and bound alike."""
    problem = valleys(previous={"h0": "m3", "h1": "m0"})
    plan = solve(problem, goals=(Continuity(),), engine="cp_sat")
    assert "parts" in plan.reason
    line = plan.goals[0]
    assert (line.value, line.bound, line.proven) == (1.0, 1.0, True)


@pytest.mark.parametrize("matrix", [True, False])
def test_scores_are_cut_to_the_part(matrix):
    """The same plan from a matrix and from a mapping of the same scores."""
    problem = valleys()
    scores = {
        (h.id, m.id): float((i * j) % 3)
        for i, h in enumerate(problem.households)
        for j, m in enumerate(problem.members)
    }
    goal = Preference(scores)
    if matrix:
        goal = Preference(goal.matrix(problem))
    plan = solve(problem, goals=(goal,), engine="cp_sat")
    whole = solve(problem, goals=(goal, FairLoad()), engine="cp_sat")
    assert "parts" in plan.reason
    assert plan.goals[0].best == whole.goals[0].best


def test_progress_hears_of_each_part_and_can_stop():
    """Stopping after the first stage leaves a complete plan whose lines are true."""
    heard = []

    def listen(record):
        heard.append(record.stage)
        return False

    best = solve(valleys(), goals=(Travel(),), engine="cp_sat").goals[0].best
    plan = solve(valleys(), goals=(Travel(),), engine="cp_sat", progress=listen)
    assert heard[0] == "part 1 of 2, goal 1: Travel"
    assert plan.metrics["coverage"] == 1
    assert plan.goals[0].bound <= best <= plan.goals[0].value
    quiet = solve(valleys(), goals=(Travel(),), engine="cp_sat", search=Search(work=5.0))
    assert quiet.goals[0].best == best


def test_a_household_of_a_member_elsewhere_needs_nobody():
    """An exempt own household stays exempt in a part that does not have the member."""
    people = [replace(m, household="h0" if m.id == "m3" else None) for m in valleys().members]
    problem = valleys(own_household="exempt").replace(members=people)
    plan = solve(problem, goals=(Travel(),), engine="cp_sat")
    assert "parts" in plan.reason
    assert plan.members_of("h0") == ()
    assert plan.metrics["coverage"] == 1


def test_a_part_that_found_nothing_in_time_is_tried_whole():
    """Neither a plan nor a proof with all limits: what may give way is still to be tried."""

    class Slow:
        name, apart, ran = "slow", True, []

        def run(self, task):
            self.ran.append(len(task.problem.households))
            if not task.relax:
                raise NoPlanFoundError("not in time")
            return "a plan"

    engine = Slow()
    task = Task(valleys(), (Travel(),), {"coverage": float("inf")}, Course(Search()))
    assert run_apart(task, engine) == ("a plan", 1)
    assert engine.ran == [3, 6]
