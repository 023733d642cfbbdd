"""The last steps of a stage: what is looked at exactly after integers have said what they can."""

from fractions import Fraction

import numpy as np
import pytest
from engines.exact.scripted import Scripted

from phancong import (
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Status,
    solve,
)
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.common.formulation import Formulation
from phancong.engines.common.linear_model import Answer, Claim, Linear
from phancong.engines.exact.fairness import lowest_exactly
from phancong.engines.exact.model import Model
from phancong.engines.exact.steps import Steps
from phancong.engines.task import AtMost, Proof, Task, as_held
from phancong.running import run

EXACT = ["cp_sat", "mip"]


# --- the largest figure, exactly ------------------------------------------------------------------


def lowest(*answers):
    """Three households for two members: of all with a, the search gets to what *answers* say."""
    homes = [Household(f"h{n}") for n in range(3)]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    steps = Steps(Model(Formulation(problem, {}, 30)), Scripted(*answers), Course(Search()))
    steps.begin(1.0)
    assert steps.offer(ALL_WITH_A)
    loads = [Linear.of((pair, 1) for pair in pairs.tolist()) for pairs in steps.model.of_member]

    def reached():
        return Fraction(max(load.at(steps.plan) for load in loads))

    def keep(level):
        for load in loads:
            steps.model.add(load, upper=level.__floor__())

    return steps, reached, lowest_exactly(steps, reached, keep, None)


ALL_WITH_A = np.array([1, 0, 1, 0, 1, 0])
TWO_WITH_A = np.array([1, 0, 1, 0, 0, 1])


def test_a_better_plan_is_looked_for_until_there_is_none():
    """From 3 to 2, and nothing is below 2: proven, and 3 is not taken any more."""
    better = Answer(Claim.FEASIBLE, TWO_WITH_A, None, 0.0)
    steps, reached, proven = lowest(better, Answer(Claim.INFEASIBLE, None, None, 0.0))
    assert proven
    assert reached() == 2
    assert not steps.solver.answers
    assert steps.cut is None
    assert steps.offer(TWO_WITH_A)
    assert not steps.offer(ALL_WITH_A)


def test_a_search_for_a_better_plan_that_is_cut_says_what_cut_it():
    """The better plan stays and is held; that nothing is below it is not known."""
    better = Answer(Claim.FEASIBLE, TWO_WITH_A, None, 0.0)
    steps, reached, proven = lowest(better, Answer(Claim.UNKNOWN, None, None, 0.0, "work"))
    assert not proven
    assert reached() == 2
    assert steps.cut == "time"  # units of a search that counts none are a part of its time
    assert not steps.offer(ALL_WITH_A)


def test_a_plan_that_is_no_better_ends_the_search():
    """Rows that are rounded let in a plan above what was asked for: nothing more can be told."""
    no_better = Answer(Claim.FEASIBLE, ALL_WITH_A, None, 0.0)

    def any_level(level):
        """Rows that keep nothing."""

    problem = Problem([Member("a"), Member("b")], [Household(n) for n in range(3)], travel=None)
    steps = Steps(Model(Formulation(problem, {}, 30)), Scripted(no_better), Course(Search()))
    steps.begin(1.0)
    assert steps.offer(ALL_WITH_A)
    assert not lowest_exactly(steps, lambda: Fraction(3), any_level, None)
    assert steps.cut == "rounding"


# --- numbers of households by shares of long decimals ---------------------------------------------


def large_groups():
    """Groups of 5001, 3001 and 2001: too many levels to list them, and shares without a unit.

    Best is the second for b, who then has 3001 × 7; a has 7002 ÷ 0.333333333333, which is nearly 21006.
    """
    homes = [
        Household(f"{group}{n}", group=group)
        for group, size in (("x", 5001), ("y", 3001), ("z", 2001))
        for n in range(size)
    ]
    return Problem(
        [Member("a", share=0.333333333333), Member("b", share=1 / 7)], homes, travel=None
    )


@pytest.mark.parametrize("engine", EXACT)
def test_numbers_of_households_by_odd_shares_are_proven_exactly(engine):
    """All households weigh 1 here, however they are grouped, and a share is what its decimals say."""
    high, low = 3001 * 7, 7002 / 0.333333333333
    problem = large_groups()
    for aim, best in (("minmax", high), ("leximax", (high, low)), ("spread", high - low)):
        plan = solve(problem, goals=(FairLoad("households", aim=aim),), engine=engine)
        assert plan.goals[0].best == pytest.approx(best, rel=1e-12, abs=1e-9)
        assert plan.goals[0].bound == pytest.approx(best, rel=1e-8)
        assert (
            plan.status is Status.OPTIMAL or aim == "spread"
        )  # which is small beside its rounding


@pytest.mark.parametrize("engine", EXACT)
def test_a_limit_of_households_by_odd_shares_is_kept(engine):
    """21007 can be kept and 21006.999 cannot."""
    problem, goal = large_groups(), FairLoad("households")

    def kept(limit):
        return run(Task(problem, (AtMost(goal, limit),), {}, Course(Search())), engine)

    assert goal.value(kept(21_007.0).assignment) == 21_007.0
    assert kept(21_006.999) is None


# --- what is told of a plan that does not hold it -------------------------------------------------


@pytest.mark.parametrize(
    ("tolerance", "line"), [(0.0, Proof(4.0, 2.0, False)), (2.0, Proof(2.0, 2.0, True))]
)
def test_a_line_claims_no_more_than_its_plan_has(tolerance, line):
    """2 and 2 was reached, and later goals gave all four to a: 4, which is not proven to be best.

    Where a tolerance of 2 lets later goals go so far, what was reached before them stands.
    """
    homes = [Household(f"h{n}") for n in range(4)]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    plan = Assignment.of(problem, [(home.id, "a") for home in homes])
    reached = Proof(2.0, 2.0, True)
    assert as_held(plan, FairLoad(tolerance=tolerance), reached) == line
