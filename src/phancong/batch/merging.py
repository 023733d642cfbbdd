"""Hamlets that were merged, and households and members that have new ids since last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from phancong.errors import Defect
from phancong.problem.fields import clean_label
from phancong.problem.tables import Table
from phancong.words import Message

#: What a row of the table ``renamed`` can be about; a hamlet unless it is said.
KINDS: Final = ("hamlet", "household", "member")


@dataclass(slots=True)
class Renamed:
    """Old → new, for hamlets of this year's lists and for ids of last year's plan.

    Parameters
    ----------
    hamlets, ids
        The new name of each hamlet; for households and for members the new id by the old one.
    """

    hamlets: dict[str, str] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def listed(self, rows: Table) -> Table:
        """Members or households in the hamlets of now."""
        return _with(rows, "hamlet", self._hamlet) if self.hamlets else rows

    def paired(self, rows: Table) -> Table:
        """Last year's pairs with the ids of now."""
        for kind, names in self.ids.items():
            rows = _with(rows, kind, lambda cell, names=names: _id(cell, names))
        return rows

    def merged(self, rows: Table) -> int:
        """How many rows stand in a hamlet that has another name now."""
        return sum(self._hamlet(cell) != cell for cell in rows.columns.get("hamlet", ()))

    def _hamlet(self, cell: Any) -> Any:
        return cell if cell is None else self.hamlets.get(clean_label(str(cell)), cell)


def read_renamed(rows: Table, lists: Sequence[Table], defects: list[Defect]) -> Renamed:
    """The table ``renamed`` of a commune.

    Parameters
    ----------
    rows
        Its rows: ``old``, ``new`` and perhaps ``what``.
    lists
        Members and households, whose hamlets have to be among the old or the new names.
    defects
        What is wrong is added here.
    """
    found = Renamed()
    there = {
        clean_label(str(cell))
        for table in lists
        for cell in table.columns.get("hamlet", ())
        if cell is not None
    }
    for row in range(len(rows)):
        record = rows.record(row)
        what, old, new = (
            _text(rows.columns[name][row]) if name in rows.columns else None
            for name in ("what", "old", "new")
        )
        what = what or "hamlet"
        if what not in KINDS:
            mend = Message("give one of {names}", names=", ".join(KINDS))
            defects.append(Defect(record, "what", Message("is not known"), mend))
            continue
        if old is None or new is None:
            mend = Message("give the old name and the new one")
            defects.append(Defect(record, "old, new", Message("is missing"), mend))
            continue
        names = found.hamlets if what == "hamlet" else found.ids.setdefault(what, {})
        if names.setdefault(old, new) != new:
            mend = Message("give each old name one new name")
            defects.append(Defect(record, "old", Message("gets two new names"), mend))
        elif what == "hamlet" and there.isdisjoint((old, new)):
            mend = Message("look how it is written in the lists")
            defects.append(Defect(record, "old", Message("is not a hamlet of the commune"), mend))
    return found


def _text(cell: Any) -> str | None:
    return None if cell is None else clean_label(str(cell)) or None


def _id(cell: Any, names: Mapping[str, str]) -> Any:
    """An id as it is now, of the type that it had."""
    new = names.get(clean_label(str(cell)), cell)
    whole = isinstance(new, str) and not isinstance(cell, str) and new.isdecimal()
    return int(new) if whole else new


def _with(rows: Table, name: str, change: Any) -> Table:
    values = [change(cell) for cell in rows.columns.get(name, ())]
    if not values:
        return rows
    return replace(rows, columns={**rows.columns, name: values})
