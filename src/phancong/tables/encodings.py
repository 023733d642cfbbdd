"""Detection of Vietnamese text in encodings before Unicode, which is refused.

TCVN 5712 (TCVN3, the .VnTime fonts) and VNI store Vietnamese letters as other characters: "Thôn" is
"Th«n" in one and "Thoân" in the other. The meaning of a byte depends on the font, which a list does not
tell, so the user must convert it. Windows-1258 is a real code page and is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from phancong.words import Message

#: The mend for text in either encoding.
MEND_LEGACY: Final[str] = Message(
    "convert it to Unicode, for instance with the toolkit of Unikey (Ctrl+Shift+F6: from TCVN3 or "
    "VNI Windows to Unicode), and save it again"
)

# Characters that stand for letters in TCVN3: in Unicode text none of them occurs inside a word.
_TCVN3 = re.compile(
    r"[^\W\d_](?!(?<=[lL])·[lL])[¸µ¶·¹¨¾»¼½©®§ª«¬¤¦][^\W\d_]"  # Th«n, B¶n, ®µn
    r"|[^\W\d_][¸µ¶·¹](?![^\W\d_]|\d)"  # vµ, x·
    r"|(?<![\w¸µ¶·¹¨¾»¼½©®§ª«¬])[®§][^\W\d_¸µ¶·¹¨¾»¼½©®§ª«¬]?[a-zµ¸¶·¹¨©ª«¬]"  # ®i, §¶ng
)
# In VNI a mark follows its letter. French, Spanish and Portuguese have some of these pairs, too ("Coût",
# "Haïti", "país", "Leão"), so these pairs alone do not count.
_VNI = re.compile(
    r"[Aa][ùøõêâàåãäèüÙØÕÊÂÀÅÃÄÈÜ]"  # vaø, Vaên
    r"|[Ee][ùøõïâåäèÙØÕÂÅÄÈ]"  # teân, Leä
    r"|[Oo][øõâåäØÕÅÄÂ]"  # Thoân, Hoøa
    r"|[Uu][ùøõûÙØÕÛ](?![aeiou])"  # chuû, quyù
    r"|[ÖöÔô][ùøûõïâäåÙØÛÕÏÂÄÅ]"  # Bôø, nöõ
)
_SCHEMES: Final = (("TCVN3 (.VnTime)", _TCVN3), ("VNI Windows", _VNI))


def legacy_scheme(texts: Iterable[str]) -> str | None:
    """The encoding before Unicode in which one of *texts* is stored, None if all are Unicode.

    Parameters
    ----------
    texts
        Text as it was decoded, as Unicode or as Latin-1.

    Returns
    -------
    str or None
        ``"TCVN3 (.VnTime)"`` or ``"VNI Windows"``.
    """
    for text in texts:
        if text.isascii():
            continue
        # A text may be a whole column with repeated words: examine each word once.
        composed = unicodedata.normalize("NFC", " ".join(set(text.split())))
        for name, signs in _SCHEMES:
            if signs.search(composed):
                return name
    return None


def old_text(scheme: str) -> str:
    """The message about text in an encoding before Unicode."""
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
#: Positions of a tilde in Portuguese: São, pães, limões, irmã. The same bytes are ă and ơ in the
#: Vietnamese code page, where other letters follow them.
_TILDE: Final = re.compile(r"[ãÃ](?=[oeosOES]|\W|$)|[õÕ](?=[eE])")
#: Letters of a Macintosh or of DOS as these pages show them: "Espa–a", "MçLAGA" for España, MÁLAGA.
_INSIDE: Final = re.compile(r"[^\W\d_][–—…“”«»•¡¿€][a-zà-ÿ]")
_SMALL: Final = re.compile(r"[A-Z]{2}[à-ÿ]|[A-Z][à-ÿ][A-Z]")


def windows_text(raw: bytes) -> tuple[str, str] | None:
    """Bytes as text of a Windows code page, and its name; None if the text fits none of its languages.

    Both pages have most letters of French and Spanish at the same places. They differ in ã and õ, đ, ư
    and the tone marks.
    """
    try:
        western = raw.decode("cp1252")
    except UnicodeDecodeError:
        western = "\0"
    marks = {mark for mark in western if not mark.isascii()}
    tildes = sum(map(western.count, "ãÃõÕ"))
    if _INSIDE.search(western):
        return None
    if western != "\0" and marks <= _WESTERN and tildes == len(_TILDE.findall(western)):
        return None if _SMALL.search(western) else (western, "Windows-1252")
    vietnamese = windows_1258(raw)
    return None if vietnamese is None else (vietnamese, "Windows-1258")


def windows_1258(raw: bytes) -> str | None:
    """Bytes as text of the Vietnamese code page, None if the text does not look Vietnamese."""
    try:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    foreign = {mark for mark in text if not mark.isascii()} - _LETTERS
    return None if foreign else text
