"""A small cache of recent answers: variants of a problem ask a network the same questions repeatedly."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """A cache of the most recent answers.

    ``explain`` needs the travel of some thirty variants of one problem; without the cache, shortest
    paths take half of its time.

    Parameters
    ----------
    most
        How many answers are kept.
    """

    __slots__ = ("_answers", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Hashable, T] = {}

    def get(self, question: Hashable, answer: Callable[[], T]) -> T:
        """The answer to a question, computed unless it is in the cache."""
        found = self._answers.pop(question, None)
        if found is None:
            found = answer()
        self._answers[question] = found  # move it to the end, as the newest
        while len(self._answers) > self._most:
            self._answers.pop(next(iter(self._answers)), None)
        return found
