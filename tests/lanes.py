"""The lanes of the tests, each of which holds the ones before it.

``quick`` is what one waits for at work, ``full`` what is tried at each change, ``night`` everything.
``--lane`` or ``PHANCONG_LANE`` chooses (``tests/conftest.py``). A test that is marked ``full`` or
``night`` is left out of the lanes before; what is drawn at random is drawn less often there.
"""

import os

import pytest

LANES = ("quick", "full", "night")
DEFAULT = "quick"
VARIABLE = "PHANCONG_LANE"


def lane():
    """The lane of this run."""
    return os.environ.get(VARIABLE) or DEFAULT


def takes(name):
    """Whether this run takes what belongs to the lane *name*."""
    return LANES.index(lane()) >= LANES.index(name)


def by_lane(*, quick, full, night=None):
    """What this run takes; at night the same as in the full lane unless told otherwise."""
    return {"quick": quick, "full": full, "night": full if night is None else night}[lane()]


def examples(number):
    """How many examples hypothesis draws where it draws *number* of them in the full lane."""
    return by_lane(quick=max(20, number // 8), full=number)


def in_full(*values):
    """Values of a parameter that the quick lane leaves out."""
    return [pytest.param(value, marks=pytest.mark.full) for value in values]


def chunks(*, size, **numbers):
    """Seeds from 0, as many as this run's lane takes, in parts that share out among processes."""
    count = by_lane(**numbers)
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def named(seeds):
    """What a part, or any other parameter, is called in a report."""
    return seeds if isinstance(seeds, str) else f"{seeds[0]}-{seeds[-1]}"
