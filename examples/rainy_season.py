"""The rainy season: paths are closed, and travel takes longer.

Eighteen families live on both banks of a river and up a side valley, and three members walk to them. In
the dry months there is a ford in the middle. When it rains there is only the bridge in the south, and the
path up the side valley ends at a stream. Minutes on foot are computed by Tobler's hiking function from
lengths and heights, so that the way up takes longer than the way down. The script shows which families
change hands when the rains come, and which nobody can reach.

Needs the extra ``paths``. Everything is invented.
"""

from __future__ import annotations

import networkx as nx

from phancong import (
    FairLoad,
    Household,
    Member,
    PathNetwork,
    Plan,
    Problem,
    Travel,
    Walking,
    solve,
)

# Junctions of the valley: latitude, longitude, metres above the sea.
JUNCTIONS = {
    "west, south": (22.500, 105.196, 205),
    "west, ford": (22.512, 105.196, 212),
    "west, north": (22.524, 105.195, 230),
    "east, south": (22.500, 105.204, 206),
    "east, ford": (22.512, 105.204, 213),
    "east, north": (22.524, 105.205, 236),
    "stream": (22.513, 105.214, 275),
    "valley, middle": (22.515, 105.226, 390),
    "valley, end": (22.518, 105.236, 520),
}
# Paths, their length in metres, and whether they are under water in the rains.
PATHS = (
    ("west, south", "west, ford", 1400, False),
    ("west, ford", "west, north", 1450, False),
    ("east, south", "east, ford", 1400, False),
    ("east, ford", "east, north", 1500, False),
    ("west, south", "east, south", 850, False),  # the bridge
    ("west, ford", "east, ford", 850, True),  # the ford
    ("east, ford", "stream", 1150, False),
    ("stream", "valley, middle", 1600, True),  # begins with stepping stones
    ("valley, middle", "valley, end", 1500, False),
)
MEMBERS = {"m1": "west, south", "m2": "west, ford", "m3": "east, south"}
# The number of families along each path.
HOUSES = {
    ("west, south", "west, ford"): 4,
    ("west, ford", "west, north"): 4,
    ("east, south", "east, ford"): 3,
    ("east, ford", "east, north"): 4,
    ("valley, middle", "valley, end"): 3,
}


def valley() -> nx.Graph:
    """The paths as a graph; any graph of networkx will do."""
    graph = nx.Graph()
    for name, (lat, lon, height) in JUNCTIONS.items():
        graph.add_node(name, lat=lat, lon=lon, elevation=height)
    for start, end, metres, under_water in PATHS:
        graph.add_edge(start, end, length=metres, in_the_rains=under_water)
    return graph


def families() -> list[Household]:
    """Households along the paths, some ten metres beside them."""
    households: list[Household] = []
    for (start, end), houses in HOUSES.items():
        (south, west, _), (north, east, _) = JUNCTIONS[start], JUNCTIONS[end]
        for house in range(1, houses + 1):
            part = house / (houses + 1)
            at = (south + part * (north - south) + 1e-4, west + part * (east - west))
            households.append(Household(f"h{len(households) + 1:02}", at))
    return households


def show_changes(before: Plan, after: Plan) -> None:
    """Print each family that has another member in the rains, or none."""
    rows, columns = (
        after.problem.household_columns.index,
        after.problem.member_columns.index,
    )
    dry, wet = before.problem.travel_matrix, after.problem.travel_matrix
    assert dry is not None
    assert wet is not None
    for change in before.diff(after).changed:
        row, old = rows[change.household], columns[change.before[0]]
        new = change.after[0] if change.after else None
        now = "nobody" if new is None else f"{new}, {wet[row, columns[new]]:.0f} minutes"
        kept = wet[row, old]
        still = f"{kept:.0f} minutes now" if kept < float("inf") else "no way now"
        print(
            f"{change.household}: {change.before[0]}, {dry[row, old]:.0f} minutes ({still}) → {now}"
        )


def main() -> None:
    """Solve and print each part."""
    graph = valley()
    dry = PathNetwork(graph, Walking())
    rains = PathNetwork(graph, Walking(), closed="in_the_rains")
    members = [Member(name, JUNCTIONS[home][:2]) for name, home in MEMBERS.items()]
    goals = (FairLoad(), Travel())

    print("1. THE DRY MONTHS\n")
    problem = Problem(members, families(), travel=dry)
    before = solve(problem, goals=goals)
    print(before)

    print("\n2. WHAT THE RAINS CUT OFF\n")
    wet = problem.replace(travel=rains, previous=before)
    print(rains.report(wet))

    print("\n3. WHO CHANGES HANDS\n")
    after = solve(wet, goals=goals)
    show_changes(before, after)
    lost = ", ".join(str(household) for household in after.uncovered)
    print(f"\nNobody reaches {lost}: visit them before the rains, or choose a member up there.")


if __name__ == "__main__":
    main()
