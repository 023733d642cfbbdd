"""Threads save time and change no plan: what is begun, and what is made of it, knows nothing of them."""

import threading
from dataclasses import replace

import pytest
from assigning import context_of
from lanes import by_lane, in_full

from phancong import Search, synth
from phancong.course import Course, Waits
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import Tuning
from phancong.engines.weighted.workers import Workers

# --- a crew ---------------------------------------------------------------------------------------


def test_alone_each_call_is_over_at_once():
    with Workers(1, Course(Search())) as workers:
        seen = []
        result = workers.submit(lambda: seen.append(threading.get_ident()))
        assert seen == [threading.get_ident()]
    assert result() is None


def test_two_calls_go_on_side_by_side():
    """Each waits for the other one, so that neither would end alone."""
    both = threading.Barrier(2, timeout=30)
    with Workers(2, Course(Search())) as workers:
        one, other = workers.submit(both.wait), workers.submit(both.wait)
        assert {one(), other()} == {0, 1}


def test_what_has_not_begun_at_the_end_never_does():
    on, end, seen = threading.Event(), threading.Event(), []

    def first():
        on.set()
        end.wait(30)
        seen.append("first")

    with Workers(2, Course(Search())) as workers:
        for _ in range(2):
            workers.submit(first)
        workers.submit(lambda: seen.append("late"))
        on.wait(30)
        # The calls under way are let go only when the crew is asked to end.
        threading.Timer(0.05, end.set).start()
    assert seen == ["first", "first"]


def test_progress_is_told_while_a_call_is_waited_for():
    """In the thread that waits."""
    end, threads = threading.Event(), []

    def listen(record):
        threads.append(threading.get_ident())
        end.set()

    with Workers(2, Course(Search(), listen, waits=Waits(beat=0.0))) as workers:
        assert workers.submit(lambda: end.wait(30))() is True
    assert set(threads) == {threading.get_ident()}


def test_an_error_cancels_what_is_under_way():
    """Ctrl-C is one: whoever solves a piece then looks at the search, and ends."""
    course = Course(Search())
    with pytest.raises(KeyboardInterrupt, match=r"^$"), Workers(2, course):
        raise KeyboardInterrupt
    assert course.cancelled


# --- a search -------------------------------------------------------------------------------------


class Late:
    """A call that is over when it is asked for, never before."""

    def __init__(self, call):
        self.call = call
        self.results = []

    def done(self):
        return bool(self.results)

    def __call__(self):
        if not self.results:
            self.results.append(self.call())
        return self.results[0]


class LateCrew(Workers):
    """The slowest crew there can be."""

    def submit(self, call):
        return Late(call)


def commune(seed):
    return synth.commune(seed, members=9, households=80, weights="integer", infeasible=0.0)


@pytest.fixture(params=["large", *in_full("small")])
def size(request):
    """Of a large problem or a small one; neighbourhoods of two, so that some are under way at once."""
    pairs = Tuning(sizes=((2, 3.0), (3, 3.0)))
    if request.param == "small":
        return pairs
    return replace(pairs, small_residual=0, telling=1.0, coarse_gap=0)


def searched(seed, tuning, workers=Workers, threads=1, work=None):
    """The pairs, what is proven, and the work of it."""
    search = Search(seconds=600, work=work, threads=threads)
    pool = workers(threads, Course(search))
    context = context_of(commune(seed), search=search, workers=pool, tuning=tuning)
    found = minimise(context)
    assert context.stage_budget.stop_reason in (None, "work")
    return found.taken.tobytes(), found.bound, context.stage_budget.course.work


@pytest.mark.full
@pytest.mark.parametrize("work", [0.05, 0.2, None])
def test_late_results_lead_to_the_same_plan_and_the_same_work(size, work):
    for seed in range(1, 7):
        assert searched(seed, size, LateCrew, work=work) == searched(seed, size, work=work)


def test_threads_lead_to_the_same_plan_and_the_same_work(size):
    for seed in range(1, by_lane(quick=2, full=4)):
        assert searched(seed, size, threads=3) == searched(seed, size)


class Watching(Workers):
    """Notes the members of the restricted models that are under way together."""

    def __init__(self, threads, course):
        super().__init__(threads, course)
        self.under_way, self.at_once = [], []

    def submit(self, call):
        members = call.args[3]
        running = [both for both in self.under_way if not both[0].done()]
        begun = Late(call)
        self.under_way = [*running, (begun, members)]
        self.at_once.append([list(mine) for _, mine in self.under_way])
        return begun


def test_neighbourhoods_under_way_have_no_member_in_common(size):
    made = []

    def watching(threads, course):
        made.append(Watching(threads, course))
        return made[0]

    searched(4, size, watching)
    for together in made[0].at_once:
        everybody = [member for mine in together for member in mine]
        assert len(everybody) == len(set(everybody))
    assert {len(together) for together in made[0].at_once} >= {1, 2}
