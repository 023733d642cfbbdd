"""Where nothing else finds a plan: a search among plans that may break limits (contract 4.5, 7)."""

import math

import pytest
from full_to_the_brim import brimful
from undiagnosed import undiagnosed

from phancong import (
    RELAXABLE,
    Household,
    InfeasibleError,
    Member,
    NoPlanFoundError,
    Problem,
    Search,
    TravelMatrix,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.diagnosing import Trial, diagnosis
from phancong.engines.easing import Eased
from phancong.engines.exact import CpSatEngine
from phancong.engines.portfolio import Sizes
from phancong.engines.ranking import Ranking
from phancong.engines.task import Outcome, Proof, Task, TooLargeError, no_plan_found

#: Starts are made before anything else.
NONE_IS_SMALL = Sizes(small=0)
#: Two households for one member who takes one.
CROWDED = Problem(
    [Member("a", max_households=1)],
    [Household("g"), Household("h")],
    travel=TravelMatrix([[1], [1]]),
)
#: Three households of workload 2 for two members who take 3 each: no count tells that it cannot hold.
UNPACKED = Problem(
    [Member("a", max_workload=3), Member("b", max_workload=3)],
    [Household(name, workload=2) for name in "ghi"],
    travel=TravelMatrix([[1, 1]] * 3),
)


class TooLarge(CpSatEngine):
    """Has no time to build a model."""

    def run(self, task):
        raise no_plan_found(TooLargeError)


class OnlyEased(CpSatEngine):
    """Has no time for a model in which limits are hard."""

    def run(self, task):
        return super().run(task) if task.relax else TooLarge().run(task)


def solved(problem, engine, relax=(), **search):
    return undiagnosed(
        problem,
        goals=(),
        relax=relax,
        engine="cp_sat",
        made={"cp_sat": engine},
        search=Search(**search or {"work": 5.0}),
        sizes=NONE_IS_SMALL,
    )


def test_a_plan_that_no_start_is_comes_from_plans_that_break_limits():
    """Six loads of which two halves are equal: starts are above a maximum, and no model is built."""
    plan = solved(brimful(), TooLarge())
    assert not plan.relaxations
    assert plan.engine == "all limits relaxed"
    assert sorted(plan.assignment.loads("workload")) == [100.0, 100.0]


def test_that_each_plan_breaks_a_limit_is_a_proof_that_there_is_none():
    """The least breach of what must hold is above 0."""
    with pytest.raises(InfeasibleError, match="no plan keeps the limits that must hold"):
        solved(UNPACKED, OnlyEased())
    assert solved(UNPACKED, OnlyEased(), ["coverage"]).uncovered


def test_what_stays_open_is_told():
    """The limits that the best plan breaks are those to relax."""
    with pytest.raises(NoPlanFoundError, match="more seconds or work, or relax 'max_workload'"):
        solved(UNPACKED, TooLarge())


def test_an_engine_that_takes_no_relaxed_limits_has_no_last_search():
    """It is not asked for what it refuses."""

    class Hard(TooLarge):
        def refuses(self, task):
            return ["relaxed limits"] if task.relax else []

    with pytest.raises(NoPlanFoundError, match="or relax 'coverage'"):
        solved(UNPACKED, Hard())


def test_it_takes_its_share_of_the_work_and_counts_it():
    """Without ceilings; what must hold is broken at the greatest cost, so it comes last."""
    asked = []

    def search(task, _):
        asked.append((list(task.relax), set(task.relax.values()), task.course.search.work))
        task.course.work += 1.0

    task = Task(CROWDED, (), {"coverage": 1.0}, Course(Search(work=4.0)))
    assert Eased(search, 0.5)(task) is None
    hard = [rule for rule in RELAXABLE if rule != "coverage"]
    assert asked == [(["coverage", *hard], {math.inf}, 2.0)]
    assert task.course.work == 1.0


@pytest.mark.parametrize(
    ("bound", "pairs", "is_enough"), [(0.0, "aa", False), (1.0, "aa", True), (0.0, "a", True)]
)
def test_a_plan_of_the_task_or_a_proof_is_enough(bound, pairs, is_enough):
    """One household may be left without a member: then the other limit holds."""
    found = []

    def search(task, enough):
        assignment = Assignment.of(CROWDED, list(zip("gh", pairs, strict=False)))
        lines = {"max_households": Proof(1.0, bound, False)} if pairs == "aa" else {}
        outcome = Outcome(assignment, lines, (), "time")
        found.append(enough(Ranking(task).ranked(assignment, outcome)))
        return outcome

    task = Task(CROWDED, (), {"coverage": math.inf}, Course(Search(work=4.0)))
    try:
        outcome = Eased(search)(task)
    except NoPlanFoundError:
        assert not is_enough
    else:
        assert (outcome is None) is (bound > 0)
    assert found == [is_enough]


def test_a_diagnosis_looks_among_plans_that_break_limits():
    """Whether the limits can hold; what of its questions stays open makes it incomplete."""

    def trial(engine):
        return Trial({}, Course(Search(work=5.0)), "cp_sat", {"cp_sat": engine})

    assert diagnosis(brimful(), trial(TooLarge())).feasible
    found = diagnosis(CROWDED, trial(TooLarge()))  # counting tells that they cannot
    assert (found.feasible, found.complete) == (False, False)
    assert diagnosis(CROWDED, trial(CpSatEngine())).complete
