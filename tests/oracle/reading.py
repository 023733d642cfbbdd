"""What is settled of one problem before any plan is made: the words of contract 2 and 4.

Shared by the judge, by brute force and by the CP-SAT reference; each of them counts for itself.
"""

import math
from itertools import product

#: Contract 4.2, in the order in which the rules are relaxed.
RELAXABLE = (
    "min_households",
    "min_workload",
    "max_changes",
    "max_hamlets",
    "within_hamlet",
    "max_travel",
    "max_workload",
    "max_households",
    "needs",
    "coverage",
)


def ceilings(relax):
    """Return ``{rule: ceiling of each single breach}`` in the order in which they are relaxed."""
    if hasattr(relax, "items"):
        return {rule: math.inf if cap is None else float(cap) for rule, cap in relax.items()}
    return dict.fromkeys(relax, math.inf)


def close_enough(limit):
    """Return by how much a value may pass a limit before that is a breach."""
    return 1e-9 * max(1.0, abs(limit))


def over(value, limit):
    """Return by how much a value is above its limit; a rounding error is no breach."""
    return value - limit if value - limit > close_enough(limit) else 0.0


def is_exempt(member):
    """Contract 2.1: a maximum of nothing exempts the member."""
    return member.max_households == 0 or member.max_workload == 0


def exempt_households(problem):
    """Contract 2.3: with ``own_household="exempt"`` the members' own households need nobody."""
    if problem.own_household != "exempt":
        return set()
    return {member.household for member in problem.members} - {None}


def needed(problem):
    """Return ``{household: members that it needs}``."""
    exempt = exempt_households(problem)
    return {h.id: 0 if h.id in exempt else h.members_needed for h in problem.households}


def travel(problem):
    """Return ``{(household, member): travel}``, ``inf`` where unreachable; {} without travel."""
    if problem.travel_matrix is None:
        return {}
    return {
        (h.id, m.id): float(problem.travel_matrix[i, j])
        for (i, h), (j, m) in product(enumerate(problem.households), enumerate(problem.members))
    }


def workload(problem):
    """Return ``{(household, member): workload}``; a matrix replaces the household's own."""
    matrix = problem.workload_matrix
    return {
        (h.id, m.id): float(h.workload if matrix is None else matrix[i, j])
        for (i, h), (j, m) in product(enumerate(problem.households), enumerate(problem.members))
    }


def allowed(problem):
    """Contract 4.1: the pairs that may be made, set aside what can be relaxed."""
    far = travel(problem)
    exempt = exempt_households(problem)
    forbidden = set(problem.forbidden)
    single = set()
    for h in problem.households:
        for m in problem.members:
            own = problem.own_household == "forbid" and m.household == h.id
            unreachable = math.isinf(far.get((h.id, m.id), 0.0))
            if not (
                own or unreachable or (h.id, m.id) in forbidden or h.id in exempt or is_exempt(m)
            ):
                single.add((h.id, m.id))
    mates = groups(problem)
    return {(h, m) for h, m in single if all((mate, m) in single for mate in mates[h])}


def groups(problem):
    """Return ``{household: all households that have the same members, itself among them}``."""
    return {
        h.id: tuple(
            other.id
            for other in problem.households
            if other.id == h.id or (h.group is not None and other.group == h.group)
        )
        for h in problem.households
    }


def travel_limit(problem, member):
    """Return the smaller of both ``max_travel``; ``inf`` where there is none."""
    return min(math.inf if v is None else v for v in (problem.max_travel, member.max_travel))


def hamlet_limit(problem, member):
    """Return the smaller of both ``max_hamlets``; ``inf`` where there is none."""
    return min(math.inf if v is None else v for v in (problem.max_hamlets, member.max_hamlets))


def lacks_skill(household, member):
    """Return whether the member lacks a skill that the household needs."""
    return not set(household.needs) <= set(member.skills)


def is_outside(problem, household, member):
    """Return whether the pair leaves the hamlet while it should not; no label is outside."""
    if not problem.within_hamlet:
        return False
    return household.hamlet is None or household.hamlet != member.hamlet


def previous_members(problem):
    """Return ``{household: {member: years}}`` of the pairs that could go on (contract 5.3)."""
    possible = allowed(problem)
    former = {h.id: {} for h in problem.households}
    for household, member, years in problem.previous:
        if (household, member) in possible:
            former[household][member] = float(years)
    return former


def slack(goal, value):
    """Return by how much a goal may be relaxed for the next (contract 5.1)."""
    if getattr(goal, "aim", None) == "leximax":
        return 0.0
    return max(goal.tolerance, goal.rtol * abs(value))


def holds(goal, best, value):
    """Return whether a goal's value is its best, or within its tolerance of it (contract 5.1)."""
    if isinstance(best, tuple):
        return len(best) == len(value) and all(map(_same, best, value))
    return best - 1e-6 <= value <= best + slack(goal, best) + 1e-6


def _same(one, other):
    return abs(one - other) <= 1e-6


def score(goal, household, member):
    """Return the score of one pair; a pair that is not named scores nothing."""
    return float(goal.scores.get((household, member), 0.0))
