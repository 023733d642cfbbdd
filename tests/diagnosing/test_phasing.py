"""How many years it takes, against every way to share the households out among them (contract 6.4)."""

import random
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from diagnosed import without_minimums
from lanes import chunks, named
from oracle import brute, reading

from phancong import (
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    TravelMatrix,
    diagnose,
    solve,
)
from phancong.course import Course
from phancong.diagnosing import Trial, phasing
from phancong.engines.exact import CpSatEngine
from phancong.engines.exact.years import first_year
from phancong.engines.task import TooLargeError, no_plan_found


def phase_of(problem, **options):
    """The repair by years, tried; None if there is none."""
    found = [repair for repair in diagnose(problem, **options).repairs if repair.kind == "phase"]
    for repair in found:
        solve(repair.apply(problem), relax=options.get("relax", ()))
    return found[0] if found else None


def fewest_years(problem):
    """The least number of years, by trying every way to share out; None if no number is enough.

    Also whether they are enough with these households in the first year.
    """
    lanes = {}
    for h in problem.households:
        if reading.needed(problem)[h.id]:
            lanes.setdefault(h.group or ("alone", h.id), []).append(h.id)
    units = [tuple(lane) for lane in lanes.values()]
    fixed = {household for household, _ in problem.fixed}
    aside = without_minimums(problem).replace(fixed=())

    @cache
    def fits(now, first):
        asked = [replace(h, members_needed=h.members_needed * (h.id in now)) for h in homes]
        year = (problem if first else aside).replace(households=asked)
        return brute.best(year, (), ()) is not None

    homes = problem.households

    @cache
    def later(left):
        if not left:
            return 0
        ways = [
            later(tuple(unit for unit in left if unit not in now))
            for size in range(len(left))
            for now in ((left[0], *others) for others in combinations(left[1:], size))
            if fits(frozenset().union(*now), False)
        ]
        return min((1 + way for way in ways if way is not None), default=None)

    def with_first(now):
        if not fixed <= now or not fits(frozenset(now), True):
            return None
        rest = later(tuple(unit for unit in units if unit[0] not in now))
        return None if rest is None else 1 + rest

    firsts = [
        frozenset().union(*now)
        for size in range(len(units) + 1)
        for now in combinations(units, size)
    ]
    least = min((n for n in map(with_first, firsts) if n is not None), default=None)
    return least, with_first


def narrow(seed):
    """Members with few places, households that need several of them, in ways of every kind."""
    rng = random.Random(f"years {seed}")
    people, number = rng.randint(2, 4), rng.randint(2, 4 if seed % 3 else 5)
    heavy = seed % 4 == 0
    scattered = seed % 4 == 2
    several = 1 if seed % 5 == 0 else min(people, 2)
    households = [
        Household(
            n,
            members_needed=rng.randint(1, several),
            priority=rng.randint(1, 2),
            workload=rng.choice((1, 2, 3)) if heavy else 1,
            hamlet=rng.choice("AABC") if scattered else None,
        )
        for n in range(number)
    ]
    if seed % 7 == 0:  # a lane that is taken on together
        need = households[0].members_needed
        households[:2] = [replace(h, group="g", members_needed=need) for h in households[:2]]
    members = [
        Member(
            n,
            max_households=None if heavy else rng.choice((1, 1, 2)),
            max_workload=rng.choice((2, 3, 4)) if heavy else None,
            min_households=int(rng.random() < 0.1),
            max_hamlets=rng.choice((1, 1, 2, None)) if scattered else None,
        )
        for n in range(people)
    ]
    pairs = [(h, m) for h in range(number) for m in range(people)]
    forbidden = rng.sample(pairs, rng.choice((0, 0, 1, 2)))
    free = [pair for pair in pairs if pair not in forbidden and households[pair[0]].group is None]
    fixed = [] if seed % 6 else free[:1]
    return Problem(members, households, travel=None, forbidden=forbidden, fixed=fixed)


@pytest.mark.parametrize("seeds", chunks(quick=12, full=120, night=3_000, size=40), ids=named)
def test_the_fewest_years_are_named_wherever_there_are_any(seeds):
    """Offered if and only if some number is enough: the least, and a first year that is part of it."""
    offered = 0
    for seed in seeds:
        problem = narrow(seed)
        if brute.best(problem, (), ()) is not None:
            continue
        least, with_first = fewest_years(problem)
        repair = phase_of(problem)
        assert (None if repair is None else repair.amount) == least, seed
        if repair is not None:
            now = [h.id for h in repair.apply(problem).households if h.members_needed]
            assert with_first(frozenset(now)) == least, seed
            offered += 1
    assert offered > 0


def test_three_households_that_need_two_of_three_members():
    """Six places in two years, but only one household fits into a year: three years."""
    homes = [Household(n, members_needed=2) for n in "hkl"]
    problem = Problem([Member(m, max_households=1) for m in "abc"], homes, travel=None)
    repair = phase_of(problem)
    assert repair.amount == 3
    assert sum(h.members_needed for h in repair.apply(problem).households) == 2


def test_hamlets_are_served_one_year_after_the_other():
    """Three hamlets, one member who serves one: three years; with two to serve, two."""
    homes = [Household(n, hamlet="AABC"[n]) for n in range(4)]
    problem = Problem([Member("a", max_hamlets=1)], homes, travel=None)
    repair = phase_of(problem)
    assert repair.amount == 3
    now = [h.hamlet for h in repair.apply(problem).households if h.members_needed]
    assert now == ["A", "A"]
    assert phase_of(problem.replace(members=[Member("a")], max_hamlets=2)).amount == 2
    # As many years as one likes do not help where no hamlet may be served.
    assert phase_of(problem.replace(members=[Member("a", max_hamlets=0)])) is None


def test_a_year_that_is_too_full_is_given_up():
    """Two of the higher class could be first, but the other two both need a: one of each a year."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [
            *(Household(h, priority=2) for h in ("h1", "h2")),
            *(Household(k) for k in ("k1", "k2")),
        ],
        travel=None,
        forbidden=[("k1", "b"), ("k2", "b")],
    )
    repair = phase_of(problem)
    assert repair.amount == 2
    now = [h.id[0] for h in repair.apply(problem).households if h.members_needed]
    assert sorted(now) == ["h", "k"]


def test_effort_and_ways_that_depend_on_who_goes():
    """Each household needs both; h is 3 for a, k is 3 for b, of 3 a year: one a year, two years."""
    problem = Problem(
        [Member("a", max_workload=3), Member("b", max_workload=3)],
        [Household("h", members_needed=2), Household("k", members_needed=2)],
        travel=TravelMatrix([[1, 2], [2, 1]]),
        workload=[[3, 1], [1, 3]],
        max_travel=2,
    )
    assert phase_of(problem).amount == 2
    assert first_year(problem, 2, {}, Course(Search())).sum() == 1
    assert first_year(problem, 1, {}, Course(Search())) is None
    near = problem.replace(max_travel=1)
    assert first_year(near, 2, {}, Course(Search())) is None
    assert first_year(near, 2, {"max_travel": 1.0}, Course(Search())).sum() == 1


def test_a_member_who_may_bear_more_in_a_year_anyway():
    """With one household more, two of four a year."""
    homes = [Household(n) for n in range(4)]
    problem = Problem([Member("a", max_households=1)], homes, travel=None)
    assert phase_of(problem).amount == 4
    assert phase_of(problem, relax={"max_households": 1}).amount == 2


def test_changes_are_counted_year_by_year():
    """b had all four and keeps two, one change may be: two years, without any, or with it only if b
    takes one a year and each year one changes.
    """
    problem = Problem(
        [Member("b", max_households=2), Member("c")],
        [Household(n) for n in range(4)],
        travel=None,
        previous=[(n, "b") for n in range(4)],
        max_changes=1,
    )
    assert phase_of(problem).amount == 2
    problem = problem.replace(previous=[(n, "c") for n in range(4)], fixed=[(3, "b")])
    assert phase_of(problem) is None  # nothing must be relaxed: one change is agreed
    problem = problem.replace(
        members=[Member("b", max_households=3), Member("c", max_households=1)]
    )
    assert phase_of(problem).amount == 2  # two change hands, one a year
    assert phase_of(problem.replace(max_changes=0)) is None


SPLIT = Problem(  # filled one after the other they take three years; two are enough
    [Member("a", max_households=1), Member("b", max_households=1)],
    [*(Household(h, priority=2) for h in "hi"), Household("k"), Household("l")],
    travel=None,
    forbidden=[("k", "b"), ("l", "b")],
)


def test_what_is_too_large_to_be_settled_is_not_named():
    """Fewer years might be enough than those that were filled."""
    assert phase_of(SPLIT).amount == 2
    # A hundred others, who have to do with none of these: some 10,000 pairs a year.
    people = [Member(f"m{n}", max_households=1) for n in range(100)]
    homes = [Household(f"n{n}") for n in range(100)]
    apart = [(home, m) for home in "hikl" for m in [member.id for member in people]]
    apart += [(home.id, m) for home in homes for m in "ab"]
    large = SPLIT.replace(
        members=[*SPLIT.members, *people],
        households=[*SPLIT.households, *homes],
        forbidden=[*SPLIT.forbidden, *apart],
    )
    with pytest.raises(NoPlanFoundError, match="2 years of this problem are too many pairs"):
        first_year(large, 2, {}, Course(Search()))
    assert phase_of(large) is None


def test_what_is_not_settled_in_time_is_not_told():
    """Neither enough nor not."""
    with pytest.raises(NoPlanFoundError, match="not found out in time"):
        first_year(SPLIT, 2, {}, Course(Search(seconds=1e-9)))


def test_a_household_that_waits_a_round_too_long_is_settled_by_all_years():
    """In each round one who needs all three misses one: of this year h0 alone is found in time.

    Filled like that, h2 has a year of its own; with h0 it needs none.
    """
    large = [Household(f"h1{n}", members_needed=3, priority=5) for n in range(phasing.ROUNDS)]
    problem = Problem(
        [Member(m, max_households=1) for m in "abc"],
        [Household("h0", priority=9), *large, Household("h2", members_needed=2)],
        travel=None,
    )
    repair = phase_of(problem)
    assert repair.amount == 1 + len(large)
    now = [h.id for h in repair.apply(problem).households if h.members_needed]
    assert now == ["h0", "h2"]


def test_years_beyond_what_is_looked_at_are_not_named():
    """Two years by arithmetic, and six are tried: eight would do.

    Any two households need a member whom no other one needs, so that no year has two of them.
    """
    homes = range(8)
    both = [Member(f"{one}{other}", max_households=1) for one, other in combinations(homes, 2)]
    problem = Problem(
        both,
        [Household(n, members_needed=7) for n in homes],
        travel=None,
        forbidden=[(n, member.id) for n in homes for member in both if str(n) not in member.id],
    )
    assert len(homes) > 2 * phasing.FACTOR
    assert first_year(problem, len(homes), {}, Course(Search())) is not None
    assert phasing.phase(problem, Trial({}, Course(Search()))) is None


def test_an_exact_engine_that_never_answers_leaves_the_years_to_their_model():
    """Two households need both members, who have one place each; a plan by hand shows two years."""

    class TooLarge(CpSatEngine):
        def run(self, task):
            raise no_plan_found(TooLargeError)

    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household(n, members_needed=2) for n in "gh"],
        travel=None,
    )
    trial = Trial({}, Course(Search(work=5.0)), "cp_sat", {"cp_sat": TooLarge()})
    assert phasing.phase(problem, trial).amount == 2
