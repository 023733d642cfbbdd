"""`solve`: from a problem to a judged plan (contract 4.3, 4.5, 4.6, 5.1, 6.2, 7)."""

import itertools
import math
import pickle
import random
from collections import Counter

import pytest
from lanes import chunks, named
from oracle import brute, random_problems, reading
from oracle.judging import judge
from undiagnosed import undiagnosed
from variants import (
    exact,
    renamed,
    reordered,
    twice_as_far,
    with_idle_household,
    with_idle_member,
)

from phancong import (
    RELAXABLE,
    Continuity,
    FairLoad,
    Farthest,
    Household,
    InfeasibleError,
    InvalidArgumentError,
    Member,
    Preference,
    Problem,
    Relaxation,
    Search,
    Status,
    Travel,
    TravelMatrix,
    check,
    diagnose,
    solve,
)
from phancong.course import Waits
from phancong.engines.common.pace import PAIRS_A_UNIT

by_chunk = pytest.mark.parametrize("seeds", chunks(quick=10, full=100, size=10), ids=named)


def loads(plan):
    counts = [len(plan.households_of(member.id)) for member in plan.problem.members]
    return sorted(counts, reverse=True)


PLAIN = Problem([Member("a")], [Household("h")], travel=None)


# --- what it is asked


@pytest.mark.parametrize("thing", [None, [], "problem", {"members": []}])
def test_only_a_problem_is_solved(thing):
    """Tables become a problem first, and are checked there."""
    with pytest.raises(InvalidArgumentError, match=r"problem is a .*; give a Problem"):
        solve(thing)


def test_all_but_the_problem_is_given_by_name():
    """An argument in the wrong place would be a silent mistake."""
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        solve(PLAIN, (Travel(),))


@pytest.mark.parametrize("search", [None, 60, "fast", {"seconds": 1}])
def test_a_search_is_a_search(search):
    """The message shows how to give one."""
    with pytest.raises(InvalidArgumentError, match=r"search is .*; give Search\(seconds=...\)"):
        solve(PLAIN, search=search)


@pytest.mark.parametrize("goals", [5, 0.5, True])
def test_goals_are_a_sequence(goals):
    """What cannot hold goals is named."""
    with pytest.raises(InvalidArgumentError, match="goals"):
        solve(PLAIN, goals=goals)


def test_a_single_goal_is_no_sequence():
    """The message shows the brackets."""
    with pytest.raises(InvalidArgumentError, match=r"goals is a single goal; .* \(Travel\(\),\)"):
        solve(PLAIN, goals=Travel())


def test_all_that_is_wrong_with_the_goals_is_named():
    """What is no goal, what is given twice, what makes no sense without distance."""
    with pytest.raises(InvalidArgumentError, match="goal number 1 is") as caught:
        solve(PLAIN, goals=(FairLoad, Continuity(), Continuity(), Travel(), Farthest(), "near"))
    said = str(caught.value).split("; ")
    assert len(said) == 5
    assert said[0].endswith("which is not a goal (did you forget the brackets?)")
    assert said[1] == "goal number 3 (Continuity()) is given twice"
    assert said[2].startswith("Travel needs travel")
    assert said[3].startswith("Farthest needs travel")
    assert said[4] == "goal number 6 is 'near', which is not a goal"


def test_progress_is_heard_of_the_diagnosis_as_well():
    """Nothing is relaxed in the search, but coverage is in what looks for the reason."""
    heard = []
    crowded = Problem(
        [Member("a", max_households=1)], [Household("g"), Household("h")], travel=None
    )
    with pytest.raises(InfeasibleError, match="room for 1"):
        solve(crowded, relax=(), progress=heard.append)
    assert "coverage" in [record.stage for record in heard]
    seconds = [record.seconds for record in heard]
    assert seconds == sorted(seconds)


def test_arguments_are_refused_before_anything_is_solved():
    """A search would find that the problem has no plan."""
    none = Problem([Member("a", max_households=0)], [Household("h")], travel=None)
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        solve(none, relax=())
    for wrong in ({"goals": ("x",), "relax": ()}, {"relax": ("x",)}, {"search": 1, "relax": ()}):
        with pytest.raises(InvalidArgumentError, match=r"goal number|relax|search"):
            solve(none, **wrong)


# --- a real branch (contract 4.6)


def branch(**exempt):
    """8 members who each take 5–7, 66 households of three classes: 56 places."""
    members = [Member(f"m{n}", min_households=5, max_households=7) for n in range(1, 9)]
    if exempt:
        members.append(Member("m9", **exempt))
    rng = random.Random(66)
    return Problem(
        members,
        [Household(f"h{n:02}", priority=1 + n % 3) for n in range(66)],
        travel=TravelMatrix([[float(rng.randint(0, 99)) for _ in members] for _ in range(66)]),
    )


WITH_EXEMPT = pytest.mark.parametrize(
    "problem",
    [branch(), branch(max_households=0), branch(max_workload=0)],
    ids=["eight", "and one exempt", "and one of no workload"],
)


@WITH_EXEMPT
def test_the_maximum_gives_way_by_ten_as_evenly_as_can_be(problem):
    """Loads 9, 9, 8, 8, 8, 8, 8, 8: the excess 10 is the least, and no member has more than 2."""
    plan = solve(problem)
    assert plan.status is Status.OPTIMAL
    assert [load for load in loads(plan) if load] == [9, 9, 8, 8, 8, 8, 8, 8]
    assert plan.uncovered == ()
    assert {r.rule for r in plan.relaxations} == {"max_households"}
    assert sorted(r.by for r in plan.relaxations) == [1] * 6 + [2, 2]
    line = plan.breaches["max_households"]
    assert (line.total, line.bound, line.proven) == (10, 10, True)
    assert all(r.limit == 7 and r.subject != "m9" for r in plan.relaxations)
    assert plan.relaxed
    assert check(problem, plan).valid


@WITH_EXEMPT
def test_where_only_coverage_gives_way_ten_of_the_lowest_class_wait(problem):
    """Eight times 7; 22 households have priority 1, and ten of them are left."""
    plan = solve(problem, relax=("coverage",))
    assert plan.status is Status.OPTIMAL
    assert [load for load in loads(plan) if load] == [7] * 8
    priority = {h.id: h.priority for h in problem.households}
    assert [priority[h] for h in plan.uncovered] == [1] * 10
    assert plan.relaxations == tuple(Relaxation("coverage", h, 1, 0, 1) for h in plan.uncovered)


@WITH_EXEMPT
def test_where_nothing_gives_way_there_is_no_plan(problem):
    """The message holds the reason and a repair, the diagnosis all of them."""
    with pytest.raises(
        InfeasibleError,
        match=r"no plan keeps the limits that must hold \(57 households .* need 57 places and can only "
        r"go to 8 members .*, where there is room for 56 .*; one repair: raise the maximum to 9 "
        r"households for all\)",
    ) as caught:
        solve(problem, relax=())
    found = caught.value.diagnosis
    assert found == diagnose(problem)
    assert found.shortfall == 10
    repairs = {repair.kind: repair for repair in found.repairs}
    assert {kind: repair.amount for kind, repair in repairs.items()} == {
        "raise_max_households": 9,
        "add_members": 2,
        "leave_uncovered": 10,
        "phase": 2,
    }
    assert repairs["add_members"].each == 7
    assert loads(solve(repairs["raise_max_households"].apply(problem), relax=()))[:2] == [9, 9]
    assert pickle.loads(pickle.dumps(caught.value)).diagnosis.shortfall == 10


def test_an_exempt_member_changes_nothing():
    """The same pairs with and without a ninth of max_households=0, as far as values can tell."""
    one, other = solve(branch()), solve(branch(max_households=0))
    for line, same in zip(one.goals[:2], other.goals[:2], strict=True):
        assert (line.best, line.bound) == (same.best, same.bound)
    assert one.breaches == other.breaches
    assert other.households_of("m9") == ()


@pytest.mark.parametrize(("ceiling", "fits"), [(2, True), (1, False), (1.5, False), (None, True)])
def test_a_ceiling_caps_the_breach_of_each_member(ceiling, fits):
    """9 is 2 above 7; with 1 each there are 64 places for 66."""
    relax = {"max_households": ceiling}
    if fits:
        assert loads(solve(branch(), relax=relax))[:2] == [9, 9]
    else:
        with pytest.raises(InfeasibleError, match="there is room for 64"):
            solve(branch(), relax=relax)


def test_what_gives_way_first_gives_way_most():
    """The order of the names is the order in which rules are relaxed (contract 4.3)."""
    first_coverage = solve(branch(), relax=("coverage", "max_households"))
    assert (first_coverage.breaches["coverage"].total, loads(first_coverage)) == (10, [7] * 8)
    last_coverage = solve(branch(), relax=("max_households", "coverage"))
    assert last_coverage.breaches["max_households"].total == 10


# --- special cases


@pytest.mark.parametrize(
    "problem",
    [
        Problem([Member("a"), Member("b")], [], travel=None),
        Problem([Member("a", (22.4, 105.2), max_households=3)], []),
    ],
    ids=["no distance", "distance"],
)
@pytest.mark.parametrize("relax", [RELAXABLE, ()], ids=["may be relaxed", "must hold"])
def test_without_households_the_empty_plan_is_optimal(problem, relax):
    """Every goal is 0, and proven."""
    plan = solve(problem, relax=relax)
    assert (plan.status, plan.pairs, plan.relaxations) == (Status.OPTIMAL, (), ())
    assert all((line.value, line.bound, line.proven) == (0, 0, True) for line in plan.goals)
    assert diagnose(problem).feasible


def test_without_members_everything_is_uncovered_and_diagnosed():
    """A plan there is; strictly there is none, and the reason is that nobody can take them."""
    problem = Problem([], [Household("h"), Household("k", members_needed=2)], travel=None)
    plan = solve(problem)
    assert (plan.status, plan.uncovered) == (Status.OPTIMAL, ("h", "k"))
    assert plan.breaches["coverage"].total == 3
    with pytest.raises(InfeasibleError, match="and nobody can take it") as caught:
        solve(problem, relax=())
    assert caught.value.diagnosis.shortfall == 3


def test_nothing_at_all_is_a_problem_too():
    """Neither members nor households."""
    assert solve(Problem([], [], travel=None), relax=()).status is Status.OPTIMAL


@pytest.mark.parametrize("relax", [RELAXABLE, (), ("coverage",)])
def test_without_goals_any_plan_within_the_limits_is_optimal(relax):
    """There is nothing that could be better."""
    problem = Problem(
        [Member("a", max_households=2)], [Household("h"), Household("k")], travel=None
    )
    plan = solve(problem, goals=(), relax=relax)
    assert (plan.status, plan.goals, len(plan.pairs)) == (Status.OPTIMAL, (), 2)


def test_without_goals_breaches_are_still_the_least():
    """One place for two."""
    problem = Problem(
        [Member("a", max_households=1)], [Household("h"), Household("k")], travel=None
    )
    plan = solve(problem, goals=(), relax=("coverage",))
    assert (plan.status, plan.breaches["coverage"].bound) == (Status.OPTIMAL, 1)
    with pytest.raises(InfeasibleError, match="there is room for 1"):
        solve(problem, goals=(), relax=("max_workload", "needs"))


def test_the_default_goals():
    """The fairest workload, then the fewest changes, then the least travel (contract 5.4)."""
    plan = solve(PLAIN.replace(travel=TravelMatrix([[1]])))
    assert [line.goal for line in plan.goals] == [FairLoad(), Continuity(), Travel()]
    assert [line.goal for line in solve(PLAIN).goals] == [FairLoad(), Continuity()]


@pytest.mark.parametrize(
    "goal",
    [
        Travel(),
        Farthest(),
        Continuity(),
        FairLoad(),
        FairLoad(aim="leximax"),
        FairLoad("households", aim="spread"),
        Preference({("h", "a"): 1.0}),
    ],
    ids=repr,
)
@pytest.mark.parametrize("workload", [1.0, 0.0])
def test_whatever_comes_first_finds_that_there_is_no_plan(goal, workload):
    """Two households for one place with a; b and c have a place each for the third.

    Three places for three: arithmetic alone does not tell.
    """
    problem = Problem(
        [Member("a", max_households=1), Member("b"), Member("c")],
        [Household(h, workload=workload) for h in "hkl"],
        travel=TravelMatrix([[1, 9, 9], [2, 9, 9], [9, 3, 4]]),
        max_travel=5,
    )
    with pytest.raises(InfeasibleError, match=r"2 households .* can only go to member a"):
        solve(problem, goals=(goal,), relax=("min_households",))
    plan = solve(problem, goals=(goal,), relax=("coverage",))
    assert plan.status is Status.OPTIMAL
    assert len(plan.uncovered) == 1


def test_goals_may_come_from_an_iterator():
    """They are read once."""
    assert len(solve(PLAIN, goals=iter([Continuity(), FairLoad()])).goals) == 2


# --- progress and what stops a search


def test_progress_is_told_each_stage_once():
    """Goals where all limits can hold; otherwise rules first, the one that is relaxed last first."""
    stages = []
    solve(PLAIN, progress=stages.append)
    assert [record.stage for record in stages] == ["goal 1: FairLoad", "goal 2: Continuity"]
    assert [record.goal for record in stages] == [FairLoad(), Continuity()]
    stages.clear()
    plan = solve(branch(), progress=stages.append)
    goals = ["goal 1: FairLoad", "goal 2: Continuity", "goal 3: Travel"]
    assert [record.stage for record in stages] == [*reversed(RELAXABLE), *goals]
    told = {record.stage: record for record in stages}
    assert (told["max_households"].value, told["max_households"].bound) == (10, 10)
    assert told["coverage"].goal is None
    assert told["goal 3: Travel"].value == plan.goals[2].best
    assert told["goal 3: Travel"].bound == plan.goals[2].bound
    seconds = [record.seconds for record in stages]
    assert seconds == sorted(seconds)
    assert seconds[-1] <= plan.seconds


def flat(keys, goals):
    """Everything a plan is compared by, in order, as one tuple."""
    values = [v for key in keys for v in key]
    for goal in goals:
        values += goal if isinstance(goal, tuple) else (goal,)
    return tuple(round(float(v), 6) + 0.0 for v in values)


def assert_honest(plan, best, relax, why):
    """A cut plan is usable, not better than the best there is, and claims no more than it knows."""
    problem = plan.problem
    goals = [line.goal for line in plan.goals]
    judged = judge(problem, plan.pairs, goals)
    assert not judged.broken
    ceilings = reading.ceilings(relax)
    for rule, breaches in judged.breaches.items():
        assert all(by <= ceilings.get(rule, 0.0) + 1e-6 for by in breaches.values()), rule
    rules = list(reversed(ceilings))
    value = flat((judged.keys[rule] for rule in rules), judged.goals)
    optimum = flat((best.keys[rule] for rule in rules), best.goals)
    assert value >= optimum
    if plan.status is Status.OPTIMAL:
        assert value == optimum
        assert plan.stopped is None
    else:
        assert plan.stopped == why
    for rule, line in plan.breaches.items():
        assert line.bound <= best.totals[rule] + 1e-6
        assert not line.proven or line.total == pytest.approx(best.totals[rule], abs=1e-6)
    surely = all(line.proven for line in plan.breaches.values())
    for line, least in zip(plan.goals, best.goals, strict=True):
        assert flat((), (line.bound,)) <= flat((), (least,))
        # A line below one that is open is proven among plans that are as good in that one.
        surely &= line.proven
        assert not surely or line.best == pytest.approx(least, abs=1e-6)


def tiny_exact(seed):
    problem, goals, relax = random_problems.tiny(seed, flow_only=True)
    goals = exact(goals)
    return problem, goals, relax, brute.best(problem, goals, relax)


#: No record is told again while the machine takes its time.
NO_BEAT = Waits(beat=math.inf)


@by_chunk
def test_progress_stops_a_search_at_each_stage(seeds):
    """With the best plan so far: usable, its proven lines proven, its bounds true."""
    for seed in seeds:
        problem, goals, relax, best = tiny_exact(seed)
        if best is None:
            continue
        calls = []
        asked = {"goals": goals, "relax": relax, "engine": "flow", "waits": NO_BEAT}
        whole = undiagnosed(problem, progress=calls.append, **asked)
        assert_honest(whole, best, relax, None)
        for last in range(1, len(calls) + 1):
            seen = []

            def stop(record, last=last, seen=seen):
                seen.append(record)
                return len(seen) < last

            plan = undiagnosed(problem, progress=stop, **asked)
            assert_honest(plan, best, relax, "progress")
            assert len(seen) == len(calls)  # what is cut is told, too
            proven = [*plan.breaches.values(), *plan.goals]
            assert (plan.status is Status.OPTIMAL) == all(line.proven for line in proven)


@by_chunk
def test_work_stops_a_search_at_each_stage(seeds):
    """A budget is used up by the same stages every time; without one nothing is cut."""
    statuses = Counter()
    for seed in seeds:
        problem, goals, relax, best = tiny_exact(seed)
        if best is None:
            continue
        for pairs in (1, 8, 20, 45, 80, 150, 1e9):
            work = pairs / PAIRS_A_UNIT
            options = {"goals": goals, "relax": relax, "engine": "flow"}
            plan = undiagnosed(problem, search=Search(work=work), **options)
            assert_honest(plan, best, relax, "work")
            assert undiagnosed(problem, search=Search(work=work), **options).pairs == plan.pairs
            statuses[plan.status] += 1
        assert plan.status is Status.OPTIMAL
    assert min(statuses[Status.OPTIMAL], statuses[Status.FEASIBLE]) >= len(seeds) // 2


@by_chunk
def test_time_stops_a_search_at_each_stage(seeds):
    """A clock that ticks each time it is looked at."""
    for seed in seeds:
        problem, goals, relax, best = tiny_exact(seed)
        if best is None:
            continue
        for seconds in (0.5, 2, 4, 7, 1000):
            clock = map(float, itertools.count())
            plan = undiagnosed(
                problem,
                goals=goals,
                relax=relax,
                engine="flow",
                search=Search(seconds=seconds),
                clock=lambda clock=clock: next(clock),
            )
            assert_honest(plan, best, relax, "time")
        assert plan.status is Status.OPTIMAL


def test_a_search_of_no_time_still_has_a_plan():
    """The first flow always ends (contract 7): here the most that can be covered."""
    plan = undiagnosed(branch(), search=Search(seconds=1e-9))
    assert (plan.status, plan.stopped) == (Status.FEASIBLE, "time")
    assert plan.uncovered == ()
    assert plan.breaches["coverage"].proven
    assert not plan.goals[2].proven
    assert plan.goals[2].bound <= undiagnosed(branch()).goals[2].value


# --- the same problem told another way


def told(problem, goals, relax):
    """Status, breaches and goals of the plan, or None; ways count once each."""
    try:
        plan = undiagnosed(problem, goals=goals, relax=relax)
    except InfeasibleError:
        return None
    assert plan.status is Status.OPTIMAL
    totals = {rule: line.total for rule, line in plan.breaches.items()}
    return plan, totals, flat((), [line.best for line in plan.goals])


def drawn(seed):
    """Every third problem is of some size."""
    if seed % 3:
        return random_problems.tiny(seed, flow_only=True)
    return random_problems.medium(seed)


@by_chunk
def test_the_order_of_input_never_matters(seeds):
    """The same pairs, not only the same values (contract 2.5)."""
    for seed in seeds:
        problem, goals, relax = drawn(seed)
        one, other = (
            told(p, goals, relax) for p in (problem, reordered(problem, random.Random(seed)))
        )
        assert (one is None) == (other is None), seed
        assert one is None or one[0].pairs == other[0].pairs, seed
        assert one is None or one[1:] == other[1:], seed


@by_chunk
def test_ids_are_opaque(seeds):
    """Other ids, in another order, give the same values."""
    for seed in seeds:
        problem, goals, relax = drawn(seed)
        variant, same_goals, _, _ = renamed(problem, goals, random.Random(seed))
        one, other = told(problem, goals, relax), told(variant, same_goals, relax)
        assert (one is None) == (other is None), seed
        assert one is None or one[1:] == other[1:], seed


@by_chunk
@pytest.mark.parametrize("idle", [with_idle_member, with_idle_household])
def test_who_is_idle_changes_nothing(seeds, idle):
    """One member more who is exempt, or one household more that needs nobody."""
    for seed in seeds:
        problem, goals, relax = drawn(seed)
        one, other = told(problem, goals, relax), told(idle(problem), goals, relax)
        assert (one is None) == (other is None), seed
        assert one is None or one[1:] == other[1:], seed


@by_chunk
def test_the_unit_of_travel_does_not_matter(seeds):
    """Twice as far: travel, the farthest way and the excess double, all else stays."""
    for seed in seeds:
        problem, goals, relax = drawn(seed)
        if problem.travel is None or isinstance(relax, dict):
            continue
        goals = exact(goals)
        one, other = told(problem, goals, relax), told(twice_as_far(problem), goals, relax)
        assert (one is None) == (other is None), seed
        if one is None:
            continue
        totals = one[1] | {"max_travel": 2 * one[1]["max_travel"]}
        assert other[1] == pytest.approx(totals), seed
        for line, far in zip(one[0].goals, other[0].goals, strict=True):
            factor = 2 if isinstance(line.goal, (Travel, Farthest)) else 1
            assert flat((), (far.best,)) == pytest.approx(
                tuple(factor * value for value in flat((), (line.best,)))
            ), seed


@by_chunk
def test_the_optimum_fixed_is_the_optimum_again(seeds):
    """What was found can be, and is no worse: the same pairs, loads and goals.

    What fixed pairs break of the rules about pairs is then meant, and no breach.
    """
    for seed in seeds:
        problem, goals, _ = drawn(seed)
        goals = exact(goals)
        plan, totals, values = told(problem, goals, RELAXABLE)
        again, same_totals, same_values = told(problem.replace(fixed=plan.pairs), goals, RELAXABLE)
        assert again.pairs == plan.pairs, seed
        assert same_values == values, seed
        meant = dict.fromkeys(("needs", "within_hamlet", "max_travel"), 0.0)
        assert same_totals == pytest.approx(totals | meant), seed


@by_chunk
def test_last_years_plan_can_be_kept(seeds):
    """The plan as the previous one, continuity first: no change is needed."""
    for seed in seeds:
        problem, goals, _ = drawn(seed)
        goals = tuple(goal for goal in exact(goals) if not isinstance(goal, Continuity))
        plan, totals, values = told(problem, goals, RELAXABLE)
        variant = problem.replace(previous=plan)
        again, same_totals, same_values = told(variant, (Continuity(), *goals), RELAXABLE)
        assert again.pairs == plan.pairs, seed
        assert same_totals == pytest.approx(totals), seed
        assert same_values == (0.0, *values), seed


def test_preferences_in_another_unit_choose_the_same():
    """Scores ten times as large, the same pairs."""
    problem = Problem([Member("a"), Member("b")], [Household("h"), Household("k")], travel=None)
    scores = {("h", "a"): 0.1, ("h", "b"): 0.3, ("k", "a"): -0.2, ("k", "b"): -0.7}
    larger = {pair: 10 * score for pair, score in scores.items()}
    one, other = (undiagnosed(problem, goals=(Preference(s),)) for s in (scores, larger))
    assert one.pairs == other.pairs == (("h", "b"), ("k", "a"))
    assert math.isclose(one.goals[0].value, -0.1)
