"""Explanations as text for a household or a member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from phancong import naming
from phancong.decimals import decimal_sum
from phancong.explaining.price_text import as_sentence, in_cell, why_not
from phancong.explaining.records import (
    Alternative,
    Explanation,
    MemberExplanation,
    Recommendation,
    Variation,
)
from phancong.goals import figures
from phancong.problem import Id
from phancong.rules import RULES
from phancong.words import Page, PageTable, Words, page

#: The most ids that a sentence lists before it counts the rest.
NAMED = 6


# --- a household


@page.register
def explanation_page(found: Explanation, w: Words) -> Page:
    """The members of the household, the alternatives, and a row for each other member."""
    return Page(w.lang, (" ".join(_said_of_household(found, w)), _alternatives(found, w)))


def _said_of_household(found: Explanation, w: Words) -> Iterable[str]:
    household = str(found.household)
    if found.members:
        who = w.listed([str(member) for member in found.members])
        yield w.gettext(
            "Household {household} is with {members}.", household=household, members=who
        )
    else:
        yield w.gettext("Household {household} has no member.", household=household)
    if found.untried:
        yield w.gettext(
            "There was no time to try {members}; give more seconds.",
            members=_listed(found.untried, w),
        )
    elif not found.alternatives:
        yield w.gettext("There is no other member.")
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
            "With {members} it would be as good, as far as is known.", members=_members(unsure, w)
        )
    yield from _least_lost(worse, w)
    yield from _impossible([o for o in found.alternatives if not o.possible], w)
    if possible:
        yield (
            w.gettext("Every price is proven: each time the rest was solved again to the optimum.")
            if all(other.proven for other in possible)
            else w.gettext("Not every price is proven.")
        )


def _members(others: Sequence[Alternative], w: Words) -> str:
    return _listed([other.member for other in others], w)


def _listed(members: Iterable[Id], w: Words) -> str:
    names = [str(member) for member in members]
    return w.listed(names) if len(names) <= NAMED else w.named(names, NAMED)


def _least_lost(worse: Sequence[Alternative], w: Words) -> Iterable[str]:
    """The smallest price, if the record determines it.

    The record holds totals of breaches only, and these do not always decide which breach is worse.
    """
    by_goals = [other for other in worse if other.difference and other.difference.goal]
    if len(worse) == 1:
        (other,) = worse
        sentence = w.gettext(
            "With {member}: {prices}.", member=str(other.member), prices=as_sentence(other, w)
        )
    elif by_goals:
        other = min(by_goals, key=_order)
        sentence = w.gettext(
            "The least would be lost with {member}: {prices}.",
            member=str(other.member),
            prices=as_sentence(other, w),
        )
    elif worse:
        yield w.gettext("With any other member a limit would be broken more.")
        return
    else:
        return
    yield sentence
    yield from _others_move(len(other.moves) - 1, w)


def _order(other: Alternative) -> tuple[tuple[float, ...], ...]:
    """The goals in order; values that differ by rounding only are equal."""
    return tuple(
        figures(price.before if price.same else price.after)
        for price in other.prices
        if price.goal is not None
    )


def _impossible(others: Sequence[Alternative], w: Words) -> Iterable[str]:
    if len(others) == 1:
        (other,) = others
        yield w.gettext(
            "It cannot be with {member}: {why}.", member=str(other.member), why=why_not(other, w)
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


def _alternatives(found: Explanation, w: Words) -> PageTable:
    # Only final limits are given as a reason: breaches of the others are among the prices.
    rows = [
        [
            str(other.member),
            in_cell(other, w)
            if other.possible
            else w.gettext("not possible: {why}", why=why_not(other, w)),
            w.number(max(len(other.moves) - 1, 0)) if other.possible else "",
        ]
        for other in found.alternatives
    ]
    return _other_members(rows, w)


@page.register
def recommendation_page(found: Recommendation, w: Words) -> Page:
    """How many members could have the household, and a row for each recommended member."""
    household, named = str(found.household), len(found.alternatives)
    if not found.alternatives:
        sentence = w.gettext(
            "Household {household} can go to no other member.", household=household
        )
        return Page(w.lang, (sentence,))
    parts = [
        w.ngettext(
            "Household {household} could go to {n} other member.",
            "Household {household} could go to {n} other members.",
            found.possible,
            household=household,
        )
    ]
    if found.possible > named:
        parts.append(w.ngettext("The best one is named.", "The best {n} are named.", named))
    if not all(other.proven for other in found.alternatives):
        parts.append(w.gettext("Not every price is proven."))
    rows = [
        [str(other.member), in_cell(other, w), w.number(max(len(other.moves) - 1, 0))]
        for other in found.alternatives
    ]
    return Page(w.lang, (" ".join(parts), _other_members(rows, w)))


def _other_members(rows: list[list[str]], w: Words) -> PageTable:
    who = w.gettext("with")
    headers = [who, w.gettext("what it would do"), w.gettext("others that move")]
    return PageTable(headers, rows, (who,))


@page.register
def alternative_page(other: Alternative, w: Words) -> Page:
    """An alternative in one line, for a list."""
    member, against = str(other.member), why_not(other, w)
    if not other.possible:
        sentence = w.gettext("{member}: not possible ({why})", member=member, why=against)
    elif against:
        prices = in_cell(other, w)
        sentence = w.gettext(
            "{member}: {prices} (against it: {why})", member=member, prices=prices, why=against
        )
    else:
        sentence = w.gettext("{member}: {prices}", member=member, prices=in_cell(other, w))
    others = len(other.moves) - 1
    if others > 0:
        moves = w.ngettext("{n} other household moves", "{n} other households move", others)
        sentence = f"{sentence}; {moves}"
    return Page(w.lang, (sentence,))


# --- a member


@page.register
def member_page(found: MemberExplanation, w: Words) -> Page:
    """The load of the member, the limits that it meets, and a row for one household less and one more."""
    variations = [v for v in (found.less, found.more) if v is not None]
    parts = [
        w.ngettext(
            "{member} is in charge of {n} household, with a workload of {workload}.",
            "{member} is in charge of {n} households, with a workload of {workload}.",
            len(found.households),
            member=str(found.member),
            workload=found.workload,
        ),
        *_said_of_carried(found, w),
        *_said_of_limits(found, w),
    ]
    for variation in variations:
        parts += _said_of_places(variation, w)
    rows = [
        [
            w.number(v.max_households),
            in_cell(v, w) if v.possible else w.gettext("not possible"),
            w.number(len(v.moves)) if v.possible else "",
        ]
        for v in variations
    ]
    headers = [
        w.gettext("at most"),
        w.gettext("what it would do"),
        w.gettext("households that move"),
    ]
    return Page(w.lang, (" ".join(parts), PageTable(headers, rows)))


def _said_of_carried(found: MemberExplanation, w: Words) -> Iterable[str]:
    """A sentence on the carried load, which counts in limits and in fairness."""
    if found.carried_households or found.carried_workload:
        yield w.ngettext(
            "Besides, the member already carries {n} household that is not in the list, and a "
            "workload of {workload} with it.",
            "Besides, the member already carries {n} households that are not in the list, and a "
            "workload of {workload} with them.",
            found.carried_households,
            workload=found.carried_workload,
        )


def _said_of_limits(found: MemberExplanation, w: Words) -> Iterable[str]:
    """Sentences on relaxed limits of the member, and on limits that are met; each limit once."""
    if "exempt" in found.binding:
        yield w.gettext("The member is exempt.")
        return
    broken = dict.fromkeys(relaxation.rule for relaxation in found.breaches)
    totals = {rule: decimal_sum(r.by for r in found.breaches if r.rule == rule) for rule in broken}
    if totals:
        sentence = (
            w.gettext(
                "{limit} by {by}", limit=naming.limit(w, rule), by=_amount(rule, by, found, w)
            )
            for rule, by in totals.items()
        )
        yield w.gettext("Relaxed here: {limits}.", limits="; ".join(sentence))
    met = [rule for rule in found.binding if rule not in totals]
    if met:
        limits = w.listed([naming.limit(w, rule) for rule in met])
        yield w.gettext("There is no room left in {limits}.", limits=limits)
    elif not totals:
        yield w.gettext("No limit of this member stands in the way.")


def _amount(rule: str, by: float, found: MemberExplanation, w: Words) -> str:
    return naming.amount(w, by, found.unit if RULES[rule].in_travel else "")


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
        prices=as_sentence(variation, w),
    )


@page.register
def variation_page(variation: Variation, w: Words) -> Page:
    """A variation in one line, for a list."""
    sentence = w.ngettext(
        "at most {n} household: {what}",
        "at most {n} households: {what}",
        variation.max_households,
        what=in_cell(variation, w) if variation.possible else w.gettext("not possible"),
    )
    return Page(w.lang, (sentence,))
