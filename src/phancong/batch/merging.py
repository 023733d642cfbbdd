"""Merged hamlets, and households and members with new ids since last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from phancong.errors import Defect
from phancong.problem.label_fields import clean_label
from phancong.problem.tables import Table
from phancong.words import Message

#: Values of ``what`` in the table ``renamed``; the default is a hamlet.
KINDS: Final = ("hamlet", "household", "member")


@dataclass(slots=True)
class Renamed:
    """Old → new, for hamlets of this year's lists and for ids of last year's plan.

    Parameters
    ----------
    hamlets, ids
        Old → new name of each hamlet; old → new id of households and of members.
    """

    hamlets: dict[str, str] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def listed(self, rows: Table) -> Table:
        """Members or households with the present names of their hamlets."""
        return _with(rows, "hamlet", self._hamlet) if self.hamlets else rows

    def paired(self, rows: Table) -> Table:
        """Last year's pairs with the present ids."""
        for kind, names in self.ids.items():
            rows = _with(rows, kind, lambda cell, names=names: _id(cell, names))
        return rows

    def merged(self, rows: Table) -> int:
        """The number of rows whose hamlet has been renamed."""
        return sum(self._hamlet(cell) != cell for cell in rows.columns.get("hamlet", ()))

    def _hamlet(self, cell: Any) -> Any:
        return cell if cell is None else self.hamlets.get(clean_label(str(cell)), cell)


def read_renamed(rows: Table, lists: Sequence[Table], defects: list[Defect]) -> Renamed:
    """The table ``renamed`` of a commune.

    Parameters
    ----------
    rows
        The rows: ``old``, ``new`` and optionally ``what``.
    lists
        Members and households: each hamlet of ``renamed`` must occur in them, by old or new name.
    defects
        Defects are appended here.
    """
    found = Renamed()
    cells = {cell for table in lists for cell in table.columns.get("hamlet", ())} - {None}
    there = {clean_label(str(cell)) for cell in cells}
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
    """The present id, of the type of the old one."""
    new = names.get(clean_label(str(cell)), cell)
    whole = isinstance(new, str) and not isinstance(cell, str) and new.isdecimal()
    return int(new) if whole else new


def _with(rows: Table, name: str, change: Any) -> Table:
    values = [change(cell) for cell in rows.columns.get(name, ())]
    if not values:
        return rows
    return replace(rows, columns={**rows.columns, name: values})
