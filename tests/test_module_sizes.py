"""Modules stay short enough to be read in one go."""

from pathlib import Path

import phancong

#: Where a module is longer, it is two things and is parted at their seam.
LONGEST = 500


def too_long(folder):
    """``{module: lines}`` of the modules below *folder* that are too long."""
    lines = {
        path.relative_to(folder).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in folder.rglob("*.py")
    }
    return {name: count for name, count in lines.items() if count > LONGEST}


def test_no_module_is_too_long():
    assert too_long(Path(phancong.__file__).parent) == {}


def test_a_module_of_one_line_more_is_named(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "short.py").write_text("a = 1\n" * LONGEST, encoding="utf-8")
    (tmp_path / "room" / "long.py").write_text("a = 1\n" * (LONGEST + 1), encoding="utf-8")
    assert too_long(tmp_path) == {"room/long.py": LONGEST + 1}
