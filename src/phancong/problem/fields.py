"""How a column of raw values becomes an array, with a defect for each value that is not valid.

Each kind of field is a class with one method, ``read(values, column)``: *values* are the raw values
in the order given, None where nothing was given, and *column* collects the defects.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from phancong.errors import Defect
from phancong.meeting import LARGEST, SMALLEST, Given, given_exactly
from phancong.tables.private import may_be_shown
from phancong.words import Message

#: No limit on a count: larger than any count, and small enough that sums do not overflow int64.
UNLIMITED: Final = 2**40
#: The largest valid count. A larger number is probably an id or a telephone number.
MOST: Final = 1_000_000


@dataclass(slots=True)
class Column:
    """One field of a table while it is read: its name, the names of its rows, and its defects."""

    name: str
    record: Callable[[int], str]
    defects: list[Defect] = field(default_factory=list)
    #: Numbers that were given as fractions or decimals and equal no float.
    given: Given = field(default_factory=dict)

    def defect(self, row: int, what: str, mend: str) -> None:
        """Note that the value in *row* is not valid."""
        self.defects.append(Defect(self.record(row), self.name, what, mend))


def with_value(what: str, value: Any) -> str:
    """The text of a defect with its value, unless the value may be private."""
    if not may_be_shown(value):
        return what
    return Message("{what} ({value})", what=what, value=repr(value))


def without_value(what: str) -> str:
    """The text of a defect without the value that :func:`with_value` added."""
    bare = what.values.get("what") if isinstance(what, Message) else None
    return bare if isinstance(bare, str) else what


class Field(Protocol):
    """A kind of field."""

    def read(self, values: Sequence[Any], column: Column) -> Any:
        """Turn raw values into an array or a tuple of the same length."""
        ...


def as_number(value: Any) -> float | None:
    """*value* as a float, or None if it is no number; text counts if it is a plain decimal."""
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text or any(mark not in "0123456789.+-eE" for mark in text):
            return None
        try:
            return float(text)
        except ValueError:
            return None
    # Decimal is no numbers.Real, but float() accepts it, as it accepts Fraction.
    if isinstance(value, numbers.Real) or hasattr(value, "__float__"):
        try:
            number = float(value)
            # A fraction other than 0 stays other than 0, even if its nearest float is 0.
            return number or (math.ulp(0.0) if value > 0 else -math.ulp(0.0) if value < 0 else 0.0)
        except (TypeError, ValueError, OverflowError):
            return None
    return None


def plain_numbers(values: Sequence[Any]) -> NDArray[np.float64] | None:
    """All values as floats if each is a number, otherwise None."""
    if not isinstance(values, np.ndarray) and bool in set(map(type, values)):
        return None  # numpy reads True as 1
    try:
        raw = np.asarray(values)
    except (ValueError, OverflowError):  # ragged, or beyond any integer type
        return None
    if raw.ndim == 1 and raw.dtype.kind in "iuf":
        return raw.astype(np.float64)
    return None


def _each_number(
    values: Sequence[Any],
    default: float,
    column: Column,
    mend: str,
    shown: Callable[[str, Any], str],
) -> NDArray[np.float64]:
    """Each value as a number, *default* for None; what is no number is a defect.

    Parameters
    ----------
    values
        The raw values.
    default
        The value of an empty cell and of a defect.
    column
        Gets the defects.
    mend
        How to mend a defect.
    shown
        Returns what is wrong, with the value unless it is secret.
    """
    out = np.full(len(values), default, dtype=np.float64)
    for row, value in enumerate(values):
        if value is None:
            continue
        number = as_number(value)
        if number is None:
            column.defect(row, shown(Message("is not a number"), value), mend)
        else:
            out[row] = number
    return out


@dataclass(frozen=True, slots=True)
class Amount:
    """A column of real numbers ≥ 0; ``None``, as a missing cell, stands for *default*.

    Parameters
    ----------
    default
        The value of an empty cell; ``math.inf`` for no limit.
    positive
        Whether 0 is a defect too.
    secret
        Whether the value is a class or a hardship and stays out of messages (contract 2.4).
    signed
        Whether negative numbers are valid.
    least, most
        The smallest and largest valid number: others are probably slips, or overflow in sums.
    finest
        The smallest valid number other than 0.
    later
        Whether the field was added after plans had been written to files.
    """

    default: float
    positive: bool = False
    secret: bool = False
    signed: bool = False
    least: float = 0.0
    most: float = LARGEST
    finest: float = SMALLEST
    later: bool = False

    def read(self, values: Sequence[Any], column: Column) -> NDArray[np.float64]:
        """Turn raw values into a float array."""
        out = plain_numbers(values)
        if out is None:
            mend = Message("give a number")
            out = _each_number(values, self.default, column, mend, self._shown)
            column.given = given_exactly(values)
        low = np.zeros(len(out), bool) if self.signed else (out <= 0 if self.positive else out < 0)
        bad = np.isnan(out) | low | (np.isinf(out) & ~(math.isinf(self.default) & (out > 0)))
        for row in np.flatnonzero(bad).tolist():
            value = float(out[row])
            if math.isnan(value):
                mend = Message("give a number or leave it out")
                column.defect(row, Message("is NaN"), mend)
            elif math.isinf(value):
                mend = Message("give a finite number or leave it out")
                column.defect(row, Message("is infinite"), mend)
            else:
                what, mend = (
                    (Message("is not above 0"), Message("give more than 0"))
                    if self.positive
                    else (Message("is negative"), Message("give 0 or more"))
                )
                column.defect(row, self._shown(what, value), mend)
        out[bad] = self.default
        for outside, what, mend in (
            (out > self.most, Message("is too large"), Message("state it in a larger unit")),
            (
                (out < self.least) | ((out != 0) & (np.abs(out) < self.finest)),
                Message("is too small"),
                Message("state it in a smaller unit"),
            ),
        ):
            for row in np.flatnonzero(outside & np.isfinite(out)).tolist():
                column.defect(row, self._shown(what, float(out[row])), mend)
                out[row] = self.default
        return out

    def _shown(self, what: str, value: Any) -> str:
        return what if self.secret else with_value(what, value)


@dataclass(frozen=True, slots=True)
class Count:
    """A column of whole numbers ≥ 0; ``None`` stands for *default*.

    Parameters
    ----------
    default
        The value of an empty cell. With :data:`UNLIMITED` the field is a maximum: any number is valid,
        and one above :data:`UNLIMITED` is no limit.
    later
        Whether the field was added after plans had been written to files.
    """

    default: int
    later: bool = False

    def read(self, values: Sequence[Any], column: Column) -> NDArray[np.int64]:
        """Turn raw values into an int64 array, :data:`UNLIMITED` for no limit."""
        out = plain_numbers(values)
        if out is None:
            mend = Message("give a whole number")
            out = _each_number(values, self.default, column, mend, with_value)
        if self.default == UNLIMITED:
            out[out > UNLIMITED] = UNLIMITED
        most = UNLIMITED if self.default == UNLIMITED else MOST
        with np.errstate(invalid="ignore"):
            bad = ~((out >= 0) & (out <= most) & (out == np.floor(out)))
        for row in np.flatnonzero(bad).tolist():
            value = float(out[row])
            what = Message("is negative") if value < 0 else Message("is not a whole number")
            if value > most:
                what = Message("is too large")
            what = Message("{what} ({value})", what=what, value=f"{value:g}")
            column.defect(row, what, Message("give a whole number, 0 or more"))
        out[bad] = self.default
        return out.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Flag:
    """A column of true and false; a cell may also be 1, 0, yes, no, true, false.

    Parameters
    ----------
    default
        The value of an empty cell.
    later
        Whether the field was added after plans had been written to files.
    """

    default: bool = False
    later: bool = False

    def read(self, values: Sequence[Any], column: Column) -> NDArray[np.bool_]:
        """Turn raw values into a boolean array."""
        flags = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        out = np.full(len(values), self.default)
        for row, value in enumerate(values):
            if value is None:
                continue
            flag = flags.get(str(value).strip().lower().removesuffix(".0"))
            if flag is None:
                what = with_value(Message("is neither true nor false"), value)
                column.defect(row, what, Message("give True or False"))
            else:
                out[row] = flag
        return out
