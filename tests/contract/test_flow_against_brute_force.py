"""The flow engine gives the answer of trying every plan, on thousands of tiny problems."""

import pytest
from lanes import chunks, named
from oracle import brute, random_problems
from oracle.comparing import check_against


@pytest.mark.parametrize("seeds", chunks(quick=50, full=2_000, night=5_000, size=50), ids=named)
def test_flow_gives_the_plan_that_trying_all_plans_gives(seeds):
    """Breaches rule by rule, goals in order, and infeasible where no plan is (contract 4.3, 5.1)."""
    failures = {}
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=True)
        expected = brute.best(problem, goals, relax)
        differences = check_against(expected, problem, goals, relax, engine="flow")
        if differences:
            failures[seed] = differences
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())
