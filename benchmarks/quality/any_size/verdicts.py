"""A run beside the starts and beside the best that is known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.quality.any_size.best_known import Best
from benchmarks.quality.any_size.comparing import SAME, Difference, first_difference
from benchmarks.quality.any_size.runs import INFEASIBLE, PLAN, REFUSED, Run, best_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to say of a run.

    Parameters
    ----------
    run
        The run.
    start
        The best start, None where no start is a plan.
    below_start
        Where it is worse than the best start, None where it is not; to the last digit that counts.
    from_best
        Where it first differs from the best known plan, None where it is as good.
    wrong
        What cannot be: a proof that a better plan contradicts, or that there is no plan where one is
        known.
    """

    run: Run
    start: Run | None
    below_start: Difference | None
    from_best: Difference | None
    wrong: str | None

    @property
    def as_good(self) -> bool:
        """As good as the best known."""
        if self.run.status == INFEASIBLE:
            return self.wrong is None
        return self.run.plan is not None and (self.from_best is None or not self.from_best.worse)

    @property
    def worse_than_start(self) -> bool:
        """Worse than a start, or no plan where a start is one."""
        if self.run.plan is None:
            return self.start is not None
        return self.below_start is not None

    @property
    def behind(self) -> float:
        """How far it is behind the best known on the first line that differs; ``inf`` for no plan."""
        if self.as_good:
            return 0.0
        return math.inf if self.from_best is None else self.from_best.by


def verdict(run: Run, starts: Sequence[Run], best: Best | None) -> Verdict:
    """Judge a run."""
    start = best_of(starts)
    below = beyond = None
    wrong = None
    plan = run.plan
    if plan is not None:
        if start is not None and start.plan is not None:
            below = first_difference(plan, start.plan, last_travel=SAME)
            below = below if below is not None and below.worse else None
        if best is not None:
            beyond = first_difference(plan, best.lines)
            exact = first_difference(plan, best.lines, last_travel=SAME)
            if exact is not None and exact.worse and _claimed(run, exact):
                wrong = f"{run.strategy} calls {exact} proven ({best.found})"
    elif run.status == PLAN:
        wrong = f"{run.strategy} has a plan that may not be"
    elif run.status == INFEASIBLE and best is not None:
        wrong = f"{run.strategy} says there is no plan; one was found by {best.found}"
    return Verdict(run, start, below, beyond, wrong)


def _claimed(run: Run, difference: Difference) -> bool:
    """Whether the line that a better plan contradicts was called proven."""
    if difference.number < len(run.proven):
        return run.proven[difference.number]
    return run.optimal and not run.strategy.startswith("plain ")


def summary(verdicts: Iterable[Verdict]) -> list[str]:
    """The figures that are asked for, a line each."""
    every = list(verdicts)
    asked = [each for each in every if each.run.status != REFUSED]
    if not asked:
        return [f"{len(every)} runs, all refused"]

    def share(count: int) -> str:
        return f"{count} of {len(asked)} ({100 * count / len(asked):.0f} %)"

    names = sorted({each.run.status for each in asked} - {PLAN})
    told = [
        f"as good as the best known: {share(sum(each.as_good for each in asked))}",
        f"worse than a start: {share(sum(each.worse_than_start for each in asked))}",
        f"proven: {share(sum(_proven(each) for each in asked))}",
        f"more than 10 % + 1 s too long: {share(sum(each.run.over for each in asked))}",
    ]
    if len(asked) < len(every):
        told.append(f"refused: {len(every) - len(asked)}")
    told += [f"{name}: {sum(each.run.status == name for each in asked)}" for name in names]
    wrong = [f"WRONG {each.run.set} {each.run.seed}: {each.wrong}" for each in asked if each.wrong]
    return told + wrong


def _proven(each: Verdict) -> bool:
    return each.wrong is None and (each.run.optimal or each.run.status == INFEASIBLE)


def told(each: Verdict, best: Best | None) -> str:
    """A run in a line."""
    run = each.run
    state = "proven" if run.optimal else run.stopped or run.status
    parts = [f"{run.seed:>5}", f"{run.size:>11}", f"{run.strategy:<8}", f"{state:<8}"]
    if run.plan is None:
        parts.append(run.note or run.status)
        if each.worse_than_start and run.status != REFUSED:
            parts.append("| NO PLAN, a start is one")
    else:
        start = "no start" if each.start is None else f"≤ {each.start.strategy}"
        if each.below_start is not None and each.start is not None:
            start = f"WORSE than {each.start.strategy}: {each.below_start}"
        known = "best"
        if best is None:
            known = "nothing known"
        elif each.from_best is not None:
            where = "BEHIND" if each.from_best.worse else "AHEAD OF"
            known = f"{where} best: {each.from_best} ({best.found})"
        parts += ["|", start, "|", known]
    over = " OVER" if run.over else ""
    parts += ["|", f"{run.seconds:.1f} s{over}", f"({run.core_seconds:.1f} core)"]
    if each.wrong:
        parts += ["| WRONG:", each.wrong]
    parts += ["|", run.kind, "|", run.reason]
    return " ".join(parts)
