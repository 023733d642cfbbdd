"""How long and how hard to search, and what stops it."""

import math
import pickle
import threading
import time

import numpy as np
import pytest

from phancong import InvalidArgumentError, Progress, Search, Travel
from phancong.course import Course, LeftBehindError, Waits


def test_the_defaults():
    """A minute, one thread, no gap (contract 7)."""
    assert Search() == Search(seconds=60.0, work=None, gap=0.0, threads=1, seed=0)
    assert Search(seconds=math.inf, work=0.5, gap=0.25, threads=8, seed=2**31 - 1).work == 0.5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"seconds": 0}, "Search: seconds is 0; give more than 0"),
        ({"seconds": -1.5}, "seconds is -1.5; give more than 0"),
        ({"seconds": math.nan}, "seconds is nan; give a number"),
        ({"seconds": True}, "seconds is True; give a number"),
        ({"seconds": "60"}, "seconds is '60'; give a number"),
        ({"seconds": None}, "seconds is None; give a number"),
        ({"work": 0}, "work is 0; give more than 0, or None"),
        ({"work": -1}, "work is -1; give more than 0, or None"),
        ({"work": math.nan}, "work is nan; give a number"),
        ({"work": False}, "work is False; give a number"),
        ({"gap": -0.1}, "gap is -0.1; give a finite number, 0 or more"),
        ({"gap": math.inf}, "gap is inf; give a finite number, 0 or more"),
        ({"gap": "1%"}, "gap is '1%'; give a number"),
        ({"threads": 0}, "threads is 0; give 1 or more"),
        ({"threads": 1.0}, "threads is 1.0; give a whole number"),
        ({"threads": True}, "threads is True; give a whole number"),
        ({"seed": -1}, r"seed is -1; give a whole number from 0 to 2\*\*31 - 1"),
        ({"seed": 2**31}, r"seed is 2147483648; give a whole number from 0 to 2\*\*31 - 1"),
        ({"seed": 0.5}, "seed is 0.5; give a whole number"),
    ],
)
def test_each_setting_is_checked(arguments, said):
    """What is wrong, and what to give."""
    with pytest.raises(InvalidArgumentError, match=said):
        Search(**arguments)


def test_each_defect_is_named_once_and_all_at_once():
    """Not one after the other."""
    with pytest.raises(InvalidArgumentError, match=r"^Search: ") as caught:
        Search(seconds=math.nan, work=0, gap=-1, threads=0, seed="x")
    assert str(caught.value) == (
        "Search: seconds is nan; give a number; work is 0; give more than 0, or None; "
        "gap is -1; give a finite number, 0 or more; threads is 0; give 1 or more; "
        "seed is 'x'; give a whole number"
    )


def test_settings_are_given_by_name_and_never_change():
    """Two numbers in the wrong order would be a silent mistake."""
    with pytest.raises(TypeError, match="positional"):
        Search(60.0)
    with pytest.raises(AttributeError, match="cannot assign"):
        Search().seconds = 1


# --- a search under way


class Clock:
    """A clock that stands still; set it with ``clock.now``."""

    now = 0.0

    def __call__(self):
        return self.now


def test_a_search_without_limits_goes_on():
    """Neither time nor work ends it."""
    clock = Clock()
    course = Course(Search(seconds=math.inf), clock=clock)
    clock.now = 1e9
    course.work = 1e9
    assert course.stopped is None
    assert (course.seconds_left, course.work_left) == (math.inf, math.inf)


def test_time_ends_it():
    """At the second that was given, and never below 0."""
    clock = Clock()
    course = Course(Search(seconds=10), clock=clock)
    clock.now = 9.5
    assert course.stopped is None
    assert course.seconds_left == 0.5
    for clock.now in (10.0, 11.0):
        assert course.stopped == "time"
        assert course.seconds_left == 0


def test_work_ends_it():
    """Whatever the clock says."""
    course = Course(Search(work=2.0), clock=Clock())
    course.work = 1.5
    assert course.stopped is None
    assert course.work_left == 0.5
    for course.work in (2.0, 3.0):
        assert course.stopped == "work"
        assert course.work_left == 0


def test_the_clock_runs():
    """From when the course began."""
    course = Course(Search())
    first = course.seconds
    assert 0 <= first <= course.seconds < 60
    assert 0 < course.seconds_left <= 60


@pytest.mark.parametrize("answer", [None, True, np.True_, 0, "", "stop"])
def test_only_false_stops_it(answer):
    """A callback that returns nothing lets it go on."""
    course = Course(Search(), lambda progress: answer)
    course.report("coverage", None, 0.0, 0.0)
    assert course.stopped is None


@pytest.mark.parametrize("answer", [False, np.False_])
def test_false_stops_it_whoever_made_it(answer):
    """A comparison of numbers of numpy gives a truth of numpy."""
    course = Course(Search(), lambda progress: answer)
    course.report("coverage", None, 0.0, 0.0)
    assert course.stopped == "progress"


# --- progress that is due


#: A beat of no time at all.
AT_ONCE = Waits(beat=0.0)


@pytest.fixture
def heard():
    """What is told of a search."""
    return []


def test_before_anything_was_reported_it_is_preparing(heard):
    course = Course(Search(), heard.append, waits=AT_ONCE)
    course.beat()
    assert [(r.stage, r.goal, r.value, r.bound) for r in heard] == [("preparing", None, None, None)]


def test_the_last_record_is_told_again_with_the_time_of_now(heard):
    """Whoever looks at what stopped a search tells progress, too: that is looked at everywhere."""
    course = Course(Search(), heard.append, waits=AT_ONCE)
    course.report("coverage", None, 2.0, 1.0)
    assert course.stopped is None
    assert [r.stage for r in heard] == ["coverage", "coverage"]
    assert heard[1].seconds >= heard[0].seconds
    assert heard[1].value == 2.0


def test_nothing_is_told_again_too_soon():
    heard = []
    course = Course(Search(), heard.append)
    course.report("coverage", None, 2.0, 1.0)
    course.beat()
    assert len(heard) == 1


def test_a_part_speaks_through_the_whole(heard):
    """With its name before the stage, and the clock of the whole; so do parts of parts."""
    course = Course(Search(seconds=10), heard.append, waits=AT_ONCE)
    part = course.part(0.5, "part 1 of 2").part(1.0, "pass 1")
    assert part.search.seconds <= 5
    part.report("coverage", None, 2.0, 1.0)
    part.beat()
    assert [r.stage for r in heard] == ["part 1 of 2, pass 1, coverage"] * 2


def test_whoever_cancels_the_whole_cancels_its_parts_and_not_the_other_way_round():
    course = Course(Search())
    part, other = course.part(0.5, "one"), course.part(0.5, "other")
    part.cancel()
    assert (course.cancelled, part.cancelled, other.cancelled) == (False, True, False)
    course.cancel()
    assert other.stopped == "progress"


def test_what_another_thread_reports_is_told_in_the_thread_of_the_course(heard):
    """A notebook or a window takes nothing from any other."""
    threads = []
    course = Course(Search(), lambda record: threads.append(threading.get_ident()), waits=AT_ONCE)
    beside = threading.Thread(target=lambda: course.report("coverage", None, 2.0, 1.0))
    beside.start()
    beside.join()
    assert threads == []
    course.beat()
    assert threads == [threading.get_ident()]


# --- waiting for a solver


def test_a_call_is_waited_for():
    course = Course(Search())
    assert course.waited(lambda: 7, lambda: None) == 7


def test_progress_is_told_while_a_call_goes_on(heard):
    """And whoever says no ends the call, with what it gives then."""
    end = threading.Event()
    course = Course(Search(), lambda record: heard.append(record) or len(heard) < 3, waits=AT_ONCE)
    assert course.waited(lambda: end.wait(30), end.set) is True
    assert len(heard) == 3
    assert course.stopped == "progress"


def test_what_does_not_end_is_left_behind():
    """It was told to at its time, and had a moment."""
    end, told = threading.Event(), []
    course = Course(Search(), waits=Waits(patience=0.1))
    began = time.perf_counter()
    assert course.waited(lambda: end.wait(30), lambda: told.append(1), seconds=0.1) is None
    assert time.perf_counter() - began < 10
    end.set()
    assert told


def test_what_a_call_raises_is_raised_here():
    course = Course(Search())

    def fails():
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        course.waited(fails, lambda: None)


def test_whoever_listens_and_fails_ends_the_call(heard):
    """Ctrl-C comes the same way."""
    end = threading.Event()

    def listen(record):
        raise KeyboardInterrupt

    course = Course(Search(), listen, waits=AT_ONCE)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        course.waited(lambda: end.wait(30), end.set)
    assert end.is_set()
    assert course.cancelled


def test_what_an_engine_reports_is_told_in_the_thread_that_waits_for_it():
    """Each record once, and its answer is there before the engine goes on."""
    told, seen = [], []
    course = Course(Search(), lambda record: told.append((record.stage, threading.get_ident())))

    def engine():
        for stage in ("coverage", "needs"):
            course.part(0.5, "part").report(stage, None, 1.0, 0.0)
            seen.append(len(told))
        return 7

    assert course.beside(engine) == 7
    here = threading.get_ident()
    assert told == [("part, coverage", here), ("part, needs", here)]
    assert seen == [1, 2]


def test_ctrl_c_while_an_engine_works_ends_the_search(heard):
    end = threading.Event()

    def listen(record):
        end.set()
        raise KeyboardInterrupt

    course = Course(Search(), listen, waits=AT_ONCE)
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        course.beside(lambda: end.wait(30))
    assert course.cancelled


def test_loading_a_solver_is_not_charged():
    course = Course(Search(seconds=60))
    with course.uncharged():
        time.sleep(0.2)
    assert course.seconds < 0.15


def test_a_search_that_loads_a_solver_is_not_late():
    """While its thread loads, the clock stands still, also for who waits, and for the whole search."""
    clock = Clock()
    whole = Course(Search(seconds=1.0), clock=clock)
    part = whole.part(1.0, "part")

    def engine():
        with part.uncharged():
            clock.now = 100.0
            with whole.uncharged():
                clock.now = 200.0
                seen = whole.seconds, part.seconds
            seen += whole.seconds, part.seconds
        clock.now = 200.5
        return *seen, whole.seconds, part.seconds

    assert whole.beside(engine, lambda: True) == (0.0, 0.0, 0.0, 0.0, 0.5, 0.5)


def test_what_is_left_behind_ends_at_its_next_step():
    """Its steps do not look at the clock; one that is awaited takes them all."""
    going, seen, over = threading.Event(), [], threading.Event()
    course = Course(Search(seconds=0.01), waits=AT_ONCE)
    part = course.part(0.5, "part")

    def engine():
        try:
            for step in part.while_awaited(range(3)):
                seen.append(step)
                going.wait(30)
        except LeftBehindError:
            over.set()

    assert course.beside(engine, lambda: True) is None
    going.set()
    assert over.wait(30)
    assert seen == [0]
    # The next search of the same call is awaited again.
    assert course.beside(lambda: list(course.while_awaited("ab"))) == ["a", "b"]


# --- the budget of who asks for the same answer every time


def test_work_alone_knows_no_clock():
    assert Search(work=2.0).seconds == math.inf
    assert Search(work=2.0, seconds=60.0).seconds == 60.0
    assert Search(work=None).seconds == 60.0
    assert type(Search().seconds) is float
    assert pickle.loads(pickle.dumps(Search(work=2.0))) == Search(work=2.0)


def test_progress_ends_it_and_is_told_why():
    """The record holds the stage, its goal, what was reached and what is proven."""
    clock, told = Clock(), []

    def progress(record):
        told.append(record)
        return len(told) < 2

    course = Course(Search(work=1.0), progress, clock=clock)
    clock.now = 3.0
    goal = Travel()
    course.report("goal 1: Travel", goal, 5.0, 4.0)
    assert course.stopped is None
    course.report("goal 2: Travel", None, None, None)
    assert told == [
        Progress("goal 1: Travel", goal, 5.0, 4.0, 3.0),
        Progress("goal 2: Travel", None, None, None, 3.0),
    ]
    course.work = 1.0
    assert course.stopped == "progress"  # that came first


def test_nobody_need_listen():
    """Without a callback a report is nothing."""
    course = Course(Search())
    course.report("coverage", None, 0.0, 0.0)
    assert not course.cancelled


@pytest.mark.parametrize(
    ("search", "limit", "told"),
    [
        (Search(), "work", "time"),
        (Search(work=1.0), "time", "work"),
        (Search(work=1.0, seconds=1.0), "time", "time"),
        (Search(work=1.0), "work", "work"),
        (Search(), "gap", "gap"),
    ],
)
def test_what_ends_a_part_is_told_as_what_the_whole_is_limited_by(search, limit, told):
    """A turn's units of work are a part of the time where the search counts no work, and the reverse."""
    course = Course(search)
    assert (
        course.reached_limit(limit)
        == course.part(0.5, "part").slice(1.0, 1.0).reached_limit(limit)
        == told
    )


def test_a_turn_without_work_left_says_that_time_is_up():
    turn = Course(Search()).slice(1.0)
    turn.work = 1.0
    assert turn.stopped == "time"
