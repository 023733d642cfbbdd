"""`explain`: for each other choice the limit against it, or its price, verified by solving."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Literal

import numpy as np

from phancong import naming
from phancong.assignment import Assignment
from phancong.course import Course
from phancong.engines.starting import seconds_to_start
from phancong.engines.task import Engine, Task, read_relax
from phancong.errors import InvalidArgumentError, NoPlanFoundError
from phancong.explaining.hindrances import Hindrances, group_rows
from phancong.explaining.records import (
    Alternative,
    Explanation,
    Hindrance,
    MemberExplanation,
    Price,
    Variation,
    moves_between,
)
from phancong.goals import less, meets
from phancong.meeting import above, below
from phancong.plan import Plan
from phancong.problem import Id, IntArray, Problem
from phancong.rules import RELAXABLE, RULES, Relaxation, beyond_ceilings, order
from phancong.running import exchanged, run
from phancong.search import Search, read_search
from phancong.words import Message


def explain(
    plan: Plan,
    subject: Id,
    *,
    kind: Literal["household", "member"] | None = None,
    relax: Iterable[str] | Mapping[str, float | None] = RELAXABLE,
    search: Search = Search(),
    engine: str = "auto",
) -> Explanation | MemberExplanation:
    """Explain why a household has its member, and what another choice would cost (contract 6.5).

    For a household, every other member is tried: either a limit is against the pair, or the problem is
    solved again with the pair and each line of the plan is compared. For a member, the problem is solved
    again with a maximum of one household less and of one more.

    Parameters
    ----------
    plan
        The plan; its goals, with their order and tolerances, are used for the comparison.
    subject
        The id of a household or of a member.
    kind
        ``"household"`` or ``"member"``, needed only if the id is both.
    relax
        The limits that may be relaxed, as they were given to :func:`solve`.
    search
        The limits of time and work for all solves together.
    engine
        The engine for the solves.

    Raises
    ------
    InvalidArgumentError
        *plan* is not a plan, the id is unknown or ambiguous, or an argument is not valid.
    UnsupportedError
        The engine cannot keep a rule or a goal; the message names it.
    NoPlanFoundError
        For no alternative was a plan or a proof found in time.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, TravelMatrix, explain, solve
    >>> members = [Member("m1", max_households=1), Member("m2")]
    >>> ways = TravelMatrix([[100, 400], [100, 900]])
    >>> plan = solve(Problem(members, [Household("h1"), Household("h2")], travel=ways))
    >>> print(explain(plan, "h1"))
    Household h1 is with m2. With m1: total travel 500 more than 500. 1 other household would change
    hands. Every price is proven: each time the rest was solved again to the optimum.
    <BLANKLINE>
    with  what it would do   others that move
    m1    total travel +500                 1
    """
    if not isinstance(plan, Plan):
        raise InvalidArgumentError(f"explain() takes a Plan, not a {type(plan).__name__}")
    asked = Question(plan, read_relax(relax), Course(read_search(search)), engine)
    if _kind(plan.problem, subject, kind) == "household":
        return asked.about_household(subject)
    return asked.about_member(subject)


def _kind(problem: Problem, subject: Id, kind: str | None) -> str:
    homes, people = problem.household_columns.index, problem.member_columns.index
    kinds = {"household": homes, "member": people}
    if kind is not None and kind not in kinds:
        raise InvalidArgumentError(f"kind is {kind!r}; give 'household', 'member' or None")
    try:
        found = [name for name, index in kinds.items() if kind in (None, name) and subject in index]
    except TypeError:  # an unhashable object is no id
        found = []
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidArgumentError(
            Message("{id} is a household and a member; say kind=…", id=repr(subject))
        )
    ids = [str(identity) for index in kinds.values() for identity in index]
    near = get_close_matches(str(subject), ids, n=3)
    shown = repr(subject)
    if kind == "household":
        what = Message("{id} is not a household of this problem", id=shown)
    elif kind == "member":
        what = Message("{id} is not a member of this problem", id=shown)
    else:
        what = Message("{id} is not a household or member of this problem", id=shown)
    if near:
        what = Message("{what}; did you mean {ids}?", what=what, ids=", ".join(near))
    raise InvalidArgumentError(what)


class Question:
    """One call of :func:`explain`: the plan, and the search that all its solves share.

    Parameters
    ----------
    plan
        The plan.
    relax
        The limits that may be relaxed, with their ceilings.
    course
        The search under way.
    engine
        The engine for the solves.
    made
        Engines of earlier tasks, as in :func:`phancong.running.run`; by default each search makes new
        ones.
    """

    def __init__(
        self,
        plan: Plan,
        relax: dict[str, float],
        course: Course,
        engine: str,
        made: dict[str, Engine] | None = None,
    ) -> None:
        self.plan = plan
        self.problem = plan.problem
        self.relax = relax
        self.course = course
        self.engine = engine
        self.made = made

    # A household

    def about_household(self, household: Id) -> Explanation:
        """Each other member of a household: the limits against it, or its price.

        Raises
        ------
        NoPlanFoundError
            For no alternative was a plan or a proof found in time.
        """
        columns = self.problem.member_columns
        members = self.plan.members_of(household)
        others = [m for m in columns.ids if m not in members]
        row = self.problem.household_columns.index[household]
        # The engine finds some alternatives from the plan; only the others need a solve.
        exchanges = exchanged(
            self._task(self.problem, self.course), self.engine, self.plan, row, self.made
        )
        hindrances = Hindrances(self.problem, row, self.relax)
        against = {member: hindrances.of(columns.index[member]) for member in others}
        found: dict[Id, Alternative] = {}
        for member in others:
            known = self._known(member, against[member], exchanges.get(columns.index[member]))
            if known is not None:
                found[member] = known
        untried = [member for member in others if member not in found]
        failed: NoPlanFoundError | None = None
        for number, member in enumerate(untried):
            if self.course.stopped is not None and found:
                break
            try:
                # Each member gets an equal share of what is left of the search.
                share = 1 / (len(untried) - number)
                found[member] = self._with(row, member, against[member], share)
            except NoPlanFoundError as error:
                failed = error
        if failed is not None and not found:
            raise failed
        return Explanation(
            household,
            members,
            tuple(found[member] for member in others if member in found),
            tuple(member for member in others if member not in found),
        )

    def _known(
        self, member: Id, against: tuple[Hindrance, ...], plan: Plan | None
    ) -> Alternative | None:
        """The alternative with a member if it is known without a solve; otherwise None."""
        if any(hindrance.final for hindrance in against):
            return Alternative((), (), member, against)
        if plan is not None:
            return Alternative(
                self._prices(plan, {}),
                moves_between(self.plan.assignment, plan.assignment),
                member,
                against,
            )
        return None

    def _with(
        self, row: int, member: Id, against: tuple[Hindrance, ...], share: float
    ) -> Alternative:
        """The best plan with the pair, found in a share of what is left of the search.

        Raises
        ------
        NoPlanFoundError
            Neither a plan nor a proof was found in time.
        """
        problem = self.problem
        ids = problem.household_columns.ids
        rows = group_rows(problem, row)
        pairs = [(ids[mate], member) for mate in rows.tolist()]
        variant = problem.replace(fixed=(*problem.fixed, *pairs))
        other = self._solve(variant, share, self._exchanged(variant, rows, member))
        if other is None:
            return Alternative((), (), member, (*against, Hindrance("limits", 1.0, True)))
        # A fixed pair counts as no breach, but this one is fixed for the question only.
        meant = {hindrance.rule: hindrance.by for hindrance in against}
        return Alternative(
            self._prices(other, meant),
            moves_between(self.plan.assignment, other.assignment),
            member,
            against,
        )

    # A member

    def about_member(self, member: Id) -> MemberExplanation:
        """Load and limits of a member, with a maximum of one household less and of one more."""
        column = self.problem.member_columns.index[member]
        record = self.problem.members[column]
        count = int(self.plan.assignment.loads("households")[column])
        most = record.max_households
        # Zero places less one is impossible, and a maximum of 0 would exempt the member.
        exempt = bool(self.problem.exempt[column])
        least = count if most is None else most
        fewest = max(record.carried_households, 1)
        return MemberExplanation(
            member,
            self.plan.households_of(member),
            float(self.plan.assignment.workloads[column]),
            ("exempt",) if exempt else self._binding(column),
            None if exempt or least <= fewest else self._places(column, least - 1, 0.5),
            None if exempt or most is None else self._places(column, most + 1, 1.0),
            tuple(r for r in self.plan.relaxations if _is_of(r, member)),
            naming.travel_unit(self.problem),
            record.carried_households,
            record.carried_workload,
        )

    def _binding(self, column: int) -> tuple[str, ...]:
        """The limits that the load meets or breaks; a minimum of 0 or a missing maximum binds nothing."""
        assignment = self.plan.assignment
        unused = self.problem.member_columns.optional[column] and not assignment.counts[column]
        found: list[str] = []
        for name, rule in RULES.items():
            if rule.figure is None:
                continue
            values, limits = rule.figure.value(assignment), rule.figure.limit(self.problem)
            limit, exactly = limits[column], rule.figure.exactly(assignment)
            if rule.figure.least:
                binds = limit > 0 and not unused and not above(values, limits, *exactly)[column]
            else:
                binds = math.isfinite(limit) and not below(values, limits, *exactly)[column]
            if binds:
                found.append(name)
        # Households before workload; for each, the minimum before the maximum.
        return tuple(sorted(found, key=lambda name: name.partition("_")[2]))

    def _places(self, column: int, most: int, share: float) -> Variation:
        # Change columns, not records: a matrix of scores follows the order given, columns are sorted.
        members = self.problem.member_columns
        high, low = members.max_households.copy(), members.min_households.copy()
        high[column], low[column] = most, min(low[column], most)
        changed = replace(members, max_households=high, min_households=low)
        variant = self.problem.replace(members=changed)
        now = self.plan.assignment
        other = self._solve(variant, share, Assignment(variant, now.rows, now.columns))
        if other is None:
            return Variation((), (), most, False)
        return Variation(
            self._prices(other, {}),
            moves_between(self.plan.assignment, other.assignment),
            most,
            True,
        )

    # Both

    def _task(self, problem: Problem, course: Course) -> Task:
        goals = tuple(line.goal for line in self.plan.goals)
        return Task(problem, goals, self.relax, course)

    def _exchanged(self, variant: Problem, rows: IntArray, member: Id) -> Assignment:
        """The plan with a member in charge of *rows* instead of one who is not fixed there."""
        plan = self.plan.assignment
        row, column = int(rows[0]), self.problem.member_columns.index[member]
        leaves = np.zeros(len(plan.rows), dtype=bool)
        if not plan.missing[row]:
            own = plan.columns[plan.rows == row]
            without = own[~self.problem.is_given("fixed", np.full(len(own), row), own)]
            leaves = np.isin(plan.rows, rows) & (plan.columns == without[0])
        made = plan.exchanged(leaves, rows, column)
        return Assignment(variant, made.rows, made.columns)

    def _solve(self, problem: Problem, share: float, known: Assignment) -> Plan | None:
        """The plan of a variant; where there is no time for starts, from a *known* one."""
        course = self.course.part(share, "again")
        task = self._task(problem, course)
        hurried = seconds_to_start(problem) > course.seconds_left
        if hurried and not beyond_ceilings(known, self.relax):
            task = replace(task, incumbent=known, author=self.plan.engine)
        try:
            return run(task, self.engine, self.made)
        finally:
            self.course.joined(course)

    def _prices(self, other: Plan, meant: Mapping[str, float]) -> tuple[Price, ...]:
        prices = []
        proven = True  # whether all lines above are: each depends on those
        unit = naming.travel_unit(self.problem)
        for rule in reversed(self.relax):
            was, now = self.plan.breaches[rule], other.breaches[rule]
            more = meant.get(rule, 0.0)
            borne, bears = (order(p.assignment, rule) for p in (self.plan, other))
            worse = less(borne, (bears[0] + more, *bears[1:]))
            proven = proven and was.proven and now.proven
            of = RULES[rule].unit(self.problem)
            after, bound = now.total + more, now.bound + more
            price = Price(rule, None, was.total, after, bound, proven, worse, of)
            if price.before or price.after:
                prices.append(price)
        for old, new in zip(self.plan.goals, other.goals, strict=True):
            proven = proven and old.proven and new.proven and meets(new.best, new.bound)
            worse = less(old.best, new.best)
            name = repr(old.goal)
            of = naming.unit_of(old.goal, unit)
            prices.append(Price(name, old.goal, old.best, new.best, new.bound, proven, worse, of))
        return tuple(prices)


def _is_of(relaxation: Relaxation, member: Id) -> bool:
    """Whether a relaxed limit concerns a member: a limit of the load, or of a pair."""
    if RULES[relaxation.rule].subject == "member":
        return relaxation.subject == member
    return relaxation.member == member
