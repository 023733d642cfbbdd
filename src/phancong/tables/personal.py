"""Values that must never become ids: names, telephone and identity numbers, addresses (contract 2.6)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from phancong.layout import without_invisible
from phancong.words import Message

#: The kinds of personal values.
TELEPHONE: Final[str] = Message("a telephone number")
IDENTITY: Final[str] = Message("an identity number")
PERSON: Final[str] = Message("a name")
EMAIL: Final[str] = Message("an e-mail address")

#: Marks within a number, and marks that separate it from other text.
_MARKS = re.compile(r"[\s.\-()]")
_PARTS = re.compile(r"[^\w+\s.\-()]+")
#: A word before or after a number: "SĐT 0912 …".
_WORDS_BESIDE = re.compile(r"(?<!\w)[^\W\d_]+[.:]?\s+|\s+[^\W\d_]+(?!\w)")
#: Vietnamese numbers: mobile, 0 and nine digits; landline, an area code from 0203 to 0299 and six or
#: seven digits; mobile before 2018, 01 and nine digits. The country code may replace the 0. Numbers of
#: other countries need a country code.
_TELEPHONE = re.compile(
    r"0[35789]\d{8}|02(?:0[3-9]|[1-9]\d)\d{6,7}|01[2689]\d{8}|(\+|00)?84([35789]\d{8}|2\d{8,9})"
    r"|\+\d{8,15}"
)
#: Twelve digits: province, century and sex, year of birth, and a number. Nine digits until 2021.
_IDENTITY = re.compile(r"\d{12}")
_OLD_IDENTITY = re.compile(r"\d{9}|\d{3}([ .])\d{3}\1\d{3}")
_BORN = re.compile(r"0(?:0[1-9]|[1-8]\d|9[0-6])(?:[01][3-9]\d|[23][0-3]\d)\d{6}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\W\d_]{2,}")

#: Forms of address: a single word after one of them is a person's name.
_ADDRESS = re.compile(
    r"(?:(?:hộ|nhà|gia đình)\s+(?:của\s+)?)?"
    r"(?:(?P<comrade>đ\s*[/.]?\s*c|đồng chí)|ông|bà|anh|chị|cô|chú|bác|cụ|thầy|mr|mrs|ms|dr|mme|sr|sra"
    r"|srta|don|doña|dona|(?P<bare>d\s*[/.]?\s*c|dong chi|ong|ba|chi|co|chu|bac|thay))\b[.:]?\s*"
    r"(?=[^\W\d_])",
    re.IGNORECASE,
)
#: Separators of names in a cell, marks around a name, and a number before it.
_BETWEEN = re.compile(r"\s+[-–—]\s+|[/;&+|]|\svà\s")
_AROUND = " *\"'?!;:,()[]<>“”‘’…"
_COUNTED = re.compile(r"[(\[]?[^\W\d_]{0,3}\d{1,5}[.):\]]?\s+")
#: Suffixes that distinguish people of the same name.
_NAMESAKE = re.compile(
    r"\s*(?:[(\[]\s*[a-zđ]\s*[)\]]|[(\[]?\s*(?:\d{1,4}|[A-Z]|[IVX]{1,4})\s*[)\]]?)$"
)
#: How many letters of a cell are examined.
_MOST_LETTERS: Final = 1000
_SEPARATED = re.compile(r"[\s_.,/]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*[.,]?")
_SPLIT = re.compile(r"[\s,_]+|\.(?=\w)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(" "))


#: First words of names of places or groups; a number may follow.
_PLACES: Final = _words(
    "hộ hộ: thôn bản xóm ấp tổ khu cụm nhóm nhà đội lô ngõ ngách buôn làng khóm phường xã số mã "
    "ho thon ban xom ap to khu cum nhom nha doi lo ngo buon lang phuong xa so ma household house "
    "hamlet village cluster group block zone team unit site area ward lot row family camp sector "
    "section quartier foyer menage ménage hogar barrio zona casa setor familia família"
)
#: Those of them that are no personal names: the text is a place, even if it is named after a person.
_SURELY_PLACES: Final = _words(
    "thôn xóm ấp khu cụm ngõ ngách buôn làng khóm phường xã thon xom ap khu cum ngo ngach buon lang "
    "phuong xa hamlet village"
)
#: Family names that are rarely other words, for text without diacritics; and those with diacritics.
_FAMILIES: Final = _words(
    "nguyen tran pham hoang huynh phan vuong trinh truong luong luu quach trieu giang nghiem doan "
    "quang vang dang bui duong dinh phung"
)
_MARKED_FAMILIES: Final = _words(
    "lò hồ võ vũ lê đỗ ngô lý đào tạ tô hà tống thái châu bàn sùng thào mùa tẩn phàn đèo cầm tòng "
    "hứa nông chẩu nguyễn trần phạm hoàng huỳnh phan vương trịnh trương lương lưu quách triệu "
    "giàng nghiêm đoàn quàng vàng đặng bùi dương đinh phùng"
)
#: Family names with diacritics that have lost their first letter.
_TAILS: Final = frozenset(family[1:] for family in _MARKED_FAMILIES if not family[1:].isascii())
#: Common given names, without diacritics, of countries in which the given name comes first.
_GIVEN: Final = _words(
    "maria jose juan ana luis carlos jorge pedro miguel antonio francisco manuel carmen "
    "fernando ricardo eduardo javier rafael diego pablo sergio andres alejandro daniel david "
    "gabriel lucia sofia isabel elena laura paula marta joao paulo fernanda mariana "
    "john james robert michael william mary elizabeth jennifer patricia linda susan joseph thomas "
    "charles peter paul jean pierre marie jacques michel francois philippe claude anne catherine "
    "mohammed muhammad mohamed ahmed ahmad ali hassan hussein omar ibrahim fatima fatma aisha amina "
    "abdul abdullah moussa mamadou amadou ousmane aminata somchai budi siti agus dewi "
    "krishna lakshmi rajesh sunita anil"
)
#: Words joined without blanks, with an optional number: "Hoàng-Văn-An", "NguyenVanAn2".
_TOGETHER = re.compile(r"([^\W\d_]+(?:[-–—][^\W\d_]+)*)[-–—]?\d{0,3}")
_MIDDLES: Final = frozenset(("văn", "thị", "van", "thi"))
#: Marks in place of letters that a change of encoding has lost, or that a font for TCVN 5712 draws.
_MARK = r"[?\uff1f\ufffd\u25a1\u00a2-\u00aa\u00ac-\u00b6\u00b8-\u00ba\u00bc-\u00be\u00d7\u00f7]+"
_MARKED = re.compile(_MARK)
#: Such letters: in middle names, a capital, any other before the last word, and then the last letter.
_LOST_VAN = re.compile(rf"(?<!\w)(v){_MARK}(n)(?!\w)", re.IGNORECASE)
_LOST_THI = re.compile(rf"(?<!\w)(th){_MARK}(?!\w)", re.IGNORECASE)
_LOST_CAPITAL = re.compile(rf"(?<!\S){_MARK}(?=[^\W\d_])")
_LOST = re.compile(rf"(?<=[^\W\d_]){_MARK}(?=\s*[^\W\d_])|\ufffd+")
_LOST_LAST = re.compile(rf"(?<=[^\W\d_]){_MARK}$")


def looks_personal(value: Any) -> str | None:
    """The kind of personal value in a cell that must not be an id, None if it is not personal.

    Parameters
    ----------
    value
        A cell. Whole numbers in a workbook have lost their leading zeros.

    Returns
    -------
    str or None
        ``"a telephone number"``, ``"an identity number"``, ``"an e-mail address"`` or
        ``"a name"``; never the value.
    """
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        digits = str(value)
        if len(digits) < 9:
            return None
        if _OLD_IDENTITY.fullmatch(digits) and not _TELEPHONE.fullmatch(f"0{digits}"):
            return IDENTITY
        if _TELEPHONE.fullmatch(f"0{digits}") or _TELEPHONE.fullmatch(digits):
            return TELEPHONE if not _BORN.fullmatch(digits.zfill(12)) else IDENTITY
        if _IDENTITY.fullmatch(digits):
            return IDENTITY
        if len(digits) in (10, 11) and _BORN.fullmatch(digits.zfill(12)):
            return IDENTITY
    return None


def _of_text(value: str) -> str | None:
    # Normalise full-width digits; limit the length, since long text makes the patterns slow.
    value = " ".join(_decoded(without_invisible(value)).split())[:_MOST_LETTERS]
    value = unicodedata.normalize("NFKC", _with_lost_letters(value))
    if sum(map(str.isdecimal, value)) > 7:
        numbers = [_MARKS.sub("", part) for part in _PARTS.split(value)]
        bare = [_MARKS.sub("", part) for part in _PARTS.split(_WORDS_BESIDE.sub(";", value))]
        if any(map(_TELEPHONE.fullmatch, (*numbers, *bare))):
            return TELEPHONE
        if any(map(_IDENTITY.fullmatch, numbers)):
            return IDENTITY
        if any(_OLD_IDENTITY.fullmatch(part.strip()) for part in _PARTS.split(value)):
            return IDENTITY
    if "@" in value and _EMAIL.search(value):
        return EMAIL
    return PERSON if _holds_name(value) else None


def _decoded(text: str) -> str:
    """A text of UTF-8 that was read as Windows-1252, decoded: "Nguyá»…n" is "Nguyễn"."""
    try:
        return text if text.isascii() else text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _with_lost_letters(text: str) -> str:
    """A text with letters in place of those that a change of encoding has lost: "Tr?n V?n An"."""
    if _MARKED.search(text) is None:
        return text
    found = _LOST_THI.sub(r"\1ị", _LOST_VAN.sub(r"\1ă\2", text))
    found = _LOST.sub("a", _LOST_CAPITAL.sub("A", found))
    return found if found == text else _LOST_LAST.sub("a", found)


def _holds_name(text: str) -> bool:
    """Whether a cell is a name, several names, or a name with a number or marks around it."""
    if _SEPARATED.search(text) is None:
        return _is_written_together(text)  # the usual case: an id is one word
    if any(map(_is_name, (text, *(part.strip(_AROUND) for part in _BETWEEN.split(text))))):
        return True
    counted = _COUNTED.match(text.strip())
    return counted is not None and is_name_for_sure(text.strip()[counted.end() :].strip(_AROUND))


def _is_name(text: str) -> bool:
    """Whether words are a name: capitalised, or in the form of Vietnamese names in any case.

    A form of address before the name, and a number or letter after it, are ignored.
    """
    if _SEPARATED.search(text) is None:
        return _is_written_together(text)
    text = unicodedata.normalize("NFC", text).strip()
    addressed = _addressed(text)
    bare = text[addressed.end() :] if addressed else text
    numbered = None if bare[-1:].islower() else _NAMESAKE.search(bare)
    if numbered and numbered.start():
        bare = bare[: numbered.start()]
    words = [word for word in _SPLIT.split(bare) if word]
    if not words or not all(map(_WORD.fullmatch, words)):
        return False
    small = [part.casefold() for word in words for part in word.split("-")]
    lacking = len(words) > 1 and words[0] in _TAILS and all(w[0].isupper() for w in words[1:])
    family = lacking or _is_family(small[0], text)
    if addressed:
        return addressed["comrade"] is not None or words[0][0].isupper() or family
    if len(words) < 2:
        alone = bool(family and numbered and numbered[0].strip().isalpha())
        return alone or _is_written_together(bare)
    if small[0] in _SURELY_PLACES:
        return False
    if small[0] in _PLACES and (numbered or not _has_middle(small)):
        return False if numbered else _capitals(words) > 1 and " " in bare
    if family or _has_middle(small):
        return True
    if small[0] in _GIVEN and len(words[1]) > 1:
        return True
    return " " in bare and _capitals(words) > 1


def _addressed(text: str) -> re.Match[str] | None:
    """The form of address before a name; without diacritics it counts only before a capital."""
    found = _ADDRESS.match(text)
    if found is None or found["bare"] is None:
        return found
    after = text[found.end() : found.end() + 2]
    return found if found[0][-1].isspace() and after.istitle() and len(after.strip()) > 1 else None


def _is_family(word: str, text: str) -> bool:
    """Whether a word is a family name; without diacritics only if the whole text has none."""
    return word in _MARKED_FAMILIES or (text.isascii() and word in _FAMILIES)


def _is_written_together(text: str) -> bool:
    """Whether words joined without blanks are a Vietnamese name."""
    found = _TOGETHER.fullmatch(text)
    if found is None:
        return False
    words: list[str] = []
    for part in re.split("[-–—]", found[1]):
        begins = [
            0,
            *(n for n in range(1, len(part)) if part[n].isupper() and part[n - 1].islower()),
        ]
        words += [part[a:b] for a, b in zip(begins, [*begins[1:], len(part)], strict=True)]
    small = [word.casefold() for word in words]
    if len(words) < 2 or small[0] in _SURELY_PLACES:
        return False
    if _has_middle(small):
        return True
    named = all(word[0].isupper() for word in words) and (len(words) > 2 or found[0] == found[1])
    return named and _is_family(small[0], text)


def is_name_for_sure(text: str) -> bool:
    """Whether a title of a column is certainly a person's name; many are capitalised words."""
    words = _with_lost_letters(unicodedata.normalize("NFC", text)).split()
    small = [word.casefold() for word in words]
    if not all(map(_WORD.fullmatch, words)):
        return False
    if len(words) < 3:
        return len(words) == 2 and small[0] in _MARKED_FAMILIES and _in_title_case(words)
    if _has_middle(small) and _capitals(words) > 1:
        return True
    family = small[0] in _MARKED_FAMILIES or small[0] in _FAMILIES
    return family and _in_title_case(words)


def _in_title_case(words: list[str]) -> bool:
    """Whether each word begins with a capital, and not all letters are capitals."""
    return all(word[0].isupper() for word in words) and not "".join(words).isupper()


def _has_middle(small: list[str]) -> bool:
    return len(small) > 2 and not _MIDDLES.isdisjoint(small[1:-1])


def _capitals(words: list[str]) -> int:
    return sum(len(word) > 1 and word[0].isupper() for word in words)
