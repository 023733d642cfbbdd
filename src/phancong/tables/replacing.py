"""Atomic replacement of files: written to temporary files, moved when all are complete.

If the process is killed, the disk is full or a file is locked, each file has either its old or its new
content. The next run that writes to the same folder removes leftover temporary files.
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

from phancong.errors import InvalidArgumentError, NotWrittenError
from phancong.words import Message

#: Locks of Unix. Windows has none, and does not remove open files.
fcntl: Final = import_module("fcntl") if find_spec("fcntl") else None

#: The names of temporary files: they hold no personal data, and no program opens them.
_BESIDE: Final = re.compile(r"\.phancong-[0-9a-f]{16}\.tmp")
#: Errors of file systems that do not support fsync.
_NO_SYNC: Final = frozenset((errno.EINVAL, errno.ENOSYS, errno.ENOTSUP))


def write_files(contents: Iterable[tuple[str | Path, bytes]]) -> None:
    """Write files atomically: all new contents are complete before the first file is replaced.

    A symbolic link stays a link, and its target is replaced. Existing files keep their permissions.

    Parameters
    ----------
    contents
        Paths and contents; the files are replaced in this order.

    Raises
    ------
    NotWrittenError
        A file could not be written; the error lists the files that were.
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


def require_ending(path: str | Path, ending: str) -> None:
    """Check that the name of a file ends as its format does; other programs go by the ending.

    Raises
    ------
    InvalidArgumentError
        It ends otherwise.
    """
    if Path(path).suffix.lower() != ending:
        raise InvalidArgumentError(
            Message(
                "{file}: programs open a file of this kind only if its name ends with {ending}; "
                "give such a path",
                file=Path(path).name,
                ending=ending,
            )
        )


def refuse_unwritable(paths: Iterable[str | Path]) -> None:
    """Check that files can be written, before the work that produces their content.

    Raises
    ------
    NotWrittenError
        A file cannot be written.
    """
    for path in paths:
        with naming_the_file(path):
            _Draft(Path(path), b"").drop()


def make_folder(path: str | Path) -> None:
    """Make a folder and its parents, unless they exist.

    Raises
    ------
    NotWrittenError
        It cannot be made.
    """
    with naming_the_file(path, mends=_OF_FOLDERS):
        _refuse_no_name(path)
        Path(path).mkdir(parents=True, exist_ok=True)


@contextmanager
def filled_folder(path: Path) -> Iterator[None]:
    """A folder that is filled in this context; made with its parents, and gone again where that fails.

    Folders that were there, or hold anything, stay.

    Raises
    ------
    NotWrittenError
        It cannot be made.
    """
    new = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        make_folder(path)
        yield
    except BaseException:
        for folder in new:
            with suppress(OSError):  # not made, or it holds something
                folder.rmdir()
        raise


class _Draft:
    """The new content of a file, in a temporary file in the same folder.

    Parameters
    ----------
    path
        The path of the file.
    content
        Its new content.

    Raises
    ------
    OSError
        The folder cannot be written to.
    """

    def __init__(self, path: Path, content: bytes) -> None:
        self.path = path
        self._content = content
        self._handle: int | None = None
        _refuse_no_name(path)
        found = _found(path)
        #: Devices and pipes are written directly.
        self._straight = found is not None and not stat.S_ISREG(found.st_mode)
        if self._straight:
            return
        self._target = Path(os.path.realpath(path))
        sweep(self._target.parent)
        self._beside, self._handle = _open_beside(self._target.parent, private=found is not None)
        if found is not None:
            with suppress(OSError, AttributeError):  # changing the owner may need other rights
                os.chown(self._beside, found.st_uid, found.st_gid)
            with suppress(OSError):
                self._beside.chmod(stat.S_IMODE(found.st_mode))

    def fill(self) -> None:
        """Write the content to the disk."""
        if self._handle is None:
            return
        rest = memoryview(self._content)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        _sync(self._handle)

    def take_place(self) -> None:
        """Replace the file by the new content."""
        if self._straight:
            self.path.write_bytes(self._content)
            return
        if fcntl is None:
            self._close()  # Windows does not move open files
        self._beside.replace(self._target)
        self._close()
        with suppress(OSError):  # only Unix can open folders
            folder = os.open(self._target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def drop(self) -> None:
        """Remove the temporary file if it did not replace the file."""
        if self._handle is not None:
            self._close()
            with suppress(OSError):
                self._beside.unlink()

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _refuse_no_name(path: str | Path) -> None:
    """Refuse NUL and lone surrogates in a path, with an error as for other invalid names."""
    try:
        named = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        named = False
    if not named:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def _found(path: Path) -> os.stat_result | None:
    """The status of the file to be replaced, None if there is none.

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
        # Fails if the file is write-protected, or, on Windows, if another program has it open.
        path.open("r+b").close()
    return found


def _open_beside(folder: Path, *, private: bool) -> tuple[Path, int]:
    """A new locked file in *folder*; *private* until its permissions are set."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f".phancong-{secrets.token_hex(8)}.tmp"
        handle = os.open(path, flags, 0o600 if private else 0o666)
        if fcntl is not None:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        if path.exists():  # another run may have removed it as a leftover before it was locked
            return path, handle
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove leftover temporary files in *folder*, except those that a running process has locked."""
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


# --- error messages

_OTHER_FOLDER: Final[str] = Message("write to another folder")
_MAKE_ROOM: Final = (
    Message("does not fit on the disk"),
    Message("make room, or write to another disk"),
)
_HELD: Final = (
    Message("may not be written, or is open in another program"),
    Message("close it there (in Excel, for example), or write to another folder"),
)

_Mends = Mapping[int, tuple[str, str]]
#: For each error number the message and the mend.
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
    """Turn an error of the system into one that names the file, the mend, and the files written before.

    Parameters
    ----------
    path
        The file.
    written
        The files that were written before it.
    mends
        Message and mend by error number.

    Raises
    ------
    NotWrittenError
        The system raised an error.
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
        message = Message("{why}. {said}", why=refused, said=said)
        raise NotWrittenError(message, str(path), error.errno, written, refused) from None
