"""Write docs/bat_dau.md, the officer's first plan in Vietnamese, for those who read the repository.

The site has all of the officer's part in Vietnamese. This page is made of the same Markdown and the same
sentences: ``python docs/locale/bat_dau.py``.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

DOCS = Path(__file__).parents[1]
SOURCE, PAGE = DOCS / "tutorials" / "officer.md", DOCS / "bat_dau.md"
SENTENCES = DOCS / "locale" / "vi" / "LC_MESSAGES" / "officer.po"
#: What begins a line before its sentence: a heading, a point of a list, its number.
_MARK = re.compile(r"(#+ |- |\d+\. )?(.*)")
#: Where this page lies, links and pictures of the source lead elsewhere; pictures have their language.
_MOVED = ((r"\]\(\.\./", "]("), (r"(images/officer/\w+)\.png", r"\1.vi.png"))


def page() -> str:
    """The page in Vietnamese."""
    with SENTENCES.open("rb") as file:
        sentences = {message.id: message.string for message in read_po(file)}
    text = "".join(_translated(SOURCE.read_text(encoding="utf-8"), sentences))
    for old, new in _MOVED:
        text = re.sub(old, new, text)
    return text


def _translated(text: str, sentences: dict[str, str]) -> Iterator[str]:
    """Each line, with its sentence in Vietnamese, and each block of commands."""
    for part in re.split(r"(^```\w+\n.*?^```\n)", text, flags=re.MULTILINE | re.DOTALL):
        if part.startswith("```"):
            fence, _, commands = part.removesuffix("```\n").partition("\n")
            yield f"{fence}\n{sentences[commands]}```\n"
            continue
        for line in part.splitlines():
            mark, sentence = _MARK.fullmatch(line).groups(default="")  # type: ignore[union-attr]
            yield f"{mark}{sentences[sentence] if sentence else ''}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
