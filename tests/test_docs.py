"""The documentation runs: every block of Python and every command, in the order of the page."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
IDS = [page.relative_to(ROOT / "docs").with_suffix("").as_posix() for page in PAGES]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    """Language, text and line of each block."""
    text = page.read_text(encoding="utf-8")
    return [(m[1], m[2], text.count("\n", 0, m.start()) + 1) for m in BLOCK.finditer(text)]


def session(text, page, line, names):
    """An interactive session whose answers have to be right."""
    test = doctest.DocTestParser().get_doctest(text, names, page.name, str(page), line)
    told = []
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    runner = doctest.DocTestRunner(verbose=False, optionflags=options)
    runner.run(test, out=told.append, clear_globs=False)
    names.update(test.globs)
    assert not runner.failures, "".join(told)


def commands(text):
    """Lines that call the command line; what sets up an environment is run elsewhere."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["phancong"]:
            yield words[1:], int(line.rpartition("# exit ")[2]) if "# exit " in line else 0


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch, capsys):
    """What one block defines, the next ones use, and files go to a folder of its own."""
    from phancong.cli import main

    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    for language, text, line in blocks(page):
        if language == "pycon":
            session(text, page, line, names)
        elif language == "python":
            exec(compile(text, f"{page.name}, line {line}", "exec"), names)
        elif language == "sh":
            for words, ends in commands(text):
                assert main(words) == ends, (words, capsys.readouterr().err)


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_to_files_lead_somewhere(page):
    """Relative links, and the blocks have a language that is run or is text."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / target).exists(), target
    languages = {"pycon", "python", "sh", "text", "po", "diff", "bat", "toml"}
    assert {language for language, _, _ in blocks(page)} <= languages
