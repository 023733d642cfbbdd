"""Records of the judge (contract 6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phancong.assignment import Assignment
from phancong.decimals import decimal_sum
from phancong.goals import Goal, Value
from phancong.rules import Relaxation
from phancong.words import Printable


@dataclass(frozen=True)
class Judgement(Printable):
    """The judgement of a plan.

    Parameters
    ----------
    violations
        Broken rules of contract 4.1, and wrong values or bounds of the plan, as sentences.
    relaxations
        Each limit that the plan breaks, and by how much (contract 4.4).
    exceptions
        Breaches by fixed pairs, which are intended.
    goals
        The value of each goal.
    metrics
        The figures of the plan (contract 6.1).
    assignment
        The judged pairs, without entries that are no pairs or have unknown ids.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import check
    >>> found = check(problem, [("h1", "m1")])
    >>> found.violations, [(broken.rule, broken.subject) for broken in found.relaxations]
    ((), [('coverage', 'h2')])
    """

    violations: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]
    exceptions: tuple[Relaxation, ...]
    goals: tuple[tuple[Goal, Value], ...]
    metrics: Mapping[str, float | None]
    assignment: Assignment | None = field(default=None, repr=False, compare=False)

    @property
    def renewed(self) -> int:
        """The number of households that get a new member without a change of hands (contract 5.3).

        Their member of last year is exempt, no longer in the problem, or no longer allowed.
        """
        return 0 if self.assignment is None else self.assignment.renewed

    @property
    def valid(self) -> bool:
        """Whether there are no violations; limits that may be relaxed can still be broken."""
        return not self.violations

    @property
    def kept(self) -> bool:
        """Whether every limit holds."""
        return self.valid and not self.relaxations

    def total(self, rule: str) -> float:
        """The sum of the breaches of *rule*."""
        return decimal_sum(r.by for r in self.relaxations if r.rule == rule)
