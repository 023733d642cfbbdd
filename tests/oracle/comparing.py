"""What a plan of the library must have in common with the proven answer."""

import pytest

from oracle import brute, reading
from oracle.judging import judge
from phancong import InfeasibleError, Search, Status, solve


def check_against(expected, problem, goals, relax, *, engine, solving=solve):
    """Solve and return everything that differs from *expected* (None: no plan there is)."""
    try:
        plan = solving(
            problem, goals=goals, relax=relax, engine=engine, search=Search(seconds=600.0)
        )
    except InfeasibleError:
        return [] if expected is None else ["infeasible, but there is a plan"]
    if expected is None:
        return [f"no plan can be, but there is {plan.pairs}"]
    return list(_differences(expected, problem, goals, plan))


def differing(seeds, posed, *, engine, expected=brute.best, solving=solve):
    """Seed → all that differs from *expected*, of the problems, goals and rules that are *posed*.

    Nothing is solved where None is posed for a seed.
    """
    failures = {}
    for seed in seeds:
        asked = posed(seed)
        if asked is None:
            continue
        found = check_against(expected(*asked), *asked, engine=engine, solving=solving)
        if found:
            failures[seed] = found
    return failures


def _differences(expected, problem, goals, plan):
    if plan.status is not Status.OPTIMAL:
        yield f"status is {plan.status}"
    judged = judge(problem, plan.pairs, goals)
    yield from judged.broken
    for rule, total in expected.totals.items():
        if judged.totals[rule] != pytest.approx(total, abs=1e-6):
            yield f"{rule}: the plan breaks it by {judged.totals[rule]}, not by {total}"
        line = plan.breaches.get(rule)
        claims = (0.0, 0.0) if line is None else (line.total, line.bound)
        if claims != pytest.approx((total, total), abs=1e-6):
            yield f"{rule}: claims total and bound {claims}, not {total}"
        if line is not None and not line.proven:
            yield f"{rule}: is not proven"
    for rule, key in expected.keys.items():
        if judged.keys[rule] != pytest.approx(key, abs=1e-6):
            yield f"{rule}: its stages reach {judged.keys[rule]}, not {key}"
    listed = sorted((r.rule, str(r.subject), r.by) for r in plan.relaxations)
    found = sorted(
        (rule, str(subject[0] if isinstance(subject, tuple) else subject), by)
        for rule, breaches in judged.breaches.items()
        for subject, by in breaches.items()
    )
    if not _same_lines(listed, found):
        yield f"relaxations are {listed}, not {found}"
    for goal, line, best, value in zip(
        goals, plan.goals, expected.goals, judged.goals, strict=True
    ):
        if line.best != pytest.approx(best, abs=1e-6):
            yield f"{goal!r}: best is {line.best}, not {best}"
        if line.bound != pytest.approx(best, abs=1e-6) or not line.proven:
            yield f"{goal!r}: bound is {line.bound} (proven: {line.proven}), not {best}"
        if line.value != pytest.approx(value, abs=1e-6):
            yield f"{goal!r}: claims the value {line.value}, but is worth {value}"
        if not reading.holds(goal, best, value):
            yield f"{goal!r}: is worth {value}, beyond what {best} allows"


def _same_lines(listed, found):
    """Return whether the same limits are broken by the same amounts."""
    return [line[:2] for line in listed] == [line[:2] for line in found] and [
        line[2] for line in listed
    ] == pytest.approx([line[2] for line in found], abs=1e-6)
