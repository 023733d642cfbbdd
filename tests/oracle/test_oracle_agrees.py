"""The second opinions agree with each other, and the library's judge with theirs."""

import random
from itertools import product

import pytest
from lanes import chunks, named

from oracle import brute, cp_sat_reference, random_problems, reading
from oracle.judging import judge
from phancong import Household, Member, Problem, TravelMatrix, check
from phancong.goals import Continuity, FairLoad, Farthest, Travel


def test_brute_force_finds_the_plan_that_a_reader_finds():
    """Two members, three households: 1 + 1 + 2 is the least way, loads 2 and 1 the fairest."""
    problem = Problem(
        [Member("a"), Member("b")],
        [Household("h1"), Household("h2"), Household("h3")],
        travel=TravelMatrix([[1, 5], [1, 3], [7, 2]]),
        previous=[("h1", "b"), ("h3", "b")],
    )
    goals = (FairLoad("households"), Travel(), Continuity(), Farthest())
    result = brute.best(problem, goals, ())
    assert result.pairs == (("h1", "a"), ("h2", "a"), ("h3", "b"))
    assert result.goals == (2.0, 4.0, 1.0, 2.0)
    assert result.plans == 8  # coverage must hold, so each household has one of two members


def test_brute_force_leaves_the_lowest_class_uncovered():
    """One place for two households: the one of the higher class gets it (contract 4.3)."""
    problem = Problem(
        [Member("a", max_households=1)],
        [Household("h1", priority=1), Household("h2", priority=2)],
        travel=None,
    )
    result = brute.best(problem, (FairLoad("households"),), ("coverage",))
    assert result.pairs == (("h2", "a"),)
    assert result.keys == {"coverage": (0, 0, 1, 1)}
    assert brute.best(problem, (FairLoad("households"),), ()) is None


@pytest.mark.parametrize("seeds", chunks(quick=20, full=300, size=50), ids=named)
@pytest.mark.parametrize("flow_only", [True, False], ids=["flow", "every rule"])
def test_brute_force_agrees_with_the_judge_and_with_cp_sat(seeds, flow_only):
    """Three ways to count the same rules, in three programs, come to one answer."""
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=flow_only)
        tried = brute.best(problem, goals, relax)
        solved = cp_sat_reference.best(problem, goals, relax)
        assert (tried is None) == (solved is None), seed
        if tried is None:
            continue
        assert tried.totals == pytest.approx(solved.totals), seed
        for result in (tried, solved):
            judged = judge(problem, result.pairs, goals)
            assert not judged.broken, seed
            assert judged.totals == pytest.approx(tried.totals), seed
            for rule, key in result.keys.items():
                assert key == pytest.approx(judged.keys[rule]), (seed, rule)
            for goal, value, here in zip(goals, result.goals, judged.goals, strict=True):
                assert reading.holds(goal, value, here), (seed, goal)
        for value, other in zip(tried.goals, solved.goals, strict=True):
            assert value == pytest.approx(other), seed


@pytest.mark.parametrize("seeds", chunks(quick=30, full=500, size=50), ids=named)
def test_check_agrees_with_the_judge_on_any_pairs(seeds):
    """``check`` finds the same breaches and values as plain loops, on sound and unsound plans."""
    for seed in seeds:
        problem, goals, relax = random_problems.tiny(seed, flow_only=False)
        for pairs in some_plans(problem, goals, relax, random.Random(seed)):
            ours = judge(problem, pairs, goals)
            theirs = check(problem, pairs, goals=goals)
            assert bool(ours.broken) == bool(theirs.violations), (seed, pairs)
            if ours.broken:
                continue
            assert by_rule(theirs.relaxations) == pytest.approx(
                {
                    (rule, *subject_of(subject)): by
                    for rule, breaches in ours.breaches.items()
                    for subject, by in breaches.items()
                }
            ), (seed, pairs)
            for (goal, value), expected in zip(theirs.goals, ours.goals, strict=True):
                assert value == pytest.approx(expected), (seed, pairs, goal)


def some_plans(problem, goals, relax, rng):
    """Yield the best plan, plans of allowed pairs, and one of any pairs at all."""
    result = brute.best(problem, goals, relax)
    if result is not None:
        yield result.pairs
    possible = sorted(reading.allowed(problem))
    for density in (0.2, 0.5, 0.9):
        chosen = [pair for pair in possible if rng.random() < density]
        yield sorted({*thinned(problem, chosen, rng), *problem.fixed})
    everything = product((h.id for h in problem.households), (m.id for m in problem.members))
    yield [pair for pair in everything if rng.random() < 0.2]


def thinned(problem, pairs, rng):
    """Drop pairs beyond what a household needs, and give each group the same members."""
    need = reading.needed(problem)
    mates = reading.groups(problem)
    kept = set()
    for household in need:
        if household != mates[household][0]:
            continue
        room = need[household] - sum(1 for h, _ in problem.fixed if h == household)
        mine = [m for h, m in pairs if h == household and (h, m) not in problem.fixed]
        for member in rng.sample(mine, min(len(mine), room)):
            kept |= {(mate, member) for mate in mates[household]}
    return kept


def by_rule(relaxations):
    return {(r.rule, r.subject, r.member): r.by for r in relaxations}


def subject_of(subject):
    """Return the subject and, for a pair that should not be, its member."""
    return subject if isinstance(subject, tuple) else (subject, None)
