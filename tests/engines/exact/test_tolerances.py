"""What a tolerance leaves to the goals below, by the exact engines (contract 5.1)."""

import pytest
from lanes import by_lane
from oracle import random_problems
from oracle.comparing import differing

from phancong import (
    FairLoad,
    FairTravel,
    Farthest,
    Household,
    Member,
    Problem,
    Search,
    Status,
    Travel,
    solve,
)

ABOVE = [
    *(FairTravel(aim=aim, tolerance=2.0) for aim in ("minmax", "spread")),
    *(FairLoad(aim=aim, rtol=0.3) for aim in ("minmax", "spread")),
    FairLoad("households", aim="minmax", tolerance=1.0),
    Farthest(tolerance=3.0),
]


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
@pytest.mark.parametrize("goal", ABOVE, ids=repr)
def test_the_goal_below_uses_the_tolerance_up_and_no_more(goal, engine):
    """As trying every plan does."""

    def posed(seed):
        problem, _, relax = random_problems.tiny(seed, flow_only=False)
        return None if problem.travel is None else (problem, (goal, Travel()), relax)

    seeds = range(7_000, 7_000 + by_lane(quick=6, full=25))
    assert differing(seeds, posed, engine=engine) == {}


def test_flow_compares_alternatives():
    """The narrowest windows of unequal shares are several; the best for what follows is taken."""
    goals = (FairLoad(aim="spread", tolerance=0.5), FairLoad("households", aim="leximax"))

    def posed(seed):
        problem, _, relax = random_problems.tiny(seed, flow_only=True)
        return problem, goals, relax

    seeds = range(8_000, 8_000 + by_lane(quick=40, full=200))
    assert differing(seeds, posed, engine="flow") == {}


def test_what_floats_cannot_tell_of_large_loads_is_no_matter_of_time():
    """Loads of 1e9 beside a maximum of a thousandth: branch and cut proves to a part in 10**9."""
    members = [Member("a", max_workload=1000000000.1151592), Member("b", max_workload=0.001)]
    homes = [Household(f"h{n}", workload=w) for n, w in enumerate((1e9, 1e9, 0.23031831472753195))]
    problem = Problem(members, homes, travel=None)
    plan = solve(problem, goals=(FairLoad(),), engine="mip", search=Search(seconds=60.0))
    assert plan.stopped in ("rounding", "numerics", None)
    assert plan.breaches["max_workload"].total == pytest.approx(999999999.999)
    assert solve(problem, goals=(FairLoad(),), engine="cp_sat").status is Status.OPTIMAL
