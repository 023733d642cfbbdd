"""`words(lang)`: a language, its catalogue and its way of writing figures and lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final

from phancong import layout
from phancong.errors import InvalidArgumentError
from phancong.words.message import Message

#: What the catalogues are called.
DOMAIN: Final = "phancong"

#: Every language with its separators of thousands and of decimals. English needs no catalogue.
LANGUAGES: Final = {"en": (",", "."), "vi": (".", ",")}


@dataclass(frozen=True, slots=True)
class Words:
    """A language.

    The four look-ups are those of :mod:`gettext`. What fills the named places of a sentence is
    passed by name: text as it is (ids are text), a :class:`Message` in this language, numbers as
    the language writes them.

    Parameters
    ----------
    lang
        Its code, one of :data:`LANGUAGES`.
    thousands, point
        What separates thousands, and decimals.
    catalogue
        Its sentences.
    """

    lang: str
    thousands: str
    point: str
    catalogue: NullTranslations

    # Sentences

    def gettext(self, message: str, /, **values: str | float) -> str:
        """A sentence."""
        return self._filled(self.catalogue.gettext(message), values)

    def pgettext(self, context: str, message: str, /, **values: str | float) -> str:
        """A sentence or a word that means something else elsewhere."""
        return self._filled(self.catalogue.pgettext(context, message), values)

    def ngettext(self, one: str, many: str, n: int, /, **values: str | float) -> str:
        """A sentence about one thing, or about several; ``{n}`` is their number."""
        return self._filled(self.catalogue.ngettext(one, many, n), {**values, "n": n})

    def tell(self, text: str) -> str:
        """A :class:`Message` in this language; any other text as it is."""
        if not isinstance(text, Message):
            return text
        if text.plural is None:
            return self.gettext(text.msgid, **text.values)
        values = {name: value for name, value in text.values.items() if name != "n"}
        return self.ngettext(text.msgid, text.plural, int(text.values["n"]), **values)

    def _filled(self, text: str, values: dict[str, str | float]) -> str:
        told = {
            key: self.tell(value) if isinstance(value, str) else self.number(value)
            for key, value in values.items()
        }
        return text.format(**told)

    # Figures

    def number(self, value: float | None) -> str:
        """A figure as a person writes it: English 7,237 and 1.5, Vietnamese 7.237 and 1,5."""
        return self._localised(layout.number(value))

    def signed(self, value: float | None) -> str:
        """A difference, with its sign."""
        sign = "+" if value is not None and value > 0 else ""
        return f"{sign}{self.number(value)}"

    def at_least(self, value: float) -> str:
        """A limit: rounded up to thousandths, so that what is read out still holds."""
        if not math.isfinite(value):
            return self.number(value)
        return self._localised(f"{math.ceil(value * 1000 - 1e-6) / 1000:,.10g}")

    def _localised(self, english: str) -> str:
        return english.translate({ord(","): self.thousands, ord("."): self.point})

    # Lists

    def listed(self, items: Sequence[str]) -> str:
        """A list within a sentence: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        others = ", ".join(items[:-1])
        return self.pgettext("a list", "{others} and {last}", others=others, last=items[-1])

    def named(self, ids: Iterable[object], most: int, separator: str = ", ") -> str:
        """Ids or figures one after the other; of more than *most* the rest is counted."""
        names = [self.number(item) if isinstance(item, float) else str(item) for item in ids]
        if len(names) <= most:
            return separator.join(names)
        shown, rest = separator.join(names[: most - 1]), len(names) - most + 1
        return self.ngettext("{shown}, … {n} more", "{shown}, … {n} more", rest, shown=shown)

    def rest(self, count: int) -> str:
        """The line under a table that was cut."""
        return self.ngettext("… and {n} more", "… and {n} more", count)


def words(lang: str = "en") -> Words:
    """The words of a language.

    Raises
    ------
    InvalidArgumentError
        There is no such language; those that there are are named.
    """
    if not isinstance(lang, str) or lang not in LANGUAGES:
        there = ", ".join(map(repr, LANGUAGES))
        raise InvalidArgumentError(f"lang is {lang!r}; there are {there}")
    return _loaded(lang)


@cache
def _loaded(lang: str) -> Words:
    thousands, point = LANGUAGES[lang]
    if lang == "en":
        return Words(lang, thousands, point, NullTranslations())
    path = files("phancong.words").joinpath("locale", lang, "LC_MESSAGES", f"{DOMAIN}.mo")
    with path.open("rb") as compiled:
        return Words(lang, thousands, point, GNUTranslations(compiled))
