"""The errors that the library raises on purpose.

:class:`PhancongError` is the root; each error is also the builtin that fits, so that callers who do not
know this library can catch it. Messages hold ids, fields, rows and columns, and never a name, a
coordinate or a hardship (contract 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from phancong.layout import shown

#: How many defects a message lists; ``error.defects`` holds all of them.
SHOWN = 25


class PhancongError(Exception):
    """Root of every error that the library raises on purpose.

    Examples
    --------
    >>> from phancong import Household, Member, PhancongError, Problem
    >>> try:
    ...     Problem([Member("m1")], [Household("h1", workload=-1)], travel=None)
    ... except PhancongError as error:
    ...     print(type(error).__name__)
    InvalidProblemError
    """

    def __str__(self) -> str:
        """The message, with characters that no stream can take, as those of a path, escaped."""
        return shown(super().__str__())


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect of the input: its place, the reason, and how to mend it.

    Parameters
    ----------
    record
        The record, by id or by place: ``"member 'm1'"``, ``"households.csv, line 7"``.
    field
        The field, column or argument.
    what
        The reason, with the value unless the value is a coordinate or a class.
    mend
        How to mend it.

    Examples
    --------
    >>> from phancong import Household, InvalidProblemError, Member, Problem
    >>> try:
    ...     Problem([Member("m1")], [Household("h1", workload=-1)], travel=None)
    ... except InvalidProblemError as error:
    ...     defect = error.defects[0]
    >>> defect.record, defect.field
    ("household 'h1'", 'workload')
    >>> print(defect.mend)
    give 0 or more
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

    Examples
    --------
    >>> from phancong import Household, InvalidProblemError, Member, Problem
    >>> try:
    ...     Problem([Member("m1"), Member("m1")], [Household("h1")], travel=None)
    ... except InvalidProblemError as error:
    ...     print(len(error.defects), error.defects[0].what)
    1 is given twice ('m1', first in row 1)
    """

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects: tuple[Defect, ...] = tuple(defects)
        lines = [f"- {defect}" for defect in self.defects[:SHOWN]]
        if len(self.defects) > SHOWN:
            lines.append(f"- and {len(self.defects) - SHOWN} more, all in .defects of this error")
        count = "1 defect" if len(self.defects) == 1 else f"{len(self.defects)} defects"
        super().__init__(f"{count} in the input:\n" + "\n".join(lines))

    def __reduce__(self) -> tuple[type, tuple[tuple[Defect, ...]]]:
        # Exceptions pickle by their args; here these are the message, not the defects.
        return type(self), (self.defects,)


class InvalidArgumentError(PhancongError, ValueError):
    """An argument other than the problem (goals, relax, search, engine) is not valid.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import InvalidArgumentError
    >>> try:
    ...     solve(problem, engine="abacus")
    ... except InvalidArgumentError as error:
    ...     print(str(error)[:30])
    unknown engine 'abacus'; the e
    """


class UnsupportedError(PhancongError, NotImplementedError):
    """An engine cannot keep rules or goals; the message names them and the engines that can.

    Parameters
    ----------
    engine
        The engine that refuses.
    refusals
        The rules and goals that it cannot keep, each with the reason.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, UnsupportedError, solve
    >>> homes = [Household("h1", workload=2), Household("h2")]
    >>> try:
    ...     solve(Problem([Member("m1")], homes, travel=None), engine="flow")
    ... except UnsupportedError as error:
    ...     print(error.engine, len(error.refusals))
    flow 1
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
        The shortest proven reason, and a repair.
    diagnosis
        The whole :class:`~phancong.diagnosing.Diagnosis`.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, InfeasibleError, solve
    >>> few = Problem([Member("m1", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    >>> try:
    ...     solve(few, relax=())
    ... except InfeasibleError as error:
    ...     print(error.diagnosis.shortfall)  # members missing
    1
    """

    def __init__(self, message: str, diagnosis: Any = None) -> None:
        self.diagnosis = diagnosis
        super().__init__(message)

    def __reduce__(self) -> tuple[type, tuple[str, Any]]:
        return type(self), (str(self), self.diagnosis)


class NoPlanFoundError(PhancongError, TimeoutError):
    """The search ended with neither a plan nor a proof that there is none.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import NoPlanFoundError, Search
    >>> try:
    ...     plan = solve(problem, search=Search(seconds=30), relax=())
    ... except NoPlanFoundError:
    ...     print("neither a plan nor a proof in 30 seconds")
    """


class JudgementError(PhancongError, AssertionError):
    """Internal error: an engine's plan failed verification and is not returned. Please report it.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import JudgementError
    >>> try:
    ...     plan = solve(problem)
    ... except JudgementError as error:
    ...     print("please report:", error)
    """


class MissingExtraError(PhancongError, ImportError):
    """A file format or picture needs a package from an extra of this library.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import MissingExtraError
    >>> try:
    ...     solve(problem).to_excel("plan.xlsx")
    ... except MissingExtraError as error:
    ...     print(error)  # which extra to install
    """


class NotWrittenError(PhancongError, OSError):
    """A file could not be written; each file has either its old content or its new content, complete.

    Parameters
    ----------
    message
        Which file, why, how to mend it, and which files were written.
    filename
        The file.
    errno
        The error number of the system; None if there is none.
    written
        The files that were replaced before the error.
    why
        The message without the list of written files.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import NotWrittenError
    >>> try:
    ...     solve(problem).to_csv("no such folder/plan.csv")
    ... except NotWrittenError as error:
    ...     print(error.written)
    ()
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
        # OSError.__str__ would print the error number.
        return shown(str(self.args[0]))

    def __reduce__(self) -> tuple[type, tuple[str, str, int | None, tuple[str, ...], str]]:
        return type(self), (self.args[0], self.filename, self.errno, self.written, self.why)


class FarFromPathWarning(UserWarning):
    """Places lie farther from the nearest path than ``snap``; they are joined to it nevertheless.

    Examples
    --------
    >>> import warnings
    >>> import phancong
    >>> warnings.simplefilter("error", phancong.FarFromPathWarning)  # stop instead of a warning
    >>> warnings.resetwarnings()
    """
