"""JSON with a SHA-256 of its content, which reveals any changed byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

_SEAL: Final = "sha256"


def sealed(told: Mapping[str, Any], indent: int | None = None) -> bytes:
    """An object as JSON, with a hash of all its members.

    Parameters
    ----------
    told
        The object.
    indent
        The indentation, for files that people read.
    """
    return json.dumps({**told, _SEAL: _hash(told)}, indent=indent, ensure_ascii=False).encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """The object, after checking its hash.

    Raises
    ------
    ValueError
        It is not JSON, not an object, or was changed.
    """
    told = json.loads(content)
    if not isinstance(told, dict) or told.pop(_SEAL, None) != _hash(told):
        raise ValueError("not what was written")
    return told


def _hash(told: Mapping[str, Any]) -> str:
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
