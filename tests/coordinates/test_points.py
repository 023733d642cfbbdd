"""A coordinate is read in every form that lists have, as a whole, or refused without repeating it."""

import json
import struct
from decimal import Decimal
from types import SimpleNamespace

import geopy
import numpy as np
import pytest
import shapely

from phancong.coordinates import (
    LetterSystem,
    NoCoordinateError,
    letters_of,
    read_halves,
    read_point,
)

PLACE = (22.401, 105.201)


@pytest.mark.parametrize(
    "value",
    [
        # two numbers
        (22.401, 105.201),
        [22.401, 105.201],
        (22.401, 105.201, 300),
        ("22.401", "105,201"),
        (Decimal("22.401"), np.float64(105.201)),
        np.array([22.401, 105.201]),
        # decimal degrees
        "22.401, 105.201",
        "22.401,105.201",
        "22.401 ,105.201",
        "22.401 , 105.201",
        "22.401 105.201",
        "22.401;105.201",
        "22.401\n105.201",
        "(22.401, 105.201)",
        "22,401; 105,201",
        "22,401 105,201",
        "22,401, 105,201",
        " 22,401 / 105,201 ",
        "22,401 | 105,201",
        "22,401°; 105,201°",
        "+22.401, +105.201",
        "22.401\N{NO-BREAK SPACE}105.201",
        "\N{LEFT-TO-RIGHT MARK}22.401, 105.201",
        # letters, on either side and in either order
        "22.401N 105.201E",
        "22.401 N, 105.201 E",
        "N22.401 E105.201",
        "N22.401E105.201",
        "n 22.401 e 105.201",
        "105.201E 22.401N",
        "105.201 E, 22.401",
        "22,401 B; 105,201 Đ",
        "B 22,401 Đ 105,201",
        "22,401 B; 105,201 Ð",  # an eth
        "22.401 B 105.201 D",
        "Bắc 22.401, Đông 105.201",
        "22.401 Bắc - 105.201 Đông",
        "22.401 North, 105.201 East",
        "lat: 22.401, lon: 105.201",
        "Long 105.201 Lat 22.401",
        "Vĩ độ: 22,401; Kinh độ: 105,201",
        "22.401 (vĩ độ), 105.201 (kinh độ)",
        # degrees, minutes, seconds
        "22°24'3.6\"N 105°12'3.6\"E",
        "22°24'3,6\"N 105°12'3,6\"E",
        "22°24′3,6″N, 105°12′3,6″E",
        "22º24´3.6´´ N, 105º12´3.6´´ E",
        "22°24′3,6″ vĩ độ Bắc, 105°12′3,6″ kinh độ Đông",
        "Vĩ độ Bắc: 22°24'3.6\"; Kinh độ Đông: 105°12'3.6\"",
        "22°24'3.6\" vĩ Bắc - 105°12'3.6\" kinh Đông",
        "N22°24'3.6\" E105°12'3.6\"",
        "22° 24' 3.6\" Bắc, 105° 12' 3.6\" Đông",
        "22°24'3.6\"B105°12'3.6\"Đ",
        "22°24'3.6\"105°12'3.6\"",
        "22°24.06'N 105°12.06'E",
        "22° 24.06' 105° 12.06'",
        "22 24m 3.6s N 105 12m 3.6s E",
        "22d24m3.6s 105d12m3.6s",
        "22 độ 24 phút 3.6 giây B, 105 độ 12 phút 3.6 giây Đ",
        "22o24'3.6\" 105o12'3.6\"",
        "22 24 3.6 N 105 12 3.6 E",
        "22 24 03.6 105 12 03.6",
        "22 24.06 105 12.06",
        "22:24:3.6N 105:12:3.6E",
        "22-24-3.6N 105-12-3.6E",
        # programs
        "22.401 105.201 12.0 4.9",
        "22.401 105.201 0 0",
        "22.401 105.201 -12.5 4",
        "geo:22.401,105.201",
        "GEO:22.401,105.201,30;crs=wgs84;u=35?z=17",
        "POINT (105.201 22.401)",
        "point(105.201 22.401)",
        "POINT Z (105.201 22.401 30)",
        "POINT ZM (105.201 22.401 30 1)",
        "POINT (1.05201e2 2.2401E+1)",
        "SRID=4326;POINT(105.201 22.401)",
        "SRID=4326;POINT(105.201 22.401 30)",
        '{"type": "Point", "coordinates": [105.201, 22.401, 3]}',
        {"type": "Point", "coordinates": (105.201, 22.401)},
        # libraries
        shapely.Point(105.201, 22.401),
        shapely.Point(105.201, 22.401, 30),
        shapely.MultiPoint([(105.201, 22.401)]),
        geopy.Point(22.401, 105.201),
        shapely.to_wkt(shapely.Point(105.201, 22.401)),
        shapely.to_wkb(shapely.Point(105.201, 22.401)),
        shapely.to_wkb(shapely.Point(105.201, 22.401), hex=True),
        shapely.to_wkb(shapely.Point(105.201, 22.401, 5), hex=True, byte_order=0),
        shapely.to_wkb(shapely.Point(105.201, 22.401, 5), hex=True, flavor="iso"),
        shapely.to_wkb(
            shapely.set_srid(shapely.Point(105.201, 22.401), 4326), hex=True, include_srid=True
        ),
    ],
)
def test_a_coordinate_is_read_in_every_form(value):
    read = read_point(value)
    assert read == pytest.approx(PLACE, abs=1e-9)
    assert [type(half) for half in read] == [float, float]


@pytest.mark.parametrize(
    "value",
    [
        # other things that hold numbers
        "ap 3, so nha 12, 5",
        "số nhà 12, 5",
        "12/5",
        "12, 5",
        "12 5",
        "12-5",
        "12.5",
        "22,401",
        "1,200.5",
        "0912 345 678",
        "22/11/2025",
        "nhà 22.401, 105.201",
        "22.401, 105.201 gần trường",
        "https://maps.example/?q=22.401,105.201",
        # not whole, or more than one
        "22.401",
        "22.401,",
        "22.401, 105.201, 22.402, 105.202",
        "22.401 105.201 12.0",
        "22.401 105.201 12.0 4.9; 22.402 105.202 12.0 4.9",
        "22 24 105 12",
        "22 24.06",
        "22,401,105,201",
        "22.4.01, 105.201",
        "22. 401, 105. 201",
        "22.401 - 105.201",
        "22°61'N 105°12'E",
        "22°24'61\"N 105°12'0\"E",
        "22.5°24'N 105°12'E",
        "2224'3.6\"N 105°12'3.6\"E",
        "22.401N 105.201N",
        "22.401N 10.201N",
        "22.401 N S, 105.201 E",
        "-22.401 S, 105.201 E",
        "22.401 O, 105.201 E",
        "vĩ độ 22.401 Đ, 105.201",
        "",
        "north",
        "N, E",
        "x" * 300,
        # malformed forms of programs
        "geo:22.401",
        "geo:22.401,105.201?q=12,5",
        "geo:22.401,105.201;crs=vn2000",
        "SRID=9211;POINT(417434 2478173)",
        "POINT (105.201)",
        "POINT Z (105.201 22.401)",
        "POINT (10 5.201 22.401)",
        "POINT EMPTY",
        "LINESTRING (105.201 22.401, 105.202 22.402)",
        "POLYGON ((105 22, 105 23, 106 22, 105 22))",
        "0101000000" + "00" * 15,
        "0101000000" + "00" * 17,
        "0109000000" + "00" * 16,
        "01F1030000" + "00" * 24,
        "0102000000" + "00" * 16,
        "00000000FF" + "00" * 16,
        struct.pack("<BII2d", 1, 1 | 0x20000000, 9211, 417434, 2478173),
        '{"type": "Point"',
        '{"type": "Point"}',
        '{"coordinates": [105.201, 22.401]}',
        '{"type": "Point", "coordinates": [105.201]}',
        '{"type": "Point", "coordinates": ["105.201", 22.401]}',
        '{"type": "Point", "coordinates": [105.201, NaN]}',
        '{"type": "Point", "coordinates": [true, false]}',
        json.dumps({"type": "Point", "coordinates": [[105.201, 22.401]]}),
        "{" * 100_000,
        # nothing that is a point
        None,
        5,
        22.401,
        (),
        (22.401,),
        (22.401, None),
        (None, None),
        ("", ""),
        (True, False),
        (22.401, 105.201, 3, 4),
        (22.401, 105.201, "high"),
        (22.401, 10**400),
        (22.401, SimpleNamespace(__float__=None)),
        [[22.401, 105.201]],
        {22.401, 105.201},
        {22.401: 105.201},
        b"!!",
        bytes(21)[:5],
        bytes([7]) * 21,
        object(),
        shapely.Point(),
        shapely.MultiPoint([(105.201, 22.401), (105.3, 22.4)]),
        shapely.LineString([(105.2, 22.4), (105.3, 22.4)]),
        SimpleNamespace(__geo_interface__=5),
    ],
)
def test_anything_else_is_refused_without_repeating_it(value):
    with pytest.raises(NoCoordinateError, match=r"; ") as raised:
        read_point(value)
    told = f"{raised.value}{raised.value.__cause__}"
    assert "401" not in told
    assert "nhà" not in told


@pytest.mark.parametrize(
    "value",
    [
        (105.201, 22.401),
        "105.201, 22.401",
        "105,201 22,401",
        "105°12' 22°24'",
        "POINT (22.401 105.201)",
        "105.201 22.401 12.0 4.9",
    ],
)
def test_a_longitude_that_stands_first_is_told(value):
    with pytest.raises(NoCoordinateError, match="latitude and longitude look swapped") as raised:
        read_point(value)
    assert raised.value.swapped


@pytest.mark.parametrize("value", [(95, 185), "95.5, 185.5", (22, np.inf), (10, 181)])
def test_what_is_not_on_the_globe_is_told(value):
    with pytest.raises(NoCoordinateError, match="not on the globe") as raised:
        read_point(value)
    assert not raised.value.swapped


def test_a_nan_is_told():
    with pytest.raises(NoCoordinateError, match="has a NaN"):
        read_point((np.nan, 105))


# --- N is north in English and south in Vietnamese -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("22.4 N 105.2 E", (22.4, 105.2)),
        ("22.4 N 105.2 W", (22.4, -105.2)),
        ("22.4 S 43.2 W", (-22.4, -43.2)),
        ("22.4 N 105.2 Đ", (-22.4, 105.2)),
        ("22.4 N 105.2 T", (-22.4, -105.2)),
        ("22.4 B 43.2 T", (22.4, -43.2)),
        ("22.4 Nam 105.2 Đông", (-22.4, 105.2)),
        ("22.4 Nam 105.2", (-22.4, 105.2)),
    ],
)
def test_the_letter_beside_it_says_what_an_n_means(text, place):
    assert read_point(text) == pytest.approx(place)


def test_where_the_pair_does_not_say_it_the_column_does_and_otherwise_it_is_asked():
    for read in (
        lambda way: read_point("22.4 N 105.2", way),
        lambda way: read_halves("22.4 N", "105.2", way),
    ):
        with pytest.raises(NoCoordinateError, match=r"can mean north .* or south"):
            read(None)
        assert read(LetterSystem.ENGLISH) == (22.4, 105.2)
        assert read(LetterSystem.VIETNAMESE) == (-22.4, 105.2)
    assert letters_of(["22.4 N", "22.4 B", 5, None]) is LetterSystem.VIETNAMESE
    assert letters_of(["22.4 N", "105°12'E"]) is LetterSystem.ENGLISH
    assert letters_of(["22.4 B", "105°12'E"]) is None
    assert letters_of(["22d24m3.6s N", "Bản Tây Sơn"]) is LetterSystem.VIETNAMESE
    assert letters_of(["22.4 N"]) is None


def test_a_small_s_is_seconds_or_south_and_both_are_asked_for():
    with pytest.raises(NoCoordinateError, match="can be read as more than one"):
        read_point("22 24 3.6 s 105 12 3.6 e")


def test_two_places_are_no_altitude_and_accuracy():
    with pytest.raises(NoCoordinateError, match="can be read as more than one"):
        read_point("22.401 105.201 22.402 105.203")


# --- two cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (22.401, 105.201),
        ("22.401", "105.201"),
        ("22,401", "105,201"),
        (22.401, "105,201"),
        (np.float32(22.401), 105.201),
        ("22°24'3.6\"N", "105°12'3,6\"E"),
        ("22,401 N", "105,201 E"),
        ("22 24 3.6", "105 12 3.6"),
        ("22 24.06", "105 12.06"),
        ("B 22.401", "Đ 105.201"),
        ("lat 22.401", "lon 105.201"),
    ],
)
def test_two_cells_are_read_in_every_form(latitude, longitude):
    assert read_halves(latitude, longitude) == pytest.approx(PLACE, abs=1e-6)


@pytest.mark.parametrize(
    ("latitude", "longitude", "what"),
    [
        ("105°12'E", "22°24'N", "look swapped"),
        (105.2, 22.4, "look swapped"),
        ("22.4 E", "105.2", "cannot be read"),
        ("22,401,5", 105.2, "cannot be read"),
        ("x" * 300, 105.2, "cannot be read"),
        (None, 105.2, "cannot be read"),
        (True, 105.2, "cannot be read"),
        (2240100, 105.2, "not on the globe"),
        ("22.401", "105201", "not on the globe"),
        ("2240,1", "105.201", "not on the globe"),
    ],
)
def test_two_cells_that_are_no_halves_are_refused(latitude, longitude, what):
    with pytest.raises(NoCoordinateError, match=what):
        read_halves(latitude, longitude)


def test_what_is_nearly_zero_is_written_with_an_exponent():
    assert read_halves("1e-05", "-2.5e-07") == read_point("1e-05, -2.5e-07") == (1e-05, -2.5e-07)


# --- shapes ----------------------------------------------------------------------------------------

SQUARE = [[105, 22], [105.2, 22], [105.2, 22.1], [105, 22.1], [105, 22]]
HOLE = [[105.1, 22], [105.2, 22], [105.2, 22.1], [105.1, 22.1], [105.1, 22]]


@pytest.mark.parametrize(
    ("kind", "coordinates", "place"),
    [
        ("Polygon", [SQUARE], (22.05, 105.1)),
        ("Polygon", [SQUARE[::-1]], (22.05, 105.1)),
        ("Polygon", [SQUARE, HOLE], (22.05, 105.05)),  # the western half is left
        ("MultiPolygon", [[SQUARE], [[[x + 0.4, y] for x, y in SQUARE]]], (22.05, 105.3)),
        ("Polygon", [[[105, 22], [105.2, 22], [105.2, 22], [105, 22]]], (22, 105.1)),  # no area
    ],
)
def test_a_shape_stands_at_its_centre(kind, coordinates, place):
    shape = {"type": kind, "coordinates": coordinates}
    assert read_point(shape) == pytest.approx(place)
    drawn = shapely.geometry.shape(shape)
    assert read_point(drawn) == pytest.approx(place)
    if drawn.area:
        assert (drawn.centroid.y, drawn.centroid.x) == pytest.approx(place)


@pytest.mark.parametrize("coordinates", [None, 5, [], [[]], [5], [[5]], [[["a", "b"]]]])
@pytest.mark.parametrize("kind", ["Polygon", "MultiPolygon", "Point", "LineString"])
def test_a_shape_of_nothing_is_refused(kind, coordinates):
    with pytest.raises(NoCoordinateError, match=r"cannot be read|but no point"):
        read_point({"type": kind, "coordinates": coordinates})


@pytest.mark.parametrize("shape", [(), (1, 2), (2, 2)])
def test_an_array_that_is_no_row_of_two_numbers_is_refused(shape):
    """An array of no dimension ended in an error of numpy."""
    with pytest.raises(NoCoordinateError, match="cannot be read"):
        read_point(np.zeros(shape))
