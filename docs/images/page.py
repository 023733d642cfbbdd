"""Draw the pictures of a plan in the README and on the first page again: ``python docs/images/page.py``.

Needs ``phancong[plot]``, playwright and a Chromium, which ``PHANCONG_BROWSER`` may name.
"""

import io
import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from phancong import Search, solve, synth

HERE = Path(__file__).parent
COLOURS = 128
#: Loads and map; the README shows them beside its Python block, at three quarters of this size.
PARTS = ("#loads", "#map")
SIZE, SPACE = {"width": 516, "height": 1440}, 10
TIGHT = """
    body { padding: 8px; }
    #loads :is(th, td):nth-child(n + 4) { display: none; }
    #loads tbody :is(th, td) { min-width: 0; padding-block: 1px; white-space: nowrap; }
    #loads button { min-height: 0; padding-block: 0; }
    #loads .bar { display: inline-block; width: 6.4rem; }
"""


def main() -> None:
    """Draw each picture for light and dark."""
    plan = solve(synth.hamlet(5), search=Search(work=20))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        page_file = Path(folder, "plan.html")
        plan.to_html(page_file, include=("coordinates",))
        browser = tool.chromium.launch(
            executable_path=os.environ.get("PHANCONG_BROWSER", "/usr/bin/chromium")
        )
        for scheme, ending in {"light": "", "dark": "_dark"}.items():
            page = browser.new_page(viewport=SIZE, color_scheme=scheme, bypass_csp=True)
            page.goto(page_file.as_uri())
            page.add_style_tag(content=TIGHT)
            save(stacked(page), f"readme{ending}.png")
        browser.close()


def stacked(page: Page) -> Image.Image:
    """The parts of the page, one below the other, on the background of the page."""
    shots = [Image.open(io.BytesIO(page.locator(part).screenshot())) for part in PARTS]
    height = sum(shot.height for shot in shots) + SPACE * (len(shots) - 1)
    ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
    whole = Image.new("RGB", (max(shot.width for shot in shots), height), ground.strip())
    top = 0
    for shot in shots:
        whole.paste(shot, (0, top))
        top += shot.height + SPACE
    return whole


def save(picture: Image.Image, name: str) -> None:
    """Write a picture with few colours; those that are seldom stay, too: each member has one."""
    few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    few.save(HERE / name, optimize=True)


if __name__ == "__main__":
    main()
