"""A plan as one page: proof, loads, relaxed limits, changes, and the list of households."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from phancong import naming
from phancong.report import breaches, sentences
from phancong.report.figures import Figures
from phancong.report.include import read_include
from phancong.report.labels import read_labels_of
from phancong.report.notes import Notes
from phancong.report.screen.beside import beside
from phancong.report.screen.hamlets import hamlets
from phancong.report.screen.households import households
from phancong.report.screen.loads import loads
from phancong.report.screen.map import map_of
from phancong.report.screen.placed import placed
from phancong.report.screen.shell import document, part_html, text
from phancong.report.screen.trying import trial
from phancong.report.solution import Solution
from phancong.words import Bullets, page, words

#: The most breaches that are listed; the list of households marks all.
MOST_BREACHES = 200


def plan_document(
    plan: Solution,
    *,
    lang: str = "en",
    labels: Any = None,
    include: Iterable[str] = (),
    diagnosis: object | None = None,
    against: Solution | None = None,
) -> bytes:
    """The bytes of the page that :meth:`Plan.to_html` writes."""
    w = words(lang)
    notes = Notes(Figures(plan), w, read_labels_of(labels), read_include(include))
    other = None if against is None else Figures(against)
    members = [
        one
        for one in notes.figures.members
        if not one.exempt or one.households or "exempt" in notes.include
    ]
    numbers = {one.id: number for number, one in enumerate(members, 1)}
    places = placed(notes.figures) if "coordinates" in notes.include else None
    on_map = frozenset[int]() if places is None else places.known_households
    title = w.gettext("Households and the members in charge of them")
    skip = w.gettext("to the list of households")
    body = [
        f'<a class="skip" href="#list">{text(skip)}</a>',
        _head(title, notes),
        "<main>",
        _section(w.gettext("Loads of the members"), "loads-title", [loads(notes, members)]),
    ]
    if notes.figures.has_hamlets:
        heading = w.gettext("Who serves which hamlet")
        body.append(_section(heading, "hamlets-title", [hamlets(notes, numbers)]))
    if places is not None:
        heading = w.gettext("Map")
        body.append(_section(heading, "map-title", [map_of(notes, members, places, other)]))
    body.append(_section(w.gettext("Relaxed limits"), "limits", _limits(notes, diagnosis)))
    if notes.figures.has_previous:
        body.append(_section(w.gettext("Changes against last year"), "changes", _changes(notes)))
    body.append(_section(w.gettext("Try by hand"), "try", [trial(notes, numbers)]))
    if other is not None:
        heading = w.gettext("Comparison with another plan")
        body.append(_section(heading, "other", [beside(notes, other)]))
    listed = households(notes, members, numbers, on_map, other)
    body += [_section(w.gettext("List of households"), "list", [listed]), "</main>"]
    body.append(
        f"<footer><small>{text(w.gettext('Engine: {engine}.', engine=plan.engine))}</small></footer>"
    )
    return document(title, body, w, script=True)


def _section(title: str, identity: str, inside: Sequence[str]) -> str:
    """A section with its heading; empty if nothing is inside."""
    if not any(inside):
        return ""
    content = "\n".join(inside)
    return (
        f'<section aria-labelledby="{identity}">\n<h2 id="{identity}" tabindex="-1">{text(title)}'
        f"</h2>\n{content}\n</section>"
    )


def _head(title: str, notes: Notes) -> str:
    plan, w = notes.figures.plan, notes.w
    summary = (sentences.coverage(plan, w), sentences.limits(plan, w), sentences.aims(plan, w))
    return (
        f"<header>\n<h1>{text(title)}</h1>\n<p>{text(' '.join(filter(None, summary)))}</p>\n"
        f'<p class="proof">{text(sentences.proof(plan, w))}</p>\n</header>'
    )


def _limits(notes: Notes, diagnosis: object | None) -> list[str]:
    """The relaxed limits, and the repairs."""
    w, plan = notes.w, notes.figures.plan
    sentences = breaches.sentences(notes)
    items = "".join(f"<li>{text(sentence)}" for sentence in sentences[:MOST_BREACHES])
    found = [f"<ul>{items}</ul>"] if items else []
    if len(sentences) > MOST_BREACHES:
        found.append(f"<p>{text(w.rest(len(sentences) - MOST_BREACHES))}</p>")
    if left_out := notes.left_out():
        found.append(f"<p>{text(left_out)}</p>")
    if plan.relaxations and getattr(diagnosis, "feasible", False):
        found.append(f"<p>{text(naming.could_hold(w, plan.stopped))}</p>")
    elif diagnosis is not None:
        found += [part_html(part) for part in page(diagnosis, w).parts if part]
    return found


def _changes(notes: Notes) -> list[str]:
    """How many households change members, and why, with the numbers of the list of changes."""
    w, figures = notes.w, notes.figures
    count = len(figures.changes)
    reasons: dict[str, int] = {}
    for change in figures.changes.values():
        why = notes.why(change)
        reasons[why] = reasons.get(why, 0) + 1
    lines = tuple(
        w.gettext("{reason}: {n}", reason=reason, n=n) for reason, n in sorted(reasons.items())
    )
    sentences = [
        w.ngettext("{n} household changes", "{n} households change", count) + ".",
        naming.renewed(w, figures.plan.assignment.renewed),
    ]
    heading = w.gettext("Why last year's member does not continue:")
    parts = (" ".join(filter(None, sentences)), Bullets(heading, lines))
    return [part_html(part) for part in parts if part]
