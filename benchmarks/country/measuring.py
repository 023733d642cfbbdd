"""What a country costs: CPU seconds a commune by stage, from the log of a batch."""

from __future__ import annotations

import json
import resource
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from phancong import Search
from phancong.batch import BatchSummary, plan_many

#: Where the same is projected to: units of help, and how many households each has, as published.
ELSEWHERE = {
    "Vietnam, 3,321 communes": (3321, 28_000_000, 5_600_000),
    "Kenya, 9,500 units": (9500, 12_000_000, 106_504),
    "India, 640,000 villages": (640_000, 200_000_000, 1_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run cost.

    Parameters
    ----------
    summary
        What it gave.
    stages
        CPU seconds by stage, in all.
    rows
        The figures of each commune.
    largest
        The most memory of one worker, in bytes; 0 where they are still at work.
    """

    summary: BatchSummary
    stages: Mapping[str, float]
    rows: Sequence[Mapping[str, object]]
    largest: int

    @property
    def pairs(self) -> float:
        """Possible pairs of a household and a member, in all."""
        return float(
            sum(int(str(row["households"])) * int(str(row["members"])) for row in self.rows)
        )


def measured(source: Path, target: Path, *, workers: int, work: float) -> Cost:
    """Plan a country, and say what it cost.

    Parameters
    ----------
    source, target
        The input and the output; the output is made anew.
    workers
        How many processes.
    work
        The budget of a commune.
    """
    summary = plan_many(source, target, workers=workers, search=Search(work=work), resume=False)
    stages: Counter[str] = Counter()
    with (target / "log.jsonl").open(encoding="utf-8") as log:
        lines = [json.loads(line) for line in log]
    begun = max(place for place, line in enumerate(lines) if line["event"] == "begun")
    for line in lines[begun:]:
        stages.update(line.get("seconds", {}))
    rows = pq.read_table(target / "figures").to_pylist()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Cost(summary=summary, stages=dict(stages), rows=rows, largest=largest)


def told(cost: Cost) -> str:
    """The cost as a table in Markdown, and what it would be elsewhere."""
    summary, communes = cost.summary, max(len(cost.rows), 1)
    total = sum(cost.stages.values())
    lines = [
        f"{summary.planned} communes planned, {summary.failed} failed, {summary.relaxed} relaxed, "
        f"{summary.households} households; {summary.seconds:.0f} s, "
        f"{summary.households / max(summary.seconds, 1e-9):.0f} households a second; "
        f"the largest worker {cost.largest / 2**30:.2f} GiB",
        "",
        "| stage | CPU seconds a commune | % |",
        "|---|---|---|",
        *(
            f"| {stage} | {seconds / communes:.3f} | {100 * seconds / max(total, 1e-9):.0f} |"
            for stage, seconds in cost.stages.items()
        ),
        f"| all | {total / communes:.3f} | 100 |",
        "",
        f"proven: {sum(row['status'] == 'optimal' for row in cost.rows)} of {communes}; "
        f"largest gap {max((float(str(row['gap'])) for row in cost.rows), default=0.0):.2g}",
        "",
        "| country | households and members of a unit | core hours |",
        "|---|---|---|",
        *(f"| {name} | {projected(cost, *country)} |" for name, country in ELSEWHERE.items()),
    ]
    return "\n".join(lines)


def projected(cost: Cost, units: int, households: int, members: int) -> str:
    """Core hours elsewhere, if time grows as possible pairs and as households do.

    What is spent on pairs (travel and solve) is taken as proportional to them, the rest to households.
    """
    by_pairs = cost.stages.get("travel", 0.0) + cost.stages.get("solve", 0.0)
    rest = sum(cost.stages.values()) - by_pairs
    mine, theirs = households / units, members / units
    pairs = by_pairs / max(cost.pairs, 1.0) * mine * theirs
    hours = units * (pairs + rest / max(cost.summary.households, 1) * mine) / 3600
    told_hours = f"{hours:,.0f}" if hours >= 100 else f"{hours:.3g}"
    return f"{mine:,.0f} × {theirs:,.1f} | {told_hours}"
