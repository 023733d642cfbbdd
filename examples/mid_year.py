"""Mid-year: in June the plan of January no longer fits, and few families should change hands.

Ten members in four hamlets along a road took charge of 77 families in January, each in the hamlet they
live in; a family in need counts double. In June one member leaves, and another becomes secretary and
carries half a load from now on. Two families have settled, one has moved to another hamlet, and two
hamlets have been merged into one. The families of the member who leaves, and the one that moved, change
hands in any case. To lighten the new secretary's load, more families must change hands. The script shows
how the largest load depends on that number.

Everything is invented.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from phancong import Continuity, FairLoad, Household, Member, Plan, Problem, Travel, solve
from phancong.problem.hamlets import merged_hamlets

# The hamlets from the bridge up the road: the middle of each, the number of members, and of households.
HAMLETS = {
    "Thôn 1": ((22.1500, 105.3100), 3, 22),
    "Thôn 2": ((22.1590, 105.3180), 3, 20),
    "Thôn 3": ((22.1660, 105.3270), 2, 18),
    "Thôn 4": ((22.1760, 105.3330), 2, 17),
}
LEAVER, SECRETARY, MOVED = "m08", "m02", "h70"
GOALS = (FairLoad(aim="leximax"), Continuity(), Travel())


def spot(rng: Random, hamlet: str) -> tuple[float, float]:
    """Draw a place for a house, within some 400 m of the middle of a hamlet."""
    latitude, longitude = HAMLETS[hamlet][0]
    return latitude + rng.uniform(-0.003, 0.003), longitude + rng.uniform(-0.003, 0.003)


def january() -> Problem:
    """Ten members, 77 families; help stays within a hamlet, a family in need counts double."""
    rng = Random(77)
    members: list[Member] = []
    households: list[Household] = []
    for hamlet, (_, residents, houses) in HAMLETS.items():
        for _ in range(residents):
            members.append(Member(f"m{len(members) + 1:02}", spot(rng, hamlet), hamlet=hamlet))
        for _ in range(houses):
            number = len(households) + 1
            households.append(
                Household(
                    f"h{number:02}",
                    spot(rng, hamlet),
                    hamlet=hamlet,
                    workload=2 if number % 4 == 0 else 1,
                )
            )
    return Problem(members, households, within_hamlet=True)


def june(plan: Plan) -> Problem:
    """The problem after all changes, with the plan of January as the previous one."""
    rng = Random(6)
    problem = plan.problem.replace(previous=plan)
    problem = problem.replace(
        members=[
            replace(member, share=0.5) if member.id == SECRETARY else member
            for member in problem.members
            if member.id != LEAVER
        ]
    )
    settled = [Household(f"n{i}", spot(rng, "Thôn 3"), hamlet="Thôn 3") for i in (1, 2)]
    problem = problem.replace(
        households=[
            replace(household, at=spot(rng, "Thôn 1"), hamlet="Thôn 1")
            if household.id == MOVED
            else household
            for household in (*problem.households, *settled)
        ]
    )
    return merged_hamlets(problem, {"Thôn 2": "Thôn 2-3", "Thôn 3": "Thôn 2-3"})


def fairness(plan: Plan) -> str:
    """The largest load ÷ share, and the workload of the secretary, as text."""
    largest = plan.goals[0].value
    assert isinstance(largest, tuple)  # leximax: all loads, the largest first
    carried = set(plan.households_of(SECRETARY))
    secretary = sum(h.workload for h in plan.problem.households if h.id in carried)
    return f"{largest[0]:20g} {secretary:21g}"


def main() -> None:
    """Solve and print each part."""
    print("1. JANUARY\n")
    before = solve(january(), goals=GOALS)
    print(before)

    print("\n2. JUNE: HOW MANY FAMILIES MAY CHANGE HANDS?\n")
    problem = june(before)
    plans: dict[int | None, Plan] = {}
    print("at most  changes  largest load ÷ share  secretary’s workload")
    for most in (1, 2, 3, None):
        plans[most] = solve(problem.replace(max_changes=most), goals=GOALS)
        changes = plans[most].metrics["changes"] or 0
        print(f"{'any' if most is None else most:>7} {changes:8.0f} {fairness(plans[most])}")

    print("\n3. THREE ARE CHOSEN: WHAT CHANGES\n")
    print(before.diff(plans[3]))


if __name__ == "__main__":
    main()
