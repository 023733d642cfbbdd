"""TOML: what a file holds, where nothing makes that a matter of minutes."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

#: Bytes of a file at the most.
MOST_BYTES: Final = 5_000_000
#: Parts of a key at the most: a key takes time by the square of its parts (12,000 parts: 11 s).
MOST_PARTS: Final = 20
_PART: Final = r"""(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY: Final = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MOST_PARTS},}}")


def toml_of(raw: bytes) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    ValueError
        It is no TOML in UTF-8, too large, or has a key of many parts.
    RecursionError
        It is too deeply nested.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES:,} bytes")
    text = raw.decode("utf-8-sig")
    if _LONG_KEY.search(text):
        raise ValueError(f"a key of more than {MOST_PARTS} parts")
    return tomllib.loads(text)
