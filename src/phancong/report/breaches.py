"""Relaxed limits as sentences, with names."""

from __future__ import annotations

from phancong import naming
from phancong.report.notes import Notes
from phancong.rules import Relaxation


def sentences(notes: Notes) -> list[str]:
    """A sentence for each breach that may be reported, in the order of the plan's relaxations."""
    return [_begun(notes, found, _sentence(notes, found)) for found in notes.breaches]


def _begun(notes: Notes, r: Relaxation, sentence: str) -> str:
    """The sentence, capitalised if it begins with a person's title; ids stay as they are."""
    named = r.subject in notes.labels.members or r.subject in notes.labels.households
    return sentence[:1].upper() + sentence[1:] if named else sentence


def _sentence(notes: Notes, r: Relaxation) -> str:
    w = notes.w
    # A breach without a subject is named after its limit.
    subject = notes.subject(r) or naming.rule(w, r.rule)
    if r.member is not None:
        note, member = "; ".join(notes.pair(r)), notes.member(r.member)
        return w.gettext(
            "{household} with {member}: {note}.", household=subject, member=member, note=note
        )
    if r.rule == "coverage":
        return w.ngettext(
            "{household}: {n} member missing.",
            "{household}: {n} members missing.",
            round(r.by),
            household=subject,
        )
    limit = naming.limit(w, r.rule)
    if r.value > r.limit:
        return w.gettext(
            "{subject}: {value}; {by} above {limit} ({bound}).",
            subject=subject,
            value=r.value,
            by=r.by,
            limit=limit,
            bound=r.limit,
        )
    return w.gettext(
        "{subject}: {value}; {by} below {limit} ({bound}).",
        subject=subject,
        value=r.value,
        by=r.by,
        limit=limit,
        bound=r.limit,
    )
