"""A coordinate that reads well and lies where none of the others is: named, with what is likely wrong."""

import geopandas
import numpy as np
import pandas as pd
import polars
import pyarrow
import pytest
import shapely

from phancong import (
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    Problem,
    TravelMatrix,
    located,
    read,
)

MEMBERS = [(22.401, 105.202), (22.404, 105.208), (22.410, 105.203)]
HOMES = [(22.401, 105.201), (22.402, 105.203), (22.405, 105.209), (22.407, 105.204)]


def rows(kind, places):
    return [{"id": f"{kind}{i}", "lat": a, "lon": b} for i, (a, b) in enumerate(places, 1)]


def by_problem(members, homes, **options):
    Problem(rows("m", members), rows("h", homes), **options)


def by_located(members, homes, **options):
    located(rows("m", members), rows("h", homes), **options)


def by_read(members, homes, *, folder, **options):
    for name, kind, places in (("members", "m", members), ("households", "h", homes)):
        pd.DataFrame(rows(kind, places)).to_csv(folder / f"{name}.csv", index=False)
    read(folder, **options)


@pytest.fixture(params=["problem", "located", "read"])
def refused(request, tmp_path):
    """What each of the three ways in says of two lists: record and reason, one definition."""

    def refusals(members, homes, **options):
        way = {"problem": by_problem, "located": by_located, "read": by_read}[request.param]
        if request.param == "read":
            options["folder"] = tmp_path
        try:
            way(members, homes, **options)
        except InvalidProblemError as error:
            return [(name(d.record), str(d.what)) for d in error.defects]
        return []

    def name(record):
        kind, _, line = record.removesuffix("'").rpartition("line ")
        if kind:
            return f"{record[0]}{int(line) - 1}" if line != "1" else record.split(".")[0]
        return record.removesuffix("'").rpartition("'")[2]

    return refusals


MIRRORED = "lies on the wrong side of the equator or of Greenwich, by a sign or a letter"
SWAPPED = "has latitude and longitude that look swapped"


def test_places_near_each_other_are_taken(refused):
    assert refused(MEMBERS, HOMES) == []


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ((2.2402, 105.203), "has a decimal point that looks misplaced"),
        ((22.405, 10.5209), "has a decimal point that looks misplaced"),
        ((2.2405, 10.5209), "has a decimal point that looks misplaced"),
        ((0.22405, 105.209), "has a decimal point that looks misplaced"),
        ((-22.405, 105.209), MIRRORED),
        ((22.405, -105.209), MIRRORED),
        ((23.405, 105.209), "is 111 km from the middle of all others"),
        ((0, 0), "is 11,579 km from the middle of all others"),
    ],
)  # fmt: skip
def test_one_that_is_far_is_named_with_what_is_likely_wrong(refused, place, what):
    assert refused(MEMBERS, [*HOMES, place]) == [("h5", what)]
    assert refused([*MEMBERS, place], HOMES) == [("m4", what)]
    assert refused(MEMBERS, [*HOMES, place], farthest=2e7) == []


def test_a_list_that_is_swapped_is_named_even_if_it_is_the_larger(refused):
    """In Colombia both halves could be latitudes; but nobody lives at 74° south."""
    members, homes = [(4.61, -74.08), (4.62, -74.09)], [(4.6 + i / 1000, -74.1) for i in range(9)]
    turned = [(b, a) for a, b in homes]
    assert refused(members, homes) == []
    assert refused(members, turned) == [("households", SWAPPED)]
    assert refused([(b, a) for a, b in members], homes) == [("members", SWAPPED)]


def test_where_either_list_could_be_the_swapped_one_both_are_named(refused):
    """The Alps and the Horn of Africa."""
    what = "has latitude and longitude the other way round than {}: one of the two lists is swapped"
    found = refused([(47.1, 9.6)], [(9.6, 47.1), (9.61, 47.1)])
    assert [record for record, _ in found] == ["members", "households"]
    for _, said in found:
        assert said.startswith(what.partition("{}")[0])
        assert said.endswith(what.partition("{}")[2])


def test_beyond_the_globe_the_halves_tell_themselves(refused):
    found = refused(MEMBERS, [(b, a) for a, b in HOMES])
    assert [record for record, _ in found] == ["h1", "h2", "h3", "h4"]
    assert all("look swapped" in what for _, what in found)


def test_places_around_the_180th_meridian_are_near_each_other(refused):
    members, homes = [(-16.8, 179.99), (-16.8, -179.99)], [(-16.8, 179.98), (-16.81, -179.97)]
    assert refused(members, homes) == []
    assert refused(members, [*homes, (-16.8, 170)])[0][0] == "h3"
    crossing = [(0, -100), (0, -101), (0, 100)]  # half around, and not there
    assert [record for record, _ in refused(crossing, [(0, -100.5)])] == ["m3"]


def test_a_wide_area_may_be_wider(refused):
    """Three times as far as half of them are, at most 200 km, unless it is said."""
    members = [(20 + i / 5, 105) for i in range(5)]  # 22 km apart
    assert refused(members, [(21.2, 105), (19.8, 105)]) == []
    wide = [(5 + i, 105) for i in range(24)]
    ((record, what),) = refused([(16.5, 105)], wide)
    assert what == "20 of 25 places lie far from the middle of all, up to 1,273 km"
    assert record == "households"
    assert refused([(16.5, 105)], wide, farthest=1_300_000) == []


def test_records_are_taken_as_they_are_and_tell_where_the_others_should_be():
    far = Household("h9", (2.24, 105.2))
    assert (
        len(Problem([Member("m1", MEMBERS[0])], [far, Household("h1", HOMES[0])]).households) == 2
    )
    with pytest.raises(
        InvalidProblemError, match=r"^1 defect .*\n- household 'h1', lat, lon: has a decimal"
    ):
        Problem([Member(i, at) for i, at in enumerate(MEMBERS)], rows("h", [(2.24, 105.2)]))
    mirror = [Household(i, (at[1] - 60, at[0])) for i, at in enumerate(MEMBERS)]
    with pytest.raises(InvalidProblemError, match="members, lat, lon: has latitude") as raised:
        Problem(rows("m", [(22.401, 45.2)]), mirror)
    assert len(raised.value.defects) == 1


def test_a_variant_is_checked_too_also_where_it_takes_its_matrix_along():
    problem = Problem(
        rows("m", MEMBERS[:2]), rows("h", HOMES[:2]), travel=TravelMatrix([[1, 2], [3, 4]])
    )
    moved = rows("h", [HOMES[0], (2.2402, 105.203)])
    with pytest.raises(InvalidProblemError, match="household 'h2', lat, lon: has a decimal point"):
        problem.replace(households=moved)
    assert problem.replace(households=moved, farthest=1e8).households[1].at == (2.2402, 105.203)


@pytest.mark.parametrize("farthest", [0, -1, np.nan, "far", True])
def test_a_distance_that_is_none_is_refused(farthest):
    with pytest.raises(InvalidArgumentError, match=r"farthest: .* is not a number above 0"):
        Problem([], [], farthest=farthest)


# --- frames of geopandas, and what other programs call the columns --------------------------------


@pytest.mark.parametrize("names", [("latitude", "longitude"), ("lat", "lng"), ("latitude", "lon")])
def test_other_names_of_the_halves_are_known(names):
    frame = pd.DataFrame({"id": ["h1"], names[0]: ["22,401"], names[1]: [105.201]})
    assert Problem([], frame).households[0].at == (22.401, 105.201)


def test_two_names_of_one_half_are_a_defect():
    frame = pd.DataFrame({"id": ["h1"], "lat": [22.4], "latitude": [22.4], "lng": [105.2]})
    with pytest.raises(InvalidProblemError, match="households, latitude: means the same as 'lat'"):
        Problem([], frame)


@pytest.mark.parametrize("crs", [None, 4326, 32648, 9211, 9209])
@pytest.mark.parametrize("name", ["geometry", "geom"])
def test_a_frame_of_geopandas_is_read_in_any_system_of_coordinates(crs, name):
    points = [shapely.Point(lon, lat) for lat, lon in HOMES]
    frame = geopandas.GeoDataFrame(
        {"id": ["a", "b", "c", "d"], "workload": [1, 2, 3, 4]}, geometry=points, crs=crs and 4326
    )
    if name != "geometry":
        frame = frame.rename_geometry(name)
    if crs:
        frame = frame.to_crs(crs)
    found = Problem([], frame).households
    assert [h.at for h in found] == [pytest.approx(place, abs=1e-8) for place in HOMES]
    assert found[3].workload == 4


def test_shapes_stand_at_their_centre_and_empty_ones_nowhere():
    shapes = [shapely.box(105, 22, 105.002, 22.002), shapely.Point(), None]
    frame = geopandas.GeoDataFrame({"id": [1, 2, 3]}, geometry=shapes)
    found = Problem([], frame, travel=None).households
    assert found[0].at == pytest.approx((22.001, 105.001))
    assert (found[1].at, found[2].at) == (None, None)


def test_lines_and_frames_that_cannot_be_turned_are_defects():
    line = shapely.LineString([(105, 22), (105.1, 22)])
    frame = geopandas.GeoDataFrame({"id": [1]}, geometry=[line], crs=4326)
    with pytest.raises(InvalidProblemError, match="household 1, at: is a geometry, but no point"):
        Problem([], frame)
    site = (
        'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],UNIT["m",1]]'
    )
    local = geopandas.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(3, 4)], crs=site)
    with pytest.raises(
        InvalidProblemError, match=r"cannot be turned into degrees .*to_crs\(4326\)"
    ):
        Problem([], local)
    bare = geopandas.GeoDataFrame({"id": [1]})
    assert Problem([], bare, travel=None).households == (Household(1),)


def test_an_n_is_read_as_the_letters_of_its_column_say():
    """B or Đ anywhere in it is Vietnamese, E or W English; without either it is asked for."""
    cells = [["22.4 N, 105.2", "22.3 B, 105.1 Đ"], ["22.4 N, 105.2", "22.3 N, 105.1 E"]]
    found = [
        Problem([], [Household(i, at) for i, at in enumerate(column)]).households[0].at
        for column in cells
    ]
    assert found == [(-22.4, 105.2), (22.4, 105.2)]
    with pytest.raises(InvalidProblemError, match="household 0, at: has an N that can mean north"):
        Problem([], [Household(0, "22.4 N, 105.2")])
    halves = pd.DataFrame({"id": [1, 2], "lat": ["22,4 N", "22,4 B"], "lon": ["105,2", "105,2 Đ"]})
    assert Problem([], halves, farthest=1e7).households[0].at == (-22.4, 105.2)
    wrong = pd.DataFrame({"id": [1, 2], "lat": ["north", "22,4 B"], "lon": ["105,2", "105,2 Đ"]})
    with pytest.raises(InvalidProblemError, match="household 1, lat: is not a number"):
        Problem([], wrong)


def test_columns_of_numbers_say_what_is_not_on_the_globe_and_what_is_half():
    frame = polars.DataFrame(
        {"id": [1, 2, 3], "lat": [200.0, 22.4, 22.4], "lon": [200.0, 105.2, np.nan]}
    )
    with pytest.raises(InvalidProblemError) as raised:
        Problem([], frame, travel=None)
    assert [f"{d.record}, {d.what}" for d in raised.value.defects] == [
        "household 3, has only one half",
        "household 1, is not on the globe",
    ]


def test_well_known_binaries_in_a_table_are_points():
    table = pyarrow.table({"id": [1], "geometry": [shapely.to_wkb(shapely.Point(105.2, 22.4))]})
    assert Problem([], table).households[0].at == (22.4, 105.2)
