"""What came out, as tables: a line a group of instances and strategy, every run, every stage."""

from __future__ import annotations

import csv
import io
import os
import platform
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import fmean, median
from typing import Final

from benchmarks.quality import record
from benchmarks.quality.judging import by_instance, gaps
from benchmarks.quality.record import Row
from phancong.layout import number
from phancong.synth import GENERATOR_VERSION

PACKAGES: Final = ("ortools", "pulp", "pot", "networkx", "k-means-constrained", "numpy", "scipy")

HEAD: Final = (
    "set",
    "instances",
    "strategy",
    "plans",
    "keep all",
    "gap %",
    "proven",
    "best",
    "seconds",
    "solver",
    "core",
    "travel ÷ least",
    "largest ÷ mean load",
    "kept %",
    "what else",
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A run with what only all runs on its instance together can tell.

    Parameters
    ----------
    row
        The run.
    gaps
        Of each goal, see :func:`benchmarks.quality.judging.gaps`.
    best
        Nobody's plan that keeps all limits has better goals, in their order.
    travel
        Total travel over the least of the plans that keep all limits; None for a plan that leaves
        households out, and has no way to them.
    """

    row: Row
    gaps: tuple[float | None, ...]
    best: bool
    travel: float | None


def measured(rows: Sequence[Row]) -> list[Measured]:
    """Every run beside the others on its instance."""
    found = []
    for runs in by_instance(rows).values():
        kept = [row for row in runs if row.kept]
        leading = min((_rounded(row) for row in kept), default=None)
        least = min((row.travel_total for row in kept if row.travel_total), default=None)
        for row in runs:
            travel = None
            if least and row.travel_total and row.coverage == 1:
                travel = row.travel_total / least
            best = row.kept and _rounded(row) == leading
            found.append(Measured(row, gaps(row, runs), best, travel))
    return found


def _rounded(row: Row) -> tuple[float, ...]:
    """Values without what sums of floats leave."""
    return tuple(float(f"{value:.9g}") for value in row.values if value is not None)


def write(rows: Sequence[Row], out: Path, strategies: Iterable[str]) -> None:
    """Write ``table.md``, ``table.csv`` and ``stages.md``; lines in the order of *strategies*."""
    order = {name: number for number, name in enumerate(strategies)}
    runs = sorted(measured(rows), key=lambda run: order.get(run.row.strategy, len(order)))
    (out / "table.md").write_text(markdown(runs), encoding="utf-8")
    (out / "table.csv").write_text(every(runs), encoding="utf-8")
    (out / "stages.md").write_text(stages(runs), encoding="utf-8")


def setting(rows: Iterable[Row]) -> str:
    """What it was measured on, in a sentence."""
    commits = ", ".join(sorted({row.commit for row in rows}))
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Commit {commits}; synth generator {GENERATOR_VERSION}; Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {packages}."
    )


def markdown(runs: Sequence[Measured]) -> str:
    """The table: a line for each group of instances, strategy and limit."""
    groups: dict[tuple[str, str, float, str], list[Measured]] = defaultdict(list)
    places: dict[tuple[str, str, float], int] = {}
    for run in runs:
        row = run.row
        places.setdefault((row.set, row.group, row.limit), len(places))
        groups[row.set, row.group, row.limit, row.strategy].append(run)
    lines = [setting(run.row for run in runs), "", *_head(HEAD)]
    # Python's sort is stable: within a group the strategies stay in their order.
    for key, members in sorted(groups.items(), key=lambda item: places[item[0][:3]]):
        lines.append(_line(*key, members))
    return "\n".join(lines) + "\n"


def _line(name: str, group: str, limit: float, strategy: str, runs: Sequence[Measured]) -> str:
    """A line of the table."""
    plans = [run for run in runs if run.row.status == record.PLAN]
    kept = [run for run in plans if run.row.kept]
    stopped = any(run.row.status == record.STOPPED for run in runs)
    proven = sum(all(gap == 0 for gap in run.gaps) and bool(run.gaps) for run in kept)
    tried = [run.row for run in runs if run.row.status != record.REFUSED]
    cells = [
        name,
        f"{group} ({limit:g} s)",
        strategy,
        f"{len(plans)} of {len(runs)}",
        str(len(kept)),
        _gaps(kept),
        str(proven),
        str(sum(run.best for run in runs)),
        ("≥ " if stopped else "") + _middle(row.seconds for row in tried),
        _middle(row.solver_seconds for row in tried),
        _middle(row.core_seconds for row in tried),
        _mean((run.travel for run in plans), 1, 3),
        _mean((run.row.unfair for run in plans), 1, 3),
        _mean((run.row.kept_share for run in plans if "Continuity" in run.row.goals), 100, 1),
        _words(runs),
    ]
    return "| " + " | ".join(cells) + " |"


def _gaps(kept: Sequence[Measured]) -> str:
    """For each goal the mean, and the largest in brackets."""
    if not kept:
        return "–"
    cells = []
    for each in zip(*(run.gaps for run in kept), strict=True):
        known = [100 * gap for gap in each if gap is not None]
        if not known:
            cells.append("?")
        elif max(known) == 0:
            cells.append("0")
        elif len(known) == 1:
            cells.append(f"{known[0]:.3f}")
        else:
            cells.append(f"{fmean(known):.3f} ({max(known):.3f})")
    return " · ".join(cells)


def _words(runs: Sequence[Measured]) -> str:
    """What is broken, what was refused, what the strategy itself was after."""
    told: dict[str, None] = {}
    for run in runs:
        row = run.row
        if row.status not in (record.PLAN, record.REFUSED):
            told[f"{row.status}: {row.note}"] = None
        elif row.status == record.REFUSED:
            told[f"refused: {row.note}"] = None
        elif row.note:
            told[row.note] = None
    breaks = [run.row.breaks for run in runs if run.row.breaks]
    if breaks:
        rules = dict.fromkeys(part.rpartition(" ")[0] for run in runs for part in run.row.broken)
        least, most = min(breaks), max(breaks)
        many = f"{least}" if least == most else f"{least} to {most}"
        noun = "limit" if most == 1 else "limits"
        told[f"breaks {many} {noun} ({', '.join(rules)})"] = None
    forbidden = max(run.row.forbidden for run in runs)
    if forbidden:
        told[f"{forbidden} things that may never be"] = None
    own = [run.row.own for run in runs if run.row.own is not None]
    if own:
        told[f"own objective {number(fmean(own))}"] = None
    return "; ".join(told).replace("|", "/")


def _middle(figures: Iterable[float | None]) -> str:
    known = [figure for figure in figures if figure is not None]
    if not known:
        return ""
    middle = median(known)
    return f"{middle:.3f}" if middle < 1 else f"{middle:.1f}"


def _mean(figures: Iterable[float | None], times: float, digits: int) -> str:
    known = [figure for figure in figures if figure is not None]
    return f"{times * fmean(known):.{digits}f}" if known else ""


def every(runs: Sequence[Measured]) -> str:
    """Every run, with its gaps, as CSV."""
    page = io.StringIO()
    head = (*record.COLUMNS, "gaps", "best", "travel_over_least")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(head)
    for run in runs:
        (cells,) = csv.reader([record.text([run.row], head=False).rstrip("\n")])
        gap = record.BETWEEN.join("" if gap is None else f"{gap:.9f}" for gap in run.gaps)
        travel = "" if run.travel is None else f"{run.travel:.9f}"
        writer.writerow([*cells, gap, int(run.best), travel])
    return page.getvalue()


def stages(runs: Sequence[Measured]) -> str:
    """Of every plan for goals in order, each stage: value, the strategy's own bound, and the gap."""
    lines = [
        "Value ≥ the strategy's own bound (gap to the best bound that holds for it), goal by goal."
    ]
    seen: dict[tuple[str, ...], list[Measured]] = defaultdict(list)
    for run in runs:
        if len(run.row.goals) > 1 and run.row.status == record.PLAN:
            seen[run.row.set, *run.row.goals].append(run)
    for (name, *goals), chosen in seen.items():
        lines += [
            "",
            f"## {name}",
            "",
            *_head(["instance", "strategy", "seconds", *goals, "breaks"]),
        ]
        for run in sorted(chosen, key=lambda run: run.row.instance):
            row = run.row
            cells = [row.instance, row.strategy, _middle([row.seconds])]
            bounds = (*row.bounds, *[None] * (len(row.values) - len(row.bounds)))
            for value, bound, gap in zip(row.values, bounds, run.gaps, strict=True):
                known = "" if gap is None else f" ({100 * gap:.3f} %)"
                cells.append(f"{number(value)} ≥ {number(bound)}{known}")
            cells.append(", ".join(row.broken))
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _head(names: Sequence[str]) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
