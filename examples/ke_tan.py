"""Kế Tân: the second year, when one member moves away and three households are new.

Ten members of Kế Tân, a hamlet of Thiện Kế commune, take charge of eight to ten households each, as
was reported. Here they have 84 households, in three small valleys; nobody should walk further than
two kilometres, so the upper and the lower valley cannot help each other. In the second year a
member of the upper valley moves away, and three families settle there. A family knows its member, so
as few families as possible should change hands. The script finds that number, and the price of fewer.

Only the ten members and their eight to ten are reported figures. The rest is invented.
"""

from __future__ import annotations

from random import Random

from phancong import Continuity, Household, Member, Plan, Problem, Travel, solve

# Three valleys, 1.4 km apart: the middle of each, the number of members, and of households.
VALLEYS = {
    "upper": ((21.6200, 105.4900), 3, 27),
    "middle": ((21.6080, 105.4950), 3, 25),
    "lower": ((21.5960, 105.5000), 4, 32),
}
LEAVER = "m02"
NEWCOMERS = 3


def spot(rng: Random, valley: str) -> tuple[float, float]:
    """Draw a place for a house, within some 300 m of the middle of a valley."""
    latitude, longitude = VALLEYS[valley][0]
    return latitude + rng.uniform(-0.0025, 0.0025), longitude + rng.uniform(-0.002, 0.002)


def first_year() -> Problem:
    """Ten members of eight to ten households each, and 84 households."""
    rng = Random(84)
    members: list[Member] = []
    households: list[Household] = []
    for valley, (_, residents, houses) in VALLEYS.items():
        for _ in range(residents):
            at, number = spot(rng, valley), len(members) + 1
            members.append(Member(f"m{number:02}", at, min_households=8, max_households=10))
        for _ in range(houses):
            at, number = spot(rng, valley), len(households) + 1
            households.append(Household(f"h{number:02}", at, hamlet=valley))
    return Problem(members, households, max_travel=2000)


def second_year(before: Plan) -> Problem:
    """One member less, three more households, and last year's plan as the previous one."""
    rng = Random(3)
    old = before.problem
    new = [Household(f"n{i + 1}", spot(rng, "upper"), hamlet="upper") for i in range(NEWCOMERS)]
    return old.replace(
        members=[member for member in old.members if member.id != LEAVER],
        households=[*old.households, *new],
        previous=before,
    )


def show_hands(before: Plan, after: Plan) -> None:
    """Print each household that has another member than last year."""
    old = before.problem.households
    newcomers = [household.id for household in after.problem.households[-NEWCOMERS:]]
    for who, ids in ((f"Of {LEAVER}", before.households_of(LEAVER)), ("New", newcomers)):
        print(f"{who}, now with: {', '.join(f'{h} {after.member_of(h)}' for h in ids)}")
    print("\nFamilies that change hands although their member is still there:")
    for household in old:
        was, now = before.member_of(household.id), after.member_of(household.id)
        if was not in (now, LEAVER):
            print(f"  {household.id} ({household.hamlet} valley): {was} → {now}")


def show_price(plans: dict[str, Plan]) -> None:
    """Print the plans side by side."""
    print(f"{'':34}  changes  way in all   farthest")
    for name, plan in plans.items():
        changes, total, farthest = (
            plan.metrics[figure] or 0 for figure in ("changes", "travel_total", "travel_max")
        )
        print(f"{name:34}  {changes:7.0f}  {total:8,.0f} m  {farthest:7,.0f} m")


def main() -> None:
    """Solve and print each part."""
    print("1. THE FIRST YEAR\n")
    before = solve(first_year())
    print(before)

    print("\n2. THE SECOND YEAR: AS FEW CHANGES AS POSSIBLE, THEN SHORT WAYS\n")
    problem = second_year(before)
    few = solve(problem, goals=(Continuity(), Travel()))
    print(few)

    print("\n3. WHO CHANGES HANDS\n")
    show_hands(before, few)
    # The upper and middle members left have 5 × 10 = 50 places. Only they reach the 30 families of
    # the upper valley, so 20 places remain for the 25 of the middle, who all had a member of the
    # middle valley. Five must go to a member of the lower valley: fewer is not possible.
    print(
        "\nWhy not fewer: the 5 members who reach the upper valley have 50 places; its 30 families"
    )
    print("take 30, and 20 remain for the 25 families of the middle valley.")

    print("\n4. THE PRICE\n")
    anew = solve(problem, goals=(Travel(),))
    none = solve(problem.replace(max_travel=None), goals=(Continuity(), Travel()))
    show_price(
        {
            "as few changes as possible": few,
            "planned anew, for short ways only": anew,
            "nobody changes, no limit on ways": none,
        }
    )
    saved = (few.metrics["travel_total"] or 0) - (anew.metrics["travel_total"] or 0)
    more = (anew.metrics["changes"] or 0) - (few.metrics["changes"] or 0)
    print(f"\nPlanned anew, {more:.0f} more families lose the member they know, to save a visit")
    print(f"{saved / len(problem.households):.0f} metres of its way on average.")


if __name__ == "__main__":
    main()
