"""Maps of points and areas are lists; maps of lines are paths, whatever program drew them."""

import json
import sys

import geopandas
import pytest
import shapely

from phancong import (
    InvalidProblemError,
    MissingExtraError,
    PathNetwork,
    read,
    read_paths,
)

PLACES = {"h1": (22.401, 105.201), "h2": (22.402, 105.203), "h3": (22.405, 105.209)}
HOMES = geopandas.GeoDataFrame(
    {"id": list(PLACES), "workload": [1.0, 2.0, None]},
    geometry=[
        shapely.Point(105.201, 22.401),
        shapely.box(105.2029, 22.4019, 105.2031, 22.4021),
        shapely.Point(105.209, 22.405),
    ],
    crs=4326,
)
POINTS = HOMES.set_geometry([shapely.Point(b, a) for a, b in PLACES.values()], crs=4326)
PATHS = geopandas.GeoDataFrame(
    {"surface": ["earth", "stone"], "oneway": ["no", "yes"]},
    geometry=[
        shapely.LineString([(105.2, 22.4), (105.203, 22.402)]),
        shapely.MultiLineString([[(105.203, 22.402), (105.209, 22.405)]]),
    ],
    crs=4326,
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "members.csv").write_text("id,lat,lon\nm1,22.401,105.201\n", "utf-8")
    return tmp_path


def check_homes(folder):
    found = read(folder).households
    assert {h.id: h.at for h in found} == {i: pytest.approx(at) for i, at in PLACES.items()}
    assert [h.workload for h in found] == [1, 2, 1]


@pytest.mark.parametrize("name", ["households.geojson", "Danh sách hộ.json"])
def test_points_and_areas_of_geojson_are_households(folder, name):
    (folder / name).write_text(HOMES.to_json(), "utf-8")
    check_homes(folder)


@pytest.mark.parametrize("crs", [4326, 32648, 9211])
@pytest.mark.parametrize("ending", ["gpkg", "shp", "fgb"])
def test_maps_of_other_programs_are_read_in_any_system(folder, crs, ending):
    POINTS.to_crs(crs).to_file(folder / f"households.{ending}")
    check_homes(folder)


def test_waypoints_of_gpx(folder):
    text = (
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        '<wpt lat="22.402" lon="105.203"><name>A</name></wpt></gpx>'
    )
    (folder / "households.gpx").write_text(text, "utf-8")
    found = read(folder)
    assert found.households[0].at == (22.402, 105.203)


def test_a_layer_of_several_is_a_list_of_its_own(tmp_path):
    path = tmp_path / "commune.gpkg"
    POINTS.to_file(path, layer="households")
    HOMES[:1].assign(id=["m1"], workload=None).drop(columns="workload").to_file(
        path, layer="members"
    )
    problem = read(path)
    assert (len(problem.members), len(problem.households)) == (1, 3)


def test_a_line_among_households_is_a_defect_and_one_without_geometry_stands_nowhere(folder):
    shapes = [shapely.Point(105.2, 22.4), PATHS.geometry[0], None]
    mixed = geopandas.GeoDataFrame({"id": [1, 2, 3], "said": [[1], None, "x"]}, geometry=shapes)
    (folder / "households.geojson").write_text(mixed.to_json(), "utf-8")
    with pytest.raises(InvalidProblemError) as raised:
        read(folder, columns={"households": {"said": None}})
    told = [str(d) for d in raised.value.defects]
    assert told[0].startswith(
        "households.geojson, feature 2, geometry: is a line, where a household has one place"
    )
    broken = json.loads(HOMES.to_json())
    broken["features"][1]["geometry"]["coordinates"] = [[5]]
    (folder / "households.geojson").write_text(json.dumps(broken), "utf-8")
    with pytest.raises(InvalidProblemError, match="feature 2, geometry: cannot be read as a coord"):
        read(folder)


def test_a_json_of_something_else_is_no_map(folder):
    (folder / "settings.json").write_text("{}", "utf-8")
    (folder / "gone.json").symlink_to(folder / "nowhere.json")
    (folder / "households.csv").write_text("id,lat,lon\nh1,22.401,105.201\n", "utf-8")
    assert len(read(folder).households) == 1


def test_a_map_of_paths_beside_the_lists_is_left_out_and_said(folder, monkeypatch):
    """Unless it has the name of a list: then it is the wrong file."""
    (folder / "households.csv").write_text("id,lat,lon\nh1,22.401,105.201\n", "utf-8")
    (folder / "paths.geojson").write_text(PATHS.to_json(), "utf-8")
    (folder / "duong.json").write_text(PATHS.to_json(), "utf-8")
    PATHS.explode().to_file(folder / "roads.gpkg")
    became = {use.sheet: use.became for use in read(folder, explain=True).sheets}
    for name in ("paths.geojson", "duong.json", "roads.gpkg"):
        assert became[name] == "left out: a map of paths"
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    became = {use.sheet: use.became for use in read(folder, explain=True).sheets}
    assert became["roads.gpkg"] == "left out: a map, which needs the extra maps"
    (folder / "roads.gpkg").unlink()
    (folder / "paths.geojson").write_text("{", "utf-8")
    with pytest.raises(InvalidProblemError, match=r"paths\.geojson, file: is not JSON"):
        read(folder)
    (folder / "paths.geojson").unlink()
    (folder / "households.csv").unlink()
    (folder / "households.geojson").write_text(PATHS.to_json(), "utf-8")
    with pytest.raises(InvalidProblemError, match="is a line, where a household has one place"):
        read(folder)


# --- paths -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("crs", [4326, 32648])
@pytest.mark.parametrize("ending", ["gpkg", "shp", "fgb"])
def test_lines_of_other_programs_are_paths(tmp_path, ending, crs):
    path = tmp_path / f"paths.{ending}"
    drawn = tmp_path / "drawn.geojson"
    PATHS.to_crs(crs).explode().to_file(path)
    drawn.write_text(PATHS.to_json(), "utf-8")
    graph, expected = read_paths(path), read_paths(drawn)
    lengths = [sorted(round(d, 3) for *_, d in g.edges(data="length")) for g in (graph, expected)]
    assert lengths[0] == lengths[1]
    assert {said for *_, said in graph.edges(data="surface")} == {"earth", "stone"}
    assert len(PathNetwork(graph).report().parts) == 1


def test_tracks_of_gpx_are_paths(tmp_path):
    points = "".join(f'<trkpt lat="22.40{i}" lon="105.20{i}"/>' for i in range(3))
    text = (
        '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
        f"<trk><trkseg>{points}</trkseg></trk></gpx>"
    )
    path = tmp_path / "walk.gpx"
    path.write_text(text, "utf-8")
    assert read_paths(path).number_of_edges() == 4


def test_points_given_as_paths_are_refused_with_what_reads_them(tmp_path):
    path = tmp_path / "homes.gpkg"
    HOMES.to_file(path)
    with pytest.raises(InvalidProblemError, match=r"holds areas, and no line; .* phancong\.read"):
        read_paths(path)


@pytest.mark.parametrize("name", ["paths.gpkg", "paths.shp", "paths.kml", "paths.gpx"])
def test_what_is_no_map_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("nothing", "utf-8")
    with pytest.raises(InvalidProblemError, match=f"{name}, file: cannot be read as a map"):
        read_paths(path)


def test_a_map_without_geometry_is_refused(tmp_path):
    path = tmp_path / "empty.gpkg"
    PATHS[:0].to_file(path)
    with pytest.raises(InvalidProblemError, match="holds no geometry"):
        read_paths(path)


def test_a_geometry_that_is_none_of_geojson_is_a_defect(tmp_path):
    path = tmp_path / "mixed.gpkg"
    several = shapely.GeometryCollection([shapely.Point(105, 22)])
    geopandas.GeoDataFrame({"id": [1]}, geometry=[several], crs=4326).to_file(path)
    with pytest.raises(InvalidProblemError, match="feature 1, geometry: is not a geometry"):
        read_paths(path)


def test_a_map_that_names_no_system_is_in_degrees(tmp_path):
    path = tmp_path / "paths.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        PATHS.set_crs(None, allow_override=True).explode().to_file(path)
    assert read_paths(path).number_of_nodes() == 3


def test_a_missing_extra_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    with pytest.raises(MissingExtraError, match=r"maps need pyogrio.*'phancong\[maps\]'"):
        read_paths(tmp_path / "paths.gpkg")
