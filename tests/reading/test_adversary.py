"""Shapes of real lists that were once misread in silence: each is read right, or asked about."""

import pytest
from ugly_lists import book

from phancong import InvalidProblemError, read

MEMBERS = [
    ["STT", "Họ và tên đảng viên", "Số hộ tối đa"],
    [1, "Nguyễn Văn An", 5],
    [2, "Lò Thị Hòa", 5],
]


def homes(path, titles, *rows, members=MEMBERS):
    listed = [
        ["STT", "Chủ hộ", *titles],
        *([n, f"Hoàng Văn Pản {n}", *r] for n, r in enumerate(rows, 1)),
    ]
    return book(path / "a.xlsx", **{"Đảng viên": members, "Danh sách hộ": listed})


@pytest.mark.parametrize(
    "cell",
    [
        "Nguyễn Văn An và Lò Thị Hòa",
        "Nguyễn Văn An/Lò Thị Hòa",
        "Đ/c Nguyễn Văn An - Lò Thị Hòa",
        "Nguyễn Văn An & Lò Thị Hòa",
        "Nguyễn Văn An, Lò Thị Hòa",
    ],
)
def test_two_in_charge_joined_by_a_word_or_a_mark_are_two(tmp_path, cell):
    """Their pairs of last year ended in silence."""
    problem = read(homes(tmp_path, ["Đảng viên phụ trách"], [cell]))
    assert problem.previous == ((1, 1, 1.0), (1, 2, 1.0))


def test_one_of_two_who_has_left_ends_alone(tmp_path):
    """Who is here stays; nobody here has nearly the other name."""
    path = homes(tmp_path, ["Đảng viên phụ trách"], ["Nguyễn Văn An và Vàng Thị Sinh"])
    assert read(path).previous == ((1, 1, 1.0),)


def test_a_cell_that_says_that_nobody_is_in_charge_names_nobody(tmp_path):
    """Such lines are no pairs, and are not counted among those that end."""
    cells = [["Chưa có"], ["-"], ["không"], [None], ["Nguyễn Văn An"]]
    reading = read(homes(tmp_path, ["Đảng viên phụ trách"], *cells), explain=True)
    assert reading.problem.previous == ((5, 1, 1.0),)
    assert not any("end" in str(note) for note in reading.notes)


@pytest.mark.parametrize(
    "title", ["GPS (lon, lat)", "Tọa độ (kinh độ, vĩ độ)", "longitude latitude"]
)
def test_a_title_that_names_the_longitude_first_is_asked_about(tmp_path, title):
    """Near the equator both orders lie on the globe: nothing else would tell."""
    column = {"GPS (lon, lat)": "GPS (lon, lat)"}.get(title, title)
    path = homes(tmp_path, [column], ["34.21, 0.51"], ["34.22, 0.52"])
    with pytest.raises(InvalidProblemError, match=r"names the longitude first|is not a column"):
        read(path, travel=None)
    assert (
        len(read(homes(tmp_path, ["GPS (lat, lon)"], ["0.51, 34.21"]), travel=None).households) == 1
    )


def test_long_numbers_that_a_spreadsheet_has_shortened_are_no_ids(tmp_path):
    """1.20E+09 stands for many numbers."""
    (tmp_path / "members.csv").write_text("id\nm1\n", "utf-8")
    (tmp_path / "households.csv").write_text("id\n1.20E+09\n1.20E+10\n", "utf-8")
    with pytest.raises(InvalidProblemError, match="that a spreadsheet has shortened"):
        read(tmp_path)


def test_hamlets_that_are_numbers_are_one_with_and_without_zeros(tmp_path):
    """Thôn 02 and 2 are one hamlet; after another word it is another."""
    members = [
        ["STT", "Họ tên đảng viên", "Thôn"],
        [1, "Nguyễn Văn An", "Thôn 1"],
        [2, "Lò Thị Hòa", 2],
    ]
    reading = read(homes(tmp_path, ["Thôn"], [1], ["thôn 02"], members=members), explain=True)
    assert [m.hamlet for m in reading.problem.members] == ["1", "2"]
    assert [h.hamlet for h in reading.problem.households] == ["1", "2"]
    with pytest.raises(InvalidProblemError, match="has the same name as another hamlet"):
        read(homes(tmp_path, ["Thôn"], ["Tổ 1"], ["thôn 02"], members=members))


@pytest.mark.parametrize(("yes", "no"), [("Oui", "Non"), ("Sí", "No"), ("Sim", "Não")])
def test_yes_and_no_in_other_languages(tmp_path, yes, no):
    """An exempt member in French, Spanish and Portuguese."""
    members = [["code agent", "exempt"], ["a1", yes], ["a2", no]]
    path = book(tmp_path / "a.xlsx", agents=members, households=[["hhid", "village"], ["h1", "A"]])
    assert read(path).exempt.tolist() == [True, False]


def test_a_column_of_coordinates_is_known_by_its_cells(tmp_path):
    """Whatever its title: the likely answer is not to leave all coordinates out."""
    path = homes(tmp_path, ["Điểm đo"], ["22.401, 105.201"], ["22.402, 105.202"], [None])
    with pytest.raises(InvalidProblemError, match="did you mean 'at'") as told:
        read(path)
    assert "'Điểm đo': 'at'" in str(told.value)
    path = homes(tmp_path, ["Điểm đo"], ["22.401, 105.201"], ["tốt"], ["xấu"])
    with pytest.raises(InvalidProblemError, match="is not a known column") as told:
        read(path)
    assert "'Điểm đo': None" in str(told.value)


@pytest.mark.parametrize(
    "title",
    [
        "Phân loại;1;h1;HOÀNG VĂN KÍN;Nà Lừa",
        "Phân loại 1 h1 HOÀNG VĂN KÍN Nà Lừa",
        "3, h3, Hoàng Văn Kín",
        "Hoàng V?n Kín",
        "Phân loại | 0912345678",
        "SĐT 0912345678 Kín",
        "3|h3|Kín|Nà Lừa",
        "Đặng Kín",
        "Kín" * 100,
    ],
)
def test_a_line_that_was_taken_for_a_title_is_shown_by_its_column(tmp_path, title):
    """As where no line ends as lines do, or there are no titles at all."""
    with pytest.raises(InvalidProblemError, match="is not a known column") as told:
        read(homes(tmp_path, [title], ["x"], ["y"]))
    assert all(secret not in str(told.value) for secret in ("KÍN", "Kín", "0912345678"))
    assert "column C" in str(told.value)


def test_what_is_said_of_each_member_is_said_once(tmp_path):
    """One line for all rows, without their ids."""
    path = homes(tmp_path, ["Tọa độ nhà"], ["22.401, 105.201"])
    text = read(path, explain=True).text()
    assert "rows 2-3, lat, lon: has no coordinates" in " ".join(text.split())


def test_pairs_by_name_are_not_blamed_where_a_list_is_missing(tmp_path):
    """Without households nobody can be found: only what is missing is said."""
    rows = [["Chủ hộ", "Đảng viên phụ trách"], ["Hoàng Văn A", "Nguyễn Văn An"]]
    path = book(tmp_path / "a.xlsx", **{"Đảng viên": MEMBERS, "Năm trước": rows})
    with pytest.raises(InvalidProblemError, match="households: does not exist") as told:
        read(path)
    assert len(told.value.defects) == 1


def test_ids_with_marks_of_no_width_are_those_without(tmp_path):
    """Two lists mean the same household, and one list cannot have it twice."""
    lists = {
        "members.csv": "id,max_households\nm1,5\nm\u200b2,5\n",
        "households.csv": "id\nB\u2060-12\n\ufeffB-13\n",
        "previous.csv": "household,member\nB-12\u200b,m2\n",
    }
    for name, text in lists.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    problem = read(tmp_path, travel=None)
    assert problem.household_columns.ids == ("B-12", "B-13")
    assert problem.member_columns.ids == ("m1", "m2")
    assert [tuple(pair)[:2] for pair in problem.previous] == [("B-12", "m2")]
    (tmp_path / "households.csv").write_text("id\nB-12\nB\u200b-12\n", encoding="utf-8")
    with pytest.raises(InvalidProblemError, match="B-12"):
        read(tmp_path, travel=None)
