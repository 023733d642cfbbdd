"""No call takes longer than it was given: what would overrun is not begun, and what is known is told."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from full_to_the_brim import MOST, brimful
from undiagnosed import undiagnosed

from phancong import (
    RELAXABLE,
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    compare,
    diagnose,
    solve,
)
from phancong.course import Course, Waits, end_all, leaving, let_end
from phancong.diagnosing.diagnose import diagnosis
from phancong.diagnosing.trial import Trial
from phancong.engines.common import pace
from phancong.engines.common.cp_sat import CpSatSolver
from phancong.engines.common.linear_model import Answer, Claim, Limits, Linear, LinearModel
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.counting import missing_at_least
from phancong.engines.exact import CpSatEngine
from phancong.engines.flow import FlowEngine
from phancong.engines.portfolio import Sizes
from phancong.engines.registry import ENGINES
from phancong.engines.task import AtMost, Task, TooLargeError, no_plan_found, read_relax
from phancong.engines.weighted import LnsEngine
from phancong.explaining.explain import Question
from phancong.running import exchanged, run

WAYS = TravelMatrix([[2.0, 5.0, 9.0], [7.0, 3.0, 4.0], [6.0, 8.0, 2.0], [3.0, 9.0, 7.0]])


def village(**options):
    members = [Member(m) for m in ("a", "b", "c")]
    return Problem(members, [Household(n) for n in range(4)], **{"travel": WAYS, **options})


def short():
    """Four households, and three places."""
    return village().replace(members=[Member(m, max_households=1) for m in ("a", "b", "c")])


NO_TIME = Search(seconds=1e-9)
NONE_IS_SMALL = Sizes(small=0)


def weighted():
    """No flow: a limit of unequal workloads."""
    members = [Member(m, max_workload=5) for m in ("a", "b", "c")]
    homes = [Household(n, workload=1 + n % 3) for n in range(4)]
    return Problem(members, homes, travel=WAYS)


# --- flows


class Slowing:
    """Flows that take no time, and longer than there is from the given look on."""

    def __init__(self, number):
        self.number, self.looks = number, 0

    @property
    def an_arc(self):
        self.looks += 1
        return 0.0 if self.looks <= self.number else 1e9


def flows_until(number):
    """The flow engine, without time for a flow of an arc or more from the given look on."""
    return {"flow": FlowEngine(Slowing(number))}


def test_a_flow_that_would_take_too_long_is_not_begun():
    """What is left and what a flow of so many arcs takes decide; a little is always there."""
    speed = pace.Speed(an_arc=1e-3)
    course = Course(Search(seconds=10))
    assert pace.Pace(course, speed).has_time(1_000)
    assert not pace.Pace(course, speed).has_time(100_000)
    assert pace.Pace(None, speed).has_time(10**9)
    over = Course(Search(seconds=1e-9))
    assert pace.Pace(over, speed).has_time(10)
    assert not pace.Pace(over, speed).has_time(1_000)


def test_how_long_flows_take_is_learnt_from_large_ones():
    speed = pace.Speed(an_arc=1.0)
    with pace.Pace(None, speed).flow(pace.TELLING - 1):
        pass
    assert speed.an_arc == 1.0
    with pace.Pace(None, speed).flow(pace.TELLING):
        pass
    assert 0.4 < speed.an_arc < 0.6


def test_without_time_for_the_first_flow_a_start_is_returned():
    plan = undiagnosed(village(), engine="flow", made=flows_until(0))
    assert plan.stopped == "time"
    assert not plan.uncovered
    assert plan.engine != "flow"


def test_without_time_and_without_a_start_there_is_no_plan():
    """Two households may have a alone, who has one place; b and c have room for all."""
    forbidden = [(n, m) for n in (0, 1) for m in ("b", "c")]
    problem = village().replace(
        members=[Member("a", max_households=1), Member("b"), Member("c")], forbidden=forbidden
    )
    with pytest.raises(NoPlanFoundError, match="neither a plan nor a proof"):
        undiagnosed(problem, engine="flow", relax=(), made=flows_until(0))


def test_a_budget_without_time_for_another_flow_has_the_plan_below_and_a_true_bound():
    """Households like to go where they were not; the cheapest plan of all bounds those within."""
    rng = np.random.default_rng(1)
    ways = TravelMatrix(rng.integers(1, 90, (12, 4)).astype(float))
    problem = Problem(
        [Member(m, max_households=4) for m in "abcd"],
        [Household(n) for n in range(12)],
        travel=ways,
        previous=[(n, "abcd"[n % 4]) for n in range(12)],
    )
    goals = (AtMost(Continuity(), 4.0), Travel(), Continuity())
    task = Task(problem, goals, {}, Course(Search()))
    best = run(task, "flow").goals[0].value
    speed = Slowing(10**9)
    run(replace(task, course=Course(Search())), "flow", {"flow": FlowEngine(speed)})
    cut = 0
    for number in range(speed.looks):
        try:
            plan = run(replace(task, course=Course(Search())), "flow", flows_until(number))
        except NoPlanFoundError:  # before both ends were known
            continue
        cut += plan.stopped == "time"
        assert plan.goals[0].bound <= best <= plan.goals[0].value
    assert cut


def test_without_time_for_a_later_flow_the_plan_of_the_stages_before_is_returned():
    """Its bounds are true, and what was proven before is proven; d had nobody, so that some change."""
    goals = (FairLoad(), Continuity(), Travel())
    ways = TravelMatrix(np.random.default_rng(1).integers(1, 90, (12, 4)).astype(float))
    problem = Problem(
        [Member(m) for m in "abcd"],
        [Household(n) for n in range(12)],
        travel=ways,
        previous=[(n, "abc"[n % 3]) for n in range(12)],
    )
    whole = solve(problem, goals=goals, engine="flow")
    plan = undiagnosed(problem, goals=goals, engine="flow", made=flows_until(1))
    assert plan.stopped == "time"
    assert plan.goals[0].proven
    assert plan.goals[0].value == whole.goals[0].value
    assert plan.goals[2].bound <= whole.goals[2].value <= plan.goals[2].value


def test_without_time_prices_are_found_by_solving_again_or_not_at_all():
    assert about(solve(village()), made=flows_until(0)).about_household(0).alternatives


# --- models


def model_of(pairs):
    model = LinearModel(pairs)
    model.add(Linear.of((v, 1) for v in range(pairs)), 1, 1)
    return model, Linear.of((v, 1 + v) for v in range(pairs))


@pytest.mark.parametrize("solver", [CpSatSolver(), MathOptSolver()])
def test_a_model_that_cannot_be_written_down_in_time_is_not_solved(solver):
    model, objective = model_of(50)
    answer = solver.solve(model, objective, None, Limits(1e-9, np.inf, 0.0, 0))
    assert (answer.claim, answer.values, answer.cut) == (Claim.UNKNOWN, None, "time")


def test_many_rows_are_not_written_down_after_time():
    """The clock is looked at between the variables and between the rows."""
    model, objective = model_of(3)
    written = iter([0.0, 0.0, 9.0])
    with pytest.MonkeyPatch.context() as patch:
        clock = "phancong.engines.common.cp_sat.time.perf_counter"
        patch.setattr(clock, lambda: next(written, 9.0))
        answer = CpSatSolver().solve(model, objective, None, Limits(1.0, np.inf, 0.0, 0))
    assert answer.claim is Claim.UNKNOWN


@pytest.mark.parametrize("solver", [CpSatSolver(), MathOptSolver()])
def test_what_is_not_waited_for_says_nothing(solver):
    def nobody_waits(call, stop, seconds):
        stop()
        return

    model, objective = model_of(5)
    limits = Limits(10.0, np.inf, 0.0, 0, nobody_waits)
    assert solver.solve(model, objective, None, limits).claim is Claim.UNKNOWN


def long_list(most):
    """Households of which no model is written down in half a second, for two members."""
    members = [Member(m, max_workload=most) for m in ("a", "b")]
    homes = [Household(n, workload=1 + n % 2) for n in range(5_000)]
    return Problem(members, homes, travel=TravelMatrix([[1.0, 2.0]] * 5_000))


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_where_no_model_fits_the_best_start_is_returned_at_once(engine):
    search, problem = Search(seconds=0.5), long_list(4_000)
    course = Course(search, clock=lambda: 0.0)
    with pytest.raises(TooLargeError, match="neither a plan nor a proof"):
        ENGINES[engine]().run(Task(problem, (Travel(),), {}, course))
    plan = solve(problem, engine=engine, goals=(Travel(),), search=search)
    assert plan.stopped == "time"
    assert not plan.uncovered


def test_where_the_second_model_does_not_fit_it_is_not_made():
    """The limits cannot all hold; how far they must be relaxed is not found out."""
    now, models = [0.0], []

    class Slow(CpSatSolver):
        def solve(self, model, *_):
            models.append(model)
            now[0] = 60.0
            return Answer(Claim.INFEASIBLE, None, None, 0.0)

    class SlowCpSat(CpSatEngine):
        def solver(self):
            return Slow()

    plan = undiagnosed(
        long_list(2_000),
        engine="cp_sat",
        goals=(),
        search=Search(seconds=60.0),
        clock=lambda: now[0],
        made={"cp_sat": SlowCpSat()},
    )
    assert (plan.stopped, plan.relaxed, len(models)) == ("time", True, 1)


def test_lns_goes_on_with_a_start_where_no_exact_model_fits():
    """A household has to stay without a member, and a start says which one may."""
    tight = weighted().replace(members=[Member(m, max_households=1) for m in ("a", "b", "c")])

    class Large(CpSatEngine):
        def run(self, task):
            raise no_plan_found(TooLargeError)

    plan = undiagnosed(
        tight,
        engine="lns",
        relax=("coverage",),
        search=Search(work=0.1),
        sizes=NONE_IS_SMALL,
        made={"lns": LnsEngine(Large())},
    )
    assert (plan.relaxed, plan.stopped) == (True, "work")


def test_without_time_for_a_flow_of_loads_a_start_is_returned():
    made = {"lns": LnsEngine(CpSatEngine(), speed=Slowing(0))}
    assert undiagnosed(weighted(), engine="lns", made=made).stopped == "time"


# --- why limits cannot hold


@pytest.mark.parametrize(
    ("members", "needed", "relax", "missing"),
    [
        ([1, 1, 1], [1, 1, 1, 1], {}, 1),
        ([1, 1, 1], [1, 1, 1, 1], {"max_households": 1.0}, 0),
        ([1, 1, 1], [1, 1, 1, 1], {"max_households": float("inf")}, 0),
        ([None, None], [1_000_000], {}, 999_998),
        ([None, 0], [2, 1], {}, 1),
        ([9, None], [1, 1], {}, 0),
    ],
)
def test_counting_tells_what_is_missing_at_the_least(members, needed, relax, missing):
    people = [Member(m, max_households=most) for m, most in enumerate(members)]
    homes = [Household(100 + h, members_needed=n) for h, n in enumerate(needed)]
    assert missing_at_least(Problem(people, homes, travel=None), relax) == missing


@pytest.mark.parametrize(
    ("members", "workload", "relax", "missing"),
    [
        ([3, 3], [3, 2, 2], {}, 1),
        ([3.5, 3.5], [3, 2, 2], {}, 0),
        ([1 / 3, 1 / 3], [1 / 3, 1 / 3], {}, 0),
        ([3, None], [3, 2, 2], {}, 0),
        ([3, 0], [3, 2, 2], {}, 2),
        ([0], [3], {}, 1),
        ([3, 3], [3, 2, 2], {"max_workload": 1.0}, 0),
        ([3, 3], [[3, 4], [2, 1], [1, 2]], {}, 0),
        ([2, 3], [[3, 4], [3, 3], [3, 3]], {}, 2),
    ],
)
def test_counting_tells_what_is_too_heavy_for_all_together(members, workload, relax, missing):
    """The heaviest places stay open, and each weighs what it weighs for whom it is lightest."""
    people = [Member(m, max_workload=most) for m, most in enumerate(members)]
    each = not isinstance(workload[0], list)
    homes = [Household(10 + h, workload=w if each else 1.0) for h, w in enumerate(workload)]
    problem = Problem(people, homes, travel=None, workload=None if each else workload)
    assert missing_at_least(problem, relax) == missing


def test_a_million_missing_are_told_at_once():
    """One household, and nobody could add so many members."""
    problem = Problem(
        [Member(m) for m in range(40)], [Household("h", members_needed=1_000_000)], travel=None
    )
    began = time.perf_counter()
    found = diagnose(problem, search=Search(seconds=5))
    assert time.perf_counter() - began < 6.5
    assert found.shortfall == 999_960
    assert not found.at_least
    assert "leave_uncovered" in [repair.kind for repair in found.repairs]


def test_without_time_counting_tells_the_shortfall():
    """And the text says that it may be more."""
    places = [Member(m, max_households=1) for m in range(300)]
    homes = [Household(1000 + n) for n in range(301)]
    each = [(1000 + m, m) for m in range(300)]  # no two members are alike
    found = diagnose(Problem(places, homes, travel=None, forbidden=each), search=NO_TIME)
    assert (found.feasible, found.shortfall, found.at_least, found.complete) == (
        False,
        1,
        True,
        False,
    )
    assert "at least 1 place is missing" in found.text("en")


def test_no_search_is_begun_that_ends_before_its_first_plan():
    """What the last one took says so: of 600,000 pairs a search needs 0.3 seconds, as it seems."""
    homes = [Household(1000 + n) for n in range(1000)]
    wide = Problem([Member(m) for m in range(600)], homes, travel=None)
    tried = Trial({}, Course(NO_TIME))
    assert tried.solve(village()) is not None
    with pytest.raises(NoPlanFoundError, match="no time for another search"):
        tried.solve(wide)
    assert not tried.has_time(wide, 1)


def test_where_there_is_no_time_for_any_search_counting_tells_the_shortfall():
    """600 places for 1,000 households; over so many pairs no search is begun."""
    homes = [Household(1000 + n) for n in range(1000)]
    wide = Problem([Member(m, max_households=1) for m in range(600)], homes, travel=None)
    tried = Trial({}, Course(NO_TIME))
    assert tried.solve(village()) is not None
    found = diagnosis(wide, tried)
    assert (found.feasible, found.shortfall, found.at_least) == (False, 400, True)
    assert not found.complete


def test_conflicts_that_there_is_no_time_for_are_left_out():
    course = Course(Search(seconds=5))
    found = diagnosis(short(), Trial({}, course, made=flows_until(0), speed=Slowing(0)))
    assert not found.feasible
    assert all(conflict.kind != "places" for conflict in found.conflicts)


def test_a_variant_in_the_same_places_knows_its_ways():
    """They are not computed again; where somebody moved they are."""
    homes = [Household(h, (22.4, 105.2 + h / 100)) for h in range(3)]
    problem = Problem([Member("m", (22.4, 105.2))], homes)
    ways = problem.travel_matrix
    fewer = problem.replace(members=[Member("m", (22.4, 105.2), max_households=1)])
    assert fewer.travel_matrix is ways
    moved = problem.replace(members=[Member("m", (22.5, 105.2))])
    assert moved.travel_matrix is not ways
    assert problem.replace(travel=None).travel_matrix is None


# --- explaining and comparing


def about(plan, course=None, engine="auto", made=None):
    """The question about a plan, whose limits all may be relaxed."""
    return Question(plan, read_relax(RELAXABLE), course or Course(Search()), engine, made)


def test_who_was_not_tried_in_time_is_named():
    """What was found out is told."""
    plan = solve(brimful("abc"), engine="cp_sat", relax=(), search=Search(work=5))
    (full,) = [home.id for home in plan.problem.households if home.workload == MOST]
    shares = []

    class Once(CpSatEngine):
        def run(self, task):
            shares.append(task.course.search.work)
            if len(shares) > 1:
                raise NoPlanFoundError("no time")
            return super().run(task)

    question = Question(plan, {}, Course(Search(work=5.0)), "cp_sat", {"cp_sat": Once()})
    found = question.about_household(full)
    assert len(found.alternatives) == 1
    assert len(found.untried) == 1
    assert "There was no time to try" in found.text("en")
    assert shares[0] == 2.5
    assert 2.5 < shares[1] < 5.0
    with pytest.raises(NoPlanFoundError, match="or relax 'max_workload'"):
        question.about_household(full)


def test_after_its_time_nobody_else_is_tried():
    plan = solve(weighted(), engine="cp_sat", search=Search(work=5))
    course = Course(Search(work=5))

    class Last(CpSatEngine):
        def run(self, task):
            course.cancel()
            return super().run(task)

    found = about(plan, course, "cp_sat", {"cp_sat": Last()}).about_household(0)
    assert (len(found.alternatives), len(found.untried)) == (1, 1)


def test_engines_side_by_side_share_one_limit():
    """Ways by hand need nothing of it."""
    search = Search(seconds=2)
    began = time.perf_counter()
    rows = compare(weighted(), engines=["lns", "cp_sat", "nearest"], search=search).rows
    assert time.perf_counter() - began < 3.2 + 2
    assert all(row.plan is not None for row in rows)


# --- what comes too late


@pytest.fixture
def endless():
    """An exact engine that never ends."""
    end = threading.Event()

    class Endless(CpSatEngine):
        begun = False

        def run(self, task):
            self.begun = True
            end.wait(60)

    yield {"cp_sat": Endless()}
    end.set()
    let_end(30.0)


def test_the_best_plan_known_is_taken_instead_of_one_that_comes_too_late(endless):
    plan = undiagnosed(
        weighted(),
        engine="cp_sat",
        search=Search(seconds=1.0),
        sizes=NONE_IS_SMALL,
        waits=Waits(grace=0.1),
        made=endless,
    )
    assert plan.stopped == "time"
    assert plan.reason == "what was begun last did not end in time"
    assert not plan.uncovered


def test_the_best_plan_known_is_taken_soon_after_the_search_is_cancelled(endless):
    """An engine that does not look is not waited for: whoever cancels from a page is answered."""
    plan = undiagnosed(
        weighted(),
        engine="cp_sat",
        search=Search(seconds=60.0),
        progress=lambda record: not endless["cp_sat"].begun,
        sizes=NONE_IS_SMALL,
        waits=Waits(patience=0.05),
        made=endless,
    )
    assert plan.stopped == "progress"
    assert plan.reason == "what was begun last did not end in time"
    assert not plan.uncovered


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_no_large_model_is_built_for_a_search_that_is_cancelled(engine):
    """It would take a second to write it down, however much time is left."""
    course = Course(Search(seconds=600.0), clock=lambda: 0.0)
    course.cancel()
    with pytest.raises(TooLargeError, match="neither a plan nor a proof"):
        ENGINES[engine]().run(Task(long_list(4_000), (Travel(),), {}, course))


@pytest.mark.parametrize("small", [0, 2_000])
def test_an_answer_that_can_be_done_without_is_not_waited_for(endless, small):
    """Where it is only asked whether there is a plan; that none is known says nothing."""
    task = Task(brimful(), (), {}, Course(Search(seconds=0.3), waits=Waits(grace=0.1)))
    with pytest.raises(NoPlanFoundError, match="no time to look for a plan"):
        run(task, "cp_sat", endless, dispensable=True, sizes=Sizes(small=small))


@pytest.mark.parametrize("moment", [0.25, -1.0], ids=["all starts", "a plan at once"])
def test_where_no_start_is_a_plan_the_search_is_not_waited_for_either(endless, moment):
    """Once the starts are made, or there is no time for them, nothing else brings a plan soon."""
    course = Course(Search(seconds=0.3 if moment > 0 else 1e-9), waits=Waits(grace=0.2))
    task = Task(brimful(), (), {}, course)
    with pytest.raises(NoPlanFoundError, match="no time to look for a plan"):
        run(task, "cp_sat", endless, sizes=Sizes(small=0, moment=moment))


def test_prices_that_come_too_late_are_left_out():
    """They can be found by solving again."""
    plan = solve(village())
    end = threading.Event()

    class Endless(FlowEngine):
        def exchanges(self, task, assignment, row):
            end.wait(60)

    course = Course(Search(seconds=0.1), waits=Waits(grace=0.0))
    task = Task(village(), (Travel(),), {}, course)
    assert exchanged(task, "flow", plan, 0, {"flow": Endless()}) == {}
    end.set()


# --- threads


def test_ways_of_somebody_else_are_asked_for_in_the_thread_of_the_call():
    """They may be anything: a connection that belongs to one thread."""
    threads = []

    class Their(TravelMatrix):
        __slots__ = ()

        def between(self, households, members):
            threads.append(threading.get_ident())
            return super().between(households, members)

    Their.__module__ = "somewhere.else"
    ways = Their([[1.0, 2.0], [3.0, 4.0]])
    problem = Problem([Member("a"), Member("b")], [Household("h"), Household("i")], travel=ways)
    solve(problem)
    assert set(threads) == {threading.get_ident()}


def test_what_was_left_behind_has_a_moment_at_the_end_of_the_process():
    """A call that comes back while the interpreter is taken down would abort it."""
    end, ended = threading.Event(), threading.Event()

    def call():
        end.wait(30)
        time.sleep(0.05)
        ended.set()

    def listen(record):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        Course(Search(), listen, waits=Waits(beat=0.0, patience=0.0)).waited(call, lambda: None)
    end.set()
    let_end(30.0)
    assert ended.is_set()


def test_no_call_begins_when_the_process_ends():
    """One that returned while the interpreter is taken down would abort it; a search ends at once."""
    course = Course(Search())
    assert course.stopped is None
    end_all()
    try:
        assert course.stopped == "progress"
        assert course.waited(lambda: 1, lambda: None) is None
    finally:
        leaving.clear()
    assert course.waited(lambda: 1, lambda: None) == 1


def test_a_call_that_does_not_end_is_not_waited_for_long():
    """By the clock where it sleeps, by processor time where it works."""
    assert let_end(60.0, longest=60.0)  # calls that other tests left behind
    end = threading.Event()
    course = Course(Search(), waits=Waits(patience=0.0))
    assert course.waited(lambda: end.wait(60), lambda: None, seconds=0.0) is None
    try:
        assert not let_end(longest=0.0)
        assert not let_end(work=0.0)
    finally:
        end.set()
        assert let_end(30.0, longest=30.0)
