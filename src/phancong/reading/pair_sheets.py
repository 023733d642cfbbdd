"""`PairSheet`: a sheet with a household and a member in each row, read by the ids of a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect, InvalidProblemError
from phancong.problem import Id, Problem
from phancong.problem.fields import with_value
from phancong.problem.label_fields import clean_label
from phancong.tables import Sheet, looks_personal
from phancong.tables.sheet import is_blank
from phancong.words import Message

_MENDS: Final[Mapping[str, str]] = {
    "household": Message("write the id of a household of the problem"),
    "member": Message("write the id of a member of the problem"),
}


class PairSheet:
    """A sheet with the columns ``household`` and ``member``, and its defects.

    Raises
    ------
    InvalidProblemError
        A column is missing, or the file had defects.
    """

    def __init__(self, sheet: Sheet, problem: Problem) -> None:
        self.sheet = sheet
        self.defects = list(sheet.defects)
        self._titles = {title.casefold(): title for title in sheet.header}
        self._ids = {
            "household": Ids(problem.household_columns.index),
            "member": Ids(problem.member_columns.index),
        }
        for kind in self._ids:
            if kind not in self._titles:
                top, what = sheet.place(sheet.header_line), Message("is not a column of the table")
                self.defects.append(Defect(top, kind, what, Message("add it")))
        self.refuse()

    def column(self, name: str) -> Sequence[Any]:
        """The cells of a column; blank ones if the sheet does not have it."""
        if name not in self._titles:
            return [None] * len(self.sheet)
        return self.sheet.column(self._titles[name])

    def identity(self, kind: str, cell: Any, record: str) -> Id | None:
        """The id that a cell means; None, and a defect, if it means none."""
        identity, what = self._ids[kind].find(cell)
        if what:
            field = self.sheet.field(self._titles[kind])
            self.defects.append(Defect(record, field, what, _MENDS[kind]))
        return identity

    def refuse(self) -> None:
        """Raise the error about all defects so far, if there are any."""
        if self.defects:
            raise InvalidProblemError(self.defects)


class Ids:
    """Ids of a problem, looked up by cells of a file, which may have lost their type."""

    def __init__(self, index: Mapping[Id, int]) -> None:
        self.index = index
        self.texts: dict[str, set[Id]] = {}
        for identity in index:
            for text in (str(identity), _clean(str(identity))):
                self.texts.setdefault(text, set()).add(identity)

    def find(self, cell: Any) -> tuple[Id | None, str]:
        """The id that a cell means and an empty string, or None and the defect."""
        if is_blank(cell):
            return None, Message("is missing")
        if type(cell) is int and cell in self.index:
            return cell, ""
        same = self.texts.get(str(cell)) or self.texts.get(_clean(str(cell))) or set()
        if isinstance(cell, bool) or not same:
            personal = looks_personal(cell)
            what = Message("names nobody in the problem")
            return None, with_value(what, cell) if personal is None else what
        if len(same) > 1:
            count = str(len(same))
            what = Message("could be one of {count} ids that are written alike", count=count)
            return None, with_value(what, cell)
        return next(iter(same)), ""


def _clean(text: str) -> str:
    return text.strip() if text.isascii() else clean_label(text)
