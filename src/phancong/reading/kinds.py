"""Which list is which: by the name of its sheet, or by what its titles speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from phancong.reading.classes import CLASS_TITLES
from phancong.reading.headers import Block, Title
from phancong.reading.vocabulary import (
    CLASS,
    HOUSEHOLD_NAME,
    MEMBER_NAME,
    OF_HOUSEHOLDS,
    OF_MEMBERS,
    ONLY_HOUSEHOLDS,
    ONLY_MEMBERS,
)

#: What a list of pairs may have beside the two that it pairs.
_PAIR_COLUMNS: Final = frozenset(("household", "member", HOUSEHOLD_NAME, MEMBER_NAME))
#: A list that pairs households with members, but not said for what.
PAIRS: Final = "pairs"
#: A list of people, of which it cannot be told who they are.
PEOPLE: Final = "people"


def kind_by_titles(block: Block, settled: Mapping[str, Mapping[str, str | None]]) -> str | None:
    """What a list is by its titles.

    Returns
    -------
    str or None
        ``"members"``, ``"households"``, :data:`PAIRS`, :data:`PEOPLE`, or None if it is no list.
    """
    whos: dict[str, list[Title]] = {"id": [], "name": [], "number": []}
    of_members = of_households = False
    known = 0
    for title in block.titles:
        meanings = {
            table: settled.get(table, {}).get(title.text, title.meaning(table))
            for table in ("members", "households")
        }
        if title.question() or any(meanings.values()) or crossed_class(title):
            known += 1
        words = " | ".join(title.folded)
        for meaning in {*meanings.values()} & set(whos):
            whos[str(meaning)].append(title)
        of_households |= any(word in words for word in OF_HOUSEHOLDS) and not any(
            f"{word} phu trach" in words for word in ("dang vien", "can bo")
        )
        of_members |= meanings["members"] in ONLY_MEMBERS and meanings["households"] is None
        of_households |= meanings["households"] in ONLY_HOUSEHOLDS and meanings["members"] is None
        of_households |= crossed_class(title) is not None
    if known < 2:
        return None
    pairs = {title.meaning("previous") for title in block.titles} & _PAIR_COLUMNS
    paired = pairs & {"household", HOUSEHOLD_NAME} and pairs & {"member", MEMBER_NAME}
    called_member = any(
        any(word in folded for word in OF_MEMBERS)
        for title in block.titles
        for folded in title.folded
    )
    if of_households and of_members:
        return PEOPLE
    if of_members:
        return "members"
    if of_households:
        return PAIRS if paired and _only_pairs(block) else "households"
    if called_member:
        return "households" if _names_two(block) else "members"
    return PEOPLE if any(whos.values()) else None


def _only_pairs(block: Block) -> bool:
    meanings = {title.meaning("previous") for title in block.titles}
    return None not in meanings and not any(
        title.meaning("households") == CLASS for title in block.titles
    )


def _names_two(block: Block) -> bool:
    """Whether a list has somebody beside who is in charge: then it is of households."""
    in_charge = [t for t in block.titles if t.meaning("households") == "in_charge"]
    named = [t for t in block.titles if t.meaning("households") in ("name", "id")]
    return bool(in_charge and named)


def crossed_class(title: Title) -> str | None:
    """The class that a column of crosses stands for, None if its title is no class."""
    for folded in title.folded:
        if folded in CLASS_TITLES:
            return folded
    return None
