"""Whatever is wrong with a file: its reader says so, or reads it; no other error ever comes out."""

import copy
import io
import json
import random
import warnings
import zipfile

import networkx as nx
import openpyxl
import pytest
from lanes import chunks, named
from more_files import ods, xls
from slow_paths import between

from phancong import (
    Household,
    Member,
    PathNetwork,
    PhancongError,
    Problem,
    read,
    read_paths,
    read_plan,
    solve,
)
from phancong.cli.answers import options_of, read_answers
from phancong.reading.scheme_files import read_scheme
from phancong.report.office import read_office

PLACES = [(22.401, 105.201), (22.402, 105.203), (22.405, 105.209)]
PROBLEM = Problem(
    [Member("m1", PLACES[0], max_households=2), Member("m2", PLACES[2])],
    [Household(f"h{i}", at, workload=i) for i, at in enumerate(PLACES, 1)],
)

#: What no program expects where something else should be.
ODD = [
    None, True, -1, 0, 1e308, -1e308, 10**400, 2**63, 0.1, "", "x", "NaN", "\ud800", "\0", [], [[]],
    {}, {"type": "Point"}, [1], ["a", "b"], [[105.2, 22.4]], [1e400, 22], "crs", float("nan"),
]  # fmt: skip
BYTES = [b"", b"\0", b"\xff\xfe", b"<", b">", b"&x;", b'"', b"'", b",", b";", b"\n", b"]" * 9,
         b"[" * 5000, b"9" * 400, b"-", b"1e999", b"NaN", b"key", b"\xf0\x9f\x98\x80"]  # fmt: skip


def lines():
    """A map of paths, as a drawing program exports it."""

    def feature(kind, coordinates, **properties):
        geometry = {"type": kind, "coordinates": coordinates}
        return {"type": "Feature", "properties": properties, "geometry": geometry}

    west, middle, east = [105.2, 22.4, 300], [105.203, 22.403, 320], [105.21, 22.405, 310]
    return {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "features": [
            feature("LineString", [west, middle], oneway="no", key="a", surface="earth"),
            feature("MultiLineString", [[middle, east], [east, west]], oneway="yes"),
            feature("Point", west, name="school"),
            {
                "type": "Feature",
                "properties": None,
                "geometry": {
                    "type": "GeometryCollection",
                    "geometries": [{"type": "LineString", "coordinates": [west, east]}, None],
                },
            },
        ],
    }


def within(record):
    """Every place within a record at which something can be put: its container and its key."""
    found = []
    waiting = [record]
    while waiting:
        here = waiting.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here))
        for key in keys:
            found.append((here, key))
            if isinstance(here[key], dict | list):
                waiting.append(here[key])
    return found


def json_mutated(draw, record):
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        places = within(record)
        if not places:
            break
        container, key = draw.choice(places)
        if draw.random() < 0.2:
            del container[key]
        elif draw.random() < 0.2 and isinstance(container, dict):
            container[draw.choice(["type", "u_for_edge", "key", "length", "", "geometry"])] = (
                container.pop(key)
            )
        else:
            container[key] = copy.deepcopy(draw.choice(ODD))
    return json.dumps(record, ensure_ascii=draw.random() < 0.9).encode("utf-8", "surrogatepass")


def bytes_mutated(draw, raw):
    for _ in range(draw.choice([1, 1, 2, 5])):
        at = draw.randrange(len(raw) + 1)
        length = draw.choice([0, 1, 1, 3, 20])
        kind = draw.randrange(4)
        put = draw.choice(BYTES)
        if kind == 1:
            put = raw[at : at + length] * 2
        elif kind == 2:
            put = bytes(draw.randrange(256) for _ in range(draw.randrange(4)))
        raw = raw[:at] + put + raw[at + length :]
        if kind == 3 and draw.random() < 0.2:
            raw = raw[:at]
    return raw


def parts_mutated(draw, raw):
    """A workbook with one part that is not as it was."""
    if draw.random() < 0.2:
        return bytes_mutated(draw, raw)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as book, zipfile.ZipFile(out, "w") as new:
        chosen = draw.choice(book.namelist())
        for name in book.namelist():
            part = book.read(name)
            new.writestr(name, bytes_mutated(draw, part) if name == chosen else part)
    return out.getvalue()


# --- one kind of file each: it is written, spoilt, read and used


def geojson(draw, folder):
    path = folder / "paths.geojson"
    structured = draw.random() < 0.7
    raw = json.dumps(lines()).encode()
    path.write_bytes(json_mutated(draw, lines()) if structured else bytes_mutated(draw, raw))
    used(read_paths(path, tolerance=draw.choice([0, 1, 50.0])))


def graphml(draw, folder):
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (latitude, longitude) in enumerate(PLACES, 1):
        graph.add_node(node, y=str(latitude), x=str(longitude), elevation=str(300 + node))
    graph.add_edge(1, 2, length="250.5", geometry="LINESTRING (105.201 22.401, 105.203 22.402)")
    graph.add_edge(2, 3, length="700", oneway="True")
    written = io.BytesIO()
    nx.write_graphml(graph, written)
    path = folder / "paths.graphml"
    path.write_bytes(bytes_mutated(draw, written.getvalue()))
    used(read_paths(path))


def csv_pair(draw, folder):
    files = {
        "nodes.csv": "node,lat,lon,elev_m\n1,22.401,105.201,300\n2,22.402,105.203,\n3,22.405,105.209,1\n",
        "edges.csv": "u,v,length_m,oneway,highway\n1,2,250.5,no,path\n2,3,,yes,track\n",
    }
    spoilt = draw.choice([*files])
    for name, text in files.items():
        raw = text.encode()
        (folder / name).write_bytes(bytes_mutated(draw, raw) if name == spoilt else raw)
    used(read_paths(folder))


def used(graph):
    """What was read has to serve, too, or be refused by a word of ours."""
    network = PathNetwork(graph)
    between(network, PLACES[:1], PLACES[1:])
    str(network.report())


MEMBERS = "id,lat,lon,max_households,hamlet\nm1,22.401,105.201,2,A\nm2,22.405,105.209,,B\n"
HOUSEHOLDS = (
    'STT,Chủ hộ,Thôn,Tọa độ,Phân loại\n1,Hoàng Văn Pản,A,"22,401; 105,201",Hộ nghèo\n'
    "2,Bàn Thị Thuỷ,B,22 24 04.3 N 105 12 03.1 E,\n3,Lò Thị Hoà,A,,\n"
)


def lists(draw, folder):
    files = {"members.csv": MEMBERS, "households.csv": HOUSEHOLDS}
    spoilt = draw.choice([*files])
    for name, text in files.items():
        raw = text.encode()
        (folder / name).write_bytes(bytes_mutated(draw, raw) if name == spoilt else raw)
    told(folder)


def workbook(draw, folder):
    book = openpyxl.Workbook()
    for title, text in (("members", MEMBERS), ("Danh sách hộ", HOUSEHOLDS.replace('"', ""))):
        sheet = book.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(","))
    book.remove(book.worksheets[0])
    written = io.BytesIO()
    book.save(written)
    path = folder / "lists.xlsx"
    path.write_bytes(parts_mutated(draw, written.getvalue()))
    told(path)


def told(path):
    reading = read(path, explain=True)
    reading.text("vi")
    if not reading.defects:
        str(reading.problem.travel_matrix)


def plan(draw, folder):
    made = solve(PROBLEM)
    path = folder / f"plan.{draw.choice(['json', 'csv'])}"
    if path.suffix == ".json":
        made.to_json(path)
        raw = path.read_bytes()
        structured = draw.random() < 0.7
        path.write_bytes(
            json_mutated(draw, json.loads(raw)) if structured else bytes_mutated(draw, raw)
        )
    else:
        made.to_csv(path)
        path.write_bytes(bytes_mutated(draw, path.read_bytes()))
    str(read_plan(path, PROBLEM))


def other_workbook(draw, folder):
    """Old workbooks and those of OpenDocument."""
    sheets = {
        title: [line.split(",") for line in text.replace('"', "").splitlines()]
        for title, text in (("members", MEMBERS), ("households", HOUSEHOLDS))
    }
    path = folder / f"lists.{draw.choice(['xls', 'ods'])}"
    if path.suffix == ".xls":
        xls(path, sheets)
        path.write_bytes(bytes_mutated(draw, path.read_bytes()))
    else:
        ods(path, sheets)
        path.write_bytes(parts_mutated(draw, path.read_bytes()))
    told(path)


LAYERS = {
    "kml": '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>a</name>'
    "<{kind}><coordinates>105.2,22.4 105.21,22.41</coordinates></{kind}></Placemark>"
    "</Document></kml>",
    "gpx": '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    '<trkpt lat="22.4" lon="105.2"/><trkpt lat="22.41" lon="105.21"/></trkseg></trk>'
    '<wpt lat="22.4" lon="105.2"><name>h1</name></wpt></gpx>',
    "osm": '<osm version="0.6"><node id="1" lat="22.4" lon="105.2"/>'
    '<node id="2" lat="22.41" lon="105.21"/><way id="3"><nd ref="1"/><nd ref="2"/>'
    '<tag k="highway" v="path"/></way></osm>',
}


def layers(draw, folder):
    """Maps that GDAL reads, as paths or as places of households."""
    ending = draw.choice([*LAYERS])
    raw = LAYERS[ending].replace("{kind}", draw.choice(["LineString", "Point"])).encode()
    path = folder / f"households.{ending}"
    path.write_bytes(bytes_mutated(draw, raw))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # GDAL's own words on odd files
        if draw.random() < 0.5:
            used(read_paths(path))
        else:
            (folder / "members.csv").write_text(MEMBERS, encoding="utf-8")
            told(folder)


SETTLED = {
    "answers": '[columns.households]\n"Số nhân khẩu" = false\n[sheets]\nmembers = "a.csv"\n',
    "scheme": 'unit = "hours"\n[classes.poor]\npoints = 2\n[classes.other]\nvisits = 1\nminutes = 30\n',
    "office": '[office]\nbody = "Chi bộ"\nplace = "Nà Lừa"\n',
}


def settled(draw, folder):
    """What a user states beside the lists, in TOML."""
    kind = draw.choice([*SETTLED])
    path = folder / f"{kind}.toml"
    path.write_bytes(bytes_mutated(draw, SETTLED[kind].encode()))
    if kind == "answers":
        options_of(read_answers(path), folder)
    elif kind == "scheme":
        read_scheme(path, [])
    else:
        read_office(path)


KINDS = [geojson, geojson, graphml, csv_pair, lists, workbook, plan]
MORE = [other_workbook, layers, settled]


@pytest.mark.parametrize("seeds", chunks(quick=40, full=300, night=3_000, size=60), ids=named)
def test_a_mutated_file_is_read_or_refused_by_a_word_of_ours(seeds, tmp_path):
    for seed in seeds:
        draw = random.Random(seed)
        kind = draw.choice(KINDS if seed % 3 else MORE)
        folder = tmp_path / str(seed)
        folder.mkdir()
        try:
            kind(draw, folder)
        except PhancongError:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}, a file of {kind.__name__}") from error
