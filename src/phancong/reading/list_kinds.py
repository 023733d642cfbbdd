"""Which list is which table: by the name of its sheet, or by its titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from phancong.reading.classes import CLASS_TITLES
from phancong.reading.headers import Block
from phancong.reading.keys import fold
from phancong.reading.titles import Title
from phancong.reading.vocabulary import (
    CLASS,
    HOUSEHOLD_NAME,
    IN_CHARGE,
    IN_CHARGE_ID,
    IN_NAMES,
    KEY,
    LIMITS,
    MEMBER_NAME,
    NAME,
    OF_HOUSEHOLDS,
    OF_MEMBERS,
    ONLY_HOUSEHOLDS,
    ONLY_MEMBERS,
    SHEETS,
)


def table_in_name(name: str) -> str | None:
    """The table that the name of a sheet or file says, None if it says none.

    >>> table_in_name("DS hộ gia đình xã Tân An 2025"), table_in_name("previous_2024")
    ('households', 'previous')
    """
    bare = " ".join(word for word in fold(name).split() if not word.isdecimal())
    if bare in SHEETS:
        return SHEETS[bare]
    within = f" {bare} "
    return next(
        (table for table, words in IN_NAMES.items() if any(f" {w} " in within for w in words)),
        None,
    )


#: Columns of a list of pairs other than limits.
_PAIR_COLUMNS: Final = frozenset(("household", "member", HOUSEHOLD_NAME, MEMBER_NAME))
#: A list that pairs households with members, without saying for which table.
PAIRS: Final = "pairs"
#: The tables of pairs.
PAIR_TABLES: Final = ("previous", "fixed", "forbidden")
#: A list of households whose name says last year.
LAST_YEAR: Final = "last year"
#: A list of people that may be members or households.
PEOPLE: Final = "people"


def kind_by_titles(block: Block, settled: Mapping[str, Mapping[str, str | None]]) -> str | None:
    """The kind of a list by its titles.

    Returns
    -------
    str or None
        ``"members"``, ``"households"``, :data:`PAIRS`, :data:`PEOPLE`, or None if it is no list.
    """
    whos: set[str | None] = set()
    placed: set[str | None] = set()
    of_members = of_households = False
    only_crosses = True
    known = 0
    for title in block.titles:
        meanings = {
            table: stated_meaning(settled.get(table, {}), title, title.meaning(table))
            for table in ("members", "households")
        }
        if title.question() or any(meanings.values()) or crossed_class(title):
            known += 1
        words = " | ".join(title.folded)
        both = {*meanings.values()}
        whos.update(both & {"id", NAME, KEY, "number"})
        placed.update(both & {"lat", "lon", "at"})
        if any(word in words for word in OF_HOUSEHOLDS) and not any(
            f"{word} phu trach" in words for word in ("dang vien", "can bo")
        ):
            of_households, only_crosses = True, False
        if meanings["members"] in ONLY_MEMBERS and meanings["households"] is None:
            of_members = True
        if meanings["households"] in ONLY_HOUSEHOLDS and meanings["members"] is None:
            of_households, only_crosses = True, False
        of_households |= crossed_class(title) is not None
    if known < 2 and not (known and len(block.titles) == 1 and (of_members or of_households)):
        return None
    if of_households and only_crosses and not whos & {"id", NAME, KEY} and not placed:
        return None  # a summary of counts by hamlet and class, no list
    pairs = {title.meaning("previous") for title in block.titles} & _PAIR_COLUMNS
    paired = pairs & {"household", HOUSEHOLD_NAME} and pairs & {"member", MEMBER_NAME}
    called_member = any(
        any(word in folded for word in OF_MEMBERS)
        for title in block.titles
        for folded in title.folded
    )
    if of_households and of_members:
        return _more_of(block)
    if of_members:
        return "members"
    if of_households:
        return PAIRS if paired and _only_pairs(block) else "households"
    if called_member:
        return "households" if _names_two(block) else "members"
    return PEOPLE if whos else None


def _only_pairs(block: Block) -> bool:
    meanings = {title.meaning("previous") for title in block.titles}
    return None not in meanings and not any(
        title.meaning("households") == CLASS for title in block.titles
    )


def _more_of(block: Block) -> str:
    """The kind of a list whose titles speak of members and households: limits of members decide."""
    limits = {title.meaning("members") for title in block.titles} & LIMITS
    others = {title.meaning("households") for title in block.titles} & ONLY_HOUSEHOLDS
    return "members" if limits and not others else PEOPLE


def stated_meaning(
    settled: Mapping[str, str | None], title: Title, otherwise: str | None
) -> str | None:
    """The meaning that a caller gives a title; case and diacritics are ignored."""
    return (
        settled.get(title.text, otherwise)
        if title.text in settled
        else next(
            (meaning for key, meaning in settled.items() if fold(key) in title.folded), otherwise
        )
    )


def _names_two(block: Block) -> bool:
    """Whether a list names others besides the members in charge: then it is one of households."""
    of = [title.meaning("households") for title in block.titles]
    in_charge = {IN_CHARGE, IN_CHARGE_ID}.intersection(of)
    named = {NAME, "id", KEY}.intersection(of)
    return bool(in_charge and named)


def crossed_class(title: Title) -> str | None:
    """The class that a column of crosses stands for, None if its title is no class."""
    for folded in title.folded:
        if folded in CLASS_TITLES:
            return folded
    return None
