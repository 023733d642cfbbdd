"""Files are whole at any moment: old or new, whatever kills, fills or refuses (contract 6.10)."""

import errno
import os
import pickle
import stat
import sys
from pathlib import Path

import pytest

from phancong import InvalidProblemError, NotWrittenError, PhancongError, read
from phancong.tables import replacing
from phancong.tables.replacing import (
    filled_folder,
    make_folder,
    refuse_unwritable,
    sweep,
    write_files,
)
from phancong.words import page, words

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="permissions and links of Unix")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_are_written_and_replaced(tmp_path):
    """New ones are made, old ones replaced, and nothing else is left."""
    (tmp_path / "b").write_bytes(b"old")
    write_files([(tmp_path / "a", b"1"), (str(tmp_path / "b"), b"2" * 100_000)])
    assert (tmp_path / "a").read_bytes() == b"1"
    assert (tmp_path / "b").read_bytes() == b"2" * 100_000
    assert names(tmp_path) == ["a", "b"]


def test_none_is_replaced_before_all_are_complete(tmp_path):
    """The second cannot be written: the first is as it was."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(
        NotWrittenError, match=r"b is a folder; give the name .* Nothing was written"
    ):
        write_files([(tmp_path / "a", b"new"), (tmp_path / "b", b"new")])
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a", "b"]


def test_what_is_not_complete_has_no_name_of_anybody(tmp_path, monkeypatch):
    """No household and no ending of the target stand in the name of what lies beside it."""
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.extend(names(tmp_path)))
    write_files([(tmp_path / "Lò Thị Én.xlsx", b"x")])
    beside = [name for name in seen if not name.endswith(".xlsx")]
    assert beside
    assert all("Lò" not in name and name.endswith(".tmp") for name in beside)


def test_a_file_that_cannot_be_moved_leaves_the_others_told(tmp_path, monkeypatch):
    """As on Windows, where a spreadsheet has it open: what was written before is said."""
    replace = replacing.Path.replace

    def held(self, target):
        if target.name == "b":
            raise PermissionError(errno.EACCES, "held")
        return replace(self, target)

    monkeypatch.setattr(replacing.Path, "replace", held)
    with pytest.raises(
        NotWrittenError, match=r"b may not be written, or is open in another"
    ) as told:
        write_files([(tmp_path / name, b"x") for name in "abc"])
    assert told.value.written == (str(tmp_path / "a"),)
    assert str(told.value).endswith(f"Written before: {tmp_path / 'a'}.")
    assert names(tmp_path) == ["a"]


def test_an_error_is_one_of_the_system_too(tmp_path):
    """With its number and its file; it survives a process pool, and is told in Vietnamese."""
    with pytest.raises(OSError, match="lies in a folder that does not exist") as told:
        write_files([(tmp_path / "no" / "f", b"")])
    error = told.value
    assert isinstance(error, PhancongError)
    assert (error.errno, error.filename) == (errno.ENOENT, str(tmp_path / "no" / "f"))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.errno, again.filename) == (str(error), error.errno, error.filename)
    told_again = " ".join(page(again, words("vi")).text().split())  # a long path breaks the line
    assert "nằm trong một thư mục chưa có" in told_again
    assert str(error) == f"{again.why}. Nothing was written."
    assert NotWrittenError("no", "f").why == "no"


@UNIX
@pytest.mark.parametrize(
    ("make", "name", "says"),
    [
        (
            lambda folder: (folder / "f").write_bytes(b""),
            "f/g",
            "lies in something that is not a folder",
        ),
        (lambda folder: (folder / "f").symlink_to("f"), "f", "is a link that leads back to itself"),
        (lambda _: None, "x" * 300, "has too long a name"),
        (lambda _: None, "a\0b", "is not a valid file name here"),
        (lambda _: None, "a\ud800b", "is not a valid file name here"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path, make, name, says):
    """Each with what is wrong and how to mend it."""
    make(tmp_path)
    with pytest.raises(NotWrittenError, match=says):
        write_files([(f"{tmp_path}/{name}", b"x")])


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "does not fit on the disk; make room"),
        (errno.EROFS, "is on a disk that cannot be written to"),
        (errno.EIO, r"cannot be written \(broken\); try again"),
    ],
)
def test_what_a_disk_refuses_is_told(tmp_path, monkeypatch, number, says):
    """Also where it comes as late as the content reaches it; what was there is as it was."""
    (tmp_path / "f").write_bytes(b"old")

    def broken(_):
        raise OSError(number, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(NotWrittenError, match=says):
        write_files([(tmp_path / "f", b"new")])
    assert (tmp_path / "f").read_bytes() == b"old"
    assert names(tmp_path) == ["f"]


def test_a_disk_that_keeps_files_unasked_will_do(tmp_path, monkeypatch):
    """Some that are far away know no way to be asked."""

    def unknown(_):
        raise OSError(errno.EINVAL, "unknown")

    monkeypatch.setattr(os, "fsync", unknown)
    write_files([(tmp_path / "f", b"x")])
    assert (tmp_path / "f").read_bytes() == b"x"


@UNIX
def test_links_are_followed_and_permissions_stay(tmp_path):
    """Also to a file that does not exist yet."""
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "f"
    (tmp_path / "link").symlink_to(target)
    write_files([(tmp_path / "link", b"1")])
    target.chmod(0o640)
    write_files([(tmp_path / "link", b"2")])
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"2"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(tmp_path / "far") == ["f"]


@UNIX
def test_what_may_not_be_written_stays(tmp_path, monkeypatch):
    """Somebody protected it: that the folder lets it be replaced says nothing."""
    (tmp_path / "f").write_bytes(b"old")
    opened = replacing.Path.open

    def refused(self, mode="r"):
        if mode == "r+b":
            raise PermissionError(errno.EACCES, "refused")
        return opened(self, mode)

    monkeypatch.setattr(replacing.Path, "open", refused)
    with pytest.raises(NotWrittenError, match="may not be written, or is open in another program"):
        write_files([(tmp_path / "f", b"new")])
    monkeypatch.undo()
    assert (tmp_path / "f").read_bytes() == b"old"


@UNIX
def test_devices_are_written_straight(tmp_path):
    """They have no place that something could be moved to."""
    write_files([("/dev/null", b"x")])
    assert Path("/dev/null").exists()
    if Path("/dev/full").exists():
        with pytest.raises(NotWrittenError, match="does not fit"):
            write_files([(tmp_path / "a", b"x"), ("/dev/full", b"x")])
        assert names(tmp_path) == ["a"]


def test_writing_is_tried_before_the_work(tmp_path):
    """Nothing is left of it, and nothing replaced."""
    (tmp_path / "f").write_bytes(b"old")
    refuse_unwritable([tmp_path / "f", tmp_path / "g"])
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == b"old"
    with pytest.raises(NotWrittenError, match="is a folder"):
        refuse_unwritable([tmp_path])


def test_folders_are_made(tmp_path):
    """With those above; a file in the way is told."""
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(NotWrittenError, match="is a file, not a folder; write to another folder"):
        make_folder(tmp_path / "f")
    with pytest.raises(NotWrittenError, match="lies in something that is not a folder"):
        make_folder(tmp_path / "f" / "g")
    with pytest.raises(NotWrittenError, match="is not a valid file name here"):
        make_folder("a\0b")


def test_a_folder_that_is_not_filled_is_gone_again(tmp_path):
    """With those above it that were made for it, even where it could not be made itself."""
    (tmp_path / "old").mkdir()
    for name in ("b", "b" * 300):
        made = filled_folder(tmp_path / "old" / "a" / name)
        with pytest.raises(NotWrittenError, match=r"folder|too long"), made:
            write_files([(tmp_path / "nowhere" / "f", b"")])
        assert not any((tmp_path / "old").iterdir())


# --- what killed runs leave

LEFT = ".phancong-0123456789abcdef.tmp"


def test_what_a_killed_run_left_is_removed(tmp_path):
    """By the next that writes to the folder; nothing else is touched."""
    others = [".phancong-x.tmp", "phancong-0123456789abcdef.tmp", LEFT + "x"]
    for name in (LEFT, *others):
        (tmp_path / name).write_bytes(b"")
    write_files([(tmp_path / "f", b"x")])
    assert names(tmp_path) == sorted(["f", *others])


@UNIX
def test_what_a_run_still_holds_stays(tmp_path, monkeypatch):
    """Two runs that write to one folder do not take each other's work for left over."""
    seen = []

    def another(_):
        sweep(tmp_path)
        seen.extend(names(tmp_path))

    monkeypatch.setattr(os, "fsync", another)
    write_files([(tmp_path / "f", b"x")])
    assert len(seen[0]) == len(LEFT)  # what is written stands beside until it is whole
    assert names(tmp_path) == ["f"]
    (tmp_path / seen[0]).write_bytes(b"")  # nobody holds it any more
    sweep(tmp_path)
    assert names(tmp_path) == ["f"]


@UNIX
def test_what_was_swept_before_it_was_held_is_made_anew(tmp_path, monkeypatch):
    """Between making and holding another run may have come along."""
    import fcntl

    flock, met = fcntl.flock, []

    def late(handle, how):
        if not met:
            met.append(names(tmp_path))
            (tmp_path / met[0][0]).unlink()
        return flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", late)
    write_files([(tmp_path / "f", b"x")])
    assert [len(found) for found in met] == [1]
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == b"x"


def test_without_locks_files_are_written_all_the_same(tmp_path, monkeypatch):
    """As on Windows, which removes no file that is open."""
    monkeypatch.setattr(replacing, "fcntl", None)
    (tmp_path / LEFT).write_bytes(b"")
    write_files([(tmp_path / "f", b"x")])
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == b"x"


def test_a_message_can_be_printed_whatever_the_name_of_the_file(tmp_path):
    """Half a letter stands in names that another encoding has left on a disk; no stream takes it."""
    path = tmp_path / "no" / "a\udcff.csv"
    with pytest.raises(NotWrittenError, match="a folder that does not exist") as told:
        write_files([(path, b"")])
    with pytest.raises(InvalidProblemError, match="does not exist") as refused:
        read(path)
    assert all(r"a\udcff.csv" in str(found.value) for found in (told, refused))
