"""What once went wrong without a sound, or with the wrong one; each a case of its own."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from phancong import (
    Continuity,
    FairLoad,
    FairTravel,
    Geodesic,
    Household,
    InfeasibleError,
    InvalidArgumentError,
    InvalidProblemError,
    JudgementError,
    Member,
    Preference,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    check,
    diagnose,
    solve,
)
from phancong.problem.part import part_of


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_a_limit_of_decimals_that_is_met_exactly_is_met(engine):
    """0.5432 + 0.1234 is not above a maximum, nor below a minimum, of 0.5432 + 0.1234."""
    total = 0.5432 + 0.1234
    problem = Problem(
        [Member("m", min_workload=total, max_workload=total)],
        [Household("h1", workload=0.5432), Household("h2", workload=0.1234)],
        travel=None,
    )
    plan = solve(problem, relax=(), goals=(), engine=engine)
    assert plan.status is Status.OPTIMAL
    assert not plan.uncovered


def test_the_least_maximum_of_decimals_is_found_and_holds():
    """1.2345 + 2.4691 is the repair for a maximum of 3.2036."""
    households = [Household("h1", workload=1.2345), Household("h2", workload=2.4691)]
    problem = Problem([Member("m", max_workload=3.2036)], households, travel=None)
    repair = next(r for r in diagnose(problem).repairs if r.kind == "raise_max_workload")
    assert repair.amount == pytest.approx(3.7036)
    assert diagnose(repair.apply(problem)).feasible
    assert str(repair) == "raise the maximum workload to 3.704 for all"


def test_new_members_carry_no_more_than_the_others():
    """40 households of 2 and two members of at most 4 each: 18 more of 4, not one of 72."""
    problem = Problem(
        [Member("a", max_workload=4.0), Member("b", max_workload=4.0)],
        [Household(f"h{i}", workload=2.0) for i in range(40)],
        travel=None,
    )
    repair = next(r for r in diagnose(problem).repairs if r.kind == "add_members")
    assert repair.amount == 18


def shuffled_matrices():
    return Problem(
        [Member("b"), Member("a")],
        [Household("h2"), Household("h1")],
        travel=TravelMatrix([[1, 9], [8, 2]], unit="m"),
        workload=[[1, 2], [3, 4]],
    )


def test_records_in_another_order_take_their_matrices_along():
    """The same members, sorted and changed, keep their own travel and workload."""
    problem = shuffled_matrices()
    variant = problem.replace(
        members=[replace(m, max_households=5) for m in problem.members],
        households=problem.households,
    )
    assert np.array_equal(variant.travel_matrix, problem.travel_matrix)
    assert np.array_equal(variant.workload_matrix, problem.workload_matrix)
    assert problem.replace(members=problem.members) == problem


def test_other_records_need_other_matrices():
    """A member more, or another one, has no column yet; each matrix is named."""
    problem = shuffled_matrices()
    with pytest.raises(
        InvalidProblemError, match=r"travel: is a matrix for other members"
    ) as caught:
        problem.replace(members=[Member("a"), Member("c")])
    assert [d.field for d in caught.value.defects] == ["travel", "workload"]
    other = problem.replace(
        members=[Member("a"), Member("c")],
        travel=TravelMatrix([[1, 1], [1, 1]]),
        workload=[[1, 1], [1, 1]],
    )
    assert [m.id for m in other.members] == ["a", "c"]
    with pytest.raises(InvalidProblemError, match="share"):
        problem.replace(members=[Member("a", share=-1), Member("b")])


def test_a_plan_is_judged_by_other_goals_too():
    """Goals are matched by what they are, not by where they stand."""
    problem = Problem([Member("a")], [Household("h", visits=3)], travel=TravelMatrix([[7]]))
    judgement = check(problem, solve(problem), goals=(Travel(),))
    assert judgement.valid
    assert judgement.goals == ((Travel(), 21.0),)


@pytest.mark.parametrize("pair", [(0.0, "a"), (True, "a"), (0, None)])
def test_what_is_no_id_is_no_id_for_the_judge_either(pair):
    """0.0 and True are not household 0."""
    problem = Problem([Member("a")], [Household(0)], travel=None)
    assert "not an id" in check(problem, [pair]).violations[0] or "missing" in str(
        check(problem, [pair]).violations
    )


def test_a_false_proof_is_no_proof_for_the_judge():
    """Proven means that the best meets the bound: of goals and of breaches alike (contract 5.5)."""
    problem = Problem(
        [Member("a", max_households=1)], [Household("h"), Household("g")], travel=None
    )
    plan = solve(problem, goals=(FairLoad(),))
    line = replace(plan.goals[0], bound=0.0)
    assert "is called proven" in str(check(problem, replace(plan, goals=(line,))).violations)
    breach = replace(plan.breaches["max_households"], bound=0.0)
    lines = dict(plan.breaches) | {"max_households": breach}
    assert "is called proven" in str(check(problem, replace(plan, breaches=lines)).violations)


def test_a_plan_travels_between_processes():
    """Pickled, it is the same plan, its figures included."""
    problem = Problem([Member("a"), Member("b")], [Household("h")], travel=None)
    plan = solve(problem)
    again = pickle.loads(pickle.dumps(plan))
    assert again.pairs == plan.pairs
    assert again.breaches == plan.breaches
    assert again.metrics == plan.metrics
    assert repr(again.metrics) == repr(plan.metrics)
    assert len(again.metrics) == len(plan.metrics)


class TestAnExemptOwnHouseholdInAGroup:
    """It needs nobody, so it stands outside its group (contract 2.3, 4.1)."""

    def problem(self, **options):
        return Problem(
            [Member("a", hamlet="A", household="h1", max_households=1), Member("b", hamlet="B")],
            [
                Household("h1", group="g", hamlet="A"),
                Household("h2", group="g", hamlet="A"),
                Household("h4", group="g", hamlet="A"),
                Household("h3", hamlet="B"),
            ],
            travel=None,
            own_household="exempt",
            **options,
        )

    def test_it_is_solved_in_parts(self):
        plan = solve(self.problem(within_hamlet=True), goals=(Continuity(),))
        assert plan.members_of("h1") == ()
        assert plan.members_of("h2") == plan.members_of("h4")

    def test_it_is_diagnosed(self):
        problem = self.problem().replace(members=[self.problem().members[0]])
        found = diagnose(problem)
        assert not found.feasible
        for repair in found.repairs:
            assert diagnose(repair.apply(problem)).feasible

    def test_the_others_can_be_fixed(self):
        plan = solve(self.problem(fixed=[("h2", "b"), ("h4", "b")]))
        assert plan.members_of("h2") == ("b",)

    def test_a_part_of_it_needs_nobody(self):
        part = part_of(self.problem(), np.array([0, 1]), np.array([0]))
        assert part.needed.tolist() == [0, 1]
        assert part.groups == ()


@pytest.mark.parametrize(
    "options",
    [{"max_changes": "3.0"}, {"workload": [[1], [10**400]]}, {"travel": Geodesic}],
    ids=str,
)
def test_odd_input_is_read_or_refused_by_name(options):
    """Never a traceback from inside."""
    people, homes = [Member("m")], [Household("h"), Household("g")]
    if "max_changes" in options:
        assert Problem(people, homes, travel=None, **options).max_changes == 3
    else:
        with pytest.raises(InvalidProblemError, match=next(iter(options))):
            Problem(people, homes, **({"travel": None} | options))


def test_numbers_beyond_a_float_are_refused_by_name():
    """In a search, in scores."""
    with pytest.raises(InvalidArgumentError, match="seconds is 1000"):
        Search(seconds=10**400)
    problem = Problem([Member("m")], [Household("h")], travel=None)
    with pytest.raises(InvalidArgumentError, match="is not a finite number"):
        solve(problem, goals=(Preference({("h", "m"): 10**400}),))
    with pytest.raises(InvalidArgumentError, match="problem is a int"):
        check(5, [])
    with pytest.raises(InvalidArgumentError, match="progress is 5"):
        solve(problem, progress=5)


@pytest.mark.parametrize("engine", ["cp_sat", "auto"])
def test_there_is_always_a_plan_where_coverage_may_give_way(engine):
    """However short the time, and in however many parts (contract 4.5)."""
    rng = np.random.default_rng(0)
    problem = Problem(
        [Member(i, hamlet=str(i % 4), max_workload=20.0) for i in range(12)],
        [Household(i, hamlet=str(i % 4), workload=1.0 + i % 3) for i in range(100)],
        travel=TravelMatrix(rng.random((100, 12)) * 1000),
        within_hamlet=True,
    )
    plan = solve(problem, goals=(Travel(),), search=Search(seconds=1e-4), engine=engine)
    assert check(problem, plan).valid


def scattered(seed, far, members="abc", **options):
    """Six households; one way is *far*, all others are some tens of metres."""
    ways = np.random.default_rng(seed).random((6, len(members))) * 100
    ways[0, 0] = far
    people = [Member(m, max_households=3 if m == "a" else None) for m in members]
    homes = [Household(f"h{i}") for i in range(6)]
    return Problem(people, homes, travel=TravelMatrix(ways), **options)


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip"])
@pytest.mark.parametrize("far", [1e12, 1e15])
def test_one_far_pair_does_not_cost_the_others_their_proof(engine, far):
    """Nobody goes 1e12 m where all else is 100: as if that pair were forbidden, proven as well."""
    goals = (Travel(), Continuity())
    previous = {f"h{i}": "abc"[i % 3] for i in range(6)}
    for seed in range(5):
        problem = scattered(seed, far, previous=previous)
        plan = solve(problem, goals=goals, engine=engine)
        without = problem.replace(forbidden=[("h0", "a")])
        best = solve(without, goals=(Travel(),), engine=engine).goals[0].best
        assert (plan.status, plan.stopped) == (Status.OPTIMAL, None)
        assert plan.goals[0].best == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("aim", ["minmax", "leximax"])
def test_one_far_pair_does_not_cost_fair_travel_its_proof(aim):
    """The same for the travel of each member."""
    plan = solve(scattered(1, 1e12), goals=(FairTravel(aim=aim),), engine="cp_sat")
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip"])
def test_a_far_pair_that_must_be_is_no_harm(engine):
    """It is fixed: 1e12 and the shortest ways of the others."""
    problem = scattered(1, 1e12, fixed=[("h0", "a")])
    plan = solve(problem, goals=(Travel(),), engine=engine)
    assert plan.goals[0].best == pytest.approx(1e12)
    assert plan.status is Status.OPTIMAL


def test_a_far_pair_among_ways_that_cannot_be_told_apart_by_one_flow():
    """Equally narrow windows of loads are networks of their own; their plans compare in metres."""
    ways = np.random.default_rng(3).random((7, 3)) * 100
    ways[0, 0] = 1e15
    shares = {"a": 1.0, "b": 0.5, "c": 0.7}
    problem = Problem(
        [Member(m, share=share) for m, share in shares.items()],
        [Household(f"h{i}") for i in range(7)],
        travel=TravelMatrix(ways),
    )
    goals = (FairLoad("households", aim="spread"), Travel())
    found = [solve(problem, goals=goals, engine=engine) for engine in ("flow", "cp_sat")]
    assert all(plan.status is Status.OPTIMAL for plan in found)
    assert found[0].goals[1].best == pytest.approx(found[1].goals[1].best, rel=1e-6)


def scores_of_many_orders(seed, unwanted=-1e15):
    """One score that nobody wants, far below the others."""
    scores = np.random.default_rng(seed).random((6, 3)) * 100
    scores[0, 0] = unwanted
    return Preference(scores)


def test_costs_of_many_orders_are_proven_without_those_that_nobody_wants():
    """One score of -1e15 leaves the others less than a unit; the plans that have it are left out."""
    plan, told = (
        solve(scattered(1, 50.0), goals=(scores_of_many_orders(1, unwanted),), engine="flow")
        for unwanted in (-1e15, -1e4)
    )
    assert plan.status is told.status is Status.OPTIMAL
    assert plan.pairs == told.pairs


def test_costs_of_many_orders_are_not_called_proven():
    """Who has no other pair has the dear one: the others are less than a digit of the sum."""
    goal = scores_of_many_orders(1)
    fixed = (("h0", "a"),)
    plan = solve(scattered(1, 50.0, fixed=fixed), goals=(goal,), engine="flow")
    assert plan.goals[0].bound <= plan.goals[0].value
    assert ("h0", "a") in plan.pairs


def test_plans_that_rounding_cannot_tell_apart_are_no_mistake():
    """A later goal chooses among plans of equal integers; the best is what it chose."""
    previous = {f"h{i}": "abc"[i % 3] for i in range(6)}
    for seed in range(40):
        problem = scattered(seed, 50.0, previous=previous)
        goals = (scores_of_many_orders(seed), Continuity())
        plan = solve(problem, goals=goals, engine="flow")
        assert plan.goals[0].bound <= plan.goals[0].best == plan.goals[0].value
        told = solve(problem, goals=(scores_of_many_orders(seed, -1e4), Continuity()))
        assert plan.status is told.status is Status.OPTIMAL
        assert [line.value for line in plan.goals] == [line.value for line in told.goals]


def test_a_rule_that_came_out_unbroken_is_proven_whatever_was_cut():
    """Stopped at its stage, and nothing is broken: optimal, and nothing cut it."""
    problem = Problem([Member("m", max_households=0)], [Household("h")], travel=None)
    relax = ("min_households", "coverage")
    plan = solve(problem, goals=(), relax=relax, engine="cp_sat", progress=lambda _: False)
    assert plan.breaches["min_households"].proven
    assert (plan.stopped is None) == (plan.status is Status.OPTIMAL)


def test_a_flow_solver_that_fails_is_heard(monkeypatch):
    """Whatever ends it: no plan is made of what it left behind."""
    failing = SimpleMinCostFlow.BAD_COST_RANGE
    monkeypatch.setattr(SimpleMinCostFlow, "solve", lambda self: failing)
    problem = Problem([Member("m")], [Household("h")], travel=None)
    with pytest.raises(JudgementError, match="ended with BAD_COST_RANGE"):
        solve(problem)


def test_a_reason_is_given_even_where_the_time_is_up():
    """The diagnosis has a moment of its own, and says that it was cut if it was."""
    problem = Problem(
        [Member("m", max_households=1)], [Household("h"), Household("g")], travel=None
    )
    with pytest.raises(InfeasibleError, match="no plan keeps") as caught:
        solve(problem, relax=(), search=Search(seconds=1e-6))
    assert not caught.value.diagnosis.feasible


def test_a_plan_to_begin_with_that_goes_far_is_improved_in_two_rounds():
    """The first plan goes 1e15 m, which takes up the integers; what it leads to tells what is too
    dear, and the rest is proven without it."""
    for seed in (1, 7, 9):
        rng = np.random.default_rng(seed)
        ways = rng.uniform(100, 999, (6, 3))
        row, column = int(rng.integers(6)), int(rng.integers(3))
        ways[row, column] = 1e15
        people = [Member(f"m{i}", max_households=2) for i in range(3)]
        homes = [Household(f"h{i}") for i in range(6)]
        problem = Problem(people, homes, travel=TravelMatrix(ways))
        plan = solve(problem, goals=(Travel(),), engine="cp_sat")
        without = problem.replace(forbidden=[(f"h{row}", f"m{column}")])
        best = solve(without, goals=(Travel(),)).goals[0].best
        assert plan.status is Status.OPTIMAL
        assert plan.goals[0].best == pytest.approx(best)
