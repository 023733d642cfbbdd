"""`Told`: what a record that can be told is given; `page`: who tells it."""

from __future__ import annotations

from functools import singledispatch

from phancong.words.language import Words, words
from phancong.words.page import Page


@singledispatch
def page(record: object, words: Words) -> Page:
    """What is told of a record; each kind of record registers its own beside it.

    So the record is data alone, and its sentences are another file of the same room.
    """
    raise TypeError(f"nobody tells a {type(record).__name__}")


class Told:
    """A record that prints as sentences and tables, in English or another language."""

    __slots__ = ()

    def text(self, lang: str = "en") -> str:
        """The record as a paragraph to read aloud, and a table where there is one.

        Parameters
        ----------
        lang
            The language: ``"en"`` or ``"vi"``.

        Raises
        ------
        InvalidArgumentError
            There is no such language.
        """
        return page(self, words(lang)).text()

    def html(self, lang: str = "en") -> str:
        """The same as HTML: escaped, plain elements, nothing to load.

        Parameters
        ----------
        lang
            The language: ``"en"`` or ``"vi"``.

        Raises
        ------
        InvalidArgumentError
            There is no such language.
        """
        return page(self, words(lang)).html()

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.html()
