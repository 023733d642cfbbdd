"""Communes that look like real ones, drawn from a seed: for tests, benchmarks and docs.

>>> from phancong.synth import commune, hamlet
>>> hamlet(1)
Problem(15 members, 66 households)
>>> commune(1, members=30, households=1000) == commune(1, members=30, households=1000)
True

Nothing in them is anybody's data: ids, coordinates and classes are drawn. :func:`commune` says from
which distribution, and why; :data:`GENERATOR_VERSION` belongs beside every figure measured on them.
"""

from phancong.synth.arguments import CommuneOptions, Weights
from phancong.synth.drawing import (
    GENERATOR_VERSION,
    Drawn,
    commune,
    draw,
    hamlet,
    large,
    medium,
    small,
)

__all__ = [
    "GENERATOR_VERSION",
    "CommuneOptions",
    "Drawn",
    "Weights",
    "commune",
    "draw",
    "hamlet",
    "large",
    "medium",
    "small",
]
