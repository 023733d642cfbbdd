"""Every claim is true where no float is the number that is meant (contract 4.4, 6.2).

Long decimals, thirds and sevenths, 1e9, large beside small, and limits that last year's loads meet to
the last digit, against all plans counted in exact fractions.
"""

import pytest
from lanes import chunks, named
from oracle import exact, long_numbers

from phancong import InfeasibleError, NoPlanFoundError, Search, UnsupportedError, solve

#: Claims are in floats, and each line is held within the tolerance while the next is searched.
CLOSE = 3e-9

#: What is rounded stays open, and an open line is searched until the end.
SEARCH = Search(seconds=3.0)


def near(one, other, scale=1.0):
    return abs(float(one - other)) <= CLOSE * max(1.0, scale, abs(float(other)))


def figures(value):
    return value if isinstance(value, tuple) else (value,)


def drawn(seed, engine):
    """A problem of loads and travel, in every fourth at the edge, or of any rule; to flows a flow."""
    if seed % 4 == 1 and engine != "flow":
        return long_numbers.at_the_edge(seed)
    if engine == "flow" or seed % 4 == 3:
        return long_numbers.dressed(seed, flow_only=engine == "flow")
    return long_numbers.drawn(seed)


def untrue(seed, engine, drawn=drawn):
    """Return what *engine* says of a problem that is not so, in words; empty if all is true."""
    problem, goals, relax = drawn(seed, engine)
    expected = exact.best(problem, goals, relax)
    try:
        plan = solve(problem, goals=goals, relax=relax, engine=engine, search=SEARCH)
    except UnsupportedError:
        return []
    except InfeasibleError:
        return [] if expected is None else [f"infeasible, but {expected.pairs} is a plan"]
    except NoPlanFoundError:
        return [] if expected is None else ["no plan found in time"]
    if expected is None:
        return [f"no plan can be, but there is {plan.pairs}"]
    strict = exact.best(problem, goals, relax, strict=True)
    return list(_lines(expected, strict, problem, goals, plan))


def _lines(expected, strict, problem, goals, plan):
    """Where a billionth of one line is much to the next, only what comes before is compared."""
    totals, values = exact.judged(problem, plan.pairs, goals)
    for rule, total in totals.items():
        if not near(plan.breaches[rule].total, total):
            yield f"{rule}: {plan.breaches[rule].total} is said, {float(total)} is so"
    for rule in expected.keys:
        line, least = plan.breaches[rule], expected.totals[rule]
        if not near(least, strict.totals[rule]):
            return
        if line.bound > float(least) and not near(line.bound, least):
            yield f"{rule}: no bound: {line.bound}, but {float(least)} can be"
        if line.proven and not near(totals[rule], least):
            yield f"{rule}: {line.total} is said to be proven, but {float(least)} can be"
        keys = zip(expected.keys[rule], strict.keys[rule], strict=True)
        if not near(totals[rule], least) or not all(near(one, other) for one, other in keys):
            return  # what is held now is not what the oracle holds
    lines = zip(goals, plan.goals, expected.goals, strict.goals, values, strict=True)
    for goal, line, best, exactly, value in lines:
        if not all(near(b, e) for b, e in zip(figures(best), figures(exactly), strict=True)):
            return
        reached, bound, least = figures(line.best), figures(line.bound), figures(best)
        # What is held of the largest figure leaves those after it so much.
        scale = max(map(abs, map(float, least)), default=1.0)
        if not all(near(v, w) for v, w in zip(figures(line.value), figures(value), strict=True)):
            yield f"{goal!r}: value {line.value} is said, {value} is so"
        differ = [(b, w) for b, w in zip(bound, least, strict=True) if not near(b, w, scale)]
        if differ and differ[0][0] > float(differ[0][1]):
            yield f"{goal!r}: no bound: {line.bound}, but {tuple(map(float, least))} can be"
        same = all(near(r, w, scale) for r, w in zip(reached, least, strict=True))
        if line.proven and not same:
            yield f"{goal!r}: {line.best} is said to be proven, but {tuple(map(float, least))}"
        if line.proven != all(
            v - b <= 1e-9 * max(1.0, abs(v)) for v, b in zip(reached, bound, strict=True)
        ):
            yield f"{goal!r}: {line.best} and its bound {line.bound}: proven is {line.proven}"
        # What an order of figures holds of the largest is much to those after it.
        if not same or (isinstance(best, tuple) and scale > 1e3):
            return


PARTS = {
    "auto": chunks(quick=6, full=200, night=5_000, size=20),
    "flow": chunks(quick=6, full=200, night=5_000, size=20),
    "cp_sat": chunks(quick=6, full=400, night=5_000, size=20),
    "mip": chunks(quick=4, full=120, night=5_000, size=20),
    "lns": chunks(quick=6, full=200, night=5_000, size=20),
}


@pytest.mark.parametrize(
    ("engine", "seeds"),
    [(engine, part) for engine, parts in PARTS.items() for part in parts],
    ids=named,
)
def test_what_is_said_of_long_numbers_is_true(engine, seeds):
    """Values, bounds, proofs and what cannot be; what is rounded is open."""
    failures = {seed: found for seed in seeds if (found := untrue(seed, engine))}
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())


TIED = {
    "flow": chunks(quick=12, full=400, night=10_000, size=40),
    "cp_sat": chunks(quick=2, full=40, night=2_000, size=20),
    "mip": chunks(quick=2, full=40, night=2_000, size=20),
    "lns": chunks(quick=2, full=40, night=2_000, size=20),
}


@pytest.mark.parametrize(
    ("engine", "seeds"),
    [(engine, part) for engine, parts in TIED.items() for part in parts],
    ids=named,
)
def test_what_is_said_after_a_tie_of_long_numbers_is_true(engine, seeds):
    """Ways add up to the same to the last digit, and not in integers: a later goal decides."""
    failures = {
        seed: found
        for seed in seeds
        if (found := untrue(seed, engine, lambda seed, _: long_numbers.tied(seed)))
    }
    assert not failures, "\n".join(f"seed {seed}: {found}" for seed, found in failures.items())


@pytest.mark.parametrize("engine", ["cp_sat", "lns"])
def test_a_pair_is_not_too_dear_because_of_what_floats_lose(engine):
    """A way of 4 in a plan of 1e8 was, by itself, taken for more than the plan (found at night)."""
    assert not untrue(2_002_010, engine)


def test_ways_that_add_up_to_the_same_are_a_tie_to_flows():
    """Two ways of 0.7625106 against one of 1.5250212: a later limit decides (found at night)."""
    assert not untrue(2_001_703, "flow")
