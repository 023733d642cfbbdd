"""Each goal's value on an instance that is solved by hand (contract 5)."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest

import phancong
from phancong import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Household,
    InvalidArgumentError,
    Member,
    Preference,
    Problem,
    Travel,
    TravelMatrix,
    UnsupportedError,
    check,
    naming,
    read_plan,
    solve,
)
from phancong import goals as goal_types
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.exact.engine import CpSatEngine
from phancong.engines.task import AtMost, Task
from phancong.goals import (
    BaseGoal,
    FairGoal,
    Kind,
    MemberSums,
    PairSum,
    default_goals,
    no_higher,
    read_goals,
)
from phancong.search import Search
from phancong.words import words

# Members a (half a share), b, c (optional), x (exempt); households 1–4, of which 4 stays uncovered.
PROBLEM = Problem(
    [Member("a", share=0.5), Member("b"), Member("c", optional=True), Member("x", max_workload=0)],
    [
        Household(1, workload=2.0, visits=2.0, cluster="p"),
        Household(2, workload=4.0, visits=1.0, cluster="p"),
        Household(3, workload=1.0, visits=3.0, cluster="q"),
        Household(4, workload=7.0, visits=5.0, cluster="r"),
    ],
    travel=TravelMatrix([[1, 6, 9, 0], [9, 5, 9, 0], [4, 8, 9, 0], [7, 3, 9, 0]], unit="km"),
    previous=[(1, "a", 4), (2, "a", 3), (3, "b", 2), (4, "x", 9), (4, "gone", 9)],
)
PLAN = Assignment.of(PROBLEM, [(1, "a"), (3, "a"), (2, "b")])
NOTHING = Assignment.of(PROBLEM, [])


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        # Pairs: 2·1 + 3·4 + 1·5 = 19; household 4 counts with its nearest allowed member b: 5·3.
        (Travel(), 19 + 15),
        # Ways 1, 4 and 5.
        (Farthest(), 5),
        # a: 2·1 + 3·4 = 14, b: 5, c: 0, x does not count.
        (FairTravel(), 14),
        (FairTravel("leximax"), (14, 5, 0)),
        (FairTravel("spread"), 14 - 5),
        # Workload ÷ share: a (2+1)/0.5 = 6, b 4, c 0.
        (FairLoad(), 6),
        (FairLoad(aim="leximax"), (6, 4, 0)),
        (FairLoad(aim="spread"), 6 - 4),
        # Households ÷ share: a 2/0.5 = 4, b 1, c 0.
        (FairLoad("households"), 4),
        (FairLoad("households", aim="leximax"), (4, 1, 0)),
        (FairLoad("households", aim="spread"), 4 - 1),
        # (1, a) goes on; (2, a) and (3, b) end; (4, x) could not go on, and nobody is "gone".
        (Continuity(), 2),
        (Continuity("years"), 3 + 2),
        # p is served by a and b, q by a, r by nobody.
        (Cohesion(), 1),
        (Preference({(1, "a"): 2.5, (2, "a"): 9.0, (2, "b"): -1, ("no", "b"): 3}), -1.5),
        (Preference([[1, 0, 0, 0], [0, 2, 0, 0], [4, 0, 0, 0], [8, 8, 8, 8]]), -7),
    ],
)
def test_values_by_hand(goal, value):
    """Contract 5.2."""
    assert goal.value(PLAN) == value
    assert goal.defects(PROBLEM) == []


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        # Each household with its nearest allowed member: 2·1 + 1·5 + 3·4 + 5·3.
        (Travel(), 34),
        (Farthest(), 0),
        (FairTravel(), 0),
        (FairLoad(aim="leximax"), (0, 0, 0)),
        (FairLoad(aim="spread"), 0),
        (Continuity(), 3),
        (Cohesion(), 0),
        (Preference({(1, "a"): 1}), 0),
    ],
)
def test_values_of_a_plan_without_pairs(goal, value):
    """Nothing done is not nothing gained: who is missing counts in travel and in continuity."""
    assert goal.value(NOTHING) == value
    assert math.copysign(1, value if isinstance(value, (int, float)) else 0) == 1


def test_nobody_who_counts():
    """All exempt, and only unused optional members: every figure is 0."""
    exempt = Problem([Member("x", max_households=0)], [Household(1)], travel=None)
    assert FairLoad().value(Assignment.of(exempt, [])) == 0
    assert FairLoad(aim="leximax").value(Assignment.of(exempt, [])) == ()
    optional = Problem([Member("c", optional=True)], [Household(1)], travel=None)
    assert FairLoad(aim="spread").value(Assignment.of(optional, [])) == 0


@pytest.mark.parametrize("pairs", [[("h", "a")], [("h", "a"), ("h", "b")]])
def test_a_pair_that_cannot_be_travels_without_end(pairs):
    """Also where all do: their spread is no number less than that."""
    ways = TravelMatrix([[math.inf] * len(pairs)])
    members = [Member(member) for _, member in pairs]
    problem = Problem(members, [Household("h", members_needed=2)], travel=ways)
    for aim in ("minmax", "spread"):
        goal = FairTravel(aim=aim)
        assert check(problem, pairs, goals=(goal,)).goals == ((goal, math.inf),)


def test_scores_of_a_matrix_follow_the_order_given():
    """Contract 5.2: households × members as the problem was given them."""
    problem = Problem([Member("b"), Member("a")], [Household("y"), Household("x")], travel=None)
    goal = Preference([[1, 2], [3, 4]])
    assert goal.matrix(problem).tolist() == [[4, 3], [2, 1]]
    assert goal.value(Assignment.of(problem, [("y", "b")])) == -1


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Travel(tolerance=-1), r"Travel: tolerance is -1; give a number, 0 or more"),
        (lambda: Travel(rtol=math.nan), r"Travel: rtol is nan"),
        (lambda: Travel(tolerance=True), r"Travel: tolerance is True"),
        (lambda: Cohesion(rtol="5 %"), r"Cohesion: rtol is '5 %'"),
        (lambda: FairLoad(aim="fair"), r"FairLoad: aim is 'fair'; give one of 'minmax', 'leximax'"),
        (lambda: FairTravel(None), r"FairTravel: aim is None"),
        (lambda: FairLoad("hours"), r"FairLoad: measure is 'hours'; give 'workload' or"),
        (lambda: FairLoad(aim="leximax", tolerance=1), r"FairLoad: leximax takes no tolerance"),
        (lambda: Continuity("weeks"), r"Continuity: weight is 'weeks'; give None or 'years'"),
        (lambda: Preference(), r"Preference: scores are neither a mapping of pairs nor a matrix"),
        (lambda: Preference([1, 2]), r"Preference: scores are neither"),
        (lambda: Preference([[1], [2, 3]]), r"Preference: scores are neither"),
    ],
)
def test_arguments_are_checked(make, match):
    """Each by name, with what to give."""
    with pytest.raises(InvalidArgumentError, match=match):
        make()


@pytest.mark.parametrize("tolerance", [Decimal("0.5"), Fraction(1, 2), np.float32(0.5)])
def test_a_tolerance_is_any_number(tolerance):
    """As the limits of members are."""
    assert Travel(tolerance=tolerance) == Travel(tolerance=0.5)
    assert repr(Travel(rtol=tolerance)) == "Travel(rtol=0.5)"


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (
            Preference([[1, 2]]),
            "Preference scores are 1 × 2, the problem has 4 households × 4 members",
        ),
        (Preference(np.full((4, 4), np.nan)), "hold a NaN or an infinite number"),
        (Preference({"1a": 1}), "name '1a', which is not a pair of ids"),
        (Preference({(1, "a"): "much"}), "score of (1, 'a') is not a finite number"),
        (Preference({(1, "a"): math.inf}), "score of (1, 'a') is not a finite number"),
        (Preference({7: 1}), "name 7, which is not a pair of ids"),
        (Preference({("1", "a"): 1}), "name no pair of this problem; mend the ids"),
    ],
)
def test_scores_must_fit_the_problem(goal, said):
    """Scores of another problem are told, not read as nothing."""
    assert any(said in text for text in goal.defects(PROBLEM))


def test_no_scores_are_no_defect():
    """An empty mapping, and scores where there is nobody."""
    assert Preference({}).defects(PROBLEM) == []
    nobody = Problem([], [], travel=None)
    assert Preference({("1", "a"): 1}).defects(nobody) == []


@pytest.mark.parametrize(
    ("goal", "floor"),
    [
        (Travel(), 34),  # as without pairs: each household with its nearest allowed member
        (Farthest(), 0),
        (FairTravel("leximax"), (0, 0, 0)),
        (FairLoad(), 0),
        (FairLoad(aim="leximax"), (0, 0, 0)),
        (Continuity(), 0),
        (Cohesion(), 0),
        # The best of each row that is not with the exempt x, and never less than leaving it out.
        (Preference([[1, 2, 0, 9], [0, 2, 0, 0], [-4, -1, -2, 0], [8, 8, 8, 8]]), -(2 + 2 + 0 + 8)),
    ],
)
def test_no_plan_is_below_the_floor(goal, floor):
    """A bound by arithmetic alone, which holds for every plan."""
    assert goal.floor(PROBLEM) == floor
    for column in range(3):
        plan = Assignment.of(PROBLEM, [(h, PROBLEM.members[column].id) for h in (1, 2, 3, 4)])
        assert goal.value(plan) >= floor


@pytest.mark.parametrize("goal", [Travel(), Farthest(), FairTravel()])
def test_goals_of_travel_need_a_distance(goal):
    """Contract 3.0: refused by name."""
    (said,) = goal.defects(PROBLEM.replace(travel=None))
    assert said.startswith(f"{type(goal).__name__} needs travel")


def test_a_goal_is_held_to_within_its_tolerance():
    """Contract 5.1: absolute or relative, the larger holds."""
    assert Travel(tolerance=3, rtol=0.1).held(20) == 23
    assert Travel(tolerance=3, rtol=0.1).held(-50) == -45
    assert Travel().held(20) == 20
    assert Travel().exact
    assert not Travel(rtol=0.1).exact
    assert not Travel(tolerance=1).exact


def test_preferences_are_compared_by_their_scores():
    """Mappings with mappings, matrices with matrices; the repr holds no score."""
    one = Preference({(1, "a"): 1.0})
    assert one == Preference({(1, "a"): 1.0})
    assert hash(one) == hash(Preference({(1, "a"): 1.0}))
    assert one != Preference({(1, "a"): 2.0})
    assert one != Preference({(1, "a"): 1.0}, tolerance=1)
    assert one != Preference([[1.0]])
    assert one != 7
    assert Preference([[1.0]]) == Preference([[1.0]])
    assert Preference([[1.0]]) != Preference([[2.0]])
    assert repr(one) == "Preference(1 pair)"
    assert repr(Preference([[1.0, 2.0]])) == "Preference(1 × 2)"


def test_scores_are_copied_in():
    """What the caller does to them afterwards changes nothing."""
    scores = {(1, "a"): 1.0}
    matrix = np.ones((4, 4))
    goals = Preference(scores), Preference(matrix)
    scores[1, "a"], matrix[:] = 9.0, 9.0
    assert [goal.value(Assignment.of(PROBLEM, [(1, "a")])) for goal in goals] == [-1, -1]
    with pytest.raises(ValueError, match="read-only"):
        goals[1].scores[0, 0] = 3


def test_the_default_goals():
    """Contract 5.4: fair loads, continuity, travel; without travel where there is no distance."""
    assert default_goals(PROBLEM) == (FairLoad("workload", aim="minmax"), Continuity(), Travel())
    assert read_goals(None, PROBLEM.replace(travel=None)) == (FairLoad(), Continuity())


@pytest.mark.parametrize(
    ("goals", "match"),
    [
        (Travel(), r"goals is a single goal; give a sequence, such as \(Travel\(\),\)"),
        ([Travel], r"goal number 1 is .*, which is not a goal \(did you forget the brackets\?\)"),
        ([Travel(), 7], r"goal number 2 is 7, which is not a goal$"),
        ([Travel(), Travel()], r"goal number 2 \(Travel\(.*\)\) is given twice"),
        ([Preference([[1]]), 7], r"Preference scores are 1 × 1.*; goal number 2 is 7"),
    ],
)
def test_what_is_no_sequence_of_goals_is_refused(goals, match):
    """Contract 5.1: all that is wrong at once."""
    with pytest.raises(InvalidArgumentError, match=match):
        read_goals(goals, PROBLEM)


def test_a_goal_has_a_value():
    """What all goals have in common is no goal."""
    with pytest.raises(NotImplementedError, match=r"^BaseGoal defines no value$"):
        BaseGoal().value(PLAN)


@dataclass(frozen=True, slots=True, repr=False)
class MostVisits(BaseGoal):
    """The largest number of visits of a pair, given by figures alone."""

    kind: ClassVar[Kind] = Kind.LARGEST

    def pair_figures(self, problem):
        visits = problem.household_columns.visits
        return np.repeat(visits[:, None], len(problem.member_columns), axis=1)


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
def test_the_value_of_a_goal_follows_from_the_figures_of_pairs(engine):
    """Nobody has h2, which would be 5 visits; without a pair it is 0."""
    problem = Problem(
        [Member("a", max_households=1)],
        [Household("h1", visits=3), Household("h2", visits=5)],
        travel=None,
    )
    plan = solve(problem, goals=(MostVisits(),), relax=("coverage",), engine=engine)
    assert [line.value for line in plan.goals] == [3.0]
    assert plan.pairs == (("h1", "a"),)
    assert MostVisits().value(Assignment.of(problem, ())) == 0.0


def test_a_goal_of_no_known_kind_has_no_coefficients():
    """They go by the kind."""
    assert BaseGoal().kind is Kind.OTHER
    assert BaseGoal().pair_sum(PROBLEM) is None


def test_what_goals_that_compare_members_have_in_common_is_no_goal():
    """It has no figures."""
    with pytest.raises(TypeError, match=r"abstract class FairGoal .*member_sums"):
        FairGoal()


#: The kinds that have mathematics, each with the methods that may give it.
GIVEN_BY = [(kind, part) for kind in Kind for part in kind.methods]


def incomplete(**parts):
    """A goal whose class has these parts only."""
    return type("Toy", (BaseGoal,), {"value": lambda self, assignment: 0.0, **parts})()


@pytest.mark.parametrize(("kind", "part"), GIVEN_BY)
def test_a_goal_without_the_method_of_its_kind_is_refused_by_name(kind, part):
    """Engines would find no coefficients; the sentence says which method is missing."""
    said = rf"^Toy is of {kind}, and does not define .*{part}"
    for used in (solve, lambda problem, goals: check(problem, (), goals=goals)):
        with pytest.raises(InvalidArgumentError, match=said):
            used(PROBLEM, goals=(incomplete(kind=kind),))


@pytest.mark.parametrize(("kind", "part"), GIVEN_BY)
def test_a_goal_without_the_kind_of_its_method_is_refused_by_name(kind, part):
    """No engine would ask the method."""
    goal = incomplete(**{part: lambda self, problem: None})
    with pytest.raises(InvalidArgumentError, match=rf"^Toy defines {part}, .*not .*{kind}"):
        read_goals((goal,), PROBLEM)
    assert incomplete(kind=kind, **{part: None}).missing_parts() == []


def test_a_goal_whose_argument_cannot_be_parted_is_refused_by_name():
    """What belongs to the pairs of a part, only the goal can say."""

    @dataclass(frozen=True, slots=True, repr=False)
    class Kin(BaseGoal):
        households: tuple[int, ...] = ()
        word: str = "all"

    with pytest.raises(
        InvalidArgumentError, match=r"^Kin has the argument households, and no of_p"
    ):
        read_goals((Kin(),), PROBLEM)


@dataclass(frozen=True, slots=True)
class Visits(MemberSums):
    """Visits of each member: figures that no engine has heard of."""

    def of(self, assignment):
        members = len(assignment.problem.member_columns)
        visits = assignment.problem.household_columns.visits[assignment.rows]
        return np.bincount(assignment.columns, visits, members)

    def pairs(self, problem):
        return problem.household_columns.visits[:, None] * problem.allowed


@dataclass(frozen=True, slots=True, repr=False)
class FairVisits(FairGoal):
    """Fairness of visits."""

    aim: str = "minmax"

    @property
    def member_sums(self):
        return Visits()


@dataclass(frozen=True, slots=True, repr=False)
class Alone(BaseGoal):
    """Pairs of a household with one member of three: a sum that no engine has heard of."""

    @property
    def kind(self):
        return Kind.PAIR_SUM

    def pair_sum(self, problem):
        return PairSum(pairs=np.array([[1.0, 0.0]]) * problem.allowed, constant=0.0)


@pytest.mark.parametrize(
    ("aim", "value"), [("minmax", 3.1), ("leximax", (3.1, 3.0)), ("spread", 0.1)]
)
def test_figures_that_no_engine_has_heard_of_are_compared(aim, value):
    """Visits 0.1, 1, 2 and 3 of two members: 3.0 beside 3.1."""
    households = [Household(n, visits=v) for n, v in enumerate((0.1, 1.0, 2.0, 3.0))]
    problem = Problem([Member("a"), Member("b")], households, travel=None)
    (line,) = solve(problem, goals=(FairVisits(aim),)).goals
    assert line.proven
    assert line.value == pytest.approx(value)


def test_figures_of_many_digits_that_no_engine_has_heard_of_are_compared():
    """π + 1 is more than e + √2 by 0.009: no other way to part them has less."""
    households = [Household(n, visits=v) for n, v in enumerate((math.pi, math.e, 2**0.5, 1.0))]
    problem = Problem([Member("a"), Member("b")], households, travel=None)
    (line,) = solve(problem, goals=(FairVisits(),)).goals
    assert line.proven
    assert line.value == math.pi + 1


def test_a_limit_on_figures_that_no_engine_has_heard_of_is_kept():
    """Within 3.1 visits one member has the household of 3 alone; within 3.0 there is no plan."""
    households = [Household(n, visits=v) for n, v in enumerate((0.1, 1.0, 2.0, 3.0))]
    problem = Problem([Member("a"), Member("b")], households, travel=None)

    def within(limit):
        goals = AtMost(FairVisits(), limit), Alone()
        return CpSatEngine().run(Task(problem, goals, {}, Course(Search())))

    assert within(3.1).goals[1].best == 1
    assert within(3.0) is None


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip", "lns"])
def test_a_sum_that_no_engine_has_heard_of_is_minimised(engine):
    """By its coefficients: the first member has one household, since the second takes one only."""
    members = [Member("a"), Member("b", max_households=1)]
    problem = Problem(members, [Household("g"), Household("h")], travel=None)
    (line,) = solve(problem, goals=(Alone(),), engine=engine).goals
    assert line.proven
    assert line.value == 1


@pytest.mark.parametrize("engine", ["auto", "flow", "cp_sat", "mip", "lns"])
def test_a_goal_of_no_known_kind_is_refused_by_name(engine):
    """Whatever engine is asked: none knows how to make it small."""
    with pytest.raises(UnsupportedError, match="BaseGoal"):
        solve(PROBLEM, goals=(BaseGoal(),), engine=engine)


def test_a_limit_on_a_goal_has_its_mathematics():
    """The coefficients and the unit are those of the goal."""
    limit = AtMost(Travel(), 5.0)
    assert limit.kind is Kind.LIMIT
    assert limit.needs_travel
    assert limit.exact
    assert limit.pair_figures(PROBLEM) is None  # nothing is minimised
    assert limit.pair_sum(PROBLEM).constant == Travel().floor(PROBLEM)
    assert not AtMost(FairLoad(), 1.0).needs_travel


@pytest.mark.parametrize("goal", [Travel(), Continuity(), Continuity("years")])
def test_the_coefficients_of_a_sum_give_its_value(goal):
    """Constant and Σ pairs, as the plan has it."""
    total = goal.pair_sum(PROBLEM)
    assert total.constant + total.pairs[PLAN.mask].sum() == pytest.approx(goal.value(PLAN))


#: Every goal that there is.
KINDS = [
    kind
    for kind in vars(goal_types).values()
    if isinstance(kind, type) and issubclass(kind, BaseGoal) and kind not in (BaseGoal, FairGoal)
]


def made(kind):
    """A goal of a class, with the arguments that it needs."""
    return kind({(1, "a"): 1.0}) if kind is Preference else kind()


@pytest.mark.parametrize("kind", KINDS)
def test_a_goal_says_whether_it_is_in_the_unit_of_travel(kind):
    """If so, its value doubles with travel; if not, it has one where there is no distance."""
    goal = made(kind)
    if not goal.needs_travel:
        free = PROBLEM.replace(travel=None)
        assert goal.value(Assignment.of(free, PLAN.pairs)) == goal.value(PLAN)
    twice = PROBLEM.replace(travel=TravelMatrix(2 * PROBLEM.travel_matrix, unit="km"))
    expected = goal.value(PLAN) * (1 + goal.needs_travel)
    assert goal.value(Assignment.of(twice, PLAN.pairs)) == pytest.approx(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_every_goal_is_public_named_and_stored(kind, tmp_path):
    """By its class, in a sentence of each language, and in a plan that is read again."""
    goal = made(kind)
    assert getattr(phancong, kind.__name__) is kind
    for lang in ("en", "vi"):
        assert naming.goal(words(lang), goal) != repr(goal)
    problem = Problem([Member("a")], [Household(1)], travel=TravelMatrix([[1.0]]))
    solve(problem, goals=(goal,)).to_json(tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json", problem).goals[0].goal == goal


@pytest.mark.parametrize(
    ("bound", "best", "expected"),
    [
        (3.0, 4.0, 3.0),
        (5.0, 4.0, 4.0),
        (0.1 + 0.2, 0.3, 0.3),
        ((2.0, 1.0), (2.0, 1.0), (2.0, 1.0)),
        ((3.0, 0.0), (2.0, 1.0), (2.0, 1.0)),
        ((0.1 + 0.2, 0.0), (0.3, 0.2), (0.3, 0.0)),
    ],
)
def test_a_bound_is_no_higher_than_what_was_reached(bound, best, expected):
    """What floats add to the first place of a bound proves none of the others."""
    assert no_higher(bound, best) == expected


def test_the_least_of_a_sum_is_each_households_cheapest_members():
    """Each household takes at most as many members as it needs, and none that costs."""
    rng = np.random.default_rng(5)
    for _ in range(200):
        pairs = rng.integers(-3, 4, size=rng.integers((0, 1), (5, 5))).astype(np.float64)
        needed = rng.integers(0, 6, size=len(pairs))
        rows = zip(pairs.tolist(), needed.tolist(), strict=True)
        least = sum(min(cost, 0) for row, need in rows for cost in sorted(row)[:need])
        assert PairSum(pairs=pairs, constant=2.0).least(needed) == 2.0 + least


def test_the_floor_of_scores_is_that_of_their_matrix():
    """A mapping needs no matrix; forbidden pairs, former members and scores below 0 do not count."""
    scores = {(1, "a"): 2.5, (1, "b"): 4, (2, "a"): Fraction(3, 2), (2, "b"): -1, (3, "no"): 9}
    goal = Preference(scores)
    households = [Household(1, members_needed=2), Household(2), Household(3, members_needed=0)]
    for forbidden in ([], [(1, "b")], [(2, "a")]):
        members = [Member("a"), Member("b"), Member("c")]
        problem = Problem(members, households, travel=None, forbidden=forbidden)
        assert goal.floor(problem) == Preference(goal.matrix(problem)).floor(problem)
