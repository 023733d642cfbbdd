"""CP-SAT and branch and cut give the answer of trying every plan, over all rules and goals."""

from functools import partial

import pytest
from lanes import chunks, named
from oracle import random_problems
from oracle.comparing import differing

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
    posed = partial(random_problems.tiny, flow_only=False)
    assert differing(seeds, posed, engine=engine) == {}
