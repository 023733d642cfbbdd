"""Travel as a matrix of the caller: households by members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phancong.errors import Defect, InvalidArgumentError
from phancong.meeting import NOTHING_GIVEN, Given, all_as_given, given_exactly, out_of_range
from phancong.travel.places import FloatArray, Places
from phancong.words import Message

_MEND_VALUES = (
    "give a row of numbers for each household and in it one number for each member, "
    "with inf or NaN where there is no way"
)


_FLAGS: Final = frozenset((bool, np.bool_))


class TravelMatrix:
    """Travel as given: rows are households and columns members, in the order of the input.

    The order is that in which the households and members were given, not that of their ids (contract
    3.3). A data frame with other labels than positions is refused, since its labels might contradict the
    order.

    Parameters
    ----------
    values
        Numbers, at least zero, shape ``(households, members)``, in ``unit``: one way of one visit.
        ``inf``, NaN or a masked entry means unreachable. The array is copied.
    unit
        The unit of the values, for messages and plans: ``"m"``, ``"minutes"``.

    Raises
    ------
    InvalidArgumentError
        The values are not numbers or not a matrix, or carry labels. :meth:`defects` reports what depends
        on the problem: a shape that does not fit, and negative travel, by id.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, TravelMatrix, solve
    >>> minutes = TravelMatrix([[5, 20], [float("inf"), 10]], unit="minutes")
    >>> members = [Member("m1"), Member("m2")]
    >>> plan = solve(Problem(members, [Household("h1"), Household("h2")], travel=minutes))
    >>> plan.member_of("h2")
    'm2'
    """

    __slots__ = ("_exactly", "_unit", "_values")

    def __init__(self, values: ArrayLike, unit: str = "") -> None:
        if is_labelled(values):
            raise InvalidArgumentError(f"values: {LABELLED}; {MEND_LABELLED}")
        array, self._exactly = _numbers(values)
        if array.ndim != 2:
            raise InvalidArgumentError(
                f"values: not two-dimensional, but of shape {array.shape}; {_MEND_VALUES}"
            )
        array[np.isnan(array)] = np.inf
        array.flags.writeable = False
        self._values = array
        self._unit = unit

    @property
    def values(self) -> FloatArray:
        """Travel in the order given, ``inf`` for unreachable; read-only."""
        return self._values

    @property
    def exactly(self) -> Given:
        """For each float that stands for a fraction or decimal: the number as it was given."""
        return self._exactly

    @property
    def unit(self) -> str:
        """The unit of travel, as given."""
        return self._unit

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """The defect of a shape that does not fit the problem, or the defects of invalid travel."""
        expected = (len(households), len(members))
        if self._values.shape != expected:
            # The entries cannot be matched, so there is no further defect to report.
            return [_misshapen(self._values.shape, expected)]
        travel = self.between(households, members)

        def listed(row: int, wrong: NDArray[np.bool_]) -> str:
            return ", ".join(
                f"{members.kind} {members.ids[column]!r} ({travel[row, column]:g})"
                for column in np.flatnonzero(wrong[row]).tolist()
            )

        def of(row: int, what: str, mend: str) -> Defect:
            return Defect(f"{households.kind} {households.ids[row]!r}", "travel", what, mend)

        negative, beyond = travel < 0, out_of_range(travel)
        mend = "give a number of at least 0, or inf where there is no way"
        found = [
            of(row, f"is negative to {listed(row, negative)}", mend)
            for row in np.flatnonzero(negative.any(axis=1)).tolist()
        ]
        for row in np.flatnonzero(beyond.any(axis=1)).tolist():
            whom = listed(row, beyond)
            what = Message("is too large, or too small, to be added up: to {members}", members=whom)
            found.append(of(row, what, Message("state it in another unit")))
        return found

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel of each pair, reordered from the order given to the order of the problem.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`; ``inf`` for unreachable.
        """
        return self._values[np.ix_(households.given, members.given)]

    def __eq__(self, other: object) -> bool:
        """Compare unit and values, as given."""
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        return self._unit == other._unit and np.array_equal(self._values, other._values)

    __hash__ = None  # type: ignore[assignment]  # compared by value; hashing many values would be slow

    def __repr__(self) -> str:
        """The shape and the unit, without the values."""
        rows, columns = self._values.shape
        return f"TravelMatrix({rows} × {columns}, unit={self._unit!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle through the constructor: an unpickled array would be writeable."""
        return type(self), (all_as_given(self._values, self._exactly), self._unit)


#: The message about a matrix with labels.
LABELLED: Final = "a data frame with labels, and it is the order that counts"
MEND_LABELLED: Final = (
    "give frame.loc[household_ids, member_ids].to_numpy(), with the ids in the order given"
)


def is_labelled(values: Any) -> bool:
    """Whether *values* is a data frame with labels other than positions."""
    if isinstance(values, np.ndarray) or not hasattr(values, "columns"):
        return False
    rows, columns = (list(getattr(values, name, ())) for name in ("index", "columns"))
    numbered = [list(range(len(columns))), [f"column_{n}" for n in range(len(columns))]]
    return rows != list(range(len(rows))) or columns not in numbered


def _numbers(values: ArrayLike) -> tuple[FloatArray, Given]:
    """The values as a new array of floats, and the numbers that were given exactly; or an error."""
    try:
        array = np.asarray(np.ma.getdata(values) if np.ma.isMaskedArray(values) else values)
        # Text is refused even if it reads as a number: "7.237" may mean seven thousand.
        wrong = array.dtype.kind == "O" and any(
            isinstance(entry, (str, bool, np.bool_)) for entry in array.flat
        )
        if array.dtype.kind in "iufO" and not wrong and not _has_flags(values):
            if isinstance(values, np.ma.MaskedArray):
                return np.ma.filled(values.astype(np.float64), np.nan), NOTHING_GIVEN
            exactly = given_exactly(array.flat) if array.dtype.kind == "O" else NOTHING_GIVEN
            return np.array(array, dtype=np.float64), exactly
    except (TypeError, ValueError, OverflowError):
        pass  # ragged rows, or objects that are not numbers: refused below
    raise InvalidArgumentError(f"values: not a matrix of numbers; {_MEND_VALUES}")


def _has_flags(values: Any) -> bool:
    """Whether a row among *values* has True or False, which numpy takes for 1 and 0 among numbers."""
    if isinstance(values, np.ndarray) or not isinstance(values, Sequence):
        return False
    return any(
        row.dtype.kind == "b"
        if isinstance(row, np.ndarray)
        else isinstance(row, Sequence) and not _FLAGS.isdisjoint(map(type, row))
        for row in values
    )


def _misshapen(shape: tuple[int, ...], expected: tuple[int, int]) -> Defect:
    turned = shape == expected[::-1]
    return Defect(
        "travel matrix",
        "values",
        f"has {shape[0]} rows and {shape[1]} columns, but there are {expected[0]} households "
        f"and {expected[1]} members",
        "transpose it: rows are households and columns members"
        if turned
        else "give a row for each household and a column for each member, as they were given",
    )
