"""Tiny problems that cannot be solved, each diagnosed once, and second opinions on them."""

import math
from dataclasses import fields, replace
from functools import cache
from itertools import count, islice

import networkx as nx
import pytest
from lanes import by_lane, chunks, named
from oracle import brute, random_problems, reading

from phancong import RELAXABLE, Member, diagnose

#: Plans that are still tried one by one; beyond that, a flow of networkx is asked.
FEW = 20_000

#: Fields of a member who has no minimum.
NO_MINIMUM = {field.name: 0 for field in fields(Member) if field.name.startswith("min_")}

#: As many of the infeasible seeds are diagnosed.
NUMBER = by_lane(quick=25, full=400)
by_chunk = pytest.mark.parametrize("part", chunks(quick=25, full=400, size=50), ids=named)


@cache
def infeasible_seeds():
    """The first seeds of unit-load problems that have no plan, by trying all plans."""
    return tuple(islice((seed for seed in count() if not has_plan(seed)), NUMBER))


@cache
def has_plan(seed):
    """Whether there is a plan that keeps every limit, by trying all plans."""
    return brute.best(problem_of(seed), (), ()) is not None


@cache
def problem_of(seed):
    """A tiny problem of unit loads."""
    return random_problems.tiny(seed, flow_only=True)[0]


@cache
def diagnosis_of(seed):
    """What the library says of it."""
    return diagnose(problem_of(seed))


def holds(problem, relax=()):
    """Whether there is a plan, by trying all; with no rule relaxed and many plans by networkx."""
    if relax or brute.count_plans(problem) <= FEW:
        return brute.best(problem, (), relax) is not None
    return holds_by_networkx(problem)


def holds_by_networkx(problem):
    """Whether all limits of a problem of unit loads can hold, by a flow with demands."""
    far = reading.travel(problem)
    need = reading.needed(problem)
    possible = reading.allowed(problem)
    fixed = set(problem.fixed)
    graph = nx.DiGraph()
    taken = {h: sum(1 for pair in fixed if pair[0] == h) for h in need}
    graph.add_node("sink", demand=sum(need.values()) - len(fixed))
    for h in problem.households:
        graph.add_node(("h", h.id), demand=taken[h.id] - need[h.id])
    for m in problem.members:
        low, high = bounds(problem, m)
        base = sum(1 for pair in fixed if pair[1] == m.id)
        must = max(low - base, 0)
        if max(low, base) > high:
            return False
        graph.add_node(("m", m.id), demand=must)
        graph.nodes["sink"]["demand"] -= must
        graph.add_edge(("m", m.id), "sink", capacity=high - base - must)
        for h in problem.households:
            pair = h.id, m.id
            if pair in possible and pair not in fixed and not breaks(problem, h, m, far):
                graph.add_edge(("h", h.id), ("m", m.id), capacity=1)
    try:
        nx.network_simplex(graph)
    except nx.NetworkXUnfeasible:
        return False
    return True


def bounds(problem, member):
    """The fewest and the most households within a member's limits, of count and of workload."""
    need = reading.needed(problem)
    load = next((h.workload for h in problem.households if need[h.id]), 1.0)
    many, much = member.carried_households, member.carried_workload
    low, high = max(member.min_households - many, 0), len(problem.households)
    if reading.is_exempt(member):
        return 0, 0
    if member.max_households is not None:
        high = min(high, member.max_households - many)
    if member.max_workload is not None:
        high = min(high, math.floor((member.max_workload - much) / load + 1e-9))
    return max(low, math.ceil((member.min_workload - much) / load - 1e-9)), high


def breaks(problem, household, member, far):
    """Whether a pair breaks a rule about pairs."""
    limit = reading.travel_limit(problem, member)
    too_far = not math.isinf(limit) and reading.over(far[household.id, member.id], limit) > 0
    return (
        too_far
        or reading.lacks_skill(household, member)
        or reading.is_outside(problem, household, member)
    )


def reached(problem, households):
    """Who can be in charge of any of these households, with how many of them.

    A household whose members are all fixed has no others.
    """
    far = reading.travel(problem)
    possible = reading.allowed(problem)
    need = reading.needed(problem)
    taken = {h: sum(1 for pair in problem.fixed if pair[0] == h) for h in need}
    reach = {}
    for h in problem.households:
        for m in problem.members:
            pair = h.id, m.id
            open_ = taken[h.id] < need[h.id] and pair in possible
            free = open_ and not breaks(problem, h, m, far)
            if h.id in households and (free or pair in problem.fixed):
                reach[m.id] = reach.get(m.id, 0) + 1
    return reach


# --- parts of a problem


def carried_aside(problem):
    """Maxima that what is carried besides passes by itself are raised to that."""

    def raised(member, measure):
        most = getattr(member, f"max_{measure}")
        carried = getattr(member, f"carried_{measure}")
        return {} if most is None else {f"max_{measure}": max(most, carried)}

    members = [
        m
        if reading.is_exempt(m)
        else replace(m, **raised(m, "households"), **raised(m, "workload"))
        for m in problem.members
    ]
    return problem.replace(members=members, households=problem.households)


def without_minimums(problem):
    """Nobody has to have anything."""
    return problem.replace(members=[replace(m, **NO_MINIMUM) for m in problem.members])


def only_households(problem, kept):
    """No other household needs anybody; minimums are set aside."""
    return without_minimums(problem).replace(
        households=[
            h if h.id in kept else replace(h, members_needed=0) for h in problem.households
        ],
        fixed=[pair for pair in problem.fixed if pair[0] in kept],
    )


def only_minimums_of(problem, kept):
    """No other member has a minimum."""
    return problem.replace(
        members=[m if m.id in kept else replace(m, **NO_MINIMUM) for m in problem.members]
    )


def all_but(rules):
    """Every rule that may be relaxed, but these."""
    return tuple(rule for rule in RELAXABLE if rule not in rules)
