"""The order in which a rule is broken less (contract 4.3): not always by its total."""

import pytest

from phancong import Household, Member, Problem
from phancong.assignment import Assignment
from phancong.rules import order


def assigned(problem, *pairs):
    return Assignment.of(problem, pairs)


def test_coverage_is_by_priority_class_the_highest_first():
    households = [Household("a", priority=2), Household("b", members_needed=2), Household("c")]
    problem = Problem([Member("m"), Member("n")], households, travel=None)
    urgent = assigned(problem, ("a", "m"))
    others = assigned(problem, ("b", "m"), ("c", "n"))
    assert order(urgent, "coverage") == (0, 0, 2, 3)
    assert order(others, "coverage") == (1, 1, 0, 1)
    # Fewer are missing in all, and yet it is the worse.
    assert others.missing.sum() < urgent.missing.sum()
    assert order(others, "coverage") > order(urgent, "coverage")


@pytest.mark.parametrize(
    ("rule", "even", "uneven"),
    [
        ("max_households", (2, 1, 1), (2, 2, 0)),
        ("min_households", (4, 2, 2), (4, 3, 1)),
        ("max_workload", (4, 2), (4, 4)),
        ("min_workload", (8, 4), (8, 6)),
    ],
)
def test_of_loads_the_total_comes_first_then_who_bears_the_most(rule, even, uneven):
    limit = {"max_households": 1, "min_households": 4, "max_workload": 2.0, "min_workload": 8.0}
    members = [Member(name, **{rule: limit[rule]}) for name in "mn"]
    households = [Household(i, workload=2.0) for i in range(4)]
    problem = Problem(members, households, travel=None)
    two_each = assigned(problem, (0, "m"), (1, "m"), (2, "n"), (3, "n"))
    three_and_one = assigned(problem, (0, "m"), (1, "m"), (2, "m"), (3, "n"))
    assert order(two_each, rule) == even
    assert order(three_and_one, rule) == uneven


def test_a_share_divides_what_a_member_bears():
    members = [Member("m", max_households=1, share=0.5), Member("n", max_households=1)]
    problem = Problem(members, [Household(i) for i in range(4)], travel=None)
    plan = assigned(problem, (0, "m"), (1, "m"), (2, "n"), (3, "n"))
    assert order(plan, "max_households") == (2, 2, 1)


def test_pairs_and_changes_are_counted():
    households = [Household("a", needs=("thai",)), Household("b", needs=("thai",))]
    problem = Problem(
        [Member("m"), Member("n", skills=("thai",))],
        households,
        travel=None,
        previous=[("a", "n"), ("b", "n")],
        max_changes=0,
    )
    plan = assigned(problem, ("a", "m"), ("b", "m"))
    assert order(plan, "needs") == (2,)
    assert order(plan, "max_changes") == (2,)
