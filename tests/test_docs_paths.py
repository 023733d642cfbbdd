"""The page on paths says nothing that does not work; the benchmarks on paths say when they cannot run."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "paths.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_the_code_runs_from_top_to_bottom_and_its_comments_are_true(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in BLOCKS:
        exec(block, names)
        printed = capsys.readouterr().out
        for told in re.findall(r"^print\(.*?\)  # (\(.*?\))(?:$|:)", block, flags=re.MULTILINE):
            assert told in printed
    assert names["trip"].proven
    assert len(BLOCKS) == 7


def test_every_path_that_is_named_is_there():
    for path in re.findall(r"(?:examples|benchmarks|docs)/[\w/]+\.(?:py|md)", PAGE):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", ["speed/paths", "quality/straight_vs_walked"])
def test_without_the_data_a_benchmark_says_so(name, monkeypatch, capsys, tmp_path):
    """It neither fails nor passes for a measurement."""
    monkeypatch.setenv("PHANCONG_DATA", str(tmp_path))
    runpy.run_path(str(ROOT / "benchmarks" / f"{name}.py"), run_name="__main__")
    printed = capsys.readouterr().out
    assert printed.startswith("skipped: ")
    assert "PHANCONG_DATA" in printed


def test_the_table_of_files_names_every_ending_and_its_limit():
    """What read_paths takes is what the page says, with the sizes of the code."""
    from phancong.tables.csv_files import MOST_BYTES
    from phancong.travel.layers import LAYERED
    from phancong.travel.paths.graphml import MOST_BYTES as MOST_GRAPHML

    rows = re.findall(r"^\| (`\..+?) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    endings = [ending for cell, _ in rows for ending in re.findall(r"`(\.\w+)`", cell)]
    assert endings == [".geojson", ".json", *LAYERED, ".csv", ".graphml"]
    sizes = [int(size) * 1_000_000 for _, said in rows for size in re.findall(r"(\d+) MB", said)]
    assert sizes == [*[MOST_BYTES] * 4, MOST_GRAPHML]
