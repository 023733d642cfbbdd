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

#: Contrast of each element that has text of its own with what lies behind it, which in a drawing is the
#: mark of the same group, or the ground of the drawing; faint text is mixed with it.
CONTRASTS = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => {
      const x = part / 255;
      return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const clear = "rgba(0, 0, 0, 0)";
  const ground = (element) => {
    let colour = clear;
    for (let at = element; at && colour === clear; at = at.parentElement)
      colour = getComputedStyle(at).backgroundColor;
    return parts(colour === clear ? "rgb(255, 255, 255)" : colour);
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || element.closest("script, style, title")) continue;
    let text = parts(getComputedStyle(element).color), behind = ground(element);
    if (element.closest("svg")) {
      text = parts(getComputedStyle(element).fill);
      const mark = element.parentElement.querySelector(".s");
      const below = behind;
      if (mark) behind = parts(getComputedStyle(mark).stroke);
      let strength = 1;
      for (let at = element; at; at = at.parentElement) strength *= Number(getComputedStyle(at).opacity);
      const mixed = (colour) => colour.map((part, n) => part * strength + below[n] * (1 - strength));
      [text, behind] = [mixed(text), mixed(behind)];
    }
    const [a, b] = [light(text), light(behind)].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), element.outerHTML.slice(0, 80)]);
  }
  return found;
}"""


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
