"""A page as one file: style and script inside it, and a policy that lets nothing else in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from phancong.layout import flush_right, shown_in_line
from phancong.words import Bullets, Page, PageTable, Words


def text(value: str) -> str:
    """A text for a page: escaped, control characters written out."""
    return escape(shown_in_line(value))


def document(title: str, body: Iterable[str], w: Words, *, script: bool = False) -> bytes:
    """A whole page.

    Parameters
    ----------
    title
        Of the page, as plain text.
    body
        Its parts as HTML.
    w
        The language.
    script
        Whether the page can be worked with.

    Returns
    -------
    bytes
        UTF-8. The Content-Security-Policy names the style and the script by their SHA-256 and
        forbids everything else: no address is asked for, whatever stands in a label.
    """
    style = _part("page.css")
    policy = f"default-src 'none'; style-src '{_digest(style)}'"
    code = ""
    if script:
        source = _part("page.js") + _part("trial.js")
        policy += f"; script-src '{_digest(source)}'"
        code = f"<script>{source}</script>\n"
    policy += "; base-uri 'none'; form-action 'none'"
    whole = (
        f'<!DOCTYPE html>\n<html lang="{w.lang}" data-thousands="{w.thousands}" '
        f'data-point="{w.point}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, body))
        + f"\n{code}</body>\n</html>\n"
    )
    return whole.encode()


def page_document(title: str, told: Page, w: Words, *, above: Iterable[str] = ()) -> bytes:
    """A record as a whole page, with HTML *above* it."""
    parts = [part_html(part) for part in told.parts if part]
    body = [f"<header><h1>{text(title)}</h1></header>", "<main>", *above, *parts, "</main>"]
    return document(title, body, w)


def part_html(part: str | Bullets | PageTable) -> str:
    """A part of what is told; sides of cells are classes, since the policy forbids styles in place."""
    if isinstance(part, str):
        return f"<p>{text(part)}</p>"
    if isinstance(part, Bullets):
        items = "".join(f"<li>{text(item)}</li>" for item in part.items)
        return f"<p>{text(part.heading)}</p>\n<ul>{items}</ul>"
    right = flush_right(part.headers, part.rows, words=part.words)
    sides = [' class="n"' if flush else "" for flush in right]
    head = "".join(
        f'<th scope="col"{side}>{text(cell)}</th>'
        for cell, side in zip(part.headers, sides, strict=True)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(f"<td{side}>{text(cell)}</td>" for cell, side in zip(cells, sides, strict=True))
        + "</tr>"
        for cells in part.rows
    )
    note = f"\n<p>{text(part.note)}</p>" if part.note else ""
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>'
        f"</table></div>{note}"
    )


@cache
def _part(name: str) -> str:
    """A part of the page, without what only those read who write it: indents and lines of comment."""
    whole = files("phancong.report.screen").joinpath(name).read_text(encoding="utf-8")
    lines = (line.strip() for line in whole.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _digest(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
