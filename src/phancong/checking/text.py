"""A judgement as text: violations, breaches, and the values of the goals."""

from __future__ import annotations

from phancong import naming
from phancong.checking.records import Judgement
from phancong.plan.text import breach_table
from phancong.words import Bullets, Page, PageTable, Words, page


@page.register
def judgement_page(found: Judgement, w: Words) -> Page:
    """The verdict, violations, breaches, and the values of the goals."""
    wrong = Bullets(
        w.gettext("Violations of rules that no plan may break:"),
        tuple(map(w.tell, found.violations)),
    )
    rows = [[naming.goal(w, goal), naming.value(w, value)] for goal, value in found.goals]
    goals = PageTable([w.gettext("goal"), w.gettext("value")], rows)
    broken, renewed = breach_table(found.relaxations, w), naming.renewed(w, found.renewed)
    return Page(w.lang, (_verdict(found, w), renewed, wrong, broken, goals))


def _verdict(found: Judgement, w: Words) -> str:
    sentences = []
    if found.violations:
        sentences.append(
            w.ngettext(
                "The plan cannot be used: {n} thing is wrong with it.",
                "The plan cannot be used: {n} things are wrong with it.",
                len(found.violations),
            )
        )
    elif found.kept:
        sentences.append(w.gettext("The plan can be used, and every limit is kept."))
    else:
        sentences.append(
            w.ngettext(
                "The plan can be used; a limit is relaxed {n} time.",
                "The plan can be used; limits are relaxed {n} times.",
                len(found.relaxations),
            )
        )
    if found.exceptions:
        sentences.append(
            w.ngettext(
                "{n} exception is intended: its pair is fixed.",
                "{n} exceptions are intended: their pairs are fixed.",
                len(found.exceptions),
            )
        )
    return " ".join(sentences)
