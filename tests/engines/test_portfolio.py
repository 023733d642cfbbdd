"""One incumbent for a search: never worse than its starts, and the same again (contract 2.5, 6.8)."""

import math
from dataclasses import replace
from functools import partial, reduce

import numpy as np
import pytest
from lanes import chunks, in_full
from oracle import random_problems
from oracle.comparing import differing
from undiagnosed import undiagnosed

from phancong import (
    RELAXABLE,
    Cohesion,
    Continuity,
    FairLoad,
    Household,
    InfeasibleError,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    solve,
    synth,
)
from phancong.assignment import Assignment
from phancong.course import Course, Waits
from phancong.engines import portfolio, searching
from phancong.engines.exact import CpSatEngine, MipEngine
from phancong.engines.improvers import Improver
from phancong.engines.instead import Instead, restricted_models
from phancong.engines.portfolio import Sizes
from phancong.engines.ranking import Ranking
from phancong.engines.registry import ENGINES
from phancong.engines.starting import starts
from phancong.engines.task import Outcome, Proof, Task, TooLargeError, read_relax
from phancong.engines.weighted import LnsEngine
from phancong.goals import read_goals


def task_of(problem, goals=None, relax=RELAXABLE, **search):
    return Task(
        problem,
        read_goals(goals, problem),
        read_relax(relax),
        Course(Search(**search or {"work": 1.0})),
    )


def worse_than(problem, goals, relax, plan):
    """The names of the starts that beat a plan."""
    task = task_of(problem, goals, relax)
    ranking = Ranking(task)
    mine = ranking.ranked(plan.assignment)
    found = [(n, ranking.ranked(a)) for n, a in starts(task) if ranking.admits(a)]
    return [name for name, start in found if ranking.merged(mine, start)[1]]


@pytest.mark.parametrize("engine", ["auto", "flow", "cp_sat", "mip", "lns"])
@pytest.mark.parametrize("seeds", chunks(quick=5, full=120, night=400, size=8), ids=str)
def test_no_start_beats_a_plan_however_little_the_search_may_take(engine, seeds):
    """Line by line, and with nothing that may be relaxed a plan is found where a start is one."""
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=engine == "flow")
        for work in (1e-6, 1e-2):
            task = task_of(problem, goals, relax)
            if ENGINES.get(engine, ENGINES["cp_sat"])().refusals(task):
                continue
            try:
                plan = solve(
                    problem, goals=goals, relax=relax, engine=engine, search=Search(work=work)
                )
            except (InfeasibleError, NoPlanFoundError):
                ranking = Ranking(task)
                assert not any(ranking.admits(a) for _, a in starts(task)), (seed, work)
                continue
            assert not worse_than(problem, goals, relax, plan), (seed, work)


@pytest.mark.parametrize("seed", [20049, 20142])
def test_no_start_is_left_out_for_work_that_is_used_up(seed):
    """Here the last of them is the best."""
    problem, goals, relax = random_problems.tiny(seed, flow_only=False)
    plan = solve(problem, goals=goals, relax=relax, search=Search(work=1e-6))
    assert not worse_than(problem, goals, relax, plan)


#: Every improver has its turn, however small the problem.
ALL_TAKE_TURNS = Sizes(small=0, lagrangian_first=0, fewest_units=1e-3, first_part=1e-6)
taking_turns = partial(undiagnosed, sizes=ALL_TAKE_TURNS)
#: Starts are made before anything else.
NONE_IS_SMALL = Sizes(small=0)


@pytest.mark.parametrize("seeds", chunks(quick=6, full=200, night=1_000, size=10), ids=str)
def test_turns_end_at_the_best_plan(seeds):
    """What all of them prove together is what trying every plan gives, and no bound is too high."""
    posed = partial(random_problems.tiny, flow_only=False)
    assert differing(seeds, posed, engine="auto", solving=taking_turns) == {}


@pytest.mark.parametrize("goals", [None, *in_full((Cohesion(), FairLoad(aim="leximax"), Travel()))])
def test_a_commune_with_exempt_members_comes_near_its_bound_and_again(goals):
    """Exempt members are no parts; the same work gives the same pairs; nobody is worse than a start."""
    problem = synth.commune(1, members=8, households=40, weights="class")
    assert problem.exempt.any()
    plans = [solve(problem, goals=goals, search=Search(work=0.7)) for _ in range(2)]
    assert plans[0].pairs == plans[1].pairs
    assert plans[0].reason == plans[1].reason
    assert not worse_than(problem, goals, RELAXABLE, plans[0])
    if goals is None:
        assert plans[0].status is Status.OPTIMAL or plans[0].goals[1].proven


def test_a_search_tells_who_took_part():
    """In the plan's reason, with how many runs each had; and whether the clock cut any."""
    problem = synth.commune(2, members=12, households=100, weights="class")
    plan = undiagnosed(problem, search=Search(work=0.3), sizes=ALL_TAKE_TURNS)
    assert plan.reason.startswith("no flow can keep all of it: in turn ")
    assert "lns (" in plan.reason
    assert "restricted models (" in plan.reason
    assert "clock" not in plan.reason
    plan = undiagnosed(problem, search=Search(seconds=0.6), sizes=ALL_TAKE_TURNS)
    if plan.status is not Status.OPTIMAL and "in turn" in plan.reason:  # more than one had a turn
        assert "; the clock cut some of these runs" in plan.reason


def test_who_proves_a_plan_alone_is_told():
    """Not the exact engine that was chosen and had no turn."""
    problem = synth.commune(4, members=8, households=40, weights="class")
    plan = undiagnosed(problem, search=Search(work=20.0), sizes=ALL_TAKE_TURNS)
    assert (plan.status, plan.engine) == (Status.OPTIMAL, "lns")
    assert "lns (" in plan.reason
    assert "CP-SAT" not in plan.reason


def test_beyond_some_size_no_exact_model_of_the_whole_is_built():
    """The others search on from the start; without a start the exact engine is asked all the same."""
    sizes = replace(ALL_TAKE_TURNS, most_exact=10)
    problem = synth.commune(2, members=6, households=30, weights="class")
    assert "cp_sat" not in undiagnosed(problem, search=Search(work=0.2), sizes=sizes).reason
    # Nobody by hand keeps the minimum of b, who is far from everything.
    far = Problem(
        [Member("a", max_workload=9), Member("b", min_households=2)],
        [Household(f"h{n}", workload=1.0 + n % 2) for n in range(6)],
        travel=TravelMatrix([[1, 9]] * 6),
    )
    goals = (Cohesion(), Travel())
    plan = undiagnosed(far, goals=goals, relax=(), search=Search(work=2.0), sizes=sizes)
    assert len(plan.households_of("b")) >= 2


class Fixed:
    """An engine that gives an outcome, or fails, one time after the other."""

    name = "fixed"
    apart = False

    def __init__(self, *answers):
        self.answers = list(answers)
        self.tasks = []

    def refusals(self, task):
        return []

    def run(self, task):
        self.tasks.append(task)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


TWO = Problem(
    [Member("a"), Member("b")],
    [Household("g"), Household("h")],
    travel=TravelMatrix([[1, 2], [2, 1]]),
)
NEAR, FAR = (Assignment.of(TWO, list(zip("gh", members, strict=True))) for members in ("ab", "ba"))


def line(best, bound):
    return (Proof(best, bound, best == bound),)


def searched(*answers, problem=TWO, relax=RELAXABLE, name="fixed", **search):
    """What is found with an engine of these answers, and the engine."""
    engine = Fixed(*answers)
    engine.name = name
    task = task_of(problem, (Travel(),), relax, **search)
    return searching.searched(task, name, {name: engine}), engine


#: Both households are nearest to a, who takes one: 3 is best, and arithmetic alone says 2.
ONE_EACH = TWO.replace(
    members=[Member("a", max_households=1), Member("b")], travel=TravelMatrix([[1, 2], [1, 2]])
)
EACH = Assignment.of(ONE_EACH, [("g", "a"), ("h", "b")])


def test_what_one_run_has_proven_the_next_one_knows():
    """Each run begins with the best plan and its bounds; proven, the search ends."""
    found, engine = searched(
        Outcome(EACH, {}, line(3.0, 1.0), "work"),
        Outcome(EACH, {}, line(3.0, 2.5), "work"),
        Outcome(EACH, {}, line(3.0, 3.0), None),
        problem=ONE_EACH,
    )
    assert found.outcome.stopped is None
    assert engine.tasks[0].incumbent is None  # a small problem: the engine first
    assert engine.tasks[1].incumbent.pairs == EACH.pairs
    assert [[line.bound for line in task.known] for task in engine.tasks] == [[], [2.0], [2.5]]


def test_who_brings_nothing_three_times_rests():
    """Its last word is why the plan is not proven."""
    found, engine = searched(Outcome(EACH, {}, line(3.0, 2.0), "rounding"), problem=ONE_EACH)
    assert len(engine.tasks) == 1 + portfolio.PATIENCE
    assert found.outcome.stopped == "rounding"


def test_a_proven_line_gives_others_another_turn():
    """Whoever was idle three times rests, unless a line was proven meanwhile that it can build on."""
    open_, proven = line(1.0, 0.0) + line(3.0, 0.0), line(1.0, 1.0) + line(3.0, 0.0)
    ran = []

    def run(task, name, goals):
        ran.append(name)
        task.course.work += 1.0
        return Outcome(EACH, {}, goals, "rounding")

    idle = Improver("idle", partial(run, name="idle", goals=open_), 1.0)
    prover = Improver("prover", partial(run, name="prover", goals=proven), 1.0)
    idle.worth, prover.worth = 1.0, 0.15  # two turns of the one, then one of the other
    course = Course(Search(work=30.0))
    task = Task(ONE_EACH, (FairLoad(), Travel()), read_relax(RELAXABLE), course)
    portfolio.Portfolio(task, NONE_IS_SMALL).run([idle, prover], "")
    assert ran[:3] == ["idle", "idle", "prover"]
    assert ran.count("idle") == 2 + portfolio.PATIENCE
    assert idle.idle == portfolio.PATIENCE


def test_who_has_not_run_keeps_its_place_when_a_line_is_proven():
    """Restricted models wait until others have a plan."""
    improver = Improver("x", lambda task: None, 1.0)
    improver.worth = 0.1
    improver.renew()
    assert improver.worth == 0.1
    improver.ran(1.0, brought=False, ended=True)
    improver.renew()
    assert (improver.worth, improver.idle) == (1.0, 0)


def test_a_gap_that_was_asked_for_ends_the_search():
    """Nobody else has to prove more; but a start that is better is taken."""
    worse = Assignment.of(ONE_EACH, [("g", "b"), ("h", "b")])
    cut = Outcome(worse, {}, line(4.0, 2.5), "gap")
    found, engine = searched(cut, problem=ONE_EACH, work=1.0, gap=0.9)
    assert len(engine.tasks) == 1
    assert found.outcome.stopped == "gap"
    assert found.outcome.goals == (Proof(3.0, 2.5, False),)


#: Two households for one member who takes one, as the other may have neither: no start keeps that.
CROWDED = TWO.replace(
    members=[Member("a", max_households=1), Member("b", max_households=1)],
    travel=TravelMatrix([[1, 1], [1, 1]]),
    forbidden=[(home, "b") for home in TWO.household_columns.ids],
)


@pytest.mark.parametrize("name", ["fixed", "flow"])
def test_without_any_plan_the_failure_is_told(name):
    """Unless a start keeps all that must hold; with the limit that the best plan breaks."""
    failure = NoPlanFoundError("nothing in time")
    found, _ = searched(failure, name=name)
    assert found.outcome.assignment.pairs == NEAR.pairs
    assert found.engine == "repaired"
    with pytest.raises(NoPlanFoundError, match="work, or relax 'max_households'"):
        searched(failure, problem=CROWDED, relax=(), name=name)


def test_no_start_is_begun_where_the_search_is_late():
    """Unless all starts take but a moment."""
    for moment, made in ((0.25, 4), (0.0, 0)):
        course = Course(Search(seconds=1e-9), waits=Waits(grace=0.0))
        task = Task(CROWDED, (Travel(),), {}, course)
        with pytest.raises(NoPlanFoundError, match="no time to look for a plan"):
            portfolio.Portfolio(task, Sizes(moment=moment)).run([], "")
        assert len(task.starts.keys() - {portfolio.ROUGH}) == made


def test_what_nobody_could_leave_is_not_begun():
    """Neither a start that takes longer than the search may be late, nor a model, which takes longer.

    The search cannot be left behind where there is no plan for the caller: here none keeps the limits.
    """
    for grace, made in ((1.0, 4), (0.0, 0)):
        course = Course(Search(seconds=1e-9), waits=Waits(grace=grace), clock=lambda: 0.0)
        task = Task(CROWDED, (Travel(),), {}, course)
        engine = Fixed(NoPlanFoundError("nothing in time"))
        search = portfolio.Portfolio(task, replace(NONE_IS_SMALL, moment=-1.0))
        with pytest.raises(NoPlanFoundError, match="time"):
            search.run([Improver("x", engine.run, math.inf)], "asked for")
        assert len(task.starts.keys() - {portfolio.ROUGH}) == made
        assert bool(engine.tasks) is bool(made)


def test_an_exact_engine_that_is_cut_leaves_the_best_start():
    """A flow that was cut is no reason to return less than a plan by hand."""
    cut = Outcome(FAR, {}, line(4.0, 1.0), "time")
    found, _ = searched(cut, name="flow")
    assert found.outcome.assignment.pairs == NEAR.pairs


@pytest.mark.parametrize(
    ("before", "after", "progress"),
    [
        ((4.0, 1.0), (4.0, 1.0), False),
        ((4.0, 1.0), (4.0, 1.01), False),
        ((4.0, 1.0), (3.5, 1.0), True),
        ((4.0, 1.0), (4.0, 4.0), True),
        ((4.0, 4.0), (4.0, 4.0), False),
        (((4.0, 1.0), (1.0, 1.0)), ((4.0, 1.0), (2.0, 1.0)), True),
    ],
)
def test_progress_is_a_gap_that_closes(before, after, progress):
    """By more than a trifle: else one who polishes digits has every turn."""
    old, new = (Proof(best, bound, best == bound) for best, bound in (before, after))
    assert portfolio.narrows_gap(old, new) is progress


def test_an_improver_that_brings_more_comes_sooner():
    """Who brought something is worth most, and less and less after; what ends without a find counts."""
    improver, other = (Improver(name, lambda task: None, 1.0) for name in "xy")
    improver.ran(0.5, brought=False, ended=True)
    assert (improver.worth, improver.idle, improver.spent) == (0.5, 1, 0.5)
    assert improver.turn > other.turn
    improver.ran(0.5, brought=True, ended=True)
    assert (improver.idle, improver.runs) == (0, 2)
    assert improver.turn < other.turn
    improver.ran(0.5, brought=False, ended=True)
    assert improver.worth == 0.5


@pytest.mark.parametrize("work", [1.0, 10.0, 1_000.0])
def test_who_has_plans_and_proofs_has_a_turn_before_who_has_none(work):
    """However much there is: neighbourhoods that find a little at each turn would have all turns."""
    problem = synth.commune(2, members=8, households=40, weights="class")
    improvers = searching.improvers(
        task_of(problem, work=work), "auto", ENGINES["cp_sat"](), Sizes(lagrangian_first=0)
    )
    turns = {improver.name: improver.turn for improver in improvers}
    assert turns["lns"] <= turns["restricted models"]
    assert min(improvers, key=lambda one: one.turn).name == "lns"


def test_flows_and_parts_come_first_where_limits_may_be_broken():
    """Parts only where a rule about pairs makes them, and while all limits may hold."""

    def found(problem, **search):
        task = task_of(problem, **search)
        engine = ENGINES["cp_sat"]()
        return {one.name: one for one in searching.improvers(task, "auto", engine, NONE_IS_SMALL)}

    flows, parts, other = searching.FLOWS, searching.PARTS, searching.OTHER
    assert list(found(TWO, work=1.0))[:2] == [flows, other]
    assert list(found(TWO, work=1e-6))[:2] == [flows, "cp_sat"]
    closed = found(TWO.replace(within_hamlet=True), work=1.0)
    assert list(closed)[:3] == [flows, parts, other]
    assert closed[flows].when(None, False)
    assert (closed[parts].when(None, False), closed[parts].when(None, True)) == (True, False)
    assert not closed[other].when(None, False)  # flows have made no plan yet
    kept = Ranking(task_of(TWO)).ranked(NEAR)
    assert not any(closed[name].when(kept, False) for name in (flows, parts, other))


def test_a_model_that_takes_long_to_write_down_comes_later():
    """What is not counted as work counts where turns are given; without time for it there is none."""
    small, large = (Improver(n, lambda task: None, 1.0, writing=w) for n, w in (("s", 0), ("l", 3)))
    assert (small.turn, large.turn) == (1.0, 4.0)
    large.ran(0.5, brought=True, ended=False)
    assert large.spent == 3.5
    first = Fixed(Outcome(FAR, {}, line(4.0, 1.0), "work"), NoPlanFoundError("nothing better"))
    later = Fixed(Outcome(NEAR, {}, line(2.0, 2.0), None))
    improvers = [Improver("s", first.run, 1.0), Improver("l", later.run, 1.0, writing=3)]
    portfolio.Portfolio(task_of(TWO, (Travel(),), work=8.0)).run(improvers, "asked for")
    assert first.tasks
    assert not later.tasks
    # Where nobody else does, it has to find the first plan.
    found = portfolio.Portfolio(task_of(TWO, (Travel(),), work=8.0)).run(improvers[1:], "asked for")
    assert found.outcome.assignment.pairs == NEAR.pairs
    assert len(later.tasks) == 1


def test_half_of_a_search_without_a_plan_is_kept_for_the_improver_that_runs_last():
    """Another takes what it may, and one whose model takes more is left out, until the last has run."""
    given = {}

    def taking(task, name):
        given.setdefault(name, task.course.search.work)
        task.course.work += min(task.course.work_left, 5.0)
        raise NoPlanFoundError("nothing in time")

    crowded = TWO.replace(members=[Member("a", max_workload=1), Member("b", max_workload=0.5)])
    improvers = [
        Improver("all", partial(taking, name="all"), 100.0),
        Improver("large", partial(taking, name="large"), 1.0, writing=2.0),
        Improver("last", partial(taking, name="last"), math.inf, last=True),
    ]
    with pytest.raises(NoPlanFoundError, match="nothing in time"):
        portfolio.Portfolio(task_of(crowded, (), (), work=12.0), NONE_IS_SMALL).run(improvers, "")
    assert list(given.items()) == [("all", 6.0), ("last", 6.0), ("large", 1.0)]


def test_a_stage_that_was_cut_is_no_idle_run():
    """An improver whose stages had a part of a slice each goes on, also after three such runs."""
    cut = Outcome(EACH, {}, line(3.0, 2.0), "work")
    engine = Fixed(cut, cut, cut, cut, cut, Outcome(EACH, {}, line(3.0, 3.0), None))
    search = portfolio.Portfolio(task_of(ONE_EACH, (Travel(),), work=50.0), NONE_IS_SMALL)
    found = search.run([Improver("x", engine.run, 0.25)], "asked for")
    assert found.outcome.stopped is None
    assert len(engine.tasks) == 6


def test_changes_and_exempt_members_of_the_branch():
    """An exempt ninth member changes nothing (contract 4.6)."""
    members = [Member(f"m{n}", min_households=5, max_households=7) for n in range(8)]
    homes = [Household(f"h{n:02}", workload=1.0 + n % 2) for n in range(66)]
    plain = Problem(members, homes, travel=None)
    also = plain.replace(members=[*members, Member("x", max_households=0)])
    plans = [solve(p, goals=(FairLoad(), Continuity())) for p in (plain, also)]
    assert plans[0].status is plans[1].status is Status.OPTIMAL
    assert plans[0].goals[0].value == plans[1].goals[0].value


def test_where_there_is_no_time_the_first_start_is_enough():
    """Of many pairs each start takes a while: the search ends with the first that is a plan."""
    task = task_of(TWO, (Travel(),), RELAXABLE, seconds=1e-9)
    (first, plan), *_ = starts(task)
    engine = Fixed(Outcome(FAR, {}, line(4.0, 4.0), None))
    search = portfolio.Portfolio(task, replace(NONE_IS_SMALL, moment=-1.0))
    found = search.run([Improver("x", engine.run, math.inf)], "asked for")
    assert not engine.tasks
    assert (found.engine, found.outcome.assignment.pairs) == (first, plan.pairs)
    assert found.reason == "asked for: a start, proven by arithmetic"


@pytest.mark.parametrize(
    ("relax", "returned"),
    [
        (RELAXABLE, True),
        ({**dict.fromkeys(RELAXABLE, math.inf), "max_households": 0.0}, False),
        ((), False),
    ],
    ids=["all", "ceiling", "nothing"],
)
def test_where_no_start_is_made_in_time_a_plan_is_made_at_once(relax, returned):
    """Nobody waits for a start any more: each household has its nearest member, if that may be a plan."""
    full = TWO.replace(
        members=[replace(member, max_households=1) for member in TWO.members],
        travel=TravelMatrix([[1, 2], [1, 2]]),
    )
    task = replace(
        task_of(full, (Travel(),), relax),
        course=Course(Search(seconds=1e-9), waits=Waits(grace=0.0)),
    )
    search = portfolio.Portfolio(task, replace(NONE_IS_SMALL, moment=-1.0))
    if returned:
        found = search.run([], "asked for")
        assert found.engine == portfolio.ROUGH
        assert found.outcome.assignment.pairs == (("g", "a"), ("h", "a"))
    else:
        with pytest.raises(NoPlanFoundError, match="time"):
            search.run([], "asked for")
        assert search.so_far() is None
    assert search.may_leave


def test_a_search_begins_with_the_plan_of_an_earlier_one():
    """With what is proven of it, or without: it is returned unless there is a better one."""
    worse = Fixed(Outcome(FAR, {}, line(4.0, 1.0), "time"))
    for known in ((), line(2.0, 2.0)):
        task = replace(task_of(TWO, (Travel(),)), incumbent=NEAR, known=known, author="lns")
        found = portfolio.Portfolio(task).run([Improver("x", worse.run, math.inf)], "asked for")
        assert (found.outcome.assignment, found.engine) == (NEAR, "lns")
    assert found.outcome.stopped is None


def test_who_cannot_build_a_model_at_all_leaves_a_start_and_says_so():
    """It is not asked three times what it has no time for."""
    asked = []

    def too_large(task):
        asked.append(task)
        raise TooLargeError("no time to build it")

    search = portfolio.Portfolio(task_of(ONE_EACH, (Travel(),)), NONE_IS_SMALL)
    found = search.run([Improver("x", too_large, math.inf)], "asked for")
    assert len(asked) == 1
    assert found.reason.endswith("its model could not be built within the limit")
    assert found.outcome.stopped == "work"


def test_who_has_no_time_to_build_a_model_again_has_built_one():
    """What it found is no start, and it is not asked a third time."""
    cut = Outcome(EACH, {}, line(3.0, 2.0), "work")
    engine = Fixed(cut, TooLargeError("no time to build it"))
    search = portfolio.Portfolio(task_of(ONE_EACH, (Travel(),)), NONE_IS_SMALL)
    found = search.run([Improver("x", engine.run, math.inf)], "asked for")
    assert len(engine.tasks) == 2
    assert found.reason == "asked for"


#: Ways with which no start is the best plan, whatever the households weigh.
WAYS = TravelMatrix(np.random.default_rng(2).integers(1, 90, (12, 3)).astype(float))


def weighted():
    """Twelve households of one or two for three members."""
    return Problem(
        [Member(m, max_workload=7) for m in "abc"],
        [Household(n, workload=1.0 + n % 2) for n in range(12)],
        travel=WAYS,
    )


def test_where_no_engine_had_time_the_reason_says_so():
    search = portfolio.Portfolio(task_of(weighted(), (Travel(),), RELAXABLE, seconds=1e-9))
    found = search.run([], "no flow can keep all of it: a workload")
    assert found.reason == "no flow can keep all of it: a start, as no engine had time"
    assert found.outcome.stopped == "time"


def best_start(task):
    """The best plan that a start makes."""
    ranking = Ranking(task)
    found = [ranking.ranked(a) for _, a in starts(task) if ranking.admits(a)]
    return reduce(lambda one, other: ranking.merged(one, other)[0], found)


class LargeCpSat(CpSatEngine):
    """There is no time to build its model."""

    def run(self, task):
        raise TooLargeError("no time to build it")


class LargeMip(LargeCpSat, MipEngine):
    """Nor here."""


class LargeLns(LnsEngine):
    """Nor here."""

    run = LargeCpSat.run


@pytest.mark.parametrize(
    "engine", [LargeCpSat(), LargeMip(), LargeLns(CpSatEngine())], ids=["cp_sat", "mip", "lns"]
)
def test_who_cannot_build_its_model_searches_in_restricted_ones(engine):
    """By its own solver, from the best start, so that no time is left unused; and it says so."""
    start = best_start(task_of(weighted(), (Travel(),), ()))
    plan = undiagnosed(
        weighted(),
        goals=(Travel(),),
        relax=(),
        engine=engine.name,
        search=Search(work=0.5),
        sizes=NONE_IS_SMALL,
        made={engine.name: engine},
    )
    assert plan.engine == "restricted models"
    assert plan.goals[0].value < Travel().value(start.assignment)
    assert plan.reason == (
        "asked for; restricted models, as its model could not be built within the limit"
    )


def test_restricted_models_and_their_solver_are_made_once():
    """They are asked again and again, and learn how large a model may be."""
    made = []

    def noted(engine, task):
        made.append(engine)
        return restricted_models(engine, task)

    begun = task_of(weighted(), (Travel(),), ())
    start = best_start(begun).assignment
    models = Instead(ENGINES["lns"](), noted)
    for _ in range(2):
        assert models(replace(begun, incumbent=start, course=Course(Search(work=0.5)))) is not None
    assert len(made) == 1


def test_what_a_flow_leaves_of_the_time_is_used():
    """It began nothing more, for which the time would not do; restricted models go on from its plan."""
    alike = Problem(
        [Member(m, max_households=4) for m in "abc"],
        [Household(n) for n in range(12)],
        travel=WAYS,
    )
    (best,) = solve(alike, goals=(Travel(),)).goals
    start = best_start(task_of(alike, (Travel(),))).assignment
    cut = Outcome(start, {}, line(Travel().value(start), 1.0), "time")
    found, engine = searched(cut, problem=alike, name="flow", work=1.0)
    assert len(engine.tasks) == 1
    assert Travel().value(start) > Travel().value(found.outcome.assignment) == best.value
    assert found.engine == "restricted models"
    assert found.reason == "asked for; restricted models in what it left of the time"


def test_what_rounding_cut_is_not_searched_again():
    """More time would not prove what integers cannot tell."""
    rounded = Outcome(FAR, {}, line(4.0, 1.0), "rounding")
    found, engine = searched(rounded, name="flow", work=1.0)
    assert len(engine.tasks) == 1
    assert found.reason == "asked for"
