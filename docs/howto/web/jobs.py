"""Searches in the background: begun, watched, cancelled. It knows no web framework."""

import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from phancong import Plan, Problem, Progress, Search, solve

#: More searches than cores only share them: further ones wait for their turn.
POOL = ThreadPoolExecutor(max_workers=2)


@dataclass
class Job:
    """One search of one user."""

    user: str
    cancelled: threading.Event = field(default_factory=threading.Event)
    stage: str = "waiting"
    seconds: float = 0.0
    found: "Future[Plan] | None" = None

    def watch(self, record: Progress) -> bool:
        """Note how far the search is; False ends it with the best plan so far."""
        self.stage, self.seconds = record.stage, record.seconds
        return not self.cancelled.is_set()


class Jobs:
    """The searches of this process; with several processes keep them in one, or in a task queue."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def begin(self, user: str, problem: Problem, seconds: float = 60) -> str:
        """Begin a search and return its number at once."""
        number, job = uuid.uuid4().hex, Job(user)
        job.found = POOL.submit(solve, problem, search=Search(seconds=seconds), progress=job.watch)
        self._jobs[number] = job
        return number

    def of(self, user: str, number: str) -> Job:
        """The search of that number, if it is this user's; KeyError if not."""
        job = self._jobs[number]
        if job.user != user:
            raise KeyError(number)
        return job

    def cancel(self, user: str, number: str) -> str:
        """End a search within two seconds, with the best plan so far; one that is over stays as it is."""
        job = self.of(user, number)
        job.cancelled.set()
        return "done" if job.found and job.found.done() else "cancelling"

    def told(self, user: str, number: str) -> dict[str, object]:
        """How far it is, as JSON; the pairs once there is a plan."""
        job = self.of(user, number)
        if job.found is None or not job.found.done():
            return {"state": "running", "stage": job.stage, "seconds": round(job.seconds, 1)}
        if error := job.found.exception():
            return {"state": "failed", "why": str(error)}
        plan = job.found.result()
        return {
            "state": "done",
            "status": plan.status.value,
            "stopped": plan.stopped,
            "pairs": [list(pair) for pair in plan.pairs],
        }
