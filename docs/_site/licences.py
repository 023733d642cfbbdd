"""The directive ``licences``: what an installation brings along, from what is installed here."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from docutils import nodes
from packaging.requirements import Requirement
from sphinx.util.docutils import SphinxDirective

#: The extras that users install; those for tests, checks and this site run on our machines only.
EXTRAS = ("excel", "word", "plot", "paths", "maps", "vn2000", "batch", "dask")
_HEAD = ("package", "licence", "comes with")


class Licences(SphinxDirective):
    """A row for each package; the build warns where a licence is not stated."""

    def run(self) -> list[nodes.Node]:
        """One table, by name."""
        rows = [(name, licence(name), with_what) for name, with_what in packages()]
        for name, stated, _ in rows:
            if not stated:
                self.state.document.reporter.warning(f"no licence is stated for {name}")
        return [_table(rows)]


def packages() -> list[tuple[str, str]]:
    """Name of each package that phancong needs, directly or not, and with what it comes."""
    comes: dict[str, list[str]] = {}
    for extra in ("", *EXTRAS):
        for name in _closure("phancong", extra):
            comes.setdefault(name, []).append(f"phancong[{extra}]" if extra else "phancong")
    return sorted(
        (name, "phancong" if "phancong" in found else ", ".join(found))
        for name, found in comes.items()
    )


def _closure(root: str, extra: str) -> set[str]:
    seen: set[str] = set()
    waiting = [*_needs(distribution(root), extra)]
    while waiting:
        name, extras = waiting.pop()
        found = _installed(name)
        if found is None or (name in seen and not extras):
            continue
        seen.add(name)
        for wanted in ("", *extras):
            waiting += [need for need in _needs(found, wanted) if need[0] not in seen]
    return seen - {root}


def _needs(found: Distribution, extra: str) -> Iterator[tuple[str, frozenset[str]]]:
    for line in found.requires or ():
        need = Requirement(line)
        here = need.marker is None or need.marker.evaluate({"extra": ""})
        if (not extra and here) or (
            extra and not here and need.marker and need.marker.evaluate({"extra": extra})
        ):
            yield re.sub(r"[-_.]+", "-", need.name).lower(), frozenset(need.extras)


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:  # for another system, or another Python
        return None


def licence(name: str) -> str:
    """The licence that a package states: as an expression, a classifier, or the first line of a text."""
    told = distribution(name).metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2].removesuffix(" License")
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    return "; ".join(classified) or str(told.get("License") or "").strip().partition("\n")[0]


def _table(rows: list[tuple[str, str, str]]) -> nodes.table:
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in _HEAD), cols=len(_HEAD))
    group += nodes.thead("", _row(_HEAD))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group)


def _row(cells: tuple[str, ...]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph(text=cell)) for cell in cells))
