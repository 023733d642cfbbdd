"""CP-SAT and branch and cut give the answer of trying every plan, over all rules and goals."""

import pytest
from oracle import brute, random_problems
from oracle.comparing import check_against
from seeds import chunks, named

#: At each change, and at night.
SEEDS = {"cp_sat": (2_500, 5_000), "mip": (600, 5_000)}


@pytest.mark.parametrize(
    ("engine", "seeds"),
    [
        (engine, seeds)
        for engine, (at_each_change, at_night) in SEEDS.items()
        for seeds in chunks(at_each_change, at_night, 50)
    ],
    ids=named,
)
def test_exact_engines_give_the_plan_that_trying_all_plans_gives(engine, seeds):
    """Breaches rule by rule, goals in order, and infeasible where no plan is (spec 4.3, 5.1)."""
    failures = {}
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        expected = brute.best(problem, goals, relax)
        differences = check_against(expected, problem, goals, relax, engine=engine)
        if differences:
            failures[seed] = differences
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())
