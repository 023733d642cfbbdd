"""The manifest: the input of an output folder, and its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from phancong.batch.sealed import sealed, unsealed
from phancong.errors import InvalidArgumentError
from phancong.tables.replacing import write_files
from phancong.words import Message

#: The name of the manifest in the output folder.
MANIFEST: Final = "manifest.json"
_FORMAT: Final = "phancong batch 3"

RUNNING: Final = "running"
STOPPED: Final = "stopped"
COMPLETE: Final = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The input of a run, and its status.

    Parameters
    ----------
    status
        ``"running"`` (or killed), ``"stopped"``, or ``"complete"``: each commune has a plan or a
        failure.
    options
        The options for every commune.
    versions
        The packages that influence pairs.
    inputs
        File → SHA-256.
    counts
        The numbers of communes, in all, planned, failed and relaxed, and of households.
    """

    status: str
    options: Mapping[str, str]
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    counts: Mapping[str, int] = field(default_factory=dict)

    def write(self, target: Path) -> None:
        """Write the manifest to the folder.

        Raises
        ------
        NotWrittenError
            It cannot be written.
        """
        write_files([(target / MANIFEST, sealed({"format": _FORMAT, **asdict(self)}, indent=1))])

    def refuse_other(self, before: Manifest) -> None:
        """Check that a run continues with the options and versions of the earlier run.

        Raises
        ------
        InvalidArgumentError
            Options or versions differ; the message names all differences.
        """
        changed = [
            Message("{name} was {before}, and is {now}", name=name, before=was or "–", now=now)
            for mine, theirs in ((self.options, before.options), (self.versions, before.versions))
            for name, now in mine.items()
            if (was := theirs.get(name, "")) != now
        ]
        if changed:
            raise InvalidArgumentError(
                Message(
                    "the folder holds plans made with other options or versions: {changed}; give "
                    "another folder, or begin anew with resume=False (--fresh)",
                    changed=Message.joined(changed),
                )
            )


def read_manifest(target: Path) -> Manifest | None:
    """The manifest of a folder; None if there is none.

    Raises
    ------
    InvalidArgumentError
        The file is no manifest of this library, or is damaged.
    """
    try:
        record = unsealed((target / MANIFEST).read_bytes())
        if record.pop("format") == _FORMAT:
            return Manifest(**record)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        pass
    raise InvalidArgumentError(
        Message(
            "{file} is not a manifest of a batch; give another folder", file=str(target / MANIFEST)
        )
    )
