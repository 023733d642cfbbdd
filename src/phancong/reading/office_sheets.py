"""The sheet of an office: letterhead and signatures of its decisions, in two columns, name and text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.keys import fold
from phancong.tables import Grid
from phancong.tables.sheet import is_blank
from phancong.words import Message

#: Folded names of such a sheet or file.
NAMES: Final = frozenset(("office", "co quan ban hanh", "quyet dinh", "the thuc van ban"))
#: Language → field → its name in a template.
OFFICE_ITEMS: Final[Mapping[str, Mapping[str, str]]] = {
    "vi": {
        "above": "Cơ quan cấp trên",
        "body": "Cơ quan ban hành",
        "motto": "Tiêu ngữ",
        "number": "Số, ký hiệu",
        "date": "Ngày ban hành",
        "place": "Nơi ban hành",
        "subject": "Trích yếu",
        "basis": "Căn cứ",
        "title": "Tên danh sách",
        "year": "Năm",
        "behalf": "Thay mặt",
        "post": "Chức vụ người ký",
        "signer": "Người ký",
        "receivers": "Nơi nhận",
    },
    "en": {
        name: name.capitalize()
        for name in (
            "above", "body", "motto", "number", "date", "place", "subject", "basis", "title",
            "year", "behalf", "post", "signer", "receivers",
        )
    },
}  # fmt: skip
#: Folded name of a line → the field of :class:`phancong.report.office.Office`: names of the template, and
#: others.
_FIELDS: Final[Mapping[str, str]] = {
    **{fold(item): name for items in OFFICE_ITEMS.values() for name, item in items.items()},
    "so": "number",
    "ngay": "date",
    "chuc vu": "post",
    "ve viec": "subject",
}
_MEND: Final[str] = Message("write a name and a text beside it, such as: body, Party cell of …")


def is_office(grid: Grid) -> bool:
    """Whether a sheet or file has the name of an office's sheet, and one of its lines."""
    return fold(grid.called) in NAMES and any(
        filled and _field(filled[0]) is not None
        for filled in (_filled(row) for _, row in grid.lines)
    )


def office_of_grid(grid: Grid, defects: list[Defect]) -> dict[str, str]:
    """The value of each field; the first line may be a header.

    Parameters
    ----------
    grid
        The sheet.
    defects
        Defects of lines that are not understood are appended.
    """
    found: dict[str, str] = {}
    for line, row in grid.lines:
        filled = _filled(row)
        name = _field(filled[0]) if filled else None
        if not filled or (name is None and not found and len(filled) == 2 and _is_header(filled)):
            continue
        what = ""
        if name is None:
            what = Message("is not a line of a decision")
        elif len(filled) > 2:
            what = Message("has more than a name and a text")
        elif name in found:
            what = Message("is given twice")
        if what or name is None:
            defects.append(Defect(grid.place(line), Message("list"), what, _MEND))
        elif len(filled) == 2:  # a name without a text leaves the field empty
            found[name] = _text(filled[1])
    return found


def _filled(row: Sequence[Any]) -> list[Any]:
    return [cell for cell in row if not is_blank(cell)]


def _field(cell: Any) -> str | None:
    return _FIELDS.get(fold(cell)) if isinstance(cell, str) else None


def _is_header(filled: Sequence[Any]) -> bool:
    """Whether a line names the two columns."""
    return {fold(cell) for cell in filled if isinstance(cell, str)} <= {
        "name", "item", "text", "muc", "ten", "noi dung",
    }  # fmt: skip


def _text(cell: Any) -> str:
    return f"{cell:%d/%m/%Y}" if isinstance(cell, datetime.date) else str(cell)
