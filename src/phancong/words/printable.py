"""`Printable`: a record that prints as sentences and tables; `page`: its page."""

from __future__ import annotations

from functools import singledispatch

from phancong.words.language import Words, words
from phancong.words.page import Page


@singledispatch
def page(record: object, words: Words) -> Page:
    """The page of a record; each kind of record registers its own function.

    Thus a record holds data alone, and its sentences are in another module of its package.
    """
    raise TypeError(f"no text is registered for a {type(record).__name__}")


class Printable:
    """A record that prints as sentences and tables, in English or another language."""

    __slots__ = ()

    def text(self, lang: str = "en") -> str:
        """The record as text: a paragraph, and tables if it has any.

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
        """The record as HTML: escaped, plain elements, nothing loaded from elsewhere.

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
        """The HTML for a notebook."""
        return self.html()
