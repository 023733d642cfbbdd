"""The judge sees every plan before anybody else does: an engine that lies is caught (contract 6.3)."""

import pytest

from phancong import (
    RELAXABLE,
    FairLoad,
    Household,
    InfeasibleError,
    JudgementError,
    Member,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.task import Outcome, Proof, Task, read_relax
from phancong.running import run
from phancong.solving import solved

#: a takes two of three households; h1 is 1 from a and 5 from b, and so on.
PROBLEM = Problem(
    [Member("a", max_households=2), Member("b")],
    [Household("h1"), Household("h2"), Household("h3", members_needed=1)],
    travel=TravelMatrix([[1, 5], [2, 5], [9, 3]]),
    fixed=[("h3", "b")],
    forbidden=[("h2", "b")],
)
BEST = [("h1", "a"), ("h2", "a"), ("h3", "b")]
GOALS = (Travel(), FairLoad("households"))


class Stub:
    """An engine that says what it is told to say."""

    name = "stub"
    apart = False

    def __init__(self, pairs, *, breaches=None, lines=None, stopped=None):
        self.pairs = pairs
        self.breaches = {} if breaches is None else breaches
        self.lines = lines
        self.stopped = stopped

    def refusals(self, task):
        return []

    def run(self, task):
        if self.pairs is None:
            return None
        assignment = Assignment.of(task.problem, self.pairs)
        values = [goal.value(assignment) for goal in task.goals]
        goals = tuple(Proof(v, v, True) for v in values) if self.lines is None else self.lines
        return Outcome(assignment, self.breaches, goals, self.stopped)


def stub(pairs, *, problem=PROBLEM, goals=GOALS, relax=RELAXABLE, **claims):
    """The plan by an engine that answers as given."""
    task = Task(problem, goals, read_relax(relax), Course(Search()))
    return solved(task, "stub", {"stub": Stub(pairs, **claims)})


def test_the_truth_passes():
    """Every line proven: the plan is optimal."""
    plan = stub(BEST)
    assert plan.status is Status.OPTIMAL
    assert plan.pairs == tuple(BEST)
    assert (plan.engine, plan.reason, plan.stopped) == ("stub", "asked for", None)
    assert [line.value for line in plan.goals] == [6, 2]
    assert set(plan.breaches) == set(RELAXABLE)
    assert 0 < plan.seconds < 60


def test_a_line_that_is_not_proven_makes_a_feasible_plan():
    """And what cut the search is told."""
    plan = stub(BEST, lines=(Proof(6.0, 6.0, True), Proof(2.0, 1.5, False)), stopped="time")
    assert (plan.status, plan.stopped) == (Status.FEASIBLE, "time")


def test_what_is_proven_impossible_is_diagnosed():
    """An engine that finds no plan: whether it is right, the diagnosis says."""
    with pytest.raises(InfeasibleError, match="no plan keeps the limits that must hold") as caught:
        stub(None)
    assert caught.value.diagnosis.feasible  # by the stub; the others find a plan
    task = Task(PROBLEM, (), {}, Course(Search()))
    assert run(task, "stub", {"stub": Stub(None)}) is None


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("h1", "a"), ("h2", "b"), ("h3", "b")], r"pair \('h2', 'b'\) is forbidden"),
        ([("h1", "a"), ("h2", "a")], r"fixed pair \('h3', 'b'\) is missing"),
        ([("h1", "a"), ("h1", "b"), ("h2", "a"), ("h3", "b")], "'h1' has 2 members and needs 1"),
    ],
    ids=["forbidden", "fixed", "too many"],
)
def test_what_never_gives_way_is_caught(pairs, said):
    """Even where every rule may be relaxed (contract 4.1)."""
    with pytest.raises(
        JudgementError,
        match=f"internal error: engine 'stub' returned a plan that fails verification; please .*{said}",
    ):
        stub(pairs)


def test_a_breach_without_leave_is_caught():
    """A rule that was not named must hold; one that was may be broken."""
    uncovered = [("h1", "a"), ("h3", "b")]
    with pytest.raises(JudgementError, match=r"rule='coverage', subject='h2'.* ceiling 0.0"):
        stub(uncovered, relax=("max_households",))
    problem = PROBLEM.replace(forbidden=[("h2", "a"), ("h2", "b")])
    assert stub(uncovered, problem=problem, relax=("coverage",)).uncovered == ("h2",)


def test_a_breach_above_its_ceiling_is_caught():
    """Each subject on its own; at its ceiling it is kept."""
    homes = ("h1", "h2", "h3")
    problem = PROBLEM.replace(
        members=[Member("a", max_households=1), Member("b")],
        forbidden=[(home, "b") for home in homes],
        fixed=(),
    )
    pairs = [(home, "a") for home in homes]
    with pytest.raises(JudgementError, match=r"rule='max_households'.* beyond its ceiling 1.0"):
        stub(pairs, problem=problem, relax={"max_households": 1})
    assert stub(pairs, problem=problem, relax={"max_households": 2}).relaxed


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((Proof(6.0, 7.0, False), Proof(2.0, 2.0, True)), r"bound 7.0 of Travel\(\) is above"),
        ((Proof(5.0, 5.0, True), Proof(2.0, 2.0, True)), r"Travel\(\) was left further .* 6.0"),
        ((Proof(6.0, 6.0, True), Proof(1.0, 0.0, False)), "FairLoad.* was left further"),
    ],
    ids=["bound above the value", "better than it is", "second goal better than it is"],
)
def test_a_false_claim_about_a_goal_is_caught(lines, said):
    """Values are the judge's; what an engine says of them has to fit."""
    with pytest.raises(JudgementError, match=said):
        stub(BEST, lines=lines)


@pytest.mark.parametrize(
    "lines",
    [
        (Proof(6.0, 0.0, True), Proof(2.0, 2.0, True)),
        (Proof(6.0, 6.0, True), Proof(2.0, 1.0, True)),
    ],
    ids=["travel", "load"],
)
def test_a_proof_whose_bound_is_far_below_is_none(lines):
    """Proven means that the best meets the bound (contract 5.5): the plan says what is left open."""
    plan = stub(BEST, lines=lines)
    assert plan.status is Status.FEASIBLE
    assert not all(line.proven for line in plan.goals)


def test_a_breach_proven_by_a_bound_far_below_is_not():
    """Missing one is not proven to be the least by a bound of 0."""
    plan = stub(
        [("h1", "a"), ("h3", "b")],
        relax=("coverage",),
        breaches={"coverage": Proof(1.0, 0.0, True)},
    )
    assert plan.status is Status.FEASIBLE
    assert not plan.breaches["coverage"].proven


def test_goals_and_lines_are_as_many():
    """A line that is missing is no line."""
    with pytest.raises(ValueError, match="shorter"):
        stub(BEST, lines=(Proof(6.0, 6.0, True),))


def test_totals_are_counted_not_believed():
    """A breach that the engine does not mention is not proven, and its bound is 0."""
    uncovered = [("h1", "a"), ("h3", "b")]
    plan = stub(uncovered, problem=PROBLEM.replace(forbidden=[("h2", "a"), ("h2", "b")]))
    line = plan.breaches["coverage"]
    assert (line.total, line.bound, line.proven) == (1, 0, False)
    assert plan.status is Status.FEASIBLE
    # A bound above what the plan has is cut down to it: it holds for this plan, too.
    claimed = stub(uncovered, breaches={"coverage": Proof(5.0, 5.0, True)}).breaches["coverage"]
    assert (claimed.total, claimed.bound) == (1, 1)


def test_what_is_not_broken_is_proven_not_to_be():
    """Nothing is less than nothing, whatever the engine says of it."""
    plan = stub(BEST, breaches={"coverage": Proof(0.0, 0.0, False)})
    assert plan.breaches["coverage"].proven
    assert plan.status is Status.OPTIMAL


def test_a_rounding_error_is_no_breach_of_a_ceiling():
    """0.1 + 1.1 is 1 above 0.2, though 2e-16 more by floats."""
    problem = Problem(
        [Member("a", max_workload=0.2)],
        [Household("h", workload=0.1), Household("k", workload=1.1)],
        travel=None,
    )
    assert 0.1 + 1.1 - 0.2 > 1.0
    pairs = [("h", "a"), ("k", "a")]
    assert stub(pairs, problem=problem, goals=(), relax={"max_workload": 1.0}).relaxed
