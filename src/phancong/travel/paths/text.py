"""A report on a network as text: its parts, and places that do not join well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from phancong.travel.paths.report import NetworkReport
from phancong.travel.places import called
from phancong.words import Bullets, Page, PageTable, Words, page

#: The most rows of a list, and parts of the network, that are printed.
SHOWN: Final = 12


@page.register
def network_page(report: NetworkReport, w: Words) -> Page:
    """The parts, then places and pairs to check, then the gaps that were joined."""
    places = _places(report, w) if report.pairs else ()
    joined = [w.tell(note) for note in report.mended]
    return Page(
        w.lang,
        (
            _parts(report, w) if report.parts else w.gettext("no open edge"),
            Bullets(w.gettext("Households and members on the network:"), places),
            w.gettext("gaps joined when read: {what}", what=_listed(joined, w)) if joined else "",
        ),
    )


def _parts(report: NetworkReport, w: Words) -> PageTable:
    rows = [
        [
            str(position),
            w.number(part.edges),
            w.number(part.metres / 1000),
            w.number(len(part.households)),
            w.number(len(part.members)),
        ]
        for position, part in enumerate(report.parts[:SHOWN], start=1)
    ]
    headers = [
        w.pgettext("of a network", "part"),
        w.pgettext("of a network", "edges"),
        "km",
        w.gettext("households"),
        w.gettext("members"),
    ]
    rest = len(report.parts) - SHOWN
    smaller = w.ngettext("… and {n} smaller part", "… and {n} smaller parts", rest)
    return PageTable(headers, rows, note=smaller if rest > 0 else "")


def _places(report: NetworkReport, w: Words) -> tuple[str, ...]:
    far = [f"{w.tell(called(p.kind, p.id))} ({w.number(round(p.metres))} m)" for p in report.far]
    closed = [w.tell(called(kind, identity)) for kind, identity in report.on_closed]
    stranded = [repr(identity) for identity in report.stranded]
    unreachable, pairs = len(report.unreachable), report.pairs
    return (
        w.gettext("far from the paths: {what}", what=_listed(far, w)),
        w.gettext("on closed edges: {what}", what=_listed(closed, w)),
        w.gettext("unreachable pairs: {n} of {all}", n=unreachable, all=pairs),
        w.gettext("households that no member can reach: {what}", what=_listed(stranded, w)),
    )


def _listed(items: Sequence[str], w: Words) -> str:
    if not items:
        return w.gettext("none")
    more = f", … (+{len(items) - SHOWN})" if len(items) > SHOWN else ""
    return f"{w.number(len(items))}: {', '.join(items[:SHOWN])}{more}"
