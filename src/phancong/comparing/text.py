"""A comparison as text: which engines prove what, a row for each plan, and each refusal."""

from __future__ import annotations

from phancong import naming
from phancong.comparing.records import Comparison
from phancong.goals import figures
from phancong.plan import Plan, Status
from phancong.rules import RELAXABLE
from phancong.words import Bullets, Page, PageTable, Words, page


@page.register
def comparison_page(found: Comparison, w: Words) -> Page:
    """The engines by result, then the figures, then why some have no plan."""
    made = [(row.engine, row.plan) for row in found.rows if row.plan is not None]
    best = [engine for engine, plan in made if plan.status is Status.OPTIMAL]
    others = [engine for engine, plan in made if plan.status is not Status.OPTIMAL]
    refused = [row for row in found.rows if row.plan is None]
    sentences = []
    if best:
        sentences.append(w.gettext("Proven to be the best: {engines}.", engines=w.listed(best)))
    if others:
        sentences.append(w.gettext("A plan without a proof: {engines}.", engines=w.listed(others)))
    if refused:
        engines = w.listed([row.engine for row in refused])
        sentences.append(w.gettext("No plan: {engines}.", engines=engines))
    if made and found.goals:
        goals = "; ".join(naming.goal(w, goal) for goal in found.goals)
        sentences.append(w.gettext("The goals in their order: {goals}.", goals=goals))
    why = tuple(f"{row.engine}: {w.tell(row.refusal or '')}" for row in refused)
    return Page(
        w.lang, (" ".join(sentences), _plans(found, made, w), Bullets(w.gettext("Why:"), why))
    )


def _plans(found: Comparison, made: list[tuple[str, Plan]], w: Words) -> PageTable:
    # The paragraph names the goals; as headers the names are wider than the table.
    goals = [w.gettext("goal {place}", place=place) for place in range(1, len(found.goals) + 1)]
    words = [w.gettext("engine"), w.gettext("status"), w.gettext("relaxed limits")]
    rows = [
        [
            engine,
            naming.status(w, plan.status.value),
            _gave_way(plan, w),
            *_values(plan, w),
            w.number(plan.seconds),
        ]
        for engine, plan in made
    ]
    return PageTable([*words, *goals, w.gettext("seconds")], rows, words)


def _gave_way(plan: Plan, w: Words) -> str:
    """The breaches, those of rules that are relaxed last first, as engines compare them."""
    sentences = [
        f"{naming.rule(w, rule)} {w.number(plan.breaches[rule].total)}"
        for rule in reversed(RELAXABLE)
        if plan.breaches[rule].total > 0
    ]
    return "; ".join(sentences) or w.gettext("nothing")


def _values(plan: Plan, w: Words) -> list[str]:
    """The value of each goal; for leximax the largest figure, since a column holds one."""
    return [w.number(max(figures(line.value), default=0.0)) for line in plan.goals]
