"""Prices, and limits against a pair, as sentences and as cells of a table."""

from __future__ import annotations

from phancong import naming
from phancong.explaining.records import Alternative, Hindrance, Price, Variation
from phancong.goals import figures, first_difference, is_row, single
from phancong.rules import RULES
from phancong.words import Page, Words, page


def as_sentence(other: Alternative | Variation, w: Words) -> str:
    """All lines that differ, as a sentence."""
    sentences = [_sentence(price, w) for price in other.prices if not price.same]
    return "; ".join(sentences) or _even(other, w)


def _sentence(price: Price, w: Words) -> str:
    if price.goal is None:
        return _sentence_of_limit(price, w)
    goal = naming.goal(w, price.goal)
    if is_row(price.before):
        place = first_difference(price.before, price.after)
        assert place is not None  # lines that are the same are left out
        return w.gettext(
            "{goal}: number {position} is {after} instead of {before}",
            goal=goal,
            position=place + 1,
            after=naming.amount(w, figures(price.after)[place], price.unit),
            before=naming.amount(w, figures(price.before)[place], price.unit),
        )
    by = naming.amount(w, abs(price.by), price.unit)
    before_all = naming.amount(w, single(price.before), price.unit)
    # Print the difference and the old value, not the new one: three rounded figures may not add up.
    if price.by > 0:
        return w.gettext("{goal} {by} more than {before}", goal=goal, by=by, before=before_all)
    return w.gettext("{goal} {by} less than {before}", goal=goal, by=by, before=before_all)


def _sentence_of_limit(price: Price, w: Words) -> str:
    limit, by = naming.limit(w, price.name), naming.amount(w, abs(price.by), price.unit)
    if price.by > 0:
        return w.gettext("{limit} broken by {by} more", limit=limit, by=by)
    if price.worse:
        return w.gettext("{limit} broken in a worse way", limit=limit)
    return w.gettext("{limit} broken by {by} less", limit=limit, by=by)


def in_cell(other: Alternative | Variation, w: Words) -> str:
    """All lines that differ, as a cell."""
    lines = [_price(price, w) for price in other.prices if not price.same]
    return "; ".join(lines) or _even(other, w)


def _even(other: Alternative | Variation, w: Words) -> str:
    if other.proven:
        return w.gettext("just as good")
    return w.gettext("as far as is known, as good")


def _price(price: Price, w: Words) -> str:
    name = naming.rule(w, price.name) if price.goal is None else naming.goal(w, price.goal)
    by = naming.with_unit(w, w.signed(price.by), price.unit)
    if price.worse and price.by <= 0:
        by = (
            w.gettext("the same total, shared less evenly")
            if not price.by
            else w.gettext("{by}, shared less evenly", by=by)
        )
    phrase = f"{name} {by}"
    return phrase if price.proven else w.gettext("{price} (not proven)", price=phrase)


@page.register
def price_page(price: Price, w: Words) -> Page:
    """The difference of a line."""
    return Page(w.lang, (_price(price, w),))


def why_not(other: Alternative, w: Words) -> str:
    """The limits against the pair."""
    return "; ".join(_hindrance(hindrance, w) for hindrance in other.hindrances)


def _hindrance(hindrance: Hindrance, w: Words) -> str:
    rule = RULES.get(hindrance.rule)
    if rule is not None and rule.pair is not None:
        return rule.pair.against(w, naming.amount(w, hindrance.by, hindrance.unit))
    phrases = {
        "forbidden": w.gettext("the pair is forbidden"),
        "unreachable": w.gettext("the member cannot reach it"),
        "exempt": w.gettext("the member is exempt"),
        "own_household": w.gettext("it is the member's own household"),
        "group": w.gettext("another household of its group cannot go there"),
        "members_needed": w.gettext("it needs no member"),
        "fixed": w.gettext("its members are fixed"),
        "limits": w.gettext("the other limits could not hold"),
    }
    return phrases[hindrance.rule]


@page.register
def hindrance_page(hindrance: Hindrance, w: Words) -> Page:
    """The limit or rule against a pair."""
    return Page(w.lang, (_hindrance(hindrance, w),))
