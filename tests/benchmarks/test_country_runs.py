"""The same country with one and two workers: the comparison says so, or that it is not so."""

import pytest

from benchmarks.country import comparing
from benchmarks.country.__main__ import main


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
