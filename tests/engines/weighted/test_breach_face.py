"""What a plan breaks is proven to be the least, rule by rule, and then the goals (contract 4.3)."""

import math

import pytest
from engines.weighted.breaking import improved, improved_starts, task_of
from lanes import chunks
from oracle import brute

from phancong import (
    RELAXABLE,
    Continuity,
    FairLoad,
    Household,
    Member,
    Problem,
    Travel,
    TravelMatrix,
)
from phancong.assignment import Assignment
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Proof
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.construct.breach_face import BreachFace
from phancong.goals import single
from phancong.rules import order, total

IN_ORDER = tuple(reversed(RELAXABLE))


def proven(value):
    return Proof(value, value, True)


@pytest.mark.parametrize("seeds", chunks(quick=20, full=300, night=3_000, size=25), ids=str)
def test_what_is_proven_of_a_plan_that_breaks_limits_is_what_trying_every_plan_gives(seeds):
    """No line is below its bound while those above are as good as can be; proven lines are the least."""
    asked = expected = None
    for where, question, ranking, _, outcome in improved_starts(seeds):
        if question is not asked:
            asked, expected = question, brute.best(*question)
        _no_line_is_wrong(outcome, expected, ranking.rules, where)


def _no_line_is_wrong(outcome, expected, rules, where):
    for rule in rules if outcome.breaches else ():
        line, least = outcome.breaches[rule], expected.totals[rule]
        if rule != "coverage":
            assert single(line.bound) <= least + 1e-6, (where, rule)
        if not line.proven:
            return
        assert single(line.best) == pytest.approx(least, abs=1e-6), (where, rule)
    for line, best in zip(outcome.goals, expected.goals, strict=True):
        assert single(line.bound) <= single(best) + 1e-6 * max(1.0, abs(single(best))), where
        if not line.proven:
            return
        assert single(line.best) == pytest.approx(single(best), abs=1e-6), where


def test_a_household_that_nobody_may_serve_is_nobodys_fault():
    """h3 stays without a member in every plan; of the others the fairest and shortest are proven."""
    homes = [Household(f"h{n}", workload=n) for n in (1, 2, 3)]
    forbidden = [("h3", "a"), ("h3", "b")]
    ways = TravelMatrix([[1, 2], [1, 3], [1, 1]])
    problem = Problem([Member("a"), Member("b")], homes, travel=ways, forbidden=forbidden)
    outcome = improved(problem, [("h1", "a"), ("h2", "a")], goals=(FairLoad(), Travel()))
    assert outcome.breaches["coverage"] == proven(1.0)
    assert outcome.goals == (proven(2.0), proven(3.0))
    assert outcome.stopped is None


def test_a_household_that_somebody_could_have_is_not_proven_to_stay_open():
    """Who is left out is no proof: the line stays open, and so does all after it."""
    problem = Problem([Member("a")], [Household("h1"), Household("h2")], travel=None)
    face, lines = face_of(problem, [("h1", "a")])
    assert lines == {"coverage": Proof(1.0, 0.0, False)}
    assert not face.complete


def far(first, second, **options):
    """Two households beyond the distance limit of 5, both nearer to a; each member takes one."""
    homes = [Household("h1"), Household("h2")]
    people = [Member(name, max_households=1) for name in "ab"]
    return Problem(people, homes, travel=TravelMatrix([first, second]), max_travel=5, **options)


def test_households_with_the_nearest_member_break_the_distance_limit_least():
    """By 1 and 2, each with its nearest member: no search is needed."""
    problem = far([6, 9], [9, 7])
    outcome = improved(problem, [("h1", "a"), ("h2", "b")])
    assert outcome.breaches["max_travel"] == proven(3.0)
    assert outcome.goals == (proven(13.0),)


@pytest.mark.parametrize("first", ["h1", "h2"])
def test_the_least_beyond_the_distance_limit_is_found_and_proven(first):
    """a may have one of them: 1 + 4, not 2 + 4; from either plan."""
    problem = far([6, 9], [7, 9])
    second = {"h1": "h2", "h2": "h1"}[first]
    outcome = improved(problem, [(first, "a"), (second, "b")])
    assert outcome.breaches["max_travel"] == proven(5.0)
    assert outcome.goals == (proven(15.0),)


def test_a_gap_of_rounding_alone_leaves_the_lines_below_their_bounds():
    """As above with square roots, which 28 bits do not hold: only the line itself stays unproven."""
    problem = far([math.sqrt(37), math.sqrt(85)], [math.sqrt(53), math.sqrt(83)])
    outcome = improved(problem, [("h1", "a"), ("h2", "b")])
    line, (travel,) = outcome.breaches["max_travel"], outcome.goals
    assert not line.proven
    assert line.best == pytest.approx(math.sqrt(37) + math.sqrt(83) - 10)
    assert line.bound == pytest.approx(line.best, abs=1e-6)
    assert travel.bound == pytest.approx(travel.best, abs=1e-6)


def test_the_fewest_changes_beyond_a_cap_are_proven():
    """a has lost the skill for h1, which has to change hands though nothing may."""
    homes = [Household("h1", needs=["x"]), Household("h2")]
    people = [Member("a"), Member("b", skills=["x"])]
    previous = {"h1": "a", "h2": "a"}
    ways = TravelMatrix([[1, 2], [2, 1]])
    problem = Problem(people, homes, travel=ways, previous=previous, max_changes=0)
    goals = (Continuity(), Travel())
    outcome = improved(problem, [("h1", "b"), ("h2", "b")], goals=goals)
    assert outcome.breaches["max_changes"] == proven(1.0)
    assert outcome.goals == (proven(1.0), proven(4.0))


def heavy(loads, **limits):
    """Households of some loads for two members."""
    members = [Member(name, **limits) for name in ("a", "b")]
    homes = [Household(f"h{n}", workload=load) for n, load in enumerate(loads, start=1)]
    return Problem(members, homes, travel=TravelMatrix([[1, 2]] * len(loads)))


@pytest.mark.parametrize(
    ("loads", "limits", "broken"),
    [((2, 2, 2, 1), {"max_workload": 3}, 1.0), ((2, 2, 2, 1), {"min_workload": 4}, 1.0)],
)
def test_loads_that_cannot_fit_are_proven(loads, limits, broken):
    """Seven for two with three each is one too many, and for two with four each one too few."""
    problem = heavy(loads, **limits)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "a"), ("h4", "b")]
    outcome = improved(problem, pairs)
    (rule,) = limits
    assert outcome.breaches[rule] == proven(broken)
    assert outcome.goals == (proven(6.0),)


def face_of(problem, pairs, **options):
    """The face, and the lines of all rules up to the first that is open."""
    task = task_of(problem, pairs, **options)
    face, lines = BreachFace(task), {}
    for rule in reversed(tuple(task.relax)):
        if face.complete:
            lines[rule] = face.settle(rule, task.incumbent)
    return face, lines


def test_loads_that_do_not_come_as_near_as_parts_of_households_have_a_bound():
    """Of 3, 3, 3 and 1 one has 6 instead of 4: two too many are proven, but not that one has both."""
    problem = heavy((3, 3, 3, 1), max_workload=4)
    face, lines = face_of(problem, [("h1", "a"), ("h2", "a"), ("h3", "b"), ("h4", "b")])
    assert lines["max_workload"] == Proof(2.0, 2.0, False)  # in parts 5 and 5 would be as good
    assert not face.complete


@pytest.mark.parametrize(
    ("rule", "limits", "best"),
    [
        ("max_households", {"max_households": 1}, 2.0),
        ("min_households", {"min_households": 3}, 2.0),
    ],
)
def test_what_others_have_proven_of_households_is_taken(rule, limits, best):
    """Four for two who take one each, or three at the least: two each, and travel is proven."""
    problem = heavy((1, 1, 1, 1), **limits)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "b"), ("h4", "b")]
    _, lines = face_of(problem, pairs)
    assert lines[rule] == Proof(best, 0.0, False)
    outcome = improved(problem, pairs, breaches={rule: proven(best)})
    assert outcome.breaches[rule] == proven(best)
    assert outcome.goals == (proven(6.0),)


@pytest.mark.parametrize(
    ("limits", "many", "pairs", "loads"),
    [
        ({"max_households": 1}, 5, "aaabb", (2, 3)),
        ({"min_households": 3}, 3, "aab", (1, 2)),
    ],
)
def test_the_least_breach_of_households_is_one_of_each_member(limits, many, pairs, loads):
    """In every plan the breaches are 2 and 1, so that nobody has less than 1."""
    problem = heavy((1,) * many, **limits)
    (rule,) = limits
    plan = [(f"h{n}", member) for n, member in enumerate(pairs, start=1)]
    face, _ = face_of(problem, plan, breaches={rule: proven(3.0)})
    resource = face.instance.resource("households")
    fewest, most = loads
    assert face.complete
    assert (resource.low.tolist(), resource.high.tolist()) == ([fewest] * 2, [most] * 2)


def test_what_others_have_proven_of_workloads_is_taken():
    """As above; two and two is the shortest."""
    problem = heavy((3, 3, 3, 1), max_workload=4)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "b"), ("h4", "b")]
    face, lines = face_of(problem, pairs, breaches={"max_workload": proven(2.0)})
    assert lines["max_workload"] == proven(2.0)
    assert face.complete
    outcome = improved(problem, pairs, breaches={"max_workload": proven(2.0)})
    assert outcome.goals == (proven(6.0),)


def test_what_is_proven_of_another_plan_says_nothing():
    """The incumbent's line is proven; a plan that breaks the rule by more is not the least."""
    problem = heavy((1, 1, 1, 1), max_households=1)
    task = task_of(
        problem,
        [("h1", "a"), ("h2", "a"), ("h3", "b"), ("h4", "b")],
        breaches={"max_households": proven(2.0)},
    )
    worse = Assignment.of(problem, [(f"h{n}", "a") for n in (1, 2, 3, 4)])
    face = BreachFace(task)
    assert face.settle("max_households", worse) == Proof(3.0, 0.0, False)


def test_what_others_have_proven_of_pairs_is_held():
    """Plans beyond the distance limit by no more than 5."""
    problem = far([6, 9], [7, 9])
    pairs = [("h1", "a"), ("h2", "b")]
    face, lines = face_of(problem, pairs, breaches={"max_travel": proven(5.0)})
    assert lines["max_travel"] == proven(5.0)
    worse = Assignment.of(problem, [("h2", "a"), ("h1", "b")])
    assert not face.instance.keeps(face.instance.taken(worse.mask))
    assert face.instance.keeps(face.instance.taken(Assignment.of(problem, pairs).mask))


def test_a_minimum_is_not_compared_where_a_maximum_gave_way():
    """c and d may have h4 alone: c misses 2 in any case, and which of them has h4 is left open."""
    limits = [("a", None, 3), ("b", None, 3), ("c", 3, None), ("d", 1, None)]
    people = [Member(name, min_workload=low, max_workload=high) for name, low, high in limits]
    homes = [Household(f"h{n}", workload=load) for n, load in enumerate((3, 3, 1, 1), start=1)]
    forbidden = [(home.id, name) for home in homes[:3] for name in "cd"]
    problem = Problem(people, homes, travel=None, forbidden=forbidden)
    pairs = [("h1", "a"), ("h2", "b"), ("h3", "b"), ("h4", "c")]
    _, lines = face_of(problem, pairs)
    assert lines["max_workload"] == proven(1.0)
    assert lines["min_workload"] == Proof(3.0, 0.0, False)


@pytest.mark.parametrize("measure", ["households", "workload"])
def test_fixed_pairs_beyond_a_maximum_are_proven(measure):
    """a is given two and may have one: the third is for b, and travel is proven."""
    limit = {f"max_{measure}": 1}
    fixed = [("h1", "a"), ("h2", "a")]
    homes = [Household(f"h{n}", workload=1) for n in (1, 2, 3)]
    people = [Member("a", **limit), Member("b", **limit)]
    problem = Problem(people, homes, travel=TravelMatrix([[1, 2]] * 3), fixed=fixed)
    rule = f"max_{measure}"
    face, lines = face_of(problem, [*fixed, ("h3", "b")])
    assert lines[rule] == proven(1.0)
    assert face.instance.resource(measure).high.tolist() == [0, 1]
    outcome = improved(problem, [*fixed, ("h3", "b")])
    assert outcome.goals == (proven(4.0),)
    _, lines = face_of(problem, [*fixed, ("h3", "a")])
    assert not lines[rule].proven


@pytest.mark.parametrize("measure", ["households", "workload"])
def test_a_minimum_that_all_allowed_pairs_do_not_give_is_proven(measure):
    """b may serve h3 alone and should have two: it gets h3."""
    homes = [Household(f"h{n}", workload=1) for n in (1, 2, 3)]
    people = [Member("a"), Member("b", **{f"min_{measure}": 2})]
    forbidden = [("h1", "b"), ("h2", "b")]
    problem = Problem(people, homes, travel=TravelMatrix([[1, 2]] * 3), forbidden=forbidden)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "b")]
    face, lines = face_of(problem, pairs)
    assert lines[f"min_{measure}"] == proven(1.0)
    assert face.instance.resource(measure).low.tolist() == [0, 1]
    assert improved(problem, pairs).goals == (proven(4.0),)
    _, lines = face_of(problem, [*pairs[:2], ("h3", "a")])
    assert not lines[f"min_{measure}"].proven


def test_the_load_of_fixed_pairs_in_thirds_is_no_bound_of_a_breach():
    """Floats stand for thirds: integers cannot tell by how much the maximum is exceeded."""
    homes = [Household(f"h{n}", workload=1 / 3) for n in (1, 2, 3)]
    fixed = [("h1", "a"), ("h2", "a")]
    people = [Member("a", max_workload=0.5), Member("b")]
    problem = Problem(people, homes, travel=TravelMatrix([[1, 2]] * 3), fixed=fixed)
    _, lines = face_of(problem, [*fixed, ("h3", "b")])
    assert not lines["max_workload"].proven


def test_who_may_stay_without_a_member_breaks_nothing():
    """Where coverage is relaxed before the distance limit, nobody has to go too far."""
    problem = far([6, 9], [9, 7])
    face, lines = face_of(problem, [("h1", "a"), ("h2", "b")], relax=("coverage", "max_travel"))
    assert not face.complete
    assert not lines


def test_limits_that_must_hold_stay_in_the_face():
    """The rules that may not be relaxed hold from the beginning, changes among them."""
    previous = {"h1": "b", "h2": "b"}
    problem = far([6, 9], [7, 9], previous=previous, max_changes=1)
    pairs = [("h1", "a"), ("h2", "b")]
    face, lines = face_of(problem, pairs, relax=("max_travel",), breaches={})
    assert list(lines) == ["max_travel"]
    assert len(face.instance.budgets) == 1
    assert face.instance.resource("households").high.tolist() == [1, 1]
    assert not face.searched("max_travel", Assignment.of(problem, pairs), None).proven


def test_a_plan_that_breaks_less_is_as_good_and_one_that_breaks_more_is_not():
    """Judged as a whole, in the order of the rules, within the ceilings."""
    problem = far([6, 9], [7, 9])
    near, farther = ([("h1", "a"), ("h2", "b")], [("h2", "a"), ("h1", "b")])
    plans = [Assignment.of(problem, pairs) for pairs in (near, farther)]
    for pairs, kept in ((near, [True, False]), (farther, [True, True])):
        face = BreachFace(task_of(problem, pairs))
        whole = face.of(Assignment.of(problem, pairs))
        assert [whole.keeps(whole.taken(plan.mask)) for plan in plans] == kept
    face = BreachFace(task_of(problem, farther, relax={"max_travel": 3, "coverage": None}))
    assert not face.of(plans[1]).keeps(face.instance.taken(plans[0].mask))


def test_of_a_plan_beyond_a_ceiling_nothing_is_proven():
    """a has two households too many where one is allowed. Nothing of h4, which b has, is searched."""
    members = [Member(name, max_households=1) for name in "ab"]
    homes = [Household(f"h{n}") for n in range(1, 5)]
    ways = TravelMatrix([[6, 20], [7, 20], [8, 20], [9, 10]])
    problem = Problem(members, homes, travel=ways, max_travel=5)
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "a"), ("h4", "b")]
    outcome = improved(problem, pairs, relax={"max_households": 1, "max_travel": None})
    assert not outcome.breaches["max_travel"].proven
    assert total(outcome.assignment, "max_travel") <= 1 + 2 + 3 + 5


def lacking(loads, limits):
    """Members with maxima, and one household whose skill nobody has; loads of the others."""
    members = [Member(f"m{n}", max_workload=limit) for n, limit in enumerate(limits)]
    homes = [Household(f"h{n}", workload=load) for n, load in enumerate(loads)]
    return Problem([*members], [*homes, Household("s", workload=0, needs=("nurse",))], travel=None)


@pytest.mark.parametrize(
    ("loads", "limits", "given", "largest"),
    [
        ([1] * 12, [2] * 4, "0" * 6 + "112233", 1.0),
        ([3, 3, 2], [2, 2], "001", 3.0),
        ([3, 3, 2], [2, 2], "010", 3.0),
    ],
    ids=["all are lowered", "not by parts of households", "none is lower"],
)
def test_the_largest_breach_is_lowered_where_the_total_is_the_least(loads, limits, given, largest):
    """No other rule that is broken stands in the way: here nobody has a skill that is needed."""
    problem = lacking(loads, limits)
    pairs = [(f"h{n}", f"m{m}") for n, m in enumerate(given)]
    outcome = improved(problem, [*pairs, ("s", "m0")], goals=(FairLoad(),))
    total_, largest_ = order(outcome.assignment, "max_workload")[:2]
    assert (total_, largest_) == (4.0, largest)
    assert outcome.breaches["needs"] == proven(1.0)
    assert outcome.breaches["max_workload"] == proven(4.0)


def test_a_largest_breach_is_not_lowered_where_no_time_is_left():
    problem = lacking([1] * 12, [2] * 4)
    pairs = [(f"h{n}", f"m{m}") for n, m in enumerate("0" * 6 + "112233")]
    task = task_of(problem, [*pairs, ("s", "m0")], goals=())
    task.course.work = 5.0
    outcome = LnsEngine(CpSatEngine(), alone=False).run(task)
    assert order(outcome.assignment, "max_workload")[:2] == (4.0, 4.0)


@pytest.mark.parametrize(
    ("side", "limits", "also_allowed", "largest"),
    [
        ("max", (2, 1, 1), ["h2b"], 3.0),
        ("min", (2, 1, 3), ["h2b", "h1c"], 3.0),
        ("max", (2, 2, 1), ["h2b"], 2.0),
        ("max", (2, 1, 1), ["h1b", "h2b", "h3a"], 2.0),
    ],
    ids=["one more above", "one more below", "room", "exchange"],
)
def test_a_largest_breach_is_not_lowered_at_the_cost_of_a_rule_before_it(
    side, limits, also_allowed, largest
):
    """h1 weighs 3 and all others 1. Another engine has proven one household beyond limits, not whose.

    If a gives h2 to b, the largest breach falls from 3 to 2, but a second member breaks the limit of
    households. Not so in the third case, where b has room, and in the last, with h1 and h3 exchanged.
    """
    rule = f"{side}_households"
    homes = [Household(f"h{n}", workload=load) for n, load in enumerate((3, 1, 1, 1, 1), start=1)]
    each = zip("abc", limits, strict=True)
    people = [Member(name, max_workload=1, **{rule: limit}) for name, limit in each]
    pairs = [("h1", "a"), ("h2", "a"), ("h3", "b"), ("h4", "c"), ("h5", "c")]
    allowed = {*pairs, *((pair[:2], pair[2]) for pair in also_allowed)}
    every = {(home.id, member.id) for home in homes for member in people}
    problem = Problem(people, homes, travel=None, forbidden=sorted(every - allowed))
    known, relax = {rule: proven(1.0)}, ("max_workload", rule)
    outcome = improved(problem, pairs, goals=(), relax=relax, breaches=known)
    assert total(outcome.assignment, rule) == 1.0
    assert order(outcome.assignment, "max_workload")[:2] == (4.0, largest)
