"""The command: ``python -m benchmarks.quality.any_size``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.quality.any_size import best_known, report
from benchmarks.quality.any_size.best_known import Best
from benchmarks.quality.any_size.comparing import text
from benchmarks.quality.any_size.runs import Run, Runs, apart, blank, seeds_of, starts, witness_of
from benchmarks.quality.any_size.strategies import SEARCHES, Budget
from benchmarks.quality.any_size.verdicts import Verdict, summary, told, verdict
from benchmarks.quality.instances.any_size import DRAWS, REPORTED, Drawn, chosen_for
from benchmarks.quality.running import commit_of

DEFAULT_OUT: Final = Path("out") / "any_size"
#: What is reported: our search, and the rivals.
REPORTED_STRATEGIES: Final = ("auto", "plain cp_sat", "plain highs")
LIMITS: Final = (1.0, 3.0, 10.0, 30.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; 1 if anything is wrong that cannot be."""
    chosen = _parser().parse_args(arguments)
    runs = Runs(chosen.out / "runs.jsonl")
    seeds = chosen.seeds or range(REPORTED[chosen.set])
    if chosen.what == "report":
        print(report.write(runs, chosen.set, chosen.out, seeds, commit=chosen.commit), end="")
        return 0
    strategies = chosen.strategies
    limits = [chosen.limit] if chosen.what != "run" else chosen.limits
    if strategies is None:
        strategies = {"sample": ["auto"], "run": [*REPORTED_STRATEGIES], "best": [*SEARCHES]}[
            chosen.what
        ]
    verdicts: list[Verdict] = []
    for drawn in _drawn(chosen.set, seeds, chosen.pairs, chosen.kind):
        verdicts += _tried(drawn, runs, strategies, limits, chosen)
        if chosen.what == "best":  # after each: whoever stops it keeps what was found
            path = best_known.path_of(chosen.set)
            key = blank(drawn, "", Budget(0.0), speed=1.0, commit="").problem
            known = best_known.improved(best_known.read(path), runs.of(key))
            best_known.write(path, known.values())
    for name in strategies:
        for limit in limits:
            of_it = [v for v in verdicts if v.run.strategy == name and v.run.limit == limit]
            if of_it:
                print(f"\n{name}, {limit:g} s, {len(of_it)} problems:")
                print("\n".join(f"  {line}" for line in summary(of_it)))
    return 1 if any(each.wrong for each in verdicts) else 0


def _drawn(name: str, seeds: Sequence[int], pairs: tuple[int, int], kind: str) -> Iterator[Drawn]:
    """The problems, those of another size or kind left out."""
    for seed in seeds:
        asked = chosen_for(name, seed)
        told = f"{asked.text}; {', '.join(asked.conflicts) or 'holds'}"
        if kind in told and pairs[0] <= asked.members * asked.households <= pairs[1]:
            drawn = DRAWS[name](seed)
            _ = drawn.problem.travel_matrix  # worked out once, before anybody is timed
            yield drawn


def _tried(
    drawn: Drawn,
    runs: Runs,
    strategies: Sequence[str],
    limits: Sequence[float],
    chosen: argparse.Namespace,
) -> Iterator[Verdict]:
    """Every strategy and limit on a problem; a line for each is printed at once."""
    begun = starts(drawn, runs)
    witness = witness_of(drawn)
    if witness is not None and runs.there(witness) is None:
        runs.add(witness)
    commit = chosen.commit or commit_of()
    done: list[Run] = []
    for limit in limits:
        for name in strategies:
            asked = blank(
                drawn, name, Budget(limit, chosen.work), speed=chosen.speed, commit=commit
            )
            run = None if chosen.again else runs.there(asked)
            if run is None:
                run = apart(drawn, asked, chosen.core)
                runs.add(run)
            done.append(run)
    known = known_of(drawn, runs, chosen.set)
    for run in done:
        found = verdict(run, begun, known)
        print(told(found, known), flush=True)
        if chosen.lines:
            for start in [*begun, run]:
                if start.plan is not None:
                    print(f"        {start.strategy}: {text(start.plan)}")
            if known is not None:
                print(f"        best ({known.found}): {text(known.lines)}")
        yield found


def known_of(drawn: Drawn, runs: Runs, name: str) -> Best | None:
    """The best known plan of a problem: of the file, and of all runs in the folder."""
    key = blank(drawn, "", Budget(0.0), speed=1.0, commit="").problem
    kept = best_known.read(best_known.path_of(name))
    return best_known.improved(kept, runs.of(key)).get((key[1], key[2]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.quality.any_size", description="How good at any size."
    )
    parser.add_argument(
        "what", nargs="?", default="sample", choices=("sample", "run", "best", "report")
    )
    parser.add_argument("--set", default="any_size", choices=list(DRAWS))
    parser.add_argument("--seeds", type=seeds_of, help="such as 1000-1023,1040; else the reported")
    parser.add_argument("--limit", type=float, default=10.0, help="seconds of a search")
    parser.add_argument("--limits", type=_numbers, default=LIMITS, help="of run: with commas")
    parser.add_argument("--strategies", "--strategy", type=_names, help="with commas; none: starts")
    parser.add_argument("--work", type=float, help="a budget of deterministic work, too")
    parser.add_argument("--speed", type=float, default=1.0, help="part of the speed, such as 0.25")
    parser.add_argument("--core", type=int, help="run on this core alone")
    parser.add_argument(
        "--pairs", type=_range, default=(0, 10**9), help="only so many pairs: 0-200000"
    )
    parser.add_argument("--kind", default="", help="only with this word: groups, places, holds")
    parser.add_argument("--again", action="store_true", help="also what has been run")
    parser.add_argument("--lines", action="store_true", help="print the plans as lines")
    parser.add_argument("--commit", help="call what is measured so; report: only runs of it")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help=f"{DEFAULT_OUT} by default")
    return parser


def _names(given: str) -> list[str]:
    if given == "none":
        return []
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in SEARCHES]
    if unknown or not names:
        raise argparse.ArgumentTypeError(
            f"no strategy {', '.join(unknown) or repr(given)}; there are: {', '.join(SEARCHES)}"
        )
    return names


def _numbers(given: str) -> tuple[float, ...]:
    return tuple(float(part) for part in given.split(","))


def _range(given: str) -> tuple[int, int]:
    least, _, most = given.partition("-")
    return int(least), int(most)


if __name__ == "__main__":
    sys.exit(main())
