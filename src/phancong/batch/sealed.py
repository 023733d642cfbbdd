"""JSON with a SHA-256 of its content, which reveals any changed byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

_SEAL: Final = "sha256"


def sealed(record: Mapping[str, Any], indent: int | None = None) -> bytes:
    """An object as JSON, with a hash of all its members.

    Parameters
    ----------
    record
        The object.
    indent
        The indentation, for files that people read.
    """
    return json.dumps({**record, _SEAL: _hash(record)}, indent=indent, ensure_ascii=False).encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """The object, after checking its hash.

    Raises
    ------
    ValueError
        It is not JSON, not an object, or was changed.
    """
    record = json.loads(content)
    if not isinstance(record, dict) or record.pop(_SEAL, None) != _hash(record):
        raise ValueError("not what was written")
    return record


def _hash(record: Mapping[str, Any]) -> str:
    return sha256(json.dumps(record, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
