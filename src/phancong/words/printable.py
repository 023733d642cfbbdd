"""`Printable`: a record that prints as sentences and tables; `page`: the page of each kind of record."""

from __future__ import annotations

from functools import singledispatch

from phancong.words.language import Words, words
from phancong.words.page import Page


@singledispatch
def page(record: object, words: Words) -> Page:
    """The text of a record; each kind of record registers its own beside it.

    So the record is data alone, and its sentences are another file of the same room.
    """
    raise TypeError(f"nobody tells a {type(record).__name__}")


class Printable:
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
        """The form of a record in a notebook."""
        return self.html()
