"""The rivals are well made: what they can express, they solve."""

import pytest

pytest.importorskip("pulp", reason="the extra bench is not installed")

from benchmarks.quality.case import Case, RefusedError
from benchmarks.quality.instances import unit, yearly
from benchmarks.quality.judging import judged
from benchmarks.quality.strategies import RIVALS
from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    Problem,
    Status,
    Travel,
    TravelMatrix,
    solve,
)

# PuLP 4 is to come without CBC; until then this is the one in its wheel.
pytestmark = pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated:DeprecationWarning")

PLAIN = [f"plain {name} cold" for name in ("cp_sat", "highs", "scip")]


def values(case, name):
    found = judged(case, RIVALS[name](case, 10.0))
    assert not found["forbidden"]
    assert not found["breaks"], found["broken"]
    return found["values"]


def ours(case):
    plan = solve(case.problem, goals=case.goals)
    assert plan.status is Status.OPTIMAL
    return [line.value for line in plan.goals]


@pytest.mark.parametrize("name", [*PLAIN, "pulp cbc", "pot emd", "networkx simplex"])
def test_exact_rivals_find_the_optimum_of_unit_loads(name):
    """One minimum and one maximum for all: even the form that knows nothing else is exact here.

    (It measures on a sphere, so that its optimum may be another by a fraction of a percent.)
    """
    case = Case(unit.commune(2, 60, 6), (Travel(),))
    (best,) = ours(case)
    close = 5e-3 if name == "pulp cbc" else 1e-6
    assert values(case, name) == pytest.approx((best,), rel=close)


@pytest.mark.parametrize("name", ["two-pass flow", "k-means-constrained"])
def test_the_others_keep_the_limits_of_unit_loads(name):
    """They are worse, but what they promise they keep."""
    case = Case(unit.commune(2, 60, 6), (Travel(),))
    (best,) = ours(case)
    assert values(case, name)[0] >= best * (1 - 1e-9)


@pytest.mark.parametrize("name", [*PLAIN, "plain cp_sat from our start"])
def test_plain_models_in_ordered_stages_reach_every_stage(name):
    """Weights, last year's plan, three goals: stage by stage as good as ours, which is proven."""
    case = Case(yearly.commune(1, 40, 5), yearly.GOALS)
    assert values(case, name) == pytest.approx(tuple(ours(case)), rel=1e-6)


def test_plain_models_state_shares_and_several_members():
    """Loads ÷ share 4 and 4 are the fairest: the secretary with half a share takes two of ten."""
    problem = Problem(
        [Member("m1"), Member("m2", share=0.5), Member("m3")],
        [Household(f"h{i}", members_needed=2 if i < 2 else 1) for i in range(8)],
        travel=None,
    )
    case = Case(problem, (FairLoad("workload"), Continuity()))
    for name in PLAIN:
        assert values(case, name) == (4.0, 0.0)


def test_plain_models_count_households_too():
    """Eight households of any weight: no member of three can have less than three."""
    problem = Problem(
        [Member(f"m{i}") for i in range(3)],
        [Household(f"h{i}", workload=1.0 + i) for i in range(8)],
        travel=None,
    )
    case = Case(problem, (FairLoad("households"),))
    for name in (*PLAIN, "plain cp_sat from our start"):
        assert values(case, name) == (3.0,)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("pot emd", "workloads that differ"),
        ("networkx simplex", "workloads that differ"),
        ("k-means-constrained", "no coordinates"),
        ("plain cp_sat cold", "groups"),
    ],
)
def test_what_a_rival_cannot_express_it_refuses_by_name(name, match):
    """None ignores a rule in silence (contract 6.7)."""
    problem = Problem(
        [Member("m1"), Member("m2")],
        [Household("h1", workload=2.0, group="a"), Household("h2", group="a")],
        travel=TravelMatrix([[1.0, 2.0], [2.0, 1.0]]),
    )
    with pytest.raises(RefusedError, match=match):
        RIVALS[name](Case(problem, (Travel(),)), 1.0)
