"""How many households of one weight a limit of workload lets be, decided exactly at the edge."""

import numpy as np
import pytest

from phancong import Household, InfeasibleError, Member, Problem, explain, solve
from phancong.engines.flow.loads import UnitLoads
from phancong.goals import Preference


def bounds(weight, relax=None, **limits):
    """The fewest and the most households of the one member who has limits."""
    homes = [Household(f"h{n}", workload=weight) for n in range(9)]
    loads = UnitLoads(Problem([Member("m", **limits)], homes, travel=None))
    low, high = loads.bounds(relax or {})
    return int(low[0]), int(high[0])


def test_what_is_met_to_the_last_digit_is_met():
    """Three tenths hold three of a tenth; 1.000000001 meets 1, and a little more does not."""
    assert bounds(0.1, max_workload=0.3) == (0, 3)
    assert bounds(0.1, min_workload=0.3)[0] == 3
    assert bounds(1.000000001, max_workload=1.0) == (0, 1)
    assert bounds(1.0000000010000002, max_workload=1.0) == (0, 0)
    assert bounds(0.999999999, min_workload=1.0)[0] == 1
    assert bounds(0.9999999989999999, min_workload=1.0)[0] == 2


def test_a_breach_is_within_its_ceiling_as_the_judge_has_it():
    """The tolerance of a ceiling of 0.5 is not that of a limit of a million."""
    weight = 1e6 + 0.5005
    assert bounds(weight, {"max_workload": 0.5}, max_workload=1e6) == (0, 0)
    assert bounds(1e6 + 0.5, {"max_workload": 0.5}, max_workload=1e6) == (0, 1)
    assert bounds(1e6, {"min_workload": 0.5}, min_workload=1e6 + 0.5)[0] == 1
    assert bounds(1e6, {"min_workload": 0.5}, min_workload=1e6 + 0.5005)[0] == 2
    assert bounds(0.0, {"min_workload": 0.5}, min_workload=0.5)[0] == 0
    assert bounds(0.0, min_workload=0.5)[0] > 9


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip"])
def test_engines_agree_at_the_edge(engine):
    """One household of 1.000000001 fits under 1, one of a little more does not."""
    for weight, fits in ((1.000000001, True), (1.0000000010000002, False)):
        problem = Problem(
            [Member("m", max_workload=1.0)], [Household("h", workload=weight)], travel=None
        )
        if fits:
            assert solve(problem, engine=engine, relax=()).pairs == (("h", "m"),)
        else:
            with pytest.raises(InfeasibleError, match="max_workload"):
                solve(problem, engine=engine, relax=())


def test_a_member_is_explained_with_the_scores_in_the_order_given():
    """b stands before a in the list: with a second place b has both, at 10 + 9."""
    members = [Member("b", max_households=1), Member("a", max_households=1)]
    problem = Problem(members, [Household("h1"), Household("h2")], travel=None)
    plan = solve(problem, goals=(Preference(np.array([[10.0, 0.0], [9.0, 1.0]])),))
    more = explain(plan, "b").more
    assert [price.after for price in more.prices] == [-19.0]
