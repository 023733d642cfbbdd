"""The lines below a header: records, section rows with a hamlet or class, totals, signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from phancong.reading.keys import fold, name_key
from phancong.reading.vocabulary import (
    FOOTERS,
    HAMLET_WORDS,
    TOTAL_BEGINNINGS,
    TOTALS,
)
from phancong.tables.sheet import MOST_COLUMNS, is_blank
from phancong.words import Message

_ROMAN: Final = re.compile(r"(?=[IVXL])(XL|L?X{0,3})(IX|IV|V?I{0,3})")
_MARKED: Final = re.compile(r"([IVXL]+|[A-H])\s*[.):/\-–]\s*(\S.*)|([IVXL]+)\s+(\S.*)", re.DOTALL)
_ORDINAL: Final = re.compile(r"\d{1,6}[.)]?")
_COUNT: Final = re.compile(r"\s*(?:[:(–\-]\s*)?\d[\d.]*\s*(?:hộ|hộ dân|households?)\s*\)?\s*$")
_SIGNED: Final = re.compile(r"\bngay\b.{0,12}\bthang\b.{0,12}\bnam\b")
_TOTAL_KEYS: Final = tuple(map(name_key, TOTAL_BEGINNINGS))
_WORD_KEYS: Final = tuple((len(word.split()), name_key(word)) for word in HAMLET_WORDS)
_TOTAL_BEGINNINGS: Final = frozenset(fold(total)[:2] for total in (*TOTALS, *TOTAL_BEGINNINGS))
_TOTAL_LETTERS: Final = frozenset(
    letter for total in _TOTAL_BEGINNINGS for letter in (total[0], total[0].upper())
)
#: The letters that number sections.
_LETTERS: Final = frozenset("ABCDEFGH")
#: The largest number of filled cells in a line of signatures.
_MOST_SIGNED: Final = 4

#: The reasons why a line is no record, for the report.
HEADING: Final[str] = Message("heads a section")
TOTAL: Final[str] = Message("is a sum")
BELOW: Final[str] = Message("is below the list")
REPEATED: Final[str] = Message("repeats the header")
TEXT: Final[str] = Message("is a line of text")
#: The reasons why it is unclear whether a line is a record.
AFTER_THE_END: Final[str] = Message("is below the end of the list and looks like a record")
UNNUMBERED: Final[str] = Message("has no number and could be a record or a heading")
NAMELESS: Final[str] = Message("names nobody and could be a record or a heading")


class Section(NamedTuple):
    """The fields that the section rows above a record set."""

    hamlet: str | None = None
    household_class: str | None = None


class RecordLine(NamedTuple):
    """A record: its line in the file, its cells, and its section."""

    number: int
    cells: Sequence[Any]
    section: Section


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """The lines below a header, by what they are.

    Parameters
    ----------
    records
        The lines that are records.
    left_out
        Other lines: number in the file → reason.
    doubtful
        Lines that are unclear: number in the file → reason.
    headings
        The section rows, by number in the file.
    """

    records: list[RecordLine]
    left_out: dict[int, str]
    doubtful: dict[int, str]
    headings: dict[int, Section]


def hamlet_of(text: str) -> str | None:
    """The name of a hamlet without the word for hamlet; None if *text* does not begin with that word.

    >>> hamlet_of("Thôn: Nà Lừa"), hamlet_of("TỔ DÂN PHỐ 3"), hamlet_of("Nà Lừa")
    ('Nà Lừa', '3', None)
    """
    words = text.replace(":", " ").split()
    for length, key in _WORD_KEYS:
        beginning = " ".join(words[:length])
        if len(words) > length and (
            name_key(beginning) == key
            or (beginning.isascii() and fold(beginning) == fold(HAMLET_WORDS_BY_KEY[key]))
        ):
            return " ".join(words[length:]).strip(" .-–")
    return None


HAMLET_WORDS_BY_KEY: Final[Mapping[str, str]] = {name_key(word): word for word in HAMLET_WORDS}


def read_body(
    lines: Sequence[tuple[int, Sequence[Any]]],
    columns: Mapping[str, int],
    is_class: Callable[[str], bool],
    section: Section,
) -> Body:
    """Separate the records of a list from all other lines below its header.

    Parameters
    ----------
    lines
        Number in the file and cells of each line.
    columns
        Meaning → position of the columns.
    is_class
        Whether a text is a class of households.
    section
        The section that the lines above the header set.
    """
    body = Body([], {}, {}, {})
    number = columns.get("number")
    numbered = [_is_numbered(row, number) for _, row in lines]
    counted = any(numbered)
    below = False
    id_at = columns.get("id", MOST_COLUMNS)
    for (line, row), has_number in zip(lines, numbered, strict=True):
        if has_number:
            body.records.append(RecordLine(line, row, section))
            continue
        texts = [text for cell in row if type(cell) is str and (text := cell.strip())]
        if (
            len(texts) > _MOST_SIGNED
            and not below
            and id_at < len(row)
            and not is_blank(row[id_at])
            and not _is_total(texts[0])
            and not _is_total(texts[1])
        ):
            body.records.append(RecordLine(line, row, section))  # the usual case first
            continue
        if any(map(_is_total, texts[:2])):
            body.left_out[line] = TOTAL
        elif len(texts) <= _MOST_SIGNED and body.records and _is_footer(texts, row):
            body.left_out[line] = BELOW
            below = True
        elif (found := _section(texts, row, columns, is_class, section)) is not None:
            section = found
            body.headings[line] = section
            body.left_out[line] = HEADING
        else:
            _place_other(
                body, RecordLine(line, row, section), columns, counted=counted, below=below
            )
    return body


def _place_other(
    body: Body, line: RecordLine, columns: Mapping[str, int], *, counted: bool, below: bool
) -> None:
    """Add a line that has no number and is neither total nor section row."""
    meanings = {
        meaning
        for meaning, position in columns.items()
        if position < len(line.cells) and not is_blank(line.cells[position])
    }
    who = meanings & {"id", "name", "household", "household_name", "member", "member_name"}
    filled = sum(not is_blank(cell) for cell in line.cells)
    if below and not (who and len(meanings) > 2):
        body.left_out[line.number] = BELOW
    elif below:
        body.doubtful[line.number] = AFTER_THE_END
    elif _is_letter_for_a_name(line.cells, columns):
        body.doubtful[line.number] = UNNUMBERED
    elif not counted or "id" in meanings or (who and len(meanings) > 1):
        if filled == 1 and not who:
            body.left_out[line.number] = TEXT
        else:
            body.records.append(line)
    elif who:
        body.doubtful[line.number] = UNNUMBERED
    elif filled == 1:
        body.left_out[line.number] = TEXT
    else:
        body.doubtful[line.number] = NAMELESS


def _is_numbered(row: Sequence[Any], position: int | None) -> bool:
    if position is None or position >= len(row):
        return False
    cell = row[position]
    if isinstance(cell, str):
        return _ORDINAL.fullmatch(cell.strip()) is not None
    return isinstance(cell, int) and not isinstance(cell, bool)


def _is_total(text: str) -> bool:
    """Whether a cell labels a row of totals; "Tống Công Minh" is a person's name."""
    if text[0] not in _TOTAL_LETTERS:
        return False
    bare = fold(text)
    if bare[:2] not in _TOTAL_BEGINNINGS:
        return False
    if text.isascii():
        return bare in TOTALS or any(
            bare.startswith(f"{total} ") and bare[len(total) :].strip()[0].isdigit()
            for total in TOTALS
        )
    key = name_key(text)
    exact = {name_key(total) for total in ("tổng", "cộng", "cộng chung", "cộng tổng")}
    return key in exact or any(key == total or key.startswith(f"{total} ") for total in _TOTAL_KEYS)


def _is_footer(texts: Sequence[str], row: Sequence[Any]) -> bool:
    if len(texts) < sum(not is_blank(cell) for cell in row):
        return False  # the row has figures
    folded = [f"{fold(text)} " for text in texts]
    return any(
        text.startswith(FOOTERS) or ("thang" in text and _SIGNED.search(text)) for text in folded
    )


def _section(
    texts: Sequence[str],
    row: Sequence[Any],
    columns: Mapping[str, int],
    is_class: Callable[[str], bool],
    before: Section,
) -> Section | None:
    """The section that a section row begins, None if the row is no section row."""
    marker, label = _parted(texts)
    if label is None or any(_says_more(row, columns, meaning) for meaning in _RECORDS):
        return None
    label = _COUNT.sub("", label).strip(" :")
    hamlet = hamlet_of(label)
    if hamlet is not None and not _is_letter_for_a_name(row, columns):
        return Section(hamlet) if marker or len(texts) == 1 else None
    if is_class(label):
        return before._replace(household_class=label)
    if not marker or _is_letter_for_a_name(row, columns):
        return None
    return before if "hamlet" in columns or not label else Section(label)


#: Columns that are filled in records only.
_RECORDS: Final = ("id", "lat", "lon", "at")


def _says_more(row: Sequence[Any], columns: Mapping[str, int], meaning: str) -> bool:
    position = columns.get(meaning)
    if position is None or position >= len(row):
        return False
    # The title of a section may stand in any column; a value that is no text makes a record.
    return not is_blank(row[position]) and not isinstance(row[position], str)


def _parted(texts: Sequence[str]) -> tuple[str, str | None]:
    """The marker of a section ("II", "A") and its title; None if a row cannot be a section row."""
    if len(texts) == 1:
        if _is_marker(texts[0].rstrip(".)")):
            return texts[0], ""
        found = _MARKED.fullmatch(texts[0])
        if found is None:
            return "", texts[0]
        marker, label = (found[1] or found[3]), (found[2] or found[4])
        return (marker, label) if _is_marker(marker) else ("", texts[0])
    if len(texts) == 2 and _is_marker(texts[0].rstrip(".)")):
        return texts[0], texts[1]
    return "", None


def _is_marker(text: str) -> bool:
    return _ROMAN.fullmatch(text) is not None or (len(text) == 1 and text in _LETTERS)


def _is_letter_for_a_name(row: Sequence[Any], columns: Mapping[str, int]) -> bool:
    """Whether a row has a hamlet beside a letter where names stand: a section, or a made-up name."""
    name, hamlet = (columns.get(meaning, MOST_COLUMNS) for meaning in ("name", "hamlet"))
    return (
        max(name, hamlet) < len(row)
        and sum(not is_blank(cell) for cell in row) == 2
        and isinstance(row[name], str)
        and row[name].strip(" .)") in _LETTERS
        and not is_blank(row[hamlet])
    )
