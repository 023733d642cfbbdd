"""A province in one run: twelve communes, one list with a mistake, and a second run.

Each commune is a problem of its own. The tables of the whole province are Parquet files with a column
`commune`. One commune lists a household twice: it fails, with its reason in a row of `failures`, and the
others are planned. Once the list is corrected, the second run plans only that commune.

Everything is invented. A country has more rows: phancong.batch uses all cores or a cluster
(docs/batch.md). This example uses one thread, as it is small. It needs pip install 'phancong[batch]'.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from phancong.batch import BatchSummary, plan_many
from phancong.synth import commune

COMMUNES = [f"{2300 + 3 * number:05}" for number in range(12)]
WRONG = COMMUNES[4]


def province() -> dict[str, list[dict[str, Any]]]:
    """The rows of members, households and last year's pairs."""
    rows: dict[str, list[dict[str, Any]]] = {"members": [], "households": [], "previous": []}
    for number, key in enumerate(COMMUNES):
        problem = commune(number, members=9, households=70 + 5 * number, weights="equal", band=0.1)
        for m in problem.members:
            rows["members"].append(
                {
                    "commune": key,
                    "id": m.id,
                    "lat": m.at[0],
                    "lon": m.at[1],
                    "hamlet": m.hamlet,
                    "share": m.share,
                    "max_households": m.max_households,
                    "max_travel": problem.max_travel,
                }
            )
        for h in problem.households:
            rows["households"].append(
                {"commune": key, "id": h.id, "lat": h.at[0], "lon": h.at[1], "hamlet": h.hamlet}
            )
        for household, member, years in problem.previous:
            rows["previous"].append(
                {"commune": key, "household": household, "member": member, "years": years}
            )
    return rows


def write(folder: Path, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Write the tables as Parquet files."""
    folder.mkdir(exist_ok=True)
    for name, table in rows.items():
        pd.DataFrame(table).to_parquet(folder / f"{name}.parquet")


def planned(folder: Path, out: Path) -> BatchSummary:
    """Plan the communes that are missing."""
    with ThreadPoolExecutor(1) as executor:
        return plan_many(folder, out, executor=executor)


def main() -> None:
    """Plan, correct the list, and plan again."""
    with TemporaryDirectory() as scratch:
        folder, out = Path(scratch) / "province", Path(scratch) / "plans"
        rows = province()
        twice = next(row for row in rows["households"] if row["commune"] == WRONG)
        write(folder, {**rows, "households": [*rows["households"], twice]})

        print("1. THE FIRST RUN\n")
        print(planned(folder, out))
        for failure in pd.read_parquet(out / "failures").itertuples():
            print(f"{failure.commune}: {failure.reason}")

        print("\n2. THE LIST IS MENDED\n")
        write(folder, rows)
        print(planned(folder, out))

        print("\n3. THE PROVINCE\n")
        figures = pd.read_parquet(out / "figures").sort_values("commune")
        print("commune  households  largest load  changes  metres a visit  relaxed")
        for row in figures.itertuples():
            print(
                f"{row.commune:>7}  {row.households:>10}  {row.load_max:>12.0f}  "
                f"{row.changes:>7.0f}  {row.travel_mean:>14.0f}  {'yes' if row.relaxed else ''}".rstrip()
            )
        pairs = pd.read_parquet(out / "pairs")
        kept = 100 * pairs["kept"].sum() / len(rows["previous"])
        print(f"\n{len(pairs)} pairs; {kept:.0f} % of last year's pairs continue.")


if __name__ == "__main__":
    main()
