"""How Sphinx builds the site: ``python -m sphinx -c docs -b html -nW --keep-going . out/site``.

The source folder is the repository, not ``docs``, so that links to the README, the changelog, the
benchmarks and the examples mean the same on the site, in an editor and on a forge.
"""

import os
import sys
from importlib.metadata import version as _version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
# Notebooks and tools that the build starts read and write UTF-8 whatever the system says.
os.environ.setdefault("PYTHONUTF8", "1")

project = "phancong"
author = "The phancong contributors"
copyright = author
version = release = _version("phancong")
language = "en"

root_doc = "docs/index"
exclude_patterns = ["docs/bat_dau.md"]  # a page of the site in Vietnamese
include_patterns = [
    "docs/**.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "benchmarks/README.md",
    "src/phancong/engines/README.md",
]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "_site"]

# The officer's part in other languages (docs/translating.md): one file of sentences each, with commands
# and with what pictures show.
locale_dirs = [str(Path(__file__).parent / "locale")]
gettext_compact = "officer"
gettext_location = False
gettext_additional_targets = ["literal-block"]

# Pages.
myst_enable_extensions = ["attrs_inline", "deflist", "colon_fence"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_in_temp = True
nb_ipywidgets_js = {}  # would be loaded from elsewhere

# Reference: docstrings in NumPy's form, types from the signatures.
napoleon_google_docstring = False
napoleon_use_rtype = False
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
nitpick_ignore_regex = [
    # Nothing outside of the library is linked to: the site is built, and read, without a network.
    ("py:.*", r"(?!phancong).*"),
    # Names of modules that are no page of their own.
    ("py:.*", r"phancong\.[a-z_.]+\.\w+"),
]

autodoc_default_options = {"members": True}

html_theme = "furo"
html_title = f"phancong {version}"
html_theme_options = {"navigation_with_keys": True}
html_copy_source = False
html_show_sourcelink = False
html_static_path: list[str] = []
templates_path = ["_templates"]
