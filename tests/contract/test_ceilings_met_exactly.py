"""A breach meets its ceiling as a value meets a limit: exactly, on every engine (contract 4.3, 4.4a).

0.4 less 0.1 is 0.3, and 0.30000000000000004 in floats: at the edge of the tolerance that decides.
"""

import pytest

from phancong import (
    Household,
    InfeasibleError,
    Member,
    Problem,
    Travel,
    TravelMatrix,
    UnsupportedError,
    check,
    diagnose,
    explain,
    solve,
)

ENGINES = ("auto", "flow", "cp_sat", "mip", "lns")
#: By three tenths a limit may be passed, just so, and hardly less.
JUST, LESS = 0.299999999, 0.2999999989


def fixed_loads(**limits):
    """Four tenths of work that the one member has anyway."""
    households = [Household(f"h{n}", workload=0.1) for n in range(4)]
    fixed = [(home.id, "a") for home in households]
    return Problem([Member("a", **limits)], households, travel=None, fixed=fixed)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("max_workload", fixed_loads(max_workload=0.1)),
        ("min_workload", fixed_loads(min_workload=0.7)),
        (
            "max_travel",
            Problem([Member("a")], [Household("h")], travel=TravelMatrix([[0.4]]), max_travel=0.1),
        ),
    ],
    ids=["maximum", "minimum", "reach"],
)
def test_a_breach_just_meets_its_ceiling(engine, rule, problem):
    """By three tenths, and by a ten-billionth too much."""
    plan = solve(problem, engine=engine, relax={rule: JUST})
    assert plan.breaches[rule].total == pytest.approx(0.3)
    assert plan.breaches[rule].proven
    with pytest.raises(InfeasibleError, match=rule):
        solve(problem, engine=engine, relax={rule: LESS})


@pytest.mark.parametrize("engine", ["nearest", "round_robin", "regret"])
def test_a_method_by_hand_counts_fixed_pairs_against_a_ceiling(engine):
    """What they alone break has to meet it."""
    problem = fixed_loads(max_workload=0.1)
    free = dict.fromkeys(("coverage", "max_changes"))
    plan = solve(problem, engine=engine, relax=free | {"max_workload": JUST})
    assert plan.breaches["max_workload"].total == pytest.approx(0.3)
    with pytest.raises(UnsupportedError, match="max_workload"):
        solve(problem, engine=engine, relax=free | {"max_workload": LESS})


def test_what_is_carried_besides_just_meets_a_ceiling():
    """It is no conflict; a little less, and it is one."""
    member = Member("a", max_workload=0.1, carried_workload=0.4)
    problem = Problem([member], [Household("h", workload=0.0)], travel=None)
    assert diagnose(problem, relax={"max_workload": JUST}).feasible
    found = diagnose(problem, relax={"max_workload": LESS})
    assert [(c.kind, c.members) for c in found.conflicts] == [("carried", ("a",))]


def test_a_pair_that_just_meets_a_ceiling_is_possible():
    """Its breach is a price, and no reason why it cannot be."""
    ways = TravelMatrix([[0.1, 0.4]])
    members = [Member("a"), Member("b")]
    problem = Problem(members, [Household("h")], travel=ways, max_travel=0.1)
    plan = solve(problem, goals=(Travel(),))
    assert check(problem, plan).kept
    for ceiling, possible in ((JUST, True), (LESS, False)):
        found = explain(plan, "h", kind="household", relax={"max_travel": ceiling})
        (other,) = found.alternatives
        assert other.possible is possible
        assert [hindrance.final for hindrance in other.hindrances] == [not possible]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("rule", "member"),
    [
        ("max_households", Member("a", max_households=2)),
        ("min_households", Member("a", min_households=4)),
        ("coverage", Member("a", max_households=2)),
    ],
)
def test_one_household_meets_a_ceiling_of_hardly_less_than_one(engine, rule, member):
    """By a ten-billionth, and not by a hundred-millionth."""
    problem = Problem([member], [Household(f"h{n}") for n in range(3)], travel=None)
    plan = solve(problem, engine=engine, relax={rule: 0.9999999999})
    assert plan.breaches[rule].total == 1
    assert plan.breaches[rule].proven
    with pytest.raises(InfeasibleError, match="no plan keeps the limits"):
        solve(problem, engine=engine, relax={rule: 0.99999999})


def test_loads_of_nothing_just_meet_the_ceiling_of_a_minimum():
    """Nothing reaches it, however many there are."""
    problem = Problem(
        [Member("a", min_workload=0.300000001)], [Household("h", workload=0.0)], travel=None
    )
    plan = solve(problem, engine="flow", relax={"min_workload": 0.3})
    assert plan.breaches["min_workload"].total == pytest.approx(0.3)
    with pytest.raises(InfeasibleError, match="min_workload"):
        solve(problem, engine="flow", relax={"min_workload": 0.2999999999})
