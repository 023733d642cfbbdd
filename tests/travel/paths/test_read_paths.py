"""Paths from GeoJSON lines, a pair of CSV files, and GraphML as osmnx writes it."""

import json
import re

import networkx as nx
import pytest
from geopy.distance import geodesic
from shared import data
from slow_paths import between, village

from phancong import InvalidArgumentError, InvalidProblemError, PathNetwork, read_paths


def geojson(folder, *lines, name="paths.geojson", **members):
    """A file of lines: points ``(lon, lat)``, or a whole feature."""
    features = [
        line
        if isinstance(line, dict)
        else {
            "type": "Feature",
            "properties": {},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for line in lines
    ]
    path = folder / name
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features, **members}), "utf-8"
    )
    return path


def parts(graph):
    return len(PathNetwork(graph).report().parts)


# --- lines -----------------------------------------------------------------------------------------


def test_lines_meet_where_they_have_a_vertex_in_common(tmp_path):
    path = geojson(
        tmp_path, [(105, 22), (105.01, 22), (105.02, 22)], [(105.01, 21.99), (105.01, 22)]
    )
    graph = read_paths(path)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4, 6)
    assert graph.graph["mended"] == ()
    found = between(PathNetwork(graph), [(21.99, 105.01)], [(22, 105.02)])
    assert found == pytest.approx(
        geodesic((21.99, 105.01), (22, 105.01)).m + geodesic((22, 105.01), (22, 105.02)).m
    )


def test_an_end_that_misses_a_node_is_joined_to_it_and_reported(tmp_path):
    """5e-6 degrees of longitude are half a metre."""
    path = geojson(tmp_path, [(105, 22), (105.01, 22)], [(105.010005, 22), (105.02, 22)])
    graph = read_paths(path)
    gap = geodesic((22, 105.01), (22, 105.010005)).m
    assert graph.graph["mended"] == (f"node 1 joined to node 2, across {gap:.2f} m",)
    assert graph.edges[1, 2, 0]["length"] == pytest.approx(gap, rel=1e-5)
    assert "joined when read: 1: node 1 joined" in str(PathNetwork(graph).report())
    assert parts(read_paths(path, tolerance=0.3)) == 2


def test_an_end_that_misses_the_middle_of_a_line_cuts_it_there(tmp_path):
    """Two ends come to the same segment; heights between its ends are in between."""
    path = geojson(
        tmp_path,
        [(105, 22, 100), (105.01, 22, 200)],
        [(105.0075, 22.000004, 175), (105.0075, 22.01, 300)],
        [(105.0025, 21.999996), (105.0025, 21.99)],
    )
    graph = read_paths(path)
    assert parts(graph) == 1
    assert len(graph.graph["mended"]) == 2
    new = {data["x"]: data for _, data in list(graph.nodes(data=True))[6:]}
    assert sorted(new) == pytest.approx([105.0025, 105.0075])
    assert [new[x]["elevation"] for x in sorted(new)] == pytest.approx([125, 175], abs=1e-3)
    lengths = [
        data["length"] for u, v, data in graph.edges(data=True) if u < v and data["length"] > 1
    ]
    whole = geodesic((22, 105), (22, 105.01)).m
    assert sum(lengths) == pytest.approx(
        whole
        + geodesic((22.000004, 105), (22.01, 105)).m
        + geodesic((21.999996, 105), (21.99, 105)).m
    )


def test_a_new_node_has_no_height_where_its_line_has_none(tmp_path):
    path = geojson(tmp_path, [(105, 22), (105.01, 22)], [(105.005, 22.000004), (105.005, 22.01)])
    graph = read_paths(path)
    assert parts(graph) == 1
    assert not any("elevation" in data for _, data in graph.nodes(data=True))


def test_a_line_is_not_joined_to_itself_at_a_short_last_step(tmp_path):
    path = geojson(tmp_path, [(105, 22), (105.01, 22), (105.010003, 22.000003)])
    assert read_paths(path).graph["mended"] == ()


def test_a_line_that_comes_back_to_itself_is_closed(tmp_path):
    ring = [(105, 22), (105.01, 22), (105.01, 22.01), (105.000003, 22.000003)]
    assert len(read_paths(geojson(tmp_path, ring)).graph["mended"]) == 1
    ring[-1] = ring[0]
    assert read_paths(geojson(tmp_path, ring)).graph["mended"] == ()


def test_lines_that_cross_without_a_vertex_are_left_apart_and_counted(tmp_path):
    path = geojson(tmp_path, [(105, 22), (105.01, 22)], [(105.005, 21.99), (105.005, 22.01)])
    graph = read_paths(path)
    assert parts(graph) == 2
    assert graph.graph["mended"] == ("1 crossing without a common vertex is taken as a bridge",)
    third = [(105.006, 21.99), (105.006, 22.01)]
    path = geojson(tmp_path, [(105, 22), (105.01, 22)], [(105.005, 21.99), (105.005, 22.01)], third)
    assert read_paths(path).graph["mended"][0].startswith("2 crossings")


def test_all_kinds_of_features(tmp_path):
    """Several lines in one, one-way lines, a point that is left out, a line that stands still."""

    def feature(kind, coordinates, **properties):
        geometry = {"type": kind, "coordinates": coordinates}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    path = geojson(
        tmp_path,
        feature("MultiLineString", [[(105, 22), (105.01, 22)], [(105.01, 22), (105.02, 22)]]),
        feature("LineString", [(105, 22), (105, 22.01)], oneway="yes", name="stairs"),
        feature("LineString", [(105, 22), (105, 21.99)], oneway="-1"),
        feature("Point", (105, 22)),
        feature("LineString", [(105, 22), (105, 22)]),
        name="paths.json",
    )
    graph = read_paths(path)
    assert sorted(graph.edges()) == [(0, 1), (0, 3), (1, 0), (1, 2), (2, 1), (4, 0)]
    assert graph.edges[0, 3, 0]["name"] == "stairs"
    assert graph.graph["mended"] == ("1 features that are no lines left out",)


@pytest.mark.parametrize("kind", ["Feature", "LineString"])
def test_a_single_line_is_a_file_too(tmp_path, kind):
    line = {"type": "LineString", "coordinates": [(105, 22), (105.01, 22)]}
    record = line if kind == "LineString" else {"type": kind, "geometry": line}
    path = tmp_path / "one.geojson"
    path.write_text(json.dumps(record), "utf-8")
    assert read_paths(path).number_of_edges() == 2


def test_no_lines_are_an_empty_graph(tmp_path):
    assert read_paths(geojson(tmp_path)).number_of_nodes() == 0


def test_defects_of_lines_are_named_all_at_once(tmp_path):
    one_way = {
        "type": "Feature",
        "properties": {"oneway": "sometimes"},
        "geometry": {"type": "LineString", "coordinates": [(105, 22), (105.01, 22)]},
    }
    path = geojson(tmp_path, [(560000, 2400000), (1, 2)], [(105,), (105, 22)], one_way)
    with pytest.raises(InvalidProblemError) as raised:
        read_paths(path)
    assert [defect.record[-9:] for defect in raised.value.defects] == [
        "feature 1",
        "feature 2",
        "feature 3",
    ]
    for what in ("has a point that is not on the globe", "has no line of", "is 'sometimes'"):
        assert what in str(raised.value)


def test_another_system_of_coordinates_is_refused(tmp_path):
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9211"}}
    with pytest.raises(InvalidProblemError, match=r"in another system .*9211"):
        read_paths(geojson(tmp_path, crs=named))
    named["properties"]["name"] = "urn:ogc:def:crs:OGC:1.3:CRS84"
    assert read_paths(geojson(tmp_path, crs=named)).number_of_nodes() == 0


@pytest.mark.parametrize(
    ("text", "what"), [("[", "is not JSON"), ("[]", "is not GeoJSON"), ("{}", "is not GeoJSON")]
)
def test_what_is_no_geojson_is_refused(tmp_path, text, what):
    path = tmp_path / "paths.geojson"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidProblemError, match=what):
        read_paths(path)


LINE = {"type": "LineString", "coordinates": [[105.2, 22.4], [105.201, 22.401]]}


def whole(geometry=LINE, **members):
    feature = {"type": "Feature", "properties": {}, "geometry": geometry, **members}
    return {"type": "FeatureCollection", "features": [feature]}


def drawn(*coordinates, kind="LineString"):
    return whole({"type": kind, "coordinates": list(coordinates)})


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ({"type": 5}, "is not GeoJSON"),
        ({"type": "Topology"}, "its type is 'Topology'"),
        ({"type": "FeatureCollection"}, "has no list of features"),
        ({**whole(), "crs": {}}, "names a system of coordinates that cannot be read"),
        ({**whole(), "crs": {"properties": {"name": 4326}}}, "names a system of coordinates"),
        (whole(type="feature"), "feature 1, type: is not a feature"),
        ({"type": "FeatureCollection", "features": [None]}, "feature 1, type: is not a feature"),
        (whole(properties=[]), "feature 1, properties: is not a table"),
        ({"type": "Feature"}, "feature 1, geometry: is missing"),
        (whole("line"), "feature 1, geometry: is not a geometry"),
        (whole({"type": "Line"}), "feature 1, geometry: is not a geometry"),
        (whole({"type": ["LineString"]}), "feature 1, geometry: is not a geometry"),
        (whole({"type": "GeometryCollection"}), "feature 1, geometry: is not a geometry"),
        (whole({"type": "LineString"}), "has no line of longitude and latitude"),
        (drawn(), "has no line of longitude and latitude"),
        (drawn([105, 22]), "has no line of longitude and latitude"),
        (drawn([105, 22], [105]), "has no line of longitude and latitude"),
        (drawn([105, 22], ["105", 22]), "has no line of longitude and latitude"),
        (drawn([105, 22], [True, 22]), "has no line of longitude and latitude"),
        (drawn([105, 22], [105, 22, None]), "has no line of longitude and latitude"),
        (drawn([105, 22], [105, 22, float("inf")]), "has no line of longitude and latitude"),
        (drawn([105, 22], [float("nan"), 22]), "has a point that is not on the globe"),
        (drawn(5, kind="MultiLineString"), "has no line of longitude and latitude"),
        (whole({"type": "MultiLineString", "coordinates": {}}), "has no line of longitude"),
        (whole(properties={"oneway": "x" * 99}), f"oneway: is 'x{55 * 'x'}…; give yes"),
        # another map
        (drawn(105, 22, kind="Point"), "holds points, and no line; give a map of paths"),
        (drawn([105, 22], kind="MultiPoint"), "holds points, and no line"),
        (drawn([], kind="Polygon"), "holds areas, and no line"),
        (drawn([], kind="MultiPolygon"), "holds areas, and no line"),
        (whole(None), "holds no line"),
    ],
)
def test_anything_malformed_is_a_defect_with_its_place(tmp_path, record, what):
    path = tmp_path / "paths.geojson"
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(InvalidProblemError, match=re.escape(what)) as raised:
        read_paths(path)
    assert all(d.record.startswith("paths.geojson") for d in raised.value.defects)


def test_a_collection_within_a_collection_holds_its_lines(tmp_path):
    inner = {"type": "GeometryCollection", "geometries": [LINE, None]}
    path = tmp_path / "paths.geojson"
    path.write_text(json.dumps(whole({"type": "GeometryCollection", "geometries": [inner]})))
    graph = read_paths(path)
    assert graph.number_of_edges() == 2
    assert graph.graph["mended"] == ("1 features that are no lines left out",)


def test_what_is_nested_without_end_is_no_json(tmp_path):
    path = tmp_path / "paths.geojson"
    path.write_text("[" * 100_000, "utf-8")
    with pytest.raises(InvalidProblemError, match="is not JSON in UTF-8"):
        read_paths(path)


def test_attributes_are_kept_whatever_they_are_called(tmp_path):
    """Neither an argument of networkx, nor the line or the length that are measured here."""
    said = {"key": 7, "u_for_edge": "a", "v_for_edge": [1], "length": -5, "geometry": "x"}
    path = tmp_path / "paths.geojson"
    path.write_text(json.dumps(whole(properties=said)), "utf-8")
    graph = read_paths(path)
    edge = graph.edges[0, 1, 0]
    assert (edge["key"], edge["u_for_edge"], edge["v_for_edge"]) == (7, "a", [1])
    assert edge["length"] == pytest.approx(151, abs=1)
    assert "geometry" not in edge


@pytest.mark.parametrize(
    ("name", "limit"), [("paths.geojson", "is larger than 30 MB"), ("paths.graphml", "50 MB")]
)
def test_a_file_that_is_too_large_is_refused_unread(tmp_path, name, limit):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(50_000_001)
    with pytest.raises(InvalidProblemError, match=limit):
        read_paths(path)


# --- a pair of CSV files ----------------------------------------------------------------------------


def pair(folder, nodes, edges):
    (folder / "nodes.csv").write_text(nodes, "utf-8")
    (folder / "edges.csv").write_text(edges, "utf-8")
    return folder


NODES = "node,lat,lon,elev_m\na,22,105,100\nb,22,105.01,\nc,22.01,105.01,300\n"


def test_nodes_and_edges_are_read_with_all_their_columns(tmp_path):
    folder = pair(
        tmp_path, NODES, "u,v,length_m,highway,oneway\na,b,1200.5,track,no\nb,c,,path,yes\n"
    )
    graph = read_paths(folder)
    assert sorted(graph.edges()) == [("a", "b"), ("b", "a"), ("b", "c")]
    assert graph.edges["a", "b", 0] == {"length": 1200.5, "highway": "track"}
    assert graph.edges["b", "c", 0]["length"] == pytest.approx(geodesic((22, 105), (22.01, 105)).m)
    assert graph.nodes["a"] == {"y": 22.0, "x": 105.0, "elevation": 100.0}
    assert "elevation" not in graph.nodes["b"]
    assert nx.utils.graphs_equal(graph, read_paths(folder / "nodes.csv", folder / "edges.csv"))


def test_decimal_commas_and_whole_numbers_as_names(tmp_path):
    folder = pair(
        tmp_path, "id;y;x\n1;22,5;105,25\n2;22,5;105,26\n", "from;to;length\n1;2;1050,5\n"
    )
    graph = read_paths(folder)
    assert graph.nodes[1] == {"y": 22.5, "x": 105.25}
    assert graph.edges[1, 2, 0]["length"] == 1050.5


def test_defects_of_columns_are_named_all_at_once(tmp_path):
    folder = pair(tmp_path, "name,lat,lon\na,22,x\n", "u,length\na,5\n")
    with pytest.raises(InvalidProblemError) as raised:
        read_paths(folder)
    assert [(defect.field, defect.what) for defect in raised.value.defects] == [
        ("node", "is not a column of the table"),
        ("lon", "is not a number ('x')"),
        ("v", "is not a column of the table"),
    ]


def test_defects_of_records_are_named_all_at_once(tmp_path):
    folder = pair(
        tmp_path,
        "node,lat,lon\na,22,105\na,22,105\nb,,105\nc,95,105\n",
        "u,v,length\na,z,5\na,b,-1\n",
    )
    with pytest.raises(InvalidProblemError) as raised:
        read_paths(folder)
    assert [(d.record.split(", ")[1], d.what) for d in raised.value.defects] == [
        ("line 3", "is given twice ('a')"),
        ("line 4", "has no place on the globe"),
        ("line 5", "has no place on the globe"),
        ("line 2", "names node 'z', which does not exist"),
        ("line 3", "is negative"),
    ]


@pytest.mark.parametrize("name", ["planken", "malbun_steg"])
def test_the_real_hamlets_are_read_as_they_are(name):
    graph, _ = village(name)
    assert PathNetwork(read_paths(data("places", name))) == PathNetwork(graph)


def test_numbers_are_those_of_people_and_names_differ_by_every_letter(tmp_path):
    """Python takes 1_0 for ten; a name of 5,000 digits is no number to it, and 07 is not 7."""
    long = "9" * 5000
    nodes = f"node,lat,lon\n7,22,105\n07,22,105.01\n{long},22.01,105\n"
    graph = read_paths(pair(tmp_path, nodes, f"u,v,Oneway\n7,07,yes\n07,{long},no\n"))
    assert set(graph) == {7, "07", long}
    assert sorted(map(str, graph.successors("07"))) == [long]
    with pytest.raises(InvalidProblemError, match=r"lat: is not a number \('2_2'\)"):
        read_paths(pair(tmp_path, "node,lat,lon\n7,2_2,105\n", "u,v\n"))
    with pytest.raises(InvalidProblemError, match="node: is blank"):
        read_paths(pair(tmp_path, "node,lat,lon\n,22,105\n", "u,v\n7,7\n"))


# --- GraphML ---------------------------------------------------------------------------------------


def test_a_line_of_numbers_with_too_many_digits_is_a_defect():
    """No warning of another library comes first."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(11, y=22.0, x=105.0)
    graph.add_node(12, y=22.0, x=105.01)
    graph.add_edge(11, 12, length=1400.0, geometry=f"LINESTRING ({'9' * 400} 22, 105.01 22)")
    with pytest.raises(InvalidArgumentError, match="a geometry that is not a line of longitude"):
        PathNetwork(graph)


def test_graphml_as_osmnx_writes_it(tmp_path):
    """Every attribute is text there, the lines are WKT, and nodes are numbers."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_node(11, y="22.0", x="105.0", street_count="1", elevation="100")
    graph.add_node(12, y="22.0", x="105.01", street_count="1", elevation="150")
    line = "LINESTRING (105 22, 105.005 22.004, 105.01 22)"
    graph.add_edge(11, 12, length="1400.0", geometry=line, closed="False", oneway="True")
    graph.add_edge(12, 11, length="1400.0", closed="True")
    path = tmp_path / "roads.graphml"
    nx.write_graphml(graph, path)
    read = read_paths(path)
    assert read.nodes[11]["elevation"] == 100.0
    assert read.edges[11, 12, 0]["length"] == 1400.0
    assert len(PathNetwork(read).report().parts) == 1
    # What is closed as text is closed: "False" is not true.
    assert between(PathNetwork(read, closed="closed"), [(22, 105)], [(22, 105.01)])[0, 0] > 1e9
    open_ = nx.MultiDiGraph(read)
    open_.edges[12, 11, 0]["closed"] = "no"
    assert between(PathNetwork(open_, closed="closed"), [(22, 105)], [(22, 105.01)]) == 1400
    open_.edges[12, 11, 0]["closed"] = "in the rains"
    with pytest.raises(InvalidArgumentError, match="has 'in the rains' for closed"):
        PathNetwork(open_, closed="closed")


def test_graphml_without_directions_goes_both_ways(tmp_path):
    graph = nx.Graph()
    graph.add_node("a", lat=22.0, lon=105.0)
    graph.add_node("b", lat=22.0, lon=105.01)
    graph.add_edge("a", "b", length=1200.0)
    path = tmp_path / "roads.graphml"
    nx.write_graphml(graph, path)
    assert PathNetwork(read_paths(path)) == PathNetwork(graph)


def test_numbers_in_graphml_that_are_none_are_defects(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_node(1, y="north", x="105")
    graph.add_edge(1, 1, length="far")
    path = tmp_path / "roads.graphml"
    nx.write_graphml(graph, path)
    with pytest.raises(InvalidProblemError) as raised:
        read_paths(path)
    assert [defect.field for defect in raised.value.defects] == ["y", "length"]


GRAPHML = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="y" for="node"
attr.name="y" attr.type="string"/>{}<graph edgedefault="directed">{}</graph></graphml>"""


@pytest.mark.parametrize("text", ["<nothing", "", GRAPHML.format('<key id="z"/>', "")])
def test_what_is_no_graphml_is_refused(tmp_path, text):
    path = tmp_path / "roads.graphml"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidProblemError, match=r"roads\.graphml, file: is not GraphML"):
        read_paths(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_network_that_declares_entities_is_refused(tmp_path, encoding):
    """A few lines of them unpack to more than any memory; a plain DOCTYPE does no harm."""
    path = tmp_path / "roads.graphml"
    node = GRAPHML.format("", '<node id="1"><data key="y">{}</data></node>')
    path.write_text("<!DOCTYPE graphml>" + node.format("22"), encoding)
    assert len(read_paths(path)) == 1
    path.write_text('<!DOCTYPE g [<!ENTITY a "22">]>' + node.format("&a;"), encoding)
    with pytest.raises(InvalidProblemError, match=r"roads\.graphml, file: is not GraphML"):
        read_paths(path)


def test_defects_of_nodes_and_edges_are_named_with_the_file(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_node(1, y=True, x="105")
    graph.add_node(2, y="95", x="105")
    graph.add_node(3, y="22")
    graph.add_node(4)  # nobody walks there
    graph.add_edge(1, 2, length="-3", travel_time="inf")
    graph.add_edge(2, 3, length="1")
    path = tmp_path / "roads.graphml"
    nx.write_graphml(graph, path)
    with pytest.raises(InvalidProblemError) as raised:
        read_paths(path)
    assert [f"{d.record}, {d.field}: {d.what}" for d in raised.value.defects] == [
        "roads.graphml, node 1, y: is not a number (True)",
        "roads.graphml, node 2, y, x: has no place on the globe",
        "roads.graphml, node 3, y, x: has no coordinates",
        "roads.graphml, edge 1 to 2, travel_time: is not a number ('inf')",
        "roads.graphml, edge 1 to 2, length: is negative",
    ]


# --- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paths.geojson", "paths.graphml"])
def test_a_file_that_is_not_there(tmp_path, name):
    with pytest.raises(InvalidProblemError, match="cannot be opened"):
        read_paths(tmp_path / name)


def test_a_file_of_another_kind(tmp_path):
    with pytest.raises(InvalidProblemError, match="its extension is none of"):
        read_paths(tmp_path / "paths.dxf")


def test_nodes_need_edges_and_lines_have_none(tmp_path):
    with pytest.raises(InvalidProblemError, match="is not a path"):
        read_paths("a\0.geojson")
    for files in (["nodes.csv"], ["paths.geojson", "edges.csv"]):
        with pytest.raises(InvalidArgumentError, match="edges: give the file of edges"):
            read_paths(*[tmp_path / name for name in files])


@pytest.mark.parametrize("tolerance", [-1, float("nan"), "wide", True])
def test_a_tolerance_that_is_no_distance(tmp_path, tolerance):
    with pytest.raises(InvalidArgumentError, match=r"tolerance: .* is not a number"):
        read_paths(tmp_path, tolerance=tolerance)
