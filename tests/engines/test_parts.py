"""Problems that fall into independent parts are solved apart and proven together."""

from collections import Counter
from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest
from as_large import WIDE, as_large
from engines.cutting import GAP, lazily, when_looked_at
from engines.exact.every_plan import false_claims
from lanes import by_lane, chunks, in_full
from oracle import random_problems
from oracle.comparing import differing
from undiagnosed import undiagnosed

from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
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
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.exact import CpSatEngine
from phancong.engines.independent_parts import parts_within_limits, run_apart
from phancong.engines.task import Proof, Task
from phancong.problem.part import part_of
from phancong.synth import commune

SUMS = (Travel, Continuity, Preference, Cohesion)
LARGEST = (Farthest, FairLoad, FairTravel)


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


def separable(goals):
    """The goals that parts reach by themselves or together: no spread, no tolerance on a sum."""
    chosen = []
    for goal in goals:
        if isinstance(goal, SUMS):
            chosen.append(replace(goal, tolerance=0.0, rtol=0.0))
        elif isinstance(goal, LARGEST) and getattr(goal, "aim", "") != "spread":
            chosen.append(goal)
    return tuple(dict.fromkeys(chosen))


def posed(seed):
    """A tiny problem, mostly of two halves that nobody crosses, with goals that parts can reach."""
    problem, goals, relax = random_problems.tiny(seed, flow_only=False)
    crossing = [
        (household.id, member.id)
        for i, household in enumerate(problem.households)
        for j, member in enumerate(problem.members)
        if (i + j) % 2 and (household.id, member.id) not in problem.fixed
    ]
    forbidden = [*problem.forbidden, *crossing] if seed % 4 else problem.forbidden
    problem = problem.replace(
        max_changes=None, within_hamlet=seed % 3 > 0, forbidden=tuple(dict.fromkeys(forbidden))
    )
    return problem, separable(goals), relax


@pytest.mark.parametrize(
    ("engine", "seeds"),
    [
        *(("cp_sat", seeds) for seeds in chunks(quick=12, full=400, size=25)),
        ("mip", range(0, by_lane(quick=60, full=400), 5)),
    ],
    ids=str,
)
def test_parts_together_are_the_best_plan(engine, seeds):
    """Breaches and goals are those of trying every plan, whatever falls apart."""
    reasons = []

    def solving(problem, **options):
        plan = undiagnosed(problem, **options)
        reasons.append(plan.reason)
        return plan

    assert differing(seeds, posed, engine=engine, solving=solving) == {}
    assert any("parts" in reason for reason in reasons)


class LazyCpSat(CpSatEngine):
    """Its solver stops as soon as the gap lets it."""

    def solver(self):
        return LazySolver()


class LazySolver(CpSatSolver):
    solve = lazily(CpSatSolver.solve, "gap")


LAST_YEAR = {f"h{n}": f"m{n // 3 * 2}" for n in range(6)}
LIKED = Preference({(f"h{n}", f"m{n // 3 * 2 + 1}"): 1.0 + n for n in range(6)})
#: What parts reach one after the other without another pass: a gap is left in any of them.
SUMS_OF_VALLEYS = [
    (valleys(previous=LAST_YEAR), goals, ())
    for goals in ((LIKED, Travel()), (Continuity(), LIKED), (Cohesion(), LIKED))
]


@pytest.mark.full
@pytest.mark.parametrize("cut", ["gap", *in_full("time", "work", "progress")])
def test_a_cut_search_over_parts_keeps_its_word(cut):
    """In the first pass, between passes, in the last: what is said stays true (contract 5.5)."""
    stopped = Counter()
    for seed in range(-len(SUMS_OF_VALLEYS), 60):
        problem, goals, relax = SUMS_OF_VALLEYS[seed] if seed < 0 else posed(seed)
        for look in (0,) if cut == "gap" else (2, 4, 8, 16, 32):
            if cut == "gap":
                options = {"search": Search(gap=GAP), "made": {"cp_sat": LazyCpSat()}}
            else:
                options = when_looked_at(cut, look)
            try:
                plan = undiagnosed(problem, goals=goals, relax=relax, engine="cp_sat", **options)
            except (InfeasibleError, NoPlanFoundError):
                continue
            assert not false_claims(problem, goals, relax, plan), (seed, look)
            assert plan.stopped in (None, cut), (seed, look)
            if "parts" in plan.reason and plan.stopped:
                proven = [line.proven for line in plan.goals]
                stopped[proven.index(False) if False in proven else None] += 1
            elif plan.stopped is None:
                break

    assert stopped[0] > 0
    assert stopped[1] > 0


def test_parts_are_the_connected_components():
    """Allowed pairs, groups and clusters connect; who is connected to nobody joins the largest part."""
    rng = np.random.default_rng(11)
    for _ in range(300):
        h, m = int(rng.integers(1, 9)), int(rng.integers(1, 7))
        labels = [[None, None, "x", "y"][k] for k in rng.integers(0, 4, 2 * h).tolist()]
        houses = [Household(f"h{n}", group=labels[n], cluster=labels[h + n]) for n in range(h)]
        members = [Member(f"m{n}") for n in range(m)]
        shut = [pair for pair in product(range(h), range(m)) if rng.random() < 0.8]
        problem = Problem(
            members, houses, travel=None, forbidden=[(f"h{row}", f"m{col}") for row, col in shut]
        )
        graph = nx.Graph()
        graph.add_nodes_from([*(f"h{n}" for n in range(h)), *(f"m{n}" for n in range(m))])
        graph.add_edges_from((f"h{r}", f"m{c}") for r, c in np.argwhere(problem.allowed).tolist())
        graph.add_edges_from((house.id, f"group {house.group}") for house in houses if house.group)
        graph.add_edges_from(
            (house.id, f"cluster {house.cluster}") for house in houses if house.cluster
        )
        whole = [set(part) for part in nx.connected_components(graph)]
        whole = [{n for n in part if n[0] in "hm"} for part in whole]
        expected = [part for part in whole if len({n[0] for n in part}) == 2]
        got = [
            {*(f"h{r}" for r in rows.tolist()), *(f"m{c}" for c in columns.tolist())}
            for rows, columns in parts_within_limits(problem)
        ]
        assert set().union(*got) == set().union(*whole)
        assert len(got) == max(len(expected), 1)
        assert all(sum(part <= one for one in got) == 1 for part in expected)


def test_a_part_knows_straight_lines_without_the_distances_of_all_pairs():
    """Its own distances are the same as those of the whole."""
    rows, columns = np.array([1, 4, 5]), np.array([0, 2])
    with as_large(WIDE):
        whole = commune(2, members=4, households=20)
        part = part_of(whole, rows, columns)
        assert "travel_matrix" not in whole.__dict__
        assert (part.travel_matrix == whole.travel_matrix[np.ix_(rows, columns)]).all()


def test_the_plan_says_in_how_many_parts_it_was_solved():
    """Each valley is a problem of its own while nobody crosses the pass."""
    plan = undiagnosed(valleys(), goals=(Travel(),), engine="cp_sat")
    assert plan.reason == "asked for; 2 independent parts"
    assert plan.status is Status.OPTIMAL


@pytest.mark.parametrize(
    ("goals", "options"),
    [
        ((FairLoad(aim="spread"), Travel()), {}),
        ((Travel(tolerance=1.0), Continuity()), {}),
        ((Travel(),), {"max_changes": 0}),
        ((Travel(),), {"within_hamlet": False}),
    ],
)
def test_what_compares_or_joins_the_parts_is_solved_whole(goals, options):
    """The spread, a tolerance, a budget; and where there is one part only."""
    plan = undiagnosed(valleys(**options), goals=goals, engine="cp_sat")
    assert plan.reason == "asked for"
    assert plan.status is Status.OPTIMAL


def test_a_breach_that_compares_members_is_solved_whole():
    """Of max_workload the largest breach counts, so the parts are not independent any more."""
    problem = valleys().replace(
        members=[Member(m.id, hamlet=m.hamlet, max_workload=2.0) for m in valleys().members]
    )
    relax = ("max_workload",)
    plan = undiagnosed(problem, goals=(Travel(),), relax=relax, engine="cp_sat")
    assert plan.reason == "asked for"
    assert plan.relaxed


def test_a_part_without_a_plan_is_a_problem_without_a_plan():
    """Nothing may be relaxed, and the second valley has a household too many."""
    problem = valleys().replace(
        members=[
            Member(m.id, hamlet=m.hamlet, max_households=2 - (m.id == "m3"))
            for m in valleys().members
        ],
        households=[*valleys().households[:5], Household("h5", hamlet="B", members_needed=2)],
    )
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        undiagnosed(problem, goals=(Travel(),), relax=(), engine="cp_sat")


def test_an_ended_pair_with_another_part_moves_value_and_bound():
    """h0 was with m3 across the pass: a change in every plan, in value and bound alike."""
    problem = valleys(previous={"h0": "m3", "h1": "m0"})
    plan = undiagnosed(problem, goals=(Continuity(),), engine="cp_sat")
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
    plan = undiagnosed(problem, goals=(goal,), engine="cp_sat")
    whole = undiagnosed(problem, goals=(goal, FairLoad(aim="spread")), engine="cp_sat")
    assert "parts" in plan.reason
    assert plan.goals[0].best == whole.goals[0].best


def test_progress_hears_of_each_part_and_can_stop():
    """Stopping after the first stage leaves a complete plan whose lines are true."""
    heard = []

    def listen(record):
        heard.append(record.stage)
        return False

    best = undiagnosed(valleys(), goals=(Travel(),), engine="cp_sat").goals[0].best
    plan = undiagnosed(valleys(), goals=(Travel(),), engine="cp_sat", progress=listen)
    assert heard[0] == "part 1 of 2, goal 1: Travel"
    assert plan.metrics["coverage"] == 1
    assert plan.goals[0].bound <= best <= plan.goals[0].value
    quiet = undiagnosed(valleys(), goals=(Travel(),), engine="cp_sat", search=Search(work=5.0))
    assert quiet.goals[0].best == best


def test_a_household_of_a_member_elsewhere_needs_nobody():
    """An exempt own household stays exempt in a part that does not have the member."""
    people = [replace(m, household="h0" if m.id == "m3" else None) for m in valleys().members]
    problem = valleys(own_household="exempt").replace(members=people)
    plan = undiagnosed(problem, goals=(Travel(),), engine="cp_sat")
    assert "parts" in plan.reason
    assert plan.members_of("h0") == ()
    assert plan.metrics["coverage"] == 1


def test_a_part_that_found_nothing_in_time_is_tried_whole():
    """Neither a plan nor a proof with all limits: what may be relaxed is still to be tried."""

    class Slow:
        name, apart, ran = "slow", True, []

        def refusals(self, task):
            return []

        def run(self, task):
            self.ran.append(len(task.problem.households))
            if not task.relax:
                raise NoPlanFoundError("not in time")
            return "a plan"

    engine = Slow()
    task = Task(valleys(), (Travel(),), {"coverage": float("inf")}, Course(Search()))
    assert run_apart(task, engine) == ("a plan", 1)
    assert engine.ran == [3, 6]


class Failing:
    """An engine that gives no plan, or finds none in time, from some run on."""

    name, apart = "failing", True

    def __init__(self, after, error=None):
        self.after, self.error, self.ran = after, error, 0
        self.engine = CpSatEngine()

    def refusals(self, task):
        return []

    def run(self, task):
        self.ran += 1
        if self.ran <= self.after or len(task.problem.households) == 6:
            return self.engine.run(task)
        if self.error is not None:
            raise self.error
        return None


@pytest.mark.parametrize("after", [2, 4])
def test_a_limit_that_leaves_no_plan_to_the_rounding_is_solved_whole(after):
    """Each valley keeps the largest of both; where integers cannot, the whole can."""
    goals = (FairLoad(), Farthest(), Travel())
    engine = Failing(after)
    outcome, parts = run_apart(Task(valleys(), goals, {}, Course(Search())), engine)
    assert parts == 1
    assert all(line.proven for line in outcome.goals)


def test_a_last_pass_that_finds_nothing_in_time_leaves_the_plan_of_the_one_before():
    """The fairest loads are proven, and travel is what that plan has, with a bound for any."""
    engine = Failing(2, NoPlanFoundError("not in time"))
    goals = (FairLoad(), Travel())
    outcome, parts = run_apart(Task(valleys(), goals, {}, Course(Search())), engine)
    assert parts == 2
    assert [line.proven for line in outcome.goals] == [True, False]
    assert outcome.goals[1].bound <= outcome.goals[1].best
    assert outcome.stopped == "time"


def test_a_first_pass_without_a_plan_is_a_problem_without_a_plan():
    """Nothing may be relaxed, and a valley cannot be served."""
    outcome, parts = run_apart(
        Task(valleys(), (FairLoad(), Travel()), {}, Course(Search())), Failing(0)
    )
    assert (outcome, parts) == (None, 2)


def test_parts_hold_the_largest_of_all_and_no_less():
    """The valley with little to carry may be as unfair as the other one has to be, for short ways."""
    plan = undiagnosed(valleys(), goals=(FairLoad(), Travel()), engine="cp_sat")
    whole = undiagnosed(valleys(), goals=(FairLoad(), Travel()), engine="mip")
    assert "2 independent parts" in plan.reason
    assert [line.best for line in plan.goals] == [line.best for line in whole.goals]
    alone = valleys().replace(
        households=[replace(h, members_needed=int(h.hamlet == "A")) for h in valleys().households]
    )
    fairest = undiagnosed(alone, goals=(FairLoad(),), engine="cp_sat").goals[0].best
    assert fairest < plan.goals[0].best


def test_a_gap_in_what_the_parts_share_is_solved_whole():
    """What is not the least cannot be held for all, and the goals after it are still to come."""

    class Gapped(Failing):
        def run(self, task):
            outcome = super().run(task)
            return replace(outcome, stopped="gap") if self.ran == 1 else outcome

    outcome, parts = run_apart(
        Task(valleys(), (FairLoad(), Travel()), {}, Course(Search())), Gapped(2)
    )
    assert parts == 1
    assert outcome.stopped is None


class Worse(Failing):
    """An engine that from some run on is cut with a first goal that is worse than it was."""

    def __init__(self, after, cut):
        super().__init__(after)
        self.cut = cut

    def run(self, task):
        outcome = super().run(task)
        if outcome is None:  # beyond the runs that it ends well
            outcome = self.engine.run(task)
            first = outcome.goals[0]
            first = replace(first, best=first.best + 1, proven=False)
            outcome = replace(outcome, goals=(first, *outcome.goals[1:]), stopped=self.cut)
        return outcome


def test_a_last_pass_that_is_worse_in_what_was_proven_is_not_taken():
    """The fairest load is proven among the shortest ways; of longer ways that would say nothing."""
    task = Task(valleys(), (Travel(), FairLoad(), LIKED), {}, Course(Search()))
    outcome, parts = run_apart(task, Worse(2, "time"))
    assert parts == 2
    assert [line.proven for line in outcome.goals] == [True, True, False]
    assert outcome.goals[0].best == CpSatEngine().run(task).goals[0].best
    assert outcome.stopped == "time"


def test_a_last_pass_that_was_cut_and_is_no_worse_is_taken():
    """Its plan is that of the whole; as all lines are proven, nothing was cut."""

    class Cut(Failing):
        def run(self, task):
            outcome = super().run(task)
            return replace(self.engine.run(task), stopped="time") if outcome is None else outcome

    task = Task(valleys(), (Travel(), FairLoad(), LIKED), {}, Course(Search()))
    outcome, parts = run_apart(task, Cut(2))
    assert (parts, outcome.stopped) == (2, None)
    whole = CpSatEngine().run(task)
    assert [line.best for line in outcome.goals] == [line.best for line in whole.goals]


def test_a_gap_in_what_was_proven_is_solved_whole():
    """The goals after it are still to come, and shall be within the gap, too."""
    task = Task(valleys(), (Travel(), FairLoad(), LIKED), {}, Course(Search()))
    outcome, parts = run_apart(task, Worse(2, "gap"))
    assert parts == 1
    assert all(line.proven for line in outcome.goals)


def test_an_engine_that_holds_no_limit_solves_parts_that_share_a_largest_load_whole():
    """The neighbourhood search: apart for a sum, whole where the parts share their largest load."""
    apart = undiagnosed(valleys(), goals=(Travel(),), engine="lns")
    assert "parts" in apart.reason
    whole = undiagnosed(valleys(), goals=(FairLoad(), Travel()), engine="lns")
    assert "parts" not in whole.reason
    assert whole.goals[0].best == undiagnosed(valleys(), goals=(FairLoad(), Travel())).goals[0].best


def test_parts_that_find_nothing_in_time_where_limits_give_way_are_tried_whole():
    """Nothing keeps all limits, and what may be relaxed is not settled part by part in time."""

    class Slow:
        name, apart = "slow", True

        def refusals(self, task):
            return []

        def run(self, task):
            if not task.relax:
                return None
            if len(task.problem.households) < len(valleys().households):
                raise NoPlanFoundError("not in time")
            return "a plan"

    task = Task(valleys(), (Travel(),), {"coverage": float("inf")}, Course(Search()))
    assert run_apart(task, Slow()) == ("a plan", 1)


class Recording(Failing):
    """An engine that notes what is known of each part that it is given."""

    def __init__(self):
        super().__init__(100)
        self.known = []

    def run(self, task):
        outcome = super().run(task)
        self.known.append([line.proven for line in task.known])
        for goal, line in zip(task.goals, task.known, strict=False):
            if line.proven:  # the plan of the whole was best in each part
                best = Task(
                    task.problem,
                    (*task.goals[: task.goals.index(goal)], goal),
                    {},
                    Course(Search()),
                )
                assert CpSatEngine().run(best).goals[-1].best == line.best
        return outcome


@pytest.mark.parametrize(
    ("goals", "known"),
    [
        # Nothing is better in a sum or in an order, and so it is in each valley.
        ((Travel(), FairLoad(aim="leximax"), LIKED), [[True, True, True]] * 2),
        # The largest load of all is held; that of a valley may be less.
        ((FairLoad(), Travel()), [[False], [False], [False, True], [False, True]]),
        # What a tolerance leaves is no proof of the value that was reached.
        ((FairLoad(rtol=0.5), Travel()), [[False], [False], [False, True], [False, True]]),
    ],
)
def test_what_is_proven_of_the_whole_is_known_in_its_parts(goals, known):
    """The search goes on where something is open."""
    task = Task(valleys(), goals, {}, Course(Search()))
    best, _ = run_apart(task, CpSatEngine())
    engine = Recording()
    again = replace(task, incumbent=best.assignment, known=best.goals)
    outcome, parts = run_apart(again, engine)
    assert parts == 2
    assert engine.known == known
    assert [line.best for line in outcome.goals] == [line.best for line in best.goals]
    assert all(line.proven for line in outcome.goals)


def test_what_is_open_or_held_more_loosely_is_not_known_in_parts():
    """Nothing is passed on after a line with a gap, or another limit than that of the plan."""
    task = Task(valleys(), (Travel(), LIKED), {}, Course(Search()))
    best, _ = run_apart(task, CpSatEngine())
    open_ = replace(best.goals[0], bound=best.goals[0].best - 1, proven=False)
    engine = Recording()
    run_apart(replace(task, incumbent=best.assignment, known=(open_, best.goals[1])), engine)
    assert engine.known == [[False, False]] * 2
    largest = replace(task, goals=(FairLoad(), Travel()))
    best, _ = run_apart(largest, CpSatEngine())
    loose = replace(best.goals[0], best=best.goals[0].best + 1, proven=False)
    engine = Recording()
    run_apart(replace(largest, incumbent=best.assignment, known=(loose, best.goals[1])), engine)
    assert engine.known == [[False], [False], [False, False], [False, False]]


def test_that_not_all_limits_can_hold_is_told_of_the_whole():
    """One valley has too few places; the other keeps its limits, and its engine looks for that."""
    members = [replace(m, max_households=1) if m.hamlet == "A" else m for m in valleys().members]
    crossing = [(h.id, m.id) for h in valleys().households for m in members if h.hamlet != m.hamlet]
    short = valleys(forbidden=crossing).replace(members=members)
    outcome, parts = run_apart(
        Task(short, (Travel(),), {"coverage": float("inf")}, Course(Search())), CpSatEngine()
    )
    assert parts == 2
    assert outcome.limits_conflict
    assert outcome.breaches["coverage"].best == 1
    kept, _ = run_apart(Task(valleys(), (Travel(),), {}, Course(Search())), CpSatEngine())
    assert not kept.limits_conflict


def test_a_pass_that_was_cut_and_lost_what_was_reached_is_left():
    """The third pass forgets last year's pairs; the plan of the second one is the plan."""
    solver, calls, first = CpSatEngine(), [], {}

    class Forgetful:
        name, apart = "forgetful", True

        def refusals(self, task):
            return []

        def run(self, task):
            outcome = solver.run(task)
            homes = task.problem.household_columns.ids
            calls.append(homes)
            if calls.count(homes) == 1:
                unlike = Preference({(h, m): -1.0 for h, m, *_ in task.problem.previous})
                first[homes] = solver.run(replace(task, goals=(*task.goals, unlike))).assignment
            if calls.count(homes) < 3:
                return outcome
            plan = first[homes]
            lines = tuple(
                Proof(goal.value(plan), goal.floor(plan.problem), False) for goal in task.goals
            )
            return replace(outcome, assignment=plan, goals=lines, stopped="work")

    problem = valleys(previous=LAST_YEAR)
    goals = (FairLoad("workload"), Continuity(), Farthest(), FairLoad("households"), Travel())
    task = Task(problem, goals, {}, Course(Search()))
    found, parts = run_apart(task, Forgetful())
    best = solver.run(task)
    assert parts == 2
    assert max(calls.count(homes) for homes in calls) == 3
    assert found.stopped == "work"
    assert [found.goals[n].best for n in (0, 1, 2)] == [best.goals[n].best for n in (0, 1, 2)]
    assert not found.goals[3].proven


class Noting(CpSatEngine):
    """An engine that notes the incumbents it is given."""

    def __init__(self):
        super().__init__()
        self.given = []

    def run(self, task):
        self.given.append(task.incumbent)
        return super().run(task)


@pytest.mark.parametrize("broken", [False, True])
def test_an_incumbent_that_breaks_a_limit_is_none_where_all_limits_are_hard(broken):
    """h0 of A is served by m2 of B: A has no incumbent, B has its own."""
    problem = valleys()
    pairs = [("h0", "m0"), ("h1", "m0"), ("h2", "m1"), ("h3", "m2"), ("h4", "m3"), ("h5", "m3")]
    pairs[0] = ("h0", "m2") if broken else pairs[0]
    task = Task(problem, (), {"coverage": 6.0, "within_hamlet": 6.0}, Course(Search(work=1.0)))
    engine = Noting()
    found, parts = run_apart(replace(task, incumbent=Assignment.of(problem, pairs)), engine)
    assert (found is not None, parts) == (True, 2)
    assert [one is None for one in engine.given[:2]] == [broken, False]
