"""The meaning of ``oneway`` on a path."""

from __future__ import annotations

from typing import Any, Final

from phancong.errors import Defect
from phancong.tables.sheet import is_blank
from phancong.words import Message

ONEWAY: Final = "oneway"
#: Its values as in OpenStreetMap: whether forward and whether backward is allowed.
_DIRECTIONS: Final = {
    **dict.fromkeys(("", "no", "false", "0"), (True, True)),
    **dict.fromkeys(("yes", "true", "1"), (True, False)),
    **dict.fromkeys(("-1", "reverse"), (False, True)),
}


def directions(value: Any, where: str, defects: list[Defect]) -> tuple[bool, bool]:
    """Whether a path is open forward, and whether backward; an unknown value is a defect."""
    text = "" if is_blank(value) else str(value).strip().lower()
    if text not in _DIRECTIONS:
        what = Message("is {value}", value=quoted(value))
        defects.append(Defect(where, ONEWAY, what, Message("give yes, no or -1")))
    return _DIRECTIONS.get(text, (True, True))


def quoted(value: Any) -> str:
    """A value in a message, shortened to one line."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
