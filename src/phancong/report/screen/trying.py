"""Trying changes by hand: another member for a household, a fixed pair, a member who is away.

A price is that of one change with all other pairs unchanged, and is on the page only if *include* names
prices. Without prices, and for several changes together, the page says what is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from phancong.problem import Id
from phancong.report.notes import Notes
from phancong.report.prices import Offers
from phancong.report.screen.shell import text
from phancong.rules import LAST_FIRST
from phancong.words import Words

#: Decimals of a price: as many as other printed figures have.
DIGITS: Final = 3


def trial(notes: Notes, numbers: Mapping[Id, int]) -> str:
    """The controls, the output, and the prices.

    Parameters
    ----------
    notes
        The notes on the plan.
    numbers
        Member → its number on the page.
    """
    w = notes.w
    intro = w.gettext(
        "Choose a household here, or by a click on its row in the list: you see what would change if "
        "another member had it and all others stayed. The plan itself stays as it is."
    )
    return (
        f'<div class="js" id="trial"{_sentences(w)}>\n<p>{text(intro)}</p>\n{_controls(w)}\n'
        f"{_results(w)}\n</div>{_prices(notes, numbers)}"
    )


def _controls(w: Words) -> str:
    """Controls for giving a household, for locking and opening pairs, and for absent members."""
    household, new = w.gettext("household"), w.gettext("new member")
    leaver, away = w.gettext("member who is away this year"), w.gettext("take away")
    buttons = "".join(
        f'<button type="button" id="{identity}">{text(name)}</button>\n'
        for identity, name in (
            ("give", w.gettext("give")),
            ("lock", w.gettext("keep with its member")),
            ("open", w.gettext("leave open")),
        )
    )
    return (
        f'<form id="hand" class="line">\n<label>{text(household)} '
        f'<input id="home" list="homes" autocomplete="off"></label><datalist id="homes"></datalist>\n'
        f"<label>{text(new)} "
        f'<select id="to"></select></label>\n{buttons}</form>\n'
        f'<p id="why" role="status"></p>\n<div class="wide"><table id="offers"></table></div>\n'
        f'<form class="line">\n<label>{text(leaver)} '
        f'<select id="leaver"></select></label>\n'
        f'<button type="button" id="away">{text(away)}</button>\n</form>'
    )


def _results(w: Words) -> str:
    """The trials so far, their prices, and the list to save."""
    others, save = w.gettext("the other households"), w.gettext("save the list (CSV)")
    stay = w.gettext("all other households keep their members")
    move = w.gettext("all other households may change")
    hint = w.gettext(
        "phancong plan LISTS -o FOLDER --fixed tried.csv completes the list, and says what it costs."
    )
    return (
        '<div class="wide"><table id="tried"></table></div>\n<p id="price" role="status"></p>\n'
        '<ul id="after"></ul>\n<form id="saving" class="line" hidden>\n'
        f'<label><select id="rest" aria-label="{text(others)}">'
        f'<option value="stay">{text(stay)}<option value="move">{text(move)}</select></label>\n'
        f'<button type="button" id="save">{text(save)}</button>\n'
        f"<small>{text(hint)}</small>\n</form>"
    )


def _sentences(w: Words) -> str:
    """The sentences of the script in the language of the page, with placeholders that it fills."""
    gettext = w.catalogue.gettext  # the script fills the places
    found = {
        "none": gettext("nobody"),
        "has": gettext("{household}: {members}."),
        "fixed": gettext(
            "It stays: its pair is fixed, it belongs to a group, or it has several members."
        ),
        "unknown": gettext("No household has this id or name."),
        "priced": gettext("With another member, while all others stay:"),
        "unpriced": gettext("What another member would change is not on this page."),
        "nothing": gettext("no line changes"),
        "notyet": gettext("not yet known: {lines}"),
        "all": gettext("every limit and goal"),
        "exact": gettext("Exactly: {lines}."),
        "also": gettext("Not yet known: {lines}."),
        "kept": gettext("kept"),
        "opened": gettext("open"),
        "gone": gettext("{member}: away this year"),
        "undo": gettext("undo"),
        "undone": gettext("undo: {household}"),
        "give": gettext("give"),
        "given": gettext("give to {member}"),
        "load": gettext("{member}: {before} → {after} households"),
        "bounds": gettext("({limits})"),
        "many": gettext("▲ {by} too many"),
        "few": gettext("▼ {by} too few"),
        "borne": gettext("{by}, shared less evenly"),
        "heads": "|".join(
            (
                gettext("household"),
                gettext("member in charge"),
                gettext("what changes"),
                gettext("new member"),
            )
        ),
    }
    return "".join(f' data-{name}="{text(sentence)}"' for name, sentence in found.items())


def _prices(notes: Notes, numbers: Mapping[Id, int]) -> str:
    """The prices of single changes as data for the script; empty unless *include* names them."""
    if "prices" not in notes.include:
        return ""
    figures = notes.figures
    offers, ids = Offers(figures.plan), figures.plan.problem.member_columns.ids
    names = offers.names(notes.w)
    # Needs of a household are private, in prices, too.
    hidden = {
        place
        for place, rule in enumerate(LAST_FIRST)
        if rule.name == "needs" and "needs" not in notes.include
    }
    of_rows: list[Any] = []
    for row in figures.in_order:
        of_rows.append(
            [
                [
                    numbers[ids[offer.column]],
                    [
                        [place, round(by, DIGITS), int(borne)]
                        for place, by, borne in offer.by
                        if place not in hidden
                    ],
                ]
                for offer in offers.of(row)
                if ids[offer.column] in numbers
            ]
        )
    data = {
        "lines": names,
        "count": [place for place in offers.counts() if place not in hidden],
        "rows": of_rows,
    }
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'\n<script type="application/json" id="prices">{written}</script>'
