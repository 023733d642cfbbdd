"""The same problem told another way: reordered, renamed, scaled, with somebody more."""

from dataclasses import replace

import numpy as np

from phancong import Household, Member, Preference, Problem, TravelMatrix
from phancong.problem import WHOLE_LIMITS


def reordered(problem, rng):
    """Members, households and pairs in another order, the matrices along with them."""
    rows = rng.sample(range(len(problem.households)), len(problem.households))
    columns = rng.sample(range(len(problem.members)), len(problem.members))
    changes = {
        "members": [problem.members[column] for column in columns],
        "households": [problem.households[row] for row in rows],
    }
    for name in ("previous", "fixed", "forbidden"):
        pairs = list(getattr(problem, name))
        changes[name] = rng.sample(pairs, len(pairs))
    if problem.travel is not None:
        matrix = problem.travel_matrix[np.ix_(rows, columns)]
        changes["travel"] = TravelMatrix(matrix, unit=problem.travel.unit)
    if problem.workload_matrix is not None:
        changes["workload"] = problem.workload_matrix[np.ix_(rows, columns)]
    return problem.replace(**changes)


def renamed(problem, goals, rng):
    """Every id another one that sorts in another place; ``(problem, goals, households, members)``.

    The last two are mappings of old ids to new ones.
    """
    homes, people = (
        dict(zip(ids, rng.sample(range(1000), len(ids)), strict=True))
        for ids in (problem.household_columns.ids, problem.member_columns.ids)
    )

    def pairs(name):
        return [
            (homes.get(household, f"gone {household}"), people.get(member, f"gone {member}"), *rest)
            for household, member, *rest in getattr(problem, name)
        ]

    changes = {name: pairs(name) for name in ("previous", "fixed", "forbidden")}
    if problem.travel is not None:
        changes["travel"] = TravelMatrix(problem.travel_matrix, unit=problem.travel.unit)
    if problem.workload_matrix is not None:
        changes["workload"] = problem.workload_matrix
    variant = Problem(
        [
            replace(m, id=people[m.id], household=homes.get(m.household, m.household))
            for m in problem.members
        ],
        [replace(h, id=homes[h.id]) for h in problem.households],
        **arguments(problem),
        **changes,
    )
    return variant, tuple(_renamed_goal(goal, homes, people) for goal in goals), homes, people


def arguments(problem):
    """What is neither a record, nor a pair, nor a matrix."""
    names = (*WHOLE_LIMITS, "own_household")
    travel = {"travel": None} if problem.travel is None else {}
    return {name: getattr(problem, name) for name in names} | travel


def _renamed_goal(goal, homes, people):
    if not isinstance(goal, Preference):
        return goal
    scores = {(homes[h], people[m]): score for (h, m), score in goal.scores.items()}
    return replace(goal, scores=scores)


def with_idle_member(problem):
    """One member more, who is exempt, and at home everywhere."""
    changes = {
        "members": [*problem.members, Member("zz idle", max_households=0)],
        "households": problem.households,
    }
    households = len(problem.households)
    if problem.travel is not None:
        matrix = np.hstack([problem.travel_matrix, np.zeros((households, 1))])
        changes["travel"] = TravelMatrix(matrix, unit=problem.travel.unit)
    if problem.workload_matrix is not None:
        changes["workload"] = np.hstack([problem.workload_matrix, np.zeros((households, 1))])
    return problem.replace(**changes)


def with_idle_household(problem):
    """One household more, who needs nobody this year."""
    changes = {
        "members": problem.members,
        "households": [*problem.households, Household("zz idle", members_needed=0)],
    }
    members = len(problem.members)
    if problem.travel is not None:
        matrix = np.vstack([problem.travel_matrix, np.zeros((1, members))])
        changes["travel"] = TravelMatrix(matrix, unit=problem.travel.unit)
    if problem.workload_matrix is not None:
        changes["workload"] = np.vstack([problem.workload_matrix, np.zeros((1, members))])
    return problem.replace(**changes)


def twice_as_far(problem):
    """Every way and every limit of a way doubled."""
    return problem.replace(
        members=[
            replace(m, max_travel=None if m.max_travel is None else 2 * m.max_travel)
            for m in problem.members
        ],
        households=problem.households,
        travel=TravelMatrix(2 * problem.travel_matrix, unit=problem.travel.unit),
        max_travel=None if problem.max_travel is None else 2 * problem.max_travel,
    )


def exact(goals):
    """The same goals without any tolerance, each once."""
    plain = []
    for goal in goals:
        goal = replace(goal, tolerance=0.0, rtol=0.0)
        if goal not in plain:
            plain.append(goal)
    return tuple(plain)
