"""What must be missing by arithmetic alone is never more than what is missing at the best."""

import numpy as np
from lanes import by_lane
from oracle import brute, random_problems

from phancong import Household, Member, Problem
from phancong.engines.common.formulation import Formulation
from phancong.engines.exact.model import Model
from phancong.engines.exact.room import Room

GIVES = {"coverage": float("inf")}


def room_of(problem):
    return Room(Model(Formulation(problem, GIVES, 28)))


def test_the_heaviest_of_the_lowest_class_have_no_room():
    """Room for 5: of 1, 2 and 3 that come first two fit; of 1 and 2 that come after one does."""
    first = [Household(n, workload=n, priority=2) for n in (1, 2, 3)]
    after = [Household(10 + n, workload=n) for n in (1, 2)]
    members = [Member("a", max_workload=2), Member("b", max_workload=3)]
    room = room_of(Problem(members, [*first, *after], travel=None))
    assert room.missing(2.0, False, {}) == 1
    assert room.missing(1.0, False, {2.0: 1}) == 1
    assert room.missing(1.0, False, {2.0: 3}) == 0


def test_a_household_that_needs_two_is_not_alone_with_one():
    """Room for 3 households: six places, three of them empty, and none of three has nobody."""
    members = [Member(m, max_households=1) for m in "abc"]
    homes = [Household(n, members_needed=2) for n in range(3)]
    room = room_of(Problem(members, homes, travel=None))
    assert room.missing(1.0, False, {}) == 3
    assert room.missing(1.0, True, {}) == 0


def test_it_is_a_bound_of_every_plan():
    """Of each class, those above as they are at the best, on random problems of all rules."""
    tight = 0
    for seed in range(by_lane(quick=60, full=300)):
        problem = random_problems.tiny(seed, flow_only=False)[0]
        best = brute.best(problem, (), ("coverage",))
        if best is None:
            continue
        room, empty = room_of(problem), {}
        levels = np.unique(problem.household_columns.priority)[::-1].tolist()
        figures = np.reshape(best.keys["coverage"], (-1, 2)).tolist()
        for level, (nobody, missing) in zip(levels, figures, strict=True):
            assert room.missing(level, True, empty) <= nobody, seed
            assert room.missing(level, False, empty) <= missing, seed
            tight += 0 < missing == room.missing(level, False, empty)
            empty[level] = int(missing)
    assert tight >= by_lane(quick=1, full=11)
