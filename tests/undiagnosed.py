"""Plans without the reason why there is none: a diagnosis takes longer than that it is so."""

from time import perf_counter

from phancong import RELAXABLE, InfeasibleError
from phancong.course import Course, Waits
from phancong.engines.portfolio import SIZES
from phancong.engines.task import Task, read_relax
from phancong.goals import read_goals
from phancong.running import run
from phancong.search import Search


def undiagnosed(
    problem,
    *,
    goals=None,
    relax=RELAXABLE,
    engine="auto",
    search=None,
    progress=None,
    sizes=SIZES,
    waits=None,
    clock=perf_counter,
    made=None,
    course=Course,
):
    """The plan that :func:`phancong.solve` gives, or its error without a diagnosis.

    ``sizes`` and ``waits`` are those of the search, for small problems that go the way of large ones;
    ``clock`` is its clock, ``made`` has engines by name that are taken instead of new ones, and
    ``course`` is the class of the course.
    """
    under_way = course(search or Search(), progress, waits=waits or Waits(), clock=clock)
    task = Task(problem, read_goals(goals, problem), read_relax(relax), under_way)
    plan = run(task, engine, made, sizes=sizes)
    if plan is None:
        raise InfeasibleError("no plan keeps the limits that must hold", None)
    return plan
