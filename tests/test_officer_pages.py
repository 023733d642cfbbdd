"""The officer's part of the documentation in Vietnamese: whole, and made of the same sources."""

import html
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "docs" / "locale" / "vi" / "LC_MESSAGES" / "officer.po"
#: What is the same in both languages: code, addresses, and the names of files within a sentence.
KEPT = re.compile(r"`[^`]+`|\]\([^)]+\)")


def sentences():
    with SENTENCES.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def kept(text):
    """What a translation must not change, in any order; names of files of its own apart."""
    found = re.sub(r"phuong_an(_moi)?/", "plan/", text).replace("`phuong_an`", "`plan`")
    return sorted(KEPT.findall(found))


def test_every_sentence_is_translated():
    """None is left open, doubtful or out of use, and none is its English that has words of English."""
    assert len(sentences()) > 300
    assert [m.id for m in sentences() if not m.string or m.fuzzy] == []
    assert "#~" not in SENTENCES.read_text(encoding="utf-8")
    words = re.compile(r"\b(the|is|are|of|and|with)\b")
    prose = [m for m in sentences() if "\n" not in m.id and words.search(KEPT.sub("", m.id))]
    assert len(prose) > 150
    assert [m.id for m in prose if m.string == m.id] == []


def test_code_and_links_of_a_sentence_are_kept():
    """A command that is translated, or a link that is lost, leads nowhere."""
    wrong = [m.id for m in sentences() if "\n" not in m.id and kept(m.id) != kept(m.string)]
    assert wrong == []


def test_blocks_differ_in_names_of_files_and_in_comments_only():
    """The same commands with the same options, in the same order."""

    def commands(block):
        lines = [line.partition("#")[0].split() for line in block.splitlines()]
        return [[w for w in line if w.startswith(("phancong", "--", "-o"))][:9] for line in lines]

    blocks = [m for m in sentences() if "\n" in m.id]
    assert len(blocks) > 10
    for block in blocks:
        assert commands(block.string) == commands(block.id)


@pytest.mark.full
def test_the_page_in_the_repository_is_made_of_the_same_sentences():
    """``python docs/locale/bat_dau.py`` writes it again."""
    made = runpy.run_path(str(ROOT / "docs" / "locale" / "bat_dau.py"))
    assert made["PAGE"].read_text(encoding="utf-8") == made["page"]()


def test_every_picture_is_there_in_both_languages():
    """Sphinx takes the one with the suffix of the language; all of them together are light."""
    pictures = ROOT / "docs" / "images" / "officer"
    page = (ROOT / "docs" / "tutorials" / "officer.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"\(\.\./images/officer/(\w+)\.png\)", page))
    assert shown
    assert {path.name for path in pictures.iterdir()} == {
        f"{name}{suffix}" for name in shown for suffix in (".png", ".vi.png")
    }
    assert sum(path.stat().st_size for path in pictures.iterdir()) < 150_000


@pytest.mark.full  # starts sphinx
def test_the_sentences_are_those_of_the_pages(tmp_path):
    """Exactly: what was changed in a page is translated again in the same commit."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    command = [sys.executable, "-m", "sphinx", "-c", "docs", "-b", "gettext", "-nWq"]
    command += ["-t", "officer", "-d", str(tmp_path / "read"), ".", str(tmp_path / "out")]
    subprocess.run(command, cwd=ROOT, check=True)
    with (tmp_path / "out" / "officer.pot").open("rb") as file:
        said = {message.id for message in read_po(file)}
    assert said == {message.id for message in sentences()} | {""}


@pytest.mark.full  # starts sphinx
def test_the_site_shows_the_sentences(tmp_path):
    """Headings and commands of the page in Vietnamese, which Sphinx leaves in English without a word."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-c",
        "docs",
        "-b",
        "html",
        "-nQ",
        "-D",
        "language=vi",
    ]
    command += ["-d", str(tmp_path / "read"), ".", str(tmp_path / "out")]
    subprocess.run(command, cwd=ROOT, check=True)
    page = (tmp_path / "out" / "docs" / "tutorials" / "officer.html").read_text(encoding="utf-8")
    told = (ROOT / "docs" / "bat_dau.md").read_text(encoding="utf-8")

    def plain(found):
        return [html.unescape(re.sub("<[^>]+>", "", text)).rstrip("#\uf0c1\n¶ ") for text in found]

    headings = plain(re.findall(r"<h[12]>(.*?)</h[12]>", page))
    assert headings == re.findall(r"^##? (.*)", told, re.MULTILINE)
    blocks = plain(re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL))
    assert blocks == [b.rstrip() for b in re.findall(r"^```\w+\n(.*?)^```", told, re.M | re.S)]
    assert "images/list.vi.png" in page


def test_the_batch_file_is_one_that_cmd_reads():
    """Lines end in CR LF, letters are ASCII, labels exist, and a name with brackets ends no block."""
    raw = (ROOT / "docs" / "windows" / "phancong.bat").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    text = raw.decode("ascii")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"(?:goto |call :)(\w+)", text)) == labels
    depth, inside = 0, []
    for line in text.splitlines():
        depth -= line.strip() == ")"
        inside += [line] if depth else []
        depth += line.endswith(" (")
    assert depth == 0
    assert inside
    assert not [line for line in inside if "%LIST%" in line or ")" in line.strip('") ')]
    # Wherever the name is used as an argument it is in quotes, for it may hold a space.
    assert text.count('"%LIST%"') == text.count("%LIST%")
