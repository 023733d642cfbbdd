"""Limits that are met exactly, or missed by less than rounded integers can tell."""

import math
from fractions import Fraction

import numpy as np
import pytest

from phancong import (
    Household,
    InfeasibleError,
    Member,
    Problem,
    Search,
    Status,
    TravelMatrix,
    diagnose,
    solve,
)
from phancong.course import Course
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Limits, Linear
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.common.mathopt_call import HIGHS, SCIP
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.model import Model
from phancong.engines.exact.steps import CUTS, Steps
from phancong.goals import Continuity, FairLoad, FairTravel, Travel

EXACT = ["cp_sat", "mip"]


def problem_of(weights, *members, **options):
    homes = [Household(f"h{n}", workload=weight) for n, weight in enumerate(weights)]
    return Problem(members, homes, **({"travel": None} | options))


@pytest.mark.parametrize("engine", ["auto", *EXACT, "lns"])
@pytest.mark.parametrize("weight", [0.375203903, 1 / 7, 4e9 / 3])
def test_a_limit_that_one_load_meets_is_met(engine, weight):
    """The near household just fits; without it the way is three times as long."""
    members = Member("a", max_workload=weight), Member("b")
    ways = TravelMatrix([[1.0, 100.0], [50.0, 50.0]])
    problem = problem_of((weight, weight * 5.7506), *members, travel=ways)
    plan = solve(problem, goals=(Travel(),), engine=engine)
    assert plan.goals[0].value == plan.goals[0].bound == 51.0
    assert plan.status is Status.OPTIMAL
    fixed = problem.replace(fixed=[("h0", "a")])
    assert solve(fixed, goals=(Travel(),), engine=engine, relax=()).goals[0].value == 51.0


@pytest.mark.parametrize("engine", [*EXACT, "lns"])
def test_last_year_s_loads_as_limits_let_everybody_stay(engine):
    """Maxima and minima are what each had, added up in floats: no family changes hands."""
    weights = [0.1, 0.2, 1 / 3, math.sqrt(2), math.pi, 0.30000000000000004]
    members = [
        Member(m, max_workload=sum(weights[n::2]), min_workload=sum(weights[n::2]))
        for n, m in enumerate("ab")
    ]
    last = [(f"h{n}", "ab"[n % 2]) for n in range(len(weights))]
    problem = problem_of(weights, *members, previous=last)
    plan = solve(problem, goals=(Continuity(),), engine=engine, relax=())
    assert (plan.goals[0].value, plan.status) == (0.0, Status.OPTIMAL)
    assert diagnose(problem).feasible


@pytest.mark.parametrize("engine", EXACT)
def test_a_limit_missed_by_little_more_than_the_tolerance_is_broken(engine):
    """Loads of long decimals, 3e-9 above the maximum and below the minimum: rows cannot tell."""
    high, low = math.sqrt(2), math.sqrt(3)
    members = Member("a", max_workload=high - 3e-9), Member("b")
    with pytest.raises(InfeasibleError, match="max_workload"):
        solve(problem_of((high,), *members, fixed=[("h0", "a")]), engine=engine, relax=())
    members = Member("a", min_workload=low + 3e-9), Member("b")
    with pytest.raises(InfeasibleError, match="min_workload"):
        solve(problem_of((low,), *members), engine=engine, relax=())


def model_of(problem, bits=10):
    """A model whose integers are coarse, so that they cannot tell."""
    return Model(Formulation(problem, {}, bits))


def test_what_passes_a_maximum_by_less_than_its_row_tells_is_cut_off():
    """0.7 and 0.3001 above 1: with ten bits a row takes them for 1, and learns that both are too many."""
    weights = 0.70000001, 0.30010007, 0.00012345
    model = model_of(problem_of(weights, Member("a", max_workload=1.0), Member("b")))
    both = np.array([1, 0, 1, 0, 1, 0])
    assert not model.keeps(model.complete(both))
    assert model.cut_off(both)
    cut = model.rows[-1]
    assert (cut.linear.variables.tolist(), cut.upper) == ([2, 0], 1)  # not the lightest
    mark = model.mark()
    model.back_to(mark)
    assert model.rows[-1] is cut
    assert not model.cut_off(np.array([1, 0, 0, 1, 1, 0]))


def test_what_misses_a_minimum_by_less_than_its_row_tells_is_cut_off():
    """0.9999 of 1 where another household is needed; an optional member may have nobody."""
    weights = 0.99990001, 0.00001234, 0.50000321
    for optional in (False, True):
        member = Member("a", min_workload=1.0, optional=optional)
        model = model_of(problem_of(weights, member, Member("b")))
        alone = np.array([1, 0, 0, 1, 0, 1])
        assert model.cut_off(alone)
        cut = model.rows[-1]
        assert 4 in cut.linear.variables
        assert 2 not in cut.linear.variables  # nor is the lightest enough
        assert model.cut_off(np.array([0, 1, 0, 1, 0, 1])) is not optional


def test_who_misses_a_minimum_with_all_there_is_leaves_no_plan():
    """0.9999 and 0.00001, both taken: nothing can be added, and a row of nothing is kept nowhere."""
    model = model_of(problem_of((0.99990001, 0.00001234), Member("a", min_workload=1.0)))
    rows = list(model.rows)
    assert not model.impossible  # for its row, 0.9999 and a little are 1
    mark = model.mark()
    assert model.cut_off(np.array([1, 1]))
    assert model.impossible
    model.back_to(mark)
    assert model.rows == rows
    assert model.impossible  # that is true of every plan, whatever was tried


def test_a_plan_that_breaks_what_is_held_is_barred():
    """One plan is left out, and all others stay."""
    problem = problem_of((1.0, 2.0), Member("a"), Member("b"))
    model = model_of(problem)
    model.bar(np.array([1, 0, 0, 1]))
    assert not model.keeps(model.complete(np.array([1, 0, 0, 1])))
    assert model.keeps(model.complete(np.array([1, 0, 1, 0])))


def test_cuts_come_to_an_end():
    """Where every solution is cut off, the stage is cut by rounding, and its bound is kept."""

    class Endless:
        accuracy = 0.0
        bits = 28
        asked = 0

        def solve(self, model, objective, hint, limits):
            from phancong.engines.common.linear_model import Answer, Claim

            self.asked += 1
            return Answer(Claim.FEASIBLE, np.array([1, 0, 0, 1]), 3, 0.0)

    problem = problem_of((1.0, 2.0), Member("a"), Member("b"))
    solver = Endless()
    steps = Steps(model_of(problem), solver, Course(Search()))
    steps.begin(1.0)
    steps.also_hold(lambda plan: False)
    answer = steps.solve(Linear.of([(0, 1)]))
    assert (answer.values, answer.bound, answer.cut) == (None, 3, "rounding")
    assert solver.asked == CUTS
    assert not steps.offer(np.array([1, 0, 0, 1]))
    steps.note_cut()
    assert steps.cut == "rounding"


def test_a_quantity_says_whether_integers_tell_a_limit():
    """What is rounded by more than half of the tolerance leaves plans in doubt."""
    fine = Quantity(Linear.of(()), Fraction(1, 2**40), error=1e-12)
    assert fine.tells(1.0)
    assert fine.as_good(5) == 5 + 2
    coarse = Quantity(Linear.of(()), Fraction(1, 2**20), error=1e-6)
    assert not coarse.tells(1.0)
    assert coarse.under(1.0) >= 2**20 + 1
    assert Quantity(Linear.of(())).as_good(5) == 5


@pytest.mark.parametrize("rule", ["max_households", "min_households"])
def test_breaches_of_numbers_of_households_are_whole_numbers_of_them(rule):
    """Whatever each weighs and however few bits there are: a group of 3000 against a limit of 1500."""
    homes = [Household(f"h{n}", workload=2.5, group="g") for n in range(3000)]
    problem = Problem([Member("a", **{rule: 1500}), Member("b")], homes, travel=None)
    model = Model(Formulation(problem, {rule: math.inf}, 10))
    breach = model.member_breach[rule]
    assert (breach.quantum, breach.error) == (1, 0.0)
    taken = np.array([1, 0]) if rule == "max_households" else np.array([0, 1])
    for decisions, by in ((taken, 1500), (1 - taken, 0)):
        values = model.complete(decisions)
        assert values[breach.variables[0]] == by
        assert model.keeps(values)


@pytest.mark.parametrize("engine", EXACT)
def test_the_largest_minimum_is_missed_by_what_is_missing(engine):
    """A million, and there are two households."""
    problem = problem_of((1.0, 2.5), Member("a", min_households=1_000_000), Member("b"))
    plan = solve(problem, goals=(), engine=engine, relax=("min_households",))
    assert plan.breaches["min_households"].total == 999_998
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize("engine", EXACT)
def test_a_sum_of_costs_far_apart_is_held_as_the_judge_has_it(engine):
    """Ways of 1e12 beside 0.01: integers cannot tell, and what is held is looked at exactly."""
    ways = [[1e12, 1e12 + 0.3], [0.01, 0.02], [5.0, 5.0]]
    problem = problem_of((1.0, 1.0, 1.0), Member("a"), Member("b"), travel=TravelMatrix(ways))
    search = Search(seconds=3)  # what is rounded stays open
    plan = solve(problem, goals=(Travel(), FairLoad("households")), engine=engine, search=search)
    assert plan.goals[0].value <= 1e12 + 1e3 + 5.03
    assert plan.goals[0].bound <= 1e12 + 5.01


@pytest.mark.parametrize("engine", EXACT)
@pytest.mark.parametrize("aim", ["minmax", "leximax", "spread"])
def test_long_decimals_are_fair_with_a_proof(engine, aim):
    """Ways of √2, √3, √5: first with few bits, then exactly; tolerances too."""
    ways = [[math.sqrt(2), math.sqrt(3)], [math.sqrt(5), math.sqrt(7)], [math.pi, math.e]]
    problem = problem_of((1.0, 1.0, 1.0), Member("a"), Member("b"), travel=TravelMatrix(ways))
    tolerance = 0.0 if aim == "leximax" else 0.1
    goals = (FairTravel(aim=aim, tolerance=tolerance), Travel())
    plan = solve(problem, goals=goals, engine=engine)
    first = {"minmax": math.sqrt(2) + math.sqrt(5), "leximax": math.sqrt(2) + math.sqrt(5)}
    best = plan.goals[0].best if aim != "leximax" else plan.goals[0].best[0]
    if aim in first:
        assert best == pytest.approx(first[aim], rel=1e-9)
    assert plan.goals[0].proven or plan.stopped in ("rounding", "numerics")


def test_a_rounded_largest_figure_that_is_not_proven_is_held_with_its_tolerance():
    """24 households at distances of square roots; the first goal stops at its gap."""
    draw = np.random.default_rng(5)
    ways = np.sqrt(draw.integers(2, 400, (24, 5)).astype(float))
    members = [Member(m) for m in "abcde"]
    problem = problem_of([1.0] * 24, *members, travel=TravelMatrix(ways))
    goals = (FairTravel(tolerance=0.1), Travel())
    plan = solve(problem, goals=goals, engine="cp_sat", search=Search(gap=9.0))
    first = plan.goals[0]
    assert (plan.stopped, first.proven) == ("gap", False)
    assert first.bound < first.best <= first.value <= first.best + 0.1 + 1e-6


@pytest.mark.parametrize("engine", EXACT)
def test_breaches_of_odd_shares_are_proven_by_loads_themselves(engine):
    """Shares of 0.123, 0.877 and 0.611 have no common unit: the largest breach ÷ share is exact."""
    members = [
        Member(m, max_workload=1.0, share=share)
        for m, share in zip("abc", (0.12345671, 0.87654321, 0.61111111), strict=True)
    ]
    weights = [1.00001, 1.50002, 2.00003, 0.75004, 1.25005, 0.99006]
    plan = solve(problem_of(weights, *members), goals=(), engine=engine)
    assert plan.breaches["max_workload"].total == pytest.approx(sum(weights) - 3)
    assert plan.breaches["max_workload"].proven


@pytest.mark.parametrize("rule", ["max_workload", "min_workload"])
@pytest.mark.parametrize("optional", [False, True])
def test_ceilings_of_long_decimals_are_kept_exactly(rule, optional):
    """√2 above, or below, by 0.5 and no more."""
    sign = 1 if rule == "max_workload" else -1
    weight = math.sqrt(2)
    kept = Member("a", optional=optional, **{rule: weight - sign * 0.5})
    problem = problem_of((weight, 1e9 / 7), kept, Member("b"), fixed=[("h0", "a"), ("h1", "b")])
    search = Search(seconds=3)  # beside 1e9 / 7 the breach is known to four digits
    plan = solve(problem, goals=(), engine="cp_sat", relax={rule: 0.5}, search=search)
    assert plan.breaches[rule].total == pytest.approx(0.5)
    tight = Member("a", optional=optional, **{rule: weight - sign * 0.50001})
    problem = problem_of((weight, 1e9 / 7), tight, Member("b"), fixed=[("h0", "a"), ("h1", "b")])
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        solve(problem, goals=(), engine="cp_sat", relax={rule: 0.5}, search=search)


# --- solvers that fail


def test_where_highs_fails_scip_is_asked():
    """And where both do, nothing is known."""
    asked = []

    def fails(call, stop, seconds):
        asked.append(call.args[0])
        raise RuntimeError("the solver broke")

    model = model_of(problem_of((1.0,), Member("a")))
    limits = Limits(math.inf, math.inf, 0.0, 0, fails)
    answer = MathOptSolver().solve(model, Linear.of([(0, 1)]), None, limits)
    assert asked == [HIGHS, SCIP]
    assert (answer.values, answer.cut) == (None, "numerics")
