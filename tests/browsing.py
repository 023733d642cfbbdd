"""A real browser without a network, for the tests of pages.

It is Debian's ``chromium``, or what ``PHANCONG_BROWSER`` names, driven by playwright, whose own
browsers are never downloaded. Where either is missing the tests are skipped with a word; they fail where
``PHANCONG_BROWSER`` is set, for there it has to be.
"""

import os
import shutil
from contextlib import contextmanager

import pytest

#: What is looked for on the path.
NAMES = ("chromium", "chromium-browser", "google-chrome")
VARIABLE = "PHANCONG_BROWSER"


def _missing(what):
    if os.environ.get(VARIABLE):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


@contextmanager
def browser():
    """The browser; it ends with the block."""
    named = os.environ.get(VARIABLE)
    path = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        _missing(f"no browser: install chromium, or let {VARIABLE} name one")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("no playwright: pip install 'phancong[browser]'")
    with sync_playwright() as playwright:
        # In a container nobody but root is there, for whom chromium has no sandbox.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@contextmanager
def opened(chromium, path, **options):
    """A page of a file, which must ask for nothing else and complain about nothing."""
    context = chromium.new_context(offline=True, **options)
    page = context.new_page()
    page.set_default_timeout(20_000)
    asked, complained = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complained.append(message.text))
    page.on("pageerror", lambda error: complained.append(str(error)))
    page.goto(path.as_uri())
    yield page
    assert asked == [path.as_uri()]
    assert complained == []
    context.close()
