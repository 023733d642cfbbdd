"""What docs/python_app.md says of threads, asyncio, processes and web servers."""

import asyncio
import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise

import pytest
from lanes import in_full

from phancong import Household, Member, Problem, Search, TravelMatrix, solve

ENGINES = ("flow", "cp_sat", "mip", "lns")
SMALL = Problem(
    [Member("a"), Member("b")],
    [Household("g"), Household("h")],
    travel=TravelMatrix([[1.0, 2.0], [3.0, 4.0]]),
)


def busy():
    """Thirty members and three hundred households: nobody proves that within a minute."""
    ways = [[(31 * m + 17 * h) % 1009 + 1.0 for m in range(30)] for h in range(300)]
    members = [Member(m, max_workload=31) for m in range(30)]
    homes = [Household(100 + h, workload=1 + h % 5) for h in range(300)]
    return Problem(members, homes, travel=TravelMatrix(ways))


def listened(engine):
    """The longest silence and the lateness of the end, in seconds, of a search that is told to stop."""
    threads, times = set(), [time.perf_counter()]

    def listen(record):
        threads.add(threading.get_ident())
        times.append(time.perf_counter())
        return times[-1] - times[0] < 1.5

    plan = solve(busy(), engine=engine, search=Search(seconds=60), progress=listen)
    ended = time.perf_counter()
    assert plan.stopped == "progress"
    assert not plan.uncovered
    assert threads == {threading.get_ident()}
    return max(b - a for a, b in pairwise(times)), ended - times[-1]


@pytest.mark.parametrize("engine", ["cp_sat", *in_full("mip", "lns")])
def test_progress_comes_every_half_second_in_the_thread_that_called(engine):
    """Where it says no, the plan so far comes soon.

    Machines are shared: twice the time is allowed, in one of three searches.
    """
    assert any(silent < 1.0 and late < 2.0 for silent, late in (listened(engine) for _ in range(3)))


@pytest.mark.parametrize("engine", ENGINES)
def test_searches_go_on_side_by_side_in_threads(engine):
    with ThreadPoolExecutor(3) as pool:
        plans = list(pool.map(lambda _: solve(SMALL, engine=engine), range(3)))
    assert len({plan.pairs for plan in plans}) == 1


@pytest.mark.full
def test_an_event_loop_goes_on_while_a_thread_searches():
    """And what the loop decides stops it."""

    async def searching():
        enough, ticks = threading.Event(), 0
        task = asyncio.create_task(
            asyncio.to_thread(
                solve, busy(), engine="cp_sat", progress=lambda record: not enough.is_set()
            )
        )
        while not task.done():
            await asyncio.sleep(0.05)
            ticks += 1
            if ticks == 10:
                enough.set()
        return (await task).stopped, ticks

    stopped, ticks = asyncio.run(searching())
    assert stopped == "progress"
    assert ticks >= 10


@pytest.mark.full
def test_a_pool_of_processes_solves_and_brings_plans_back():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(solve, SMALL).result().pairs == solve(SMALL).pairs


@pytest.mark.full
@pytest.mark.enable_socket
def test_a_request_stops_what_another_one_began():
    """In a server with a thread for each request."""
    enough, plans = threading.Event(), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/stop":
                enough.set()
            else:
                plans.append(
                    solve(busy(), engine="lns", progress=lambda record: not enough.is_set())
                )
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def get(path):
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
            connection.request("GET", path)
            assert connection.getresponse().status == 200
            connection.close()

        with ThreadPoolExecutor(1) as pool:
            begun = pool.submit(get, "/begin")
            time.sleep(0.5)
            get("/stop")
            begun.result()
        server.shutdown()
    assert plans[0].stopped == "progress"
