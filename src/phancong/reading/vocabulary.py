"""The vocabulary of lists: titles of columns, names of sheets, words that begin a hamlet.

Most words stand in :file:`titles.toml`. All are folded by :func:`~phancong.reading.keys.fold`: lower
case, without diacritics.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from phancong.reading.degree_columns import DEGREE_TITLES
from phancong.reading.keys import fold
from phancong.rules import RULES
from phancong.tables.toml_files import toml_of
from phancong.words import Message

#: Meanings beyond the fields of a problem: converted to fields, or kept apart.
NUMBER: Final = "number"
NAME: Final = "name"
NOTE: Final = "note"
CLASS: Final = "class"
IN_CHARGE: Final = "in_charge"
EXEMPT: Final = "exempt"
#: Whether a member is a newcomer, who gets the share for newcomers of a scheme.
NEWCOMER: Final = "newcomer"
SINCE: Final = "since"
HOUSEHOLD_NAME: Final = "household_name"
MEMBER_NAME: Final = "member_name"
#: The key by which people know a record and which must not be its id, such as an identity number.
KEY: Final = "key"
#: The id of the member in charge, beside the name or instead of it.
IN_CHARGE_ID: Final = "in_charge_id"
#: The relation of a person to the head of the household, in lists with one row a person.
RELATION: Final = "relation"
#: The post of a member, and the address of a household in words: printed with their names.
POST: Final = "post"
ADDRESS: Final = "address"
#: A known column that is not used, or is private.
LEFT_OUT: Final[str] = Message("left out")


#: The words of :file:`titles.toml`: section → name → words, parted by semicolons.
_FILE: Final[Mapping[str, Any]] = toml_of(
    files("phancong.reading").joinpath("titles.toml").read_bytes()
)


def listed(text: str) -> tuple[str, ...]:
    """The words of an entry; those of the first section stand for its names in braces."""
    whole = text.format_map(_FILE["shared"])
    return tuple(filter(None, (" ".join(word.split()) for word in whole.split(";"))))


def _words(name: str) -> frozenset[str]:
    return frozenset(listed(_FILE["words"][name]))


def _limits(table: str) -> dict[str, str]:
    """Titles of the columns that set a limit, by the name of the limit."""
    return {
        rule.name: rule.column.titles
        for rule in RULES.values()
        if rule.column is not None and rule.column.table == table
    }


def titles_of(*tables: Mapping[str, str]) -> dict[str, str]:
    """Folded title → meaning, from words by meaning; the first meaning of a title holds."""
    words: dict[str, list[str]] = {}
    for table in tables:
        for meaning, text in table.items():
            words.setdefault(LEFT_OUT if meaning == "left_out" else meaning, []).append(text)
    known: dict[str, str] = {}
    for meaning, texts in words.items():
        for title in listed("; ".join(texts)):
            known.setdefault(fold(title), meaning)
    return known


_BOTH: Final[Mapping[str, str]] = _FILE["both"]
_HOUSEHOLDS: Final[Mapping[str, str]] = _FILE["households"]
#: Columns of pairs that lists of households have, too.
_AS_HOUSEHOLDS: Final = {
    MEMBER_NAME: "; ".join(who for who in listed(_HOUSEHOLDS[IN_CHARGE]) if who != "member"),
    **{name: _BOTH[name] for name in ("hamlet", NUMBER, NOTE)},
    LEFT_OUT: "; ".join(
        (_BOTH["left_out"], _HOUSEHOLDS["left_out"], "{address}", _HOUSEHOLDS[CLASS])
    ),
}
_PAIRS: Final = titles_of(_FILE["pairs"], _AS_HOUSEHOLDS)
#: For each table: folded title → meaning.
TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "members": titles_of(_BOTH, DEGREE_TITLES, _FILE["members"], _limits("members")),
    "households": titles_of(_BOTH, DEGREE_TITLES, _HOUSEHOLDS, _limits("households")),
    "previous": titles_of(_FILE["pairs"], _AS_HOUSEHOLDS, _FILE["previous"]),
    "fixed": _PAIRS,
    "forbidden": _PAIRS,
}
#: Sheets that say how workload is counted: their names, their columns, and the row for others.
SCHEME: Final[Mapping[str, Any]] = _FILE["scheme"]
#: The tables that every problem needs.
REQUIRED: Final = ("members", "households")
#: Ambiguous titles: folded title → question.
DOUBTFUL: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("uu tien", "muc uu tien", "do uu tien", "thu tu uu tien"),
        Message(
            "could mean that 1 comes first or that 1 comes last "
            "(in a problem a larger number is left uncovered later)"
        ),
    ),
    **dict.fromkeys(
        ("x", "y", "toa do x", "toa do y", "x vn 2000", "y vn 2000", "toa do vn 2000"),
        Message("could be a place in VN-2000 metres (a problem needs degrees WGS 84)"),
    ),
}

#: The question about a column whose title names longitude before latitude.
LONGITUDE_FIRST: Final[str] = Message(
    "names the longitude first, and a coordinate in one cell is read with the latitude first: part it "
    "in two columns, or write the latitude first"
)
#: The question about an address that contains a hamlet.
PART_OF_ADDRESS: Final[str] = Message("could hold the hamlet among other parts of an address")

#: Words that combine to titles of a hamlet: "Thôn (bản, tổ dân phố)".
HAMLET_TITLE: Final = _words("hamlet_title")
#: Words with which the name of a hamlet begins, the longest first, with diacritics.
HAMLET_WORDS: Final = (
    "tổ dân phố", "khu dân cư", "khu phố", "thôn", "bản", "xóm", "ấp", "buôn", "làng", "khóm",
    "khu", "tổ", "tdp", "sóc", "phum", "plei", "bon", "hamlet", "village",
)  # fmt: skip

#: Folded name of a sheet or file → its table.
SHEETS: Final[Mapping[str, str]] = {
    name: table for table, names in _FILE["sheets"].items() for name in listed(names)
}
#: Words within the name of a sheet or file that determine its table, too; the first match applies.
IN_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    table: listed(words) for table, words in _FILE["in_names"].items()
}
#: Names of sheets that explain a list or report a plan: they are not read.
NO_LISTS: Final = _words("no_lists")
#: Words of English titles; a title with another word is Vietnamese.
ENGLISH: Final = _words("english")
#: Words of French, Spanish and Portuguese titles: a list with these is not Vietnamese.
ROMANCE: Final = _words("romance")
#: Limits, which only a list of members has.
LIMITS: Final = frozenset(
    (*_limits("members"), "share", EXEMPT, "carried_households", "carried_workload")
)
#: Meanings or titles that only one of the two lists has.
ONLY_MEMBERS: Final = LIMITS | {"skills", "household", "optional"}
ONLY_HOUSEHOLDS: Final = frozenset(
    (*_limits("households"), "workload", "visits", "cluster", "group", "priority")
) | {"members_needed", CLASS}
#: Titles of a name or id that say which of the two lists it is.
OF_MEMBERS: Final = listed(_FILE["words"]["of_members"])
OF_HOUSEHOLDS: Final = listed(_FILE["words"]["of_households"])
#: Folded labels of totals: the whole cell, or its beginning if figures follow.
TOTALS: Final = frozenset(
    ("tong cong", "cong", "tong so", "tong", "total", "grand total", "sum", "tong so ho",
     "cong chung", "tong cong so ho", "cong tong", "tong so khau")
)  # fmt: skip
#: Beginnings of labels of totals, with diacritics.
TOTAL_BEGINNINGS: Final = ("tổng cộng", "tổng số", "cộng thôn", "cộng bản", "cộng xóm", "cộng tổ")
#: Folded beginnings of cells below a list.
FOOTERS: Final = (
    "nguoi lap", "tm ", "t m ", "chu tich", "bi thu", "truong thon", "truong ban", "xac nhan",
    "ky ten", "ky ghi ro", "ky va ghi", "noi nhan", "danh sach nay", "danh sach gom",
    "danh sach co", "an dinh danh sach", "luu vt", "prepared by", "ghi chu ", "thu truong",
)  # fmt: skip
#: Folded forms of address, which are no part of a name.
HONORIFICS: Final = frozenset(
    ("ong", "ba", "anh", "chi", "co", "chu", "bac", "dc", "d c", "mr", "mrs")
)
#: Folded words for the head of a household.
HEADS: Final = _words("heads")
#: Folded titles of personal data: a list with them may have one row a person.
OF_PERSONS: Final = _words("of_persons")
YES: Final = frozenset(("x", "co", "v", "yes", "y", "true", "1", "dung", "oui", "si", "sim"))
NO: Final = frozenset(("khong", "no", "n", "false", "0", "ko", "k", "non", "nao"))
