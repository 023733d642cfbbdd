"""Stages of relaxation: each minimises the breach of a rule (contract 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from phancong.engines.common.integers import FINE, integers
from phancong.engines.common.linear_model import Linear
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.fairness import (
    FigureSums,
    common_quantum,
    levels_in_order,
    lowest_exactly,
    lowest_largest,
    lowest_level,
)
from phancong.engines.exact.levels import Levels
from phancong.engines.exact.loads import MemberBreach
from phancong.engines.exact.room import Room
from phancong.engines.exact.steps import Minimised, Stage, Steps
from phancong.meeting import above
from phancong.problem import FloatArray
from phancong.rules import RULES, total

#: Bits of the ratio of two shares if it is not a small fraction.
ORDER: Final = 16


def breach_stage(steps: Steps, rule: str) -> Stage:
    """Minimise the breach of *rule* and hold it; the bound is one of the total breach."""
    if rule == "coverage":
        return _coverage(steps)
    if rule == "max_changes":
        return _max_changes(steps)
    if rule in steps.model.formulation.pair_breach:
        return _pairs(steps, rule)
    if rule in steps.model.member_breach:
        return _loads(steps, rule)
    return Stage(True, 0.0)  # a rule that is not set cannot be broken


def _least(
    steps: Steps,
    quantity: Quantity,
    after: Callable[[Minimised], bool] | None = None,
    rule: str | None = None,
) -> Stage:
    """Minimise a total and hold it (the total of a *rule* exactly), then run *after* if it is not 0."""
    return _held(steps, quantity, steps.minimise(quantity), after, rule)


def _held(
    steps: Steps,
    quantity: Quantity,
    found: Minimised,
    after: Callable[[Minimised], bool] | None = None,
    rule: str | None = None,
) -> Stage:
    """Hold a total that was minimised, as :func:`_least` says."""
    steps.hold(quantity, quantity.as_good(found.value))
    if rule is not None and not quantity.tells(reached := total(steps.assignment(), rule)):
        steps.also_hold(lambda plan: not above(np.asarray(total(plan, rule)), reached))
    proven = found.proven
    if after is not None and found.value > 0:
        proven = after(found) and proven
    return Stage(proven, quantity.real(found.bound or 0) - found.error, found.error)


def _coverage(steps: Steps) -> Stage:
    """Minimise, by priority, the households without any member, then missing members."""
    model = steps.model
    formulation = model.formulation
    priority = formulation.problem.household_columns.priority
    missing: list[tuple[int, int, float]] = []
    nobody: list[tuple[int, int, float]] = []
    for unit, variable in model.missing.items():
        need = int(formulation.need[unit])
        alone = variable
        if need > 1 and model.upper[variable] == need:
            # The literal is 1 if the unit has no member.
            pairs = model.of_unit[unit]
            alone = model.boolean(_Nobody(pairs))
            model.add(Linear.of([*((int(p), 1) for p in pairs), (alone, 1)]), lower=1)
        for row in formulation.units[unit].tolist():
            missing.append((variable, 1, float(priority[row])))
            if model.upper[variable] == need:
                nobody.append((alone, 1, float(priority[row])))
    proven, room, empty = True, Room(model), dict[float, int]()
    for level in sorted({p for _, _, p in missing}, reverse=True):
        alone_here, here = (
            [(v, c) for v, c, p in each if p == level] for each in (nobody, missing)
        )
        # If all households need one member, both counts are the same, and one stage suffices.
        parts = (here,) if alone_here == here else (alone_here, here)
        for number, terms in enumerate(parts):
            of_class = Linear.of(terms)
            if proven or steps.course.stopped is None:
                least = room.missing(level, number + 1 < len(parts), empty)
                model.add(of_class, lower=least)
                stage = _least(steps, Quantity(of_class, floor=least))
                proven = stage.proven and proven
        empty[level] = of_class.at(steps.plan)
    total = Linear.of((v, c) for v, c, _ in missing)
    return Stage(proven, float(total.at(steps.plan)) if proven else 0.0)


class _Nobody:
    """Completes the literal that a unit has no member."""

    def __init__(self, pairs: np.ndarray) -> None:
        self.pairs = pairs

    def __call__(self, values: np.ndarray) -> int:
        return int(not values[self.pairs].any())


def _max_changes(steps: Steps) -> Stage:
    """Minimise the changes above ``max_changes``."""
    excess = steps.model.excess_changes
    if excess is None:
        return Stage(True, 0.0)
    return _least(steps, Quantity(Linear.of([(excess, 1)]), floor=0))


def _pairs(steps: Steps, rule: str) -> Stage:
    """Minimise the breach of a rule about pairs: the number of pairs or their total excess."""
    formulation = steps.model.formulation
    by = formulation.pairs_of(formulation.pair_breach[rule])
    quantity = _over_pairs(steps, by)
    found = steps.minimise(quantity)
    if found.proven and not quantity.tells(total(steps.assignment(), rule)):
        quantity = _over_pairs(steps, by)  # the smaller the incumbent, the finer
        found = steps.minimise(quantity)
    return _held(steps, quantity, found, rule=rule)


def _over_pairs(steps: Steps, by: FloatArray) -> Quantity:
    """The sum of breaches *by* pair, shape (P,).

    A pair whose breach is above that of the whole incumbent is in no better plan. It counts as twice the
    incumbent, so that it does not determine how finely all breaches are rounded.
    """
    incumbent = float(by[steps.plan[: len(by)] > 0].sum())
    found = integers(np.minimum(by, 2 * incumbent) if incumbent else by, bits=FINE)
    costs = found.arrays[0]
    pairs = np.flatnonzero(costs)
    error = found.error * int(steps.model.formulation.need.sum())
    return Quantity(Linear(pairs, costs[pairs]), found.quantum, error=error, floor=0)


def _loads(steps: Steps, rule: str) -> Stage:
    """Minimise the total breach of loads, then breaches ÷ share.

    Of breaches ÷ share the largest is minimised for workloads, and all in leximax order for households.
    """
    breach = steps.model.member_breach[rule]
    total = Linear.of((variable, 1) for variable in breach.variables.values())
    quantity = Quantity(total, breach.quantum, error=breach.error, floor=0)
    after = None if RULES[rule].compared == "sum" else partial(_in_order, steps, rule, breach)
    return _least(steps, quantity, after, rule)


def _in_order(steps: Steps, rule: str, breach: MemberBreach, total: Minimised) -> bool:
    share = steps.model.formulation.share
    quanta = [breach.quantum / share[m] for m in breach.variables]
    variables = list(breach.variables.values())
    levels = Levels(steps.model, variables, quanta, total.bound or 0)
    if RULES[rule].compared == "each":
        return levels_in_order(steps, levels).proven
    if levels.few():
        return lowest_level(steps, levels, None).proven
    # Only the order of figures matters: they are multiples of a common quantum, or are rounded to it.
    quantum = common_quantum(quanta, max(quanta), ORDER)
    near = quantum or max(quanta) / 2**ORDER
    sums = [Linear.of([(v, round(u / near))]) for u, v in zip(quanta, variables, strict=True)]
    largest = lowest_largest(steps, FigureSums(sums, near, 0.0), None, held=quantum is not None)
    if quantum is not None:
        return largest.proven
    return largest.proven and lowest_exactly(
        steps, lambda: levels.figures(steps.plan)[0], levels.tighten, None
    )
