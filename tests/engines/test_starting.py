"""Plans to begin a search with (contract 6.8)."""

from dataclasses import replace

import pytest
from as_large import WIDE, as_large
from lanes import chunks
from oracle import judging, random_problems

from benchmarks.quality.any_size.starts import repaired as as_written
from phancong import RELAXABLE, Household, Member, Problem, Search, Travel, TravelMatrix
from phancong.course import Course
from phancong.engines import starting
from phancong.engines.by_hand import Nearest
from phancong.engines.starting import nearest_members, repaired, starts
from phancong.engines.task import Task, read_relax
from phancong.synth import commune


@pytest.mark.parametrize("seeds", chunks(quick=60, full=600, night=2_000, size=60), ids=str)
def test_last_year_repaired_is_what_the_contract_says(seeds):
    """A second writing of contract 6.8, which shares nothing with this one, gives the same pairs."""
    for seed in seeds:
        problem, _, _ = random_problems.tiny(seed, flow_only=False)
        assert repaired(problem).pairs == as_written(problem), seed


def test_who_stays_and_who_comes():
    """h1 stays with a; h2 cannot (forbidden) and goes to who has room, though b is nearer than c.

    a takes one and has h1; b is full with the fixed h3; c is the only one within a maximum.
    """
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1), Member("c")],
        [Household("h1"), Household("h2"), Household("h3")],
        travel=TravelMatrix([[5, 1, 1], [9, 1, 7], [1, 1, 1]]),
        previous={"h1": "a", "h2": "a"},
        fixed=[("h3", "b")],
        forbidden=[("h2", "a")],
    )
    assert repaired(problem).pairs == (("h1", "a"), ("h2", "c"), ("h3", "b"))


def test_nobody_is_left_who_can_be_served():
    """Where no maximum holds, the smallest excess: households count before workload."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_workload=1.5)],
        [Household("h1"), Household("h2"), Household("h3", members_needed=2)],
        travel=None,
    )
    assert repaired(problem).pairs == (("h1", "a"), ("h2", "b"), ("h3", "a"), ("h3", "b"))


def test_decimals_that_floats_cannot_tell_apart_are_equal():
    """a has 0.1 + 0.2 of 0.1 with h3, b 0.2 + 0.2 of 0.2: either 0.2 too much, and a is nearer.

    In floats 0.1 + 0.2 − 0.1 is more than 0.2.
    """
    problem = Problem(
        [Member("a", max_workload=0.1), Member("b", max_workload=0.2)],
        [
            Household("h1", workload=0.1),
            Household("h2", workload=0.2),
            Household("h3", workload=0.2),
        ],
        travel=TravelMatrix([[1, 1], [1, 1], [1, 2]]),
        fixed=[("h1", "a"), ("h2", "b")],
    )
    assert repaired(problem).pairs == (("h1", "a"), ("h2", "b"), ("h3", "a"))


def test_hamlets_count_before_travel():
    """h1 stays with a, h2 of another hamlet may not; b is farther than c, who serves its hamlet by h4.

    The fixed h3 is of no hamlet, so that a still serves one.
    """
    problem = Problem(
        [Member("a", max_hamlets=1), Member("b"), Member("c", max_hamlets=1)],
        [
            Household("h1", hamlet="A"),
            Household("h2", hamlet="B"),
            Household("h3"),
            Household("h4", hamlet="C"),
        ],
        travel=TravelMatrix([[9, 1, 1], [1, 9, 5], [1, 1, 1], [9, 9, 1]]),
        previous={"h1": "a", "h2": "a", "h4": "c"},
        fixed=[("h3", "a")],
        max_hamlets=2,
    )
    assert repaired(problem).pairs == (("h1", "a"), ("h2", "b"), ("h3", "a"), ("h4", "c"))
    # Where nobody has room the breach is the same for all, and the nearest takes it.
    full = problem.replace(members=[Member(m, max_hamlets=0) for m in "abc"], previous=None)
    assert dict(repaired(full).pairs)["h2"] == "a"


def test_starts_are_plans_by_name():
    """Hamlets are limited here, so that their plan is first; then last year's, and the methods by hand.

    Nobody gets who is not allowed.
    """
    problem, goals, _ = random_problems.tiny(3, flow_only=False)
    task = Task(problem, goals, read_relax(RELAXABLE), Course(Search()))
    found = dict(starts(task))
    assert list(found) == ["hamlets", "repaired", "round_robin", "nearest", "regret"]
    for assignment in found.values():
        assert not judging.judge(problem, assignment.pairs).broken


def started(problem, seconds, **replaced):
    return replace(
        Task(problem, (), read_relax(RELAXABLE), Course(Search(seconds=seconds))), **replaced
    )


TWO_BY_TWO = Problem(
    [Member("a"), Member("b")],
    [Household("h1"), Household("h2")],
    travel=TravelMatrix([[1, 2], [2, 1]]),
)


def test_each_start_is_made_once_for_all_searches_of_a_call():
    """Tasks with other goals begin with the same plans; one of another problem makes its own."""
    task = started(TWO_BY_TWO, 60.0)
    first, again = list(starts(task)), list(starts(replace(task, goals=(Travel(),))))
    assert [name for name, _ in first] == ["repaired", "round_robin", "nearest", "regret"]
    assert all(one is other for (_, one), (_, other) in zip(first, again, strict=True))
    other = TWO_BY_TWO.replace(forbidden=[("h1", "a")])
    for _, assignment in starts(replace(task, problem=other)):
        assert ("h1", "a") not in assignment.pairs


def test_once_the_time_is_up_what_is_made_already_comes_first():
    task = started(TWO_BY_TWO, 1e-9)
    made = Nearest().run(task).assignment
    (name, first), *others = starts(task)
    assert (name, first) == ("nearest", made)
    assert [name for name, _ in others] == ["repaired", "round_robin", "regret"]


def by_name(problem, seconds):
    """The starts of a problem in the order in which they come, where there is so much time."""
    task = Task(problem, (Travel(),), read_relax(RELAXABLE), Course(Search(seconds=seconds)))
    return {name: assignment.pairs for name, assignment in starts(task)}


def test_without_time_starts_are_measured_along_chords():
    """Distances of all pairs take most of the time; among near places nobody is nearer by a chord."""
    problem = commune(1, members=8, households=60).replace(previous=())
    with as_large(WIDE):
        hurried = by_name(problem, 1e-9)
    calm = by_name(problem, 600.0)
    assert list(hurried) == ["nearest", "repaired", "round_robin", "regret"]
    assert list(calm) == ["repaired", "round_robin", "nearest", "regret"]
    assert hurried == calm


def test_without_time_last_year_comes_first():
    """It is what most households keep, and it is made quickly."""
    problem = commune(1, members=8, households=60)
    assert problem.previous
    assert next(iter(by_name(problem, 1e-9))) == "repaired"


def nearer(problem, assignment):
    """Pairs that are not fixed with a member farther than one who was passed over."""
    found = []
    for unit in problem.units:
        first = unit[0]
        has = set(assignment.columns[assignment.rows == first].tolist())
        far = problem.travel_matrix[unit].sum(axis=0)
        fixed = {
            problem.member_columns.index[m] for h, m in problem.fixed if h == ids(problem)[first]
        }
        free = {c for c in range(len(far)) if problem.allowed[unit, c].all()} - fixed
        assert has <= free | fixed
        assert len(has) == min(max(problem.needed[first], len(fixed)), len(free | fixed))
        nearest = min((far[c] for c in free - has), default=float("inf"))
        found += [(first, c) for c in has - fixed if far[c] > nearest + 1e-6]
    return found


def ids(problem):
    return problem.household_columns.ids


@pytest.mark.parametrize("seeds", chunks(quick=40, full=400, night=2_000, size=40), ids=str)
def test_the_plan_made_at_once_has_the_nearest_members(seeds):
    """Whatever their loads; fixed and forbidden pairs and groups are kept, as in every plan."""
    for seed in seeds:
        problem, _, _ = random_problems.tiny(seed, flow_only=False)
        with as_large(((starting, "BLOCK", 2),)):
            assignment = nearest_members(problem)
        assert not judging.judge(problem, assignment.pairs).broken, seed
        assert problem.travel_matrix is None or not nearer(problem, assignment), seed


@pytest.mark.parametrize("seed", range(5))
def test_chords_give_the_nearest_members_too(seed):
    """Where distances of all pairs are not known, the lengths of chords choose the same members."""
    problem = commune(seed, members=6, households=40)
    with as_large((*WIDE, (starting, "BLOCK", 42))):
        assert "travel_matrix" not in problem.__dict__
        along_chords = nearest_members(problem)
    assert "travel_matrix" not in problem.__dict__
    assert not nearer(problem, along_chords)


def test_without_distances_members_come_in_turn():
    problem = Problem(
        [Member("a"), Member("b")], [Household(f"h{n}") for n in range(4)], travel=None
    )
    assert [member for _, member in nearest_members(problem).pairs] == ["a", "b", "a", "b"]
