"""Half a coordinate, a latitude or a longitude: degrees, minutes, seconds, signs and letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from phancong.coordinates.letters import LETTERS, NAMES, Axis, Letter

_WHOLE: Final = r"[0-9]{1,3}"
_DECIMAL: Final = r"[0-9]{1,3}(?:[.,][0-9]{1,20})?"
_UNDER_100: Final = r"[0-9]{1,2}"
_PART: Final = r"[0-9]{1,2}(?:[.,][0-9]{1,20})?"

# Unit words are in lower case: a capital S is south, a capital D is Đông.
_DEGREE: Final = r"(?:°|deg(?:rees?)?|d|độ)"
_MINUTE: Final = r"(?:'|min(?:utes?)?|m|phút)"
_MARK_WORD: Final = re.compile(r"[0-9] ?[dm]")
_SECOND: Final = r'(?:"|sec(?:onds?)?|s|giây)'
# Marks between the parts; some people type the same mark twice. A lower-case o for ° is valid between
# digits only: at the end, o is west in four languages.
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"(?P<d>{_DECIMAL}) ?(?P<mark>{_DEGREE})?",
        rf"(?P<d>{_WHOLE})(?: ?(?P<mark>{_DEGREE}|o) ?| ?: ?| )(?P<m>{_PART}) ?(?P<end>{_MINUTE})?",
        rf"(?P<d>{_WHOLE})(?: ?(?P<mark>{_DEGREE}|o) ?| )"
        rf"(?P<m>{_UNDER_100})(?: ?(?P<middle>{_MINUTE}) ?| )"
        rf"(?P<s>{_PART}) ?(?P<end>{_SECOND})?",
        rf"(?P<d>{_WHOLE})(?P<mark>[:-])(?P<m>{_UNDER_100})(?P=mark)(?P<s>{_PART})(?P<end>)",
    )
)


def _words(words: Iterable[str]) -> str:
    known = sorted(map(re.escape, words), key=len, reverse=True)
    return "|".join(known)


#: Names of a half, and letters, before the number and after it.
_NAME, _LETTER = (
    (re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE))
    for before, after in (
        (rf"({_words(NAMES)})(?: ?[:=]+ ?| )(.*)", rf"(.*?) ?\(?\b({_words(NAMES)})\)?"),
        (rf"({_words(LETTERS)})(?: ?[:=.] ?| ?)(.*)", rf"(.*?) ?({_words(LETTERS)})\.?"),
    )
)


@dataclass(frozen=True, slots=True)
class Half:
    """One reading of a text as half a coordinate.

    Parameters
    ----------
    degrees
        Decimal degrees, negative after a minus sign.
    parts
        1, 2 or 3: degrees; minutes too; seconds too.
    marked
        Whether a mark, letter or name shows that degrees are meant.
    fractional
        Whether the last part has decimals.
    comma
        Whether the decimal mark is a comma.
    letter
        The meaning of a letter beside it, None if there is none.
    axis
        Latitude or longitude, if a letter or a name says which.
    """

    degrees: float
    parts: int
    marked: bool
    fractional: bool
    comma: bool
    letter: Letter | None
    axis: Axis | None


def halves_in(text: str) -> list[Half]:
    """All readings of the whole *text* as half a coordinate.

    Parameters
    ----------
    text
        Text normalised by :func:`~phancong.coordinates.spelling.spelt`.
    """
    found: list[Half] = []
    for rest, name, word in _taken_off(text):
        if word == "d" or (word == "s" and _MARK_WORD.search(rest)):
            continue  # 22d24m3s: degrees and seconds
        letter = LETTERS[word.lower()] if word else None
        axis = NAMES[name.lower()] if name else None
        if letter is not None:
            if axis not in (None, letter.axis):
                continue
            axis = letter.axis
        found.extend(_numbers(rest, letter, axis))
    return found


def _taken_off(text: str) -> Iterator[tuple[str, str, str]]:
    """A text without a name and a letter at its ends, in any order; and these two."""
    if sum(map(str.isalpha, text)) < 2:  # the usual case: too few letters for a name
        for rest, word in _without(text, _LETTER):
            yield rest, "", word
        return
    for bare, name in _without(text, _NAME):
        for rest, word in _without(bare, _LETTER):
            yield rest, name, word
    for bare, word in _without(text, _LETTER):
        for rest, name in _without(bare, _NAME):
            if word and name:
                yield rest, name, word


def _without(text: str, ends: tuple[re.Pattern[str], re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    """*text* as it is, and without a word before or after it."""
    yield text, ""
    before, after = ends
    if found := before.fullmatch(text):
        yield found[2], found[1]
    if found := after.fullmatch(text):
        yield found[1], found[2]


def _numbers(text: str, letter: Letter | None, axis: Axis | None) -> Iterator[Half]:
    sign = text[:1] if text[:1] in ("+", "-") else ""
    if sign == "-" and letter is not None:
        return  # both name the axis: ambiguous
    for form in _FORMS:
        found = form.fullmatch(text[len(sign) :])
        if found is None:
            continue
        cells = found.groupdict()
        texts = [cells[name] for name in ("d", "m", "s") if cells.get(name)]
        numbers = [float(part.replace(",", ".")) for part in texts]
        if any(number >= 60 for number in numbers[1:]):
            continue
        degrees = sum(number / 60**power for power, number in enumerate(numbers))
        limit = 90 if axis == "latitude" and letter is not None else 180
        if degrees > limit:
            continue
        if cells.get("middle") and not (cells["mark"] or cells["end"]):
            continue  # 10 1'2.8: a mark misplaced in 12.8
        marked = bool(cells.get("mark") or cells.get("end")) or axis is not None
        yield Half(
            degrees=-degrees if sign == "-" else degrees,
            parts=len(numbers),
            marked=marked,
            fractional=not texts[-1].isdigit(),
            comma="," in texts[-1],
            letter=letter,
            axis=axis,
        )
