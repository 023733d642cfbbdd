"""Tiên Tốc: eight members, 66 households, and ten places too few.

The Party branch of Tiên Tốc, a hamlet of Bình An commune in the mountains of Tuyên Quang, has eight
members; each takes charge of five to seven of its 66 households, as a newspaper reported. These numbers
cannot hold: eight times seven is 56. This script relaxes the maximum, asks for the reason, tries every
repair, and at last keeps the maximum and lets ten households wait. It does so with coordinates, and again
without, because most hamlets have none.

Only the three figures are real. People, houses and coordinates are invented.
"""

from __future__ import annotations

from random import Random

from phancong import Household, Member, Plan, Problem, diagnose, solve

# Lanes off the valley road: beginning, step from house to house, number of houses, and of members.
LANES = (
    ((22.4020, 105.1960), (0.0004, 0.0003), 20, 3),
    ((22.4050, 105.2030), (0.0005, -0.0001), 18, 2),
    ((22.3985, 105.2065), (-0.0003, 0.0005), 16, 2),
    ((22.3940, 105.1995), (-0.0006, -0.0002), 12, 1),
)


def hamlet() -> Problem:
    """Eight members of five to seven households each, and 66 households of three priorities."""
    rng = Random(66)
    members: list[Member] = []
    households: list[Household] = []
    for start, step, houses, residents in LANES:
        spots = [
            (start[0] + step[0] * i + rng.uniform(-2e-4, 2e-4), start[1] + step[1] * i)
            for i in range(houses)
        ]
        for at in spots:
            number = len(households) + 1
            # Priority 3 stands for the most need, 1 for the least.
            households.append(Household(f"h{number:02}", at, priority=1 + number % 3))
        for at in rng.sample(spots, residents):
            number = len(members) + 1
            members.append(Member(f"m{number:02}", at, min_households=5, max_households=7))
    return Problem(members, households)


def loads(plan: Plan) -> str:
    """The number of households of each member, the largest first, as text."""
    counts = [len(plan.households_of(member.id)) for member in plan.problem.members]
    return " ".join(map(str, sorted(counts, reverse=True)))


def try_repairs(problem: Problem) -> None:
    """Apply each repair of the diagnosis, and solve the problem with all limits hard."""
    for repair in diagnose(problem).repairs:
        plan = solve(repair.apply(problem), relax=())
        print(f"- {repair}\n  {plan.status}: {len(plan.pairs)} households, loads {loads(plan)}")


def let_households_wait(problem: Problem) -> None:
    """Keep the maximum: only coverage may be relaxed."""
    plan = solve(problem, relax=("coverage",))
    waiting = [h for h in problem.households if h.id in plan.uncovered]
    print(f"{plan.status}: {len(plan.pairs)} households, loads {loads(plan)}")
    print(f"{len(waiting)} households wait: {' '.join(str(h.id) for h in waiting)}")
    print(f"their priorities: {' '.join(f'{h.priority:g}' for h in waiting)}")


def main() -> None:
    """Solve and print each part."""
    problem = hamlet()

    print("1. EVERY HOUSEHOLD IS COVERED, AND THE MAXIMUM IS RELAXED\n")
    print(solve(problem))

    print("\n2. WHY IT CANNOT HOLD\n")
    print(diagnose(problem))

    print("\n3. EACH REPAIR, WITH ALL LIMITS HARD\n")
    try_repairs(problem)

    print("\n4. THE MAXIMUM HOLDS, AND HOUSEHOLDS WAIT\n")
    let_households_wait(problem)

    print("\n5. THE SAME WITHOUT COORDINATES\n")
    problem = problem.replace(travel=None)
    plan = solve(problem)
    print(f"{plan.status}: {len(plan.pairs)} households, loads {loads(plan)}\n")
    try_repairs(problem)
    print()
    let_households_wait(problem)


if __name__ == "__main__":
    main()
