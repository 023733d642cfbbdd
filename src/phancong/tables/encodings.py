"""Vietnamese text before Unicode: what it is known by. It is refused, never read as garbage.

TCVN 5712 (TCVN3, the .VnTime fonts) and VNI store Vietnamese letters in the places of others, so
that "Thôn" is "Th«n" in the one and "Thoân" in the other. What a byte means depends on the font,
which a list does not tell: whoever has the list converts it. Windows-1258 is a real code page, and
is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from phancong.words import Message

#: How to mend text of either kind.
MEND_LEGACY: Final[str] = Message(
    "convert it to Unicode, for instance with the toolkit of Unikey (Ctrl+Shift+F6: from TCVN3 or "
    "VNI Windows to Unicode), and save it again"
)

# Signs that stand for letters in TCVN3: in Unicode none of them stands inside a word.
_TCVN3 = re.compile(
    r"[^\W\d_](?!(?<=[lL])·[lL])[¸µ¶·¹¨¾»¼½©®§ª«¬¤¦][^\W\d_]"  # Th«n, B¶n, ®µn
    r"|[^\W\d_][¸µ¶·¹](?![^\W\d_]|\d)"  # vµ, x·
    r"|(?<![\w¸µ¶·¹¨¾»¼½©®§ª«¬])[®§][^\W\d_¸µ¶·¹¨¾»¼½©®§ª«¬]?[a-zµ¸¶·¹¨©ª«¬]"  # ®i, §¶ng
)
# In VNI a mark follows the letter that it belongs to. French, Spanish and Portuguese have some of
# these pairs, too ("Coût", "Haïti", "país", "Leão"): they alone say nothing.
_VNI = re.compile(
    r"[Aa][ùøõêâàåãäèüÙØÕÊÂÀÅÃÄÈÜ]"  # vaø, Vaên
    r"|[Ee][ùøõïâåäèÙØÕÂÅÄÈ]"  # teân, Leä
    r"|[Oo][øõâåäØÕÅÄÂ]"  # Thoân, Hoøa
    r"|[Uu][ùøõûÙØÕÛ](?![aeiou])"  # chuû, quyù
    r"|[ÖöÔô][ùøûõïâäåÙØÛÕÏÂÄÅ]"  # Bôø, nöõ
)
_SCHEMES: Final = (("TCVN3 (.VnTime)", _TCVN3), ("VNI Windows", _VNI))


def legacy_scheme(texts: Iterable[str]) -> str | None:
    """The encoding before Unicode in which one of the *texts* is stored, None if none is.

    Parameters
    ----------
    texts
        Text as it stands in a file that takes it for Unicode, or for Latin-1.

    Returns
    -------
    str or None
        ``"TCVN3 (.VnTime)"`` or ``"VNI Windows"``.
    """
    for text in texts:
        if text.isascii():
            continue
        # A whole column can be one text, and its words repeat: each is looked at once.
        composed = unicodedata.normalize("NFC", " ".join(set(text.split())))
        for name, signs in _SCHEMES:
            if signs.search(composed):
                return name
    return None


def old_text(scheme: str) -> str:
    """A message about text in an encoding before Unicode."""
    return Message("is text in {encoding}, not Unicode", encoding=scheme)


_VOWELS: Final = "aăâeêioôơuưy"
_LETTERS: Final = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for vowel in _VOWELS
    for letter in (vowel, vowel.upper())
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | frozenset("đĐ\xa0–—‘’“”…°²³₫«»·")


#: Letters and signs of French, Spanish and Portuguese beyond ASCII.
_WESTERN: Final = frozenset("àâäæçéèêëîïôœùûüáíóúñãõÀÂÄÆÇÉÈÊËÎÏÔŒÙÛÜÁÍÓÚÑÃÕ¿¡ºª°€\xa0–—‘’“”…«»·•")
#: Where a tilde stands in Portuguese: São, pães, limões, irmã. The bytes are ă and ơ in the Vietnamese
#: code page, which other letters follow.
_TILDE: Final = re.compile(r"[ãÃ](?=[oeosOES]|\W|$)|[õÕ](?=[eE])")


def windows_text(raw: bytes) -> tuple[str, str] | None:
    """Bytes as text of a code page of Windows, and its name; None where none reads as its languages.

    Both pages have most letters of French and Spanish in the same places, and what tells them apart
    are ã and õ, đ, ư and the tones.
    """
    try:
        western = raw.decode("cp1252")
    except UnicodeDecodeError:
        western = "\0"
    marks = {mark for mark in western if not mark.isascii()}
    tildes = sum(map(western.count, "ãÃõÕ"))
    if western != "\0" and marks <= _WESTERN and tildes == len(_TILDE.findall(western)):
        return western, "Windows-1252"
    vietnamese = windows_1258(raw)
    return None if vietnamese is None else (vietnamese, "Windows-1258")


def windows_1258(raw: bytes) -> str | None:
    """Bytes as text of the Vietnamese code page, None if they do not read as Vietnamese."""
    try:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    foreign = {mark for mark in text if not mark.isascii()} - _LETTERS
    return None if foreign else text
