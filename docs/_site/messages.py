"""The directive ``messages``: what can be wrong and how to correct it, from the source itself.

A message and its mend are the last two arguments of a call, the last two parts of a tuple, or one
sentence with a semicolon. All are literals of ``Message(...)``, so that the syntax tree has them; a mend
begins with a verb. A mend that stands elsewhere than its message is listed by itself.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import phancong

#: What each package of the library is about, in the order of the page.
ROOMS: Final = {
    "reading": "Lists, and plans that were stored",
    "tables": "Files",
    "coordinates": "Coordinates",
    "locating": "Places of lists",
    "problem": "Problems",
    "travel": "Distances and paths",
    "synth": "Drawn communes",
    "batch": "Batches",
    "cli": "The command line",
    "report": "What stands around a list",
    "": "Searches, and questions about plans",
}
#: The words with which a mend begins.
VERBS: Final = frozenset(
    [
        "add",
        "ask",
        "begin",
        "change",
        "check",
        "close",
        "convert",
        "correct",
        "create",
        "delete",
        "draw",
        "export",
        "fix",
        "give",
        "if",
        "keep",
        "leave",
        "let",
        "look",
        "lower",
        "make",
        "name",
        "number",
        "open",
        "put",
        "raise",
        "read",
        "remove",
        "save",
        "say",
        "set",
        "show",
        "spread",
        "start",
        "state",
        "take",
        "try",
        "turn",
        "unfix",
        "use",
        "wait",
        "write",
    ]
)
#: Packages whose other imperatives are no mends of an input: repairs of limits, and helps of options.
OTHER_IMPERATIVES: Final = ("rules", "diagnosing", "cli")
_MESSAGES: Final = ("Message", "ngettext")


class Messages(SphinxDirective):
    """A section for each package, with a table of two columns."""

    def run(self) -> list[nodes.Node]:
        """The sections in the order of :data:`ROOMS`."""
        found = pairs()
        return [
            _section(room, title, sorted(found[room]))
            for room, title in ROOMS.items()
            if found.get(room)
        ]


def pairs() -> dict[str, set[tuple[str, str]]]:
    """Package → the pairs of a message and its mend, each as it is in the catalogue.

    A mend that is worked out elsewhere than where its message is stands with an empty message.
    """
    root = Path(phancong.__file__).parent
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(root.rglob("*.py"))
    }
    # Names of whole modules are imported by others: MEND_PATH, SAVE_AS.
    shared = {
        name: text for tree in trees.values() for name, texts in _named(tree.body) for text in texts
    }
    found: dict[str, set[tuple[str, str]]] = {}
    for path, tree in trees.items():
        first = path.relative_to(root).parts[0]
        mends = first not in OTHER_IMPERATIVES
        room = found.setdefault(first if first in ROOMS else "", set())
        for message in _messages(tree):
            if both := _both(message):
                room.add(both)
            elif mends and is_mend(message):
                room.add(("", message))
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef):
                room |= set(_of_defects(scope, shared))
            elif mends and isinstance(scope, ast.Tuple):
                room |= set(_of_tuple(scope, shared))
    told = {mend for room in found.values() for what, mend in room if what}
    return {
        room: {(what, mend) for what, mend in rows if what or mend not in told}
        for room, rows in found.items()
    }


def is_mend(message: str) -> bool:
    """Whether a message says how to correct something: it begins with a verb."""
    return re.split(r"\W", message, maxsplit=1)[0] in VERBS


def _both(message: str) -> tuple[str, str] | None:
    """A sentence with its mend after a semicolon, in two; None if it is no such sentence."""
    what, _, mend = message.partition("; ")
    parts = "{what}" in message or "{mend}" in message
    whole = mend and not (is_mend(what) or parts or message.endswith("."))
    return (what, mend) if whole else None


def _of_tuple(made: ast.Tuple, shared: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The message and the mend that are the last two parts of a tuple."""
    if len(made.elts) < 2 or any(isinstance(part, ast.Tuple) for part in made.elts):
        return
    said, mends = (_texts(part, {}, shared, 0, part.lineno) for part in made.elts[-2:])
    for (_, what), (_, mend) in itertools.product(said, mends):
        if is_mend(mend) and not is_mend(what):
            yield what, mend


def _of_defects(scope: ast.FunctionDef, shared: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The defects of one function, each mend with the messages that are nearest above it."""
    local: dict[str, list[tuple[int, str]]] = {}
    for block in ast.walk(scope):
        for name, texts in _named([block]):
            local.setdefault(name, []).extend((block.lineno, text) for text in texts)
    after = 0
    for call in _makers(scope):
        last = call.end_lineno or call.lineno
        said, mends = (_texts(part, local, shared, after, last) for part in call.args[-2:])
        mends = [(line, mend) for line, mend in mends if is_mend(mend)]
        for line, mend in mends:
            near = max((at for at, _ in said if at <= line), default=None)
            yield from ((what, mend) for at, what in said if near in (at, None))
        after = last if mends else after


def _makers(scope: ast.FunctionDef) -> list[ast.Call]:
    """The calls that may make a defect, in the order in which they are written."""
    calls = [
        call
        for call in ast.walk(scope)
        if isinstance(call, ast.Call) and _called(call) not in _MESSAGES and len(call.args) >= 2
    ]
    return sorted(calls, key=lambda call: call.lineno)


def _texts(
    part: ast.expr,
    local: dict[str, list[tuple[int, str]]],
    shared: dict[str, str],
    after: int,
    last: int,
) -> list[tuple[int, str]]:
    """The messages that an argument can be, with the lines in which they are written.

    A name stands for what it was given between the call before (line *after*) and this one (*last*).
    """
    if not isinstance(part, ast.Name):
        return [(part.lineno, text) for text in _messages(part)]
    if part.id in local:
        given = sorted(set(local[part.id]))
        return [told for told in given if after < told[0] <= last] or given
    return [(part.lineno, shared[part.id])] if part.id in shared else []


def _named(block: list[ast.stmt] | list[ast.AST]) -> Iterator[tuple[str, list[str]]]:
    """The names that statements give to messages, also several at once."""
    for made in block:
        if isinstance(made, ast.Assign):
            (target, *_), value = made.targets, made.value
        elif isinstance(made, ast.AnnAssign) and made.value is not None:
            target, value = made.target, made.value
        else:
            continue
        if isinstance(target, ast.Name):
            yield target.id, list(_messages(value))
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for name, single in zip(target.elts, value.elts, strict=False):
                if isinstance(name, ast.Name):
                    yield name.id, list(_messages(single))


def _messages(tree: ast.AST) -> Iterator[str]:
    """The outermost messages in a tree, those of several things in the plural."""
    if isinstance(tree, ast.Call):
        called = _called(tree)
        if called in _MESSAGES and tree.args:
            told = tree.args[1 if called == "ngettext" else 0]
            if isinstance(told, ast.Constant) and isinstance(told.value, str):
                yield told.value
                return
    for part in ast.iter_child_nodes(tree):
        yield from _messages(part)


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _section(room: str, title: str, rows: list[tuple[str, str]]) -> nodes.section:
    section = nodes.section(ids=[f"messages-{room or 'others'}"], names=[])
    section += nodes.title(text=title)
    table = nodes.table("", nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in "ab"), cols=2))
    table[0] += nodes.thead("", _row("what it says", "how to correct it"))
    body = nodes.tbody()
    for what, mend in rows:
        body += _row(what or "…", mend)
    table[0] += body
    section += table
    return section


def _row(*cells: str) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph(text=cell)) for cell in cells))
