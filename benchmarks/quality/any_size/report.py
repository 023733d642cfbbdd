"""What came out, as a table and a picture: how many are near the best known, against time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure  # without pyplot: no window, no state

from benchmarks.quality.any_size import best_known
from benchmarks.quality.any_size.runs import Run, Runs
from benchmarks.quality.any_size.strategies import SEARCHES, STARTS
from benchmarks.quality.any_size.verdicts import Verdict, summary, verdict
from phancong.layout import number

#: How near is looked at, relative to the best known on the first line that differs.
NEAR: Final = (0.0, 1e-3, 1e-2, 1e-1, 1.0)
#: How many of the worst are named.
WORST: Final = 15
#: What is drawn at the left end: as good as the best known.
LEAST: Final = 1e-4

Kind = tuple[str, float, float | None, float]


def write(
    runs: Runs, name: str, out: Path, seeds: Container[int], *, commit: str | None = None
) -> str:
    """Write ``{set}.md`` and ``{set}.png`` of some seeds, and give back the text.

    Parameters
    ----------
    runs
        All that has been run.
    name
        The set.
    out
        The folder.
    seeds
        Which problems.
    commit
        Only runs of our search of this commit; None for the last of each.
    """
    groups = grouped(runs, name, seeds, commit)
    page = "\n".join(_page(groups, name)) + "\n"
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.md").write_text(page, encoding="utf-8")
    if groups:
        _drawn(groups, name, out / f"{name}.png")
    return page


def grouped(
    runs: Runs, name: str, seeds: Container[int], commit: str | None
) -> dict[Kind, list[Verdict]]:
    """The verdicts of each strategy, limit, work and speed."""
    known = best_known.read(best_known.path_of(name))
    of: dict[tuple[str, int, str], list[Run]] = defaultdict(list)
    for run in runs.all:
        if run.set == name and run.seed in seeds:
            of[run.problem].append(run)
    found: dict[Kind, list[Verdict]] = defaultdict(list)
    for (_, seed, fingerprint), every in of.items():
        best = best_known.improved(known, every).get((seed, fingerprint))
        starts = [run for run in every if run.strategy in STARTS]
        last: dict[Kind, Run] = {}
        for run in every:
            if run.strategy in SEARCHES and commit in (None, run.commit):
                last[run.strategy, run.limit, run.work, run.speed] = run
        for kind, run in last.items():
            found[kind].append(verdict(run, starts, best))
    return dict(sorted(found.items(), key=lambda item: (str(item[0][2:]), item[0][:2])))


def _page(groups: dict[Kind, list[Verdict]], name: str) -> list[str]:
    heads = ["as good" if near == 0 else f"within {100 * near:g} %" for near in NEAR]
    columns = ["strategy", "seconds", "problems", *heads, "worse than a start", "proven", "over"]
    lines = [f"# {name}", "", "| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    for kind, verdicts in groups.items():
        shares = [f"{100 * share:.1f} %" for share in _shares(verdicts)]
        worse = sum(each.worse_than_start for each in verdicts)
        proven = sum(each.run.optimal and each.wrong is None for each in verdicts)
        over = sum(each.run.over for each in verdicts)
        cells = [_titled(kind), f"{kind[1]:g}", str(len(verdicts)), *shares]
        cells += [str(worse), f"{100 * proven / len(verdicts):.1f} %", str(over)]
        lines.append("| " + " | ".join(cells) + " |")
    for kind, verdicts in groups.items():
        lines += ["", f"## {_titled(kind)}, {kind[1]:g} s", ""]
        lines += [f"- {line}" for line in summary(verdicts)]
        worst = sorted(verdicts, key=lambda each: -each.behind)[:WORST]
        lines += [
            f"- seed {each.run.seed} ({each.run.size}): {each.from_best or each.run.note} — "
            f"{each.run.kind}"
            for each in worst
            if each.behind > 0
        ]
    return lines


def _titled(kind: Kind) -> str:
    strategy, _, work, speed = kind
    title = strategy
    if work is not None:
        title += f", work {number(work)}"
    return title if speed == 1 else f"{title}, {100 * speed:g} % of the speed"


def _shares(verdicts: Sequence[Verdict]) -> list[float]:
    """The part of problems within each distance of the best known."""
    behind = np.array([each.behind for each in verdicts])
    return [float(np.mean(behind <= near)) for near in NEAR]


def _drawn(groups: dict[Kind, list[Verdict]], name: str, path: Path) -> None:
    """The profile at each limit, and how many are as good as the best known against time."""
    limits = sorted({kind[1] for kind in groups})
    figure = Figure(figsize=(4.2 * (len(limits) + 1), 4.2), layout="constrained")
    axes = figure.subplots(1, len(limits) + 1, squeeze=False)[0]
    titles = sorted({_titled(kind) for kind in groups})
    colours = {title: f"C{place % 10}" for place, title in enumerate(titles)}
    for place, limit in zip(axes, limits, strict=False):
        for kind, verdicts in groups.items():
            if kind[1] == limit:
                behind = np.sort(np.maximum([each.behind for each in verdicts], LEAST))
                share = np.arange(1, len(behind) + 1) / len(behind)
                finite = np.isfinite(behind)
                title = _titled(kind)
                place.step(
                    [LEAST, *behind[finite], 1e3],
                    [0.0, *share[finite], float(np.mean(finite))],
                    where="post",
                    color=colours[title],
                    label=title,
                )
        place.set(xscale="log", xlim=(LEAST, 1e2), ylim=(0, 1), title=f"{limit:g} s")
        place.set_xlabel("τ: behind the best known, first line that differs")
        place.grid(alpha=0.3)
    axes[0].set_ylabel("share of problems within τ")
    axes[0].legend(fontsize=8)
    for title in titles:
        points = [(k[1], _shares(v)[0]) for k, v in groups.items() if _titled(k) == title]
        axes[-1].plot(*zip(*points, strict=True), marker="o", color=colours[title], label=title)
    axes[-1].set(xscale="log", ylim=(0, 1), xlabel="seconds", title="as good as the best known")
    axes[-1].set_xticks(limits, [f"{limit:g}" for limit in limits])
    axes[-1].minorticks_off()
    axes[-1].grid(alpha=0.3)
    figure.suptitle(f"{name}: {max(map(len, groups.values()))} problems")
    figure.savefig(path, dpi=120)
