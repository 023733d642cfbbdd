"""Files that are whole at any moment: written beside their places, moved there once all are complete.

Killed at any moment, on a full disk or where a file is open elsewhere, each file is the old one or the
new one. What a killed run leaves behind is removed by the next one that writes to the same folder.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from phancong.errors import NotWrittenError
from phancong.words import Message

#: Locks of Unix; Windows has none, and removes no file that is open anyway.
fcntl: Final = import_module("fcntl") if find_spec("fcntl") else None

#: What is not complete yet is called; nobody's name is in it, and no program opens it.
_BESIDE: Final = re.compile(r"\.phancong-[0-9a-f]{16}\.tmp")
#: What a disk says that keeps files without being asked to.
_NO_SYNC: Final = frozenset((errno.EINVAL, errno.ENOSYS, errno.ENOTSUP))


def write_files(contents: Iterable[tuple[str | Path, bytes]]) -> None:
    """Write files so that each is whole at any moment, and all are complete before one is replaced.

    A link is followed and stays a link; what is there keeps its permissions.

    Parameters
    ----------
    contents
        Paths and contents; they take their places in this order.

    Raises
    ------
    NotWrittenError
        A file could not be written; which ones had been is said.
    """
    drafts: list[_Draft] = []
    written: list[str] = []
    try:
        for path, content in contents:
            with naming_the_file(path):
                drafts.append(_Draft(Path(path), content))
                drafts[-1].fill()
        for draft in drafts:
            with naming_the_file(draft.path, written):
                draft.take_place()
            written.append(str(draft.path))
    finally:
        for draft in drafts:
            draft.drop()


def refuse_unwritable(paths: Iterable[str | Path]) -> None:
    """See that files can be written before the work is done that fills them.

    Raises
    ------
    NotWrittenError
        One cannot.
    """
    for path in paths:
        with naming_the_file(path):
            _Draft(Path(path), b"").drop()


def make_folder(path: str | Path) -> None:
    """Make a folder and those above it, unless it is there.

    Raises
    ------
    NotWrittenError
        It cannot be made.
    """
    with naming_the_file(path, mends=_OF_FOLDERS):
        _refuse_no_name(path)
        Path(path).mkdir(parents=True, exist_ok=True)


class _Draft:
    """The new content of a file, beside its place until it is moved there.

    Parameters
    ----------
    path
        The file as it is called.
    content
        What it will hold.

    Raises
    ------
    OSError
        Nothing can be written there.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._content = content
        self._handle: int | None = None
        _refuse_no_name(path)
        found = _found(path)
        #: Devices and pipes have no place to be moved to.
        self._straight = found is not None and not stat.S_ISREG(found.st_mode)
        if self._straight:
            return
        self._target = Path(os.path.realpath(path))
        sweep(self._target.parent)
        self._beside, self._handle = _open_beside(self._target.parent, private=found is not None)
        if found is not None:
            with suppress(OSError, AttributeError):  # who owns it may be for others to say
                os.chown(self._beside, found.st_uid, found.st_gid)
            with suppress(OSError):
                self._beside.chmod(stat.S_IMODE(found.st_mode))

    def fill(self) -> None:
        """Write the content down to the disk."""
        if self._handle is None:
            return
        rest = memoryview(self._content)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        _sync(self._handle)

    def take_place(self) -> None:
        """Put the new content where it belongs."""
        if self._straight:
            self.path.write_bytes(self._content)
            return
        if fcntl is None:
            self._close()  # Windows moves no file that is open
        self._beside.replace(self._target)
        self._close()
        with suppress(OSError):  # no system but those of Unix opens a folder
            folder = os.open(self._target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def drop(self) -> None:
        """Remove what has not taken its place."""
        if self._handle is not None:
            self._close()
            with suppress(OSError):
                self._beside.unlink()

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _refuse_no_name(path: str | Path) -> None:
    """Refuse a NUL, or half a letter, as the system refuses other names."""
    try:
        named = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        named = False
    if not named:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _found(path: Path) -> os.stat_result | None:
    """The file that may be replaced, None if there is none.

    Raises
    ------
    OSError
        It may not be replaced.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISREG(found.st_mode):
        # Who protected it does not want it replaced; Windows says here that it is open elsewhere.
        path.open("r+b").close()
    return found


def _open_beside(folder: Path, *, private: bool) -> tuple[Path, int]:
    """A new file of *folder* that this process holds; *private* until its permissions are set."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f".phancong-{secrets.token_hex(8)}.tmp"
        handle = os.open(path, flags, 0o600 if private else 0o666)
        if fcntl is not None:
            with suppress(OSError):  # a disk without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        if path.exists():  # another run may have taken it for left over before it was held
            return path, handle
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what killed runs left in *folder*; what a run still holds stays."""
    with suppress(OSError):
        for path in folder.iterdir():
            if _BESIDE.fullmatch(path.name):
                _remove_left(path)


def _remove_left(path: Path) -> None:
    with suppress(OSError):
        if fcntl is None:
            path.unlink()
            return
        handle = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(handle)


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


# --- what is said where it does not work

_OTHER_FOLDER: Final[str] = Message("write to another folder")
_MAKE_ROOM: Final = (
    Message("finds no room left on the disk"),
    Message("make room, or write to another disk"),
)
_HELD: Final = (
    Message("may not be written, or is open in another program"),
    Message("close it there (in Excel, for example), or write to another folder"),
)

_Mends = Mapping[int, tuple[str, str]]
#: For each error of the system what is wrong, and how to mend it.
_OF_FILES: Final[_Mends] = {
    errno.EISDIR: (Message("is a folder"), Message("give the name of a file")),
    errno.ENOTDIR: (Message("lies in something that is not a folder"), _OTHER_FOLDER),
    errno.ENOENT: (
        Message("lies in a folder that does not exist"),
        Message("create the folder, or correct the path"),
    ),
    errno.EACCES: _HELD,
    errno.EPERM: _HELD,
    errno.EBUSY: _HELD,
    errno.EROFS: (Message("is on a disk that cannot be written to"), _OTHER_FOLDER),
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EFBIG: _MAKE_ROOM,
    errno.ENAMETOOLONG: (Message("has too long a name"), Message("give a shorter one")),
    errno.ELOOP: (Message("is a link that leads back to itself"), Message("correct the link")),
    errno.EINVAL: (Message("is not a valid file name here"), Message("correct the path")),
}
_OF_FOLDERS: Final[_Mends] = {
    **_OF_FILES,
    errno.EEXIST: (Message("is a file, not a folder"), _OTHER_FOLDER),
    errno.EACCES: (Message("may not be created"), _OTHER_FOLDER),
    errno.EPERM: (Message("may not be created"), _OTHER_FOLDER),
}


@contextmanager
def naming_the_file(
    path: str | Path, written: Sequence[str] = (), mends: _Mends = _OF_FILES
) -> Iterator[None]:
    """Say of an error of the system which file it is about, how to mend it, and what was written.

    Parameters
    ----------
    path
        The file.
    written
        The files that were written before it.
    mends
        What is wrong and how to mend it, by the number of the error.

    Raises
    ------
    NotWrittenError
        There was an error.
    """
    try:
        yield
    except OSError as error:
        why = Message("cannot be written ({why})", why=error.strerror or type(error).__name__)
        other = why, Message("try again, or write to another folder")
        what, mend = mends.get(error.errno or 0, other)
        said = (
            Message("Written before: {files}.", files=", ".join(written))
            if written
            else Message("Nothing was written.")
        )
        refused = Message("{file} {what}; {mend}", file=str(path), what=what, mend=mend)
        told = Message("{why}. {said}", why=refused, said=said)
        raise NotWrittenError(told, str(path), error.errno, written, refused) from None
