"""Bình An: a commune of seven hamlets, one of which has no member of its own.

A commune in the mountains of Tuyên Quang has seven hamlets of 38 to 105 households, and 59 members
who take five to ten households each. Each member should stay in the hamlet they live in. The hamlet of
38 households has no member, so that rule is relaxed 38 times, and no more. The script shows who helps,
how far they walk, and how fair the loads are: 490 households are 8.3 for each member.

Houses, members, hamlet numbers and coordinates are invented.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from phancong import (
    FairLoad,
    Household,
    InfeasibleError,
    Member,
    Plan,
    Problem,
    Travel,
    check,
    solve,
)

# The hamlets along the stream, from the pass down: place, number of households, number of members.
HAMLETS = {
    "Thôn 1": ((22.4350, 105.1700), 52, 7),
    "Thôn 2": ((22.4270, 105.1830), 78, 10),
    "Thôn 3": ((22.4180, 105.1960), 38, 0),
    "Thôn 4": ((22.4080, 105.2080), 66, 8),
    "Thôn 5": ((22.3990, 105.2210), 105, 14),
    "Thôn 6": ((22.3880, 105.2330), 90, 12),
    "Thôn 7": ((22.3760, 105.2420), 61, 8),
}


def commune() -> Problem:
    """Seven hamlets; a household should have a member of its own hamlet."""
    rng = Random(490)
    members: list[Member] = []
    households: list[Household] = []
    for hamlet, ((latitude, longitude), houses, residents) in HAMLETS.items():
        spots = [
            (latitude + rng.uniform(-0.005, 0.005), longitude + rng.uniform(-0.006, 0.006))
            for _ in range(houses)
        ]
        for at in spots:
            households.append(Household(f"h{len(households) + 1:03}", at, hamlet=hamlet))
        for at in rng.sample(spots, residents):
            member = f"m{len(members) + 1:02}"
            members.append(Member(member, at, hamlet=hamlet, min_households=5, max_households=10))
    return Problem(members, households, within_hamlet=True)


def show_hamlets(plan: Plan) -> None:
    """Print a row for each hamlet: households, members, their mean load, and the help they give."""
    home = {member.id: member.hamlet for member in plan.problem.members}
    help_from = Counter(home[breach.member] for breach in plan.relaxations if breach.member)
    load = Counter(home[member] for _, member in plan.pairs)
    print("hamlet  households  members  each member has  of them in Thôn 3")
    for hamlet, (_, houses, residents) in HAMLETS.items():
        each = f"{load[hamlet] / residents:.1f}" if residents else "–"
        print(f"{hamlet}  {houses:10}  {residents:7}  {each:>15}  {help_from[hamlet]:17}")


def show_help(plan: Plan) -> None:
    """Print who helps in the hamlet without a member, and how many families each takes there."""
    helpers = Counter(str(breach.member) for breach in plan.relaxations)
    times, least = plan.breaches["within_hamlet"].total, plan.breaches["within_hamlet"].bound
    print(
        f"\n{times:.0f} households have a member of another hamlet; the least possible is {least:.0f}."
    )
    print(", ".join(f"{member} {count}" for member, count in sorted(helpers.items())))


def show_fairness(plans: dict[str, Plan]) -> None:
    """Print the figures of the plans side by side."""
    print("what matters most             smallest  largest   Gini   Jain  mean way  farthest")
    for name, plan in plans.items():
        figure = {key: value or 0.0 for key, value in plan.metrics.items()}
        print(
            f"{name:29} {figure['load_min']:9.0f} {figure['load_max']:8.0f} "
            f"{figure['load_gini']:6.3f} {figure['load_jain']:6.3f} "
            f"{figure['travel_mean']:7.0f} m {figure['travel_max']:7.0f} m"
        )


def main() -> None:
    """Solve and print each part."""
    problem = commune()

    print("1. WITHIN THE HAMLET, STRICTLY\n")
    try:
        solve(problem, relax=())
    except InfeasibleError as error:
        print(f"There is no plan: {error}")

    print("\n2. HELP FROM NEXT DOOR\n")
    plan = solve(problem)
    print(f"{plan.status}: {len(plan.pairs)} households covered\n")
    show_hamlets(plan)
    show_help(plan)
    mistakes = check(problem, plan).violations
    print(f"The independent check finds {len(mistakes)} mistakes in the plan.")

    print("\n3. HOW FAIR, AND WHAT FAIRNESS COSTS\n")
    fairest = FairLoad(aim="leximax")
    near = problem.replace(max_travel=3500)
    show_fairness(
        {
            "short ways": solve(problem, goals=(Travel(),)),
            "the largest load": plan,
            "all loads, the largest first": solve(problem, goals=(fairest, Travel())),
            "the same, within 3,500 m": solve(near, goals=(fairest, Travel())),
        }
    )


if __name__ == "__main__":
    main()
