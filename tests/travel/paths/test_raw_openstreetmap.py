"""Raw files of OpenStreetMap: the ways for people, and nothing else of the world."""

import pytest

from phancong import InvalidProblemError, read, read_paths

pytest.importorskip("pyogrio")

NODES = {1: (22.4, 105.2), 2: (22.401, 105.2), 3: (22.402, 105.2), 4: (22.401, 105.201)}
WAYS = {
    10: ((1, 2, 3), {"highway": "track"}),
    11: ((2, 4), {"highway": "path", "oneway": "yes"}),
    12: ((3, 4), {"waterway": "river"}),
    13: ((1, 4), {"highway": "construction"}),
}


def osm(path, ways=WAYS):
    nodes = "".join(
        f'<node id="{n}" lat="{lat}" lon="{lon}" version="1"/>' for n, (lat, lon) in NODES.items()
    )
    lines = "".join(
        f'<way id="{n}" version="1">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        + "</way>"
        for n, (refs, tags) in ways.items()
    )
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{nodes}{lines}</osm>', "utf-8")
    return path


def test_ways_for_people_are_paths_with_their_direction(tmp_path):
    """A track in both directions and a path in one; no river, and no road that is not built."""
    graph = read_paths(osm(tmp_path / "village.osm"))
    at = {node: (data["y"], data["x"]) for node, data in graph.nodes(data=True)}
    ways = {(at[u], at[v]) for u, v in graph.edges()}
    one, two, three, four = NODES.values()
    assert ways == {(one, two), (two, one), (two, three), (three, two), (two, four)}


def test_a_raw_file_without_ways_or_broken_says_what_to_do(tmp_path):
    """Rivers alone are no paths; what GDAL cannot read is exported as GeoJSON."""
    with pytest.raises(InvalidProblemError, match="holds no path for people"):
        read_paths(osm(tmp_path / "river.osm", {12: WAYS[12]}))
    (tmp_path / "broken.osm").write_text("<osm", "utf-8")
    with pytest.raises(InvalidProblemError, match="as GeoJSON"):
        read_paths(tmp_path / "broken.osm")


@pytest.mark.full
def test_raw_files_in_a_folder_of_lists_are_left_out_and_said(tmp_path):
    """They are no lists; one that is called a list is a defect."""
    (tmp_path / "members.csv").write_text("id\nm1\n", "utf-8")
    (tmp_path / "households.csv").write_text("id\nh1\n", "utf-8")
    osm(tmp_path / "roads.osm")
    osm(tmp_path / "river.osm", {12: WAYS[12]})
    reading = read(tmp_path, explain=True)
    left = {use.sheet: str(use.became) for use in reading.sheets if "left out" in str(use.became)}
    assert left == {
        "river.osm": "left out: a raw map of OpenStreetMap",
        "roads.osm": "left out: a map of paths",
    }
    assert len(reading.problem.households) == 1
    (tmp_path / "households.csv").unlink()
    osm(tmp_path / "households.osm")
    with pytest.raises(InvalidProblemError, match="is a line, where a household has one place"):
        read(tmp_path)
