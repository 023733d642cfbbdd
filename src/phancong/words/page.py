"""`Page`: paragraphs, lists and tables, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from phancong.layout import flush_right, shown, shown_in_line, table

#: The width of paragraphs, in cells of a terminal.
WIDTH: Final = 98


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences under a heading."""

    heading: str
    items: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.items)

    def text(self) -> str:
        """Lines that begin with a dash."""
        return "\n".join([self.heading, *(_wrapped(f"- {item}", "  ") for item in self.items)])

    def html(self) -> str:
        """A paragraph and a list."""
        items = "".join(f"<li>{_escaped(item)}</li>\n" for item in self.items)
        return f"<p>{_escaped(self.heading)}</p>\n<ul>\n{items}</ul>"


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table.

    Parameters
    ----------
    headers, rows
        The cells, all rows as long as the headers.
    words
        Headers of columns that are left-aligned even if they look like figures, as ids do.
    note
        A line below the table if rows were left out; otherwise empty.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[str] = ()
    note: str = ""

    def __bool__(self) -> bool:
        return bool(self.rows)

    def text(self) -> str:
        """Aligned columns."""
        rows = [[shown_in_line(cell) for cell in row] for row in self.rows]
        return "\n".join(filter(None, [table(self.headers, rows, words=self.words), self.note]))

    def html(self) -> str:
        """A table with explicit alignment, since notebooks align all cells to the right."""
        sides = [
            f' style="text-align: {"right" if right else "left"}"'
            for right in flush_right(self.headers, self.rows, words=self.words)
        ]

        def row(cells: Sequence[str], opening: str, closing: str) -> str:
            pairs = zip(cells, sides, strict=True)
            html = "".join(f"<{opening}{side}>{_escaped(cell)}</{closing}>" for cell, side in pairs)
            return f"<tr>{html}</tr>\n"

        head = row(self.headers, 'th scope="col"', "th")
        body = "".join(row(cells, "td", "td") for cells in self.rows)
        note = f"\n<p>{_escaped(self.note)}</p>" if self.note else ""
        return f"<table>\n<thead>\n{head}</thead>\n<tbody>\n{body}</tbody>\n</table>{note}"


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of a record, in order: first the text, then the tables.

    Parameters
    ----------
    lang
        The language of the page.
    parts
        A string is a paragraph. Empty parts are left out.
    """

    lang: str
    parts: tuple[str | Bullets | PageTable, ...]

    def text(self) -> str:
        """The page as text for a terminal."""
        parts = [_wrapped(part) if isinstance(part, str) else part.text() for part in self._parts()]
        # No-break spaces have served their purpose: in a terminal, print ordinary spaces.
        return shown("\n\n".join(parts)).replace("\N{NO-BREAK SPACE}", " ")

    def html(self) -> str:
        """The page as HTML for a notebook or a web page: plain elements, all text escaped."""
        parts = [
            f"<p>{_escaped(part)}</p>" if isinstance(part, str) else part.html()
            for part in self._parts()
        ]
        return "\n".join([f'<div lang="{self.lang}">', *parts, "</div>"])

    def _parts(self) -> list[str | Bullets | PageTable]:
        return [part for part in self.parts if part]


def _escaped(text: str) -> str:
    return escape(shown(text))


def _wrapped(text: str, indent: str = "") -> str:
    # Never break an id, so that it can be searched for.
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
