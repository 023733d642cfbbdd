"""A process that is interrupted while it solves: what it says is what is tested.

    python interrupted.py ENGINE main|worker|handler [FUNCTION]

In the main thread KeyboardInterrupt is to come soon, and the handler of before to be there again. In a
worker the process is to live on: its main thread takes the signal, and the search goes on to its end. An
application's own handler, which raises what it likes, is to be called soon, and to be there again.
"""

import os
import signal
import sys
import threading
import time
from functools import partial

from phancong import (
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    compare,
    diagnose,
    explain,
    frontier,
    solve,
)


def problem(engine):
    """Large enough for the engine to be at it for a while."""
    members, households = (300, 3000) if engine == "flow" else (30, 300)
    ways = [[(31 * m + 17 * h) % 1009 + 1 for m in range(members)] for h in range(households)]
    weights = [1 if engine == "flow" else 1 + h % 5 for h in range(households)]
    return Problem(
        [Member(m) for m in range(members)],
        [Household(-1 - h, workload=w) for h, w in enumerate(weights)],
        travel=TravelMatrix(ways),
    )


def solved(engine, seconds):
    goals = (FairLoad(aim="leximax" if engine in ("cp_sat", "mip") else "minmax"), Travel())
    return solve(PROBLEM, goals=goals, engine=engine, search=Search(seconds=seconds))


def heavy(problem):
    """The problem with maxima that cannot all hold, which takes long to explain."""
    weighed = problem.household_columns.workload.sum() / len(problem.members)
    members = [
        Member(m.id, max_workload=0.98 * weighed, max_households=10) for m in problem.members
    ]
    return problem.replace(members=members)


#: Each function that searches, begun by what it needs.
FUNCTIONS = {
    "solve": lambda engine, seconds: partial(solved, engine, seconds),
    "diagnose": lambda engine, seconds: partial(
        diagnose, heavy(PROBLEM), search=Search(seconds=seconds)
    ),
    "explain": lambda engine, seconds: partial(
        explain,
        solved(engine, 1.0),
        -1,
        kind="household",
        search=Search(seconds=seconds),
        engine=engine,
    ),
    "frontier": lambda engine, seconds: partial(
        frontier, PROBLEM, FairLoad(), Travel(), search=Search(seconds=seconds), engine=engine
    ),
    "compare": lambda engine, seconds: partial(
        compare, PROBLEM, engines=[engine], search=Search(seconds=seconds)
    ),
}


class EnoughError(Exception):
    """What an application raises in its handler."""


def enough(*_):
    """The application's handler."""
    raise EnoughError


def kill(seconds):
    def at_its_time():
        time.sleep(seconds)
        times.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=at_its_time, daemon=True).start()


engine, where, function = [*sys.argv[1:], "solve"][:3]
PROBLEM = problem(engine)
_ = PROBLEM.allowed  # it takes a moment
times = []
if where == "handler":
    signal.signal(signal.SIGINT, enough)
before = signal.getsignal(signal.SIGINT)
if where != "worker":
    solved(engine, 0.2)  # the solvers are loaded
    call = FUNCTIONS[function](engine, 60)
    kill(0.05 if engine == "flow" else 1.0)
    try:
        call()
    except (KeyboardInterrupt, EnoughError) as error:
        print("raised", type(error).__name__)
        print("after", round(time.perf_counter() - times[0], 2))
else:
    plans = []
    ended = threading.Event()  # an interrupted join() takes its thread for ended

    def work():
        plans.append(solved(engine, 2))
        ended.set()

    kill(0.7)
    try:
        threading.Thread(target=work).start()
        ended.wait()
        time.sleep(5)  # where the worker was the faster one
    except KeyboardInterrupt:
        ended.wait()
        print("lived", plans[0].seconds)
print("same handler", signal.getsignal(signal.SIGINT) is before)
