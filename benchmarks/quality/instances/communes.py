"""Communes exactly as the generator poses them, some of them infeasible; the default goals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from benchmarks.quality.case import Case, Instance, InstanceSet
from phancong import Continuity, FairLoad, Problem, Travel, synth

GOALS: Final = (FairLoad("workload"), Continuity(), Travel())
SIZES: Final[dict[str, Callable[..., Problem]]] = {
    "small": synth.small,
    "medium": synth.medium,
    "large": synth.large,
}
WEIGHTS: Final[tuple[synth.Weights, ...]] = ("equal", "class")


def _case(draw: Callable[..., Problem], seed: int, weights: synth.Weights) -> Case:
    return Case(draw(seed, weights=weights), GOALS)


def _instance(
    size: str, draw: Callable[..., Problem], seed: int, weights: synth.Weights
) -> Instance:
    group = f"{size}, {weights}"
    return Instance(f"{group}, seed {seed}", group, partial(_case, draw, seed, weights))


def _draw(seeds: int) -> Sequence[Instance]:
    return [
        _instance(size, draw, seed, weights)
        for size, draw in SIZES.items()
        for weights in WEIGHTS
        for seed in range(1, seeds + 1)
    ]


SET: Final = InstanceSet(
    "communes",
    "communes as drawn: shares, reach, last year's plan, one in seven infeasible; default goals",
    _draw,
    lambda: [_instance("hamlet", synth.hamlet, 1, weights) for weights in WEIGHTS],
)
