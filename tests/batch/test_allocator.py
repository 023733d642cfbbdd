"""A worker that is told to give memory back keeps it while it plans."""

import pytest

from phancong.batch import allocator
from phancong.batch.allocator import memory_kept


class Library:
    """Notes what is asked of it."""

    def __init__(self):
        self.asked = []

    def mallopt(self, what, value):
        self.asked.append((what, value))

    def malloc_trim(self, left):
        self.asked.append(("trim", left))


@pytest.fixture
def linux(monkeypatch):
    """The system is Linux."""
    monkeypatch.setattr(allocator.sys, "platform", "linux")


@pytest.mark.usefixtures("linux")
def test_what_a_scheduler_has_set_is_set_again_at_the_end(monkeypatch):
    """Larger thresholds meanwhile; then those that were set, and what is free is given back."""
    monkeypatch.setenv(allocator.SETTING, "65536")
    library = Library()
    with memory_kept(library):
        assert library.asked == [(-1, 64 * 2**20), (-3, 32 * 2**20)]
    assert library.asked[2:] == [(-1, 65536), (-3, 128 * 2**10), ("trim", 0)]


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize("told", [None, "", "soon"])
def test_nothing_is_changed_where_nothing_is_set(told, monkeypatch):
    """No setting, or one that is no number."""
    if told is None:
        monkeypatch.delenv(allocator.SETTING, raising=False)
    else:
        monkeypatch.setenv(allocator.SETTING, told)
    library = Library()
    with memory_kept(library):
        pass
    assert not library.asked


@pytest.mark.usefixtures("linux")
def test_another_library_is_left_alone(monkeypatch):
    """One without these functions."""
    monkeypatch.setenv(allocator.SETTING, "65536")
    with memory_kept(object()):
        pass


@pytest.mark.usefixtures("linux")
def test_the_library_of_this_process_is_found(monkeypatch):
    """None asks for it."""
    library = Library()
    monkeypatch.setenv(allocator.SETTING, "65536")
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda name: library)
    with memory_kept():
        pass
    assert len(library.asked) == 5
