"""A process that is interrupted while it solves: what it says is what is tested.

    python interrupted.py ENGINE main|worker

In the main thread KeyboardInterrupt is to come soon, and the handler of before to be there again. In a
worker the process is to live on: its main thread takes the signal, and the search goes on to its end.
"""

import os
import signal
import sys
import threading
import time

from phancong import FairLoad, Household, Member, Problem, Search, Travel, TravelMatrix, solve


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


def kill(seconds):
    def at_its_time():
        time.sleep(seconds)
        times.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=at_its_time, daemon=True).start()


engine, where = sys.argv[1:]
PROBLEM = problem(engine)
_ = PROBLEM.allowed  # it takes a moment
times = []
before = signal.getsignal(signal.SIGINT)
if where == "main":
    solved(engine, 0.2)  # the solvers are loaded
    kill(0.05 if engine == "flow" else 1.0)
    try:
        solved(engine, 60)
    except KeyboardInterrupt:
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
