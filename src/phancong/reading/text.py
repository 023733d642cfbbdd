"""A reading as text: each list, each column, each question."""

from __future__ import annotations

from phancong.reading.record import Reading
from phancong.reading.settling import alike, ranges
from phancong.rules import RULES
from phancong.words import Bullets, Message, Page, PageTable, Words, defect_lines, page


@page.register
def reading_page(reading: Reading, w: Words) -> Page:
    """The lists, their columns, the rows left out, the assumptions, and the questions."""
    return Page(
        w.lang,
        (
            _lists(reading, w),
            _columns(reading, w),
            _left_out(reading, w),
            Bullets(w.gettext("Assumed:"), tuple(map(w.tell, reading.notes))),
            Bullets(w.gettext("To be settled:"), defect_lines(alike(reading.defects), w)),
        ),
    )


def _lists(reading: Reading, w: Words) -> PageTable:
    words = [w.gettext("list"), w.gettext("became"), w.gettext("header")]
    rows = [
        [
            w.tell(use.sheet),
            _table(w, use.became),
            "" if use.header is None else str(use.header),
            w.number(use.records),
        ]
        for use in reading.sheets
    ]
    return PageTable([*words, w.gettext("records")], rows, words)


def _columns(reading: Reading, w: Words) -> PageTable:
    headers = [
        w.gettext("list"),
        w.gettext("column"),
        w.pgettext("above a column", "title"),
        w.gettext("became"),
    ]
    rows = [
        [w.tell(use.sheet), w.tell(use.column), use.title, _column(w, use.became)]
        for use in reading.columns
    ]
    return PageTable(headers, rows, headers)


def _left_out(reading: Reading, w: Words) -> PageTable:
    headers = [w.gettext("list"), w.gettext("rows left out"), w.gettext("why")]
    rows = [[w.tell(left.sheet), ranges(left.rows), w.tell(left.why)] for left in reading.left_out]
    return PageTable(headers, rows, headers)


def _table(w: Words, became: str) -> str:
    """The label of a table, or the reason why a list was not read."""
    if isinstance(became, Message):
        return w.tell(became)
    labels = {
        "members": w.pgettext("table", "members"),
        "households": w.pgettext("table", "households"),
        "previous": w.pgettext("table", "previous"),
        "fixed": w.pgettext("table", "fixed"),
        "forbidden": w.pgettext("table", "forbidden"),
        "scheme": w.pgettext("table", "scheme of workload"),
        "office": w.pgettext("table", "office"),
    }
    return labels[became]


def _column(w: Words, became: str) -> str:
    """The label of a column's use: in English the field's name in the program."""
    if isinstance(became, Message):
        return w.tell(became)
    rule = RULES.get(became)
    if rule is not None and rule.column is not None:
        return rule.column.label(w)
    labels = {
        "id": w.pgettext("column", "id"),
        "at": w.pgettext("column", "at"),
        "lat": w.pgettext("column", "lat"),
        "lon": w.pgettext("column", "lon"),
        "number": w.pgettext("column", "number"),
        "name": w.pgettext("column", "name"),
        "note": w.pgettext("column", "note"),
        "post": w.pgettext("column", "post"),
        "address": w.pgettext("column", "address"),
        "class": w.pgettext("column", "class"),
        "in_charge": w.pgettext("column", "in_charge"),
        "in_charge_id": w.pgettext("column", "in_charge_id"),
        "key": w.pgettext("column", "key"),
        "relation": w.pgettext("column", "relation"),
        "exempt": w.pgettext("column", "exempt"),
        "newcomer": w.pgettext("column", "newcomer"),
        "since": w.pgettext("column", "since"),
        "household_name": w.pgettext("column", "household_name"),
        "member_name": w.pgettext("column", "member_name"),
        "household": w.pgettext("column", "household"),
        "member": w.pgettext("column", "member"),
        "years": w.pgettext("column", "years"),
        "share": w.pgettext("column", "share"),
        "skills": w.pgettext("column", "skills"),
        "hamlet": w.pgettext("column", "hamlet"),
        "optional": w.pgettext("column", "optional"),
        "carried_households": w.pgettext("column", "carried_households"),
        "carried_workload": w.pgettext("column", "carried_workload"),
        "workload": w.pgettext("column", "workload"),
        "visits": w.pgettext("column", "visits"),
        "cluster": w.pgettext("column", "cluster"),
        "group": w.pgettext("column", "group"),
        "priority": w.pgettext("column", "priority"),
        "members_needed": w.pgettext("column", "members_needed"),
        "approximate": w.pgettext("column", "approximate"),
    }
    return labels[became]
