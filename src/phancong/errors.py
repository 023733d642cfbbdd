"""Every error that the library raises on purpose.

One root, :class:`PhancongError`; each error is also the builtin that fits, so that callers who know
nothing of this library still catch it. Messages hold ids, fields, rows and columns, and never a
name, a coordinate or a hardship (contract 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: How many defects a message spells out; ``error.defects`` always holds all of them.
SHOWN = 25


class PhancongError(Exception):
    """Root of every error that the library raises on purpose."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong with the input: where, what, and how to mend it.

    Parameters
    ----------
    record
        What holds the defect, by id or by place: ``"member 'm1'"``, ``"households.csv, line 7"``.
    field
        The field, column or argument.
    what
        What is wrong with it, with the value where that is neither a coordinate nor a class.
    mend
        What to do about it.
    """

    record: str
    field: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.record}, {self.field}: {self.what}; {self.mend}"


class InvalidProblemError(PhancongError, ValueError):
    """The input has defects; all of them are in :attr:`defects`.

    Parameters
    ----------
    defects
        At least one defect, in the order of the input.
    """

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects: tuple[Defect, ...] = tuple(defects)
        lines = [f"- {defect}" for defect in self.defects[:SHOWN]]
        if len(self.defects) > SHOWN:
            lines.append(f"- and {len(self.defects) - SHOWN} more, all in .defects of this error")
        count = "1 defect" if len(self.defects) == 1 else f"{len(self.defects)} defects"
        super().__init__(f"{count} in the input:\n" + "\n".join(lines))

    def __reduce__(self) -> tuple[type, tuple[tuple[Defect, ...]]]:
        # Exceptions pickle by their args, which hold the message here, not the defects.
        return type(self), (self.defects,)


class InvalidArgumentError(PhancongError, ValueError):
    """An argument other than the problem (goals, relax, search, engine) cannot be used."""


class UnsupportedError(PhancongError, NotImplementedError):
    """An engine refuses what it cannot keep, each thing by its name, and names who can.

    Parameters
    ----------
    engine
        The engine that refuses.
    refusals
        What it cannot keep, each by name with the reason.
    """

    def __init__(self, engine: str, refusals: Sequence[str]) -> None:
        self.engine = engine
        self.refusals: tuple[str, ...] = tuple(refusals)
        super().__init__(f"engine {engine!r} cannot keep " + "; ".join(self.refusals))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...]]]:
        return type(self), (self.engine, self.refusals)


class InfeasibleError(PhancongError, RuntimeError):
    """No plan keeps the limits that may not be relaxed.

    Parameters
    ----------
    message
        The shortest true reason and a repair.
    diagnosis
        The whole :class:`~phancong.diagnosing.Diagnosis`.
    """

    def __init__(self, message: str, diagnosis: Any = None) -> None:
        self.diagnosis = diagnosis
        super().__init__(message)

    def __reduce__(self) -> tuple[type, tuple[str, Any]]:
        return type(self), (str(self), self.diagnosis)


class NoPlanFoundError(PhancongError, TimeoutError):
    """Neither a plan nor a proof that there is none was found within the search."""


class JudgementError(PhancongError, AssertionError):
    """Internal error: the plan of an engine fails verification, and is not returned; please report it."""


class MissingExtraError(PhancongError, ImportError):
    """A file format or picture needs a package that is an extra of this library."""


class NotWrittenError(PhancongError, OSError):
    """A file could not be written; every file is whole, as it was before or new.

    Parameters
    ----------
    message
        Which file, why, how to mend it, and what was written.
    filename
        The file.
    errno
        The number of the system's error; None where there is none.
    written
        The files that had taken their places before.
    why
        The message without what was written.
    """

    written: tuple[str, ...]
    why: str

    def __init__(
        self,
        message: str,
        filename: str,
        errno: int | None = None,
        written: Iterable[str] = (),
        why: str = "",
    ) -> None:
        super().__init__(message)
        self.why = why or message
        self.filename = filename
        self.errno = errno
        self.written = tuple(written)

    def __str__(self) -> str:
        # That of an OSError would be made of its number.
        return str(self.args[0])

    def __reduce__(self) -> tuple[type, tuple[str, str, int | None, tuple[str, ...], str]]:
        return type(self), (self.args[0], self.filename, self.errno, self.written, self.why)


class FarFromPathWarning(UserWarning):
    """Places lie farther from the nearest path than ``snap``, and join it all the same."""
