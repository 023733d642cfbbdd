"""Two lists beside each other on one sheet: each is read whole, or it is asked; never one in part."""

import pytest
from ugly_lists import book

from phancong import InvalidProblemError, read

HOMES = [["STT", "Chủ hộ", "Thôn"], *([n, f"Nông Văn Pản {n}", "Nà Lừa"] for n in range(1, 5))]
MEMBERS = [
    ["STT", "Họ và tên đảng viên", "Thôn"],
    [1, "Lò Thị An", "Nà Lừa"],
    [2, "Lò Thị Bình", "Nà Lừa"],
]


def beside(left, right, *, gap=1, lower=0, top=()):
    """Rows of two lists, the second so many lines lower and so many columns away."""
    width = max(map(len, left))
    rows = []
    for n in range(max(len(left), len(right) + lower)):
        one = left[n] if n < len(left) else []
        other = right[n - lower] if 0 <= n - lower < len(right) else []
        rows.append([*one, *[None] * (width - len(one) + gap), *other])
    return [*top, *rows]


def sheet(tmp_path, rows, name="Danh sách hộ", **others):
    return book(tmp_path / "a.xlsx", **{name: rows}, **others)


@pytest.mark.parametrize(("gap", "lower"), [(0, 0), (1, 0), (3, 0), (1, 2), (3, 2)])
def test_each_list_is_read_by_itself(tmp_path, gap, lower):
    """With a blank column between them or, where they number their rows, without."""
    top = [["XÃ TÂN AN"], ["Danh sách hộ và đảng viên"]]
    reading = read(
        sheet(tmp_path, beside(HOMES, MEMBERS, gap=gap, lower=lower, top=top)), explain=True
    )
    assert not reading.defects
    assert (len(reading.problem.members), len(reading.problem.households)) == (2, 4)
    assert any("side by side" in str(note) for note in reading.notes)
    places = [str(use.sheet) for use in reading.sheets]
    assert all("columns" in place for place in places)


def test_the_name_of_the_sheet_is_that_of_neither(tmp_path):
    """Households to the right of members, on a sheet that is called households."""
    problem = read(sheet(tmp_path, beside(MEMBERS, HOMES)))
    assert (len(problem.members), len(problem.households)) == (2, 4)


def test_two_halves_of_one_list_are_one(tmp_path):
    """As lists are printed in two columns."""
    more = [HOMES[0], *([n, f"Nông Văn Pản {n}", "Nà Lừa"] for n in range(5, 8))]
    problem = read(sheet(tmp_path, beside(HOMES, more), **{"Đảng viên": MEMBERS}))
    assert problem.household_columns.ids == tuple(range(1, 8))


def test_limits_of_members_and_classes_of_households_tell_them_apart(tmp_path):
    """Nothing stands twice, and still no household has a maximum."""
    homes = [["Mã hộ", "Phân loại"], ["H1", "hộ nghèo"], ["H2", "hộ nghèo"]]
    members = [["Mã đảng viên", "Số hộ tối đa"], ["D1", 3], ["D2", 3]]
    problem = read(sheet(tmp_path, beside(homes, members)))
    assert problem.member_columns.ids == ("D1", "D2")
    assert problem.household_columns.ids == ("H1", "H2")


IN_CHARGE = [["Mã đảng viên", "Đảng viên phụ trách"], ["D1", "Lò Thị An"], ["D2", "Lò Thị Bình"]]
CODED = [["Mã hộ", "Chủ hộ"], ["H1", "Nông Văn A"], ["H2", "Nông Văn B"]]


def test_a_blank_column_within_a_list_does_not_part_it(tmp_path):
    """Nothing is said twice, and each row goes on behind it."""
    problem = read(sheet(tmp_path, beside(CODED, IN_CHARGE)))
    assert problem.previous == (("H1", "D1", 1.0), ("H2", "D2", 1.0))
    holes = [*CODED, ["H3", "Nông Văn C"]]
    behind = [*IN_CHARGE[:2], [None, None], IN_CHARGE[2]]
    assert len(read(sheet(tmp_path, beside(holes, behind))).households) == 3


def test_what_could_be_one_list_or_two_is_asked(tmp_path):
    """The columns behind the blank one end early: a shorter list, or households without a member."""
    rows = beside([*CODED, ["H3", "Nông Văn C"]], IN_CHARGE)
    with pytest.raises(InvalidProblemError, match="one list, or two") as told:
        read(sheet(tmp_path, rows))
    (defect,) = [d for d in told.value.defects if "one list" in str(d.what)]
    assert "each list on a sheet of its own" in str(defect.mend)
    reading = read(sheet(tmp_path, rows), sheets={"Danh sách hộ": "households"}, explain=True)
    assert not any("one list" in str(d.what) for d in reading.defects)


def test_lists_of_people_side_by_side_are_asked_for_by_their_columns(tmp_path):
    """Both have names and no more; the answer says which columns are which."""
    people = [["STT", "Họ và tên", "Thôn"], *row_of("A", 2)]
    path = sheet(tmp_path, beside(people, [people[0], *row_of("B", 3)]), name="Sheet1")
    with pytest.raises(InvalidProblemError, match=r"could be members or households") as told:
        read(path)
    mend = " ".join(str(defect.mend) for defect in told.value.defects)
    assert "sheets={'a A:D': " in mend
    problem = read(path, sheets={"Sheet1 A:D": "members", "Sheet1 E:G": "households"})
    assert (len(problem.members), len(problem.households)) == (2, 3)


def row_of(letter, count):
    return [[n, f"Lò Văn {letter} {n}", "Nà Lừa"] for n in range(1, count + 1)]


def test_what_stands_beside_a_list_without_titles_of_its_own_is_still_asked_for(tmp_path):
    """A column whose title is missing holds both together; a legend is no list."""
    rows = beside(HOMES, [["STT", "Chủ hộ"], [1, "x"], [2, "y"]])
    for row in rows:
        row[3] = "filled"
    rows[0][3] = None
    with pytest.raises(InvalidProblemError, match=r"has no name|no title|name the column"):
        read(sheet(tmp_path, rows, **{"Đảng viên": MEMBERS}))


def test_a_formula_without_a_value_is_a_defect_of_its_own_list_only(tmp_path):
    """A cell of a column that is left out in one list is no defect of the other."""
    formulas = [
        ["STT", "Họ và tên đảng viên", "Ghi chú"],
        [1, "Lò Thị An", "=1+1"],
        [2, "Lò Thị B", None],
    ]
    assert len(read(sheet(tmp_path, beside(HOMES, formulas))).members) == 2
    names = [["STT", "Họ và tên đảng viên"], [1, "=A1"], [2, "Lò Thị Bình"]]
    with pytest.raises(InvalidProblemError, match="formula"):
        read(sheet(tmp_path, beside(HOMES, names)))


def test_a_file_of_text_has_its_columns_by_number(tmp_path):
    """Of a CSV file, columns are counted; what is wrong with the file is said once."""
    lines = [";".join("" if c is None else str(c) for c in row) for row in beside(HOMES, MEMBERS)]
    path = tmp_path / "lists.csv"
    path.write_text("\n".join(lines), "utf-8")
    reading = read(path, explain=True)
    assert not reading.defects
    assert {str(use.sheet) for use in reading.sheets} == {
        "lists.csv, columns 1:4",
        "lists.csv, columns 5:7",
    }
