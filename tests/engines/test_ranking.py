"""Which of two plans is better, line by line, and what is proven of the better one."""

import contextlib

import pytest
from engines.cutting import when_looked_at

from phancong import (
    RELAXABLE,
    Continuity,
    FairLoad,
    Household,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    Travel,
    TravelMatrix,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.ranking import Ranking
from phancong.engines.registry import ENGINES
from phancong.engines.task import AtMost, Outcome, Proof, Task, read_relax

PROBLEM = Problem(
    [Member("a", max_households=2), Member("b")],
    [Household("h1"), Household("h2"), Household("h3")],
    travel=TravelMatrix([[1, 5], [2, 5], [9, 3]]),
    previous={"h1": "a", "h2": "b"},
    forbidden=[("h3", "a")],
)
GOALS = (Continuity(), Travel())


def plan(*members):
    """Households h1, h2, h3 with these members, ``-`` for nobody."""
    return Assignment.of(PROBLEM, [(f"h{n}", m) for n, m in enumerate(members, 1) if m != "-"])


def ranking(goals=GOALS, relax=RELAXABLE):
    return Ranking(Task(PROBLEM, goals, read_relax(relax), Course(Search())))


@pytest.mark.parametrize(
    ("goals", "better", "worse"),
    [
        (GOALS, "abb", "aab"),  # 0 changes and 9 of travel, against 1 change and 6
        ((Travel(),), "aab", "abb"),
        (GOALS, "bbb", "ab-"),  # whoever has nobody weighs more than any change
        ((FairLoad("households"), Travel()), "aab", "bbb"),
        ((FairLoad("households", aim="leximax"), Travel()), "aab", "bbb"),
        ((Continuity(tolerance=1.0), Travel()), "aab", "abb"),  # within the tolerance: travel
        ((AtMost(Continuity(), 1.0), Travel()), "aab", "abb"),
    ],
)
def test_the_first_line_that_differs_decides(goals, better, worse):
    """Breaches come before goals, and a tolerance lets the next line decide."""
    ranked = ranking(goals)
    one, other = (ranked.ranked(plan(*members)) for members in (better, worse))
    assert ranked.merged(one, other)[0].assignment is one.assignment
    assert ranked.merged(other, one) == (ranked.merged(one, other)[0], True)


def test_of_equal_plans_the_first_stays():
    """The incumbent is not exchanged for nothing."""
    ranked = ranking((FairLoad("households"),))
    one, other = ranked.ranked(plan("a", "b", "b")), ranked.ranked(plan("b", "a", "b"))
    merged, second = ranked.merged(one, other)
    assert merged.assignment is one.assignment
    assert not second


def outcome(assignment, *lines, goals=GOALS):
    proofs = tuple(Proof(g.value(assignment), b, False) for g, b in zip(goals, lines, strict=True))
    return Outcome(assignment, {}, proofs, "time")


def test_bounds_go_to_the_better_plan_as_far_as_they_speak_of_it():
    """Bounds of changes: for all plans. Of travel: for plans with no more changes than were held."""
    ranked = ranking()
    good, bad = plan("a", "b", "b"), plan("a", "a", "b")
    merged, _ = ranked.merged(
        ranked.ranked(good, outcome(good, -1.0, 5.0)), ranked.ranked(bad, outcome(bad, 0.0, 6.0))
    )
    assert [line.bound for line in merged.goals] == [0.0, 6.0]
    assert [line.proven for line in merged.goals] == [True, False]
    # Travel of plans without a change says nothing of plans with one.
    travel = (Travel(), Continuity())
    ranked = ranking(travel)
    merged, _ = ranked.merged(
        ranked.ranked(bad, outcome(bad, 0.0, 0.0, goals=travel)),
        ranked.ranked(good, outcome(good, 5.0, 0.5, goals=travel)),
    )
    assert [line.bound for line in merged.goals] == [5.0, 0.5]
    merged, _ = ranked.merged(
        ranked.ranked(good, outcome(good, 5.0, 0.5, goals=travel)),
        ranked.ranked(plan("a", "a", "b"), outcome(bad, 5.0, 0.0, goals=travel)),
    )
    assert [line.bound for line in merged.goals] == [5.0, 0.5]


def test_a_worse_plan_that_held_less_says_nothing_of_later_lines():
    """Its first line held a value that the better plan does not reach: the second bound stays its own."""
    goals = (FairLoad("households", tolerance=2.0), Travel())
    ranked = ranking(goals)
    near, even = plan("b", "b", "b"), plan("a", "a", "b")
    narrow = Outcome(
        near, {}, (Proof(1.0, 1.0, True), Proof(13.0, 13.0, True)), None
    )  # as if 1 had been reached, so that 3 was held
    wide = ranked.ranked(
        even, Outcome(even, {}, (Proof(2.0, 1.0, False), Proof(6.0, 2.0, False)), "time")
    )
    merged, _ = ranked.merged(wide, ranked.ranked(near, narrow))
    assert merged.assignment is even
    assert [line.best for line in merged.goals] == [1.0, 6.0]
    assert merged.goals[1].bound == 13.0 or merged.goals[1].bound == 2.0


def lines(*pairs):
    return tuple(Proof(best, bound, best == bound) for best, bound in pairs)


def test_what_was_reached_beyond_what_is_held_now_was_not_reached():
    """4 of travel came with two changes; one is the most within the tolerance of none."""
    goals = (Continuity(tolerance=1.0), Travel(tolerance=5.0))
    ranked = ranking(goals)
    one, other = plan("a", "a", "b"), plan("a", "b", "b")  # 1 change and 6, none and 9
    strict = ranked.ranked(one, Outcome(one, {}, lines((0.0, 0.0), (6.0, 6.0)), None))
    loose = ranked.ranked(other, Outcome(other, {}, lines((1.0, 0.0), (4.0, 2.0)), "time"))
    for merged in (ranked.merged(strict, loose)[0], ranked.merged(loose, strict)[0]):
        assert [(line.best, line.bound) for line in merged.goals] == [(0.0, 0.0), (6.0, 6.0)]


def test_bounds_of_fewer_plans_than_are_held_now_are_no_bounds():
    """The winner held 14 of travel and 16 may be: its spread of 1 is proven for too few plans."""
    goals = (Continuity(tolerance=1.0), Travel(tolerance=10.0), FairLoad(aim="spread"))
    ranked = ranking(goals)
    one, other = plan("b", "b", "b"), plan("a", "a", "b")  # spread 3 and 1
    strict = ranked.ranked(one, Outcome(one, {}, lines((0.0, 0.0), (6.0, 6.0), (3.0, 0.0)), "time"))
    loose = ranked.ranked(
        other, Outcome(other, {}, lines((1.0, 0.0), (4.0, 2.0), (1.0, 1.0)), "time")
    )
    merged, second = ranked.merged(strict, loose)
    assert second
    assert [(line.best, line.bound) for line in merged.goals] == [
        (0.0, 0.0),
        (6.0, 6.0),
        (1.0, 0.0),
    ]
    # What decides earlier leaves the winner what it reached, or its value.
    changes = (Continuity(tolerance=1.0), FairLoad(aim="spread"), Travel(tolerance=10.0))
    ranked = ranking(changes)
    strict = ranked.ranked(one, Outcome(one, {}, lines((0.0, 0.0), (3.0, 0.0), (13.0, 6.0)), None))
    loose = ranked.ranked(
        other, Outcome(other, {}, lines((1.0, 0.0), (1.0, 1.0), (4.0, 2.0)), "time")
    )
    merged, _ = ranked.merged(strict, loose)
    assert [(line.best, line.bound) for line in merged.goals] == [
        (0.0, 0.0),
        (1.0, 1.0),
        (6.0, 6.0),
    ]


@pytest.mark.parametrize(
    ("members", "relax", "goals", "admitted"),
    [
        ("aab", (), GOALS, True),
        ("aa-", (), GOALS, False),
        ("aa-", ("coverage",), GOALS, True),
        ("aaa", RELAXABLE, GOALS, False),  # a forbidden pair
        ("abb", RELAXABLE, (AtMost(Continuity(), 0.0),), True),
        ("aab", RELAXABLE, (AtMost(Continuity(), 0.0),), False),
    ],
)
def test_only_plans_that_keep_what_may_not_give_way_are_admitted(members, relax, goals, admitted):
    """Limits that were not named, pairs that may never be, and limits on goals."""
    assert ranking(goals, relax).admits(plan(*members)) is admitted


FAIR = (FairLoad("households", aim="leximax"), Travel())


def test_a_better_order_can_be_worse_in_a_place_and_takes_no_bound():
    """(2, 1) is better than (3, 0) and not among the plans where somebody has nothing."""
    ranked = ranking(FAIR)
    bad, good = plan("b", "b", "b"), plan("a", "b", "b")
    merged, better = ranked.merged(
        ranked.ranked(bad, outcome(bad, (2.0, 0.0), 9.0, goals=FAIR)), ranked.ranked(good)
    )
    assert better
    assert merged.goals[1] == Proof(9.0, 6.0, False)  # a, a and b have 6


def test_a_bound_that_meets_in_one_place_is_not_too_high_in_the_next():
    """Loads of (2, 1): that the largest is hardly less than 2 says nothing of a second one of 1.5."""
    ranked = ranking(FAIR)
    bad, good = plan("b", "b", "b"), plan("a", "b", "b")
    merged, _ = ranked.merged(
        ranked.ranked(good, outcome(good, (2.0 - 1e-12, 1.5), 6.0, goals=FAIR)), ranked.ranked(bad)
    )
    assert merged.goals[0].best == (2.0, 1.0)
    assert merged.goals[0].bound == (2.0 - 1e-12, 1.0)


def test_a_bound_above_what_was_reached_does_not_speak_of_it():
    """What was held before may be less by what floats cannot tell."""
    ranked = ranking((Travel(),))
    bad, good = plan("a", "b", "b"), plan("a", "a", "b")
    lines = outcome(bad, 7.0, goals=(Travel(),))
    merged, _ = ranked.merged(ranked.ranked(bad, lines), ranked.ranked(good))
    assert merged.goals[0].best == 6.0
    assert merged.goals[0].bound <= 6.0


def known(assignment, *lines):
    return Task(
        PROBLEM, FAIR, read_relax(RELAXABLE), Course(Search()), incumbent=assignment, known=lines
    )


def test_a_known_bound_is_one_of_plans_as_good_in_every_place():
    """Not of those that are better above and worse below, nor of those that break a rule more."""
    task = known(plan("b", "b", "b"), Proof((3.0, 0.0), (2.0, 0.0), False), Proof(13.0, 13.0, True))
    same, even = (Proof(value, (2.0, 0.0), False) for value in ((3.0, 0.0), (2.0, 1.0)))
    assert task.known_bound([same], plan("b", "b", "b")) == 13.0
    assert task.known_bound([even], plan("a", "b", "b")) is None
    assert task.known_bound([same], plan("b", "b", "-")) is None


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_a_run_that_leaves_the_incumbent_behind_proves_anew(engine):
    """13 is the least travel of plans as good as the incumbent, 6 of those found then."""
    task = known(plan("b", "b", "b"), Proof((3.0, 0.0), (2.0, 0.0), False), Proof(13.0, 13.0, True))
    found = ENGINES[engine]().run(task)
    assert found.assignment.pairs == plan("a", "a", "b").pairs
    assert found.goals[1].bound == pytest.approx(6.0)


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_the_least_total_alone_does_not_prove_how_it_is_shared(engine):
    """Of loads the largest breach comes after the total: a stage that was cut between them is open."""
    problem = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household(f"h{n}") for n in range(4)],
        travel=None,
    )
    found = set()
    for look in range(60):
        cut = when_looked_at("time", look)
        course = Course(cut["search"], clock=cut["clock"])
        with contextlib.suppress(NoPlanFoundError):
            task = Task(problem, (), read_relax(["max_households"]), course)
            outcome = ENGINES[engine]().run(task)
            found.add((outcome.breaches["max_households"], outcome.stopped))
    assert (Proof(2.0, 2.0, True), None) in found
    assert (Proof(2.0, 2.0, False), "time") in found
