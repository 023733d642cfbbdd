"""CP-SAT and branch and cut give the answer of trying every plan, over all rules and goals."""

import pytest
from lanes import chunks, named
from oracle import brute, random_problems
from oracle.comparing import check_against

SEEDS = {
    "cp_sat": chunks(quick=20, full=2_500, night=5_000, size=50),
    "mip": chunks(quick=12, full=600, night=5_000, size=50),
}


@pytest.mark.parametrize(
    ("engine", "seeds"),
    [(engine, seeds) for engine, parts in SEEDS.items() for seeds in parts],
    ids=named,
)
def test_exact_engines_give_the_plan_that_trying_all_plans_gives(engine, seeds):
    """Breaches rule by rule, goals in order, and infeasible where no plan is (contract 4.3, 5.1)."""
    failures = {}
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        expected = brute.best(problem, goals, relax)
        differences = check_against(expected, problem, goals, relax, engine=engine)
        if differences:
            failures[seed] = differences
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())
