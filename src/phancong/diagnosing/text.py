"""A diagnosis as text: the shortfall, the conflicts, and the repairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from phancong import naming
from phancong.diagnosing.records import Conflict, Diagnosis, Repair
from phancong.problem import Id
from phancong.rules import RULES
from phancong.words import Bullets, Page, PageTable, Words, page

#: The most ids that a sentence lists before it counts the rest.
NAMED = 6
#: The sentence of each kind of repair.
_SENTENCES: Final = {
    kind: sentence for rule in RULES.values() for kind, sentence in rule.repairs.items()
}


@page.register
def diagnosis_page(found: Diagnosis, w: Words) -> Page:
    """The shortfall, the conflicts as sentences, and the repairs as rows."""
    if found.feasible:
        return Page(w.lang, (w.gettext("All limits can hold."),))
    why = Bullets(
        w.gettext("Why:"), tuple(_conflict(conflict, w) for conflict in _merged(found.conflicts))
    )
    mend, whom = w.gettext("what would mend it"), w.gettext("for whom")
    rows = [[_repair(repair, w), w.named(repair.subjects, NAMED)] for repair in found.repairs]
    headers = [mend, whom] if any(row[1] for row in rows) else [mend]
    table = PageTable(headers, [row[: len(headers)] for row in rows], (whom,))
    return Page(w.lang, (" ".join(_sentences(found, w)), why, table))


def _sentences(found: Diagnosis, w: Words) -> list[str]:
    if found.shortfall and found.at_least:
        sentence = w.ngettext(
            "Not all limits can hold: at least {n} place is missing.",
            "Not all limits can hold: at least {n} places are missing.",
            found.shortfall,
        )
    elif found.shortfall:
        sentence = w.ngettext(
            "Not all limits can hold: {n} place is missing.",
            "Not all limits can hold: {n} places are missing.",
            found.shortfall,
        )
    else:
        sentence = w.gettext("Not all limits can hold.")
    lines = [sentence]
    if found.repairs:
        lines += [
            w.ngettext(
                "{n} repair is enough by itself, and was verified by solving.",
                "{n} repairs are each enough by themselves, and were verified by solving.",
                len(found.repairs),
            ),
            w.gettext("The first: {repair}.", repair=_repair(found.repairs[0], w)),
        ]
    elif found.complete:
        lines.append(w.gettext("No single repair is enough."))
    if not found.complete:
        lines.append(w.gettext("The search was cut before every repair was tried."))
    return lines


def _merged(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """Conflicts of single members with the same reason, merged into one."""
    alone: dict[tuple[str, tuple[str, ...]], list[Conflict]] = {}
    others = []
    for conflict in conflicts:
        if conflict.kind == "carried" or (conflict.kind == "places" and not conflict.members):
            alone.setdefault((conflict.kind, conflict.rules), []).append(conflict)
        else:
            others.append(conflict)
    sentences = [
        replace(
            same[0],
            households=tuple(household for c in same for household in c.households),
            members=tuple(member for c in same for member in c.members),
            needed=sum(c.needed for c in same),
        )
        for same in alone.values()
    ]
    return sentences + others


# --- why


@page.register
def conflict_page(conflict: Conflict, w: Words) -> Page:
    """The conflict as a sentence: households, members, numbers and rules."""
    return Page(w.lang, (_conflict(conflict, w),))


def _conflict(conflict: Conflict, w: Words) -> str:
    rules, who = naming.rules(w, conflict.rules), _members(conflict.members, w)
    if conflict.kind == "limits":
        return _limits_conflict(conflict, rules, who, w)
    if conflict.kind == "carried":
        return w.gettext(
            "{who} already carries, besides the list, more than {rules} allows",
            who=who,
            rules=rules,
        )
    if conflict.kind == "minimums":
        return w.ngettext(
            "{who} must have {n} household, and only {places} can be theirs ({rules})",
            "{who} must have {n} households, and only {places} can be theirs ({rules})",
            conflict.needed,
            who=who,
            places=conflict.places,
            rules=rules,
        )
    return _places_conflict(conflict, rules, who, w)


def _limits_conflict(conflict: Conflict, rules: str, who: str, w: Words) -> str:
    """Limits that no plan keeps, of some members or of all."""
    if conflict.members:
        return w.gettext("{rules} cannot all hold for {who}", rules=rules, who=who)
    if len(conflict.rules) == 1:
        return w.gettext("{rules} cannot hold", rules=rules)
    return w.gettext("{rules} cannot all hold", rules=rules)


def _places_conflict(conflict: Conflict, rules: str, who: str, w: Words) -> str:
    """Households that need more members than can take them."""
    homes, count = _households(conflict.households, w), len(conflict.households)
    if conflict.kind == "fixed":
        return w.ngettext(
            "{homes} is fixed for {who}, who can take {places} ({rules})",
            "{homes} are fixed for {who}, who can take {places} ({rules})",
            count,
            homes=homes,
            who=who,
            places=conflict.places,
            rules=rules,
        )
    need = w.ngettext("{n} place", "{n} places", conflict.needed)
    if not conflict.members:
        return w.ngettext(
            "{homes} needs {need}, and nobody can take it ({rules})",
            "{homes} need {need}, and nobody can take them ({rules})",
            count,
            homes=homes,
            need=need,
            rules=rules,
        )
    return w.ngettext(
        "{homes} needs {need} and can only go to {who}, where there is room for {places} ({rules})",
        "{homes} need {need} and can only go to {who}, where there is room for {places} ({rules})",
        count,
        homes=homes,
        need=need,
        who=who,
        places=conflict.places,
        rules=rules,
    )


def _households(ids: Sequence[Id], w: Words) -> str:
    names = w.named(ids, NAMED)
    if len(ids) == 1:
        return w.gettext("household {id}", id=names)
    return w.ngettext("{n} household ({ids})", "{n} households ({ids})", len(ids), ids=names)


def _members(ids: Sequence[Id], w: Words) -> str:
    names = w.named(ids, NAMED)
    if len(ids) == 1:
        return w.gettext("member {id}", id=names)
    return w.ngettext("{n} member ({ids})", "{n} members ({ids})", len(ids), ids=names)


# --- what would mend it


@page.register
def repair_page(repair: Repair, w: Words) -> Page:
    """The repair as a phrase, with its subjects."""
    whom = f" ({w.named(repair.subjects, NAMED)})" if repair.subjects else ""
    return Page(w.lang, (f"{_repair(repair, w)}{whom}",))


def _repair(repair: Repair, w: Words) -> str:
    n = int(repair.amount)
    amount = naming.with_unit(w, w.at_least(repair.amount), repair.unit)
    sentence = _SENTENCES[repair.kind](w, n, amount)
    if repair.each is None:
        return sentence
    if n == 1:
        return w.ngettext(
            "{repair} who can take {n} household",
            "{repair} who can take {n} households",
            repair.each,
            repair=sentence,
        )
    return w.ngettext(
        "{repair} who can take {n} household each",
        "{repair} who can take {n} households each",
        repair.each,
        repair=sentence,
    )
