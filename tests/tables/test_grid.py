"""Cells as they stand: merged areas and the letters of columns."""

import pytest

from phancong.tables.grid import Area, areas, column_number, letter


def test_areas_are_read_from_top_to_bottom():
    """As workbooks write them; an area of one cell too."""
    assert areas(["C3:D4", "AA1"]) == (Area(1, 27, 1, 27), Area(3, 3, 4, 4))
    assert str(Area(3, 3, 4, 4)) == "C3:D4"


@pytest.mark.parametrize("reference", ["?", "A", "1:2", "A1:B2:C3", "ABCD1"])
def test_what_is_no_area_is_refused(reference):
    """The caller tells of which file it is."""
    with pytest.raises(ValueError, match=r"^[\w:?]+$"):
        areas([reference])


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_letters_of_columns(column, letters):
    """There and back."""
    assert (letter(column), column_number(letters)) == (letters, column)
