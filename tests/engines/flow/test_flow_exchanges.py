"""What another pair would cost is read off the residual network of a best plan (contract 6.5)."""

from dataclasses import replace

import numpy as np
import pytest
from lanes import chunks, named
from oracle import random_problems

from phancong import (
    Continuity,
    FairLoad,
    Household,
    InfeasibleError,
    Member,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    explain,
    solve,
)
from phancong.course import Course
from phancong.engines.flow import FlowEngine
from phancong.engines.flow.exchanges import Exchanges
from phancong.engines.flow.network import Costs, Network
from phancong.engines.task import Engine, Task, read_relax
from phancong.explaining.explain import Question
from phancong.rules import RELAXABLE
from phancong.running import exchanged

WAYS = ((100, 500, 900), (100, 400, 900), (300, 100, 100))


def line(ways=WAYS, most=1, **options):
    """Three members, each with one place; h0 and h1 live near m0."""
    members = [Member(f"m{j}", max_households=most) for j in range(3)]
    homes = [Household(f"h{i}", **options.pop(f"h{i}", {})) for i in range(len(ways))]
    return Problem(members, homes, travel=TravelMatrix(ways), **options)


TRAVEL = (Travel(),)


def told(problem, row, goals=TRAVEL, *, relax=RELAXABLE, engine="flow", plan=None, **search):
    plan = plan or solve(problem, goals=goals, relax=relax)
    task = Task(problem, goals, dict.fromkeys(relax, np.inf), Course(Search(**search)))
    return exchanged(task, engine, plan, row)


def test_a_chain_of_moves_that_a_reader_follows():
    """Best is 100 + 400 + 100. If h0 goes to m1, h1 comes to m0: 500 + 100 + 100. If it goes to m2,
    h2 makes way to m1 and h1 to m0: 900 + 100 + 100."""
    found = told(line(), 0)
    assert {column: plan.goals[0].best for column, plan in found.items()} == {1: 700, 2: 1100}
    assert found[1].pairs == (("h0", "m1"), ("h1", "m0"), ("h2", "m2"))
    assert found[2].pairs == (("h0", "m2"), ("h1", "m0"), ("h2", "m1"))
    assert all(plan.status is Status.OPTIMAL for plan in found.values())


def test_a_free_place_ends_the_chain():
    """With two places each nobody else has to move."""
    problem = line(most=2)
    plan = solve(problem, goals=TRAVEL)
    found = told(problem, 0, plan=plan)
    assert {c: other.goals[0].best for c, other in found.items()} == {1: 700, 2: 1100}
    assert set(found[2].pairs) - set(plan.pairs) == {("h0", "m2")}


def test_the_first_sum_decides_then_the_second():
    """Last year h0 was with m0 and h2 with m2; both stay, and h1 goes to m1. If h0 goes to m1, one
    change is sure; h1 then comes to m0, and h2 stays."""
    problem = line(previous={"h0": "m0", "h2": "m2"})
    found = told(problem, 0, (Continuity(), Travel()))
    assert [line.best for line in found[1].goals] == [1, 700]
    assert [line.best for line in found[2].goals] == [2, 1100]


def test_who_misses_a_member_is_reached_from_the_missing():
    """Two places for three households: h0, nobody's, takes the place of one that is covered."""
    problem = Problem(
        [Member("m0", max_households=1), Member("m1", max_households=1)],
        [Household(f"h{i}", priority=p) for i, p in enumerate((1, 2, 2))],
        travel=TravelMatrix(((100, 100), (100, 200), (300, 100))),
    )
    plan = solve(problem, goals=(Travel(),), relax=("coverage",))
    assert plan.uncovered == ("h0",)
    found = told(problem, 0, relax=("coverage",), plan=plan)
    assert [(c, p.uncovered, p.goals[0].best) for c, p in found.items()] == [
        (0, ("h1",), 300),
        (1, ("h2",), 300),
    ]
    for other in explain(plan, "h0", relax=("coverage",)).alternatives:
        assert other.difference.name == "coverage"
        assert other.difference.worse


def test_a_place_that_is_missing_can_be_filled_and_opened():
    """Both households are alike and one of them is nobody's: either may have the place, and of
    several places that a household needs each can be the one that is given up."""
    members = [Member("m0", max_households=1), Member("m1", max_households=2)]
    homes = [Household("h0", members_needed=2), Household("h1", members_needed=2)]
    problem = Problem(members, homes, travel=TravelMatrix(((100, 100), (100, 100))))
    plan = solve(problem, goals=(Travel(),), relax=("coverage",))
    (short,) = plan.uncovered
    found = told(problem, ("h0", "h1").index(short), relax=("coverage",), plan=plan)
    assert [(c, p.uncovered, p.goals[0].best) for c, p in found.items()] == [
        (0, ("h1" if short == "h0" else "h0",), plan.goals[0].best)
    ]


def test_one_goes_to_nobody_and_another_comes_from_there():
    """h0 takes h1's place at m1, and its own at m0 is free for h2, who had nobody."""
    problem = Problem(
        [Member("m0", max_households=1), Member("m1", max_households=1)],
        [Household("h0", priority=2), Household("h1"), Household("h2")],
        travel=TravelMatrix(((100, 300), (100, 100), (200, 100))),
        forbidden=[("h1", "m0"), ("h2", "m1")],
    )
    plan = solve(problem, goals=TRAVEL, relax=("coverage",))
    assert plan.pairs == (("h0", "m0"), ("h1", "m1"))
    (other,) = told(problem, 0, relax=("coverage",), plan=plan).values()
    assert other.pairs == (("h0", "m1"), ("h2", "m0"))
    assert other.goals[0].best == 300 + 100 + 200


class Again(Engine):
    """Flows that tell no prices, so that each is found by solving again."""

    name = "flow"
    apart = False
    keeps = FlowEngine.keeps

    def refuses(self, task):
        return FlowEngine().refuses(task)

    def run(self, task):
        return FlowEngine().run(task)


@pytest.mark.parametrize("seeds", chunks(quick=12, full=100, night=2_000, size=25), ids=named)
def test_what_is_told_is_what_solving_again_gives(seeds):
    """Every line, its bound and the tie; and no more households move than there."""
    count = 0
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=True)
        try:
            plan = solve(problem, goals=goals, relax=relax)
        except InfeasibleError:
            continue
        for household in problem.household_columns.ids:
            given = plan, read_relax(relax), Course(Search()), "auto"
            quick = Question(*given).about_household(household)
            again = Question(*given, {"flow": Again()}).about_household(household)
            for one, other in zip(quick.alternatives, again.alternatives, strict=True):
                count += bool(one.prices)
                assert (one.possible, one.tie) == (other.possible, other.tie), (seed, household)
                for line, same in zip(one.prices, other.prices, strict=True):
                    assert (line.name, line.before) == (same.name, same.before)
                    assert line.after == pytest.approx(same.after), (seed, household)
                    assert line.bound == pytest.approx(same.bound), (seed, household)
                    assert (line.proven, line.worse) == (same.proven, same.worse)
                assert len(one.moves) <= len(other.moves), (seed, household)
    assert count > len(seeds)


@pytest.mark.parametrize(
    ("goals", "search"),
    [
        ((FairLoad(tolerance=1.0), Travel()), {}),  # the largest load may change within it
        ((FairLoad(), Travel()), {"work": 1e-9}),  # cut: nothing is proven
    ],
)
def test_what_cannot_be_told_is_left_to_be_solved_again(goals, search):
    """A tolerance above the sums, and a search that was cut."""
    problem = line()
    plan = solve(problem, goals=goals)
    assert told(problem, 0, goals, plan=plan, **search) == {}


def test_an_engine_that_cannot_tell_tells_nothing():
    """Only flows have a residual network."""
    assert told(line(), 0, engine="mip") == {}


def test_windows_that_are_no_single_network_tell_nothing():
    """Shares 1 and 0.6, four households: 2 and 2 ÷ 0.6 lie as far apart as 3 and 1 ÷ 0.6."""
    members = [Member("a", share=1.0), Member("b", share=0.6)]
    problem = Problem(members, [Household(f"h{i}") for i in range(4)], travel=None)
    goals = (FairLoad("households", aim="spread"),)
    assert told(problem, 0, goals) == {}
    plan = solve(problem, goals=goals)
    (other,) = explain(plan, "h0").alternatives
    assert other.tie


def test_a_plan_that_is_not_in_the_network_tells_nothing():
    """It was made for another problem: there m0 has two places."""
    other = line(most=2)
    plan = solve(other, goals=(Travel(),))
    assert told(line(), 0, plan=replace(plan, problem=line())) == {}


def test_a_plan_that_is_not_best_tells_nothing():
    """h0 and h1 had better change places."""
    network = Network(
        free=np.ones((2, 2), dtype=bool),
        on=np.zeros((2, 2), dtype=bool),
        need=np.ones(2, dtype=np.int64),
        least_missing=np.zeros(2, dtype=np.int64),
        most_missing=np.zeros(2, dtype=np.int64),
        low=np.zeros(2, dtype=np.int64),
        high=np.ones(2, dtype=np.int64),
    )
    costs = Costs(pairs=np.array([[1, 9], [9, 1]]))
    crossed = np.array([[False, True], [True, False]])
    assert Exchanges(network, [costs], crossed).with_each(0) is None
    (straight,) = Exchanges(network, [costs], ~crossed).with_each(0).values()
    assert np.array_equal(straight, crossed)


def test_a_plan_that_is_not_best_elsewhere_tells_nothing():
    """Two hamlets that no pair joins; in the other one h2 and h3 had better change places."""
    hamlets = np.kron(np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool))
    network = Network(
        free=hamlets,
        on=np.zeros((4, 4), dtype=bool),
        need=np.ones(4, dtype=np.int64),
        least_missing=np.zeros(4, dtype=np.int64),
        most_missing=np.zeros(4, dtype=np.int64),
        low=np.ones(4, dtype=np.int64),
        high=np.ones(4, dtype=np.int64),
    )
    costs = Costs(pairs=np.where(np.eye(4, dtype=bool), 1, 9))
    crossed = np.eye(4, dtype=bool)[[0, 1, 3, 2]]
    assert Exchanges(network, [costs], crossed).with_each(0) is None
    assert list(Exchanges(network, [costs], np.eye(4, dtype=bool)).with_each(0)) == [1]


def test_the_work_is_counted():
    """A budget covers what is told, too."""
    problem = line()
    plan = solve(problem, goals=(Travel(),))
    task = Task(problem, (Travel(),), {}, Course(Search()))
    assert FlowEngine().exchanges(task, plan.assignment, 0)
    assert task.course.work > 0
