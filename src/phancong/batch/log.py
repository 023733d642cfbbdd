"""The log of a batch: one JSON object a line, with ids and figures but no names."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from phancong.tables.replacing import naming_the_file

#: The name of the log in the output folder.
LOG: Final = "log.jsonl"


class Log:
    """Appends lines to the log.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    NotWrittenError
        The file cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        with naming_the_file(path):
            self._file = self._path.open("a", encoding="utf-8")

    def write(self, event: str, **figures: Any) -> None:
        """Append a line.

        Raises
        ------
        NotWrittenError
            The line cannot be written.
        """
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        with naming_the_file(self._path):
            self._file.write(json.dumps({"at": at, "event": event, **figures}) + "\n")
            self._file.flush()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # each line is written already, or has raised an error
            self._file.close()
