"""Draw the pictures of a plan's page again: ``python docs/images/page.py``.

Needs ``phancong[plot]``, playwright and a Chromium, which ``PHANCONG_BROWSER`` may name.
"""

import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from phancong import Search, solve, synth

PICTURES = {"light": "plan.png", "dark": "plan_dark.png"}
WIDTH, HEIGHT, COLOURS = 980, 1440, 128


def main() -> None:
    """Draw both pictures."""
    plan = solve(synth.hamlet(5), search=Search(work=20))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as tool:
        page_file = Path(folder, "plan.html")
        plan.to_html(page_file, include=("coordinates",))
        browser = tool.chromium.launch(
            executable_path=os.environ.get("PHANCONG_BROWSER", "/usr/bin/chromium")
        )
        for scheme, name in PICTURES.items():
            size = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(page_file.as_uri())
            shot = Path(folder, name)
            page.screenshot(path=shot)
            with Image.open(shot) as picture:
                # Colours that are seldom stay, too: each member has one.
                few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
            few.save(Path(__file__).parent / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
