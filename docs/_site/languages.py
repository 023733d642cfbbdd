"""The officer's part in other languages: what is in it, and links from one language to the other.

``-D language=vi`` builds these pages alone, from the same Markdown with the sentences of
``docs/locale/vi``; ``-b gettext -t officer`` extracts them. The English build starts that of each
other language, into a folder of its own.
"""

import gettext
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

_LOGGER = logging.getLogger(__name__)
#: The pages of the officer's part; the first one leads to the others.
PAGES = (
    "docs/officer",
    "docs/tutorials/officer",
    "docs/excel",
    "docs/screen",
    "docs/paper",
    "docs/privacy",
    "docs/command_line",
)
#: Each language of the site by its own name; a folder of the site for each but English.
NAMES = {"en": "English", "vi": "Tiếng Việt"}
#: Pages of the repository that are the same as one of the site in another language.
_SAME = {"docs/bat_dau": ("vi", "docs/tutorials/officer")}


def chosen(app: Any, config: Any) -> None:
    """Keep to the officer's part in another language, and where its sentences are extracted."""
    if config.language != "en" or "officer" in app.tags:
        config.include_patterns = [f"{page}.md" for page in PAGES]
        config.root_doc = PAGES[0]
    if config.language != "en":
        # Sphinx would write a block anew as reStructuredText, which these pages are not: see below.
        config.gettext_additional_targets = []


def with_contents(app: Any, docname: str, source: list[str]) -> None:
    """The officer's pages in the margin, where there are no others."""
    if app.config.root_doc == PAGES[0] == docname:
        names = "\n".join(f"/{page}" for page in PAGES[1:])
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def blocks(app: Any, doctree: nodes.document) -> None:
    """Translate blocks of commands."""
    if app.config.language != "en":
        folder, language = app.config.locale_dirs[0], app.config.language
        said = gettext.translation(app.config.gettext_compact, folder, [language])
        for block in doctree.findall(nodes.literal_block):
            block.rawsource = said.gettext(block.rawsource)
            block[:] = [nodes.Text(block.rawsource)]


def linked(app: Any, doctree: nodes.document) -> None:
    """Links to pages that this language does not have lead to the language that has them."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        target = link.get("reftarget", "")
        if link.get("refdomain") != "doc" or target in app.env.found_docs:
            continue
        language, page = _SAME.get(target, ("en", target))
        place = f"#{link['reftargetid']}" if link.get("reftargetid") else ""
        found = nodes.reference("", "", internal=True)
        found["refuri"] = _between(app, app.env.docname, language, page) + place
        found += link.children
        link.replace_self(found)


def others(app: Any, pagename: str, _template: str, context: dict[str, Any], _doctree: Any) -> None:
    """Name the same page in the other languages, for the template."""
    context["same_page"] = [
        (language, name, _between(app, pagename, language, pagename))
        for language, name in NAMES.items()
        if language != app.config.language and pagename in PAGES
    ]


def _between(app: Any, here: str, language: str, page: str) -> str:
    """The way from one page to another one that may be in another language."""
    folder = "" if language == "en" else f"{language}/"
    up = "../" * (here.count("/") + (app.config.language != "en"))
    return f"{up}{folder}{page}.html"


def built(app: Any, failed: Exception | None) -> None:
    """Build the officer's part in each other language, into a folder beside the English pages."""
    if failed or app.builder.name != "html" or app.config.language != "en":
        return
    for language in NAMES:
        if language == "en":
            continue
        command = [sys.executable, "-m", "sphinx", "-c", app.confdir, "-b", "html", "-nWq"]
        command += ["--keep-going", "-D", f"language={language}", "-d"]
        command += [Path(app.doctreedir) / language, app.srcdir, Path(app.outdir) / language]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            _LOGGER.warning("%s: %s", language, done.stderr, type="site")
