"""The command: ``python -m benchmarks.quality``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from benchmarks.quality import pictures, record, tables
from benchmarks.quality.instances import SETS, among, ready
from benchmarks.quality.judging import contradictions
from benchmarks.quality.running import complete, jobs
from benchmarks.quality.strategies import BY_HAND, OURS, STRATEGIES

#: Seconds for a solver in a quick run.
QUICK: Final = 1.0
DEFAULT_OUT: Final = Path("out") / "quality"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 if anything contradicts a proof or fell over, 2 if nothing is there."""
    chosen = _parser().parse_args(arguments)
    if chosen.list:
        _list()
        return 0
    if chosen.quick and chosen.out is None:
        with tempfile.TemporaryDirectory() as folder:
            return _run(chosen, Path(folder))
    return _run(chosen, chosen.out or DEFAULT_OUT)


def _run(chosen: argparse.Namespace, out: Path) -> int:
    out.mkdir(parents=True, exist_ok=True)
    path = out / "runs.csv"
    strategies = {name: STRATEGIES[name] for name in chosen.strategies}
    if chosen.tables_only:
        rows = record.read(path)
    else:
        sets = among(
            ready([SETS[name] for name in chosen.sets], chosen.seeds, quick=chosen.quick),
            chosen.instances,
        )
        limit = QUICK if chosen.quick else chosen.limit
        total = sum(1 for _ in jobs(sets, strategies))
        if not total:
            print(f"no instance is called {' or '.join(chosen.instances)}", file=sys.stderr)
            return 2
        tqdm.monitor_interval = 0  # its thread would be there when a process is forked
        with tqdm(total=total, unit="run", disable=None) as bar:

            def tick(what: str) -> None:
                bar.set_postfix_str(what)
                bar.update()

            rows = complete(sets, strategies, limit, path, tick=tick)
    tables.write(rows, out, STRATEGIES)
    drawn = pictures.write(tables.measured(rows), out, STRATEGIES)
    print((out / "table.md").read_text(encoding="utf-8"))
    became = Counter(row.status for row in rows)
    told = ", ".join(f"{count} {status}" for status, count in became.most_common())
    print(f"{len(rows)} runs ({told}), {len(drawn)} pictures")
    wrong = contradictions(rows)
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    return 1 if wrong else 0


def _list() -> None:
    for title, names in (
        ("sets", {name: each.about for name, each in SETS.items()}),
        ("strategies", {name: _kind(name) for name in STRATEGIES}),
    ):
        print(f"{title}:")
        for name, about in names.items():
            print(f"  {name:<28}{about}")


def _kind(strategy: str) -> str:
    if strategy in BY_HAND:
        return "by hand"
    return "ours" if strategy in OURS else "rival"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.quality", description="Strategies, side by side."
    )
    parser.add_argument("--quick", action="store_true", help="small instances, a second each")
    parser.add_argument("--list", action="store_true", help="show sets and strategies")
    parser.add_argument("--sets", type=_names(SETS, "set"), default=list(SETS), help="with commas")
    parser.add_argument(
        "--strategies",
        type=_names(STRATEGIES, "strategy"),
        default=list(STRATEGIES),
        help="with commas",
    )
    parser.add_argument(
        "--instances",
        nargs="+",
        default=["*"],
        help="only those with a name like these: 'd*' 'e40*'",
    )
    parser.add_argument("--seeds", type=int, default=5, help="of each drawn instance")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for a solver")
    parser.add_argument("--out", type=Path, default=None, help=f"folder; {DEFAULT_OUT} by default")
    parser.add_argument("--tables-only", action="store_true", help="run nothing")
    return parser


def _names(known: Mapping[str, object], kind: str) -> Callable[[str], list[str]]:
    """Reads names with commas; each has to be known."""

    def read(given: str) -> list[str]:
        names = [name.strip() for name in given.split(",") if name.strip()]
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            there = ", ".join(known)
            raise argparse.ArgumentTypeError(
                f"no {kind} {', '.join(unknown) or repr(given)}; there are: {there}"
            )
        return names

    return read


if __name__ == "__main__":
    sys.exit(main())
