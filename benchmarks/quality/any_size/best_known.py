"""The best plan that anybody has found for each problem, as lines in a small file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.quality.any_size.comparing import Line, as_record, better, from_record
from benchmarks.quality.any_size.runs import Run

FOLDER: Final = Path(__file__).parents[1] / "best_known"
COLUMNS: Final = ("seed", "fingerprint", "size", "lines", "proven", "found")

Problem = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Best:
    """The best known plan of a problem.

    Parameters
    ----------
    seed, fingerprint, size
        Which problem.
    lines
        What the plan is worth.
    proven
        Whether somebody has proven it.
    found
        By what, in how long, at which commit.
    """

    seed: int
    fingerprint: str
    size: str
    lines: tuple[Line, ...]
    proven: bool
    found: str


def path_of(name: str) -> Path:
    """The file of a set."""
    return FOLDER / f"{name}.csv"


def read(path: Path) -> dict[tuple[int, str], Best]:
    """What is known, by seed and fingerprint; nothing where there is no file."""
    if not path.exists():
        return {}
    found = {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            best = Best(
                int(row["seed"]),
                row["fingerprint"],
                row["size"],
                from_record(json.loads(row["lines"])),
                row["proven"] == "yes",
                row["found"],
            )
            found[best.seed, best.fingerprint] = best
    return found


def write(path: Path, known: Iterable[Best]) -> None:
    """Write what is known, in the order of seeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows, lineterminator="\n")
        writer.writerow(COLUMNS)
        for best in sorted(known, key=lambda best: (best.seed, best.fingerprint)):
            lines = json.dumps(as_record(best.lines), separators=(",", ":"))
            proven = "yes" if best.proven else "no"
            writer.writerow([best.seed, best.fingerprint, best.size, lines, proven, best.found])


def of_run(run: Run) -> Best | None:
    """A run as something known, None without a plan."""
    if run.plan is None:
        return None
    how = run.strategy
    if run.commit:
        how += f", {run.limit:g} s, {run.commit}"
    return Best(run.seed, run.fingerprint, run.size, run.plan, run.optimal, how)


def improved(
    known: dict[tuple[int, str], Best], runs: Iterable[Run]
) -> dict[tuple[int, str], Best]:
    """What is known after some runs: better plans, and proofs of what was known."""
    found = dict(known)
    for run in runs:
        new = of_run(run)
        if new is None:
            continue
        key = new.seed, new.fingerprint
        old = found.get(key)
        if (
            old is None
            or better(new.lines, old.lines)
            or (new.proven and not old.proven and not better(old.lines, new.lines))
        ):
            found[key] = new
    return found
