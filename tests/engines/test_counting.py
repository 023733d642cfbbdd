"""What counting alone tells of a problem: places that every plan leaves open."""

import random

import pytest
from lanes import chunks, named
from oracle import brute, reading

from phancong import Household, InfeasibleError, InvalidProblemError, Member, Problem, Search, solve
from phancong.engines.counting import cannot_hold, missing_at_least


def hamlets(names, members, **limits):
    """A household for each letter, in the hamlet of that name; so many members alike."""
    return Problem(
        [Member(f"m{n}", **limits) for n in range(members)],
        [Household(f"h{n}", hamlet=name) for n, name in enumerate(names)],
        travel=None,
        max_hamlets=1,
    )


def test_three_hamlets_take_more_than_two_members_of_one_hamlet_each():
    """The two larger ones are served, and the single household of C is left."""
    assert missing_at_least(hamlets("AABBC", 2), {}) == 1


def test_a_hamlet_takes_as_many_members_as_its_households_need():
    """AAA takes two members of two households, BBB another two; a third member leaves one place open."""
    assert missing_at_least(hamlets("AAABBB", 3, max_households=2), {}) == 1
    assert missing_at_least(hamlets("AAABBB", 4, max_households=2), {}) == 0


def test_nor_does_a_hamlet_fit_within_the_workload_of_its_members():
    """Each of three hamlets has 2 units for members of 1, so that two of six places stay open."""
    assert missing_at_least(hamlets("AABBCC", 4, max_workload=1), {}) == 2


def test_a_household_of_two_takes_two_members():
    """A needs two members, B one: with two of one hamlet each, one place stays open."""
    problem = hamlets("AB", 2)
    two = problem.replace(
        households=[Household("a", hamlet="A", members_needed=2), Household("b", hamlet="B")]
    )
    assert missing_at_least(two, {}) == 1


def test_what_cannot_hold_is_told_before_any_search():
    """Without a moment to search, too."""
    with pytest.raises(InfeasibleError, match="no plan keeps the limits that must hold"):
        solve(hamlets("AABBC", 2), relax=(), search=Search(work=1e-9))


def test_limits_that_may_be_broken_are_no_reason():
    """Up to one hamlet more for each member, one place open in each household, or anything."""
    problem = hamlets("AABBC", 2)
    assert cannot_hold(problem, {})
    for rule in ("max_hamlets", "coverage"):
        assert not cannot_hold(problem, {rule: 1.0})
        assert not cannot_hold(problem, {rule: float("inf")})


@pytest.mark.parametrize("seeds", chunks(size=150, quick=60, full=600, night=6_000), ids=named)
def test_counting_claims_no_more_than_trying_all_plans_shows(seeds):
    """Places open in every plan, and limits that cannot hold; it finds most of the latter."""
    impossible = told = 0
    for seed in seeds:
        problem, relax = drawn(seed)
        caps = reading.ceilings(relax)
        holds = brute.best(problem, (), relax) is not None
        counted = cannot_hold(problem, caps)
        assert not (holds and counted), seed
        impossible, told = impossible + (not holds), told + counted
        least = brute.best(problem, (), caps | {"coverage": float("inf")})
        if least is not None:
            assert missing_at_least(problem, caps) <= least.totals["coverage"], seed
    assert told > 0.8 * impossible > 0


def drawn(seed):
    """A tiny problem with few hamlets for each member, and what may be relaxed."""
    rng = random.Random(f"counted {seed}")
    loads, names = rng.random() < 0.5, "abcd"[: rng.randint(1, 4)]
    people = [
        Member(
            f"m{n}",
            max_households=rng.choice((None, 0, 1, 2, 2, 3, 3)),
            max_workload=rng.choice((None, 1.0, 2.0, 3.5, 4.0)) if loads else None,
            max_hamlets=rng.choice((None, None, 0, 1, 2)),
            carried_households=rng.choice((0, 0, 0, 1)),
            carried_workload=rng.choice((0.0, 0.0, 0.5)),
        )
        for n in range(rng.randint(1, 4))
    ]
    homes = [
        Household(
            f"h{n}",
            workload=rng.choice((0.0, 0.5, 1.0, 1.0, 2.0)) if loads else 1.0,
            hamlet=rng.choice((*names, *names, None)),
            members_needed=rng.choice((0, 1, 1, 1, 2)),
        )
        for n in range(rng.randint(2, 5))
    ]
    matrix = [[rng.choice((0.0, 0.5, 1.0, 2.0)) for _ in people] for _ in homes]
    relax = rng.choice(
        ((), (), {"max_hamlets": 1}, {"max_households": 1}, {"coverage": 1}, ("max_workload",))
    )
    try:
        problem = Problem(
            people,
            homes,
            travel=None,
            workload=matrix if loads and rng.random() < 0.3 else None,
            max_hamlets=rng.choice((None, 0, 1, 1, 2)),
        )
    except InvalidProblemError:  # a minimum above its maximum
        return drawn(f"{seed} again")
    return problem, relax
