"""Errors in a language: each defect a whole sentence, nothing of it left in English."""

import csv
import pickle

import networkx as nx
import openpyxl
import pytest
import ugly_lists as ugly

from phancong import (
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    NoPlanFoundError,
    PathNetwork,
    Problem,
    TravelMatrix,
    UnsupportedError,
    read,
    read_plan,
)
from phancong.errors import Defect, PhancongError
from phancong.tables import read_csv
from phancong.travel.places import called
from phancong.words import Message, defect_lines, message_of, page, words

EN, VI = words("en"), words("vi")
MEMBERS = "id,max_households\nm1,2\n"
HOUSEHOLDS = "id\nh1\nh2\n"


def told(defects):
    """What each says in Vietnamese after its place; all of it has been said by messages."""
    for defect in defects:
        for part in (defect.what, defect.mend):
            assert isinstance(part, Message), part
            assert VI.tell(part) != part
    english = [str(defect) for defect in defects]
    assert list(defect_lines(defects, EN)) == english
    return list(defect_lines(defects, VI))


def defects_of(call, *given, **options):
    with pytest.raises(InvalidProblemError, match="in the input") as caught:
        call(*given, **options)
    return caught.value.defects


def folder(path, **files):
    for name, text in {"members": MEMBERS, "households": HOUSEHOLDS, **files}.items():
        (path / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# --- tables


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ("id,share,share\nm1,1,2\n", "members.csv, dòng 1, cột 3: trùng tên với cột 2; hãy giữ"),
        ("id\nm1,,x\n", "members.csv, dòng 2, cột 3: có ghi, nhưng dòng tiêu đề chỉ có 1 cột"),
        (
            b"id,hamlet\nm1,\xff\xfe\xc3\xb4\n",
            "cột 2: có ký tự không phải UTF-8; hãy lưu thành CSV",
        ),
        (b"id,hamlet\nm1,a\0b\n", "members.csv, dòng 2, cột 2: có byte NUL; hãy xóa đi"),
        ('id,hamlet\nm1,"a"b\n', "members.csv, dòng 2, tệp: từ đây trở đi không đọc được ("),
        (
            b"\xff\xfei\0d",
            "members.csv, tệp: là UTF-16 bị hỏng; hãy lưu thành CSV UTF-8",
        ),
        (b"PK\x03\x04", "members.csv, tệp: là tệp Excel hoặc tệp nén, không phải CSV"),
        ("\n", "members.csv, tệp: không có gì bên trong; hãy ghi một dòng tiêu đề"),
    ],
)
def test_csv_files(tmp_path, members, expected):
    """With their line and column."""
    assert expected in told(defects_of(read, folder(tmp_path, members=members)))[0]


def test_a_column_without_a_name(tmp_path):
    """Found where a table has one line of header."""
    (tmp_path / "p.csv").write_text("id,,hamlet\nm1,x,\n")
    assert told(read_csv(tmp_path / "p.csv").defects) == [
        "p.csv, dòng 1, cột 2: không có tên, mà bên dưới có ô đã ghi (đầu tiên ở dòng 2); "
        "hãy đặt tên cho cột hoặc xóa hết các ô trong cột"
    ]


def test_workbooks(tmp_path):
    """With their sheet, row and column."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "members"
    for row in [("id", "share", "hamlet"), ("m1", "=1+1", "#REF!"), ("m2", 1, "x")]:
        sheet.append(row)
    sheet.merge_cells("B3:C3")
    book.create_sheet("households").append(("id",))
    book.save(tmp_path / "l.xlsx")
    assert told(defects_of(read, tmp_path / "l.xlsx")) == [
        "l.xlsx, trang tính 'members', dòng 2, cột B: có công thức chưa được tính; "
        "hãy ghi thẳng giá trị vào từng ô",
        "l.xlsx, trang tính 'members', dòng 2, cột C: có lỗi công thức (#REF!); "
        "hãy ghi thẳng giá trị vào từng ô",
        "l.xlsx, trang tính 'members', dòng 3, cột B: bị gộp với ô khác (B3:C3); "
        "hãy ghi thẳng giá trị vào từng ô",
    ]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.xlsx", b"x", "a.xlsx, tệp: không phải tệp Excel .xlsx (BadZipFile); hãy mở bằng Excel"),
        ("b.xlsx", b"\xd0\xcf\x11\xe0", "b.xlsx, tệp: không đọc được như tệp .xls (XLRDError)"),
        ("c.doc", b"x", "c.doc, tệp: không phải thư mục, cũng không phải loại danh sách đọc được"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, expected):
    """The whole file is the defect."""
    (tmp_path / name).write_bytes(content)
    (line,) = told(defects_of(read, tmp_path / name))
    assert expected in line


# --- reading

UGLY = [
    ["STT", "Chủ hộ", "Thôn", "Phân loại", "Màu sắc", "Ưu tiên", "Người phụ trách năm trước"],
    [1, "Hoàng Văn Pản", "Thôn Nà Lừa", "hộ lạ", None, None, "Nguyễn Văn Ai"],
    [2, "Lò Thị Én", "Bản Nà Lừa", None, None, None, None],
    [None, "Ma Văn Bình"],
]


def test_lists_as_communes_keep_them(tmp_path):
    """Titles, rows, classes, hamlets, people: with what the list calls the column."""
    ugly.book(
        tmp_path / "l.xlsx",
        **{
            "Danh sách hộ": UGLY,
            "Đảng viên": [
                ["STT", "Họ và tên đảng viên", "Số hộ tối thiểu", "Số hộ tối đa", "Miễn"],
                [1, "Nguyễn Văn An", 3, 2, None],
                [2, "Lò Thị Hoà", 0, "nhiều", "có lẽ"],
            ],
        },
    )
    # What a list calls a column stands between its row and what is wrong.
    said = [
        line.partition("dòng ")[2] for line in told(read(tmp_path / "l.xlsx", explain=True).defects)
    ]
    assert {line.partition(";")[0] for line in said} == {
        "1, Màu sắc (cột E): không nhận ra cột này",
        "1, Ưu tiên (cột F): không rõ 1 là ưu tiên nhất hay cuối cùng (ở đây số càng lớn thì hộ càng "
        "ít bị bỏ trống)",
        "4, dòng: không có số thứ tự, không rõ là một mục hay là tiêu đề",
        "2, Phân loại (cột D): là phân loại không có trong bảng khối lượng",
        "3, Thôn (cột C): trùng tên với một thôn khác (l.xlsx, trang tính 'Danh sách hộ', dòng 2) "
        "nhưng chữ đứng trước tên thì khác",
        "3, Miễn (cột E): không rõ là có hay không",
        "2, Người phụ trách năm trước (cột G): không khớp với ai ở đây",
        "2, Số hộ tối thiểu (cột C): là 3, lớn hơn số hộ tối đa (2)",
        "3, Số hộ tối đa (cột D): không phải là số",
    }


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (
            {"A": [["STT", "Họ và tên"], [1, "Lò Thị Én"]]},
            "dòng 1, danh sách: có thể là danh sách người phụ trách, cũng có thể là danh sách hộ; "
            "hãy đổi tên trang tính",
        ),
        ({"members": [["id"], [1]]}, "households: không có; hãy thêm trang tính này"),
        (
            {"member": [["x", "y"]], "households": [["id"], [1]]},
            "members: không có, nhưng có 'member'; hãy đổi tên trang tính thành members",
        ),
        (
            {"members": [["id"], [1]], "households": [["id"], [912345678]]},
            "dòng 2, id (cột A): giống số điện thoại, không được dùng làm mã; hãy đánh số các dòng",
        ),
        (
            {"members": [["id", "x"], [1, 2]], "households": [["id"], [1]]},
            "x (cột B): không nhận ra cột này; hãy xóa cột này, hoặc đổi tên thành một trong: id, at",
        ),
        (
            {"members": [["id"], [1]], "households": [["id"], [1]], "fixed": [["household"], [1]]},
            "member: không có trong bảng; hãy thêm cột này",
        ),
    ],
)
def test_lists_that_are_missing_or_not_clear(tmp_path, sheets, expected):
    """What it could be, and what to call it."""
    ugly.book(tmp_path / "l.xlsx", **sheets)
    assert any(expected in line for line in told(defects_of(read, tmp_path / "l.xlsx")))


def test_text_before_unicode(tmp_path):
    """The way to mend it is one that a commune has."""
    rows = [list(map(ugly.tcvn3, row)) for row in [["Chủ hộ", "Thôn"], ["Hoàng Văn Pản", "Nà Lừa"]]]
    with (tmp_path / "hộ.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    line = told(defects_of(read, tmp_path / "hộ.csv"))[0]
    assert (
        "là chữ theo bảng mã TCVN3 (.VnTime), không phải Unicode; hãy chuyển sang Unicode" in line
    )


def test_what_was_found_by_id_is_told_with_its_place(tmp_path):
    """A value that must not be repeated is left out in each language."""
    path = folder(
        tmp_path, members="id,max_households\nm1,Hoàng Văn Pản\n", fixed="household,member\nh1,m9\n"
    )
    assert told(defects_of(read, path)) == [
        "members.csv, dòng 2, max_households: không phải là số; hãy ghi một số nguyên",
        "fixed.csv, dòng 2, member: nêu người phụ trách 'm9', không có trong danh sách; hãy sửa mã",
    ]
    path = folder(tmp_path, fixed="household,member\nh1,m1\nh1,m2\n", members="id\nm1\nm2\n")
    (line,) = told(defects_of(read, path))
    assert line == (
        "households.csv, dòng 2, fixed: có 2 người cố định mà chỉ cần 1; "
        "hãy thôi cố định một số người hoặc tăng số người cần (members_needed)"
    )


def test_plans(tmp_path):
    """Pairs by name, and files that are none."""
    problem = Problem([Member("m1")], [Household("h1")], travel=None)
    (tmp_path / "p.csv").write_text("household,member\nh1,nobody\nh1,\n")
    assert told(defects_of(read_plan, tmp_path / "p.csv", problem)) == [
        "p.csv, dòng 2, member: không phải người nào trong danh sách ('nobody'); "
        "hãy ghi mã của một người phụ trách có trong danh sách",
        "p.csv, dòng 3, member: còn thiếu; hãy ghi mã của một người phụ trách có trong danh sách",
    ]
    (tmp_path / "p.json").write_text("{}")
    (line,) = told(defects_of(read_plan, tmp_path / "p.json", problem))
    assert line.startswith("p.json, tệp: không phải phương án do chương trình này ghi ra; ")


# --- problem and travel


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            {"members": [Member("m1", max_households="x")]},
            "người phụ trách 'm1', max_households: không",
        ),
        ({"members": [Member(None)]}, "người phụ trách thứ 1, id: còn thiếu; hãy ghi mã"),
        ({"members": 3}, "members, bảng: không phải là bảng (kiểu int)"),
        ({"members": [Member("m1"), 3]}, "người phụ trách thứ 2, mục: là một int"),
        (
            {"max_travel": -1},
            "bài toán, max_travel: là -1; hãy cho một số từ 0 trở lên, hoặc bỏ qua",
        ),
        ({"members": [Member("m1"), Member("m1")]}, "id: ghi hai lần ('m1', lần đầu ở dòng 1)"),
        (
            {"members": [Member("m1", min_workload=2, max_workload=1)]},
            "là 2, lớn hơn khối lượng tối đa",
        ),
        ({"fixed": [("h1", "m9")]}, "member: nêu người phụ trách 'm9', không có trong danh sách"),
        ({"fixed": [3]}, "fixed thứ 1, cặp: không phải là một cặp; hãy ghi (hộ, người phụ trách)"),
        (
            {"fixed": [("h1", "m1")], "forbidden": [("h1", "m1")]},
            "cặp cố định ('h1', 'm1'), fixed: vừa",
        ),
        (
            {"previous": [(1, "m1")], "households": [Household("1")]},
            "là 1 (kiểu int), trong khi mã của hộ",
        ),
        (
            {"previous": [("h1", "1")], "members": [Member(1)]},
            "trong khi mã của người phụ trách là 1",
        ),
        ({"workload": [[-1.0]]}, "cặp ('h1', 'm1'), workload: là -1; hãy cho một số hữu hạn"),
        (
            {"members": [Member("m1", (91, 105))]},
            "at: không nằm trên Trái Đất; hãy ghi (vĩ độ, kinh độ)",
        ),
    ],
)
def test_problems(arguments, expected):
    """From records: by id, or by number where there is none."""
    given = {"members": [Member("m1")], "households": [Household("h1")], "travel": None}
    assert any(expected in line for line in told(defects_of(Problem, **(given | arguments))))


def test_a_problem_with_changes():
    """A matrix belongs to the records that it was made for."""
    problem = Problem([Member("m1")], [Household("h1")], travel=TravelMatrix([[1.0]]))
    (line,) = told(defects_of(problem.replace, members=[Member("m2")]))
    assert line.startswith("bài toán, travel: là ma trận của members khác; ")


def test_places_without_travel():
    """Between coordinates, or along paths."""
    people, homes = [Member("m1", (22.4, 105.2))], [Household("h1"), Household("h2", (22.9, 105.2))]
    (line,) = told(defects_of(Problem, people, homes))
    assert line.startswith("hộ 'h1', at: không có tọa độ, mà quãng đường được đo theo tọa độ; ")
    graph = nx.Graph()
    graph.add_edge(0, 1, length=111.0)
    for node in graph:
        graph.nodes[node].update(lat=22.4 + node / 1000, lon=105.2)
    without, far = told(defects_of(Problem, people, homes, travel=PathNetwork(graph)))
    assert without.startswith(
        "hộ 'h1', at: không có tọa độ, mà quãng đường được tính theo đường đi"
    )
    assert far.startswith("hộ 'h2', at: cách đường gần nhất 55.")
    bare = nx.Graph()
    bare.add_node(0, lat=22.4, lon=105.2)
    last = told(defects_of(Problem, people, homes, travel=PathNetwork(bare)))[-1]
    assert "không nối được vào đâu: mạng đường không có cạnh" in last


def test_a_place_of_another_kind_is_called_by_its_kind():
    """A travel model may be asked about places that are nobody's home."""
    assert called("office", 3) == "office 3"


# --- errors


def test_defects_on_a_page():
    """As many as the error itself spells out; the rest is counted."""
    defect = Defect("households", "id", Message("is missing"), Message("add it"))
    one = page(InvalidProblemError([defect]), VI).text()
    assert one == "danh sách có 1 chỗ cần sửa:\n- households, id: còn thiếu; hãy thêm cột này"
    many = page(InvalidProblemError([defect] * 27), VI).text()
    assert many.count("còn thiếu") == 25
    assert many.endswith("… và 2 dòng nữa")
    english = page(InvalidProblemError([defect]), EN).text()
    assert english == str(InvalidProblemError([defect]))


@pytest.mark.parametrize(
    ("error", "english", "vietnamese"),
    [
        (
            UnsupportedError("flow", [Message("{rule} is given twice", rule="a"), "group"]),
            "engine 'flow' cannot keep a is given twice; group",
            "bộ giải 'flow' không giữ được: a ghi hai lần; group",
        ),
        (
            UnsupportedError("flow", []),
            "engine 'flow' cannot keep ",
            "bộ giải 'flow' không giữ được: ",
        ),
        (InvalidArgumentError(Message("is missing")), "is missing", "còn thiếu"),
        (NoPlanFoundError("no plan"), "no plan", "no plan"),
        (PhancongError(), "", ""),
    ],
)
def test_other_errors(error, english, vietnamese):
    """By their message where it is one, otherwise as they are; English as ``str`` says it."""
    assert str(error) == message_of(error) == english
    assert page(error, VI).text() == vietnamese.rstrip()


def test_defects_survive_pickling():
    """With all that they were made of."""
    error = InvalidProblemError(defects_of(Problem, [Member("m1", share="x")], [], travel=None))
    again = pickle.loads(pickle.dumps(error))
    assert page(again, VI) == page(error, VI)
    assert str(again) == str(error)
