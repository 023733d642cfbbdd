"""``python -m benchmarks.country draw FOLDER`` and ``python -m benchmarks.country run FOLDER OUT``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.country.comparing import compared, table_of
from benchmarks.country.drawing import draw
from benchmarks.country.measuring import measured, told


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw a country, or plan one and say what it cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.country", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="draw a country as Parquet")
    drawing.add_argument("folder", type=Path)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--every", type=int, default=1, help="one commune of so many")
    drawing.add_argument("--size", type=float, default=1.0, help="the part of each commune")
    drawing.add_argument("--weights", choices=("equal", "class", "integer"), default="equal")
    running = commands.add_parser("run", help="plan a country and say what it cost")
    running.add_argument("folder", type=Path)
    running.add_argument("target", type=Path)
    running.add_argument("--workers", type=int, default=2)
    running.add_argument("--work", type=float, default=60.0)
    comparing = commands.add_parser("compare", help="the same with several workers, and on Dask")
    comparing.add_argument("folder", type=Path)
    comparing.add_argument("target", type=Path)
    comparing.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    comparing.add_argument("--dask", type=int, default=2, help="workers of the cluster; 0: none")
    asked = parser.parse_args(arguments)
    if asked.command == "draw":
        counts = draw(
            asked.folder, seed=asked.seed, every=asked.every, size=asked.size, weights=asked.weights
        )
        print(", ".join(f"{count:,} {name}" for name, count in counts.items()))
    elif asked.command == "compare":
        print(table_of(compared(asked.folder, asked.target, asked.workers, asked.dask)))
    else:
        cost = measured(asked.folder, asked.target, workers=asked.workers, work=asked.work)
        print(told(cost))


if __name__ == "__main__":
    main()
