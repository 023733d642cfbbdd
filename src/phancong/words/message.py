"""A sentence that keeps its parts, so that it can be translated later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phancong.layout import number


class Message(str):
    """English text, with the sentence and the values from which it was made.

    It is a string, for errors, logs and records; :meth:`Words.tell` translates it.

    Parameters
    ----------
    msgid
        The sentence, with named placeholders: ``"pair {pair} is forbidden"``.
    values
        Values of the placeholders: text stays as it is (ids are text), another message is translated,
        numbers are formatted.
    """

    __slots__ = ("msgid", "plural", "values")

    msgid: str
    values: dict[str, str | float]
    #: The plural sentence, if ``values["n"]`` is a number of things.
    plural: str | None

    def __new__(cls, msgid: str, /, **values: str | float) -> Message:
        """Fill in the values, with numbers in English notation."""
        stored: dict[str, str | float] = values
        for value in values.values():
            if not isinstance(value, str):
                stored = {
                    key: text if isinstance(text, str) else number(text)
                    for key, text in values.items()
                }
                break
        # Fast, since the name of each row of a list is a message.
        self = str.__new__(cls, msgid.format_map(stored))
        self.msgid, self.values, self.plural = msgid, values, None
        return self

    @classmethod
    def ngettext(cls, one: str, many: str, n: int, /, **values: str | float) -> Message:
        """A sentence with a singular and a plural; ``{n}`` is the number."""
        self = cls(one if n == 1 else many, **values, n=n)
        self.msgid, self.plural = one, many
        return self

    def refilled(self, values: Mapping[str, str | float]) -> Message:
        """The same sentence with other values."""
        if self.plural is None:
            return Message(self.msgid, **values)
        others = {name: value for name, value in values.items() if name != "n"}
        return Message.ngettext(self.msgid, self.plural, int(values["n"]), **others)

    @classmethod
    def joined(cls, texts: Iterable[str]) -> str:
        """Several messages as one, parted by semicolons; empty if there are none."""
        whole = ""
        for text in texts:
            whole = cls("{others}; {last}", others=whole, last=text) if whole else text
        return whole

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # A plain string would be pickled as its English text alone.
        several = self.plural is not None and self.values["n"] != 1
        return (self.plural if several else self.msgid,), self.values
