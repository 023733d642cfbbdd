"""Plans that break limits, and what the Lagrangian search makes of them beside other engines."""

from oracle import random_problems

from phancong import RELAXABLE, NoPlanFoundError, Search, Travel
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.exact import CpSatEngine
from phancong.engines.ranking import Ranking
from phancong.engines.starting import starts
from phancong.engines.task import Task, read_relax
from phancong.engines.weighted import LnsEngine
from phancong.goals import read_goals
from phancong.rules import breaches

TRAVEL = (Travel(),)


def task_of(problem, pairs=None, goals=TRAVEL, relax=RELAXABLE, **known):
    """A search that begins with a plan, if there is one."""
    incumbent = None if pairs is None else Assignment.of(problem, pairs)
    course = Course(Search(work=5.0))
    return Task(problem, goals, read_relax(relax), course, incumbent, **known)


def improved(problem, pairs, **options):
    """The outcome of the engine from a plan."""
    return LnsEngine(CpSatEngine(), alone=False).run(task_of(problem, pairs, **options))


def improved_starts(seeds):
    """Of tiny problems: where, the question, and each start that breaks limits with its outcome."""
    for seed in seeds:
        problem, goals, relax = question = random_problems.tiny(seed, flow_only=False)
        task = Task(problem, read_goals(goals, problem), read_relax(relax), Course(Search(work=1)))
        engine, ranking = LnsEngine(CpSatEngine(), alone=False), Ranking(task)
        if engine.refusals(task):
            continue
        for name, start in starts(task):
            if not ranking.admits(start) or not breaches(start):
                continue
            known = Task(problem, task.goals, task.relax, Course(Search(work=1)), start)
            try:
                outcome = engine.run(known)
            except NoPlanFoundError:
                continue
            yield f"{seed}, {name}", question, ranking, start, outcome
