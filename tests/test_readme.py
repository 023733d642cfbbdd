"""The README says nothing that does not work."""

import re
from pathlib import Path

import pytest

from phancong import Status
from phancong.engines.registry import ENGINES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: The texts that list all engines.
LISTS = {
    page: (ROOT / page).read_text(encoding="utf-8")
    for page in ("docs/overview.md", "docs/contract.md", "src/phancong/solving.py")
}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def test_the_first_block_holds_the_two_commands_that_ci_runs():
    """The first sets up and runs the main job, the second sets up and runs the tests."""
    main_job, tests = blocks("sh")[0].splitlines()
    assert main_job.endswith("examples/tien_toc.py")
    assert tests.endswith("-m pytest")


def test_the_python_code_runs_and_its_comments_are_true(tmp_path, monkeypatch, capsys):
    """The plan is optimal, m2 has h3, and the file is written; twelve lines, beside the picture."""
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(blocks("python")[0], names)
    assert names["plan"].status is Status.OPTIMAL
    assert capsys.readouterr().out.endswith("\noptimal m2\n")
    lines = blocks("python")[0].splitlines()
    assert sum(map(bool, lines)) <= 12
    assert max(map(len, lines)) <= 60
    assert (tmp_path / "plan.csv").read_text(encoding="utf-8").count("\n") == 5


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_is_named(engine, page):
    """Who reads the overview, the contract or the reference of `solve` knows all engines."""
    assert f'"{engine}"' in LISTS[page]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/overview.md"])
def test_every_path_that_is_named_is_there(page):
    """Links and example scripts lead somewhere."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for path in re.findall(r"(?:examples|benchmarks|docs|tests)/[\w/]+\.(?:py|md)", text):
        assert (ROOT / path).exists(), path
