"""What a lane takes, and what is said where data are missing."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from lanes import LANES, VARIABLE, by_lane, chunks, examples, takes
from shared import data, shared

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("lane", "number"), [("quick", 2), ("full", 3), ("night", 5)])
def test_a_lane_draws_as_much_as_is_stated_for_it(lane, number, monkeypatch):
    """Each holds the ones before it."""
    monkeypatch.setenv(VARIABLE, lane)
    parts = chunks(quick=2, full=3, night=5, size=2)
    assert [seed for part in parts for seed in part] == list(range(number))
    assert max(map(len, parts)) == 2
    assert by_lane(quick=2, full=3) == min(number, 3)
    assert examples(400) == (50 if lane == "quick" else 400)
    assert [name for name in LANES if takes(name)] == list(LANES[: LANES.index(lane) + 1])


@pytest.mark.parametrize("missing", [shared, data])
def test_who_asks_for_missing_data_is_skipped_with_a_word(missing, monkeypatch, tmp_path):
    """Which variable to set, and where they come from."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PHANCONG_DATA", raising=False)
    monkeypatch.setenv("PHANCONG_SHARED", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"OpenStreetMap.*let PHANCONG_SHARED name"):
        missing("places", "planken")
    monkeypatch.setenv("PHANCONG_DATA", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match=r"OR-Library.*let PHANCONG_DATA name"):
        data("gap")


def test_data_that_ci_has_to_have_are_not_skipped(monkeypatch, tmp_path):
    """There a missing folder is a failure; what is there is a path."""
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("PHANCONG_SHARED", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="let PHANCONG_SHARED name the folder"):
        shared("cases/exact")
    (tmp_path / "cases").mkdir()
    assert shared("cases") == tmp_path / "cases"


def test_ci_runs_the_full_lane_with_coverage_and_the_night_the_rest():
    """And every lane is named where contributors look."""
    runs = {name: (ROOT / ".ci" / name).read_text(encoding="utf-8") for name in ("run", "nightly")}
    assert re.search(r"pytest --lane full --cov=phancong --cov-branch", runs["run"])
    assert "pytest --lane night" in runs["nightly"]
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(f"| {name} | `python -m pytest" in guide for name in LANES)


class Item:
    """What the selection looks at of a test."""

    def __init__(self, *marks):
        self.marks = marks

    def get_closest_marker(self, name):
        return name in self.marks


@pytest.mark.parametrize(("lane", "kept"), [("quick", 1), ("full", 2), ("night", 3)])
def test_what_is_marked_for_a_later_lane_is_left_out_and_counted(lane, kept, monkeypatch, request):
    """As pytest counts what is not selected."""
    monkeypatch.setenv(VARIABLE, lane)
    conftest = request.config.pluginmanager.getplugin(str(ROOT / "tests" / "conftest.py"))
    told = []
    hook = SimpleNamespace(pytest_deselected=lambda items: told.extend(items))
    every = [Item(), Item("full"), Item("night")]
    left = list(every)
    conftest.pytest_collection_modifyitems(SimpleNamespace(hook=hook), left)
    assert left == every[:kept]
    assert told == every[kept:]
