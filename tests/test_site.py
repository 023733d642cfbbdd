"""The site: its reference names all that is public, and its links are checked when it is built."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest

import phancong
import phancong.batch
import phancong.synth

DOCS = Path(__file__).parents[1] / "docs"
LIBRARY = (DOCS / "reference" / "library.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", [phancong, phancong.synth, phancong.batch])
def test_every_public_name_is_in_the_reference_once(module):
    """And nothing that is not public."""
    named = re.findall(
        rf"auto(?!module)\w+:: {re.escape(module.__name__)}\.(\w+)$", LIBRARY, re.MULTILINE
    )
    assert sorted(named) == sorted({*module.__all__} - {"__version__"})


@pytest.mark.parametrize(
    ("page", "defects"),
    [
        ('<a href="b.html#there">', []),
        ('<a href="https://example.org">', []),
        ('<img src="data:image/png;base64,x">', []),
        (
            '<a href="b.html#not-there">',
            ["a.html: b.html#not-there leads to no place of that page"],
        ),
        ('<a href="c.html">', ["a.html: c.html leads to no file"]),
        ('<a href="#here">', ["a.html: #here leads to no place of that page"]),
        ('<script src="https://x.org/y.js">', ["a.html loads https://x.org/y.js"]),
        ('<link href="//x.org/y.css">', ["a.html loads //x.org/y.css"]),
    ],
)
def test_a_dead_link_and_what_is_loaded_from_elsewhere_are_told(page, defects, tmp_path):
    """A link to elsewhere is followed only by who chooses it."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    from docs._site.links import _of_pages

    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.html").write_text('<p id="there">')
    assert list(_of_pages(tmp_path)) == defects


@pytest.mark.parametrize(
    "style", ["@import 'https://x.org/y.css';", "p {background: url(//x.org/y.png)}"]
)
def test_a_style_that_loads_from_elsewhere_is_told(style, tmp_path):
    """As fonts of a content network are."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    from docs._site.links import _of_styles

    (tmp_path / "a.css").write_text(style)
    (tmp_path / "b.css").write_text("p {background: url(data:image/png;base64,x)}")
    assert list(_of_styles(tmp_path)) == ["a.css loads something from elsewhere"]


def test_the_pictures_are_those_that_their_script_draws():
    """So that a picture is changed where it is made."""
    folder = DOCS / "explanation"
    script = runpy.run_path(str(folder / "pictures.py"))
    assert {path.stem for path in folder.glob("*.svg")} == {*script["PICTURES"]}
    for name in script["PICTURES"]:
        assert (folder / f"{name}.svg").read_text(encoding="utf-8") == script["drawn"](name)


def test_every_extra_of_users_is_in_the_table_of_licences():
    """All but those for tests, checks and the site itself."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    from docs._site.licences import EXTRAS

    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {"test", "bench", "browser", "docs", "web", "check"}
    assert {*EXTRAS} == {*project["optional-dependencies"]} - ours


@pytest.mark.full  # parses the whole library
def test_messages_stand_beside_their_mends():
    """Those of a defect, those of one sentence, and those that have names in another module."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    from docs._site.messages import ROOMS, pairs

    found = pairs()
    assert {*found} <= {*ROOMS}
    for room, what, mend in [
        ("problem", "is NaN", "give a number or leave it out"),
        ("batch", "gets two new names", "give each old name one new name"),
        ("tables", "is not a path", "correct the path"),
        ("report", "office is a {type}", "give a mapping"),
    ]:
        assert (what, mend) in found[room]
    # Also where both are parts of a tuple, and where only a later semicolon parts a sentence.
    assert ("is a folder", "give the name of a file") in found["tables"]
    assert ("unknown engine {engine}", "the engines are: {engines}") in found[""]
    # Each belongs to its own: another branch of the same function says something else.
    assert ("gets two new names", "give the old name and the new one") not in found["batch"]


@pytest.mark.full  # parses the whole library
def test_every_mend_of_the_source_is_on_the_page_of_messages():
    """Whatever way a message is put together, its mend is listed: with the message, or by itself."""
    pytest.importorskip("sphinx", reason="the site needs phancong[docs]")
    from docs._site.messages import OTHER_IMPERATIVES, is_mend, pairs

    listed = {mend for room in pairs().values() for _, mend in room}
    source = Path(phancong.__file__).parent
    written = {
        text
        for path in source.rglob("*.py")
        if path.relative_to(source).parts[0] not in OTHER_IMPERATIVES
        for text in re.findall(r'Message\(\s*"([^"]+)"\s*[,)]', path.read_text(encoding="utf-8"))
        if is_mend(text)
    }
    assert len(written) > 100
    # A sentence that is a mend and has another one after a semicolon is listed whole.
    assert not written - listed
