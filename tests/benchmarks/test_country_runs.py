"""The same country with one and two workers: the comparison says so, or that it is not so."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.country import comparing
from benchmarks.country.__main__ import main

#: Starts a cluster in a folder and waits.
WAITS = """
import sys, time
from pathlib import Path
from benchmarks.country import comparing
with comparing._cluster(Path(sys.argv[1]), 1):
    print("started", flush=True)
    time.sleep(600)
"""


@pytest.mark.full
def test_runs_are_compared(tmp_path, capsys):
    """Twelve communes of a dozen households, in processes of their own."""
    main(["draw", str(tmp_path / "in"), "--every", "300", "--size", "0.002"])
    asked = ["compare", str(tmp_path / "in"), str(tmp_path / "out")]
    main([*asked, "--workers", "1", "2", "--dask", "0"])
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines()[-2:]]
    assert [row[0].strip() for row in rows] == ["1 workers", "2 workers"]
    assert [row[-1].strip() for row in rows] == ["yes", "yes"]
    assert all(float(row[2]) > 0 and float(row[4]) > 0 for row in rows)


def test_other_pairs_are_told():
    """The second run is half as long, and gave other pairs."""
    runs = [
        comparing.Start("1 workers", 10.0, 9.0, 2**30, True),
        comparing.Start("2 workers", 5.0, 9.5, 2**31, False),
    ]
    assert comparing.table_of(runs).splitlines()[-1] == (
        "| 2 workers | 5.0 | 9.5 | 2.00 | 2.00 | 0.0 | NO |"
    )


def is_alive(process):
    """Whether a process runs: neither gone nor dead and not yet waited for."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] not in "ZX"


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="processes end with their parent on Linux only")
def test_a_cluster_ends_with_the_comparison_that_is_killed(tmp_path):
    """Nobody is left to end scheduler and workers after kill −9: the kernel does."""
    pytest.importorskip("distributed")
    command = [sys.executable, "-c", WAITS, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as comparison:
        assert comparison.stdout.readline() == b"started\n"
        cluster = comparing._descendants(comparison.pid)
        comparison.kill()
    assert len(cluster) >= 2
    until = time.monotonic() + 60
    while any(map(is_alive, cluster)) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(map(is_alive, cluster))
