"""Shapes that were read and said nothing of: each is now read right, said, or asked about."""

import pytest
from ugly_lists import book

from phancong import InvalidProblemError, read

MEMBERS = [
    ["STT", "Họ và tên đảng viên", "Thôn", "Số hộ tối đa"],
    [1, "Lò Thị An", "Nà Lừa", 5],
    [2, "Lò Văn Bình", "Bản Mới", 5],
]


def homes(tmp_path, titles, *rows, members=MEMBERS):
    listed = [
        ["STT", "Chủ hộ", *titles],
        *([n, f"Hoàng Văn Pản {n}", *row] for n, row in enumerate(rows, 1)),
    ]
    return book(tmp_path / "a.xlsx", **{"Danh sách hộ": listed, "Đảng viên": members})


@pytest.mark.parametrize("mark", ['"', "''", "〃", "nt", "-nt-", "Như trên", "ditto", "Idem"])
def test_a_ditto_mark_says_what_stands_above(tmp_path, mark):
    """It was a hamlet of its own."""
    path = homes(tmp_path, ["Thôn", "Đảng viên phụ trách"], ["Nà Lừa", "Lò Thị An"], [mark, mark])
    reading = read(path, explain=True)
    assert reading.problem.household_columns.hamlet == ("Nà Lừa", "Nà Lừa")
    assert len(reading.problem.previous) == 2
    assert "2 cells with a ditto mark say what stands above them" in reading.notes


def test_a_ditto_mark_below_nothing_is_refused(tmp_path):
    """In the first row, and below a blank."""
    with pytest.raises(InvalidProblemError, match="repeats the cell above, and that is empty"):
        read(homes(tmp_path, ["Thôn"], ['"'], ["Nà Lừa"]))
    with pytest.raises(InvalidProblemError, match="repeats the cell above"):
        read(homes(tmp_path, ["Thôn"], ["Nà Lừa"], [None], ['"']))


def test_a_hamlet_that_is_given_once_is_asked_about(tmp_path):
    """Its households had none, and with within_hamlet nobody could have them."""
    rows = [["Nà Lừa"], [None], [None], ["Bản Mới"], [None], [None]]
    path = homes(tmp_path, ["Thôn"], *rows)
    with pytest.raises(InvalidProblemError, match="below a hamlet that is given only once") as told:
        read(path)
    assert len(told.value.defects) == 4
    without = read(path, columns={"households": {"Thôn": None}})
    assert set(without.household_columns.hamlet) == {None}
    # Where a hamlet stands again, or few are blank, blanks are what they are.
    again = homes(tmp_path, ["Thôn"], ["Nà Lừa"], [None], [None], ["Nà Lừa"])
    assert read(again).household_columns.hamlet == ("Nà Lừa", None, None, "Nà Lừa")
    few = homes(tmp_path, ["Thôn"], ["Nà Lừa"], ["Bản Mới"], ["Khuổi"], [None], [None])
    assert read(few).household_columns.hamlet[3:] == (None, None)


def test_hamlets_that_differ_in_their_marks_are_said(tmp_path):
    """One without any could be either."""
    reading = read(homes(tmp_path, ["Thôn"], ["Nà Lừa"], ["Na Lua"], ["Khuổi"]), explain=True)
    note = "hamlets that differ in their marks only count as several: 'Nà Lừa', 'Na Lua'"
    assert note in reading.notes


def test_two_heads_with_one_number_are_two_households_or_a_slip(tmp_path):
    """One of both families was left out."""
    listed = [
        ["Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Thôn"],
        ["H1", "Lò Văn A", "Chủ hộ", "Nà Lừa"],
        ["H1", "Lò Văn B", "Vợ", "Nà Lừa"],
        ["H1", "Lò Văn C", "Chủ hộ", "Nà Lừa"],
    ]
    path = book(tmp_path / "a.xlsx", **{"Hộ": listed, "Đảng viên": MEMBERS})
    with pytest.raises(
        InvalidProblemError, match=r"row 4, .*second head of the household of .*row 2"
    ):
        read(path)


@pytest.mark.parametrize("cell", ["M1", " m1,m2", "m1; M2", "m1/m2"])
def test_an_id_of_last_year_that_is_only_written_otherwise_is_refused(tmp_path, cell):
    """Its pairs ended, as if the member had left."""
    (tmp_path / "members.csv").write_text("id\nm1\nm2\n", "utf-8")
    (tmp_path / "households.csv").write_text("id\nh1\n", "utf-8")
    (tmp_path / "previous.csv").write_text(f'household,member\nh1,"{cell}"\n', "utf-8")
    with pytest.raises(InvalidProblemError, match="is not written as an id of the list here"):
        read(tmp_path)
    assert not read(tmp_path, gone="end").kept_years[0].size
    (tmp_path / "previous.csv").write_text("household,member\nh1,m9\n", "utf-8")
    assert read(tmp_path).previous == (("h1", "m9", 1.0),)


def test_a_list_without_records_is_said(tmp_path):
    """Titles alone plan nothing."""
    (tmp_path / "members.csv").write_text("id\nm1\n", "utf-8")
    (tmp_path / "households.csv").write_text("id,lat,lon\n", "utf-8")
    reading = read(tmp_path, explain=True)
    assert "households.csv, line 1: titles, and no records below" in reading.notes


@pytest.mark.parametrize(
    ("homes_", "members"),
    [
        (
            "N° d'ordre;Nom du chef de ménage;Village;Visites par mois\n1;A;X;2",
            "Nom;Capacité\nLò Thị An;5",
        ),
        (
            "N.º;Jefe de hogar;Caserío;Visitas al mes\n1;A;X;2",
            "Nombre completo;Capacidad\nLò Thị An;5",
        ),
        ("Nº;Chefe de família;Povoado;Visitas por mês\n1;A;X;2", "Agente;Capacidade\nLò Thị An;5"),
        (
            "S/N;Head of Household;Village;Visits per month\n1;A;X;2",
            "CHW Name;Max. HH\nLò Thị An;5",
        ),
        (
            "TT;HỌ TÊN CHỦ HỘ;THÔN/BẢN;SỐ LẦN THĂM/THÁNG\n1;A;X;2",
            "HỌ TÊN ĐẢNG VIÊN;SỐ HỘ TỐI ĐA\nLò Thị An;5",
        ),
    ],
)
def test_titles_as_they_are_written_in_five_languages(tmp_path, homes_, members):
    """Running numbers and visits a month, with the marks that people use."""
    (tmp_path / "households.csv").write_text(homes_, "utf-8")
    (tmp_path / "members.csv").write_text(members, "utf-8")
    problem = read(tmp_path)
    assert problem.household_columns.ids == (1,)
    assert problem.household_columns.visits.tolist() == [2.0]
    assert problem.member_columns.max_households.tolist() == [5]


def test_how_a_kml_file_is_drawn_is_no_column(tmp_path):
    """Its reader adds ``tessellate`` and others to each place."""
    pytest.importorskip("pyogrio", reason="maps of other programs need pyogrio")
    place = "<Point><coordinates>105.201,22.401,0</coordinates></Point>"
    data = '<ExtendedData><Data name="id"><value>h1</value></Data></ExtendedData>'
    (tmp_path / "households.kml").write_text(
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        f"<name>A</name>{data}{place}</Placemark></Document></kml>",
        "utf-8",
    )
    (tmp_path / "members.csv").write_text("id,lat,lon\nm1,22.4,105.2\n", "utf-8")
    homes_ = read(tmp_path).household_columns
    assert homes_.ids == ("h1",)
    assert homes_.latitude.tolist() == [22.401]
