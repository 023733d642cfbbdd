"""Hard households: leaders take few households, but the ones with most work.

In a commune four leaders take at most two households each, as their office leaves no time for many
visits. Ten members in the hamlets take the others; one of them is secretary and carries half a load. Of
the 84 households 56 weigh 1, twenty weigh 2, and eight weigh 5: illness, debts, children out of school.
If loads are fair in households, the leaders get any two. If they are fair in work, the leaders get the
hardest eight, although no rule asks for it. Then a limit of work is agreed, and a leader falls ill.

Everything is invented.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from phancong import FairLoad, Household, Member, Plan, Problem, Travel, solve

LEADERS = ("leader-1", "leader-2", "leader-3", "leader-4")
MEMBERS = tuple(f"m{number:02}" for number in range(1, 11))
SECRETARY, ILL = "m05", "leader-2"
HOUSEHOLDS = {5: 8, 2: 20, 1: 56}  # weight: how many
MOST = 11  # the largest workload of a member with a full share


def spot(rng: Random) -> tuple[float, float]:
    """Draw a place for a house, within some 1.3 km of the bridge."""
    return 22.2700 + rng.uniform(-0.012, 0.012), 105.1200 + rng.uniform(-0.012, 0.012)


def commune() -> Problem:
    """Four leaders with two places each, ten members, 84 households of three weights."""
    rng = Random(84)
    leaders = [Member(leader, spot(rng), max_households=2) for leader in LEADERS]
    members = [
        Member(member, spot(rng), share=0.5 if member == SECRETARY else 1.0) for member in MEMBERS
    ]
    weights = [weight for weight, many in HOUSEHOLDS.items() for _ in range(many)]
    rng.shuffle(weights)
    households = [
        Household(f"h{number:02}", spot(rng), workload=weight)
        for number, weight in enumerate(weights, start=1)
    ]
    return Problem([*leaders, *members], households)


def with_limit_of_work(problem: Problem) -> Problem:
    """Limit the workload of each member to :data:`MOST`, and that of the secretary to half of it."""
    return problem.replace(
        members=[replace(member, max_workload=MOST * member.share) for member in problem.members]
    )


def without_the_ill(problem: Problem) -> Problem:
    """Exempt the ill leader: a maximum of 0 is never relaxed."""
    return problem.replace(
        members=[
            replace(member, max_households=0) if member.id == ILL else member
            for member in problem.members
        ]
    )


def show_loads(plan: Plan) -> None:
    """Print a row for each member: households of each weight, workload, and workload ÷ share."""
    weight = {household.id: household.workload for household in plan.problem.households}
    print("          weigh 5  weigh 2  weigh 1  workload  ÷ share")
    for member in plan.problem.members:
        mine = Counter(weight[household] for household in plan.households_of(member.id))
        load = sum(weight * many for weight, many in mine.items())
        print(
            f"{member.id:8} {mine[5]:8} {mine[2]:8} {mine[1]:8} {load:9g} {load / member.share:8g}"
        )


def show_limits(plan: Plan) -> None:
    """Print the limits that are relaxed, with the total breach and its bound."""
    for breach in plan.relaxations:
        print(f"{breach.subject} carries {breach.value:g} instead of {breach.limit:g}")
    line = plan.breaches["max_workload"]
    print(f"In all {line.total:g} above the limits; the least possible is {line.bound:g}.")


def main() -> None:
    """Solve and print each part."""
    problem = commune()

    print("1. FAIR IN HOUSEHOLDS\n")
    show_loads(solve(problem, goals=(FairLoad("households", aim="leximax"), Travel())))

    print("\n2. FAIR IN WORK\n")
    show_loads(solve(problem, goals=(FairLoad("workload", aim="leximax"), Travel())))

    print(f"\n3. AT MOST {MOST}, AND A LEADER FALLS ILL\n")
    limited = without_the_ill(with_limit_of_work(problem))
    plan = solve(limited, goals=(FairLoad("workload", aim="leximax"), Travel()))
    show_loads(plan)
    print()
    show_limits(plan)


if __name__ == "__main__":
    main()
