"""Brute force: every plan of a tiny problem, sifted stage by stage.

Each unit (a household, or the households of one group) has a list of options, the sets of members
that it may get. A plan is one option a unit, so all plans are the numbers of a mixed radix; numpy
looks up what every option of every plan adds to a quantity.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from oracle import reading
from oracle.judging import judge

__all__ = ["BruteResult", "best", "count_plans", "judge"]

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class BruteResult:
    """The proven answer.

    ``totals`` is the breach of each rule; ``keys`` is what the stage of each rule that may give
    way compared (contract 4.3); ``goals`` is what each goal reached at its own stage; ``pairs`` is
    one best plan; ``plans`` is the number of plans looked at.
    """

    totals: dict
    keys: dict
    goals: tuple
    pairs: tuple
    plans: int


def best(problem, goals, relax, *, having=None):
    """Return the best plan (with the pair *having*) by trying all of them; None if there is none."""
    caps = reading.ceilings(relax)
    plans = Plans(problem, caps)
    number = len(plans.rows)
    keys = plans.break_least(caps, having)
    if keys is None:
        return None
    values = tuple(plans.sift_by(goal) for goal in goals)
    return BruteResult(
        totals={rule: float(plans.total(rule)[0]) for rule in reading.RELAXABLE},
        keys=keys,
        goals=values,
        pairs=plans.pairs(0),
        plans=number,
    )


def front(problem, x, y, goals, relax):
    """Return ``[(x, y), …]`` of all non-dominated plans, sorted; None if there is no plan."""
    caps = reading.ceilings(relax)
    plans = Plans(problem, caps)
    if plans.break_least(caps) is None:
        return None
    for goal in goals:
        plans.sift_by(goal)
    found = []
    for point in sorted({*zip(plans.value(x).tolist(), plans.value(y).tolist(), strict=True)}):
        if not found or point[1] < found[-1][1] - _TOLERANCE * max(1.0, abs(point[1])):
            found.append(point)
    return found


def count_plans(problem):
    """Return how many plans there are before any limit that can be relaxed is looked at."""
    everything = dict.fromkeys(reading.RELAXABLE, math.inf)
    return math.prod(len(options) for _, options in _units(problem, everything))


def _units(problem, caps):
    """Return ``[(households, [members, …]), …]``: the options of each unit within the caps."""
    possible = reading.allowed(problem)
    need = reading.needed(problem)
    fixed = set(problem.fixed)
    households = {h.id: h for h in problem.households}
    members = {m.id: m for m in problem.members}
    far = reading.travel(problem)

    def bearable(chosen, unit):
        for h in unit:
            if need[h] - len(chosen) > caps.get("coverage", 0.0) + _TOLERANCE:
                return False
            for m in chosen:
                facts = _pair_breaches(problem, households[h], members[m], far)
                if any(by > caps.get(rule, 0.0) + _TOLERANCE for rule, by in facts.items()):
                    return False
        return True

    units = []
    for unit in sorted(set(reading.groups(problem).values())):
        reach = [m for m in members if all((h, m) in possible for h in unit)]
        must = {m for m in members if any((h, m) in fixed for h in unit)}
        options = [
            chosen
            for size in range(min(need[h] for h in unit) + 1)
            for chosen in combinations(reach, size)
            if must <= set(chosen) and bearable(chosen, unit)
        ]
        units.append((unit, options))
    return units


def _pair_breaches(problem, household, member, far):
    """Return what one pair breaks by itself; a fixed pair is an exception (contract 4.1)."""
    if (household.id, member.id) in problem.fixed:
        return {"needs": 0, "within_hamlet": 0, "max_travel": 0.0}
    limit = reading.travel_limit(problem, member)
    way = far.get((household.id, member.id), 0.0)
    return {
        "needs": int(reading.lacks_skill(household, member)),
        "within_hamlet": int(reading.is_outside(problem, household, member)),
        "max_travel": 0.0 if math.isinf(limit) else reading.over(way, limit),
    }


class Plans:
    """All plans that are still in the race: ``rows`` holds an option's number for each unit."""

    def __init__(self, problem, caps):
        self.problem = problem
        self.members = problem.members
        self.units = _units(problem, caps)
        sizes = [len(options) for _, options in self.units]
        number = math.prod(sizes)
        if number > 2_000_000:
            raise ValueError(f"{number} plans are too many to try")
        if number and sizes:
            columns = np.unravel_index(np.arange(number), sizes)
            self.rows = np.column_stack(columns).astype(np.int32)
        else:
            self.rows = np.zeros((number, len(sizes)), dtype=np.int32)
        self.share = np.array([m.share for m in self.members], dtype=float)
        self.eligible = np.array([not reading.is_exempt(m) for m in self.members], dtype=bool)
        self.optional = np.array([m.optional for m in self.members], dtype=bool)

    # What the plans are worth -------------------------------------------------------------------

    def pairs(self, row):
        return tuple(
            sorted(
                (h, m)
                for (unit, options), digit in zip(self.units, self.rows[row], strict=True)
                for h in unit
                for m in options[digit]
            )
        )

    def sum_of(self, fact, width=()):
        """Add up ``fact(household id, members)`` over the households, for each plan."""
        result = np.zeros((len(self.rows), *width))
        for u, (unit, options) in enumerate(self.units):
            table = np.zeros((len(options), *width))
            for i, chosen in enumerate(options):
                for h in unit:
                    table[i] += fact(h, chosen)
            result += table[self.rows[:, u]]
        return result

    def have(self, household, member):
        return self.sum_of(lambda h, chosen: h == household and member in chosen) > 0

    def per_member(self, fact):
        """Add up ``fact(household id, member id)`` for each plan and member."""

        def row(h, chosen):
            return np.array([fact(h, m.id) if m.id in chosen else 0.0 for m in self.members])

        return self.sum_of(row, (len(self.members),))

    def counts(self):
        return self.per_member(lambda h, m: 1.0)

    def workloads(self):
        load = reading.workload(self.problem)
        return self.per_member(lambda h, m: load[h, m])

    def loads(self, measure):
        """Return what each member has, for each plan, with what is carried besides."""
        listed = self.counts() if measure == "households" else self.workloads()
        return listed + np.array([getattr(m, f"carried_{measure}") for m in self.members])

    def changes(self):
        need = reading.needed(self.problem)
        former = reading.previous_members(self.problem)
        return self.sum_of(
            lambda h, chosen: min(len(former[h]), need[h]) - len(set(chosen) & set(former[h]))
        )

    # Breaches -----------------------------------------------------------------------------------

    def hamlets(self):
        """Return in how many hamlets each member has households, for each plan."""
        home = {h.id: h.hamlet for h in self.problem.households}
        labels = set(home.values()) - {None}
        served = [self.per_member(lambda h, m, a=a: 1 if home[h] == a else 0) > 0 for a in labels]
        return sum(served, np.zeros((len(self.rows), len(self.members)), dtype=np.int64))

    def beyond_hamlets(self):
        """Return by how many hamlets each member is above the maximum, for each plan."""
        limits = [reading.hamlet_limit(self.problem, m) for m in self.members]
        most = np.array([10**9 if math.isinf(limit) else limit for limit in limits], dtype=np.int64)
        return np.maximum(0, self.hamlets() - most)

    def per_subject(self, rule):
        """Return the breach of each plan and member, for the rules on members' loads."""
        if rule == "max_hamlets":
            return self.beyond_hamlets().astype(float)
        loads = self.loads(rule.partition("_")[2])
        none = math.inf if rule.startswith("max") else 0.0
        limits = np.array(
            [none if getattr(m, rule) is None else getattr(m, rule) for m in self.members]
        )
        by = loads - limits if rule.startswith("max") else limits - loads
        by[:, np.isinf(limits)] = 0.0
        by[:, ~self.eligible] = 0.0
        if rule.startswith("min"):
            by[(self.counts() == 0) & self.optional] = 0.0
        slack = _TOLERANCE * np.maximum(1.0, np.where(np.isinf(limits), 1.0, np.abs(limits)))
        return np.where(by > slack, by, 0.0)

    def total(self, rule):
        if rule.startswith(("max_house", "max_work", "min_house", "min_work", "max_haml")):
            return self.per_subject(rule).sum(axis=1)
        if rule == "max_changes":
            cap = self.problem.max_changes
            return np.maximum(0.0, self.changes() - (math.inf if cap is None else cap))
        if rule == "coverage":
            need = reading.needed(self.problem)
            return self.sum_of(lambda h, chosen: need[h] - len(chosen))
        far = reading.travel(self.problem)
        households = {h.id: h for h in self.problem.households}
        members = {m.id: m for m in self.members}
        return self.sum_of(
            lambda h, chosen: sum(
                _pair_breaches(self.problem, households[h], members[m], far)[rule] for m in chosen
            )
        )

    def within_cap(self, rule, cap):
        """Return which plans keep every single breach under its ceiling."""
        if rule in ("coverage", "needs", "within_hamlet", "max_travel"):
            return np.ones(len(self.rows), dtype=bool)  # the options were chosen so
        by = self.total(rule)[:, None] if rule == "max_changes" else self.per_subject(rule)
        return (by <= cap + _TOLERANCE * max(1.0, min(cap, 1e300))).all(axis=1)

    def stages_of(self, rule):
        """Yield what is minimised in turn for a rule (contract 4.3), on the plans left by then."""
        if rule == "coverage":
            need = reading.needed(self.problem)
            level = {h.id: h.priority for h in self.problem.households}
            for top in sorted(set(level.values()), reverse=True):
                yield self.sum_of(
                    lambda h, chosen, top=top: level[h] == top and need[h] > 0 and not chosen
                )
                yield self.sum_of(
                    lambda h, chosen, top=top: (need[h] - len(chosen)) * (level[h] == top)
                )
            return
        yield self.total(rule)
        if rule in ("max_households", "min_households"):
            for place in range(len(self.members)):
                yield _descending(self.per_subject(rule) / self.share)[:, place]
        if rule in ("max_workload", "min_workload"):
            by = self.per_subject(rule) / self.share
            yield by.max(axis=1, initial=0.0)

    # Goals --------------------------------------------------------------------------------------

    def value(self, goal):
        """Return the goal's value for each plan; a row for leximax."""
        name = type(goal).__name__
        visits = {h.id: h.visits for h in self.problem.households}
        far = reading.travel(self.problem)
        if name == "Travel":
            need = reading.needed(self.problem)
            nearest = dict.fromkeys(visits, math.inf)
            for h, m in reading.allowed(self.problem):
                nearest[h] = min(nearest[h], far[h, m])

            def way(h, chosen):
                home = 0.0 if math.isinf(nearest[h]) else nearest[h]
                there = sum(far[h, m] for m in chosen)
                return visits[h] * (there + (need[h] - len(chosen)) * home)

            return self.sum_of(way)
        if name == "Farthest":
            farthest = np.zeros(len(self.rows))
            for u, (unit, options) in enumerate(self.units):
                table = np.array(
                    [max((far[h, m] for h in unit for m in o), default=0.0) for o in options]
                )
                farthest = np.maximum(farthest, table[self.rows[:, u]])
            return farthest
        if name == "FairTravel":
            return self.fairness(self.per_member(lambda h, m: visits[h] * far[h, m]), goal.aim)
        if name == "FairLoad":
            return self.fairness(self.loads(goal.measure) / self.share, goal.aim)
        if name == "Continuity":
            return self.years_lost() if goal.weight == "years" else self.changes()
        if name == "Cohesion":
            return self.cohesion()
        if name == "Preference":
            return self.sum_of(lambda h, chosen: -sum(reading.score(goal, h, m) for m in chosen))
        raise NotImplementedError(name)

    def years_lost(self):
        need = reading.needed(self.problem)
        former = reading.previous_members(self.problem)

        def lost(h, chosen):
            longest = sorted(former[h].values())[::-1][: need[h]]
            return sum(longest) - sum(former[h].get(m, 0.0) for m in chosen)

        return self.sum_of(lost)

    def cohesion(self):
        cluster = {h.id: h.cluster for h in self.problem.households}
        value = np.zeros(len(self.rows))
        for label in set(cluster.values()) - {None}:
            serving = self.per_member(lambda h, m, label=label: cluster[h] == label) > 0
            value += np.maximum(0, serving.sum(axis=1) - 1)
        return value

    def fairness(self, values, aim):
        everyone = np.broadcast_to(self.eligible, values.shape)
        if aim == "leximax":
            return _descending(values[:, self.eligible])
        if aim == "minmax":
            return np.where(everyone, values, 0.0).max(axis=1, initial=0.0)
        counted = everyone & ~((self.counts() == 0) & self.optional)
        highest = np.where(counted, values, -math.inf).max(axis=1, initial=-math.inf)
        lowest = np.where(counted, values, math.inf).min(axis=1, initial=math.inf)
        nobody = ~counted.any(axis=1)
        highest[nobody] = lowest[nobody] = 0.0
        return highest - lowest

    # The race -----------------------------------------------------------------------------------

    def break_least(self, caps, having=None):
        """Sift by the rules that may be relaxed; return what each compared, None if no plan is left."""
        for rule in reading.RELAXABLE:
            self.keep(self.within_cap(rule, caps.get(rule, 0.0)))
        if having is not None:
            self.keep(self.have(*having))
        if not len(self.rows):
            return None
        return {
            rule: tuple(self.sift(column) for column in self.stages_of(rule))
            for rule in reversed(caps)
        }

    def keep(self, mask):
        self.rows = self.rows[mask]

    def sift(self, values, goal=None):
        """Keep the plans with the least value, or nearly so for a goal with a tolerance."""
        least = float(values.min())
        extra = 0.0 if goal is None else reading.slack(goal, least)
        self.keep(values <= least + extra + _TOLERANCE * max(1.0, abs(least)))
        return least

    def sift_by(self, goal):
        if getattr(goal, "aim", None) != "leximax":
            return self.sift(self.value(goal), goal)
        return tuple(
            self.sift(self.value(goal)[:, place]) for place in range(int(self.eligible.sum()))
        )


def _descending(matrix):
    return -np.sort(-matrix, axis=1)
