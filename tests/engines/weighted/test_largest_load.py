"""The largest load: reached, or bounded, whatever the solver knows (contract 5.2)."""

from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
import pytest
from engines.weighted.test_restricted_models import Saying
from lanes import chunks

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    solve,
)
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Claim
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.construct.ejection_chains import apply_ejection_chains
from phancong.engines.weighted.construct.tabu_repair import tabu_repair
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.largest_load import (
    LargestLoad,
    by_counts,
    by_counts_alone,
    by_repair,
    by_solver,
)
from phancong.engines.weighted.moves import cheapest_moves
from phancong.engines.weighted.stage_budget import StageBudget
from phancong.engines.weighted.tuning import TUNING, Tuning

#: 5 + 4 + 3 + 3 + 3 for two members are 9 and 9; to m2 all of them are 18.
WEIGHTS = (5, 4, 3, 3, 3)


def search(solver, *, weights=WEIGHTS, searches=None, tuning=TUNING, **options):
    members = [Member("m1", **options), Member("m2")]
    homes = [Household(f"h{i}", workload=float(w)) for i, w in enumerate(weights)]
    instance = Instance(Problem(members, homes, travel=None), tuning=tuning)
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, 1] = True
    cost = np.zeros(taken.shape, dtype=np.int64)
    return LargestLoad(instance, "workload", taken, cost, solver, searches)


def stage_budget():
    return StageBudget(Course(Search()), 1.0)


#: Loads are not mended by hand, so that the solver has to be asked.
NO_REPAIR = (by_solver,)


def test_the_fairest_load_is_reached():
    assert search(CpSatSolver()).run(stage_budget()) == (9, 9)


@pytest.mark.parametrize("few", [0, 10_000])
def test_the_solver_reaches_it_where_mending_does_not(few):
    """Whether it is offered all pairs or those that cost least."""
    found = search(CpSatSolver(), searches=NO_REPAIR, tuning=Tuning(all_offered=few))
    assert found.run(stage_budget()) == (9, 9)


@pytest.mark.parametrize(
    ("tuning", "weights", "reached", "proven"),
    [
        (Tuning(near_pairs=0), WEIGHTS, 9, 9),
        (Tuning(near_pairs=0), (5, 5, 5), 10, 10),
        (TUNING, WEIGHTS, 18, 9),
        (Tuning(near_pairs=0, most_weights=2), WEIGHTS, 18, 9),
    ],
)
def test_many_members_reach_it_by_counts(tuning, weights, reached, proven):
    """Two members count as many; not where few are, nor where hardly two weights are the same."""
    found = search(CpSatSolver(), weights=weights, searches=(by_counts_alone,), tuning=tuning)
    assert found.run(stage_budget()) == (reached, proven)


@pytest.mark.parametrize(("sum_of_pairs", "least"), [([[0, 1]] * 5, 2), ([[0, 1, 2]] * 5, None)])
def test_counts_have_the_least_of_the_sum_that_comes_next(sum_of_pairs, least):
    """5 + 4 and 3 + 3 + 3 are fair, so that two at least go to the second; or nothing is counted."""
    members = [Member(f"m{j}") for j in range(len(sum_of_pairs[0]))]
    homes = [Household(f"h{i}", workload=float(w)) for i, w in enumerate(WEIGHTS)]
    instance = Instance(Problem(members, homes, travel=None), tuning=Tuning(near_pairs=0))
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, 0] = True
    costs = np.array(sum_of_pairs)
    found = LargestLoad(
        instance,
        "workload",
        taken,
        np.zeros_like(costs),
        CpSatSolver(),
        (by_counts_alone,),
        first_sum=costs,
    )
    level, bound = found.run(stage_budget())
    assert level == bound
    assert found.least_sum == (None if least is None else (level, least))
    assert least in (None, costs[found.taken].sum())


@pytest.mark.parametrize("seeds", chunks(quick=10, full=30, night=1_000, size=10))
def test_the_least_of_the_next_sum_is_proven_with_the_load(seeds):
    """Six households and three members, who count as many: the values of an exact engine."""
    for seed in seeds:
        rng = np.random.default_rng(seed)
        homes = [Household(f"h{i}", workload=float(rng.integers(1, 4))) for i in range(6)]
        previous = {f"h{i}": f"m{rng.integers(3) // 2}" for i in range(5)}
        travel = TravelMatrix(rng.integers(1, 9, (6, 3)).tolist())
        problem = Problem(
            [Member(f"m{j}") for j in range(3)], homes, travel=travel, previous=previous
        )
        goals = (FairLoad("workload"), Continuity(), Travel())[: 2 + seed % 2]
        task = Task(problem, goals, {}, Course(Search(seconds=60.0)))
        exact = CpSatEngine().run(task)
        found = LnsEngine(CpSatEngine(), tuning=Tuning(near_pairs=0)).run(task)
        assert [line.best for line in found.goals] == [line.best for line in exact.goals]
        assert found.goals[0].proven
        assert found.goals[1].proven


def test_levels_are_proven_away():
    """5 + 5 + 5 for two members: 8 is what arithmetic allows, 10 is what can be."""
    assert search(CpSatSolver(), weights=(5, 5, 5), searches=NO_REPAIR).run(stage_budget()) == (
        10,
        10,
    )


def test_a_level_that_only_the_solver_knows_to_be_too_low():
    """5 + 5 + 3 for two members: arithmetic says 7, whole households make it 8."""
    assert search(CpSatSolver(), weights=(5, 5, 3)).run(stage_budget()) == (8, 8)


@pytest.mark.parametrize(
    ("options", "least"),
    [({}, 9), ({"max_workload": 3}, 15), ({"weights": (5, 5, 3)}, 8)],
    ids=["flow", "arithmetic", "solver"],
)
def test_of_many_levels_some_are_tried_and_then_those_in_between(options, least):
    """Only two are listed at a time; the level is the same in the end."""
    tuning = Tuning(listed_levels=2, sampled_levels=2)
    reached, bound = search(CpSatSolver(), tuning=tuning, **options).run(stage_budget())
    assert reached == least
    assert least - 1 <= bound <= least


def test_the_fairest_load_is_reached_where_it_depends_on_who_goes():
    """3 and 4, each with who finds it easier; the other way they are 9 and 8."""
    problem = Problem(
        [Member("m1"), Member("m2")],
        [Household("g"), Household("h")],
        travel=None,
        workload=[[3, 9], [8, 4]],
    )
    instance = Instance(problem)
    taken = np.array([[False, True], [True, False]])
    cost = np.zeros(taken.shape, dtype=np.int64)
    assert LargestLoad(instance, "workload", taken, cost, CpSatSolver()).run(stage_budget()) == (
        4,
        4,
    )


def test_a_level_that_the_solver_rules_out_is_a_bound():
    """Arithmetic allows 5 for 3 + 3 + 3; whole households, 4 for who finds them harder, make it 6."""
    problem = Problem(
        [Member("m1"), Member("m2")],
        [Household(f"h{i}") for i in range(3)],
        travel=None,
        workload=[[3, 4], [4, 3], [3, 4]],
    )
    taken = np.zeros((3, 2), dtype=bool)
    taken[:, 1] = True
    cost = np.zeros(taken.shape, dtype=np.int64)
    found = LargestLoad(
        Instance(problem), "workload", taken, cost, CpSatSolver(), searches=NO_REPAIR
    )
    assert found.run(stage_budget()) == (6, 6)


def test_repair_that_was_cut_is_gone_on_with():
    """Each try ends after one chain: none comes to the level, all of them together do."""
    found = search(Saying(Claim.UNKNOWN, None))
    level = found.instance.under("workload", found.caps(Fraction(9)))
    chain = cheapest_moves(level, found.taken, found.cost).charged()
    found.searches = (partial(by_repair, part=1.5 * chain), by_solver)
    reached, bound = found.run(StageBudget(Course(Search(work=1.0)), 1.0))
    assert bound == 9
    assert bound <= reached < 18


def test_what_is_neither_reached_nor_proven_is_bounded():
    """Higher and higher levels are tried; the plan and the bound stay true."""
    assert search(Saying(Claim.UNKNOWN, None), searches=NO_REPAIR).run(stage_budget()) == (18, 9)


def test_a_member_who_can_take_little_moves_the_bound():
    """m1 may have 3 at most, so that m2 has at least 15."""
    assert search(CpSatSolver(), max_workload=3).run(stage_budget()) == (15, 15)


def test_who_reaches_what_moves_the_bound():
    """Arithmetic says 9, but only m2 reaches what weighs 5, 4 and 3: the flow says 12."""
    members = [Member("m1"), Member("m2")]
    homes = [Household(f"h{i}", workload=float(w)) for i, w in enumerate(WEIGHTS)]
    barred = [(f"h{i}", "m1") for i in range(3)]
    instance = Instance(Problem(members, homes, travel=None, forbidden=barred))
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, 1] = True
    cost = np.zeros(taken.shape, dtype=np.int64)
    found = LargestLoad(instance, "workload", taken, cost, CpSatSolver())
    assert found.run(stage_budget()) == (Fraction(12), Fraction(12))


def test_mending_ends():
    """After so many moves, without a plan; and at once where nothing can move."""
    members = [Member("m1", max_workload=1), Member("m2", max_workload=1)]
    homes = [Household(f"h{i}") for i in range(4)]
    instance = Instance(Problem(members, homes, travel=None))
    taken = np.zeros((4, 2), dtype=bool)
    taken[[0, 1, 2, 3], [0, 0, 1, 1]] = True
    cost = np.zeros((4, 2), dtype=np.int64)
    assert tabu_repair(instance, taken, cost, lambda work: False) is None
    instance.tuning = Tuning(fewest_moves=0, moves_a_member=0, chains_a_member=0)
    assert tabu_repair(instance, taken, cost, lambda work: False) is None
    instance.tuning = Tuning(most_weights=0)
    left = apply_ejection_chains(instance, taken, cost, lambda work: False)
    assert np.array_equal(left, taken)


@pytest.mark.parametrize(
    ("weights", "level", "cost"),
    [
        ((1.25, 1.5, 1.75), 2.75, 1),  # h0 and h1 stay with m1 under 2.75, and h2 with m2 ...
        ((1.25, 1.5, 1.75), 2.0, 12),  # ... but three of more than 1 do not fit under 2.0
    ],
)
def test_a_plan_under_a_level_is_also_made_from_the_cheapest_pairs(weights, level, cost):
    """The plan costs 12; the cheapest within the level costs 1. Few weights are left to counts."""
    found = search(CpSatSolver(), weights=weights, tuning=Tuning(most_weights=2))
    found.cost = np.array([[0, 5], [0, 6], [1, 1]])
    found.cheapen(Fraction(level), stage_budget())
    assert int(found.cost[found.taken].sum()) == cost
    few = search(CpSatSolver(), weights=weights)
    few.cost = found.cost
    few.cheapen(Fraction(level), stage_budget())
    assert few.taken[:, 1].all()


def test_a_search_that_is_over_asks_nobody():
    """What is spent on mending is missed by the solver; plan and bound stay true."""

    def spending(search, narrow, stage_budget):
        stage_budget.charge(1.0)
        return None, False

    found = search(CpSatSolver(), searches=(spending, by_solver))
    assert found.run(StageBudget(Course(Search(work=0.5)), 1.0)) == (18, 9)


def moved(previous, max_changes, weights=WEIGHTS, **options):
    """All is with m2, as it was last year, and so many households may change hands."""
    homes = [Household(f"h{i}", workload=float(w)) for i, w in enumerate(weights)]
    problem = Problem(
        [Member("m1"), Member("m2")],
        homes,
        travel=None,
        previous={home.id: previous for home in homes},
        max_changes=max_changes,
        **options,
    )
    instance = Instance(problem)
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, 1] = True
    cost = np.zeros(taken.shape, dtype=np.int64)
    return LargestLoad(instance, "workload", taken & ~instance.fixed, cost, CpSatSolver())


def test_changes_that_are_allowed_move_the_bound():
    """18 with one household fewer is 13 at the least, and 5 is the heaviest: the flow knows."""
    assert moved("m2", 1).run(stage_budget()) == (13, 13)


def test_changes_go_to_what_mends_most():
    """Mending alone spends the two changes on 5 and 4, and reaches what the flow allows."""
    assert moved("m2", 2).run(stage_budget()) == (9, 9)


def test_where_no_flow_is_no_level_fits():
    """With a budget and without one."""
    assert not moved("m2", 5).fits(Fraction(8), stage_budget())
    assert not search(CpSatSolver()).fits(Fraction(8), stage_budget())


@pytest.mark.parametrize(("needed", "least"), [(1, 10), (2, 20)])
def test_the_heaviest_household_is_a_bound_whoever_takes_it(needed, least):
    """20 is 10 for who has a share of 2; where two take it, one of them has the share of 1."""
    members = [Member("m1", share=2.0), Member("m2"), Member("m3")]
    homes = [Household("g", workload=20.0, members_needed=needed), Household("h")]
    instance = Instance(Problem(members, homes, travel=None))
    taken = np.zeros(instance.free.shape, dtype=bool)
    taken[:, :needed] = True
    taken[1, 1:] = False
    cost = np.zeros(taken.shape, dtype=np.int64)
    found = LargestLoad(instance, "workload", taken, cost, CpSatSolver())
    assert found.run(stage_budget())[1] >= least


def test_where_nothing_is_left_to_choose_nothing_is_heavy():
    """Every household is fixed."""
    problem = Problem(
        [Member("m1")], [Household("h", workload=3.0)], travel=None, fixed=[("h", "m1")]
    )
    instance = Instance(problem)
    taken = np.zeros(instance.free.shape, dtype=bool)
    cost = np.zeros(taken.shape, dtype=np.int64)
    assert LargestLoad(instance, "workload", taken, cost, CpSatSolver()).run(stage_budget()) == (
        3,
        3,
    )


LONG = Problem(
    [Member("a"), Member("b", max_workload=1.9)],
    [
        Household(f"h{n}", workload=load)
        for n, load in enumerate((0.645539964179888, 1.3, 0.123456789012345, 1.0954))
    ],
    travel=None,
)
LARGEST = 0.645539964179888 + 1.0954  # beside 1.3 + 0.123…


def test_the_largest_of_long_decimals_is_proven_where_integers_cannot_tell():
    """Loads of 28 bits leave a part in 10**8 open; the exact stages decide it."""
    plan = solve(LONG, goals=(FairLoad(),), engine="lns", search=Search(seconds=60.0))
    assert plan.status is Status.OPTIMAL
    assert plan.goals[0].value == pytest.approx(LARGEST, abs=1e-12)


def test_what_integers_cannot_tell_is_open_where_nobody_tells_it():
    """The plan stays, with its bound, and says that it is rounding that left it open."""

    class InVain(CpSatEngine):
        def run(self, task):
            raise NoPlanFoundError("not in time")

    task = Task(LONG, (FairLoad(),), {}, Course(Search(seconds=60.0)))
    outcome = LnsEngine(InVain()).run(task)
    assert outcome.stopped == "rounding"
    (line,) = outcome.goals
    assert not line.proven
    assert line.best == pytest.approx(LARGEST, abs=1e-12)
    assert line.bound == pytest.approx(LARGEST, abs=1e-6)


@pytest.mark.parametrize("seeds", chunks(quick=20, full=60, night=2_000, size=20))
def test_counts_find_the_least_level_of_few_changes(seeds):
    """Six households and three members, a few may change hands: beside all plans."""
    reached_by_counts = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        weights = rng.integers(1, 4, 6)
        members = [Member(f"m{j}") for j in range(3)]
        homes = [Household(f"h{i}", workload=float(w)) for i, w in enumerate(weights)]
        previous = {f"h{i}": f"m{rng.integers(3) // 2}" for i in range(6)}
        forbidden = [("h0", "m2")] if seed % 2 else []
        changes = int(rng.integers(1, 4))
        instance = Instance(
            Problem(
                members,
                homes,
                travel=None,
                previous=previous,
                forbidden=forbidden,
                max_changes=changes,
            )
        )
        levels, taken = {}, np.zeros(instance.free.shape, dtype=bool)
        for chosen in product(range(3), repeat=6):
            taken = np.zeros(instance.free.shape, dtype=bool)
            taken[np.arange(6), chosen] = True
            if instance.keeps(taken):
                load = max(int(weights[np.array(chosen) == j].sum()) for j in range(3))
                levels[load] = taken
        cost = np.zeros(taken.shape, dtype=np.int64)
        first = levels[max(levels)]
        counts = LargestLoad(instance, "workload", first, cost, CpSatSolver(), (by_counts,))
        reached, bound = counts.run(stage_budget())
        assert instance.keeps(counts.taken)
        assert bound <= min(levels) <= reached
        reached_by_counts += reached == bound
    assert reached_by_counts > len(seeds) * 3 / 4


@pytest.mark.parametrize(("changes", "found"), [(1, False), (2, True)])
def test_counts_tell_whether_few_changes_are_enough(changes, found):
    """Of four households of 3 at m0 two have to leave it for 8."""
    members = [Member("m0"), Member("m1")]
    homes = [Household(f"h{i}", workload=3.0) for i in range(4)]
    previous = {f"h{i}": "m0" for i in range(4)}
    problem = Problem(members, homes, travel=None, previous=previous, max_changes=changes)
    instance = Instance(problem)
    taken = np.array([[True, False]] * 4)
    counts = LargestLoad(instance, "workload", taken, np.zeros((4, 2), dtype=int), CpSatSolver())
    narrow = instance.under("workload", counts.caps(Fraction(8)))
    plan, none = by_counts(counts, narrow, stage_budget())
    assert (plan is not None, none) == (found, not found)


def test_counts_without_numbers_find_nothing():
    """Costs of a budget that differ between all members are no counts."""
    members = [Member(f"m{j}") for j in range(3)]
    homes = [Household(f"h{i}", workload=3.0) for i in range(3)]
    instance = Instance(Problem(members, homes, travel=None))
    dear = instance.replace(budgets=(instance.budget(np.array([[0, 1, 2]] * 3), 3),))
    taken = np.array([[True, False, False]] * 3)
    counts = LargestLoad(dear, "workload", taken, np.zeros((3, 3), dtype=int), CpSatSolver())
    narrow = dear.under("workload", counts.caps(Fraction(3)))
    assert by_counts(counts, narrow, stage_budget()) == (None, False)


def test_a_largest_load_of_households_without_a_workload_needs_no_search():
    """It is 0 in all plans, and travel decides alone."""
    members = [Member(name, max_households=1) for name in "ab"]
    homes = [Household(f"h{n}", workload=0) for n in (1, 2)]
    problem = Problem(members, homes, travel=TravelMatrix([[5, 2], [2, 3]]))
    plan = solve(problem, goals=[FairLoad(), Travel()], engine="lns", search=Search(work=1))
    assert plan.status is Status.OPTIMAL
    assert [line.best for line in plan.goals] == [0.0, 4.0]
