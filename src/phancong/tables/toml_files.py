"""TOML files, with limits that keep parsing fast."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

#: The most bytes of a file.
MOST_BYTES: Final = 5_000_000
#: The most parts of a key: the time to parse a key grows quadratically (12,000 parts: 11 s).
MOST_PARTS: Final = 20
_PART: Final = r"""(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_LONG_KEY: Final = re.compile(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MOST_PARTS},}}")


def toml_of(raw: bytes) -> dict[str, Any]:
    """The content of a TOML file.

    Raises
    ------
    ValueError
        It is not TOML in UTF-8, too large, or has a key with too many parts.
    RecursionError
        It is nested too deeply.
    """
    if len(raw) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES:,} bytes")
    text = raw.decode("utf-8-sig")
    if _LONG_KEY.search(text):
        raise ValueError(f"a key of more than {MOST_PARTS} parts")
    return tomllib.loads(text)
