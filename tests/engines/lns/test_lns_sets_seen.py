"""How often sets were best, step by step."""

import numpy as np
import pytest

from phancong.engines.lns.sets_seen import SetsSeen


def steps(*sets, units=4):
    """Best sets of two members, step by step."""
    for one, other in sets:
        chosen = np.zeros((units, 2), dtype=bool)
        chosen[list(one), 0] = True
        chosen[list(other), 1] = True
        yield chosen


def seen(early, *sets):
    found = SetsSeen(4, early, np.random.default_rng(1))
    for chosen in steps(*sets):
        found.note(chosen)
    return [(one.member, one.units.tolist(), one.often) for one in found.most_seen()]


def test_the_set_that_was_best_most_often_stands_for_its_member():
    """The member that is most certain comes first; sets that change before or after do not matter."""
    found = seen(0, ([0, 1], [2]), ([1], [2]), ([0, 1], [2, 3]), ([0, 1], [2]), ([0, 1], [3]))
    assert found == [(0, [0, 1], 4 / 5), (1, [2], 3 / 5)]


def test_first_steps_are_not_counted():
    assert seen(2, ([0], [2]), ([0], [2]), ([1], [3])) == [(0, [1], 1.0), (1, [3], 1.0)]


def test_a_member_may_have_nothing():
    assert seen(0, ([], [2]), ([], [2]), ([0], [2])) == [
        (1, [2], 1.0),
        (0, [], pytest.approx(2 / 3)),
    ]


def test_where_no_step_was_counted_nothing_was_seen():
    assert seen(1, ([0], [2])) == []
    assert seen(0) == []
