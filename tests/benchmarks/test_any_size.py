"""Problems of any size: the same each time, every kind among them, and what is said of them is so."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.quality.instances.any_size import (
    DRAWS,
    TUNING,
    Drawn,
    any_goals,
    any_size,
    chosen_for,
    options,
)
from phancong import (
    Cohesion,
    FairLoad,
    FairTravel,
    Farthest,
    Preference,
    check,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.task import Task
from phancong.running import run
from phancong.search import Search

#: Enough of them for each kind to occur, and none that takes long; none of those that are reported.
MANY = range(TUNING, TUNING + 120)

OFTEN = {
    "min_households", "max_households", "min_workload", "max_workload", "max_travel",
    "own max_travel", "within_hamlet", "needs", "two members", "nobody needed", "priority",
    "groups", "fixed", "forbidden", "own forbid", "own exempt", "optional", "exempt", "shares",
    "previous", "years", "leavers", "max_changes", "unreachable", "visits", "workload matrix",
    "no limits", "ids that do not follow the way", "travel geodesic", "travel matrix",
    "travel places", "travel none", "weights unit", "weights class", "weights integer",
    "weights two decimals", "weights many decimals", "weights matrix",
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> list[Drawn]:
    return [any_size(seed) for seed in quick("any_size")]


def quick(name):
    """Seeds of a set whose problems are soon drawn."""
    chosen = {seed: chosen_for(name, seed) for seed in MANY}
    return [seed for seed in MANY if chosen[seed].members * chosen[seed].households < 20_000]


def small(conflict):
    """A small problem that cannot hold for this reason."""
    for seed in range(TUNING, TUNING + 4000):
        chosen = chosen_for("any_size", seed)
        if conflict in chosen.conflicts and chosen.members * chosen.households < 2000:
            found = any_size(seed)
            if conflict in found.conflicts:
                return found
    raise AssertionError(conflict)


@pytest.mark.parametrize("name", list(DRAWS))
def test_a_seed_always_gives_the_same_problem(name):
    one, other = DRAWS[name](TUNING + 7), DRAWS[name](TUNING + 7)
    assert one.problem == other.problem
    assert repr(one.goals) == repr(other.goals)
    assert (one.relax, one.witness, one.conflicts) == (other.relax, other.witness, other.conflicts)


def test_the_sets_have_nothing_in_common():
    assert any_size(TUNING).problem != any_goals(TUNING).problem


def test_every_rule_and_option_occurs(drawn):
    found = Counter(name for each in drawn for name in options(each))
    assert {name for name in OFTEN if not found[name]} == set()


def test_sizes_are_those_of_offices(drawn):
    """5 to 300 members who can serve, 3 to 40 households for each; the middle is small."""
    for each in drawn:
        assert np.count_nonzero(~each.problem.exempt) == each.choices.members
        assert len(each.problem.household_columns) == each.choices.households
    chosen = [chosen_for("any_size", seed) for seed in MANY]
    members = sorted(each.members for each in chosen)
    assert 5 <= members[0] <= 7
    assert 250 <= members[-1] <= 300
    assert 25 <= members[len(members) // 2] <= 80
    assert all(2.5 <= each.households / each.members <= 41 for each in chosen)


def test_a_third_cannot_hold(drawn):
    """What is chosen to contradict is proven to, in nearly every one."""
    ways = Counter(len(chosen_for("any_size", seed).conflicts) for seed in MANY)
    assert 0.55 < ways[0] / len(MANY) < 0.75
    assert ways[1] > 10
    assert ways[2] > 8
    chosen = sum(len(each.choices.conflicts) for each in drawn)
    assert sum(len(each.conflicts) for each in drawn) > 0.9 * chosen


def test_what_is_said_to_hold_holds(drawn):
    """The plan that comes with a problem keeps every limit."""
    for each in drawn:
        if each.witness:
            found = check(each.problem, each.witness, goals=each.goals)
            assert not found.violations, each.name
            assert not found.relaxations, each.name


@pytest.mark.parametrize(
    "conflict", ["places", "minima", "hamlet", "reach", "skills", "changes", "cut off", "fixed"]
)
def test_what_is_said_not_to_hold_does_not(conflict):
    found = small(conflict)
    assert not found.witness
    task = Task(found.problem, (), {}, Course(Search()))
    assert run(task, "cp_sat") is None


def test_shapes_that_are_hard_on_numbers():
    """300 members with ten each, one hamlet of hundreds beside ten of 30, one way for all, one member
    with everything in reach."""
    shapes = {}
    for seed in range(TUNING, TUNING + 200):
        shape = chosen_for("any_size", seed).shape
        if shape and shape not in shapes:
            shapes[shape] = any_size(seed).problem
    many, large = shapes["many members"], shapes["one large hamlet"]
    assert np.count_nonzero(~many.exempt) == 300
    assert len(many.household_columns) == 3000
    sizes = sorted(Counter(large.household_columns.hamlet).values())
    assert sizes[:10] == [30] * 10
    assert sizes[10] > 300
    assert np.unique(shapes["all equally far"].travel_matrix).size == 1
    reaching = shapes["one reaches everything"].member_columns.max_travel
    assert np.count_nonzero(np.isinf(reaching)) >= 1
    assert np.count_nonzero(np.isfinite(reaching)) >= len(reaching) - 1


def test_orders_of_goals_and_ceilings():
    """Every goal, every aim, tolerances, years; ceilings, and rules that must hold."""
    kinds, aims, slack, years, relaxed = Counter(), Counter(), 0, 0, Counter()
    for seed in quick("any_goals"):
        each = any_goals(seed)
        for goal in each.goals:
            kinds[type(goal)] += 1
            aims[getattr(goal, "aim", None)] += 1
            slack += not goal.exact
            years += getattr(goal, "weight", None) == "years"
        relaxed["not named"] += len(each.relax) < 9
        relaxed["ceiling"] += any(ceiling is not None for ceiling in each.relax.values())
    assert {FairLoad, FairTravel, Farthest, Cohesion, Preference} <= set(kinds)
    assert {"minmax", "leximax", "spread"} <= set(aims)
    assert slack
    assert years
    assert relaxed["not named"]
    assert relaxed["ceiling"]


def test_where_not_all_can_hold_ceilings_leave_a_plan():
    """Nobody but who is fixed: what is missing may be relaxed without a ceiling."""
    for seed in quick("any_goals"):
        if chosen_for("any_goals", seed).conflicts:
            each = any_goals(seed)
            nobody = Assignment.of(each.problem, each.problem.fixed)
            for relaxation in check(each.problem, nobody.pairs, goals=each.goals).relaxations:
                ceiling = each.relax[relaxation.rule]
                assert ceiling is None, (each.name, relaxation)
