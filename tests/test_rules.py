"""Each limit kept and broken, and what may never be (contract 4)."""

import math

import pytest

from phancong import RELAXABLE, Household, Member, Problem, Relaxation, TravelMatrix
from phancong.assignment import Assignment
from phancong.rules import RULES, breaches, exceptions, reach, violations
from phancong.rules.pairs import outside_hamlet, without_skill


def broken(problem, pairs):
    return breaches(Assignment.of(problem, pairs))


def build(members, households, **options):
    return Problem(members, households, **({"travel": None} | options))


TWO = [Household("h1", workload=2.0), Household("h2", workload=3.0)]


def test_the_order_in_which_rules_give_way():
    """Contract 4.2."""
    assert RELAXABLE == (
        "min_households", "min_workload", "max_changes", "max_hamlets", "within_hamlet",
        "max_travel", "max_workload", "max_households", "needs", "coverage",
    )  # fmt: skip


def test_coverage():
    """Every household gets its members; who needs nobody misses nobody."""
    problem = build(
        [Member("a"), Member("b")],
        [Household("h1", members_needed=2), Household("h2"), Household("h3", members_needed=0)],
    )
    assert broken(problem, [("h1", "a"), ("h1", "b"), ("h2", "a")]) == ()
    assert broken(problem, [("h1", "a")]) == (
        Relaxation("coverage", "h1", 2, 1, 1),
        Relaxation("coverage", "h2", 1, 0, 1),
    )


def test_max_households():
    """No member has more than the maximum."""
    problem = build([Member("a", max_households=1), Member("b")], TWO)
    assert broken(problem, [("h1", "a"), ("h2", "b")]) == ()
    assert broken(problem, [("h1", "a"), ("h2", "a")]) == (
        Relaxation("max_households", "a", 1, 2, 1),
    )


def test_max_workload():
    """No member has more workload than the maximum; what floats cannot tell apart is no breach."""
    problem = build([Member("a", max_workload=4.0), Member("b", max_workload=3.0 - 1e-12)], TWO)
    assert broken(problem, [("h1", "a"), ("h2", "b")]) == ()
    assert broken(problem, [("h1", "a"), ("h2", "a")]) == (
        Relaxation("max_workload", "a", 4, 5, 1),
    )


def test_min_households():
    """Every member has the minimum; an optional one only if used at all."""
    members = [Member("a", min_households=2), Member("b", min_households=2, optional=True)]
    problem = build(members, TWO)
    assert broken(problem, [("h1", "a"), ("h2", "a")]) == ()
    assert broken(problem, [("h1", "a"), ("h2", "b")]) == (
        Relaxation("min_households", "a", 2, 1, 1),
        Relaxation("min_households", "b", 2, 1, 1),
    )


def test_min_workload():
    """The same for workloads."""
    members = [Member("a", min_workload=2.0), Member("b", min_workload=9.0, optional=True)]
    problem = build(members, TWO)
    assert broken(problem, [("h1", "a"), ("h2", "a")]) == ()
    assert broken(problem, [("h1", "a"), ("h2", "b")]) == (
        Relaxation("min_workload", "b", 9, 3, 6),
    )


def test_needs():
    """The member has the skills that the household needs, all of them."""
    problem = build(
        [Member("a", skills=("x", "y")), Member("b", skills=("x",))],
        [Household("h1", needs=("x", "y")), Household("h2"), Household("h3", needs=("y", "x"))],
    )
    assert broken(problem, [("h1", "a"), ("h2", "b"), ("h3", "a")]) == ()
    found = broken(problem, [("h1", "b"), ("h2", "b"), ("h3", "a")])
    assert found == (Relaxation("needs", "h1", 0, 1, 1, "b"),)
    assert without_skill(problem).tolist() == [[False, True], [False, False], [False, True]]


def test_within_hamlet():
    """A household has members of its hamlet; who has no hamlet has no household within it."""
    members = [Member("a", hamlet="A"), Member("b", hamlet="B"), Member("c")]
    households = [Household("h1", hamlet="A"), Household("h2")]
    problem = build(members, households, within_hamlet=True)
    assert outside_hamlet(problem).tolist() == [[False, True, True], [True, True, True]]
    assert broken(problem, [("h1", "a"), ("h2", "c")]) == (
        Relaxation("within_hamlet", "h2", 0, 1, 1, "c"),
    )
    free = problem.replace(within_hamlet=False)
    assert broken(free, [("h1", "b"), ("h2", "c")]) == ()
    assert not outside_hamlet(free).any()


def test_max_travel():
    """Of the member's reach and that of the problem the smaller holds; the excess counts."""
    problem = build(
        [Member("a", max_travel=5.0), Member("b")],
        TWO,
        travel=TravelMatrix([[5, 8], [7, 9]], unit="km"),
        max_travel=8.0,
    )
    assert reach(problem).tolist() == [5, 8]
    assert broken(problem, [("h1", "a"), ("h2", "b")]) == (
        Relaxation("max_travel", "h2", 8, 9, 1, "b"),
    )
    assert broken(problem, [("h1", "b"), ("h2", "a")]) == (
        Relaxation("max_travel", "h2", 5, 7, 2, "a"),
    )


def test_max_changes():
    """Not more families change hands than agreed; nobody is the subject."""
    problem = build(
        [Member("a"), Member("b")], TWO, previous=[("h1", "a"), ("h2", "b")], max_changes=1
    )
    assert broken(problem, [("h1", "a"), ("h2", "a")]) == ()
    assert broken(problem, [("h1", "b"), ("h2", "a")]) == (
        Relaxation("max_changes", None, 1, 2, 1),
    )


def test_max_hamlets():
    """A member serves so many hamlets at most; households without a hamlet count in none."""
    homes = [
        Household("h1", hamlet="A"),
        Household("h2", hamlet="A"),
        Household("h3", hamlet="B"),
        Household("h4"),
    ]
    problem = build([Member("a", max_hamlets=1), Member("b")], homes, max_hamlets=2)
    kept = [("h1", "a"), ("h2", "a"), ("h4", "a"), ("h3", "b")]
    assert broken(problem, kept) == ()
    assert broken(problem, [*kept[:3], ("h3", "a")]) == (Relaxation("max_hamlets", "a", 1, 2, 1),)
    # What is fixed counts, too; of the two limits the smaller holds.
    several = problem.replace(
        households=[Household(h.id, hamlet=h.id) for h in homes],
        fixed=[("h1", "b"), ("h2", "b"), ("h3", "b")],
    )
    assert broken(several, [*several.fixed, ("h4", "a")]) == (
        Relaxation("max_hamlets", "b", 2, 3, 1),
    )


def test_rules_that_are_not_set_cost_nothing():
    """Whether a rule about pairs is set at all is known without a matrix."""
    plain = build([Member("a")], TWO)
    of_pairs = {name: rule for name, rule in RULES.items() if rule.pair is not None}
    assert list(of_pairs) == ["within_hamlet", "max_travel", "needs"]
    assert not any(rule.is_set(plain) for rule in of_pairs.values())
    assert not any(rule.pair.matrix(plain).any() for rule in of_pairs.values())
    assert RULES["within_hamlet"].is_set(plain.replace(within_hamlet=True))
    assert RULES["needs"].is_set(build([Member("a")], [Household(1, needs=("x",))]))
    far = plain.replace(travel=TravelMatrix([[1], [math.inf]]), max_travel=0.5)
    assert RULES["max_travel"].is_set(far)
    assert RULES["max_travel"].pair.matrix(far).tolist() == [[0.5], [0.0]]


def test_what_gives_way_last_stands_first():
    """Contract 4.4: breaches from coverage down to the minimums."""
    problem = build(
        [Member("a", max_households=0), Member("b", max_households=1, min_workload=9.0)], TWO
    )
    found = broken(problem.replace(households=[*TWO, Household("h3")]), [("h1", "b"), ("h2", "b")])
    assert [relaxation.rule for relaxation in found] == [
        "coverage",
        "max_households",
        "min_workload",
    ]


def test_a_fixed_pair_is_an_intended_exception():
    """Contract 4.1: what it breaks of the rules about pairs is listed, and is no breach."""
    problem = build(
        [Member("a", hamlet="A"), Member("b", hamlet="B")],
        [Household("h1", hamlet="B", needs=("x",)), Household("h2", hamlet="B", needs=("x",))],
        travel=TravelMatrix([[3, 1], [3, 1]]),
        max_travel=2.0,
        within_hamlet=True,
        fixed=[("h1", "a")],
    )
    assignment = Assignment.of(problem, [("h1", "a"), ("h2", "b")])
    assert exceptions(assignment) == (
        Relaxation("needs", "h1", 0, 1, 1, "a"),
        Relaxation("max_travel", "h1", 2, 3, 1, "a"),
        Relaxation("within_hamlet", "h1", 0, 1, 1, "a"),
    )
    assert breaches(assignment) == (Relaxation("needs", "h2", 0, 1, 1, "b"),)


@pytest.mark.parametrize(
    ("change", "pairs", "said"),
    [
        ({"forbidden": [("h1", "a")]}, [("h1", "a")], "pair ('h1', 'a') is forbidden"),
        ({"members": [Member("a", max_households=0)]}, [("h1", "a")], "has an exempt member"),
        (
            {"members": [Member("a", household="h1")], "own_household": "forbid"},
            [("h1", "a")],
            "is the member's own household",
        ),
        (
            {"travel": TravelMatrix([[math.inf], [1]])},
            [("h1", "a")],
            "pair ('h1', 'a') is unreachable",
        ),
        (
            {
                "households": [Household(h, group="g") for h in ("h1", "h2")],
                "forbidden": [("h2", "a")],
            },
            [("h1", "a")],
            "pair ('h1', 'a') is not allowed for another household of its group",
        ),
        ({"fixed": [("h1", "a")]}, [], "fixed pair ('h1', 'a') is missing"),
        (
            {"households": [Household("h1", members_needed=0)]},
            [("h1", "a")],
            "household 'h1' has 1 members and needs 0",
        ),
        (
            {"households": [Household(h, group="g") for h in ("h1", "h2")]},
            [("h1", "a")],
            "group 'g' has member 'a' on a part of it only",
        ),
    ],
)
def test_what_may_never_be(change, pairs, said):
    """Contract 4.1: each in words, by id; and nothing of it where it is not so."""
    problem = Problem(**({"members": [Member("a")], "households": TWO, "travel": None} | change))
    assert any(said in text for text in violations(Assignment.of(problem, pairs)))
    keeps = build([Member("a")], TWO)
    assert violations(Assignment.of(keeps, [("h1", "a"), ("h2", "a")])) == ()
