"""A sum that is held: what integers cannot tell from it is looked at exactly (contract 5.1)."""

import pytest

from phancong import FairLoad, Household, Member, Problem, Search, Travel, TravelMatrix
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.task import Task
from phancong.engines.weighted import LnsEngine


@pytest.mark.parametrize(("farther", "largest"), [(1e-9, 1.0), (9e-9, 2.0)])
def test_a_later_goal_gets_no_more_travel_than_meets_what_is_held(farther, largest):
    """Beside 1,000, 34 bits do not tell 9e-9 from nothing; of 2, only 1e-9 is within the tolerance."""
    problem = Problem(
        [Member("a"), Member("b"), Member("c")],
        [Household("g"), Household("h")],
        travel=TravelMatrix([[1.0, 1e3 + 1 / 7001, 9.0], [1.0, 1.0 + farther, 9.0]]),
    )
    goals = (Travel(), FairLoad("households"))
    outcome = LnsEngine(CpSatEngine(), alone=False).run(
        Task(problem, goals, {}, Course(Search(work=1.0)))
    )
    travel, load = outcome.goals
    assert travel.best == pytest.approx(2.0, abs=2e-9)
    assert load.best == largest
