"""What the site makes of the library itself: names as users import them, the command line, messages."""

from typing import Any

import phancong

from . import languages
from .commands import CommandLine
from .licences import Licences
from .links import judge
from .messages import Messages


def setup(app: Any) -> dict[str, Any]:
    """Register the directives, and let every public name say where users find it."""
    for name in phancong.__all__:
        found = getattr(phancong, name)
        if isinstance(found, type) or callable(found):
            # A signature then links to phancong.Plan, not to phancong.plan.plan.Plan.
            found.__module__ = "phancong"
    app.add_directive("command-line", CommandLine)
    app.add_directive("licences", Licences)
    app.add_directive("messages", Messages)
    app.connect("config-inited", languages.chosen, priority=100)
    app.connect("source-read", languages.with_contents)
    app.connect("doctree-read", languages.blocks)
    app.connect("doctree-read", languages.linked)
    app.connect("html-page-context", languages.others)
    # All languages are there when links are followed.
    app.connect("build-finished", languages.built, priority=400)
    app.connect("build-finished", judge, priority=500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
