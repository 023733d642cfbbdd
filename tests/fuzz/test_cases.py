"""Files that were once read wrongly, or ended in an error of the machine."""

import pytest
from shared import shared

from phancong import InvalidProblemError, read, read_paths


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("coordinate_of_400_digits", "feature 1, coordinates: has no line"),
        ("crs_is_text", "file: names a system of coordinates that cannot be read"),
        ("features_is_a_number", "file: has no list of features"),
        ("geometry_is_a_list", "feature 1, geometry: is not a geometry"),
        ("properties_are_text", "feature 1, properties: is not a table of properties"),
    ],
)
def test_a_malformed_map_is_a_defect_with_file_and_place(name, where):
    path = shared("cases/geojson") / f"{name}.geojson"
    with pytest.raises(InvalidProblemError, match=rf"{name}\.geojson, {where}"):
        read_paths(path)


def places(folder):
    return {h.id: h.at for h in read(shared("cases/lists") / folder).households}


def test_a_geopoint_is_read_by_its_first_two_numbers():
    assert places("odk_geopoint") == {
        "h1": (22.401, 105.201), "h2": (22.402, 105.203), "h3": (22.405, 105.209)
    }  # fmt: skip


def test_degrees_minutes_and_seconds_parted_by_blanks():
    found = places("dms_spaces")
    assert found["h1"] == pytest.approx((22 + 24 / 60 + 4.3 / 3600, 105 + 12 / 60 + 3.1 / 3600))
    assert found["h2"] == pytest.approx((22 + 24 / 60 + 7.2 / 3600, 105 + 12 / 60 + 10.8 / 3600))


def test_an_address_is_no_place():
    with pytest.raises(InvalidProblemError, match="2 defects") as raised:
        places("address_as_place")
    assert all("cannot be read as a coordinate" in str(d) for d in raised.value.defects)


def test_a_slipped_decimal_point_is_named():
    with pytest.raises(InvalidProblemError, match="2 defects") as raised:
        places("typo_far")
    assert [d.record[-6:] for d in raised.value.defects] == ["line 3", "line 4"]
    assert all("decimal point that looks misplaced" in d.what for d in raised.value.defects)
