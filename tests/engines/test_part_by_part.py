"""A plan within all limits, looked for in one independent part after the other."""

from collections import Counter

import numpy as np
import pytest
from lanes import chunks

from phancong import RELAXABLE, Household, Member, NoPlanFoundError, Problem, Search
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.part_by_part import PartByPart
from phancong.engines.ranking import Ranking
from phancong.engines.task import Task, read_relax
from phancong.rules import totals


def task_of(problem, incumbent, goals=(), relax=RELAXABLE, work=10.0):
    course = Course(Search(work=work))
    return Task(problem, goals, read_relax(relax), course, incumbent)


def hamlets(most=2, **options):
    """Two hamlets of two members each, who take *most* households, and three households each."""
    members = [Member(m, hamlet=m[0], max_households=most) for m in ("a1", "a2", "b1", "b2")]
    homes = [Household(f"{h}{n}", hamlet=h) for h in "ab" for n in range(3)]
    return Problem(members, homes, travel=None, within_hamlet=True, **options)


def plan_of(problem, *members):
    return Assignment.of(problem, zip(problem.household_columns.ids, members, strict=True))


class NoTime(CpSatEngine):
    """Finds nothing in the parts of one hamlet."""

    def run(self, task):
        if task.problem.household_columns.ids[0].startswith("a"):
            raise NoPlanFoundError("no time")
        return super().run(task)


def test_each_hamlet_gets_a_plan_of_its_own():
    """Two households cross although none has to."""
    problem = hamlets()
    incumbent = plan_of(problem, "a1", "a1", "b1", "b1", "b2", "a2")
    found = PartByPart([CpSatEngine()])(task_of(problem, incumbent))
    assert not any(totals(found.assignment).values())
    assert not found.limits_conflict


def test_a_hamlet_that_keeps_its_limits_keeps_its_plan():
    """Only in b are three with one member."""
    problem = hamlets()
    incumbent = plan_of(problem, "a2", "a1", "a2", "b1", "b1", "b1")
    found = PartByPart([CpSatEngine()])(task_of(problem, incumbent))
    assert found.assignment.pairs[:3] == incumbent.pairs[:3]
    assert not any(totals(found.assignment).values())


def test_a_hamlet_without_a_plan_proves_that_not_all_limits_can_hold():
    """Three households, and two members who take one each."""
    problem = hamlets(most=1)
    incumbent = plan_of(problem, "a1", "a1", "a2", "b1", "b1", "b2")
    found = PartByPart([CpSatEngine()])(task_of(problem, incumbent))
    assert found.limits_conflict
    assert found.assignment.pairs == incumbent.pairs


def test_what_was_found_in_one_hamlet_is_kept_where_another_has_no_plan_in_time():
    """a1 has three, so b1's two alone are mended; the next run looks in a alone."""
    problem = hamlets()
    incumbent = plan_of(problem, "a1", "a1", "a1", "b1", "b1", "b1")
    run = PartByPart([NoTime()])
    found = run(task_of(problem, incumbent))
    assert totals(found.assignment)["max_households"] == 1.0
    assert found.stopped == "work"
    again = run(task_of(problem, found.assignment))
    assert again is None
    run.engines = [CpSatEngine()]
    assert not any(totals(run(task_of(problem, found.assignment)).assignment).values())


def test_a_problem_of_one_part_is_left_to_others():
    problem = Problem(
        [Member("a", max_households=1)], [Household("g"), Household("h")], travel=None
    )
    incumbent = plan_of(problem, "a", "a")
    assert not PartByPart.concerns(problem)
    assert PartByPart([CpSatEngine()])(task_of(problem, incumbent)) is None


def drawn(seed):
    """Two or three hamlets, mostly with enough room, and any plan."""
    rng = np.random.default_rng(seed)
    names = "abc"[: rng.integers(2, 4)]
    members = [
        Member(f"{h}{n}", hamlet=h, max_households=int(rng.integers(1, 4)), max_workload=5.0)
        for h in names
        for n in range(rng.integers(1, 3))
    ]
    homes = [
        Household(f"{h}{n}", hamlet=h, workload=int(rng.integers(1, 4)))
        for h in names
        for n in range(rng.integers(1, 4))
    ]
    problem = Problem(members, homes, travel=None, within_hamlet=True)
    return problem, plan_of(problem, *(members[rng.integers(len(members))].id for _ in homes))


@pytest.mark.parametrize("seeds", chunks(quick=20, full=200, night=1_000, size=50), ids=str)
def test_it_finds_a_plan_within_all_limits_or_proves_that_there_is_none(seeds):
    """As the whole problem does."""
    told = Counter()
    for seed in seeds:
        problem, incumbent = drawn(seed)
        task = task_of(problem, incumbent)
        found = PartByPart([CpSatEngine()])(task)
        best = CpSatEngine().run(task_of(problem, None)).assignment
        hold = not any(totals(best).values())
        after = incumbent if found is None else found.assignment
        assert hold == (not any(totals(after).values())), seed
        if not hold:
            assert found.limits_conflict, seed
            ranking = Ranking(task)
            before, after = ranking.ranked(incumbent), ranking.ranked(found.assignment)
            assert not ranking.merged(after, before)[1], seed
        told[hold] += 1
    assert len(told) == 2
