"""How many random problems a run tries: a part at each change, all of them at night."""

import os

ALL = os.environ.get("PHANCONG_SEEDS") == "all"


def chunks(at_each_change, at_night, size):
    """The seeds in parts that share out well among processes."""
    count = at_night if ALL else at_each_change
    return [range(start, min(start + size, count)) for start in range(0, count, size)]


def named(seeds):
    """What a part, or any other parameter, is called in a report."""
    return seeds if isinstance(seeds, str) else f"{seeds[0]}-{seeds[-1]}"
