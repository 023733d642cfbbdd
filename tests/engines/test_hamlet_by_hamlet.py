"""A start for a limited number of hamlets (contract 6.8)."""

import numpy as np
import pytest
from oracle import judging

from phancong import RELAXABLE, Household, Member, Problem, Search, TravelMatrix, check, solve
from phancong.course import Course
from phancong.engines.starting import hamlet_by_hamlet, starts
from phancong.engines.task import Task, read_relax
from phancong.rules import totals


def served(problem):
    """Member → the households of a start, each with its hamlet."""
    found = {}
    hamlet = {home.id: home.hamlet for home in problem.households}
    for home, member in hamlet_by_hamlet(problem).pairs:
        found.setdefault(member, []).append(f"{home}{hamlet[home] or ''}")
    return found


def test_whole_hamlets_before_near_households():
    """h1 and h2 of two hamlets are near a; each hamlet has two households, and fits one member."""
    problem = Problem(
        [Member("a", max_households=2), Member("b", max_households=2)],
        [Household(f"h{n}", hamlet=name) for n, name in enumerate("ABBA", start=1)],
        travel=TravelMatrix([[1, 2], [1, 2], [5, 3], [3, 3]]),
        max_hamlets=1,
    )
    assert served(problem) == {"a": ["h1A", "h4A"], "b": ["h2B", "h3B"]}


def test_what_is_left_of_a_hamlet_goes_to_who_can_take_all_of_it():
    """C is left when a and b serve A and B: b has room for both of its households, a, nearer, for one."""
    problem = Problem(
        [Member("a", max_households=4), Member("b", max_households=4)],
        [Household(f"h{n}", hamlet=name) for n, name in enumerate("AAABBCC")],
        travel=TravelMatrix([[1, 2]] * 3 + [[2, 1]] * 2 + [[1, 2]] * 2),
        max_hamlets=2,
    )
    assert served(problem) == {"a": ["h0A", "h1A", "h2A"], "b": ["h3B", "h4B", "h5C", "h6C"]}


def test_or_to_who_has_most_room():
    """Nobody has room for all three of C: b is filled, and the last goes to a."""
    problem = Problem(
        [Member("a", max_households=4), Member("b", max_households=5)],
        [Household(f"h{n}", hamlet=name) for n, name in enumerate("AAABBBCCC")],
        travel=TravelMatrix([[1, 2]] * 3 + [[2, 1]] * 3 + [[1, 2]] * 3),
        max_hamlets=2,
    )
    found = served(problem)
    assert (found["a"][-1], found["b"][-2:]) == ("h8C", ["h6C", "h7C"])


def test_equal_parts_where_they_cover_all():
    """Either member could take all four; each gets two, so that minima hold."""
    problem = Problem(
        [Member("a", min_households=2), Member("b", min_households=2)],
        [Household(f"h{n}", hamlet="A") for n in range(4)],
        travel=TravelMatrix([[1, 2]] * 4),
        max_hamlets=1,
    )
    assert {member: len(homes) for member, homes in served(problem).items()} == {"a": 2, "b": 2}


def test_full_parts_where_equal_ones_cannot_cover_all():
    """Equal parts of 6, 2, 2 and 2 households of four hamlets leave A to three of four members.

    With at most one hamlet each, someone has to take all of A.
    """
    problem = Problem(
        [Member(m, max_households=6) for m in "abcd"],
        [Household(f"h{n:02}", hamlet=name) for n, name in enumerate("AAAAAABBCCDD")],
        travel=None,
        max_hamlets=1,
    )
    assert totals(hamlet_by_hamlet(problem))["max_hamlets"] == 0


def test_no_hamlet_groups_and_several_members():
    """h5 is of no hamlet and counts as none; the group of two hamlets counts as both."""
    problem = Problem(
        [Member(m, max_households=3) for m in "abc"],
        [
            Household("h1", hamlet="A", group="g"),
            Household("h2", hamlet="B", group="g"),
            Household("h3", hamlet="A", members_needed=2),
            Household("h4", hamlet="C"),
            Household("h5"),
        ],
        travel=TravelMatrix([[1, 2, 3]] * 5),
        max_hamlets=2,
    )
    assignment = hamlet_by_hamlet(problem)
    assert not judging.judge(problem, assignment.pairs).broken
    pairs = set(assignment.pairs)
    assert len(pairs) == 6
    assert {m for h, m in pairs if h == "h1"} == {m for h, m in pairs if h == "h2"}


def test_who_has_too_little_room_for_a_group_is_passed_over():
    """a, the nearest, has room for one, but not for the two of the group."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=2)],
        [Household("h1", hamlet="A", group="g"), Household("h2", hamlet="A", group="g")],
        travel=TravelMatrix([[1, 2]] * 2),
        max_hamlets=1,
    )
    assert served(problem) == {"b": ["h1A", "h2A"]}


def test_last_year_first_and_what_fits_nowhere_goes_where_it_breaks_least():
    """b keeps h2 of last year; a is full with h1, and h3 has to go beyond a maximum."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household("h1", hamlet="A"), Household("h2", hamlet="B"), Household("h3", hamlet="B")],
        travel=TravelMatrix([[1, 2], [1, 2], [2, 1]]),
        previous={"h2": "b"},
        max_hamlets=1,
    )
    assert served(problem) == {"a": ["h1A"], "b": ["h2B", "h3B"]}


@pytest.mark.parametrize("weighted", [False, True])
def test_hamlets_that_can_be_kept_are_kept(weighted):
    """Members have a twentieth more room than they need, and may serve three hamlets.

    Households one after the other break the limit in nearly all of these.
    """
    for seed in range(12):
        rng = np.random.default_rng(seed)
        members, homes = (6, 80) if seed % 2 else (12, 200)
        loads = rng.integers(1, 5, homes) if weighted else np.ones(homes)
        most = np.ceil(1.05 * loads.sum() / members) + 4 * weighted
        problem = Problem(
            [Member(m, max_workload=most) for m in range(members)],
            [
                Household(100 + h, workload=load, hamlet=str(rng.integers(members // 2)))
                for h, load in enumerate(loads)
            ],
            travel=TravelMatrix(rng.integers(1, 50, (homes, members))),
            max_hamlets=3,
        )
        assignment = hamlet_by_hamlet(problem)
        assert not judging.judge(problem, assignment.pairs).broken, seed
        plan = solve(problem, relax=(), search=Search(work=0.01))
        assert check(problem, plan).valid, seed


def test_it_comes_first_where_hamlets_are_limited():
    problem = Problem(
        [Member("a", max_hamlets=1), Member("b")], [Household("h1", hamlet="A")], travel=None
    )
    task = Task(problem, (), read_relax(RELAXABLE), Course(Search()))
    assert next(starts(task))[0] == "hamlets"
    free = problem.replace(members=[Member("a"), Member("b")])
    assert "hamlets" not in dict(starts(Task(free, (), {}, Course(Search()))))


def test_starts_for_which_there_is_no_time_are_left_out():
    """The plan hamlet by hamlet takes most of the time of all starts, the nearest member least."""
    members, households = [Member("a", max_hamlets=1), Member("b")], [Household(1, hamlet="A")]
    task = Task(Problem(members, households, travel=None), (), {}, Course(Search()))
    all_names = list(dict(starts(task)))
    assert all_names[0] == "hamlets"
    assert list(dict(starts(task, lambda share: share < 0.5))) == all_names[1:]
    assert list(dict(starts(task, lambda share: share < 0.2))) == ["nearest"]
    assert not list(starts(task, lambda share: False))
