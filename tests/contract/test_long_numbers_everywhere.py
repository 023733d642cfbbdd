"""What every public function says of long numbers is true (contract 4.4a, 6.3 to 6.6).

Problems of any rule in units that no float is, records and matrices in any order, judged by all
plans counted in exact fractions.
"""

import random

import pytest
from conflicting import untrue_conflicts, untrue_repairs, without_minimums
from lanes import chunks, named
from oracle import exact, long_numbers, reading
from oracle.judging import judge
from variants import exact as plain
from variants import reordered

from phancong import (
    Continuity,
    FairLoad,
    InfeasibleError,
    NoPlanFoundError,
    Search,
    Travel,
    check,
    diagnose,
    explain,
    frontier,
    solve,
)

#: Claims are in floats, and each line is held within the tolerance while the next is searched.
CLOSE = 3e-9

#: What is rounded stays open, and an open line is searched until the end.
SEARCH = Search(seconds=3.0)
#: Where something has to be found, on a machine that is busy, too.
PATIENT = Search(seconds=30.0)


def near(one, other):
    pairs = zip(_figures(one), _figures(other), strict=True)
    # What an order of figures holds of the largest is left to those after it.
    scale = max((abs(float(v)) for v in _figures(other)), default=0.0)
    return all(abs(float(a - b)) <= CLOSE * max(1.0, scale) for a, b in pairs)


def _figures(value):
    return value if isinstance(value, tuple) else (value,)


def drawn(seed, *, flow_only=False):
    """A problem told in another order, its goals, and what may be relaxed."""
    rng = random.Random(f"everywhere {seed}")
    if seed % 2 and not flow_only:
        problem, goals, relax = long_numbers.drawn(seed)
    else:
        problem, goals, relax = long_numbers.dressed(seed, flow_only=flow_only)
    return reordered(problem, rng), goals, relax


def told(failures):
    return "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())


# --- check


def untrue_verdicts(seed):
    """What ``check`` says of some plans that is not so."""
    problem, goals, _ = drawn(seed)
    rng = random.Random(f"plans {seed}")
    plans = exact.Plans(problem, dict.fromkeys(reading.RELAXABLE, float("inf")))
    for row in rng.sample(range(len(plans.rows)), min(5, len(plans.rows))):
        pairs = plans.pairs(row)
        if rng.random() < 0.3:  # one pair more or less than may be
            every = [(h.id, m.id) for h in problem.households for m in problem.members]
            pairs = tuple(sorted({*pairs} ^ {rng.choice(every)}))
            if bool(judge(problem, pairs).broken) == check(problem, pairs, goals=goals).valid:
                yield f"{pairs}: {judge(problem, pairs).broken} is broken"
            continue
        totals, values = exact.judged(problem, pairs, goals)
        found = check(problem, rng.sample(pairs, len(pairs)), goals=goals)
        if not found.valid:
            yield f"{pairs}: {found.violations}"
        for rule, total in totals.items():
            by = sum(r.by for r in found.relaxations if r.rule == rule)
            if bool(by) != bool(total) or abs(float(by - total)) > CLOSE * max(1.0, float(total)):
                yield f"{pairs}: {rule} by {by}, but {float(total)}"
        for (goal, value), right in zip(found.goals, values, strict=True):
            if not near(value, right):
                yield f"{pairs}: {goal!r} is {value}, but {right}"


@pytest.mark.parametrize("seeds", chunks(quick=25, full=1_000, night=10_000, size=50), ids=named)
def test_check_breaks_and_values_are_exact(seeds):
    """Any plan, good or not: each breach, each value, and what may never be."""
    failures = {seed: found for seed in seeds if (found := [*untrue_verdicts(seed)])}
    assert not failures, told(failures)


# --- explain


def untrue_prices(seed):
    """What ``explain`` says of a plan that is not so."""
    problem, goals, relax = drawn(seed)
    try:
        plan = solve(problem, goals=goals, relax=relax, search=SEARCH)
    except (InfeasibleError, NoPlanFoundError):
        return
    rng = random.Random(f"who {seed}")
    households = sorted({h for h, _ in plan.pairs})
    for household in rng.sample(households, min(2, len(households))):
        found = explain(plan, household, kind="household", relax=relax, search=SEARCH)
        for other in found.alternatives:
            pair = household, other.member
            expected = exact.best(problem, goals, relax, having=pair)
            if other.possible != (expected is not None):
                yield f"{pair}: possible is {other.possible}, but {expected}"
            elif expected is not None:
                strict = exact.best(problem, goals, relax, strict=True, having=pair)
                yield from _prices(pair, goals, other, expected, strict)


def _prices(pair, goals, other, expected, strict):
    """Where a billionth of one line is much to the next, only what comes before is compared."""
    lines = {price.name: price for price in other.prices if price.goal is None}
    for rule in expected.keys:
        if not near(expected.totals[rule], strict.totals[rule]):
            return
        price, total = lines.get(rule), expected.totals[rule]
        after, bound, proven = (
            (price.after, price.bound, price.proven) if price else (0.0, 0.0, True)
        )
        if bound > float(total) and not near(bound, total):
            yield f"{pair}: {rule} is at least {bound}, but {float(total)} can be"
        if proven and not near(after, total):
            yield f"{pair}: {rule} would be {after}, but {float(total)}"
        if not near(after, total):
            return
    prices = [price for price in other.prices if price.goal is not None]
    for price, best, exactly in zip(prices, expected.goals, strict.goals, strict=True):
        if not near(best, exactly):
            return
        if price.proven and not near(price.after, best):
            yield f"{pair}: {price.name} would be {price.after}, but {best}"
        if not near(price.after, best) or isinstance(best, tuple):
            return


@pytest.mark.parametrize("seeds", chunks(quick=5, full=160, night=5_000, size=20), ids=named)
def test_prices_are_those_of_the_best_plan_with_the_pair(seeds):
    """What cannot be has no plan at all, and what is proven is what all plans give."""
    failures = {seed: found for seed in seeds if (found := [*untrue_prices(seed)])}
    assert not failures, told(failures)


# --- frontier


def untrue_points(seed):
    """What ``frontier`` says that is not so."""
    problem, goals, relax = drawn(seed)
    axes = [goal for goal in plain(goals) if getattr(goal, "aim", None) != "leximax"]
    others = [g for g in _more(problem) if g not in axes]
    rng = random.Random(f"axes {seed}")
    x, y = [*axes, *rng.sample(others, len(others))][:2]
    # Above the axes nothing is held within a tolerance, which would be much to what comes after.
    expected = exact.front(problem, x, y, (), relax)
    # Nor are breaches: what is so of plans within it and of plans to the last digit is so.
    strict = exact.front(problem, x, y, (), relax, strict=True)
    try:
        front = frontier(problem, x, y, goals=(), relax=relax, search=PATIENT)
    except InfeasibleError:
        if expected is not None:
            yield "infeasible"
        return
    except NoPlanFoundError:
        if expected is not None:
            yield "no plan found in time"
        return
    if expected is None:
        yield "no plan can be"
        return
    for point in front.points:
        _, values = exact.judged(problem, point.plan.pairs, (x, y))
        if not (near(point.x, values[0]) and near(point.y, values[1])):
            yield f"{(point.x, point.y)} is said, {values} is so"
        if point.proven and _beats(expected, values) and _beats(strict, values):
            yield f"{(point.x, point.y)} is said to be proven, but {_beats(expected, values)}"
    if front.complete and _missing(front, expected) and _missing(front, strict):
        yield f"complete is said, but {_missing(front, expected)} is missing"


def _beats(points, values):
    """The points that are better than a plan in one goal, and not worse in the other."""
    return [
        (a, b)
        for a, b in points
        if (a <= values[0] and b <= values[1]) and not (near(a, values[0]) and near(b, values[1]))
    ]


def _missing(front, points):
    """The points that no point of the front is as good as."""
    return [
        (float(a), float(b))
        for a, b in points
        if not any((p.x <= a or near(p.x, a)) and (p.y <= b or near(p.y, b)) for p in front.points)
    ]


def _more(problem):
    chosen = [FairLoad(), FairLoad("households"), Continuity()]
    return chosen if problem.travel is None else [*chosen, Travel()]


@pytest.mark.parametrize("seeds", chunks(quick=5, full=160, night=5_000, size=20), ids=named)
def test_a_front_has_no_point_that_another_beats(seeds):
    """What is called proven no plan beats, and what is called complete misses none."""
    failures = {seed: found for seed in seeds if (found := [*untrue_points(seed)])}
    assert not failures, told(failures)


# --- diagnose


def untrue_diagnoses(seed):
    """What ``diagnose`` says that is not so."""
    flow_only = seed % 3 == 0
    problem, _, relax = drawn(seed, flow_only=flow_only)
    # What may be relaxed anyway, mostly nothing; all rules would leave nothing to diagnose.
    if seed % 4 or len(relax) > 6:
        relax = {}
    relax = dict(relax) if hasattr(relax, "items") else dict.fromkeys(relax)
    try:
        found = diagnose(problem, relax=relax, search=PATIENT)
    except NoPlanFoundError:
        yield "not found out in time"
        return
    if found.feasible != exact.holds(problem, relax):
        yield f"feasible is {found.feasible}"
        return
    if found.feasible:
        return
    yield from _shortfall(problem, found, relax)
    yield from untrue_conflicts(problem, found, relax)
    if not found.conflicts:
        yield "it cannot be, and nothing says why"
    if not found.complete:
        yield "not complete"
    yield from untrue_repairs(problem, found, relax)


def _shortfall(problem, found, relax):
    others = {rule: ceiling for rule, ceiling in relax.items() if rule != "coverage"}
    best = exact.best(without_minimums(problem), (), others | {"coverage": None})
    missing = None if best is None else best.totals["coverage"]
    if found.shortfall != missing and not found.at_least:
        yield f"shortfall is {found.shortfall}, but {missing}"


@pytest.mark.parametrize("seeds", chunks(quick=8, full=240, night=5_000, size=20), ids=named)
def test_a_diagnosis_of_long_numbers_is_true(seeds):
    """Feasible, shortfall, each conflict both ways, each repair applied and the least of its kind."""
    failures = {seed: found for seed in seeds if (found := [*untrue_diagnoses(seed)])}
    assert not failures, told(failures)
