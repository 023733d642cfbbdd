"""Judges what a cut search claims by looking at every plan of a tiny problem (contract 5.5, 6.2)."""

from functools import cache

import numpy as np
from oracle import brute, reading

from phancong import RELAXABLE, InfeasibleError, NoPlanFoundError, solve

TOLERANCE = 1e-6


def judged(problem, goals, relax, **options):
    """The plan of a search that may be cut, all of whose claims are true; None where none came out."""
    try:
        plan = solve(problem, goals=goals, relax=relax, **options)
    except InfeasibleError:
        assert brute.best(problem, goals, relax) is None
        return None
    except NoPlanFoundError:
        assert relax != RELAXABLE  # where all may be relaxed without a ceiling there is a plan
        return None
    assert not false_claims(problem, goals, relax, plan)
    return plan


def false_claims(problem, goals, relax, plan):
    """Return what *plan* says and is not so, in words."""
    everything = _every_plan(problem, relax)
    caps = everything.caps
    mine = _row_of(everything, plan)
    found = []
    as_good = np.ones(len(everything.rows), dtype=bool)
    proven = True
    breaches = sum(map(everything.total, reading.RELAXABLE))
    hard = bool((breaches <= TOLERANCE).any())
    for rule in reversed(caps):
        line, total = plan.breaches[rule], everything.total(rule)
        if line.bound > total[as_good].min() + TOLERANCE:
            found.append(f"{rule}: bound {line.bound} is above {total[as_good].min()}")
        if line.proven and line.bound < total[mine] - TOLERANCE:
            found.append(f"{rule}: is called proven, but {line.bound} is below {total[mine]}")
        for column in everything.stages_of(rule):
            best = column[as_good].min()
            if proven and line.proven and column[mine] > best + TOLERANCE:
                found.append(f"{rule}: is called proven at {column[mine]}, but {best} can be")
            as_good &= column <= column[mine] + TOLERANCE
        proven = proven and line.proven
    if hard and breaches[mine] > TOLERANCE and proven:
        found.append("limits are broken that can be kept")
    for goal, line in zip(goals, plan.goals, strict=True):
        values = _columns(everything.value(goal))
        best = min(map(tuple, values[as_good].tolist()))
        bound = _columns(np.array([line.bound]))[0]
        if _above(bound, best):
            found.append(f"{goal!r}: bound {line.bound} is above {best}")
        if line.proven and _above(_columns(np.array([line.best]))[0], best):
            found.append(f"{goal!r}: is called proven at {line.best}, but {best} can be")
        if _above(best, _columns(np.array([line.best]))[0]):
            found.append(f"{goal!r}: has {line.best}, better than {best}")
        held = _columns(np.array([_held(goal, line.best)]))[0]
        # Of leximax, too, each position is held, proven or not.
        as_good &= (values <= np.array(held) + TOLERANCE).all(axis=1)
        if not as_good[mine]:
            found.append(f"{goal!r}: the plan is worse than what it holds")
    if (plan.stopped is None) != (plan.status.value == "optimal"):
        found.append(f"{plan.status} with stopped={plan.stopped}")
    return found


class _Everything(brute.Plans):
    """All plans within the ceilings; what they are worth is worked out once."""

    def __init__(self, problem, relax):
        self.caps = reading.ceilings(relax)
        super().__init__(problem, self.caps)
        for rule in reading.RELAXABLE:
            self.keep(self.within_cap(rule, self.caps.get(rule, 0.0)))
        self.total = cache(super().total)
        self.stages_of = cache(lambda rule: list(brute.Plans.stages_of(self, rule)))
        self._value = cache(super().value)

    def value(self, goal):
        try:
            return self._value(goal)
        except TypeError:  # scores that cannot be hashed
            return super().value(goal)


_last = [None, None, None]


def _every_plan(problem, relax):
    """All plans of a problem: the last one is kept, for it is asked about again and again."""
    if _last[0] is not problem or _last[1] != relax:
        _last[:] = problem, relax, _Everything(problem, relax)
    return _last[2]


def _row_of(everything, plan):
    """Return the number of the plan among all plans."""
    pairs = set(plan.pairs)
    mask = np.ones(len(everything.rows), dtype=bool)
    for number, (unit, options) in enumerate(everything.units):
        chosen = {m for h, m in pairs if h == unit[0]}
        digit = next(i for i, option in enumerate(options) if set(option) == chosen)
        mask &= everything.rows[:, number] == digit
    return int(np.flatnonzero(mask)[0])


def _columns(values):
    return values[:, None] if values.ndim == 1 else values


def _held(goal, best):
    return best if isinstance(best, tuple) else best + reading.slack(goal, best)


def _above(one, other):
    """Return whether one value is above the other, in order of positions."""
    for a, b in zip(one, other, strict=True):
        if abs(a - b) > TOLERANCE:
            return a > b
    return False
