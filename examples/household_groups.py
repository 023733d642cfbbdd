"""Household groups: lanes with one face.

Forty-two families live along seven lanes, and five members share them out, at least five to each.
Two brothers on either side of the stream want the same member, and so do a widow and her daughter:
these are *groups*, never parted. And a lane had better have one member, whom everybody there knows:
that is *cohesion*, a wish. Fair loads cut through lanes, for 42 families are eight or nine for each
member, and lanes have four to eight houses. What does it cost to keep more lanes whole?

Everything is invented.
"""

from __future__ import annotations

from random import Random

from phancong import Cohesion, FairLoad, Household, Member, Plan, Problem, Travel, solve

# Where each lane begins, its step from house to house, its houses, and the members who live there.
LANES = {
    "lane A": ((22.0310, 105.2210), (0.0004, 0.0003), 8, 1),
    "lane B": ((22.0335, 105.2240), (-0.0004, 0.0003), 6, 1),
    "lane C": ((22.0360, 105.2200), (0.0003, -0.0004), 4, 0),
    "lane D": ((22.0350, 105.2265), (0.0004, 0.0002), 7, 1),
    "lane E": ((22.0380, 105.2255), (0.0002, -0.0005), 5, 1),
    "lane F": ((22.0395, 105.2290), (0.0005, 0.0001), 6, 0),
    "lane G": ((22.0375, 105.2310), (-0.0002, 0.0005), 6, 1),
}
# Families that want the same member, each pair in two lanes.
GROUPS = {"brothers": ("h04", "h17"), "widow and daughter": ("h11", "h28")}


def hamlet() -> Problem:
    """Five members, 42 families in seven lanes, two groups of families that go together."""
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
    """The members whom the families of a lane have."""
    families = [household for household in plan.problem.households if household.cluster == lane]
    return sorted({str(plan.member_of(family.id)) for family in families})


def show_lanes(plans: dict[str, Plan]) -> None:
    """Give each lane and each group a row: its members in every plan."""
    print(f"{'':18}  {'  '.join(f'{name:22}' for name in plans)}".rstrip())
    for lane in LANES:
        cells = [", ".join(faces(plan, lane)) for plan in plans.values()]
        print(f"{lane:18}  {'  '.join(f'{cell:22}' for cell in cells)}".rstrip())
    for name, families in GROUPS.items():
        # One member of each: all families of a group have the same.
        cells = [str(plan.member_of(families[0])) for plan in plans.values()]
        print(f"{name:18}  {'  '.join(f'{cell:22}' for cell in cells)}".rstrip())


def show_price(plans: dict[str, Plan]) -> None:
    """Set the plans side by side."""
    print(f"{'':22}  lanes with one face  smallest load  largest  mean way")
    for name, plan in plans.items():
        whole = sum(len(faces(plan, lane)) == 1 for lane in LANES)
        least, most, way = (plan.metrics[f] or 0 for f in ("load_min", "load_max", "travel_mean"))
        print(f"{name:22}  {whole:19}  {least:13.0f}  {most:7.0f}  {way:6.0f} m")


def main() -> None:
    """Tell the story."""
    problem = hamlet()
    plans = {
        "fair, short ways": solve(problem, goals=(FairLoad(), Travel())),
        "fair, whole lanes": solve(problem, goals=(FairLoad(), Cohesion(), Travel())),
        # The largest load may be larger than it need be, by so many families.
        "2 more, whole lanes": solve(problem, goals=(FairLoad(tolerance=2), Cohesion(), Travel())),
        "3 more, whole lanes": solve(problem, goals=(FairLoad(tolerance=3), Cohesion(), Travel())),
    }
    print("1. WHO GOES WHERE\n")
    show_lanes(plans)
    print("\n2. THE PRICE\n")
    show_price(plans)
    # The brothers join lanes A and C, 8 + 4 families, and the other group B and E, 6 + 5.
    print(
        "\nAll lanes whole cannot be had for less: the brothers' lanes have 12 families together."
    )


if __name__ == "__main__":
    main()
