"""Communes that look like real ones, drawn from a seed: for tests, benchmarks and docs.

>>> from phancong.synth import commune, hamlet
>>> hamlet(1)
Problem(15 members, 66 households)
>>> commune(1, members=30, households=1000) == commune(1, members=30, households=1000)
True

No real data is in them: ids, coordinates and classes are drawn. :func:`commune` describes the
distributions and their reasons. State :data:`GENERATOR_VERSION` with every result measured on them.
"""

from phancong.moved import moved
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

__getattr__ = moved(__name__, {"Options": "phancong.synth.CommuneOptions"})
