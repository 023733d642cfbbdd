"""Records of an explanation (contract 6.5): every figure a sentence needs, ids only."""

from __future__ import annotations

from dataclasses import dataclass

from phancong.decimals import decimal_difference
from phancong.goals import Goal, Value, figures, meets
from phancong.problem import Id
from phancong.rules import Relaxation
from phancong.words import Printable


@dataclass(frozen=True, slots=True)
class Hindrance(Printable):
    """A limit that a pair would break.

    Parameters
    ----------
    rule
        ``"forbidden"``, ``"unreachable"``, ``"exempt"``, ``"own_household"``, ``"group"``,
        ``"members_needed"`` or ``"fixed"``, which are never broken; ``"needs"``,
        ``"within_hamlet"`` or ``"max_travel"``; or ``"limits"``: with this pair the others cannot
        hold together.
    by
        The amount by which the pair breaks the rule, in ``travel.unit`` for ``max_travel``; 1 for a
        rule that is either kept or broken.
    final
        Whether the limit may not be relaxed, or not this far. Breaches of the others are among the
        prices of the alternative.
    unit
        The unit of ``by``; empty where it is a count, or travel has no unit.

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
    """One line of a plan, before and after the rest is solved again.

    Parameters
    ----------
    name
        The rule, or the goal as it is written.
    goal
        The goal; None for a breach.
    before, after
        What the line reaches in the plan that is explained, and in the best one of the other kind:
        the total of a breach, ``best`` of a goal.
    bound
        No plan of the other kind that is as good in the lines above is better.
    proven
        Both figures are proven, in this line and in those above.
    worse
        Whether the plan of the other kind is worse in this line: of a breach in the order of
        contract 4.3, where the total may be smaller and yet a higher priority, or one member, bear more.
    unit
        The unit of the figures; empty where there is none.

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
        """Whether the line is as it was."""
        return self.by == 0 and not self.worse

    @property
    def by(self) -> float:
        """How much more it is; of a leximax goal, in the first position that differs."""
        pairs = zip(figures(self.before), figures(self.after), strict=True)
        return next((decimal_difference(y, x) for x, y in pairs if not same(x, y)), 0.0)


def same(one: float, other: float) -> bool:
    """Whether floats cannot tell two figures apart."""
    return meets(max(one, other), min(one, other))


def exceeds(after: tuple[float, ...], before: tuple[float, ...]) -> bool:
    """Whether figures are worse in their order, by more than floats cannot tell apart."""
    pairs = zip(after, before, strict=True)
    return next((x > y for x, y in pairs if not same(x, y)), False)


@dataclass(frozen=True, slots=True)
class Move:
    """A household whose members differ, and both sides of the change.

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


@dataclass(frozen=True, slots=True)
class _Priced(Printable):
    """Prices in the plan's own order: what is relaxed last first, then the goals."""

    prices: tuple[Price, ...]
    moves: tuple[Move, ...]

    @property
    def difference(self) -> Price | None:
        """The first line that differs, which decides between the plans; None if none does."""
        return next((price for price in self.prices if not price.same), None)

    @property
    def proven(self) -> bool:
        """Whether every price is exact."""
        return all(price.proven for price in self.prices)


@dataclass(frozen=True, slots=True)
class Alternative(_Priced):
    """The household with another member: the limit against it, or its price.

    Parameters
    ----------
    member
        The other member.
    hindrances
        The limits that stand against the pair.
    prices
        A line for each breach and each goal; empty where no plan can hold the pair.
    moves
        The households whose members would change, this one among them.

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
        """Whether it is proven to be just as good in every line."""
        return self.possible and self.proven and self.difference is None


@dataclass(frozen=True, slots=True)
class Explanation(Printable):
    """Why a household has its members (contract 6.5).

    Parameters
    ----------
    household
        The household.
    members
        Who has it in the plan.
    alternatives
        Every other member, sorted by id, but those who were not tried.
    untried
        Other members of whom nothing was found out in time.

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
        Whom it has in the plan.
    alternatives
        The members that are recommended, the best one first.
    possible
        How many members it could go to, those who are not named included.

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
    """The price of one place more, or one less, with a member.

    Parameters
    ----------
    max_households
        The maximum that was tried.
    possible
        Whether there is a plan with it.

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
    """Why a member has so much to do.

    Parameters
    ----------
    member
        The member.
    households
        Who is in the member's care.
    workload
        The sum of their workloads.
    binding
        The member's limits that the load meets or breaks.
    less, more
        The plan with one place less and one more here; None where there is no maximum to move, or
        one less would be none at all.
    breaches
        The limits that are relaxed at this member: of the load, and of pairs.
    unit
        The unit of travel; empty where there is none.
    carried_households, carried_workload
        What the member carries besides the list.

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
