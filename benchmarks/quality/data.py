"""Where the data stand that nobody of this project wrote."""

from __future__ import annotations

import csv
import os
from pathlib import Path

DEFAULT = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


def data(*parts: str) -> Path:
    """A path in the folder that ``PHANCONG_DATA`` names, by default beside the repository."""
    return Path(os.environ.get("PHANCONG_DATA") or DEFAULT).joinpath(*parts)


def missing(*parts: str) -> str | None:
    """What to say where the data are not there, None where they are."""
    if data(*parts).exists():
        return None
    return f"no {'/'.join(parts)}; let PHANCONG_DATA name the data folder"


def rows(*parts: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with data(*parts).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
