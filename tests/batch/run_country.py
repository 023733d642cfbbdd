"""A run in a process of its own, to be killed: ``run_country.py IN OUT WORKERS [faulty]``."""

import sys
from pathlib import Path

from countries import SEARCH
from faulty_goals import Faulty

from phancong.batch import plan_many

if __name__ == "__main__":
    source, target, workers, *faulty = sys.argv[1:]
    goals = [Faulty()] if faulty else None
    plan_many(
        Path(source), Path(target), workers=int(workers), search=SEARCH, goals=goals, timeout=60
    )
