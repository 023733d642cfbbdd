"""A limit on a sum over pairs is kept, whatever plan the Lagrangian search begins with (ε-constraint)."""

import random
from itertools import permutations
from math import sqrt

import pytest

from phancong import (
    Continuity,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
)
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import AtMost, Task
from phancong.engines.weighted import LnsEngine


def drawn(seed):
    """Fourteen households of two decimals, dealt out by the list last year; places are scarce."""
    rng = random.Random(seed)
    homes = [Household(f"h{n}", workload=rng.randint(50, 250) / 100) for n in range(14)]
    most = 1.15 * sum(home.workload for home in homes) / 4
    members = [Member(f"m{n}", max_workload=most) for n in range(4)]
    ways = TravelMatrix([[rng.randint(1, 3000) / 10 for _ in members] for _ in homes], unit="m")
    return Problem(members, homes, travel=ways, previous={f"h{n}": f"m{n % 4}" for n in range(14)})


def task_of(problem, *goals):
    return Task(problem, goals, {}, Course(Search(work=20.0)))


@pytest.mark.parametrize("seed", range(4))
def test_the_least_travel_within_a_limit_on_changes_is_that_of_an_exact_engine(seed):
    """For limits from the fewest changes on."""
    problem = drawn(seed)
    (fewest,) = CpSatEngine().run(task_of(problem, Continuity())).goals
    for more in (0, 1, 3):
        task = task_of(problem, AtMost(Continuity(), fewest.best + more), Travel())
        found, exact = LnsEngine(CpSatEngine()).run(task), CpSatEngine().run(task)
        assert task.goals[0].kept(found.assignment)
        assert found.goals[1].proven
        assert found.goals[1].best == pytest.approx(exact.goals[1].best, rel=1e-9)


def test_where_no_plan_is_within_a_limit_none_is_returned():
    """Changes are no less than none."""
    task = task_of(drawn(1), AtMost(Continuity(), -1.0), Travel())
    with pytest.raises(NoPlanFoundError, match="neither a plan nor a proof"):
        LnsEngine(CpSatEngine()).run(task)


def test_a_limit_whose_last_digits_integers_do_not_hold_is_kept_exactly():
    """A pair of a million kilometres takes the bits of all others."""
    ways = [[1.0, sqrt(1.7), 1e9], [sqrt(1.3), 1.0, 3.0], [1.5, sqrt(1.1), 1.0]]
    homes = [Household("h0", workload=1.0), Household("h1", workload=1.5), Household("h2")]
    problem = Problem(
        [Member(f"m{n}", max_workload=1.75) for n in range(3)],
        homes,
        travel=TravelMatrix(ways, unit="m"),
        previous={"h0": "m1", "h1": "m0", "h2": "m1"},
    )
    changes = {
        sum(ways[row][column] for row, column in enumerate(plan)): sum(
            column != last for column, last in zip(plan, (1, 0, 1), strict=True)
        )
        for plan in permutations(range(3))
    }
    for limit in (3.1, 3.4, 3.6, 5.2):
        task = task_of(problem, AtMost(Travel(), limit), Continuity(), Travel())
        found = LnsEngine(CpSatEngine()).run(task)
        assert task.goals[0].kept(found.assignment)
        assert found.goals[1].best == min(
            number for travel, number in changes.items() if travel <= limit
        )
