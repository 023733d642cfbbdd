"""Import of the packages that only paths need, an extra (`pip install 'phancong[paths]'`)."""

from __future__ import annotations

import importlib
from typing import Any

from phancong.errors import MissingExtraError


def extra(module: str) -> Any:
    """Import *module* of the extra ``paths``.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return importlib.import_module(module)  # here: most problems have no paths
    except ImportError:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"paths need {package}, which is an extra: pip install 'phancong[paths]'"
        ) from None
