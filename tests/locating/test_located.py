"""Coordinates as communes have them: read, checked, all defects at once."""

import math
import sys
from dataclasses import replace

import pandas as pd
import pytest
from geopy.distance import geodesic

from phancong import (
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    MissingExtraError,
    Problem,
    located,
    solve,
)
from phancong.locating.metres import as_grid, read_metres
from phancong.problem.fingerprint import fingerprint

BOX = ((22.0, 105.0), (22.5, 105.5))


def households(*rows, **options):
    """What becomes of households with these cells."""
    table = [{"id": f"h{i}", **row} for i, row in enumerate(rows, start=1)]
    return located([], table, **options)[1]


def defects(*rows, **options):
    """What is wrong with them, by record."""
    with pytest.raises(InvalidProblemError) as raised:
        households(*rows, **options)
    return [(defect.record, defect.what) for defect in raised.value.defects]


# --- degrees ---------------------------------------------------------------------------------------


def test_the_same_place_in_three_columns_makes_one_table():
    found = households(
        {"at": "22,401; 105,201"}, {"lat": "22,401", "lon": "105,201"}, {"at": (22.401, 105.201)}
    )
    assert [(row["lat"], row["lon"]) for row in found] == [(22.401, 105.201)] * 3
    assert not any("at" in row or "approximate" in row for row in found)


def test_other_columns_go_through_and_names_stay_out():
    frame = pd.DataFrame(
        {
            "id": ["h1", "h2"],
            "lat": ["22,401", "22,402"],
            "lon": ["105,2", "105,2"],
            "workload": [2.0, math.nan],
            "name": ["x", "y"],
        }
    )
    members, homes = located([Member("m1", (22.4, 105.2), max_households=3)], frame)
    assert homes == [
        {"id": "h1", "lat": 22.401, "lon": 105.2, "workload": 2.0},
        {"id": "h2", "lat": 22.402, "lon": 105.2},
    ]
    problem = Problem(members, homes)
    assert problem.members == (Member("m1", (22.4, 105.2), max_households=3),)
    assert problem.households == (
        Household("h1", (22.401, 105.2), workload=2.0),
        Household("h2", (22.402, 105.2)),
    )


def test_a_member_without_coordinates_is_left_to_the_problem():
    members, _ = located([{"id": "m1", "lat": math.nan, "lon": None}], [])
    assert members == [{"id": "m1", "lat": None, "lon": None}]


def test_what_cannot_be_read_is_a_defect():
    assert defects(
        {"at": "by the river"},
        {"lat": "22", "lon": None},
        {"at": (22, 105), "lat": 22, "lon": 105},
        {"lat": 105.2, "lon": 22.4},
        {"at": (105.2, 22.4)},
        {"at": "105,2 22,4"},
    ) == [
        ("household 'h1'", "cannot be read as a coordinate"),
        ("household 'h2'", "is not one whole coordinate"),
        ("household 'h3'", "is not one whole coordinate"),
        ("household 'h4'", "has latitude and longitude that look swapped"),
        ("household 'h5'", "has latitude and longitude that look swapped"),
        ("household 'h6'", "has latitude and longitude that look swapped"),
    ]


def test_an_unknown_column_is_a_defect():
    assert defects({"lat": 22, "lon": 105, "latt": 3})[0][1] == "is not a known column"


# --- where they lie --------------------------------------------------------------------------------


def test_a_place_outside_the_box_is_a_defect_that_says_so():
    assert defects(
        {"at": (22.1, 105.1)}, {"at": (21.9, 105.1)}, {"at": (22.1, 105.6)}, box=BOX
    ) == [
        ("household 'h2'", "lies outside the stated box"),
        ("household 'h3'", "lies outside the stated box"),
    ]
    corners = ["22,5 105,0", "22,0 105,5"]  # any two that are opposite
    assert len(households({"at": (22.1, 105.1)}, box=corners)) == 1


def test_a_swap_is_seen_by_the_box_where_both_halves_could_be_latitudes():
    """In the Alps 47 and 9 are both: nothing but the neighbourhood tells which is which."""
    box = ((47, 9), (48, 10))
    assert defects({"at": (47.1, 9.6)}, {"at": (9.6, 47.1)}, box=box) == [
        ("household 'h2'", "has latitude and longitude that look swapped")
    ]


def test_a_place_far_from_all_others_is_a_defect_that_says_how_far():
    near = [{"at": (22.1 + i / 1000, 105.1)} for i in range(4)]
    ((record, what),) = defects(*near, {"at": (23.1, 105.1)})
    assert (record, what) == ("household 'h5'", "is 111 km from the middle of all others")
    assert len(households(*near, {"at": (23.1, 105.1)}, farthest=120_000)) == 5


def test_of_two_places_far_apart_nobody_knows_which_is_wrong_and_both_are_named():
    near, far = {"at": (22.1, 105.1)}, {"at": (23.1, 105.1)}
    what = "is 111 km from the middle of all others"
    assert defects(near, far) == [("household 'h1'", what), ("household 'h2'", what)]
    assert len(households(near, far, farthest=112_000)) == 2
    assert len(households({"at": (22.1, 105.1)}, {"at": (22.5, 105.1)})) == 2
    assert len(households(near)) == 1


def test_a_swap_is_seen_by_the_others():
    near = [{"at": (47.1, 9.6)}] * 3
    assert defects(*near, {"at": (9.6, 47.1)}) == [
        ("household 'h4'", "has latitude and longitude that look swapped")
    ]
    # Turned round it would be nowhere: it is just far.
    ((_, what),) = defects(*[{"at": (22.1, 105.1)}] * 3, {"at": (22.1, 106.1)})
    assert what == "is 103 km from the middle of all others"


def test_members_and_households_are_looked_at_together():
    with pytest.raises(InvalidProblemError, match="member 'm1', coordinates: is 111 km"):
        located([Member("m1", (23.1, 105.1))], [Household(i, (22.1, 105.1)) for i in range(3)])


# --- hamlets ---------------------------------------------------------------------------------------


def test_a_household_without_coordinates_takes_the_centre_of_its_hamlet_and_the_plan_says_so():
    """Of three houses in a row the middle one is the centre; labels are compared composed."""
    table = [
        {"id": "h1", "lat": 22.10, "lon": 105.1, "hamlet": "Thôn 1"},
        {"id": "h2", "lat": 22.11, "lon": 105.1, "hamlet": "Thôn 1"},
        {"id": "h3", "lat": 22.13, "lon": 105.1, "hamlet": "Thôn 1"},
        {"id": "h4", "lat": None, "lon": None, "hamlet": " Thôn 1"},
        {"id": "h5", "lat": None, "lon": None, "hamlet": "Thôn 2"},
    ]
    members, homes = located(
        [Member("m1", (22.1, 105.1))], table, centres={"Thôn 2": "22,2; 105,2"}
    )
    assert homes[3] == {
        "id": "h4",
        "hamlet": " Thôn 1",
        "lat": 22.11,
        "lon": 105.1,
        "approximate": True,
    }
    problem = Problem(members, homes)
    assert problem.households[4] == Household(
        "h5", (22.2, 105.2), hamlet="Thôn 2", approximate=True
    )
    plan = solve(problem)
    assert plan.approximate == ("h4", "h5")
    exact = problem.replace(households=[replace(h, approximate=False) for h in problem.households])
    assert exact != problem
    assert fingerprint(exact) != fingerprint(problem)
    said = " ".join(str(plan).split())
    assert (
        "2 of 5 households stand at an approximate place, such as the centre of their hamlet: h4, h5."
        in said
    )
    assert "2/5 hộ chỉ có vị trí gần đúng, chẳng hạn trung tâm thôn: h4, h5." in " ".join(
        plan.text("vi").split()
    )
    assert "approximate" not in str(solve(Problem(members, homes[:3])))


def test_a_hamlet_that_is_a_number_is_a_label_too():
    found = households({"at": (22.1, 105.1), "hamlet": 3}, {"hamlet": 3}, {"hamlet": "3"})
    assert [row["lat"] for row in found] == [22.1, 22.1, 22.1]


def test_a_stated_centre_comes_before_the_houses():
    found = households(
        {"at": (22.1, 105.1), "hamlet": "t1"}, {"hamlet": "t1"}, centres={"t1": (22.2, 105.2)}
    )
    assert (found[1]["lat"], found[1]["lon"]) == (22.2, 105.2)


def test_who_has_neither_coordinates_nor_a_centre_is_a_defect():
    assert defects({"hamlet": "t1"}, {"hamlet": None}, {"at": "x", "hamlet": "t1"}) == [
        ("household 'h3'", "cannot be read as a coordinate"),
        ("household 'h1'", "has no coordinates, and nobody in hamlet 't1' has"),
        ("household 'h2'", "has neither coordinates nor a hamlet"),
    ]


# --- VN-2000 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "metres"),
    [
        (2412345.67, 2412345.67),
        ("2412345.67", 2412345.67),
        ("2412345,67", 2412345.67),
        ("2.412.345,67", 2412345.67),
        ("2,412,345.67", 2412345.67),
        ("2 412 345 m", 2412345),
        ("412.345", 412345),
        ("412,345", 412345),
        ("1.412", None),  # neither 1.412 nor 1,412 metres is in Vietnam
        ("four", None),
        ("4-1", None),
        (math.inf, None),
        (None, None),
        (True, None),
    ],
)
def test_metres_are_read_with_thousands_and_decimals_of_either_kind(cell, metres):
    assert read_metres(cell) == metres


def test_easting_and_northing_are_told_by_their_size():
    assert as_grid(412345, 2412345) == as_grid("2.412.345", "412.345") == (412345, 2412345)
    assert as_grid(412345, 412345) is None
    assert as_grid(412345, None) is None


def test_metres_become_degrees_of_wgs84_and_the_datum_is_not_forgotten():
    """By pyproj itself, step by step: the grid alone gives degrees of VN-2000, 223 m away."""
    pyproj = pytest.importorskip("pyproj")
    (row,) = households({"x": "2.412.345,6", "y": "422.000"}, vn2000=9211)
    found = row["lat"], row["lon"]
    to_vn2000 = pyproj.Transformer.from_crs(9211, 4756, always_xy=True)
    lon, lat = to_vn2000.transform(422000, 2412345.6)
    assert geodesic(found, (lat, lon)).m == pytest.approx(223, abs=5)
    grid = pyproj.Transformer.from_crs(4326, 9211, always_xy=True)
    assert grid.transform(*found[::-1]) == pytest.approx((422000, 2412345.6), abs=0.01)


@pytest.mark.parametrize(
    "zone", [9211, "9211", "106-00", "106°00′", " 106 00'", "VN-2000 / TM-3 106-00"]
)
def test_a_zone_is_named_by_its_code_or_its_meridian(zone):
    cells = {"x": 2412345, "y": 422000}
    assert households(cells, vn2000=zone) == households(cells, vn2000=9211)


def test_a_wrong_zone_moves_a_house_by_51_km_and_the_box_sees_it():
    right, wrong = (
        households({"x": 2412345, "y": 422000}, vn2000=zone)[0] for zone in (9211, 9209)
    )
    metres = geodesic((right["lat"], right["lon"]), (wrong["lat"], wrong["lon"])).km
    assert metres == pytest.approx(51.7, abs=0.5)
    box = ((21.7, 105.1), (21.9, 105.4))
    assert defects({"x": 2412345, "y": 422000}, vn2000=9209, box=box) == [
        ("household 'h1'", "lies outside the stated box")
    ]


def test_metres_need_a_zone_and_must_be_in_vietnam():
    assert defects({"x": 2412345, "y": 422000}, {"x": 1, "y": 2}) == [
        ("household 'h2'", "is not a pair of VN-2000 metres within Vietnam"),
        ("household 'h1'", "is in metres of a zone that is not named"),
    ]


@pytest.mark.parametrize("zone", [4326, 6959, "107-10", True, 3.5, "Tuyên Quang"])
def test_what_is_no_zone_in_use_is_refused(zone):
    """EPSG:6959 is withdrawn; 4326 are degrees."""
    with pytest.raises(
        InvalidArgumentError, match="is not a zone of VN-2000 in use; give the EPSG code"
    ):
        households({"x": 2412345, "y": 422000}, vn2000=zone)


def test_a_missing_extra_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyproj", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'phancong\[vn2000\]'"):
        households({"x": 2412345, "y": 422000}, vn2000=9211)


# --- arguments -------------------------------------------------------------------------------------


@pytest.mark.parametrize("box", [5, (22, 105), ((22, 105),), ((22, 105), (22.5, 105.5), (1, 2))])
def test_a_box_that_is_none_is_refused(box):
    with pytest.raises(InvalidArgumentError, match="box: is not two opposite corners"):
        households(box=box)


def test_centres_that_cannot_be_read_are_all_named():
    with pytest.raises(InvalidArgumentError, match="centres: 't1', 't2' cannot be read"):
        households(centres={"t1": "x", "t2": None, "t3": (22, 105)})


@pytest.mark.parametrize("farthest", [0, -1, math.nan, "far"])
def test_a_distance_that_is_none_is_refused(farthest):
    with pytest.raises(InvalidArgumentError, match=r"farthest: .* is not a number above 0"):
        households(farthest=farthest)
