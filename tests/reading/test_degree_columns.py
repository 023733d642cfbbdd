"""Degrees, minutes and seconds in columns of their own make one coordinate."""

import openpyxl
import pytest

from phancong import InvalidProblemError, read
from phancong.reading.degree_columns import DEGREE_TITLES, join_degrees
from phancong.reading.table import FileTable, RecordPlaces, Source

MEMBERS = "id,lat,lon\nm1,22.401,105.201\n"
PLACE = (22 + 24 / 60 + 3.6 / 3600, 105 + 12 / 60 + 3.6 / 3600)


@pytest.fixture
def place(tmp_path):
    """Where the first household stands, in a list of these columns and cells."""

    def read_place(titles, *rows):
        (tmp_path / "members.csv").write_text(MEMBERS, "utf-8")
        text = "\n".join(";".join(map(str, row)) for row in (["Mã hộ", *titles], *rows))
        (tmp_path / "households.csv").write_text(text, "utf-8")
        reading = read(tmp_path, explain=True)
        assert "degrees, minutes and seconds in columns of their own are joined" in reading.notes
        return reading.problem.households[0].at

    return read_place


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        (
            [f"{half} ({part})" for half in ("Vĩ độ", "Kinh độ") for part in ("độ", "phút", "giây")],
            [22, 24, "3,6", 105, 12, "3,6"],
        ),
        (["Lat deg", "Lat min", "Lat sec", "Long deg", "Long min", "Long sec"],
         ["22°", "24'", '"3.6"""', 105, 12, 3.6]),
        (["Latitude degrees", "Latitude minutes", "Longitude degrees", "Longitude minutes"],
         [22, 24.06, 105, "12,06"]),
        (["Lat D", "Lat M", "Lat S", "Lat NS", "Lon D", "Lon M", "Lon S", "Lon EW"],
         [22, 24, 3.6, "N", 105, 12, 3.6, "E"]),
        (["Lat D", "Lat M", "Lat S", "Vĩ độ B/N", "Lon D", "Lon M", "Lon S", "Kinh độ Đ/T"],
         [22, 24, 3.6, "B", 105, 12, 3.6, "Đ"]),
        (["Vĩ độ", "Kinh độ (độ)", "Kinh độ (phút)", "Kinh độ (giây)"],
         ["22°24'3,6", 105, 12, 3.6]),
    ],
)  # fmt: skip
def test_they_are_joined(place, titles, cells):
    assert place(titles, ["h1", *cells]) == pytest.approx(PLACE)


def test_titles_in_two_rows_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Danh sách hộ"
    for row in [
        ["Mã hộ", "Vĩ độ", None, None, "Kinh độ", None, None],
        [None, "Độ", "Phút", "Giây", "Độ", "Phút", "Giây"],
        ["h1", 22, 24, 3.6, 105, 12, 3.6],
        ["h2", None, None, None, None, None, None],
    ]:
        sheet.append(row)
    for area in ("A1:A2", "B1:D1", "E1:G1"):
        sheet.merge_cells(area)
    members = book.create_sheet("members")
    for row in (["id", "lat", "lon", "hamlet"], ["m1", 22.401, 105.201, "A"]):
        members.append(row)
    book.save(tmp_path / "lists.xlsx")
    reading = read(tmp_path / "lists.xlsx", explain=True)
    assert [d.what for d in reading.defects] == [
        "has no coordinates, and travel is measured between coordinates"
    ]
    assert "phút vĩ độ" in reading.text("vi")


@pytest.mark.parametrize(
    "cells", [[22, "", 3.6], ["", 24, 3.6], [22.5, 24, 3.6], [22, 61, 0], ["", "", 3.6]]
)
def test_parts_that_are_no_half_are_refused(place, cells):
    titles = ["Lat D", "Lat M", "Lat S", "Lon"]
    with pytest.raises(InvalidProblemError, match="line 2, lat: is not a number"):
        place(titles, ["h1", *cells, 105.2])


def test_a_half_that_stands_twice_is_refused(place):
    with pytest.raises(
        InvalidProblemError, match="lat: is given together with columns of its degrees"
    ):
        place(["Lat", "Lat D", "Lon D"], ["h1", 22.4, 22, 105])


def test_whole_degrees_that_a_workbook_holds_as_decimals_are_whole():
    cells = {
        meaning: [value] for meaning, value in zip(DEGREE_TITLES, [22.0, 24.0, 3.6], strict=False)
    }
    records = RecordPlaces([Source("h.csv", (), {})], [2])
    table = FileTable(role="households", columns=cells, records=records)
    join_degrees(table, [], [])
    assert table.columns == {"lat": ["22° 24' 3.6\""]}


def test_degrees_and_minutes_can_be_named_in_columns(tmp_path):
    """Titles that nobody knows are said to be degrees, minutes, seconds and letters of either half."""
    (tmp_path / "members.csv").write_text(MEMBERS, "utf-8")
    (tmp_path / "households.csv").write_text(
        "Mã hộ,a,b,c,d,e,f,g,h\nh1,22,24,3.6,N,105,12,3.6,E\n", "utf-8"
    )
    names = [f"{half}_{part}" for half in ("lat", "lon")
             for part in ("degrees", "minutes", "seconds", "letter")]  # fmt: skip
    columns = dict(zip("abcdefgh", names, strict=True))
    problem = read(tmp_path, columns={"households": columns})
    assert problem.households[0].at == pytest.approx(PLACE)
    with pytest.raises(InvalidProblemError, match="is not a number"):
        read(tmp_path, columns={"households": columns | {"b": "lat_seconds", "c": "lat_minutes"}})


@pytest.mark.parametrize(
    ("titles", "letters", "east"),
    [
        (("N/S", "E/W"), ("N", "W"), -90.5),
        (("N/S", "E/O"), ("n", "O"), -90.5),
        (("Nord/Sud", "Est/Ouest"), ("Nord", "Ouest"), -90.5),
        (("Lat ref", "Lon ref"), ("N", "E"), 90.5),
        (("N/S", "E/W"), ("N", None), 90.5),
    ],
)
def test_letters_mean_what_their_title_says(tmp_path, titles, letters, east):
    """N is north below N/S, and O is west below E/O; 36.500 minutes are no 36,500."""
    north, side = letters
    header = f"Household No,Lat deg,Lat min,{titles[0]},Lon deg,Lon min,{titles[1]}"
    row = f"1,14,36.600,{north},90,30.000,{side or ''}"
    (tmp_path / "households.csv").write_text(f"{header}\n{row}\n", "utf-8")
    (tmp_path / "members.csv").write_text(f"id,lat,lon\nm1,14.6,{east}\n", "utf-8")
    homes = read(tmp_path).household_columns
    assert homes.latitude.tolist() == pytest.approx([14.61])
    assert homes.longitude.tolist() == pytest.approx([east])


def test_an_n_below_a_vietnamese_title_is_asked_for(tmp_path):
    """It could be south (Nam)."""
    header = "Mã hộ,Vĩ độ độ,Vĩ độ phút,Hướng vĩ độ,Kinh độ độ,Kinh độ phút"
    (tmp_path / "households.csv").write_text(f"{header}\n1,14,36,N,90,30\n", "utf-8")
    (tmp_path / "members.csv").write_text("id,lat,lon\nm1,14.6,90.5\n", "utf-8")
    with pytest.raises(InvalidProblemError, match="N that can mean north"):
        read(tmp_path)
