"""JSON with its own SHA-256: a changed byte is noticed, also where the text can still be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

_SEAL: Final = "sha256"


def sealed(told: Mapping[str, Any], indent: int | None = None) -> bytes:
    """The JSON of an object, with a hash of all its members.

    Parameters
    ----------
    told
        The object.
    indent
        Blanks a level, for files that people read.
    """
    return json.dumps({**told, _SEAL: _hash(told)}, indent=indent, ensure_ascii=False).encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """The object that was sealed.

    Raises
    ------
    ValueError
        It is not JSON, not an object, or not what was written.
    """
    told = json.loads(content)
    if not isinstance(told, dict) or told.pop(_SEAL, None) != _hash(told):
        raise ValueError("not what was written")
    return told


def _hash(told: Mapping[str, Any]) -> str:
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
