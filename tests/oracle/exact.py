"""Brute force in exact fractions: what a number means is its shortest decimal, and sums are exact.

The same plans as :mod:`oracle.brute`, with every quantity a ``Fraction``, so that nothing depends on
the order in which floats are added up. It is slow, and meant for a few hundred plans.
"""

from fractions import Fraction
from itertools import product

import numpy as np

from oracle import brute, reading

#: A limit is met within this, relative to it, absolute below 1; and so is what a goal has reached.
TOLERANCE = Fraction(1, 10**9)


def meant(number):
    """Return the fraction that a number is, or its shortest decimal."""
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))


def slack(limit):
    return TOLERANCE * max(1, abs(limit))


def best(problem, goals, relax, *, strict=False, having=None):
    """Return the best plan, as :func:`oracle.brute.best` does; None if there is none.

    ``strict`` holds each line to its last digit, not within the tolerance, while the next is sifted;
    ``having`` is a pair that must be.
    """
    caps = reading.ceilings(relax)
    plans = Plans(problem, caps)
    plans.strict = strict
    number = len(plans.rows)
    keys = plans.break_least(caps, having)
    if keys is None:
        return None
    values = tuple(plans.sift_by(goal) for goal in goals)
    totals = {rule: plans.total(rule)[0] for rule in reading.RELAXABLE}
    return brute.BruteResult(totals, keys, values, plans.pairs(0), number)


def holds(problem, relax=()):
    """Return whether there is a plan that keeps every limit that may not be relaxed."""
    caps = reading.ceilings(relax)
    plans = Plans(problem, caps)
    for rule in reading.RELAXABLE:
        plans.keep(plans.within_cap(rule, caps.get(rule, 0.0)))
    return len(plans.rows) > 0


def front(problem, x, y, goals, relax, *, strict=False):
    """Return ``[(x, y), …]`` of all plans that no other dominates, sorted; None without a plan.

    ``strict`` is as for :func:`best`.
    """
    caps = reading.ceilings(relax)
    plans = Plans(problem, caps)
    plans.strict = strict
    if plans.break_least(caps) is None:
        return None
    for goal in goals:
        plans.sift_by(goal)
    found = []
    for point in sorted({*zip(plans.value(x).tolist(), plans.value(y).tolist(), strict=True)}):
        if not found or point[1] < found[-1][1]:
            found.append(point)
    return found


def judged(problem, pairs, goals):
    """Return the breaches by rule, and the values of the goals, of one plan."""
    plans = Plans(problem, dict.fromkeys(reading.RELAXABLE, float("inf")))
    plans.only(pairs)
    totals = {rule: plans.total(rule)[0] for rule in reading.RELAXABLE}
    values = [plans.value(goal)[0] for goal in goals]
    return totals, [tuple(v) if isinstance(v, np.ndarray) else v for v in values]


class Plans(brute.Plans):
    """All plans that are still in the race, counted in fractions."""

    strict = False

    def __init__(self, problem, caps):
        super().__init__(problem, caps)
        self.share = np.array([meant(m.share) for m in self.members], dtype=object)

    def only(self, pairs):
        """Keep the one plan of these pairs."""
        chosen = {}
        for household, member in pairs:
            chosen.setdefault(household, set()).add(member)
        digits = [
            next(i for i, option in enumerate(options) if set(option) == chosen.get(unit[0], set()))
            for unit, options in self.units
        ]
        self.rows = np.array([digits], dtype=np.int32)

    def sum_of(self, fact, width=()):
        result = np.full((len(self.rows), *width), Fraction(0), dtype=object)
        for u, (unit, options) in enumerate(self.units):
            table = np.full((len(options), *width), Fraction(0), dtype=object)
            for i, chosen in enumerate(options):
                for h in unit:
                    added = fact(h, chosen)
                    table[i] += added if width else meant(added)
            result = result + table[self.rows[:, u]]
        return result

    def per_member(self, fact):
        def row(h, chosen):
            each = [meant(fact(h, m.id)) if m.id in chosen else Fraction(0) for m in self.members]
            return np.array(each, dtype=object)

        return self.sum_of(row, (len(self.members),))

    def workloads(self):
        if self.problem.workload_matrix is not None:
            return super().workloads()
        load = {h.id: meant(h.workload) for h in self.problem.households}
        return self.per_member(lambda h, m: load[h])

    def loads(self, measure):
        listed = self.counts() if measure == "households" else self.workloads()
        carried = [meant(getattr(m, f"carried_{measure}")) for m in self.members]
        return listed + np.array(carried, dtype=object)

    def per_subject(self, rule):
        if rule == "max_hamlets":
            return self.beyond_hamlets() * Fraction(1)
        loads = self.loads(rule.partition("_")[2])
        by = np.full(loads.shape, Fraction(0), dtype=object)
        counts = self.counts()
        for column, member in enumerate(self.members):
            limit = getattr(member, rule)
            if limit is None or (rule.startswith("min") and not limit) or not self.eligible[column]:
                continue
            limit = meant(limit)
            sign = 1 if rule.startswith("max") else -1
            for row in range(len(by)):
                more = sign * (loads[row, column] - limit)
                idle = sign < 0 and member.optional and not counts[row, column]
                if more > slack(limit) and not idle:
                    by[row, column] = more
        return by

    def total(self, rule):
        if rule == "max_changes":
            cap = self.problem.max_changes
            if cap is None:
                return np.full(len(self.rows), Fraction(0), dtype=object)
            return np.maximum(Fraction(0), self.changes() - cap)
        return super().total(rule)

    def within_cap(self, rule, cap):
        if cap == float("inf"):
            return np.ones(len(self.rows), dtype=bool)
        if rule in ("coverage", "needs", "within_hamlet", "max_travel"):
            return np.ones(len(self.rows), dtype=bool)  # the options were chosen so
        by = self.total(rule)[:, None] if rule == "max_changes" else self.per_subject(rule)
        most = meant(cap) + slack(meant(cap))
        return (by <= most).all(axis=1).astype(bool)

    def stages_of(self, rule):
        if rule in ("max_workload", "min_workload"):
            yield self.total(rule)
            yield (self.per_subject(rule) / self.share).max(axis=1, initial=Fraction(0))
            return
        yield from super().stages_of(rule)

    def value(self, goal):
        name = type(goal).__name__
        far = {pair: meant(way) for pair, way in _finite(reading.travel(self.problem)).items()}
        visits = {h.id: meant(h.visits) for h in self.problem.households}
        if name == "Travel":
            need = reading.needed(self.problem)
            near = {}
            for h, m in reading.allowed(self.problem):
                near[h] = min(near.get(h, far[h, m]), far[h, m])
            return self.sum_of(
                lambda h, chosen: (
                    visits[h]
                    * (
                        sum((far[h, m] for m in chosen), Fraction(0))
                        + (need[h] - len(chosen)) * near.get(h, Fraction(0))
                    )
                )
            )
        if name == "FairTravel":
            return self.fairness(self.per_member(lambda h, m: visits[h] * far[h, m]), goal.aim)
        if name == "FairLoad":
            return self.fairness(self.loads(goal.measure) / self.share, goal.aim)
        if name == "Preference":
            scores = {
                (h.id, m.id): meant(reading.score(goal, h.id, m.id))
                for h, m in product(self.problem.households, self.members)
            }
            return self.sum_of(lambda h, chosen: -sum((scores[h, m] for m in chosen), Fraction(0)))
        return super().value(goal)

    def fairness(self, values, aim):
        if aim == "leximax":
            return -np.sort(-values[:, self.eligible], axis=1)
        counts = self.counts()
        found = np.full(len(values), Fraction(0), dtype=object)
        for row in range(len(values)):
            counted = [
                values[row, column]
                for column, member in enumerate(self.members)
                if self.eligible[column]
                and not (aim == "spread" and member.optional and not counts[row, column])
            ]
            if counted:
                found[row] = max(counted) - (min(counted) if aim == "spread" else 0)
        return found

    def sift(self, values, goal=None):
        least = min(values.tolist())
        if goal is None or getattr(goal, "aim", None) == "leximax":
            extra = Fraction(0)
        else:
            extra = max(meant(goal.tolerance), meant(goal.rtol) * abs(meant(least)))
        held = least + extra + (0 if self.strict else slack(least))
        self.keep((values <= held).astype(bool))
        return least


def _finite(far):
    return {pair: way for pair, way in far.items() if way != float("inf")}
