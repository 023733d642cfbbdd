"""When a limit is met, and when a bound proves a value: one definition, exact where floats are not."""

import pickle
import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from phancong import (
    BetweenPlaces,
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    Preference,
    Problem,
    Search,
    TravelMatrix,
    check,
    solve,
)
from phancong.assignment import Assignment
from phancong.goals import FairLoad, Travel, meets
from phancong.meeting import (
    above,
    all_as_given,
    below,
    exact,
    given_exactly,
    given_in,
    largest_met,
    least_met,
    out_of_range,
    proves,
)
from phancong.problem.fingerprint import fingerprint
from phancong.rules import breaches


def loads(*weights, **limits):
    """One member who has households of these workloads."""
    homes = [Household(f"h{n}", workload=weight) for n, weight in enumerate(weights)]
    problem = Problem([Member("m", **limits)], homes, travel=None)
    return Assignment.of(problem, [(home.id, "m") for home in homes])


# --- limits


def test_a_number_means_its_shortest_decimal():
    """0.1 is a tenth, though no float is."""
    assert exact(0.1) == Fraction(1, 10)
    assert exact(np.float64(1e-7)) == Fraction(1, 10**7)


def test_a_limit_is_met_within_a_billionth_of_it():
    """Relative to the limit, absolute below 1, from above and from below."""
    assert largest_met(0.5) == Fraction(1, 2) + Fraction(1, 10**9)
    assert least_met(2000.0) == 2000 - Fraction(2000, 10**9)
    assert above(np.array([2000.000002, 2000.000003]), 2000.0).tolist() == [
        0.0,
        pytest.approx(3e-6),
    ]
    assert below(np.array([1 - 1e-9, 1 - 2e-9]), 1.0).tolist() == [0.0, pytest.approx(2e-9)]


def test_at_the_edge_exact_sums_decide():
    """1.000000001 meets 1, to the last digit; no float of it does."""
    assert 1.000000001 - 1.0 > 1e-9
    assert above(np.array([1.000000001]), 1.0).tolist() == [0.0]
    assert above(np.array([1.0000000010000002]), 1.0)[0] > 0
    assert not breaches(loads(0.7, 0.300000001, max_workload=1.0))
    assert breaches(loads(0.7, 0.3000000010000001, max_workload=1.0))
    assert not breaches(loads(0.7, 0.299999999, min_workload=1.0))
    assert breaches(loads(0.7, 0.2999999989999999, min_workload=1.0))


def test_a_small_breach_of_a_large_limit_is_told_to_its_last_digit():
    """1e9 + 2.5 above 1e9: floats have lost half of the digits of what is left."""
    found = breaches(loads(1e9, 2.000000001, max_workload=1e9))
    assert found[0].by == 2.000000001


def test_no_limit_is_met_by_anything():
    """Infinity is no limit."""
    assert above(np.array([1e300]), np.inf).tolist() == [0.0]


# --- fractions


@pytest.mark.parametrize("seed", range(40))
def test_fractions_are_judged_as_they_are(seed):
    """Loads of thirds, sevenths, … of any size, and limits that are their sum, or just beside it."""
    rng = random.Random(seed)
    size = rng.choice((Fraction(1, 10**6), Fraction(1), Fraction(10**9)))
    weights = [
        size * Fraction(rng.randint(1, 99), rng.choice((3, 7, 11, 13, 97)))
        for _ in range(rng.randint(1, 12))
    ]
    total = sum(weights)
    hair = Fraction(1, 10**20)
    for off, meets_it in ((0, True), (1, True), (1 + hair, False)):
        least = total / (1 + off * Fraction(1, 10**9))
        limit = least if least > 1 else total - off * Fraction(1, 10**9)
        if limit > 0:
            assert bool(breaches(loads(*weights, max_workload=limit))) is not meets_it
        most = total / (1 - off * Fraction(1, 10**9))
        limit = most if most > 1 else total + off * Fraction(1, 10**9)
        assert bool(breaches(loads(*weights, min_workload=limit))) is not meets_it


def test_fractions_and_decimals_are_compared_as_the_floats_that_are_nearest():
    """Equal, pickled, changed and written down."""
    third = [Member("a", max_workload=Fraction(1, 3), share=Fraction(1, 3))]
    written = [Member("a", max_workload=0.3333333333333333, share=0.3333333333333333)]
    decimal = [Member("a", max_workload=Decimal(1) / 3, share=Decimal(1) / 3)]
    home = [Household("h", workload=Fraction(1, 3))]
    problem = Problem(third, home, travel=None)
    for other in (written, decimal):
        same = Problem(other, home, travel=None)
        assert same == problem
        assert fingerprint(same) == fingerprint(problem)
    again = pickle.loads(pickle.dumps(problem)).replace(max_changes=None)
    assert again == problem
    assert again.members[0].share == Fraction(1, 3)
    assert not check(again, [("h", "a")]).relaxations


def test_what_is_given_is_kept_where_its_float_says_something_else():
    """Half is half; a third is none, nor is a decimal of twenty places; what has no float is left."""
    long = Decimal("0.12345678901234567891")
    found = given_exactly([0.1, 1, "x", Fraction(1, 2), Fraction(-1, 3), long, Decimal("NaN")])
    assert found == {1 / 3: Fraction(1, 3), float(long): Fraction(long)}
    assert given_exactly([Fraction(10**400), Decimal("sNaN"), Decimal("-Infinity")]) == {}
    assert exact(-1 / 3, found) == Fraction(-1, 3)
    assert exact(0.25, found) == Fraction(1, 4)
    near = {1 / 3: Fraction(1, 3) + Fraction(1, 10**20)}
    assert given_in(near, found) == given_in(found, near) == dict(found)
    assert all_as_given(np.array([0.25, 1 / 3]), found).tolist() == [0.25, Fraction(1, 3)]


# --- proofs


def test_a_bound_proves_a_value_within_a_billionth():
    """1.000000003 is not proven where 1 can be."""
    assert proves(1.0, 1.0)
    assert meets(1.0000000005, 1.0)
    assert not meets(1.000000003, 1.0)
    assert meets(1e6, 1e6 - 5e-4)
    assert not meets((1.0, 1.000000003), (1.0, 1.0))
    assert not meets((1.0,), (1.0, 1.0))


@pytest.fixture
def plan():
    """One household, 1000.0000023 away."""
    problem = Problem(
        [Member("m")], [Household("h")], travel=TravelMatrix([[1000.0000023]], unit="m")
    )
    return solve(problem, goals=(Travel(),))


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"value": 1000.00001}, "is stated as"),
        ({"best": 1000.0, "bound": 999.9999991}, "was left further than its tolerance"),
        ({"bound": 999.99999}, "is called proven"),
        ({"bound": 1000.00001}, "is above what was reached"),
    ],
)
def test_a_claim_that_is_off_by_little_more_than_the_tolerance_is_false(plan, claims, said):
    """A hundredth of a millimetre on a kilometre is ten times what floats may be off."""
    assert check(plan.problem, plan).valid
    line = replace(plan.goals[0], **claims)
    found = check(plan.problem, replace(plan, goals=(line,)))
    assert any(said in violation for violation in found.violations)


# --- what a slip of one word would change


def test_the_least_travel_counts_every_member_needed():
    """Two for the first household, none for the second: 2 × 3 + 0 × 5."""
    problem = Problem(
        [Member("a"), Member("b")],
        [Household("h1", members_needed=2), Household("h2", members_needed=0)],
        travel=TravelMatrix([[3, 4], [5, 6]]),
    )
    assert Travel().floor(problem) == 6.0


def test_a_member_with_nobody_is_short_of_the_minimum():
    """Only who is optional may be left without the minimum."""
    members = [Member("a", min_households=1), Member("b", min_households=1, optional=True)]
    problem = Problem([*members, Member("c")], [Household("h")], travel=None)
    found = check(problem, [("h", "c")])
    assert [(r.rule, r.subject) for r in found.relaxations] == [("min_households", "a")]


def test_a_group_that_needs_nobody_is_no_group():
    """One thing is wrong with a pair there: it has a member too many."""
    homes = [Household(h, group="g", members_needed=0) for h in ("h1", "h2")]
    found = check(Problem([Member("m")], homes, travel=None), [("h1", "m")])
    assert len(found.violations) == 1
    assert "needs 0" in found.violations[0]


def test_the_largest_load_is_not_the_difference_to_the_smallest():
    """3 and 1: the largest is 3, the spread 2."""
    homes = [Household(f"h{n}") for n in range(4)]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    pairs = [("h0", "a"), ("h1", "a"), ("h2", "a"), ("h3", "b")]
    goals = (FairLoad(), FairLoad(aim="spread"))
    assert [value for _, value in check(problem, pairs, goals=goals).goals] == [3.0, 2.0]


def test_a_breach_that_is_called_proven_meets_its_bound():
    """Half of a breach is not proven to be all of it, and none is above its total."""
    problem = Problem([Member("a", max_workload=1.0)], [Household("h", workload=3.0)], travel=None)
    plan = solve(problem)
    assert check(problem, plan).valid
    for changes, said in (
        ({"bound": 1.99999999}, "is called proven"),
        ({"bound": 2.00000001}, "is above the total"),
        ({"total": 2.00000001}, "is stated as"),
    ):
        line = replace(plan.breaches["max_workload"], **changes)
        claimed = replace(plan, breaches={**plan.breaches, "max_workload": line})
        assert any(said in violation for violation in check(problem, claimed).violations)


# --- what cannot be added up


def test_amounts_whose_sums_or_ratios_are_no_numbers_are_out_of_range():
    """Above 1e100, and below 1e-100; 0, no limit and NaN are something else."""
    amounts = np.array([1e100, 1.1e100, -1.1e100, 1e-100, 9e-101, -9e-101, 0.0, np.inf, np.nan])
    assert out_of_range(amounts).tolist() == [
        False, True, True, False, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize("value", [1e101, 1.7e308, 1e-320])
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (lambda v: {"travel": TravelMatrix([[1, v], [2, 3]])}, "household 'x', travel: .*'b'"),
        (
            lambda v: {
                "members": [Member("a", hamlet="A"), Member("b", hamlet="A")],
                "households": [Household("x", hamlet="A"), Household("y", hamlet="B")],
                "travel": BetweenPlaces({("A", "B"): v}, within=1.0),
            },
            "travel table, from 'A' to 'B'",
        ),
        (lambda v: {"workload": [[1, v], [2, 3]]}, r"pair \('x', 'b'\), workload"),
        (lambda v: {"previous": [("x", "a", v)]}, "years"),
        (
            lambda v: {"households": [Household("x", workload=v), Household("y", visits=v)]},
            "household 'x', workload.*\n.*household 'y', visits",
        ),
        (lambda v: {"members": [Member("a", share=v), Member("b")]}, "member 'a', share"),
    ],
)
def test_what_cannot_be_added_up_is_a_defect_of_its_record_and_field(changes, named, value):
    """Too large, or too small, and in another unit it would do."""
    parts = {"members": [Member("a"), Member("b")], "households": [Household("x"), Household("y")]}
    with pytest.raises(InvalidProblemError, match=named):
        Problem(**{**parts, "travel": None, **changes(value)})


def test_a_reach_of_next_to_nothing_is_a_slip():
    """0 is a reach, and so is anything above it that is a distance."""
    parts = [Member("a")], [Household("x")]
    travel = TravelMatrix([[1.0]])
    with pytest.raises(
        InvalidProblemError, match="max_travel: is 1e-320; state it in a smaller unit"
    ):
        Problem(*parts, travel=travel, max_travel=1e-320)
    assert Problem(*parts, travel=travel, max_travel=0).max_travel == 0


@pytest.mark.parametrize("value", [1e101, -1.7e308, 1e-320])
@pytest.mark.parametrize("scores", [lambda v: {("x", "b"): v}, lambda v: [[1, v], [2, 3]]])
def test_scores_that_cannot_be_added_up_name_their_pair(scores, value):
    """In a mapping and in a matrix."""
    people, homes = [Member("a"), Member("b")], [Household("x"), Household("y")]
    problem = Problem(people, homes, travel=None)
    with pytest.raises(InvalidArgumentError, match=r"score of \('x', 'b'\) is too large, or too"):
        solve(problem, goals=(Preference(scores(value)),))


def test_a_tolerance_that_cannot_be_added_up_is_refused():
    """It would leave everything."""
    with pytest.raises(InvalidArgumentError, match="rtol is 1e\\+101; give a number, 0 or more"):
        Travel(rtol=1e101)


@pytest.mark.parametrize("engine", ["auto", "cp_sat", "mip", "lns"])
def test_amounts_far_from_one_another_are_no_crash(engine):
    """1e-99 beside 1e99, a minimum that nobody reaches, and the other way round."""
    for least, load in ((1e99, 1e-99), (1e-99, 1e99), (0.0, 1e-99)):
        problem = Problem(
            [Member("a", min_workload=least), Member("b")],
            [Household("x", workload=load), Household("y", workload=1e-99)],
            travel=None,
        )
        plan = solve(problem, goals=(FairLoad(),), engine=engine, search=Search(seconds=5.0))
        assert check(problem, plan).valid
