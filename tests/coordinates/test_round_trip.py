"""Every way to write a place comes back to it; whatever spoils a cell refuses it or changes nothing."""

import random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from lanes import chunks, named

from phancong.coordinates import NoCoordinateError, read_halves, read_point

LATITUDES = st.floats(-89.9999, 89.9999).map(lambda x: round(x, 9))
LONGITUDES = st.floats(-179.9999, 179.9999).map(lambda x: round(x, 9))


def comma(text):
    return text.replace(".", ",")


def sexagesimal(value, parts):
    """Degrees, minutes and perhaps seconds of a positive number, with decimals enough for 1e-9°."""
    unit = 60 ** (parts - 1) * 10**7  # whole steps of the last part, so that none is rounded to 60
    minutes, last = divmod(round(value * unit), 60 * 10**7)
    lesser = f"{last // 10**7}.{last % 10**7:07d}"
    return [*map(str, divmod(minutes, 60) if parts == 3 else [minutes]), lesser]


MARKS = [("°", "'", '"'), ("º", "′", "″"), ("° ", "’ ", "” "), ("d", "m", "s"), (" ", " ", "")]


def halves(value, letters, parts, draw):
    """One way to write half a coordinate, with a sign or with one of two letters."""
    number = [f"{abs(value):.10f}"] if parts == 1 else sexagesimal(abs(value), parts)
    marks = draw.choice(MARKS)
    text = "".join(a + b for a, b in zip(number, marks, strict=False)).strip()
    if draw.random() < 0.3:
        text = comma(text)
    if letters is None:
        return ("-" if value < 0 else draw.choice(["", "+"])) + text
    letter = letters[value < 0]
    if draw.random() < 0.3:
        return f"{letter} {text}" if letter.isupper() or " " in text else f"{letter}{text}"
    return text + draw.choice(["", " "]) + letter


ENGLISH = (("N", "S"), ("E", "W"))
VIETNAMESE = (("B", "N"), ("Đ", "T"))
WORDS = (("Bắc", "Nam"), ("Đông", "Tây"))


def written(latitude, longitude, draw):
    """One way to write a place in a cell; commas within it are never all that parts its halves."""
    letters, parts = draw.choice([None, ENGLISH, VIETNAMESE, WORDS]), draw.choice([1, 2, 3])
    halves_ = [
        halves(latitude, letters and letters[0], parts, draw),
        halves(longitude, letters and letters[1], parts, draw),
    ]
    if letters and draw.random() < 0.3:
        halves_.reverse()
    return draw.choice(["; ", ";", " / ", ", ", " | ", "\n"]).join(halves_)


def formats(latitude, longitude):
    """Ways in which programs write a place."""
    lat, lon = f"{latitude:.10f}", f"{longitude:.10f}"
    point = shapely.Point(longitude, latitude)
    return [
        (latitude, longitude),
        f"{lat}, {lon}",
        f"{lat},{lon}",
        f"{lat} {lon}",
        f"{comma(lat)}; {comma(lon)}",
        f"{comma(lat)} {comma(lon)}",
        f"{comma(lat)}, {comma(lon)}",
        f"{lat} {lon} 1200.5 4.9",
        f"{lat} {lon} -3 12",
        f"geo:{lat},{lon}",
        f"geo:{lat},{lon},12;crs=wgs84;u=10",
        f"POINT ({lon} {lat})",
        f"SRID=4326;POINT Z ({lon} {lat} 5)",
        f'{{"type": "Point", "coordinates": [{lon}, {lat}]}}',
        point,
        point.wkt,
        point.wkb,
        point.wkb_hex,
        str((latitude, longitude)),
    ]


@given(LATITUDES, LONGITUDES)
def test_what_programs_write_comes_back(latitude, longitude):
    for value in formats(latitude, longitude):
        assert read_point(value) == pytest.approx((latitude, longitude), abs=1e-9), value


@given(LATITUDES, LONGITUDES, st.randoms(use_true_random=False))
def test_what_people_write_comes_back(latitude, longitude, draw):
    text = written(latitude, longitude, draw)
    assert read_point(text) == pytest.approx((latitude, longitude), abs=1e-9), text


@given(LATITUDES, LONGITUDES, st.randoms(use_true_random=False))
def test_two_cells_come_back(latitude, longitude, draw):
    letters = draw.choice([None, ENGLISH, VIETNAMESE, WORDS])
    cells = [
        halves(latitude, letters and letters[0], draw.choice([1, 2, 3]), draw),
        halves(longitude, letters and letters[1], draw.choice([1, 2, 3]), draw),
    ]
    assert read_halves(*cells) == pytest.approx((latitude, longitude), abs=1e-9), cells


# --- spoilt cells ----------------------------------------------------------------------------------

JUNK = ["x", "nhà ", " số ", "?", "=", "#", "/", ";", "°", "'", "(", " N", "E ", "đ", " "]
BEFORE, AFTER = ["ap 3, ", "12, ", "số 5 "], [", 7", " 7", " 12/5"]


def spoilt(text, draw):
    """A cell with something more, or without one of its halves: never with other digits in it."""
    kind = draw.randrange(5)
    if kind == 0:
        return draw.choice(JUNK + BEFORE) + text
    if kind == 1:
        return text + draw.choice(JUNK + AFTER)
    if kind == 2:
        return f"{text}{draw.choice([' ', '; ', ', ', chr(10)])}{text}"
    if kind == 3:
        at = draw.randrange(1, len(text))
        return text[:at] + draw.choice(JUNK) + text[at:]
    return draw.choice(text.replace(";", ",").split(", "))


@pytest.mark.parametrize(
    "seeds", chunks(quick=1_000, full=5_000, night=60_000, size=500), ids=named
)
def test_a_spoilt_cell_is_refused_or_the_same_place(seeds):
    """A digit within a number makes another number, which nobody can see: none is put in here."""
    for seed in seeds:
        draw = random.Random(seed)
        latitude, longitude = draw.uniform(8, 24), draw.uniform(102, 110)
        text = (
            written(latitude, longitude, draw)
            if draw.random() < 0.6
            else draw.choice([f for f in formats(latitude, longitude) if isinstance(f, str)])
        )
        cell = spoilt(text, draw)
        try:
            read = read_point(cell)
        except NoCoordinateError:
            continue
        same = read == pytest.approx((latitude, longitude), abs=1e-8)
        mirrored = tuple(map(abs, read)) == pytest.approx((latitude, longitude), abs=1e-8)
        assert same or (mirrored and "N" in cell), (text, cell, read)
