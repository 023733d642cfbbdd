"""The residual problem and its core: what they prove is true, whatever a solver says."""

import math
from dataclasses import replace

import numpy as np
import pytest
from assigning import context_of

from phancong import (
    Continuity,
    FairLoad,
    Search,
    Travel,
    solve,
    synth,
)
from phancong.course import Course
from phancong.engines.common.linear_model import Answer, Claim
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.operators import Core, ResidualProblem
from phancong.engines.weighted.schedule import Schedule, ScheduledOperator
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import Tuning


class Saying:
    """A solver that says what it is told to, one answer after the other."""

    accuracy = 0.0

    def __init__(self, *answers):
        self.answers = list(answers)
        self.models = []

    def solve(self, model, objective, hint, limits):
        self.models.append(model)
        claim, values, bound = self.answers.pop(0)
        values = None if values is None else np.array(values)
        return Answer(claim, values, bound, 0.05)


#: Above the cost of any plan.
HUGE = 2**41


def commune(seed):
    return synth.commune(seed, members=9, households=80, weights="integer", infeasible=0.0)


class Scene:
    """A search after its first multipliers and its first plan."""

    def __init__(self, seed, *answers, **tuned):
        context = context_of(commune(seed), tuning=Tuning(least_pairs=0, **tuned))
        multipliers = initial_multipliers(context.lagrangian, context.stage_budget).multipliers
        self.incumbent, self.core_problem = context.incumbent, context.core_problem
        self.incumbent.raise_bound(multipliers.bound)
        if answers:
            self.core_problem.cut = Saying(*answers)
        self.neighbourhoods = Neighbourhoods(context.lagrangian, multipliers, context.tie_cost)

    def core(self, part=0.6):
        """Solve the core that has a part of the gap."""
        self.core_problem.solve_core(self.neighbourhoods, 1.0, part, 2.5)

    @property
    def gap(self):
        return self.core_problem.gap(self.neighbourhoods)

    def pairs(self, part=1.0):
        """Number of pairs below a part of the gap."""
        return int(np.count_nonzero(self.neighbourhoods.penalty < math.ceil(part * self.gap)))

    def beyond(self, limit):
        """Bound of all plans with a pair of this penalty or more."""
        return -(-(self.neighbourhoods.multipliers.bound + limit) // self.incumbent.scale)


def test_a_core_finds_a_better_plan_and_a_better_bound():
    """Both are true: the least value lies between them."""
    scene = Scene(6)
    value, bound = scene.incumbent.value, scene.incumbent.bound
    scene.core()
    after = scene.incumbent.value, scene.incumbent.bound
    assert bound < after[1] <= after[0] < value
    scene.core_problem.solve_remaining(scene.neighbourhoods, None, 60.0)
    assert scene.incumbent.proven
    assert after[1] <= scene.incumbent.value <= after[0]
    assert scene.incumbent.accuracy == int(2e-10 * scene.incumbent.value)


@pytest.mark.parametrize(
    ("said", "known"), [(0, False), (None, False), (HUGE, False), ("the plan in hand", True)]
)
def test_a_core_bounds_all_plans_by_what_lies_beyond_it(said, known):
    """Its own bound is not believed where it is above its plan, and holds for its pairs alone."""
    probe = Scene(6)
    said = probe.incumbent.value if known else said
    scene = Scene(6, (Claim.UNKNOWN, None, said))
    before, limit = scene.incumbent.bound, math.ceil(0.6 * scene.gap)
    scene.core()
    assert scene.incumbent.bound == (scene.beyond(limit) if known else before)
    assert not scene.incumbent.proven


def test_a_core_of_too_many_pairs_is_made_smaller():
    """No more than 90 pairs have a choice; those of the plan are added."""
    scene = Scene(6, (Claim.UNKNOWN, None, None), core_pairs=90)
    assert scene.pairs(0.6) > 90
    scene.core()
    (model,) = scene.core_problem.cut.models
    assert model.decisions <= 90 + int(scene.incumbent.taken.sum())


def test_with_few_pairs_left_the_core_is_the_residual_problem():
    scene = Scene(6)
    scene.core_problem.tuning = replace(scene.core_problem.tuning, least_pairs=scene.pairs())
    scene.core(0.01)
    assert scene.incumbent.proven


def test_penalties_tell_pairs_apart_where_they_leave_few_and_costs_are_fine():
    scene = Scene(6)
    possible = int(np.count_nonzero(scene.neighbourhoods.penalty < scene.gap))
    pairs = int(np.count_nonzero(scene.incumbent.instance.free))
    enough = Scene(6, telling=possible / pairs + 1e-9)
    assert enough.core_problem.penalties_discriminate(enough.neighbourhoods)
    fewer = Scene(6, telling=possible / pairs - 1e-9)
    assert not fewer.core_problem.penalties_discriminate(fewer.neighbourhoods)
    scene = Scene(6, telling=1.0)
    assert scene.core_problem.penalties_discriminate(scene.neighbourhoods)
    scene.incumbent.granularity = -(-scene.gap // (31 * scene.incumbent.scale))
    assert not scene.core_problem.penalties_discriminate(scene.neighbourhoods)


@pytest.mark.full
@pytest.mark.parametrize("part", [0.05, 0.3, 0.8])
def test_a_core_before_the_residual_problem_leads_to_the_optimum(part):
    """However large it is."""
    steps = (
        ScheduledOperator(Core(part=part), 1 / 4),
        ScheduledOperator(ResidualProblem(in_integers=True), 1.0),
    )
    schedules = (Schedule("cores", lambda _: True, steps),)
    for seed in range(1, 9):
        problem = commune(seed)
        context = context_of(problem, tuning=Tuning(least_pairs=0))
        found = minimise(context, schedules)
        best = solve(problem, goals=(Travel(),), engine="cp_sat").assignment
        pairs = context.instance.formulation
        chosen = context.instance.matrix(pairs.chosen(best.mask)) & ~context.instance.fixed
        assert found.proven
        assert found.value == int(context.cost[chosen].sum())


def test_steps_before_the_whole_is_solved_change_no_proof():
    """With the fewest changes held the least travel is proven, at once or after more steps."""
    problem = synth.commune(4, members=8, households=40, weights="class")
    goals = (FairLoad(), Continuity(), Travel())
    found = []
    for tuning in (Tuning(), Tuning(few_pairs=0)):
        engine = LnsEngine(CpSatEngine(), tuning=tuning)
        found.append(engine.run(Task(problem, goals, {}, Course(Search(work=5.0)))))
    assert all(proof.proven for outcome in found for proof in outcome.goals)
    # Branch and cut proves to a tolerance, CP-SAT exactly: bounds differ in the last digits.
    assert [proof.best for proof in found[0].goals] == [proof.best for proof in found[1].goals]
