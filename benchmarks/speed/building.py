"""How long it takes to build a problem of 100,000 households from a pandas table.

Contract 2.4 asks for well under a second. The yardstick is what pandas itself takes to hand out the
same table as lists: no reader of records can be faster. Run it as it stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from phancong import Problem

HOUSEHOLDS = 100_000
MEMBERS = 1_000
ROUNDS = 5


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members and households of a large province, shuffled, with the columns that lists have."""
    random = np.random.default_rng(0)

    def places(count: int) -> dict[str, Any]:
        return {
            "id": [f"{row:06d}" for row in random.permutation(count)],
            "lat": random.uniform(21.5, 22.5, count),
            "lon": random.uniform(104.8, 105.6, count),
            "hamlet": [f"hamlet {label}" for label in random.integers(0, 500, count)],
        }

    members = pd.DataFrame(places(MEMBERS) | {"max_households": random.integers(90, 150, MEMBERS)})
    households = pd.DataFrame(
        places(HOUSEHOLDS)
        | {
            "workload": random.choice([1.0, 1.5, 2.0], HOUSEHOLDS),
            "visits": random.integers(1, 5, HOUSEHOLDS),
            "needs": random.choice(["", "nurse", "nurse; Dao"], HOUSEHOLDS),
            "cluster": [f"cluster {label}" for label in random.integers(0, 9_000, HOUSEHOLDS)],
            "priority": random.integers(1, 4, HOUSEHOLDS),
        }
    )
    return members, households


def fastest(action: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    """Check the counts, then time."""
    members, households = tables()
    problem = Problem(members, households)
    assert len(problem.household_columns) == HOUSEHOLDS
    assert len(problem.member_columns) == MEMBERS
    assert problem.household_columns.ids[:2] == ("000000", "000001")
    assert sum(map(bool, problem.household_columns.needs)) == int((households["needs"] != "").sum())
    assert problem.household_columns.workload.sum() == households["workload"].sum()

    building = fastest(lambda: Problem(members, households))
    lists = fastest(lambda: (members.to_dict("list"), households.to_dict("list")))
    print(f"building a problem of {HOUSEHOLDS:,} households: {building:.3f} s")
    print(f"pandas' own table to lists: {lists:.3f} s; ratio {building / lists:.1f}")


if __name__ == "__main__":
    main()
