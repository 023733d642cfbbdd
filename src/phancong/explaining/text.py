"""Explanations as a household or a member reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from phancong import naming
from phancong.explaining.records import (
    Alternative,
    Explanation,
    Hindrance,
    MemberExplanation,
    Price,
    Variation,
    figures,
    same,
)
from phancong.words import Page, Table, Words, page

#: Ids that a sentence names before it counts the rest.
NAMED = 6


# --- a household


@page.register
def explanation_page(found: Explanation, w: Words) -> Page:
    """Who has the household, what else could be, and a row for each other member."""
    return Page(w.lang, (" ".join(_said_of_household(found, w)), _alternatives(found, w)))


def _said_of_household(found: Explanation, w: Words) -> Iterable[str]:
    household = str(found.household)
    if found.members:
        who = w.listed([str(member) for member in found.members])
        yield w.gettext(
            "Household {household} is with {members}.", household=household, members=who
        )
    else:
        yield w.gettext("Household {household} is with nobody.", household=household)
    if not found.alternatives:
        yield w.gettext("There is no other member.")
        return
    possible = [other for other in found.alternatives if other.possible]
    even = [other for other in possible if other.difference is None]
    ties, unsure = [o for o in even if o.tie], [o for o in even if not o.tie]
    better = [o for o in possible if o.difference is not None and not o.difference.worse]
    worse = [o for o in possible if o.difference is not None and o.difference.worse]
    if better:
        yield w.gettext("It would be better with {members}.", members=_members(better, w))
    if ties:
        yield w.gettext(
            "With {members} it would be just as good: a tie.", members=_members(ties, w)
        )
    if unsure:
        yield w.gettext(
            "With {members} it would be as good as far as is known.", members=_members(unsure, w)
        )
    yield from _least_lost(worse, w)
    yield from _impossible([o for o in found.alternatives if not o.possible], w)
    if possible:
        yield (
            w.gettext("Every price is proven: each time all the rest was solved again.")
            if all(other.proven for other in possible)
            else w.gettext("Not every price is proven.")
        )


def _members(others: Sequence[Alternative], w: Words) -> str:
    names = [str(other.member) for other in others]
    return w.listed(names) if len(names) <= NAMED else w.named(names, NAMED)


def _least_lost(worse: Sequence[Alternative], w: Words) -> Iterable[str]:
    """The price that is least, where that can be told from what the record holds.

    Of limits it holds the totals, and these alone do not say whose breach is borne worse.
    """
    by_goals = [other for other in worse if other.difference and other.difference.goal]
    if len(worse) == 1:
        (other,) = worse
        told = w.gettext(
            "With {member}: {prices}.", member=str(other.member), prices=_spoken(other, w)
        )
    elif by_goals:
        other = min(by_goals, key=_order)
        told = w.gettext(
            "The least would be lost with {member}: {prices}.",
            member=str(other.member),
            prices=_spoken(other, w),
        )
    elif worse:
        yield w.gettext("With any other member a limit would be broken more.")
        return
    else:
        return
    yield told
    yield from _others_move(len(other.moves) - 1, w)


def _order(other: Alternative) -> tuple[tuple[float, ...], ...]:
    """The goals in their order; what floats cannot tell apart counts as the same."""
    return tuple(
        figures(price.before if price.same else price.after)
        for price in other.prices
        if price.goal is not None
    )


def _impossible(others: Sequence[Alternative], w: Words) -> Iterable[str]:
    if len(others) == 1:
        (other,) = others
        yield w.gettext(
            "It cannot be with {member}: {why}.", member=str(other.member), why=_against(other, w)
        )
    elif others:
        yield w.ngettext(
            "It cannot be with {n} other: the table says why.",
            "It cannot be with {n} others: the table says why.",
            len(others),
        )


def _others_move(others: int, w: Words) -> Iterable[str]:
    if others > 0:
        yield w.ngettext(
            "{n} other household would change hands.",
            "{n} other households would change hands.",
            others,
        )


def _alternatives(found: Explanation, w: Words) -> Table:
    # A limit that may give way stands among the prices, so only what is final needs a reason.
    rows = [
        [
            str(other.member),
            _prices(other, w)
            if other.possible
            else w.gettext("cannot be: {why}", why=_against(other, w)),
            w.number(max(len(other.moves) - 1, 0)) if other.possible else "",
        ]
        for other in found.alternatives
    ]
    who = w.gettext("with")
    headers = [who, w.gettext("what it would do"), w.gettext("others that move")]
    return Table(headers, rows, (who,))


@page.register
def alternative_page(other: Alternative, w: Words) -> Page:
    """One line, for a list."""
    member, against = str(other.member), _against(other, w)
    if not other.possible:
        told = w.gettext("{member}: cannot be ({why})", member=member, why=against)
    elif against:
        prices = _prices(other, w)
        told = w.gettext(
            "{member}: {prices} (against it: {why})", member=member, prices=prices, why=against
        )
    else:
        told = w.gettext("{member}: {prices}", member=member, prices=_prices(other, w))
    others = len(other.moves) - 1
    if others > 0:
        moves = w.ngettext("{n} other household moves", "{n} other households move", others)
        told = f"{told}; {moves}"
    return Page(w.lang, (told,))


# --- a member


@page.register
def member_page(found: MemberExplanation, w: Words) -> Page:
    """What the member carries, what binds it, and a row for one place less and one more."""
    variations = [v for v in (found.less, found.more) if v is not None]
    said = [
        w.ngettext(
            "{member} is in charge of {n} household, with a workload of {workload}.",
            "{member} is in charge of {n} households, with a workload of {workload}.",
            len(found.households),
            member=str(found.member),
            workload=found.workload,
        ),
        w.gettext(
            "There is no room left in {limits}.",
            limits=w.listed([naming.limit(w, rule) for rule in found.binding]),
        )
        if found.binding
        else w.gettext("No limit of this member stands in the way."),
    ]
    for variation in variations:
        said += _said_of_places(variation, w)
    rows = [
        [
            w.number(v.max_households),
            _prices(v, w) if v.possible else w.gettext("cannot be"),
            w.number(len(v.moves)) if v.possible else "",
        ]
        for v in variations
    ]
    headers = [
        w.gettext("at most"),
        w.gettext("what it would do"),
        w.gettext("households that move"),
    ]
    return Page(w.lang, (" ".join(said), Table(headers, rows)))


def _said_of_places(variation: Variation, w: Words) -> Iterable[str]:
    if not variation.possible:
        yield w.ngettext(
            "With at most {n} household no plan can be made.",
            "With at most {n} households no plan can be made.",
            variation.max_households,
        )
        return
    yield w.ngettext(
        "With at most {n} household: {prices}.",
        "With at most {n} households: {prices}.",
        variation.max_households,
        prices=_spoken(variation, w),
    )


@page.register
def variation_page(variation: Variation, w: Words) -> Page:
    """One line, for a list."""
    told = w.ngettext(
        "at most {n} household: {what}",
        "at most {n} households: {what}",
        variation.max_households,
        what=_prices(variation, w) if variation.possible else w.gettext("cannot be"),
    )
    return Page(w.lang, (told,))


# --- both


def _spoken(other: Alternative | Variation, w: Words) -> str:
    """All lines that differ, as they are read aloud."""
    told = [_said(price, w) for price in other.prices if not price.same]
    return "; ".join(told) or _even(other, w)


def _said(price: Price, w: Words) -> str:
    if price.goal is None:
        return _said_of_limit(price, w)
    goal = naming.goal(w, price.goal)
    if isinstance(price.before, tuple):
        position, before, after = _first_difference(price)
        return w.gettext(
            "{goal}: number {position} is {after} instead of {before}",
            goal=goal,
            position=position,
            after=naming.amount(w, after, price.unit),
            before=naming.amount(w, before, price.unit),
        )
    by = naming.amount(w, abs(price.by), price.unit)
    before_all = naming.amount(w, price.before, price.unit)
    # The amount and what it was, not what it would be: three rounded figures need not add up.
    if price.by > 0:
        return w.gettext("{goal} {by} more than {before}", goal=goal, by=by, before=before_all)
    return w.gettext("{goal} {by} less than {before}", goal=goal, by=by, before=before_all)


def _said_of_limit(price: Price, w: Words) -> str:
    limit, by = naming.limit(w, price.name), naming.amount(w, abs(price.by), price.unit)
    if price.by > 0:
        return w.gettext("{limit} broken by {by} more", limit=limit, by=by)
    if price.worse:
        return w.gettext("{limit} broken in a worse way", limit=limit)
    return w.gettext("{limit} broken by {by} less", limit=limit, by=by)


def _first_difference(price: Price) -> tuple[int, float, float]:
    """Where a leximax goal differs: the place, counted from 1, and both figures."""
    pairs = enumerate(zip(figures(price.before), figures(price.after), strict=True), start=1)
    return next((place, x, y) for place, (x, y) in pairs if not same(x, y))


def _prices(other: Alternative | Variation, w: Words) -> str:
    """All lines that differ, for a cell."""
    lines = [_price(price, w) for price in other.prices if not price.same]
    return "; ".join(lines) or _even(other, w)


def _even(other: Alternative | Variation, w: Words) -> str:
    if other.proven:
        return w.gettext("just as good")
    return w.gettext("as good as far as is known")


def _price(price: Price, w: Words) -> str:
    name = naming.rule(w, price.name) if price.goal is None else naming.goal(w, price.goal)
    by = naming.with_unit(w, w.signed(price.by), price.unit)
    if price.worse and price.by <= 0:
        by = (
            w.gettext("as much, borne worse")
            if not price.by
            else w.gettext("{by}, borne worse", by=by)
        )
    told = f"{name} {by}"
    return told if price.proven else w.gettext("{price} (not proven)", price=told)


@page.register
def price_page(price: Price, w: Words) -> Page:
    """What the line gains or loses."""
    return Page(w.lang, (_price(price, w),))


def _against(other: Alternative, w: Words) -> str:
    return "; ".join(_hindrance(hindrance, w) for hindrance in other.hindrances)


def _hindrance(hindrance: Hindrance, w: Words) -> str:
    told = {
        "forbidden": w.gettext("the pair is forbidden"),
        "unreachable": w.gettext("there is no way there"),
        "exempt": w.gettext("the member is exempt"),
        "own_household": w.gettext("it is the member's own household"),
        "group": w.gettext("another household of its group cannot go there"),
        "members_needed": w.gettext("it needs nobody"),
        "fixed": w.gettext("its members are fixed"),
        "needs": w.gettext("the member lacks a skill"),
        "within_hamlet": w.gettext("the member is of another hamlet"),
        "max_travel": w.gettext(
            "{by} beyond the reach", by=naming.amount(w, hindrance.by, hindrance.unit)
        ),
        "limits": w.gettext("the other limits could not hold"),
    }
    return told[hindrance.rule]


@page.register
def hindrance_page(hindrance: Hindrance, w: Words) -> Page:
    """What stands against a pair."""
    return Page(w.lang, (_hindrance(hindrance, w),))
