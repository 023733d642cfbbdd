"""Which values of cells a message may repeat: a cell may reveal how a family lives.

A value that is not known to be harmless is left out; its place in the file, or its record, is enough.
"""

from __future__ import annotations

import numbers
import re
import unicodedata
from typing import Any, Final

_WORD: Final = re.compile(r"[^\W\d_]+")
#: Words about hardship, without diacritics and in lower case.
_HARDSHIP: Final = frozenset(
    _WORD.findall(
        """
        ngheo kho khan tat khuyet tan mo coi don than neo goa benh om dau nang ung thu tam hiv aids lao
        nghien ma tuy cai an bao tro cap luc hanh ly hon ket thuong binh liet si mat suc that nghiep mu
        cam diec gia yeu chinh sach trung kha giau
        hn hcn hmtn hktn hkn kt ktn nkt cn tn btxh
        poor poorest poverty near average rich hardship needy vulnerable disabled disability handicapped
        handicap blind deaf mute orphan orphans widow widowed widower sick sickness ill illness chronic
        cancer mental addict addicted addiction drug drugs alcohol tb tuberculosis destitute homeless
        unemployed single parent mother elderly old alone violence abused pregnant malnourished stunted
        refugee welfare bpl apl
        pobre pobreza discapacidad discapacitado discapacitada enfermo enferma viuda viudo huerfano
        pauvre pauvrete handicape handicapee malade veuve veuf orphelin orpheline
        """
    )
)
#: Unambiguous ones, wherever they stand in a cell.
_PLAIN: Final = re.compile(
    r"\b(?:ngheo|kho khan|khuyet tat|tan tat|mo coi|don than|neo don|co don|ung thu|tam than|ma tuy"
    r"|nghien|thuong binh|liet si|bao tro|mat suc|hiv|aids|poor|poverty|disabled|orphan|widow(?:er)?|sick"
    r"|cancer|destitute|homeless)\b"
)


def may_be_shown(value: Any) -> bool:
    """Whether a message may repeat an invalid value.

    Parameters
    ----------
    value
        A cell. Numbers may be repeated, and lists of numbers; also text of one plain word, or of marks
        and digits, if it says nothing of how a family lives. Text beyond ASCII, or of several words, may
        not.
    """
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(may_be_shown, value))
    if not isinstance(value, str):
        return value is None or isinstance(value, numbers.Number)
    found = _WORD.findall(unicodedata.normalize("NFC", value))
    if not all(map(str.isascii, found)) or sum(len(word) > 1 for word in found) > 1:
        return False
    return not any(word.casefold() in _HARDSHIP for word in found)


def tells_hardship(value: Any) -> bool:
    """Whether a cell plainly says how a family lives; then it must not be an id."""
    if not isinstance(value, str):
        return False
    letters = unicodedata.normalize("NFD", value.casefold()).replace("đ", "d")
    bare = "".join(mark for mark in letters if not unicodedata.combining(mark))
    return _PLAIN.search(" ".join(bare.replace("_", " ").split())) is not None
