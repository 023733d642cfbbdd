"""What came out, as pictures: quality against time, travel against fairness, kept pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure  # without pyplot: no window, no state

from benchmarks.quality.record import PLAN
from benchmarks.quality.tables import Measured

#: Below this a gap in percent is drawn as nothing: a logarithm knows no 0.
LEAST_GAP: Final = 1e-3
MARKS: Final = "os^vD<>pPX*hHd"


def write(runs: Sequence[Measured], out: Path, strategies: Iterable[str]) -> list[Path]:
    """Draw what there is to draw of each set; the files that were written."""
    names = list(strategies)
    by_set: dict[str, list[Measured]] = defaultdict(list)
    for run in runs:
        if run.row.status == PLAN:
            by_set[run.row.set].append(run)
    written = []
    for name, chosen in by_set.items():
        points = {
            "quality_time": [
                (run.row.strategy, run.row.seconds, max(100 * run.gaps[-1], LEAST_GAP))
                for run in chosen
                if run.row.seconds and run.gaps and run.gaps[-1] is not None
            ],
            "travel_fairness": [
                (run.row.strategy, run.travel, run.row.unfair)
                for run in chosen
                if run.travel and run.row.unfair
            ],
        }
        for kind, found in points.items():
            if found:
                written.append(_scattered(name, kind, found, names, out))
        shares = _shares(chosen, names)
        if shares:
            written.append(_barred(name, shares, out))
    return written


def _scattered(
    name: str, kind: str, points: Sequence[tuple[str, float, float]], names: list[str], out: Path
) -> Path:
    figure, axes = _blank()
    for number, strategy in enumerate(names):
        mine = [(x, y) for who, x, y in points if who == strategy]
        if mine:
            across, up = zip(*mine, strict=True)
            mark, colour = MARKS[number % len(MARKS)], f"C{number % 10}"
            axes.scatter(across, up, s=26, marker=mark, color=colour, label=strategy, alpha=0.8)
    _labelled(axes, name, kind)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return _saved(figure, out / f"{name}_{kind}.png")


def _labelled(axes: Axes, name: str, kind: str) -> None:
    if kind == "quality_time":
        axes.set(xscale="log", yscale="log", xlabel="seconds of the whole call")
        axes.set_ylabel(f"gap of the last goal, % of the best proven bound (least {LEAST_GAP:g})")
        axes.set_title(f"{name}: quality against time, plans that keep all limits")
    else:
        axes.set(xlabel="total travel ÷ the least that keeps all limits")
        axes.set_ylabel("largest load ÷ mean load")
        axes.set_title(f"{name}: travel against fairness, all plans")


def _shares(chosen: Sequence[Measured], names: list[str]) -> dict[str, float]:
    """Kept pairs of each strategy, where any plan has changed any."""
    shares: dict[str, list[float]] = defaultdict(list)
    for run in chosen:
        if run.row.kept_share is not None and "Continuity" in run.row.goals:
            shares[run.row.strategy].append(100 * run.row.kept_share)
    means = {name: fmean(shares[name]) for name in names if name in shares}
    return means if any(share < 100 for share in means.values()) else {}


def _barred(name: str, shares: dict[str, float], out: Path) -> Path:
    figure, axes = _blank()
    axes.barh(list(shares), list(shares.values()))
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="pairs of last year that go on, %")
    axes.set_title(f"{name}: kept pairs, all plans")
    return _saved(figure, out / f"{name}_kept.png")


def _blank() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(9, 5.5), layout="constrained")
    return figure, figure.add_subplot()


def _saved(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=120)
    return path
