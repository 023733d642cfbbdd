"""`words(lang)`: a language, with its catalogue and its notation of figures and lists."""

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

#: The name of the catalogues.
DOMAIN: Final = "phancong"

#: Every language with its thousands separator and decimal mark. English needs no catalogue.
LANGUAGES: Final = {"en": (",", "."), "vi": (".", ",")}


@dataclass(frozen=True, slots=True)
class Words:
    """A language.

    The four look-ups are those of :mod:`gettext`. Values for named placeholders are passed by name: text
    stays as it is (ids are text), a :class:`Message` is translated, numbers are formatted.

    Parameters
    ----------
    lang
        Its code, one of :data:`LANGUAGES`.
    thousands, point
        The thousands separator, and the decimal mark.
    catalogue
        The catalogue of its sentences.
    """

    lang: str
    thousands: str
    point: str
    catalogue: NullTranslations

    # Sentences

    def gettext(self, message: str, /, **values: str | float) -> str:
        """The translation of a sentence."""
        return self._filled(self.catalogue.gettext(message), values)

    def pgettext(self, context: str, message: str, /, **values: str | float) -> str:
        """The translation of a sentence or word that has another meaning in other contexts."""
        return self._filled(self.catalogue.pgettext(context, message), values)

    def ngettext(self, one: str, many: str, n: int, /, **values: str | float) -> str:
        """The translation of a sentence with a singular and a plural; ``{n}`` is the number."""
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
        filled = {
            key: self.tell(value) if isinstance(value, str) else self.number(value)
            for key, value in values.items()
        }
        return text.format(**filled)

    # Figures

    def number(self, value: float | None) -> str:
        """A figure in the notation of the language: English 7,237 and 1.5, Vietnamese 7.237 and 1,5."""
        return self._localised(layout.number(value))

    def signed(self, value: float | None) -> str:
        """A difference with its sign."""
        sign = "+" if value is not None and value > 0 else ""
        return f"{sign}{self.number(value)}"

    def at_least(self, value: float) -> str:
        """An upper bound as text: rounded up to thousandths, so that it stays valid."""
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
        """Ids or figures, separated; beyond *most* the rest is counted."""
        names = [self.number(item) if isinstance(item, float) else str(item) for item in ids]
        if len(names) <= most:
            return separator.join(names)
        shown, rest = separator.join(names[: most - 1]), len(names) - most + 1
        return self.ngettext("{shown}, … {n} more", "{shown}, … {n} more", rest, shown=shown)

    def rest(self, count: int) -> str:
        """The line below a table of which rows were left out; empty if there are none."""
        if count <= 0:
            return ""
        return self.ngettext("… and {n} more", "… and {n} more", count)


def words(lang: str = "en") -> Words:
    """The words of a language.

    Raises
    ------
    InvalidArgumentError
        There is no such language; the message names those that there are.
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
