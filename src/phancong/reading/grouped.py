"""Titles of survey exports: a question with its groups, as in ``hh/hh_id`` or ``household.gps``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from phancong.reading.keys import fold
from phancong.reading.vocabulary import NUMBER, TITLES

#: Names of groups that do not say whom a question is about.
_OF_NOBODY: Final = frozenset(
    (
        *("group", "grp", "section", "sec", "data", "form", "formulario", "formulaire", "root"),
        *("info", "information", "informacion", "informations", "detail", "details", "general"),
        *("basic", "identification", "identificacion", "meta", "survey", "main", "module", "page"),
        *("part", "questionnaire", "location", "localisation", "ubicacion", "localizacao", "gps"),
        *(
            "geo",
            "geolocation",
            "position",
            "coordinates",
            "place",
            "thong tin",
            "vi tri",
            "toa do",
        ),
    )
)
#: Names of groups that say which table a question belongs to.
_OF_TABLE: Final = {
    "households": frozenset(
        (
            *("hh", "household", "households", "house", "home", "family", "menage", "famille"),
            *(
                "hogar",
                "vivienda",
                "familia",
                "domicilio",
                "agregado",
                "ho",
                "ho gia dinh",
                "ho dan",
            ),
        )
    ),
    "members": frozenset(
        (
            *("member", "members", "chw", "agent", "worker", "health worker", "staff", "volunteer"),
            *("asc", "relais", "promotor", "promotora", "agente", "dang vien", "can bo"),
        )
    ),
}
#: Names joined without blanks, which people do not write as titles.
_GROUPED: Final = re.compile(r"[^\W\d][\w]*(?:[/.:-][\w]+)+")
_PARTS: Final = re.compile(r"[/.:-]")
_NUMBERED: Final = re.compile(r"(?: (?:[a-z]?\d+|[a-z]))+$|(?<=[a-z])\d+$")


@dataclass(frozen=True, slots=True)
class Grouped:
    """A title with the groups that contain the question.

    Parameters
    ----------
    groups
        The folded names of the groups, the outermost first.
    last
        The folded name of the question.
    """

    groups: tuple[str, ...]
    last: str

    def meaning(self, table: str) -> str | None:
        """The meaning of the question in *table*; None if its groups do not say whom it is about.

        A running number counts the units of its group, so that group must be the table's.
        """
        own = _OF_TABLE.get(table, frozenset[str]())
        found = TITLES[table].get(self.last)
        if found == NUMBER and self.groups[-1] not in own:
            return None
        neutral = own.union(_OF_NOBODY)
        are_neutral = (
            group in neutral or neutral.issuperset(group.split()) for group in self.groups
        )
        return found if all(are_neutral) else None

    def likely(self, table: str) -> str | None:
        """The meaning that the question would have if its groups belonged to the table."""
        return TITLES[table].get(self.last)


def grouped(text: str) -> Grouped | None:
    """The groups and the question of a title, None if it has no groups.

    If a group is itself the title of a column, the title names two columns, as in ``lat/lon``.
    """
    if not _GROUPED.fullmatch(text):
        return None
    *groups, last = (fold(part) for part in _PARTS.split(text))
    bare = tuple(_NUMBERED.sub("", group) for group in groups)
    neutral = _OF_NOBODY.union(*_OF_TABLE.values())
    known = {title for table in TITLES.values() for title in table}
    if not last or any(group in known and group not in neutral for group in bare):
        return None
    return Grouped(bare, last) if last in known else None
