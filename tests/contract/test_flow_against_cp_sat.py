"""The flow engine gives the proven answer of a plain CP-SAT model, on problems of some size."""

import pytest
from lanes import chunks, named
from oracle import cp_sat_reference, random_problems
from oracle.comparing import differing


@pytest.mark.parametrize("seeds", chunks(quick=10, full=200, night=1_000, size=10), ids=named)
def test_flow_gives_the_plan_that_cp_sat_proves(seeds):
    """Breaches rule by rule, goals in order, and infeasible where no plan is (contract 4.3, 5.1)."""
    found = differing(seeds, random_problems.medium, engine="flow", expected=cp_sat_reference.best)
    assert found == {}
