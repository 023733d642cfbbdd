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


def test_a_person_in_charge_who_is_named_once_is_asked_about(tmp_path):
    """The households below had nobody last year, and could go to anybody."""
    people = [["Lò Thị An"], [None], [None], ["Lò Văn Bình"], [None]]
    path = homes(tmp_path, ["Đảng viên phụ trách"], *people)
    with pytest.raises(InvalidProblemError, match="below a person who is named only once") as told:
        read(path)
    assert len(told.value.defects) == 3
    people = [[name or "-"] for (name,) in people]
    assert len(read(homes(tmp_path, ["Đảng viên phụ trách"], *people)).previous) == 2
    # People in successive rows are no headings of blocks.
    people = [["Lò Thị An"], ["Lò Văn Bình"], [None], [None]]
    assert len(read(homes(tmp_path, ["Đảng viên phụ trách"], *people)).previous) == 2


@pytest.mark.parametrize("cell", ["An", "Lò An", "Lò Thị An (bí thư)", "Bà Lo Thi An, Nà Lừa"])
def test_part_of_a_name_and_a_name_with_more_are_asked_about(tmp_path, cell):
    """The pairs ended, as if the member had left."""
    path = homes(tmp_path, ["Đảng viên phụ trách"], [cell], ["Lò Văn Bình"], ["Vàng A Páo"])
    with pytest.raises(InvalidProblemError, match=r"row 2, .*matches no record here") as told:
        read(path)
    assert len(told.value.defects) == 1
    assert len(read(path, gone="end").previous) == 1


def test_blanks_part_thousands_and_nothing_else(tmp_path):
    """Two numbers in one cell were joined: "2 5" was 25."""
    good = homes(tmp_path, ["Khối lượng"], ["1 000"], ["12 500,5"], [" 3 "])
    assert read(good).household_columns.workload.tolist() == [1000, 12500.5, 3]
    cells = [["2 5"], ["10 00"], ["1 0000"], ["2,5 3"], ["1"]]
    with pytest.raises(InvalidProblemError, match="is not a number") as told:
        read(homes(tmp_path, ["Khối lượng"], *cells))
    assert len(told.value.defects) == 4


def test_a_decimal_comma_between_commas_is_asked_about(tmp_path):
    """To leave out the column to the right of all titles would make 1 of 1,5."""
    text = "STT,Chủ hộ,Khối lượng\n1,Lò A,1,5\n2,Lò B,2\n"
    (tmp_path / "households.csv").write_text(text, "utf-8")
    (tmp_path / "members.csv").write_text("STT,Họ tên\n1,Lò Thị An\n", "utf-8")
    with pytest.raises(
        InvalidProblemError, match="put cells with a separator in them between"
    ) as e:
        read(tmp_path)
    assert "None" not in str(e.value)


def test_a_letter_beside_a_hamlet_is_a_section_or_a_made_up_name(tmp_path):
    """Households A and B of a trial list were left out."""
    listed = [["Chủ hộ", "Thôn"], ["A", "Nà Lừa"], ["B.", "Thôn Mới"], ["Lò Pản", "Nà Lừa"]]
    path = book(tmp_path / "a.xlsx", **{"Danh sách hộ": listed, "Đảng viên": MEMBERS})
    with pytest.raises(InvalidProblemError, match="could be a record or a heading") as told:
        read(path)
    assert len(told.value.defects) == 2
    listed[1:3] = [["A", "Hộ nghèo"], ["II", "Nà Lừa"]]
    path = book(path, **{"Danh sách hộ": listed, "Đảng viên": MEMBERS})
    assert len(read(path).households) == 1


def test_name_and_hamlet_that_are_swapped_are_asked_about(tmp_path):
    """A person was a hamlet that no member lives in."""
    listed = [
        ["STT", "Chủ hộ", "Thôn"],
        [1, "Thôn Nà Lừa", "Hoàng Văn Pản"],
        [2, "Lò Văn Chứ", "Nà Lừa"],
        [3, "Nà Lừa", "Bản Mới"],
        [4, None, "Khuổi Nậm Hai"],
    ]
    path = book(tmp_path / "a.xlsx", **{"Danh sách hộ": listed, "Đảng viên": MEMBERS})
    with pytest.raises(InvalidProblemError, match=r"row 2, .*name and hamlet look swapped") as told:
        read(path)
    assert len(told.value.defects) == 1


def test_ids_and_names_that_are_nearly_the_same_are_said(tmp_path):
    """One household may stand twice in the list."""
    (tmp_path / "members.csv").write_text("id\nm1\n", "utf-8")
    (tmp_path / "households.csv").write_text("id\nh1\nH1\nh 1\n007\n7\nx\n", "utf-8")
    (note,) = (note for note in read(tmp_path, explain=True).notes if "differ" in note)
    assert note.startswith("3 ids differ from others only in case, blanks or leading zeros")
    assert note.endswith("(first: households.csv, line 3)")
    listed = [
        ["Mã hộ", "Chủ hộ", "Thôn"],
        ["1", "Lò A", "X"],
        ["2", "lò  a", "X"],
        ["3", "Lò A", "Y"],
    ]
    path = book(tmp_path / "a.xlsx", **{"Danh sách hộ": listed, "Đảng viên": MEMBERS})
    (note,) = (note for note in read(path, explain=True).notes if "name of another" in note)
    assert note.startswith("1 household has the name of another in the same hamlet")
    assert "row 3" in note


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
