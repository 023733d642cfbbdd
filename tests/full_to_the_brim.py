"""Loads that fill two members to the brim in one way only, which no start finds."""

from phancong import Household, Member, Problem

#: 19 + 39 + 42 = 23 + 30 + 47 = 100, and no other three of them, nor two or four.
LOADS = (19, 42, 30, 23, 47, 39)
MOST = 100


def brimful(members="ab"):
    """As many members as are named; each beyond the second is full with one more household."""
    loads = (*LOADS, *[MOST] * (len(members) - 2))
    return Problem(
        [Member(name, max_workload=MOST) for name in members],
        [Household(n if load == MOST else load, workload=load) for n, load in enumerate(loads)],
        travel=None,
    )
