"""Threads save time and change no plan: what is begun, and what is made of it, knows nothing of them."""

import threading

import pytest
from assigning import context_of
from lanes import by_lane, in_full

from phancong import Search, synth
from phancong.engines.weighted import operators
from phancong.engines.weighted.improve import core_problem, neighbourhood_search
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.workers import Workers
from phancong.search import Course

# --- a crew ---------------------------------------------------------------------------------------


def test_alone_each_call_is_over_at_once():
    with Workers(1, Course(Search())) as workers:
        begun = workers.submit(threading.get_ident)
        assert begun.done()
    assert begun.result() == threading.get_ident()


def test_two_calls_go_on_side_by_side():
    """Each waits for the other one, so that neither would end alone."""
    both = threading.Barrier(2, timeout=30)
    with Workers(2, Course(Search())) as workers:
        one, other = workers.submit(both.wait), workers.submit(both.wait)
        assert {one.result(), other.result()} == {0, 1}


def test_what_has_not_begun_at_the_end_never_does():
    on, end, seen = threading.Event(), threading.Event(), []

    def first():
        on.set()
        end.wait(30)
        seen.append("first")

    with Workers(2, Course(Search())) as workers:
        for _ in range(2):
            workers.submit(first)
        late = workers.submit(lambda: seen.append("late"))
        on.wait(30)
        # The calls under way are let go only when the crew is asked to end.
        threading.Timer(0.05, end.set).start()
    assert late.cancelled()
    assert seen == ["first", "first"]


def test_progress_is_told_while_a_call_is_waited_for(monkeypatch):
    """In the thread that waits."""
    monkeypatch.setattr("phancong.search.BEAT", 0.0)
    end, threads = threading.Event(), []

    def listen(record):
        threads.append(threading.get_ident())
        end.set()

    with Workers(2, Course(Search(), listen)) as workers:
        assert workers.submit(lambda: end.wait(30)).result() is True
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

    def result(self):
        if not self.results:
            self.results.append(self.call())
        return self.results[0]


class LateCrew(Workers):
    """The slowest crew there can be."""

    def begin(self, call):
        return Late(call)


def commune(seed):
    return synth.commune(seed, members=9, households=80, weights="integer", infeasible=0.0)


@pytest.fixture(params=["large", *in_full("small")])
def size(request, monkeypatch):
    """Pieces after the core, or beside it; neighbourhoods of two, so that some are under way at once."""
    monkeypatch.setattr(operators, "SIZES", ((2, 3.0), (3, 3.0)))
    if request.param == "large":
        monkeypatch.setattr(core_problem, "SMALL_RESIDUAL", 0)
        monkeypatch.setattr(core_problem, "TELLING", 1.0)
        monkeypatch.setattr(core_problem, "COARSE_GAP", 0)
    return request.param


def searched(seed, workers=Workers, threads=1, work=None):
    """The pairs, what is proven, and the work of it."""
    search = Search(seconds=600, work=work, threads=threads)
    pool = workers(threads, Course(search))
    context = context_of(commune(seed), search=search, workers=pool)
    found = minimise(context)
    assert context.stage_budget.stop_reason in (None, "work")
    return found.taken.tobytes(), found.bound, context.stage_budget.course.work


@pytest.mark.full
@pytest.mark.parametrize("work", [0.05, 0.2, None])
def test_late_results_lead_to_the_same_plan_and_the_same_work(size, work):
    for seed in range(1, 7):
        assert searched(seed, LateCrew, work=work) == searched(seed, work=work)


def test_threads_lead_to_the_same_plan_and_the_same_work(size):
    for seed in range(1, by_lane(quick=2, full=4)):
        assert searched(seed, threads=3) == searched(seed)


def test_neighbourhoods_under_way_have_no_member_in_common(size, monkeypatch):
    begun, at_once = neighbourhood_search.NeighbourhoodSearch._submit, []

    def watched(self, neighbourhoods, many, pairs, work, under_way):
        found = begun(self, neighbourhoods, many, pairs, work, under_way)
        together = [*under_way, found]
        everybody = [m for one in together for m in one.members.tolist()]
        assert len(everybody) == len(set(everybody))
        at_once.append(len(together))
        return found

    monkeypatch.setattr(neighbourhood_search.NeighbourhoodSearch, "_submit", watched)
    searched(4)
    assert set(at_once) == {1, 2}
