"""Real mountain hamlets, a part of the set ``places`` of ``benchmarks/quality``: proven optimal."""

import math

import pytest
from shared import data

from benchmarks.quality.instances import places
from phancong import Status, check, solve

data("places", "malbun_steg")  # without it all of these tests are skipped


def planned(members, seed, goals):
    case = places.case("malbun_steg", members, seed, goals)
    return solve(case.problem, goals=case.goals)


@pytest.mark.parametrize("goals", ["default", "travel"])
@pytest.mark.parametrize("members", [12, 25, 40])
@pytest.mark.parametrize("seed", range(3))
def test_the_plan_is_proven_and_the_judge_agrees(members, seed, goals):
    """346 buildings: OPTIMAL, every limit kept, and the judge finds the goals' values (contract 6)."""
    plan = planned(members, seed, goals)
    assert len(plan.problem.households) == len(plan.pairs) == 346
    assert plan.status is Status.OPTIMAL
    # Bounds are stated to the rounding of costs to integers: less than a millimetre over all pairs.
    assert all(line.proven and 0 <= line.value - line.bound < 1e-3 for line in plan.goals)
    judgement = check(plan.problem, plan)
    assert judgement.kept, (judgement.violations, judgement.relaxations)
    assert judgement.goals == tuple((line.goal, line.value) for line in plan.goals)
    if goals == "default":  # no plan has a smaller largest load than the mean rounded up
        assert plan.metrics["load_max"] == math.ceil(346 / members)


@pytest.mark.parametrize("members", [12, 25, 40])
def test_each_load_lies_within_15_percent_of_the_mean(members):
    """What the benchmark asks for the least travel holds for every member (contract 4.3)."""
    plan = planned(members, 0, "travel")
    mean = 346 / members
    loads = [len(plan.households_of(member.id)) for member in plan.problem.members]
    assert all(0.85 * mean <= load <= 1.15 * mean for load in loads), loads
