"""HTML pages as one file: style and script inside, and a policy that forbids loading anything."""

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
    """A text for a page: escaped, with control characters written out."""
    return escape(shown_in_line(value))


def document(title: str, body: Iterable[str], w: Words, *, script: bool = False) -> bytes:
    """A whole page.

    Parameters
    ----------
    title
        The title of the page, as plain text.
    body
        The parts of the body as HTML.
    w
        The language.
    script
        Whether the page has its script.

    Returns
    -------
    bytes
        UTF-8. The Content-Security-Policy names style and script by their SHA-256 and forbids everything
        else: the page requests no address, whatever a label contains.
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


def page_document(title: str, content: Page, w: Words, *, above: Iterable[str] = ()) -> bytes:
    """A record as a whole page, with HTML *above* it."""
    parts = [part_html(part) for part in content.parts if part]
    body = [f"<header><h1>{text(title)}</h1></header>", "<main>", *above, *parts, "</main>"]
    return document(title, body, w)


def part_html(part: str | Bullets | PageTable) -> str:
    """A part as HTML; alignments are classes, since the policy forbids inline styles."""
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
    """A file of the page, without indentation and comment lines."""
    whole = files("phancong.report.screen").joinpath(name).read_text(encoding="utf-8")
    lines = (line.strip() for line in whole.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _digest(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
