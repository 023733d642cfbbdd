"""Names that a release has moved: they keep working until the next one, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def moved(module: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The ``__getattr__`` of a module some names of which stand elsewhere now.

    Parameters
    ----------
    module
        The module.
    homes
        Where each name stands now, as ``"package.name"``.
    """

    def found(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        home, _, now = homes[name].rpartition(".")
        warnings.warn(
            f"{module}.{name} is {home}.{now} now; the next release has no other name for it",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module(home), now)

    return found
