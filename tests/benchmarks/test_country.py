"""The country to try: drawn on the real communes, the same from a seed, and what it costs."""

import math

import pyarrow.parquet as pq
import pytest

pytest.importorskip(
    "vietnamadminunits", reason="the communes are those of vietnamadminunits (extra bench)"
)

from benchmarks.country.__main__ import main
from benchmarks.country.drawing import communes_of, draw, sizes
from benchmarks.country.measuring import Cost, projected
from benchmarks.country.places import HOUSEHOLDS, communes
from phancong.batch import BatchSummary


def test_the_communes_are_those_of_the_country():
    """3,321 in 34 provinces, in Vietnam, 331,000 square kilometres in all."""
    places = communes()
    assert len(places) == len({place.code for place in places}) == 3321
    assert len({place.province for place in places}) == 34
    assert all(7 < place.latitude < 24 and 102 < place.longitude < 115 for place in places)
    assert sum(place.area for place in places) == pytest.approx(331_000, rel=0.03)
    assert sum(size for _, size in sizes(places, 1)) == pytest.approx(HOUSEHOLDS, rel=1e-4)


def test_a_country_is_the_same_from_a_seed(tmp_path):
    """A commune does not depend on how many others are drawn; houses lie within its area."""
    counts = draw(tmp_path / "a", every=1100, size=0.01)
    draw(tmp_path / "b", every=550, size=0.01)
    draw(tmp_path / "c", every=1100, size=0.01, seed=2)
    assert counts["communes"] == len(list(communes_of(tmp_path / "a"))) == 4
    tables = {
        name: pq.read_table(tmp_path / name / "households.parquet").to_pylist() for name in "abc"
    }
    keys = set(communes_of(tmp_path / "a"))
    assert [row for row in tables["b"] if row["commune"] in keys] == tables["a"]
    assert tables["c"] != tables["a"]
    places = {place.code: place for place in communes()}
    for row in tables["a"]:
        place = places[row["commune"]]
        far = math.hypot(row["lat"] - place.latitude, row["lon"] - place.longitude) * 111_000
        assert far < 3 * math.sqrt(place.area * 1e6)


@pytest.mark.full
def test_a_country_is_planned_and_its_cost_told(tmp_path, capsys):
    """Every commune by the flow, proven; CPU seconds by stage."""
    main(["draw", str(tmp_path / "in"), "--every", "1100", "--size", "0.01"])
    main(["run", str(tmp_path / "in"), str(tmp_path / "out"), "--workers", "1"])
    said = capsys.readouterr().out
    assert "4 communes planned, 0 failed" in said
    assert "proven: 4 of 4" in said
    assert "| solve |" in said


def test_the_projection_is_proportional_to_pairs_and_households(tmp_path):
    """Two communes of 100 × 10 took 7.2 s for 2,000 pairs and 0.72 s for 200 households.

    A unit of 50 × 4 takes 200 pairs × 3.6 ms + 50 × 3.6 ms = 0.9 s; 4,000 of them are an hour.
    """
    summary = BatchSummary(
        target=tmp_path, total=2, planned=2, relaxed=0, failures={}, before=0, households=200,
        broken=0, seconds=1.0, stopped=False,
    )  # fmt: skip
    stages = {"solve": 7.0, "travel": 0.2, "read": 0.72}
    rows = [{"households": 100, "members": 10}] * 2
    cost = Cost(summary=summary, stages=stages, rows=rows, largest=0)
    assert projected(cost, 4000, 200_000, 16_000) == "50 × 4.0 | 1"
