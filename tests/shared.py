"""Where the data stand that are no part of this repository, and what is said where they are missing.

They are looked for in ``../shared`` beside the repository, or where ``PHANCONG_SHARED`` says; the data
in its folder ``data`` can have a place of their own, ``PHANCONG_DATA``. Ask for a path inside a test, in
a fixture, or once at the head of a module that is nothing without it. A test whose data are missing is
skipped with a word; it fails where ``CI=true``, for there they have to be.
"""

import os
from pathlib import Path

import pytest

DEFAULT = Path(__file__).resolve().parents[2] / "shared"

#: Where anybody finds what stands in a folder.
ORIGIN = {
    "gap": "generalised assignment problems of OR-Library, of Cattrysse et al. (1994) and of Yagiura "
    "et al. (2004), as collected in github.com/fontanf/generalizedassignmentsolver",
    "cpmp": "capacitated p-median problems of Lorena and Senne, of OR-Library (pmedcap) and of "
    "Stefanello et al.",
    "places": "buildings and paths of Malbun, Steg, Planken and Andorra, from OpenStreetMap",
    "cases": "small inputs that were once answered wrongly, kept by the maintainers",
}


def shared(*parts):
    """A path in the shared folder: ``shared("cases/exact")``."""
    folder = os.environ.get("PHANCONG_SHARED") or DEFAULT
    return _there(Path(folder), Path(*parts), "PHANCONG_SHARED")


def data(*parts):
    """A path among the data: ``data("places/planken")``."""
    folder = os.environ.get("PHANCONG_DATA")
    if folder:
        return _there(Path(folder), Path(*parts), "PHANCONG_DATA")
    return shared("data", *parts)


def _there(folder, path, variable):
    """The path in the folder, if it is there."""
    if (folder / path).exists():
        return folder / path
    origin = next(
        (ORIGIN[part] for part in path.parts if part in ORIGIN), "no part of this repository"
    )
    missing = f"no {folder / path} ({origin}): let {variable} name the folder that holds {path}"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing, allow_module_level=True)
