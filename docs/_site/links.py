"""What was built is whole: links within it lead somewhere, and nothing is loaded from elsewhere."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sphinx.util import logging

_LOGGER = logging.getLogger(__name__)
#: What a browser fetches by itself; a link is followed only by whoever chooses it.
_LOADED = {
    ("link", "href"),
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "srcset"),
}
_IN_STYLES = re.compile(r"@import\s+[\"']?\w+:|url\(\s*[\"']?(?:https?:)?//")


class _Page(HTMLParser):
    """The ids of a page and what it points to: tag, attribute, value."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            if name in ("href", "src", "srcset") and value:
                self.targets.append((tag, name, value))


def judge(app: Any, failed: Exception | None) -> None:
    """Warn of each dead link and of each resource from outside, when the site is built."""
    if failed is None and app.builder.name == "html":
        root = Path(app.outdir).resolve()
        for defect in [*_of_pages(root), *_of_styles(root)]:
            _LOGGER.warning(defect, type="site")


def _of_pages(root: Path) -> Iterator[str]:
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in root.rglob("*.html")}
    for path, page in pages.items():
        for tag, name, value in page.targets:
            parts = urlsplit(value)
            if parts.scheme or parts.netloc:
                if (tag, name) in _LOADED and parts.scheme != "data":
                    yield f"{path.relative_to(root)} loads {value}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{path.relative_to(root)}: {value} leads to no file"
            elif tag == "a" and not _has(pages.get(target), unquote(parts.fragment)):
                yield f"{path.relative_to(root)}: {value} leads to no place of that page"


def _has(page: _Page | None, place: str) -> bool:
    return page is None or not place or place in page.ids


def _of_styles(root: Path) -> Iterator[str]:
    for path in root.rglob("*.css"):
        if _IN_STYLES.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(root)} loads something from elsewhere"
