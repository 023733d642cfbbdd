"""Small problems that go the way of large ones, so that all their plans can be tried."""

from contextlib import contextmanager

import pytest

from phancong.engines.common import shortest_paths
from phancong.engines.flow import column_generation, kinds, network, pair_costs, pair_pool
from phancong.problem import derived
from phancong.travel import chords, nearest

#: Distances are computed where they are asked for.
WIDE = ((derived, "WIDE", 0),)
#: Members who are alike are one node of a flow.
ALIKE = ((kinds, "MANY", 0),)
#: One pair or box for each, and no more.
SMALLEST = (
    *WIDE,
    (column_generation, "FEW", -1),
    (shortest_paths, "MATRIX", 0),
    (column_generation, "KEPT", 1),
    (network, "LIGHT", 2**20),
    (column_generation, "MANY", 1),
    (pair_pool, "START", 1),
    (pair_pool, "ACROSS", 1),
    (pair_costs, "FEW_BOXES", 1),
    (pair_costs, "FEW_OF_A_BOX", 1),
    (pair_costs, "BLOCK", 2),
    (nearest, "FIRST", 1),
    (nearest, "BOXES", 0),
    (nearest, "BACK", 1),
    (chords, "HOMES", 2),
    (chords, "MEMBERS", 2),
)


@contextmanager
def as_large(sizes=SMALLEST):
    """A context in which a problem is taken for a large one from these sizes on."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, size in sizes:
            patch.setattr(module, name, size)
        yield
