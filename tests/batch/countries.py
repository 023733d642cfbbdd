"""Small countries to plan: communes of three members and six households each."""

import json
from concurrent.futures import Executor, Future

import pyarrow as pa
import pyarrow.parquet as pq

from phancong import Search
from phancong.batch import plan_many

SEARCH = Search(work=5)


class AtOnce(Executor):
    """Does at once what it is given, in this process: tests see what a worker does."""

    def __init__(self):
        self.jobs = []

    def submit(self, call, /, *given, **named):
        self.jobs += given
        future = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(call(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def tables(keys, *, households=6, special=()):
    """Rows of members, households and last year's pairs; ids are the same in each commune.

    ``special`` maps a commune to the id of one more household.
    """
    found = {"members": [], "households": [], "previous": []}
    for place, key in enumerate(keys):
        north = 20 + place / 50
        for n in range(3):
            found["members"].append(
                {"commune": key, "id": f"m{n}", "lat": north, "lon": 105 + n / 500, "share": 1.0}
            )
        ids = [f"h{n}" for n in range(households)]
        ids += [dict(special)[key]] if key in dict(special) else []
        for n, household in enumerate(ids):
            lon = 105 + (7 * n + place) % 13 / 2000
            found["households"].append({"commune": key, "id": household, "lat": north, "lon": lon})
            if n % 2 == 0:
                member = f"m{n % 3}"
                found["previous"].append({"commune": key, "household": household, "member": member})
    return found


def crowd(source, key):
    """Let each member of a commune take one household, and all others nine."""
    path = source / "members.parquet"
    rows = [
        row | {"max_households": 1 if row["commune"] == key else 9}
        for row in pq.read_table(path).to_pylist()
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)


def write_country(folder, keys, *, group=7, **options):
    """The tables as Parquet, with row groups that cut communes apart."""
    folder.mkdir(exist_ok=True)
    for name, rows in tables(keys, **options).items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet", row_group_size=group)
    return folder


def keys(many):
    return [f"{n:05}" for n in range(many)]


def batch(source, target, **options):
    """A run in this process, unless an executor or workers are given."""
    if "executor" not in options and "workers" not in options:
        options["executor"] = AtOnce()
    return plan_many(source, target, **{"search": SEARCH, **options})


def dataset(target, name="pairs"):
    """The rows of a dataset in the order of communes and households."""
    rows = pq.read_table(target / name).to_pylist()
    return sorted(rows, key=lambda row: tuple(map(str, row.values())))


def by_commune(target, name):
    found = {}
    for row in dataset(target, name):
        found.setdefault(row["commune"], []).append(row)
    return found


def log_of(target):
    """The lines of the log."""
    return [json.loads(line) for line in (target / "log.jsonl").read_text().splitlines()]


def planned_again(target):
    """Communes that were planned more than once, as the log tells."""
    planned = [
        key for line in log_of(target) if line["event"] == "part" for key in line["communes"]
    ]
    return sorted({key for key in planned if planned.count(key) > 1})


def parts_of(target):
    """The parts that count, as their records say: name → its communes."""
    told = [json.loads(path.read_text()) for path in (target / "_records").glob("*.json")]
    return {record["name"]: [entry["key"] for entry in record["entries"]] for record in told}


def complete(target):
    """The files of the parts that count now, and when each was written."""
    return {
        path: path.stat().st_mtime_ns
        for name in (parts_of(target) if (target / "_records").exists() else ())
        for path in (target / "pairs" / f"{name}.parquet", target / "_records" / f"{name}.json")
    }
