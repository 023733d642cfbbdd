"""The last few answers, kept: variants of a problem ask the same of a network again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The answers to the last few questions.

    ``explain`` asks for the travel of some thirty variants of one problem; without this, finding
    the ways is half of its time.

    Parameters
    ----------
    most
        How many are kept.
    """

    __slots__ = ("_answers", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, T] = {}

    def get(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer to a question, worked out where it is not among the last ones."""
        found = self._answers.pop(question, None)
        if found is None:
            found = answer()
        self._answers[question] = found  # the newest is the last
        while len(self._answers) > self._most:
            self._answers.pop(next(iter(self._answers)), None)
        return found
