"""Every price is that of the best plan among all plans with the pair (contract 6.5)."""

import pytest
from lanes import chunks, named
from oracle import brute, random_problems

from phancong import InfeasibleError, explain, solve


@pytest.mark.parametrize("flow_only", [True, False], ids=["unit loads", "all rules"])
@pytest.mark.parametrize("seeds", chunks(quick=6, full=60, night=1_500, size=10), ids=named)
def test_prices_are_those_of_the_best_plan_with_the_pair(seeds, flow_only):
    """What cannot be has no plan at all, and what can be is worth what trying all plans gives."""
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=flow_only)
        if brute.count_plans(problem) > 3_000:
            continue
        try:
            plan = solve(problem, goals=goals, relax=relax)
        except InfeasibleError:
            continue
        for household in {h for h, _ in plan.pairs}:
            found = explain(plan, household, kind="household", relax=relax)
            for other in found.alternatives:
                pair = (household, other.member)
                expected = brute.best(problem, goals, relax, having=pair)
                _agree(plan, other, expected, (seed, pair))


def _agree(plan, other, expected, where):
    assert other.possible == (expected is not None), where
    if expected is None:
        assert other.prices == ()
        assert not other.tie
        return
    assert other.proven, where
    prices = {price.name: price for price in other.prices if price.goal is None}
    for rule, total in expected.totals.items():
        price = prices.get(rule)
        assert (0.0 if price is None else price.after) == pytest.approx(total, abs=1e-6), where
        before = 0.0 if price is None else price.before
        assert before == pytest.approx(plan.breaches[rule].total), where
    lines = [price for price in other.prices if price.goal is not None]
    for price, best in zip(lines, expected.goals, strict=True):
        assert price.after == pytest.approx(best, abs=1e-6), where
    # No plan is better than the best one, whatever pair it has.
    assert other.difference is None or other.difference.worse, where
    assert other.tie == (other.difference is None), where
