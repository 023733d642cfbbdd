"""Two halves, in one text or two cells, as a place: all readings are tried and must agree."""

from __future__ import annotations

import itertools
import math
import numbers
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np

from phancong.coordinates.halves import Half, halves_in
from phancong.coordinates.letters import LetterSystem, N, sign_of
from phancong.coordinates.refusals import (
    NoCoordinateError,
    ambiguous,
    north_or_south,
    not_a_number,
    off_the_globe,
    unread,
)
from phancong.coordinates.spelling import MOST_LETTERS, spelt

Place = tuple[float, float]

_DECIMALS: Final = r"-?[0-9]{1,3}\.[0-9]{1,20}"
#: A number near 0 in scientific notation.
_TINY: Final = re.compile(r"-?[0-9](?:\.[0-9]{1,20})?e-[0-9]{2}")
#: The form that most programs write; no other reading is possible.
_PLAIN: Final = re.compile(rf"({_DECIMALS}|{_TINY.pattern})(?:, ?| )({_DECIMALS}|{_TINY.pattern})")
#: A number in a form that degrees do not have: near 0, or without a decimal point.
_NO_DEGREES: Final = re.compile(rf"{_TINY.pattern}|-?[0-9]{{4,30}}(?:[.,][0-9]+)?")
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,20})?")
#: ODK's geopoint (Kobo, Ona, CommCare): latitude, longitude, altitude, accuracy.
_GEOPOINT: Final = re.compile(
    rf"({_DECIMALS}) ({_DECIMALS}) (-?[0-9]{{1,5}}(?:\.[0-9]+)?) ([0-9]{{1,6}}(?:\.[0-9]+)?)"
)
#: Separators that never occur within a half, and separators that may.
_STRONG: Final = re.compile(r" ?(?:[;/|\r\n]+|,(?= )|(?<= ),) ?")
_SEPARATOR: Final = re.compile(r",| ?- | ")
#: Halves that end with a letter each can be separated only there.
_LETTERED: Final = re.compile(
    r"([^a-zA-ZĐđ]+[NSEWBĐT])( ?,? ?)([^a-zA-ZĐđ, ][^a-zA-ZĐđ]*[NSEWBĐT])"
)
_JOINT: Final = re.compile(
    r"(?<=[^\W\d_])(?=[0-9+-])|(?<=[0-9°'\"])(?=[^\W\d_])|(?<=[°'\"])(?=[0-9])"
)


def read_text(text: str, system: LetterSystem | None = None) -> Place:
    """Latitude and longitude of a whole text, in degrees.

    Parameters
    ----------
    text
        Decimal degrees, degrees with minutes and optional seconds, with or without letters, or ODK's
        "latitude longitude altitude accuracy".
    system
        The language of the letters in its column, if known.

    Raises
    ------
    NoCoordinateError
        The whole text is no coordinate, or it is ambiguous.
    """
    text = spelt(text)
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if found := _PLAIN.fullmatch(text):
        return on_the_globe(float(found[1]), float(found[2]))
    if len(text) > MOST_LETTERS:
        raise unread()
    if found := _GEOPOINT.fullmatch(text):
        latitude, longitude, third, fourth = map(float, found.groups())
        if abs(third - latitude) < 1 and abs(fourth - longitude) < 1:
            raise ambiguous()  # perhaps two places instead of altitude and accuracy
        return on_the_globe(latitude, longitude)
    if halves_in(text):
        raise unread()  # half a coordinate, however it is split
    return _the_only(
        _resolved(first, second, system)
        for first, separator, second in _pairs_in(text)
        if _belong(first, separator, second)
    )


def read_halves(latitude: Any, longitude: Any, system: LetterSystem | None = None) -> Place:
    """Latitude and longitude from two cells, each a number or text in any form.

    Parameters
    ----------
    latitude, longitude
        The cells.
    system
        The language of the letters in their columns, if known.

    Raises
    ------
    NoCoordinateError
        A cell is no half of a coordinate, or both are ambiguous.
    """
    if type(latitude) is float and type(longitude) is float:
        return on_the_globe(latitude, longitude)
    if _is_plain(latitude) and _is_plain(longitude):
        return on_the_globe(*(float(half.replace(",", ".")) for half in (latitude, longitude)))
    cells = _halves_of(latitude), _halves_of(longitude)
    if nothing := [number for number, halves in enumerate(cells) if not halves]:
        raise unread(*nothing)
    both = list(itertools.product(*cells))
    straight = [(a, b) for a, b in both if a.axis != "longitude" and b.axis != "latitude"]
    if not straight:
        turned = any(isinstance(_resolved(b, a, system), tuple) for a, b in both)
        raise off_the_globe(swapped=True) if turned else unread()
    return _the_only(_resolved(a, b, system) for a, b in straight)


def _is_plain(cell: Any) -> bool:
    return type(cell) is str and _DEGREES.fullmatch(cell) is not None


def on_the_globe(latitude: float, longitude: float) -> Place:
    """The two numbers as a place.

    Raises
    ------
    NoCoordinateError
        They are not on the globe.
    """
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return latitude, longitude
    if math.isnan(latitude) or math.isnan(longitude):
        raise not_a_number()
    raise off_the_globe(swapped=abs(longitude) <= 90 and abs(latitude) <= 180)


def as_float(value: Any) -> float | None:
    """A value of a numeric type as a float, None if it is none."""
    if isinstance(value, bool | np.bool_ | str):
        return None
    if isinstance(value, numbers.Real) or hasattr(value, "__float__"):
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            return None
    return None


def _halves_of(cell: Any) -> list[Half]:
    if isinstance(cell, str):
        text = spelt(cell)
        if len(text) > MOST_LETTERS:
            return []
        if not _NO_DEGREES.fullmatch(text):
            return halves_in(text)
        cell = float(text.replace(",", "."))
    number = as_float(cell)
    if number is None:
        return []
    return [Half(number, 1, True, True, False, None, None)]


def _pairs_in(text: str) -> Iterator[tuple[Half, str, Half]]:
    """All ways to split a text into two halves."""
    for one, separator, other in _parted(text):
        firsts = halves_in(one)
        for first, second in itertools.product(firsts, halves_in(other) if firsts else ()):
            yield first, separator, second


def _parted(text: str) -> Iterator[tuple[str, str, str]]:
    """The text before and after each separator, and the separator."""
    strong = list(_STRONG.finditer(text))
    if not strong and (found := _LETTERED.fullmatch(text)):
        yield found[1], found[2], found[3]
        return
    weak = itertools.chain(_SEPARATOR.finditer(text), _JOINT.finditer(text))
    for separator in weak if not strong else strong[: len(strong) == 1]:
        yield text[: separator.start()], separator[0], text[separator.end() :]


def _belong(first: Half, separator: str, second: Half) -> bool:
    """Whether two halves with this separator are plausible as a coordinate.

    Two plain whole numbers are not: they may be anything, such as an address.
    """
    halves = (first, second)
    marked = first.marked and second.marked
    if not separator:
        return marked
    if separator.strip() == "-":
        return all(half.axis is not None for half in halves)
    if separator == "," and (first.comma or second.comma):
        return marked
    if first.parts != second.parts:
        return False  # minutes beside decimals: a mark may be misplaced in a number
    if not (first.marked or second.marked):
        if first.parts == 1 and separator in (" ", ","):
            return first.fractional
        if first.parts == 1 and separator.strip() != "/":
            return first.fractional or second.fractional
    return all(half.marked or half.fractional or half.parts == 3 for half in halves)


def _resolved(first: Half, second: Half, system: LetterSystem | None) -> Place | NoCoordinateError:
    """The place of two halves in either order; or the error."""
    if first.axis is not None and first.axis == second.axis:
        return unread()
    if first.axis == "longitude" or second.axis == "latitude":
        first, second = second, first
    letters = [half.letter for half in (first, second) if half.letter is not None]
    axes = {letter.system for letter in letters if letter is not N}
    theirs = axes.pop() if len(axes) == 1 else system
    values = []
    for half in (first, second):
        sign = 1 if half.letter is None else sign_of(half.letter, theirs)
        if sign is None:
            return north_or_south()
        values.append(sign * half.degrees)
    try:
        return on_the_globe(values[0], values[1])
    except NoCoordinateError as error:
        return error


def _the_only(readings: Iterable[Place | NoCoordinateError]) -> Place:
    """The place on which all readings agree.

    Raises
    ------
    NoCoordinateError
        There is no reading, or readings differ.
    """
    places: set[Place] = set()
    refusals: list[NoCoordinateError] = []
    for reading in readings:
        if isinstance(reading, NoCoordinateError):
            refusals.append(reading)
        else:
            places.add((round(reading[0], 12), round(reading[1], 12)))
            place = reading
    doubt = next((why for why in refusals if why.what == north_or_south().what), None)
    if len(places) == 1 and doubt is None:
        return place
    if len(places) > 1:
        raise ambiguous()
    raise doubt or next(iter(refusals), unread())
