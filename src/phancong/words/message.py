"""A sentence that remembers what it was made of, so that it can be told in another language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from phancong.layout import number


class Message(str):
    """English text, and what it was made of.

    It is a string like any other, for errors, logs and records; :meth:`Words.tell` says it in
    another language.

    Parameters
    ----------
    msgid
        The sentence, with named places to fill: ``"pair {pair} is forbidden"``.
    values
        What fills them: text as it is (ids are text), another message in the language, numbers as
        the language writes them.
    """

    __slots__ = ("msgid", "plural", "values")

    msgid: str
    values: dict[str, str | float]
    #: The sentence about several things, where ``values["n"]`` says how many there are.
    plural: str | None

    def __new__(cls, msgid: str, /, **values: str | float) -> Message:
        """Fill in the values, numbers as English writes them."""
        told: dict[str, str | float] = values
        for value in values.values():
            if not isinstance(value, str):
                told = {
                    key: text if isinstance(text, str) else number(text)
                    for key, text in values.items()
                }
                break
        # Each row of a list is called by a message: this is made as often as rows are read.
        self = str.__new__(cls, msgid.format_map(told))
        self.msgid, self.values, self.plural = msgid, values, None
        return self

    @classmethod
    def ngettext(cls, one: str, many: str, n: int, /, **values: str | float) -> Message:
        """A sentence about one thing, or about several; ``{n}`` is their number."""
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
        # As a plain string it would be pickled by its English text alone.
        several = self.plural is not None and self.values["n"] != 1
        return (self.plural if several else self.msgid,), self.values
