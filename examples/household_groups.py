"""Household groups, and lanes with one member each.

Forty-two families live along seven lanes; five members take at least five of them each. Two brothers on
either side of the stream want the same member, and so do a widow and her daughter: these are *groups*,
which are never split. A lane should have a single member, whom everybody there knows: that is *cohesion*,
a goal. Fair loads split lanes, as each member has eight or nine families, and a lane four to eight
houses. The script shows the price of fewer members in each lane.

Everything is invented.
"""

from __future__ import annotations

from random import Random

from phancong import Cohesion, FairLoad, Household, Member, Plan, Problem, Travel, solve

# For each lane: its beginning, the step from house to house, the number of houses, and of members.
LANES = {
    "lane A": ((22.0310, 105.2210), (0.0004, 0.0003), 8, 1),
    "lane B": ((22.0335, 105.2240), (-0.0004, 0.0003), 6, 1),
    "lane C": ((22.0360, 105.2200), (0.0003, -0.0004), 4, 0),
    "lane D": ((22.0350, 105.2265), (0.0004, 0.0002), 7, 1),
    "lane E": ((22.0380, 105.2255), (0.0002, -0.0005), 5, 1),
    "lane F": ((22.0395, 105.2290), (0.0005, 0.0001), 6, 0),
    "lane G": ((22.0375, 105.2310), (-0.0002, 0.0005), 6, 1),
}
# Families that want the same member; those of a group live in two lanes.
GROUPS = {"brothers": ("h04", "h17"), "widow and daughter": ("h11", "h28")}


def hamlet() -> Problem:
    """Five members, 42 families in seven lanes, two groups."""
    rng = Random(42)
    group = {household: name for name, households in GROUPS.items() for household in households}
    members: list[Member] = []
    households: list[Household] = []
    for lane, (start, step, houses, residents) in LANES.items():
        spots = [
            (start[0] + step[0] * i + rng.uniform(-1e-4, 1e-4), start[1] + step[1] * i)
            for i in range(houses)
        ]
        for at in spots:
            identity = f"h{len(households) + 1:02}"
            households.append(Household(identity, at, cluster=lane, group=group.get(identity)))
        for at in rng.sample(spots, residents):
            members.append(Member(f"m{len(members) + 1}", at, min_households=5))
    return Problem(members, households)


def faces(plan: Plan, lane: str) -> list[str]:
    """The members who serve the families of a lane."""
    families = [household for household in plan.problem.households if household.cluster == lane]
    return sorted({str(plan.member_of(family.id)) for family in families})


def show_lanes(plans: dict[str, Plan]) -> None:
    """Print a row for each lane and each group: its members in every plan."""
    print(f"{'':18}  {'  '.join(f'{name:22}' for name in plans)}".rstrip())
    for lane in LANES:
        cells = [", ".join(faces(plan, lane)) for plan in plans.values()]
        print(f"{lane:18}  {'  '.join(f'{cell:22}' for cell in cells)}".rstrip())
    for name, families in GROUPS.items():
        # All families of a group have the same member.
        cells = [str(plan.member_of(families[0])) for plan in plans.values()]
        print(f"{name:18}  {'  '.join(f'{cell:22}' for cell in cells)}".rstrip())


def show_price(plans: dict[str, Plan]) -> None:
    """Print the plans side by side."""
    print(f"{'':22}  lanes with one member  smallest load  largest  mean way")
    for name, plan in plans.items():
        whole = sum(len(faces(plan, lane)) == 1 for lane in LANES)
        least, most, way = (plan.metrics[f] or 0 for f in ("load_min", "load_max", "travel_mean"))
        print(f"{name:22}  {whole:21}  {least:13.0f}  {most:7.0f}  {way:6.0f} m")


def main() -> None:
    """Solve and print each part."""
    problem = hamlet()
    plans = {
        "fair, short ways": solve(problem, goals=(FairLoad(), Travel())),
        "fair, whole lanes": solve(problem, goals=(FairLoad(), Cohesion(), Travel())),
        # The largest load may exceed its minimum by so many families.
        "2 more, whole lanes": solve(problem, goals=(FairLoad(tolerance=2), Cohesion(), Travel())),
        "3 more, whole lanes": solve(problem, goals=(FairLoad(tolerance=3), Cohesion(), Travel())),
    }
    print("1. WHO GOES WHERE\n")
    show_lanes(plans)
    print("\n2. THE PRICE\n")
    show_price(plans)
    # The brothers connect lanes A and C, 8 + 4 families, and the other group B and E, 6 + 5.
    print(
        "\nOne member for each lane needs that much: the brothers' lanes have 12 families together."
    )


if __name__ == "__main__":
    main()
