"""The judge: breaches and goals of one plan, counted pair by pair in plain loops."""

import math
from collections import Counter
from dataclasses import dataclass

from oracle import reading


@dataclass(frozen=True)
class Judgement:
    """What one plan breaks, and what it is worth.

    ``broken`` are rules that are never relaxed (contract 4.1). ``breaches`` maps rule → subject → by.
    ``keys`` maps rule → what its stage compares (contract 4.3), most important first.
    """

    broken: tuple
    breaches: dict
    totals: dict
    keys: dict
    goals: tuple


def judge(problem, pairs, goals=()):
    """Judge any plan against contract 4 and 5."""
    pairs = [tuple(pair) for pair in pairs]
    breaches = {
        "min_households": _minimum(problem, pairs, "min_households", _counts(problem, pairs)),
        "min_workload": _minimum(problem, pairs, "min_workload", _workloads(problem, pairs)),
        "max_changes": _max_changes(problem, pairs),
        "max_hamlets": _max_hamlets(problem, pairs),
        "within_hamlet": _within_hamlet(problem, pairs),
        "max_travel": _max_travel(problem, pairs),
        "max_workload": _maximum(problem, "max_workload", _workloads(problem, pairs)),
        "max_households": _maximum(problem, "max_households", _counts(problem, pairs)),
        "needs": _needs(problem, pairs),
        "coverage": _coverage(problem, pairs),
    }
    totals = {rule: sum(by.values()) for rule, by in breaches.items()}
    return Judgement(
        broken=tuple(_never_broken(problem, pairs)),
        breaches=breaches,
        totals=totals,
        keys={rule: _key(problem, pairs, rule, breaches[rule]) for rule in breaches},
        goals=tuple(goal_value(problem, pairs, goal) for goal in goals),
    )


def _never_broken(problem, pairs):
    """Contract 4.1."""
    possible = reading.allowed(problem)
    need = reading.needed(problem)
    assigned = _assigned(problem, pairs)
    for pair, times in Counter(pairs).items():
        if times > 1:
            yield f"{pair} is there {times} times"
        if pair not in possible:
            yield f"{pair} is not allowed"
    for pair in problem.fixed:
        if pair not in pairs:
            yield f"{pair} is fixed"
    for household, members in assigned.items():
        if len(members) > need[household]:
            yield f"{household} has more members than it needs"
        for mate in reading.groups(problem)[household]:
            if assigned[mate] != members:
                yield f"{household} and {mate} are one group"


def _assigned(problem, pairs):
    assigned = {h.id: set() for h in problem.households}
    for household, member in pairs:
        assigned[household].add(member)
    return assigned


def _counts(problem, pairs):
    return {
        m.id: m.carried_households + sum(1 for _, member in pairs if member == m.id)
        for m in problem.members
    }


def _workloads(problem, pairs):
    load = reading.workload(problem)
    return {
        m.id: sum(load[pair] for pair in pairs if pair[1] == m.id) + m.carried_workload
        for m in problem.members
    }


def _minimum(problem, pairs, field, loads):
    used = {member for _, member in pairs}
    by = {}
    for m in problem.members:
        limit = getattr(m, field)
        missing = limit - loads[m.id]
        if missing > reading.close_enough(limit) and (m.id in used or not m.optional):
            by[m.id] = missing
    return by


def _maximum(problem, field, loads):
    by = {}
    for m in problem.members:
        limit = getattr(m, field)
        if limit is None or reading.is_exempt(m):
            continue
        if reading.over(loads[m.id], limit):
            by[m.id] = reading.over(loads[m.id], limit)
    return by


def _free_pairs(problem, pairs):
    """Yield the pairs that are no intended exception, as records."""
    households = {h.id: h for h in problem.households}
    members = {m.id: m for m in problem.members}
    for household, member in pairs:
        if (household, member) not in problem.fixed:
            yield households[household], members[member]


def _needs(problem, pairs):
    return {(h.id, m.id): 1 for h, m in _free_pairs(problem, pairs) if reading.lacks_skill(h, m)}


def _within_hamlet(problem, pairs):
    return {
        (h.id, m.id): 1 for h, m in _free_pairs(problem, pairs) if reading.is_outside(problem, h, m)
    }


def _max_travel(problem, pairs):
    far = reading.travel(problem)
    by = {}
    for h, m in _free_pairs(problem, pairs):
        limit = reading.travel_limit(problem, m)
        if not math.isinf(limit) and reading.over(far[h.id, m.id], limit):
            by[h.id, m.id] = reading.over(far[h.id, m.id], limit)
    return by


def _max_changes(problem, pairs):
    if problem.max_changes is None:
        return {}
    excess = _changes(problem, pairs) - problem.max_changes
    return {None: excess} if excess > 0 else {}


def _max_hamlets(problem, pairs):
    hamlet = {h.id: h.hamlet for h in problem.households}
    by = {}
    for m in problem.members:
        served = {hamlet[household] for household, member in pairs if member == m.id} - {None}
        if len(served) > reading.hamlet_limit(problem, m):
            by[m.id] = len(served) - reading.hamlet_limit(problem, m)
    return by


def _coverage(problem, pairs):
    assigned = _assigned(problem, pairs)
    return {
        household: need - len(assigned[household])
        for household, need in reading.needed(problem).items()
        if need > len(assigned[household])
    }


def _key(problem, pairs, rule, by):
    total = sum(by.values())
    share = {m.id: m.share for m in problem.members}
    if rule in ("min_households", "max_households"):
        return (total, *sorted((by.get(m, 0) / share[m] for m in share), reverse=True))
    if rule in ("min_workload", "max_workload"):
        return (total, max((by.get(m, 0) / share[m] for m in share), default=0.0))
    if rule == "coverage":
        assigned = _assigned(problem, pairs)
        need = reading.needed(problem)
        key = []
        for level in sorted({h.priority for h in problem.households}, reverse=True):
            of_class = [h.id for h in problem.households if h.priority == level]
            key.append(sum(1 for h in of_class if need[h] and not assigned[h]))
            key.append(sum(by.get(h, 0) for h in of_class))
        return tuple(key)
    return (total,)


def goal_value(problem, pairs, goal):
    """Return the value of one goal on a plan (contract 5.2, 5.3); a tuple for leximax."""
    name = type(goal).__name__
    if name == "Travel":
        return _travel(problem, pairs)
    if name == "Farthest":
        far = reading.travel(problem)
        return max((far[pair] for pair in pairs), default=0.0)
    if name == "FairTravel":
        far = reading.travel(problem)
        visits = {h.id: h.visits for h in problem.households}
        way = {
            m.id: sum(visits[pair[0]] * far[pair] for pair in pairs if pair[1] == m.id)
            for m in problem.members
        }
        return _fairness(problem, pairs, goal.aim, way)
    if name == "FairLoad":
        loads = (
            _workloads(problem, pairs) if goal.measure == "workload" else _counts(problem, pairs)
        )
        return _fairness(
            problem, pairs, goal.aim, {m.id: loads[m.id] / m.share for m in problem.members}
        )
    if name == "Continuity":
        if goal.weight == "years":
            return _years_lost(problem, pairs)
        return _changes(problem, pairs)
    if name == "Cohesion":
        return _cohesion(problem, pairs)
    if name == "Preference":
        return -sum(reading.score(goal, *pair) for pair in pairs)
    raise NotImplementedError(name)


def _travel(problem, pairs):
    far = reading.travel(problem)
    possible = reading.allowed(problem)
    assigned = _assigned(problem, pairs)
    need = reading.needed(problem)
    total = 0.0
    for h in problem.households:
        total += sum(h.visits * far[h.id, member] for member in assigned[h.id])
        nearest = min((far[pair] for pair in possible if pair[0] == h.id), default=0.0)
        total += (need[h.id] - len(assigned[h.id])) * h.visits * nearest
    return total


def _fairness(problem, pairs, aim, value):
    used = {member for _, member in pairs}
    members = [m for m in problem.members if not reading.is_exempt(m)]
    if aim == "leximax":
        return tuple(sorted((value[m.id] for m in members), reverse=True))
    if aim == "minmax":
        return max((value[m.id] for m in members), default=0.0)
    counted = [value[m.id] for m in members if m.id in used or not m.optional]
    return max(counted) - min(counted) if counted else 0.0


def _changes(problem, pairs):
    assigned = _assigned(problem, pairs)
    need = reading.needed(problem)
    return sum(
        min(len(former), need[household]) - len(set(former) & assigned[household])
        for household, former in reading.previous_members(problem).items()
    )


def _years_lost(problem, pairs):
    assigned = _assigned(problem, pairs)
    need = reading.needed(problem)
    lost = 0.0
    for household, former in reading.previous_members(problem).items():
        lost += sum(sorted(former.values(), reverse=True)[: need[household]])
        lost -= sum(years for member, years in former.items() if member in assigned[household])
    return lost


def _cohesion(problem, pairs):
    assigned = _assigned(problem, pairs)
    serving = {}
    for h in problem.households:
        if h.cluster is not None:
            serving.setdefault(h.cluster, set()).update(assigned[h.id])
    return sum(max(0, len(members) - 1) for members in serving.values())
