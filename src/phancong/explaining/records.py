"""Records of an explanation (contract 6.5): the figures of each sentence, and ids only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from phancong.assignment import Assignment
from phancong.decimals import decimal_difference
from phancong.goals import Goal, Value, figures, first_difference
from phancong.problem import Id
from phancong.rules import Relaxation
from phancong.words import Printable


@dataclass(frozen=True, slots=True)
class Hindrance(Printable):
    """A limit or rule that a pair would break.

    Parameters
    ----------
    rule
        ``"forbidden"``, ``"unreachable"``, ``"exempt"``, ``"own_household"``, ``"group"``,
        ``"members_needed"`` or ``"fixed"``, which no plan breaks; ``"needs"``, ``"within_hamlet"`` or
        ``"max_travel"``; or ``"limits"``: with this pair the other limits cannot hold together.
    by
        By how much the pair breaks the rule, in ``travel.unit`` for ``max_travel``; otherwise 1.
    final
        Whether the limit may not be relaxed, or not that far. Breaches of other limits are among the
        prices of the alternative.
    unit
        The unit of ``by``; empty if it is a count, or travel has no unit.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import explain
    >>> barred = problem.replace(forbidden=[("h1", "m2")])
    >>> explain(solve(barred), "h1").alternatives[0].hindrances[0].rule
    'forbidden'
    """

    rule: str
    by: float
    final: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Price(Printable):
    """One line of a plan, and of the best plan with another choice.

    Parameters
    ----------
    name
        The name of the rule, or the representation of the goal.
    goal
        The goal; None for a breach.
    before, after
        The value of the line in the explained plan, and in the best plan with the other choice: the
        total of a breach, ``best`` of a goal.
    bound
        A lower bound of the line, over all plans with the other choice that are as good in the lines
        above.
    proven
        Whether both values are proven, in this line and in those above.
    worse
        Whether the plan with the other choice is worse in this line. Breaches compare as in contract
        4.3: the total may be smaller although a higher priority, or a single member, is worse.
    unit
        The unit of the values; empty if they have none.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import explain
    >>> price = explain(solve(problem), "h1").alternatives[0].difference
    >>> price.name, round(price.before), round(price.after), price.proven
    ('Travel()', 254, 4444, True)
    """

    name: str
    goal: Goal | None
    before: Value
    after: Value
    bound: Value
    proven: bool
    worse: bool
    unit: str = ""

    @property
    def same(self) -> bool:
        """Whether the line is unchanged."""
        return self.by == 0 and not self.worse

    @property
    def by(self) -> float:
        """The increase of the line; for a leximax goal, of the first position that differs."""
        place = first_difference(self.before, self.after)
        if place is None:
            return 0.0
        return decimal_difference(figures(self.after)[place], figures(self.before)[place])


@dataclass(frozen=True, slots=True)
class Move:
    """A household whose members change.

    Parameters
    ----------
    household
        The household.
    before, after
        Its members before and after.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import explain
    >>> explain(solve(problem), "h1").alternatives[0].moves[0]
    Move(household='h1', before=('m1',), after=('m2',))
    """

    household: Id
    before: tuple[Id, ...]
    after: tuple[Id, ...]


def moves_between(before: Assignment, after: Assignment) -> tuple[Move, ...]:
    """The households of a problem whose members differ in two plans, sorted by id."""
    households, members = before.problem.household_columns.ids, before.problem.member_columns.ids
    width = max(len(members), 1)
    was, now = (plan.rows * width + plan.columns for plan in (before, after))

    def serving(plan: Assignment, row: int) -> tuple[Id, ...]:
        """The members of a household."""
        first, end = np.searchsorted(plan.rows, [row, row + 1])
        return tuple(members[column] for column in plan.columns[first:end].tolist())

    return tuple(
        Move(households[row], serving(before, row), serving(after, row))
        for row in np.unique(np.setxor1d(was, now) // width).tolist()
    )


@dataclass(frozen=True, slots=True)
class _Priced(Printable):
    """Prices in the order of the plan: first the rule that is relaxed last, then the goals."""

    prices: tuple[Price, ...]
    moves: tuple[Move, ...]

    @property
    def difference(self) -> Price | None:
        """The first line that differs, which decides between the plans; None if none differs."""
        return next((price for price in self.prices if not price.same), None)

    @property
    def proven(self) -> bool:
        """Whether every price is exact."""
        return all(price.proven for price in self.prices)


@dataclass(frozen=True, slots=True)
class Alternative(_Priced):
    """A household with another member: the limits against the pair, or its price.

    Parameters
    ----------
    member
        The other member.
    hindrances
        The limits and rules against the pair.
    prices
        A line for each breach and each goal; empty if no plan can have the pair.
    moves
        The households whose members change, including this one.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import explain
    >>> other = explain(solve(problem), "h1").alternatives[0]
    >>> other.member, other.possible, other.tie
    ('m2', True, False)
    """

    member: Id
    hindrances: tuple[Hindrance, ...]

    @property
    def possible(self) -> bool:
        """Whether there is a plan with this pair."""
        return not any(hindrance.final for hindrance in self.hindrances)

    @property
    def tie(self) -> bool:
        """Whether the alternative is proven to be equally good in every line."""
        return self.possible and self.proven and self.difference is None


@dataclass(frozen=True, slots=True)
class Explanation(Printable):
    """Why a household has its members (contract 6.5).

    Parameters
    ----------
    household
        The household.
    members
        Its members in the plan.
    alternatives
        All other members that were tried, sorted by id.
    untried
        Other members that could not be settled in time.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import explain
    >>> why = explain(solve(problem), "h1")
    >>> why.members, [other.member for other in why.alternatives]
    (('m1',), ['m2'])
    """

    household: Id
    members: tuple[Id, ...]
    alternatives: tuple[Alternative, ...]
    untried: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommendation(Printable):
    """The best members for a household (contract 6.9).

    Parameters
    ----------
    household
        The household.
    members
        Its members in the plan.
    alternatives
        The recommended members, the best one first.
    possible
        How many members could be in charge, including those that are not listed.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import recommend
    >>> best = recommend(solve(problem), Household("h3", (22.402, 105.202)))
    >>> [other.member for other in best.alternatives]
    ['m1', 'm2']
    """

    household: Id
    members: tuple[Id, ...]
    alternatives: tuple[Alternative, ...]
    possible: int


@dataclass(frozen=True, slots=True)
class Variation(_Priced):
    """The price of a maximum of one household more, or one less, for a member.

    Parameters
    ----------
    max_households
        The maximum of households that was tried.
    possible
        Whether there is a plan with this maximum.
    prices, moves
        As for a member: a line for each breach and each goal, and the households whose members change.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, explain, solve
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> more = explain(solve(few), "m1").more
    >>> more.max_households, more.possible, more.difference.name
    (2, True, 'max_households')
    """

    max_households: int
    possible: bool


@dataclass(frozen=True, slots=True)
class MemberExplanation(Printable):
    """Why a member has this load.

    Parameters
    ----------
    member
        The member.
    households
        The member's households.
    workload
        The workload of these households.
    binding
        The member's limits that the load meets or breaks; ``("exempt",)`` for an exempt member.
    less, more
        The plan with one household less and with one more; None if there is no maximum to change, or one
        less would be 0.
    breaches
        The relaxed limits that concern this member: of the load, and of pairs.
    unit
        The unit of travel; empty if it has none.
    carried_households, carried_workload
        The carried load of the member.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, explain, solve
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> load = explain(solve(few), "m1")
    >>> load.households, load.workload, [broken.rule for broken in load.breaches]
    (('h1', 'h2'), 2.0, ['max_households'])
    """

    member: Id
    households: tuple[Id, ...]
    workload: float
    binding: tuple[str, ...]
    less: Variation | None
    more: Variation | None
    breaches: tuple[Relaxation, ...] = ()
    unit: str = ""
    carried_households: int = 0
    carried_workload: float = 0.0
