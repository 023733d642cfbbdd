"""Match ids and names in one list to the records of another."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from phancong.problem import Id
from phancong.reading.keys import fold, name_key
from phancong.reading.vocabulary import HONORIFICS
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: The message about a name that is in no list.
NOBODY: Final[str] = Message("matches no record here")

#: The least similarity of two names for a question, and the most names that are compared.
_NEAR: Final = 0.85
_MOST_COMPARED: Final = 2000
_SEVERAL: Final = re.compile(r"[;,\n]")
_SLASHED: Final = re.compile(r"^\s*đ\s*[/.]?\s*c\b[.:]?|^\s*đồng chí\b", re.IGNORECASE)


def several(cell: Any) -> list[Any]:
    """The people that one cell names, parted by semicolons, commas or line breaks."""
    if not isinstance(cell, str):
        return [cell]
    return [part.strip() for part in _SEVERAL.split(cell) if part.strip()]


#: Other separators between people, tried if the whole cell is nobody's name.
_JOINED: Final = re.compile(r"\s*[;,\n/&+]\s*|\s+-\s+|\s+(?:và|va|and|et|y|e)\s+", re.IGNORECASE)
#: Folded texts of cells that name nobody.
_NOBODY: Final = frozenset(
    ("", "khong", "khong co", "chua", "chua co", "chua phan cong", "none", "no", "nobody", "na", "n a",
     "aucun", "aucune", "ninguno", "ninguna", "nenhum", "nenhuma", "0")
)  # fmt: skip


def names_nobody(cell: Any) -> bool:
    """Whether a cell names nobody: it is blank, a dash, "chưa có", "none"."""
    return is_blank(cell) or (isinstance(cell, str) and fold(cell) in _NOBODY)


def joined(text: str) -> list[str]:
    """The people of a cell that joins names by a word or a mark: "An và Hòa", "An/Hòa"."""
    return [part for part in _JOINED.split(_SLASHED.sub("", text)) if part.strip()]


def plain_name(text: str) -> str:
    """A name without a form of address: "Đ/c Nguyễn Văn An", "Ông Lò Văn Pản"."""
    bare = _SLASHED.sub("", text).strip()
    words = bare.split()
    # "Ông Ích Khiêm" is still found: the whole name is compared first.
    if len(words) > 2 and fold(words[0]) in HONORIFICS:
        return " ".join(words[1:])
    return bare


#: Separators between ids in one cell.
_JOINED_IDS: Final = re.compile(r"[,;/&+|]")


class Roster:
    """The records of a list, searchable by id and by name.

    Parameters
    ----------
    ids
        The id of each record.
    names
        The name of each record; None if it has none.
    hamlets
        The hamlet of each record, which distinguishes people of the same name.
    keys
        The key of each record, if its id is a row number.
    """

    def __init__(
        self,
        ids: Sequence[Any],
        names: Sequence[Any],
        hamlets: Sequence[str | None],
        keys: Sequence[Any] = (),
    ) -> None:
        self._by_key: dict[str, list[Id]] = defaultdict(list)
        for identity, key in zip(ids, keys, strict=False):
            if not is_blank(key):
                self._by_key[str(key).strip()].append(identity)
        self._names = names
        self._ids = ids
        self._plain = {cell for cell in ids if type(cell) in (int, str)}
        self._folded: dict[str, frozenset[str]] | None = None
        self._hamlets = hamlets

    @cached_property
    def _by_id(self) -> dict[str, list[Id]]:
        """The ids by the text of their cell."""
        found: dict[str, list[Id]] = defaultdict(list)
        for identity in self._ids:
            if not is_blank(identity):
                found[str(identity).strip()].append(identity)
        return found

    @cached_property
    def _by_bare(self) -> dict[str, list[Id]]:
        """Ids that are numbers, without leading zeros."""
        found: dict[str, list[Id]] = defaultdict(list)
        for text, identities in self._by_id.items():
            if text.isdecimal():
                found[text.lstrip("0")].extend(identities)
        return found

    @cached_property
    def _by_small(self) -> frozenset[str]:
        """The ids in lower case."""
        return frozenset(text.casefold() for text in self._by_id)

    def looks_like(self, cell: Any) -> bool:
        """Whether a cell that is no id here is one in another case, or several ids."""
        text = str(cell).strip().casefold()
        parts = [part.strip() for part in _JOINED_IDS.split(text)]
        return text in self._by_small or (len(parts) > 1 and self._by_small.issuperset(parts))

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        """The rows by whole name; built on demand, since most lists are matched by ids alone."""
        return self._rows_by(name_key)

    @cached_property
    def _by_plain(self) -> dict[str, list[int]]:
        return self._rows_by(lambda name: name_key(plain_name(name)))

    def _rows_by(self, key: Callable[[str], str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, name in enumerate(self._names):
            if isinstance(name, str) and name.strip():
                found[key(name)].append(row)
        return found

    @property
    def keyed(self) -> bool:
        """Whether people know the records by keys, and ids are row numbers."""
        return bool(self._by_key)

    @property
    def empty(self) -> bool:
        """Whether the list has no records."""
        return not self._ids

    def has(self, cell: Any) -> bool:
        """Whether a cell is an id exactly as it is written."""
        return type(cell) in (int, str) and cell in self._plain

    def by_id(self, cell: Any) -> Id | None:
        """The id that a cell holds, None if it is no id of the list.

        "7" means 007 if there is no other candidate: spreadsheets drop leading zeros.
        """
        text = str(cell).strip()
        found = self._by_id.get(text) or self._by_key.get(text, [])
        if not found and text.isdecimal():
            found = self._by_bare.get(text.lstrip("0"), [])
            found = found if len(found) == 1 else []
        return found[0] if found else None

    def near(self, text: str) -> bool:
        """Whether a name of the list is similar to *text*, part of it, or has it as a part."""
        written = fold(plain_name(text))
        if self._folded is None:
            self._folded = {fold(name): frozenset(fold(name).split()) for name in self._by_plain}
        if written in self._folded:
            return True
        if len(self._folded) > _MOST_COMPARED:
            return False
        words = frozenset(written.split())
        if any(words <= name or name <= words for name in self._folded.values()):
            return True
        return bool(difflib.get_close_matches(written, self._folded, n=1, cutoff=_NEAR))

    def by_name(self, text: str, hamlet: str | None = None) -> list[int]:
        """The rows that a name could mean; with a hamlet, only those of the hamlet."""
        rows = self._by_name.get(name_key(text)) or self._by_plain.get(name_key(plain_name(text)))
        rows = rows or []
        if hamlet is not None and len(rows) > 1:
            key = name_key(hamlet)
            rows = [row for row in rows if name_key(self._hamlets[row] or "") == key]
        return rows

    def find(self, cell: Any, hamlet: str | None = None) -> tuple[Id | None, str]:
        """The id that a cell means and an empty string, or None and the defect."""
        identity = self.by_id(cell)
        if identity is not None:
            return identity, ""
        rows = self.by_name(str(cell), hamlet)
        if len(rows) == 1:
            return self._ids[rows[0]], ""
        if rows:
            shown = ", ".join(str(self._ids[row]) for row in rows[:5])
            count = str(len(rows))
            return None, Message(
                "could be any of {count} of that name (ids {ids})", count=count, ids=shown
            )
        return None, NOBODY


def distinct(cells: Iterable[Any]) -> dict[str, str]:
    """The people that cells name, each once: key → the name as it is first written."""
    people: dict[str, str] = {}
    for cell in cells:
        for part in several(cell):
            if isinstance(part, str):
                people.setdefault(name_key(plain_name(part)), plain_name(part))
    return people
