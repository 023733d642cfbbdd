"""A commune of 3,000 households from workbook to workbook, beside bare openpyxl on the same cells.

The lists are a filled-in workbook of a drawn commune: 3,000 households with names, 60 members. What
is timed is reading problem and names, and `plan.to_excel`: what the command `phancong plan` does beside
solving. The rival reads the same lists cell by cell, and writes the cells of the same plan,
with no format at all. The pairs that come back from the workbook are asserted to be those of the
plan.

    python benchmarks/speed/excel.py [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from phancong import Plan, read_plan, solve
from phancong.reading import read_lists
from phancong.synth import commune
from phancong.tables.printed import PrintedColumn, PrintedSheet
from phancong.tables.printing import sheets_bytes


def lists(path: Path, households: int) -> None:
    """A workbook as a commune fills it in, in Vietnamese."""
    problem = commune(5, members=60, households=households)
    homes = [
        (n, f"Nguyễn Văn Hộ {n}", home.hamlet, home.at and home.at[0], home.at and home.at[1])
        for n, home in enumerate(problem.households, 1)
    ]
    people = [
        (n, f"Trần Thị Phụ {n}", m.hamlet, m.at and m.at[0], m.at and m.at[1], m.max_households)
        for n, m in enumerate(problem.members, 1)
    ]
    titles = ("STT", "Chủ hộ", "Thôn", "Vĩ độ", "Kinh độ")
    limits = ("STT", "Họ và tên", "Thôn", "Vĩ độ", "Kinh độ", "Số hộ tối đa")
    sheets = [
        PrintedSheet("Hộ", columns=tuple(map(PrintedColumn, titles)), rows=homes),
        PrintedSheet("Người phụ trách", columns=tuple(map(PrintedColumn, limits)), rows=people),
    ]
    path.write_bytes(sheets_bytes(sheets))


def bare_read(path: Path) -> list[list[list[object]]]:
    """Every cell, by openpyxl alone."""
    book = openpyxl.load_workbook(path, read_only=True)
    return [[list(row) for row in sheet.values] for sheet in book]


def bare_write(path: Path, cells: list[list[list[object]]]) -> None:
    """The same cells, by openpyxl alone."""
    book = openpyxl.Workbook(write_only=True)
    for number, rows in enumerate(cells):
        sheet = book.create_sheet(str(number))
        for row in rows:
            sheet.append(row)
    book.save(path)


def timed(call: Callable[[], object], repeats: int) -> float:
    """The median of a few runs, in seconds."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Print both halves and the whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="300 households, once")
    quick = parser.parse_args().quick
    households, repeats = (300, 1) if quick else (3_000, 5)
    with tempfile.TemporaryDirectory() as folder:
        source, written = Path(folder, "lists.xlsx"), Path(folder, "plan.xlsx")
        lists(source, households)
        understood = read_lists(source)
        problem, labels = understood.reading.problem, understood.labels
        plan: Plan = solve(problem, engine="nearest")  # how it was made says nothing of files
        plan.to_excel(written, lang="vi", labels=labels)
        assert read_plan(written, problem).pairs == plan.pairs
        cells = bare_read(written)
        ours = [
            timed(lambda: read_lists(source).reading.problem, repeats),
            timed(lambda: plan.to_excel(written, lang="vi", labels=labels), repeats),
        ]
        theirs = [
            timed(lambda: bare_read(source), repeats),
            timed(lambda: bare_write(Path(folder, "bare.xlsx"), cells), repeats),
        ]
    print("| households | | phancong, s | openpyxl alone, s | ratio |")
    print("|---|---|---|---|---|")
    for name, mine, other in (
        ("read", ours[0], theirs[0]),
        ("write", ours[1], theirs[1]),
        ("together", sum(ours), sum(theirs)),
    ):
        print(f"| {households:,} | {name} | {mine:.2f} | {other:.2f} | {mine / other:.2f} |")


if __name__ == "__main__":
    main()
