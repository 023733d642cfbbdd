"""A sentence that remembers what it was made of, so that it can be told in another language."""

from __future__ import annotations

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
        What fills them: text as it is (ids are text), numbers as the language writes them.
    """

    __slots__ = ("msgid", "values")

    msgid: str
    values: dict[str, str | float]

    def __new__(cls, msgid: str, /, **values: str | float) -> Message:
        """Fill in the values, numbers as English writes them."""
        told = {
            key: value if isinstance(value, str) else number(value) for key, value in values.items()
        }
        self = super().__new__(cls, msgid.format(**told))
        self.msgid, self.values = msgid, values
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # As a plain string it would be pickled by its English text alone.
        return (self.msgid,), self.values
