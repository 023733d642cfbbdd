"""Instances that a reader solves by hand, for what brute force on small integers does not reach."""

import math
import subprocess
import sys

import numpy as np
import pytest
from engines.exact.scripted import Scripted
from lanes import by_lane, in_full

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Household,
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
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Answer, Claim, Linear
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.goals import GoalStages
from phancong.engines.exact.levels import least_total
from phancong.engines.exact.model import Model
from phancong.engines.exact.stages import staged
from phancong.engines.exact.steps import Steps
from phancong.engines.task import Proof, Task

ENGINES = ("cp_sat", "mip")


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


def households(*workloads, **fields):
    return [Household(f"h{i}", workload=w, **fields) for i, w in enumerate(workloads)]


# --- weighted loads -------------------------------------------------------------------------------


def test_weighted_loads_are_shared_out_evenly(engine):
    """3 + 2 + 2 + 1.5 + 1.5 = 10 for two members: 5 and 5 (3 + 2, 2 + 1.5 + 1.5)."""
    problem = Problem([Member("a"), Member("b")], households(3, 2, 2, 1.5, 1.5), travel=None)
    plan = solve(problem, goals=(FairLoad(aim="leximax"),), engine=engine)
    assert plan.status is Status.OPTIMAL
    assert plan.goals[0].best == (5.0, 5.0)


@pytest.mark.parametrize("aim", ["minmax", "leximax", "spread"])
def test_loads_without_a_common_unit_are_fair_to_the_rounding(engine, aim):
    """√2 against √3 and 1/√7: one member takes √3, the other √2 + 1/√7 ≈ 1.79."""
    weights = math.sqrt(2), math.sqrt(3), 1 / math.sqrt(7)
    problem = Problem([Member("a"), Member("b")], households(*weights), travel=None)
    plan = solve(problem, goals=(FairLoad(aim=aim),), engine=engine)
    high, low = weights[0] + weights[2], weights[1]
    best = {"minmax": high, "leximax": (high, low), "spread": high - low}[aim]
    # A spread is small beside the loads whose rounding it takes on.
    assert plan.status is Status.OPTIMAL or (engine, aim) == ("mip", "spread")
    assert plan.goals[0].best == pytest.approx(best, abs=1e-9)
    assert plan.goals[0].bound == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("measure", ["workload", *in_full("households")])
def test_shares_of_two_decimals_overflow_nothing(engine, measure):
    """20 members of shares 0.81 … 1.00: their common multiple is beyond 64 bits."""
    members = [Member(f"m{j:02d}", share=0.81 + 0.01 * j) for j in range(20)]
    problem = Problem(members, households(*[1.5] * 30), travel=None)
    unit = 1.5 if measure == "workload" else 1.0
    leximax = solve(problem, goals=(FairLoad(measure, aim="leximax"),), engine=engine)
    # 10 members take two: those of the largest shares, 0.91 and up.
    assert leximax.status is Status.OPTIMAL
    assert leximax.goals[0].best[0] == pytest.approx(2 * unit / 0.91)
    spread = solve(
        problem,
        goals=(FairLoad(measure, aim="spread", tolerance=1.0),),
        engine=engine,
        search=Search(seconds=by_lane(quick=0.5, full=2)),
    )
    assert spread.goals[0].bound <= spread.goals[0].best


def test_a_workload_matrix_says_who_it_costs_what(engine):
    """Effort 1 for the own half and 3 for the other: everybody keeps to the own half."""
    matrix = [[1, 3], [1, 3], [3, 1], [3, 1]]
    problem = Problem(
        [Member("a"), Member("b")], households(1, 1, 1, 1), travel=None, workload=matrix
    )
    plan = solve(problem, goals=(FairLoad(aim="leximax"),), engine=engine)
    assert plan.goals[0].best == (2.0, 2.0)
    assert plan.households_of("a") == ("h0", "h1")


def test_the_hardest_household_bounds_the_largest_load(engine):
    """One household of 8 beside three of 1: no plan is below 8, however much is shared."""
    problem = Problem([Member("a"), Member("b")], households(8, 1, 1, 1), travel=None)
    plan = solve(problem, goals=(FairLoad(aim="leximax"), Continuity()), engine=engine)
    assert plan.goals[0].best == (8.0, 3.0)


def test_many_levels_are_not_listed(engine):
    """Loads of thousands in steps of 1: 30,000 + 20,001 against 25,000 + 25,000."""
    weights = 30_000, 25_000, 25_000, 20_001
    problem = Problem([Member("a"), Member("b")], households(*weights), travel=None)
    plan = solve(problem, goals=(FairLoad(),), engine=engine)
    assert plan.goals[0].best == 50_001
    assert plan.status is Status.OPTIMAL


def test_nobody_to_share_with_is_fair(engine):
    """All members are exempt: leximax over nobody is empty."""
    problem = Problem([Member("a", max_households=0)], households(1.0), travel=None)
    plan = solve(problem, goals=(FairLoad(aim="leximax"), FairLoad()), engine=engine)
    assert [line.best for line in plan.goals] == [(), 0.0]
    assert plan.uncovered == ("h0",)


def test_households_that_need_nobody_make_an_empty_problem(engine):
    """Nothing to assign: every goal is at its floor."""
    problem = Problem(
        [Member("a")],
        households(1.0, members_needed=0),
        travel=TravelMatrix([[3.0]]),
        previous=[("h0", "a")],
    )
    goals = (Travel(), FairTravel(), Cohesion(), Preference({("h0", "a"): 1.0}))
    plan = solve(problem, goals=goals, engine=engine)
    assert plan.pairs == ()
    assert plan.status is Status.OPTIMAL


# --- relaxation -----------------------------------------------------------------------------------


def test_breaches_of_unequal_numbers_are_shared_out_by_share(engine):
    """√2 too much for limits of 1 each: the total is what it is, the largest as small as can be."""
    weights = [math.sqrt(2)] * 4
    members = [Member("a", max_workload=1.0, share=1.0), Member("b", max_workload=1.0, share=1.0)]
    plan = solve(Problem(members, households(*weights), travel=None), goals=(), engine=engine)
    assert plan.breaches["max_workload"].total == pytest.approx(4 * math.sqrt(2) - 2)
    assert plan.breaches["max_workload"].proven
    assert [len(plan.households_of(m)) for m in "ab"] == [2, 2]


def test_limits_without_a_common_unit_with_the_loads_are_rounded(engine):
    """Whole loads, limits of √2 and √3: the second is the one to take the odd household."""
    members = [
        Member("a", max_workload=math.sqrt(2)),
        Member("b", max_workload=math.sqrt(3), min_workload=1.0),
    ]
    plan = solve(Problem(members, households(1, 1, 1), travel=None), goals=(), engine=engine)
    assert len(plan.households_of("b")) == 2
    assert plan.breaches["max_workload"].total == pytest.approx(2 - math.sqrt(3))
    assert plan.breaches["max_workload"].bound == pytest.approx(2 - math.sqrt(3), abs=1e-5)


def test_limits_whose_common_unit_is_too_fine_are_rounded(engine):
    """1 + 1/997, 1 + 1/991, …: their common denominator has 40 bits, the loads are whole."""
    limits = [1 + 1 / n for n in (997, 991, 983, 977)]
    members = [Member(f"m{j}", max_workload=limit) for j, limit in enumerate(limits)]
    plan = solve(Problem(members, households(*[1.0] * 5), travel=None), goals=(), engine=engine)
    assert len(plan.households_of("m3")) == 2  # the largest limit is broken least
    assert plan.breaches["max_workload"].total == pytest.approx(1 - 1 / 977)


def test_small_excesses_beside_large_ones_are_proven_to_be_the_least():
    """Fifty excesses of a few metres, where another member would be kilometres away.

    Costs of as many bits as the largest distance needs leave their sum open (contract 5.1).
    """
    rng = np.random.default_rng(5)
    near, far = rng.uniform(100.0, 120.0, 50), rng.uniform(10_000.0, 20_000.0, 50)
    far[0] = 20_000.0
    problem = Problem(
        [Member("a"), Member("b")],
        [Household(f"h{n:02}") for n in range(50)],
        travel=TravelMatrix(np.column_stack([near, far]), unit="m"),
        max_travel=100.0,
    )
    plan = solve(problem, goals=[Travel()], relax=["max_travel"], engine="cp_sat")
    assert plan.status is Status.OPTIMAL
    assert plan.breaches["max_travel"].total == pytest.approx(near.sum() - 5_000.0, rel=1e-9)
    assert plan.breaches["max_travel"].proven


def test_a_plan_with_a_pair_that_is_no_candidate_is_none():
    """What is forbidden is not even looked at."""
    problem = Problem([Member("a")], households(1.0), travel=None, forbidden=[("h0", "a")])
    model = Model(Formulation(problem, {"coverage": math.inf}, 30))
    assert model.plan_of(np.array([[True]])) is None
    assert model.plan_of(np.array([[False]])) is not None


def test_the_example_of_the_branch(engine):
    """Eight members of 5 to 7, 66 households: loads 9, 9, 8, …; or ten uncovered (contract 4.6)."""
    members = [Member(f"m{j}", min_households=5, max_households=7) for j in range(8)]
    problem = Problem(members, households(*[1.0] * 66), travel=None)
    plan = solve(problem, goals=(Continuity(),), engine=engine)
    loads = sorted((len(plan.households_of(m.id)) for m in members), reverse=True)
    assert loads == [9, 9, 8, 8, 8, 8, 8, 8]
    assert plan.breaches["max_households"].proven
    short = solve(problem, goals=(), relax=("coverage",), engine=engine)
    assert len(short.uncovered) == 10
    assert short.status is Status.OPTIMAL


# --- what was reached is held ---------------------------------------------------------------------


def test_rounding_never_makes_a_plan_look_worse_than_what_it_holds(engine):
    """Two ways whose lengths differ by less than the rounding count as one length.

    The second household's detour of a thousand, which it has to take, says how fine the rounding is.
    """
    ways = np.array([[math.sqrt(2), math.sqrt(2) + 1e-10], [0.0, 1000 * math.sqrt(3)]])
    problem = Problem(
        [Member("a"), Member("b")],
        households(1.0, 1.0),
        travel=TravelMatrix(ways),
        fixed=[("h1", "b")],
    )
    goals = (Travel(), Preference({("h0", "b"): 1.0}))
    plan = solve(problem, goals=goals, engine=engine)
    assert plan.member_of("h0") == "b"
    assert plan.goals[0].value == pytest.approx(plan.goals[0].best, rel=1e-12)
    assert plan.goals[0].bound <= math.sqrt(2) + 1000 * math.sqrt(3)


# --- a solver that is wrong, or late --------------------------------------------------------------


def search_of(*answers):
    """Two households for one of two members each, the plan: both with the first member."""
    problem = Problem([Member("a"), Member("b")], households(1.0, 1.0), travel=None)
    model = Model(Formulation(problem, {}, 30))
    steps = Steps(model, Scripted(*answers), Course(Search()))
    steps.begin(1.0)
    assert steps.offer(np.array([1, 0, 1, 0]))
    cost = Linear.of([(0, 3), (1, 1), (2, 3), (3, 1)])
    return steps, Quantity(cost, floor=0)


def test_a_solution_that_breaks_a_row_is_not_taken():
    """Nobody on the second household: the plan stays, nothing is proven."""
    steps, cost = search_of(Answer(Claim.OPTIMAL, np.array([0, 1, 0, 0]), 1, 0.0))
    found = steps.minimise(cost)
    assert (found.value, found.bound, found.proven) == (6, 1, False)
    assert steps.cut == "rounding"


def test_a_worse_solution_is_not_taken():
    """What was cut may be worse than what it began with."""
    steps, cost = search_of(Answer(Claim.FEASIBLE, np.array([1, 0, 1, 0]), 1, 0.0, "work"))
    assert steps.offer(np.array([0, 1, 1, 0]))
    assert steps.minimise(cost).value == 4
    assert steps.plan[:4].tolist() == [0, 1, 1, 0]
    assert steps.cut == "time"  # a part of it: this search counts no work


@pytest.mark.parametrize("claim", [Claim.OPTIMAL, Claim.FEASIBLE])
def test_a_bound_above_a_plan_in_hand_proves_nothing(claim):
    """The solver says that nothing is below 9, and a plan of 6 is there."""
    steps, cost = search_of(Answer(claim, None, 9, 0.0, "gap"))
    found = steps.minimise(cost)
    assert (found.value, found.bound, found.proven) == (6, 0, False)


def test_infeasible_with_a_plan_in_hand_proves_nothing():
    """A contradiction is a mistake of the solver, not a proof."""
    steps, cost = search_of(Answer(Claim.INFEASIBLE, None, None, 0.0))
    assert not steps.minimise(cost).proven


def test_a_proof_in_floats_is_one_to_within_their_accuracy():
    """An optimum that is off by less than the accuracy counts, and the error is stated."""
    steps, cost = search_of(Answer(Claim.OPTIMAL, None, 5, 0.0))
    steps.solver.accuracy = 0.2
    found = steps.minimise(cost)
    assert found.proven
    assert found.error == 1.0


UNKNOWN, NONE, SOME = (
    Answer(Claim.UNKNOWN, None, None, 0.0, "work"),
    Answer(Claim.INFEASIBLE, None, None, 0.0),
    Answer(Claim.FEASIBLE, np.array([1, 0, 1, 0]), 0, 0.0),
)


@pytest.mark.parametrize(
    ("answers", "tried", "found"),
    [
        ((SOME,), [0], (0, 0)),
        ((NONE, NONE, NONE), [0, 4, 6], (7, 7)),
        ((UNKNOWN, NONE), [0, 6], (7, 7)),
        ((NONE, UNKNOWN, NONE), [0, 4, 6], (7, 7)),
        ((UNKNOWN, SOME, NONE, NONE), [0, 6, 3, 5], (6, 6)),
        ((UNKNOWN, SOME, UNKNOWN, UNKNOWN), [0, 6, 3, 5], (0, 6)),
        ((UNKNOWN, UNKNOWN), [0, 6], (0, 7)),
    ],
)
def test_a_level_that_is_not_decided_leaves_the_others(answers, tried, found):
    """Of seven levels below the plan the lowest comes first, and after an open one the highest."""
    steps, _ = search_of(*answers)
    asked = []
    assert steps.threshold(0, 7, asked.append, lambda: asked[-1]) == found
    assert asked == tried
    assert (steps.cut is None) == (found[0] == found[1])


def test_a_level_takes_half_of_a_stage_and_the_last_one_all_that_is_left():
    """Otherwise the lowest level, which may be the hardest, takes everything."""

    class Asked(Scripted):
        def solve(self, model, objective, hint, limits):
            asked.append(limits.work)
            return super().solve(model, objective, hint, limits)

    steps, _ = search_of()
    asked = []
    steps.course = Course(Search(work=8.0))
    steps.solver = Asked(UNKNOWN, UNKNOWN)
    steps.begin(1.0)
    assert steps.threshold(0, 7, lambda level: None, lambda: 7) == (0, 7)
    assert asked == pytest.approx([4.0, 8.0], abs=1e-3)


def test_a_known_bound_spares_the_levels_below_it():
    """Loads of 3, 3 and 2 for two members: arithmetic says 4 for each, another run has proven 5."""
    problem = Problem([Member("a"), Member("b")], households(3.0, 3.0, 2.0), travel=None)
    better = Answer(Claim.FEASIBLE, np.array([1, 0, 0, 1, 1, 0]), 0, 0.0)
    for known, proven in ((5.0, True), (None, False)):
        model = Model(Formulation(problem, {}, 30))
        steps = Steps(model, Scripted(better, UNKNOWN), Course(Search()))
        steps.begin(1.0)
        assert steps.offer(np.array([1, 0, 1, 0, 1, 0]))
        assert GoalStages(steps).run(FairLoad(), known).proven is proven


@pytest.mark.parametrize(
    ("answers", "proven"),
    [
        ((Answer(Claim.OPTIMAL, np.array([1, 0, 0, 1, 1, 0]), 5, 0.0),), True),
        ((Answer(Claim.FEASIBLE, np.array([1, 0, 0, 1, 1, 0]), 4, 0.0, "work"), NONE), True),
        ((Answer(Claim.FEASIBLE, np.array([1, 0, 0, 1, 1, 0]), 4, 0.0, "work"), UNKNOWN), False),
        ((UNKNOWN, NONE, UNKNOWN, UNKNOWN), False),
    ],
)
def test_branch_and_cut_bounds_all_levels_at_once(answers, proven):
    """Loads of 3, 3 and 2, from 8 for one member: 5 is best, and 4 and more by arithmetic."""
    problem = Problem([Member("a"), Member("b")], households(3.0, 3.0, 2.0), travel=None)
    solver = Scripted(*answers)
    solver.accuracy = 1e-9
    steps = Steps(Model(Formulation(problem, {}, 30)), solver, Course(Search()))
    steps.begin(1.0)
    assert steps.offer(np.array([1, 0, 1, 0, 1, 0]))
    assert GoalStages(steps).run(FairLoad()).proven is proven
    assert not solver.answers


def test_neither_plan_nor_proof_is_an_error():
    """Nothing may be relaxed, no plan is made by hand, and the solver knows nothing."""
    members = [Member("a", min_households=1), Member("b", min_households=1)]
    near_a = TravelMatrix([[1.0, 2.0], [1.0, 2.0]])
    problem = Problem(members, households(1.0, 1.0), travel=near_a)
    unknown = Answer(Claim.UNKNOWN, None, None, 0.0, "time")
    with pytest.raises(NoPlanFoundError, match="in time; give more seconds"):
        staged(Task(problem, (), {}, Course(Search())), Scripted(unknown))
    capped = {"max_households": 0.5}
    with pytest.raises(NoPlanFoundError, match="in time; give more seconds"):
        staged(Task(problem, (), capped, Course(Search())), Scripted(unknown, unknown))
    no_plan = Answer(Claim.INFEASIBLE, None, None, 0.0)
    assert staged(Task(problem, (), capped, Course(Search())), Scripted(unknown, no_plan)) is None


def test_the_solvers_are_loaded_when_they_are_asked_for():
    """No solver is loaded with the registry of the engines."""
    script = (
        "import sys, phancong, phancong.engines.registry, phancong.engines.exact;"
        "print([m for m in ('ortools.sat', 'ortools.math_opt') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def group_and_four(**options):
    """A group of 0 and 1, and 1, 1, 2 and 1, for one member with four places."""
    loads = [("g", 0.0), ("g", 1.0), (None, 1.0), (None, 1.0), (None, 2.0), (None, 1.0)]
    homes = [Household(f"h{n}", workload=w, group=g) for n, (g, w) in enumerate(loads)]
    return Problem([Member("a", max_households=4)], homes, travel=None, **options)


def test_a_group_that_is_missing_is_as_many_households():
    """Of 6 in all, without two households: without 2 and 1 it is 3; without the group it would be 5."""
    model = Model(Formulation(group_and_four(), {"coverage": math.inf}, 30))
    assert [least_total(model, "workload", missing) for missing in range(5)] == [6, 4, 3, 2, 1]


@pytest.mark.parametrize("solver", [CpSatSolver, MathOptSolver])
def test_a_plan_without_a_group_misses_each_of_its_households(solver):
    """It has 5; without the two heaviest of the others, in place of the group, it is 3."""
    problem = group_and_four()
    begun = Assignment.of(problem, [(f"h{n}", "a") for n in range(2, 6)])
    task = Task(problem, (FairLoad(),), {"coverage": math.inf}, Course(Search()), begun)
    outcome = staged(task, solver())
    assert outcome.goals == (Proof(3.0, 3.0, True),)
