"""A plan as layers for a map program, which `read` takes back (contract 6.10)."""

import json

import pytest
from hand_made import plan_of

from phancong import Household, InvalidArgumentError, Member, Problem, TravelMatrix, read


def problem(**options):
    members = [
        Member("m1", (22.41, 105.2), hamlet="Nà Lừa"),
        Member("m2", (22.42, 105.21)),
        Member("m9", (22.43, 105.2), max_households=0),
    ]
    homes = [
        Household("h1", (22.4000001, 105.2), workload=2.0, hamlet="Nà Lừa", needs={"b", "a"}),
        Household("h2", (22.41, 105.22), priority=3),
        Household("h3", (22.42, 105.22), members_needed=2),
    ]
    return Problem(members, homes, **options)


PAIRS = [("h1", "m1"), ("h2", "m2"), ("h3", "m1"), ("h3", "m2")]


def layer(plan, tmp_path, name, **options):
    plan.to_geojson(tmp_path / f"{name}.geojson", layer=name, **options)
    found = json.loads((tmp_path / f"{name}.geojson").read_text(encoding="utf-8"))
    assert found["type"] == "FeatureCollection"
    assert all(feature["type"] == "Feature" for feature in found["features"])
    return [(f["geometry"], f["properties"]) for f in found["features"]]


def test_households_are_points(tmp_path):
    """Longitude first; with their members, and no more than was asked for."""
    plan = plan_of(problem(), PAIRS)
    found = layer(plan, tmp_path, "households", labels={"h1": "Lò Thị Én"})
    assert found[0] == (
        {"type": "Point", "coordinates": [105.2, 22.4]},
        {"id": "h1", "name": "Lò Thị Én", "hamlet": "Nà Lừa", "member": "m1"},
    )
    assert found[2][1] == {"id": "h3", "hamlet": None, "member": "m1; m2"}
    asked = layer(plan, tmp_path, "households", include=("workload", "needs", "priority"))
    assert [told.get("workload") for _, told in asked] == [2, 1, 1]
    assert [told.get("priority") for _, told in asked] == [1, 3, 1]
    assert [told.get("needs") for _, told in asked] == ["a; b", None, None]


def test_members_are_points(tmp_path):
    """Who is exempt is not written unless asked for."""
    plan = plan_of(problem(), PAIRS)
    assert [told["id"] for _, told in layer(plan, tmp_path, "members")] == ["m1", "m2"]
    every = layer(plan, tmp_path, "members", include=["exempt"])
    assert [told["id"] for _, told in every] == ["m1", "m2", "m9"]


def test_pairs_are_lines(tmp_path):
    """From the member to the household, with the way."""
    found = layer(plan_of(problem(), PAIRS), tmp_path, "pairs")
    shape, told = found[1]
    assert shape == {"type": "LineString", "coordinates": [[105.21, 22.42], [105.22, 22.41]]}
    assert (told["household"], told["member"]) == ("h2", "m2")
    assert 1400 < told["travel"] < 1600


def test_who_has_no_place_has_no_shape(tmp_path):
    """Nor has a line with one end."""
    one = Problem([Member("a")], [Household("h", (1, 1))], travel=TravelMatrix([[5]]))
    plan = plan_of(one, [("h", "a")])
    assert layer(plan, tmp_path, "members")[0][0] is None
    assert layer(plan, tmp_path, "pairs") == [
        (None, {"household": "h", "member": "a", "travel": 5.0})
    ]
    alone = Problem([Member("a")], [Household("h")], travel=None)
    plan = plan_of(alone, [])
    assert layer(plan, tmp_path, "households") == [
        (None, {"id": "h", "hamlet": None, "member": None})
    ]
    plan = plan_of(alone, [("h", "a")])
    assert layer(plan, tmp_path, "pairs")[0][1]["travel"] is None


def test_it_comes_back(tmp_path):
    """Places and hamlets are those of the problem; members in charge are last year's."""
    homes = [Household("h1", (22.4, 105.2), hamlet="Nà Lừa"), Household("h2", (22.41, 105.22))]
    plan = plan_of(problem().replace(households=homes), [("h1", "m1"), ("h2", "m2")])
    layer(plan, tmp_path, "households")
    layer(plan, tmp_path, "members", include=["exempt"])
    again = read(tmp_path)
    assert again.household_columns.ids == ("h1", "h2")
    assert again.household_columns.hamlet == ("Nà Lừa", None)
    assert again.household_columns.latitude.tolist() == [22.4, 22.41]
    assert [pair[:2] for pair in again.previous] == [("h1", "m1"), ("h2", "m2")]


def test_another_layer_is_refused(tmp_path):
    """Those that there are are named."""
    with pytest.raises(InvalidArgumentError, match="layer is 'roads'; there are 'households'"):
        plan_of(problem(), PAIRS).to_geojson(tmp_path / "x.geojson", layer="roads")
