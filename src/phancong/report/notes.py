"""Notes on households and members, with names from labels."""

from __future__ import annotations

from dataclasses import dataclass

from phancong import naming
from phancong.problem import Id
from phancong.report.changes import (
    ADDED,
    CHOSEN,
    EXEMPT,
    FEWER,
    GONE,
    NOT_ALLOWED,
    ChangeOfHands,
)
from phancong.report.figures import Figures
from phancong.report.labels import Labels
from phancong.rules import RULES, Relaxation
from phancong.words import Words


@dataclass(frozen=True)
class Notes:
    """Notes on the records of one plan.

    Parameters
    ----------
    figures
        The figures of the plan.
    w
        The language.
    labels
        The names.
    include
        Private details to be reported (:data:`phancong.report.include.INCLUDE`).
    """

    figures: Figures
    w: Words
    labels: Labels
    include: frozenset[str]

    def household(self, row: int) -> str:
        """Notes on a household: its change, then breaches and exceptions, then the note of its list."""
        w, figures = self.w, self.figures
        problem = figures.plan.problem
        household = problem.household_columns.ids[row]
        now, before = figures.now.get(household, ()), figures.before.get(household, ())
        listed = self.labels.notes.get(household) if "notes" in self.include else None
        if not now and not problem.needed[row] and not before:
            return "; ".join(filter(None, (w.gettext("needs nobody this year"), listed)))
        sentences = []
        if missing := int(figures.plan.assignment.missing[row]):
            sentences.append(w.ngettext("{n} member missing", "{n} members missing", missing))
        ended = [member for member in before if member not in now]
        if ended:
            sentences.append(w.gettext("until now: {members}", members=self.members(ended)))
        elif now and figures.has_previous and not before:
            sentences.append(w.gettext("newly assigned"))
        for relaxation in figures.of_pairs.get(household, ()):
            sentences += self.pair(relaxation)
        # An exception is no breach and is in no list of relaxed limits.
        for relaxation in figures.meant.get(household, ()):
            for note in self.pair(relaxation):
                sentences.append(w.gettext("{note} (intended: the pair is fixed)", note=note))
        if problem.household_columns.approximate[row]:
            sentences.append(w.gettext("place approximate"))
        return "; ".join([*sentences, *([listed] if listed else [])])

    def why(self, change: ChangeOfHands) -> str:
        """Why members leave a household; exemption only if *include* names it."""
        reasons = set(change.why.split(", "))
        if "exempt" not in self.include and EXEMPT in reasons:
            reasons = reasons - {EXEMPT} | {NOT_ALLOWED}
        return why(", ".join(sorted(reasons)), self.w)

    def load(self, relaxation: Relaxation) -> str:
        """A relaxed limit of a member's load, as text."""
        return self.w.gettext(
            "{limit} relaxed: {value} instead of {bound}",
            limit=naming.rule(self.w, relaxation.rule),
            value=relaxation.value,
            bound=relaxation.limit,
        )

    def member(self, identity: Id) -> str:
        """A member within a sentence; a name gets a personal title."""
        name = self.labels.members.get(identity)
        return str(identity) if name is None else self.w.pgettext("a member", "{name}", name=name)

    def named_household(self, identity: Id) -> str:
        """A household within a sentence; a name gets a personal title and the id."""
        name = self.labels.households.get(identity)
        if name is None:
            return str(identity)
        return self.w.pgettext("a household", "{name} ({id})", name=name, id=str(identity))

    def members(self, ids: list[Id] | tuple[Id, ...]) -> str:
        """Several members by name."""
        return ", ".join(map(self.labels.member, ids))

    def subject(self, relaxation: Relaxation) -> str | None:
        """The subject of a breach, by name; None if it has none."""
        if relaxation.subject is None:
            return None
        if RULES[relaxation.rule].subject == "member":
            return self.member(relaxation.subject)
        return self.named_household(relaxation.subject)

    @property
    def breaches(self) -> tuple[Relaxation, ...]:
        """The breaches that may be reported: needs only if *include* names them."""
        return tuple(
            found
            for found in self.figures.plan.relaxations
            if found.rule != "needs" or "needs" in self.include
        )

    def breaks(self, row: int) -> bool:
        """Whether a breach that may be reported concerns a household."""
        household = self.figures.plan.problem.household_columns.ids[row]
        return bool(self.figures.plan.assignment.missing[row]) or any(
            self.pair(relaxation) for relaxation in self.figures.of_pairs.get(household, ())
        )

    def left_out(self) -> str:
        """A sentence on the number of breaches that are not reported; empty if none."""
        plan = self.figures.plan
        if not (count := len(plan.relaxations) - len(self.breaches)):
            return ""
        sentence = naming.breach(self.w, "needs", count, self.figures.unit)
        return self.w.gettext("Not listed unless asked for: {breach}.", breach=sentence)

    def pair(self, relaxation: Relaxation) -> list[str]:
        """The note on a pair that breaks a limit; empty if it may not be reported."""
        rule = RULES[relaxation.rule]
        assert rule.pair is not None  # the breach is one of a pair
        # Needs of a household are private.
        if rule.name == "needs" and "needs" not in self.include:
            return []
        unit = self.figures.unit if rule.in_travel else ""
        return [rule.pair.note(self.w, naming.amount(self.w, relaxation.by, unit))]


def why(reasons: str, w: Words) -> str:
    """Why members leave a household (:attr:`ChangeOfHands.why`), in words."""
    known = {
        GONE: w.pgettext("who ends", "gone"),
        EXEMPT: w.pgettext("who ends", "exempt"),
        NOT_ALLOWED: w.pgettext("who ends", "not allowed"),
        FEWER: w.pgettext("who ends", "needs fewer"),
        CHOSEN: w.pgettext("who ends", "could stay"),
        ADDED: w.pgettext("who ends", "added"),
    }
    return ", ".join(known[reason] for reason in reasons.split(", "))
