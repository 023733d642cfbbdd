"""Geodesic distance is geopy's, in bulk (contract 3.1); a point is what geopy reads, and no less."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from phancong.errors import InvalidArgumentError
from phancong.travel import Geodesic, Places, TravelModel
from phancong.travel.geodesic import geodesic_metres

MILLIMETRE = 1e-3

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
points = st.tuples(latitudes, longitudes)


def places(coordinates, kind="household"):
    """Places at these coordinates, with ids h0, h1, … (or m0, m1, …)."""
    n = len(coordinates)
    columns = np.array(coordinates, dtype=float).reshape(n, 2)
    return Places(
        kind=kind,
        ids=tuple(f"{kind[0]}{i}" for i in range(n)),
        latitude=columns[:, 0],
        longitude=columns[:, 1],
        hamlet=(None,) * n,
        cluster=(None,) * n,
        given=np.arange(n),
    )


def between(first, second, unit="m"):
    return Geodesic(unit).between(places(first), places(second, "member"))


def random_points(rng, n, south=-90, north=90, west=-180, east=180):
    return list(zip(rng.uniform(south, north, n), rng.uniform(west, east, n), strict=True))


def pairs_of(first, second, **options):
    """Metres from each point to the point of the same position."""
    return geodesic_metres(*np.transpose(first), *np.transpose(second), **options)


def by_geopy(first, second):
    return np.array([geodesic(a, b).m for a, b in zip(first, second, strict=True)])


# --- equal to geopy ------------------------------------------------------------------------------


@given(first=points, second=points)
def test_equals_geopy_to_a_millimetre_wherever_the_two_points_are(first, second):
    assert between([first], [second])[0, 0] == pytest.approx(
        geodesic(first, second).m, rel=0, abs=MILLIMETRE
    )


@pytest.mark.parametrize(
    "box",
    [(21.0, 21.1, 105.0, 105.1), (8, 23, 102, 110), (-90, 90, -180, 180)],
    ids=["a commune", "a country", "the globe"],
)
def test_equals_geopy_to_a_millimetre_on_random_pairs(box):
    rng = np.random.default_rng(1975)
    first, second = random_points(rng, 700, *box), random_points(rng, 700, *box)
    assert np.abs(pairs_of(first, second) - by_geopy(first, second)).max() <= MILLIMETRE


@given(
    start=points,
    north=st.floats(-2, 2),
    east=st.floats(-2, 2),
    size=st.sampled_from([1.0, 0.3, 1e-3, 1e-9]),
)
def test_equals_geopy_to_a_millimetre_on_nearly_antipodal_points(start, north, east, size):
    end = (np.clip(-start[0] + size * north, -90, 90), start[1] + 180 + size * east)
    assert pairs_of([start], [end])[0] == pytest.approx(
        geodesic(start, end).m, rel=0, abs=MILLIMETRE
    )


@given(start=points, exponent=st.integers(-15, -2), bearing=st.floats(0, 2 * np.pi))
def test_equals_geopy_to_a_hundredth_of_a_millimetre_on_close_points(start, exponent, bearing):
    """Neighbours are metres apart: there the error has to be small, too."""
    size = 10.0**exponent
    end = (np.clip(start[0] + size * np.sin(bearing), -90, 90), start[1] + size * np.cos(bearing))
    assert pairs_of([start], [end])[0] == pytest.approx(geodesic(start, end).m, rel=0, abs=1e-5)


# The length of a quarter of the meridian and the equator's radius are known for WGS 84.
QUARTER = 10_001_965.729
DEGREE_OF_EQUATOR = 6378137.0 * np.pi / 180


@pytest.mark.parametrize(
    ("first", "second", "metres"),
    [
        ((0, 0), (90, 0), QUARTER),
        ((0, 0), (90, 77), QUARTER),
        ((-90, 12), (90, -140), 2 * QUARTER),
        ((0, 10), (0, 11), DEGREE_OF_EQUATOR),
        ((0, 179.5), (0, -179.5), DEGREE_OF_EQUATOR),
        ((0, -100), (0, 60), 160 * DEGREE_OF_EQUATOR),
        # On the equator the shortest way to the antipode goes over a pole.
        ((0, 0), (0, 180), 2 * QUARTER),
    ],
    ids=["quarter", "quarter across", "pole to pole", "degree", "date line", "equator", "antipode"],
)
def test_known_lengths_on_the_ellipsoid(first, second, metres):
    assert between([first], [second])[0, 0] == pytest.approx(metres, rel=0, abs=MILLIMETRE)


def test_the_date_line_is_no_border():
    """A step over the date line is as long as the same step elsewhere."""
    here = between([(21, 0.25)], [(21.1, -0.25)])
    there = between([(21, 179.75)], [(21.1, -179.75)])
    assert there == pytest.approx(here, rel=0, abs=1e-6)


def test_a_longitude_beyond_180_is_the_same_place():
    assert between([(21, 190)], [(21, -170), (21, 550)]).tolist() == [[0.0, 0.0]]


# --- what a distance has to be -------------------------------------------------------------------


@given(st.lists(points, min_size=1, max_size=5), st.lists(points, min_size=1, max_size=5))
def test_there_and_back_are_equal_to_the_last_bit(first, second):
    assert np.array_equal(between(first, second), between(second, first).T)


@pytest.mark.parametrize("second", [(-21.0, -75.0), (-21.2, -74.9)])
def test_there_and_back_are_equal_to_the_last_bit_where_geopy_is_asked(second):
    assert np.array_equal(between([(21, 105)], [second]), between([second], [(21, 105)]))


@given(points)
def test_equal_points_are_exactly_zero_apart(point):
    assert between([point], [point])[0, 0] == 0.0


@pytest.mark.parametrize("latitude", [-90, 90])
def test_a_pole_is_one_point_whatever_its_longitude(latitude):
    assert between([(latitude, 5)], [(latitude, -170)])[0, 0] == 0.0


def test_each_side_of_the_date_line_is_the_same_line():
    assert between([(21, 180)], [(21, -180)])[0, 0] == 0.0


def test_points_closer_than_floats_can_square_are_no_trouble():
    """The square of 1e-170 is no number any more, and must not become 0/0."""
    assert between([(0, 0)], [(1e-170, 1e-170), (0, 1e-320)]).max() < MILLIMETRE


# --- in bulk -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("many", "others"), [(9, 12), (300, 100), (2, 20_000)])
def test_what_else_is_asked_changes_nothing(many, others):
    """A pair has its travel to the last bit, in one block of pairs, in several, or across two."""
    rng = np.random.default_rng(7)
    households, members = random_points(rng, many), random_points(rng, others)
    households.append((-members[0][0], members[0][1] + 180))  # an antipode among them
    together = between(households, members)
    for row in {0, many // 2, many}:
        for column in {0, 1, others // 2, others - 1}:
            alone = between([households[row]], [members[column]])
            assert together[row, column] == alone[0, 0]


def test_what_does_not_converge_is_asked_of_geopy():
    """With one step allowed nothing far apart converges, and the answer is geopy's own."""
    first, second = [(21, 105), (-33, 151)], [(10, 106), (48, 2)]
    assert pairs_of(first, second, steps=1).tolist() == by_geopy(first, second).tolist()


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (3, 0)])
def test_nobody_is_no_trouble(shape):
    assert between([(1, 1)] * shape[0], [(2, 2)] * shape[1]).shape == shape


def test_kilometres_are_thousands_of_metres():
    metres = between([(21, 105)], [(22, 106)])
    assert between([(21, 105)], [(22, 106)], "km") == pytest.approx(metres / 1000, rel=1e-15)


@pytest.mark.parametrize("unit", ["mi", "", None, ["m"]])
def test_another_unit_is_refused(unit):
    with pytest.raises(InvalidArgumentError, match="knows 'm' and 'km', not"):
        Geodesic(unit)


# --- defects -------------------------------------------------------------------------------------


def test_each_place_without_coordinates_is_a_defect():
    households = places([(21, 105), (np.nan, 105), (21, np.nan)])
    members = places([(np.nan, np.nan), (21, 105)], "member")
    found = Geodesic().defects(households, members)
    assert [d.record for d in found] == ["household 'h1'", "household 'h2'", "member 'm0'"]
    assert {d.field for d in found} == {"at"}
    assert all("BetweenPlaces" in d.mend and "travel=None" in d.mend for d in found)


def test_places_with_coordinates_have_no_defect():
    assert Geodesic().defects(places([(21, 105)]), places([(0, 0)], "member")) == []


def test_no_way_is_known_to_a_place_without_coordinates():
    travel = between([(np.nan, 105), (21, 105)], [(21, 105), (21, np.nan)])
    assert travel.tolist() == [[np.inf, np.inf], [0.0, np.inf]]


# --- a value -------------------------------------------------------------------------------------


def test_geodesic_is_a_value():
    model: TravelModel = Geodesic("km")
    assert model == Geodesic(unit="km") != Geodesic()
    assert hash(model) == hash(Geodesic("km"))
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model
    assert repr(model) == "Geodesic(unit='km')"
    with pytest.raises(AttributeError, match="unit"):
        model.unit = "m"


@pytest.mark.full
def test_importing_travel_does_not_import_geopy():
    """Who has no coordinates does not wait for it."""
    code = "import sys, phancong.travel.geodesic; print('geopy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
