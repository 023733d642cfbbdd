"""A plan as a document to edit and sign: the decision and its annex (contract 6.10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from phancong.plan.workbook import Sheets
from phancong.report.include import read_include
from phancong.report.labels import read_labels_of
from phancong.report.office import read_office
from phancong.report.solution import Solution
from phancong.tables.printed import PaperForm, PrintedSheet
from phancong.tables.word_files import document_bytes
from phancong.words import words


def as_document(
    plan: Solution,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    office: Any = None,
) -> bytes:
    """The bytes of the document that :meth:`Plan.to_word` writes."""
    named, chosen, given = read_labels_of(labels), read_include(include), read_office(office)
    made = Sheets(plan, words(lang), named, chosen, given)
    papers = [_decision(made), *([annex] for annex in _annexes(made))]
    return document_bytes(papers, made.w)


def _decision(made: Sheets) -> list[PrintedSheet]:
    """The decision, with the list as its annex."""
    w, office = made.w, made.office
    in_charge = sum(bool(one.rows) for one in made.figures.members)
    of_members = w.ngettext("{n} member", "{n} members", in_charge)
    of_households = w.ngettext("{n} household", "{n} households", len(made.figures.now))
    articles = (
        w.gettext(
            "Article 1. The {members} named in the list attached are put in charge of {households}.",
            members=of_members,
            households=of_households,
        ),
        w.gettext(
            "Article 2. Those named in the list, and ………, are responsible for carrying out this "
            "decision."
        ),
        w.gettext("Article 3. This decision takes effect on the day on which it is signed."),
    )
    top = PaperForm(office.left(w), office.right(w), number=office.numbered(w))
    below = PaperForm(signed=office.signed(w), hint=office.hint(w), received=office.received(w))
    title = w.gettext("DECISION")
    return [
        PrintedSheet(title, office.decision(w), foot=office.rests_on(w), form=top),
        PrintedSheet(title, (office.decides(w),), foot=articles, form=below),
    ]


def _annexes(made: Sheets) -> list[PrintedSheet]:
    """The list, the loads, and the changes; the signature of the decision covers them."""
    found = [made.household_list(), made.summary()]
    if made.figures.changes:
        found.append(made.changes())
    return [replace(sheet, form=None, chart=None) for sheet in found]
