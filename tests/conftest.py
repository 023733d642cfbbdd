"""Settings of all tests: which lane a run takes, and how hard hypothesis looks in it."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings
from lanes import DEFAULT, LANES, VARIABLE, takes

# A run says the same about the same code; at night hypothesis draws anew and keeps looking.
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=25, database=None)
settings.register_profile("full", derandomize=True, deadline=None, database=None)
settings.register_profile("night", deadline=None)


def pytest_addoption(parser):
    parser.addoption(
        "--lane",
        choices=LANES,
        default=os.environ.get(VARIABLE) or DEFAULT,
        help=f"which tests are run, and on how many random problems; or set {VARIABLE}",
    )


def pytest_configure(config):
    # Who starts the tests in the background of a shell has them ignore Ctrl-C, which some of them send.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ[VARIABLE] = config.getoption("lane")  # for lanes.py, and for worker processes
    if "PHANCONG_DATA" not in os.environ and "PHANCONG_SHARED" in os.environ:
        os.environ["PHANCONG_DATA"] = str(Path(os.environ["PHANCONG_SHARED"]) / "data")
    settings.load_profile(config.getoption("lane"))
    config.addinivalue_line("markers", "full: takes long; run in the lanes full and night")
    config.addinivalue_line("markers", "night: takes very long; run in the lane night only")


def pytest_collection_modifyitems(config, items):
    """Leave out what belongs to a later lane, and say how much that was."""
    later = [name for name in LANES if not takes(name)]
    kept, left_out = [], []
    for item in items:
        marked = any(item.get_closest_marker(name) for name in later)
        (left_out if marked else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture
def english(monkeypatch):
    """The command line in English, whatever the machine speaks."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


@pytest.hookimpl(trylast=True)
def pytest_report_header(config):
    return f"lane: {config.getoption('lane')}"
