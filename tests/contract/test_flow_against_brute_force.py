"""The flow engine gives the answer of trying every plan, on thousands of tiny problems."""

from functools import partial

import pytest
from lanes import chunks, named
from oracle import random_problems
from oracle.comparing import differing


@pytest.mark.parametrize("seeds", chunks(quick=50, full=2_000, night=5_000, size=50), ids=named)
def test_flow_gives_the_plan_that_trying_all_plans_gives(seeds):
    """Breaches rule by rule, goals in order, and infeasible where no plan is (contract 4.3, 5.1)."""
    posed = partial(random_problems.tiny, flow_only=True)
    assert differing(seeds, posed, engine="flow") == {}
