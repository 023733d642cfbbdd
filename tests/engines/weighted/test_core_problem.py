"""The whole at once, a core and the band beyond it: what they prove is true, whatever a solver says."""

import numpy as np
import pytest
from assigning import context_of

from phancong import (
    Continuity,
    FairLoad,
    Household,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    solve,
    synth,
)
from phancong.course import Course
from phancong.engines.common.linear_model import Answer, Claim, Limits
from phancong.engines.common.mathopt import MathOptSolver
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine
from phancong.engines.weighted.bound.initial_multipliers import initial_multipliers
from phancong.engines.weighted.bound.knapsack_tables import NEVER
from phancong.engines.weighted.improve.core_problem import CoreBound
from phancong.engines.weighted.improve.neighbourhoods import Neighbourhoods
from phancong.engines.weighted.improve.restricted_models import solve_band
from phancong.engines.weighted.instance import Instance
from phancong.engines.weighted.operators import BandSearch, CollectCore, ResidualProblem, SubmitCore
from phancong.engines.weighted.schedule import Schedule, ScheduledOperator
from phancong.engines.weighted.sum_search import minimise
from phancong.engines.weighted.tuning import Tuning


class Saying:
    """A solver that says what it is told to, one answer after the other."""

    accuracy = 0.0

    def __init__(self, *answers):
        self.answers = list(answers)

    def solve(self, model, objective, hint, limits):
        claim, values, bound = self.answers.pop(0)
        values = None if values is None else np.array(values)
        return Answer(claim, values, bound, 0.05)


def limits():
    return Limits(60.0, 60.0, 0.0, 0)


# --- a band ---------------------------------------------------------------------------------------

#: Two members who take one or two of three households, m1 near to all of them.
COST = np.array([[0, 4], [0, 5], [0, 6]])
PLAN = np.array([[True, False], [False, True], [False, True]])


@pytest.fixture
def instance():
    members = [Member(m, min_workload=1, max_workload=2) for m in ("m1", "m2")]
    households = [Household(f"h{i}", workload=1.0) for i in range(3)]
    return Instance(Problem(members, households, travel=TravelMatrix(COST.tolist())))


def band(instance, needed, most, solver=None):
    return solve_band(
        instance,
        PLAN,
        COST,
        np.ones((3, 2), dtype=bool),
        np.array(needed, dtype=bool),
        most,
        solver or MathOptSolver(),
        limits,
    )


def test_a_band_holds_the_best_plan_that_has_one_of_its_pairs(instance):
    """The best of all gives m2 the first household; the band asks for the second or the third."""
    found = band(instance, [[0, 0], [0, 1], [0, 1]], 10)
    assert found.taken.tolist() == [[True, False], [False, True], [True, False]]
    assert (found.gain, found.solved, found.bound) == (6, True, 5)


def test_a_band_without_a_cheaper_plan_is_closed(instance):
    found = band(instance, [[0, 0], [0, 1], [0, 1]], 4)
    assert (found.gain, found.solved) == (0, True)
    assert found.taken is PLAN
    # One more, and there is one: the limit of the cost is not too tight either.
    assert band(instance, [[0, 0], [0, 1], [0, 1]], 5).gain == 6


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((Claim.UNKNOWN, None, 3), (0, False, 3)),
        ((Claim.UNKNOWN, None, None), (0, False, None)),
        ((Claim.FEASIBLE, [1, 0, 0, 1, 1, 0], 2), (6, False, 2)),
        ((Claim.OPTIMAL, [1, 0, 1, 0, 1, 0], 0), (0, False, None)),  # cheap, but m2 has too little
    ],
)
def test_what_is_said_of_a_band_is_not_believed_unseen(instance, answer, found):
    piece = band(instance, [[0, 0], [0, 1], [0, 1]], 10, Saying(answer))
    assert (piece.gain, piece.solved, piece.bound) == found


# --- cores and bands of a commune -----------------------------------------------------------------


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
        self.neighbourhoods = Neighbourhoods(
            context.lagrangian, multipliers, context.tie_cost, self.core_problem.fixed_out
        )

    def core(self):
        """What is known of the core that has three fifths of the gap."""
        return self.core_problem.submit_core(self.neighbourhoods, 1.0, 0.6, 2.5, 2.0)()

    def band(self, core):
        """Solve the band beyond a core."""
        self.core_problem.solve_band(self.neighbourhoods, core, 4.0)

    @property
    def gap(self):
        return self.core_problem.gap(self.neighbourhoods)

    def least(self):
        """The least value, by solving the whole."""
        self.core_problem.solve_remaining(self.neighbourhoods, None, 60.0)
        assert self.incumbent.proven
        return self.incumbent.value


def test_a_core_finds_a_plan_and_the_band_beyond_it_is_closed():
    scene = Scene(6)
    value, bound = scene.incumbent.value, scene.incumbent.bound
    core = scene.core()
    assert core.solved
    assert bound < scene.incumbent.bound <= scene.incumbent.value < value
    scene.band(core)
    least = scene.least()
    assert scene.incumbent.bound == least == scene.incumbent.value
    assert scene.incumbent.accuracy == int(2e-10 * least)


def test_pairs_of_a_closed_band_are_done_with():
    scene = Scene(6, (Claim.INFEASIBLE, None, None))
    limit = scene.gap // 2
    beyond = scene.neighbourhoods.penalty >= limit
    scene.band(CoreBound(limit, 0, solved=False))
    assert (scene.core_problem.fixed_out == beyond).all()
    assert (scene.neighbourhoods.penalty[beyond] == NEVER).all()
    # From now on what is proven is told to within the accuracy of floats, by whomever.
    scene.core_problem.cut.accuracy = 0.5
    assert scene.core_problem.accuracy(Saying()) == scene.incumbent.value // 2


@pytest.mark.parametrize(
    ("within", "said", "proven"),
    [(0, HUGE, False), (HUGE, None, False), (HUGE, 0, False), (HUGE, HUGE, True)],
)
def test_a_band_that_is_not_closed_bounds_what_its_answer_says(within, said, proven):
    """The least of the core's bound and the band's is that of all plans, up to the plan in hand."""
    scene = Scene(6, (Claim.UNKNOWN, None, said))
    before = scene.incumbent.bound
    scene.band(CoreBound(scene.gap // 2, within, solved=False))
    assert not scene.core_problem.fixed_out.any()
    assert scene.incumbent.proven == proven
    assert scene.incumbent.bound == (scene.incumbent.value if proven else before)


@pytest.mark.parametrize("most", [0, 160])
def test_a_band_of_too_many_pairs_ends_before_the_gap(most):
    """What lies beyond is bounded by its penalty alone, and not done with."""
    scene = Scene(6, (Claim.INFEASIBLE, None, None), band_pairs=most)
    limit = int(np.partition(scene.neighbourhoods.penalty, 120, axis=None)[120])
    before = scene.incumbent.bound
    scene.band(CoreBound(limit, scene.incumbent.value, solved=True))
    assert not scene.core_problem.fixed_out.any()
    high = int(np.partition(scene.neighbourhoods.penalty, 160, axis=None)[160])
    beyond = -(-(scene.neighbourhoods.multipliers.bound + high) // scene.incumbent.scale)
    assert scene.incumbent.bound == (before if most == 0 else beyond)
    assert len(scene.core_problem.cut.answers) == (1 if most == 0 else 0)


def test_a_core_of_too_many_pairs_is_made_smaller():
    scene = Scene(6, core_pairs=90)
    core = scene.core()
    assert np.count_nonzero(scene.neighbourhoods.penalty < core.limit) <= 90


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


def test_without_a_bound_of_the_core_a_band_proves_nothing():
    scene = Scene(6, (Claim.INFEASIBLE, None, None))
    scene.band(None)
    assert len(scene.core_problem.cut.answers) == 1


def test_a_core_that_has_come_to_hold_all_better_plans_bounds_them():
    """Without a band, and by no more than what was proven of it."""
    scene = Scene(6, (Claim.INFEASIBLE, None, None))
    between = (scene.incumbent.bound + scene.incumbent.value) // 2
    scene.band(CoreBound(scene.gap - 1, between, solved=False))
    assert len(scene.core_problem.cut.answers) == 0
    scene = Scene(6, (Claim.INFEASIBLE, None, None))
    scene.band(CoreBound(scene.gap, between, solved=False))
    assert len(scene.core_problem.cut.answers) == 1
    assert scene.incumbent.bound == between


@pytest.mark.full
@pytest.mark.parametrize("part", [0.05, 0.3, 0.8])
def test_cores_and_bands_lead_to_the_optimum(part):
    """However the whole is divided; nothing but them is there to prove it."""
    steps = (
        ScheduledOperator(SubmitCore(part=part, patience=2.0), 1 / 4),
        ScheduledOperator(CollectCore(), after_end=True),
        ScheduledOperator(BandSearch(), 1 / 2),
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
