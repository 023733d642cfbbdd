"""Published instances come out at their published optima, proven, through the public API."""

import pytest
from lanes import in_full
from shared import data

from benchmarks.quality.data import rows
from benchmarks.quality.instances import cpmp, gap
from phancong import Status, Travel, solve

for folder in ("gap", "cpmp"):
    data(folder)  # without it all of these tests are skipped

GAP = [f"gap{group}-{number}" for group in range(1, 13) for number in range(5)]
QUICK = ("gap1-0", "gap3-0", "gap6-0")
CPMP = ["SJC1", "SJC2", "SJC3b", "cpmp01", "cpmp03", "cpmp05", "cpmp10", "cpmp15", "cpmp20"]


def proven(problem, engine):
    plan = solve(problem, goals=(Travel(),), relax=(), engine=engine)
    assert plan.status is Status.OPTIMAL
    return plan.goals[0].best


@pytest.mark.parametrize(
    ("name", "engine"),
    # One instance of each group is enough for a second opinion, one of some in the quick lane.
    [
        *((name, engine) for name in QUICK for engine in ("cp_sat", "mip", "lns")),
        *(
            pytest.param(name, engine, marks=pytest.mark.full)
            for name in GAP
            if name not in QUICK
            for engine in (("cp_sat", "mip", "lns") if name.endswith("-0") else ("cp_sat",))
        ),
    ],
)
def test_generalised_assignment_meets_the_optimum(name, engine):
    """Cattrysse, Salomon and Van Wassenhove (1994), doi:10.1016/0377-2217(94)90338-7."""
    path = f"cattrysse1994/{name}"
    optimum = {row["file"]: row["optimum"] for row in rows("gap", "reference.csv")}[path]
    assert proven(gap.problem(path), engine) == float(optimum)


@pytest.mark.parametrize("engine", ["cp_sat", "mip"])
@pytest.mark.parametrize("name", [CPMP[0], *in_full(*CPMP[1:])])
def test_capacitated_medians_meet_the_optimum(name, engine):
    """Lorena and Senne's instances with their medians given; distances floored where theirs are."""
    row = next(row for row in rows("cpmp", "reference.csv") if row["instance"] == name)
    problem = cpmp.problem(name, floored=row["euclidean_distance"] == "floored")
    assert proven(problem, engine) == pytest.approx(float(row["optimum"]), abs=5e-4)


def test_no_instance_is_left_out():
    """All 60 and all 9 that stand in the reference are solved here."""
    groups = {row["file"] for row in rows("gap", "reference.csv") if row["file"].startswith("catt")}
    assert groups == {f"cattrysse1994/{name}" for name in GAP}
    assert {row["instance"] for row in rows("cpmp", "reference.csv")} == set(CPMP)
