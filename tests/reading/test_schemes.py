"""Workload by the scheme of an office: points, or visits and minutes, by class; shares; marks."""

import pickle
from pathlib import Path

import openpyxl
import pytest
from ugly_lists import book

import phancong
from phancong.cli.main import main
from phancong.words import page, words

MEMBERS = [
    ["STT", "Họ và tên đảng viên", "Thôn", "Người mới", "Vĩ độ", "Kinh độ"],
    [1, "Nguyễn Văn An", "Nà Lừa", None, 22.401, 105.202],
    [2, "Lò Thị Hòa", "Bản Mới", "x", 22.404, 105.208],
]
HOMES = [
    ["STT", "Họ và tên chủ hộ", "Thôn", "Phân loại", "Vĩ độ", "Kinh độ"],
    [1, "Hoàng Văn Pản", "Nà Lừa", "Hộ nghèo", 22.401, 105.201],
    [2, "Tống Công Minh", "Nà Lừa", "Hộ cận nghèo", 22.402, 105.203],
    [3, "Bàn Thị Thuỷ", "Bản Mới", None, 22.405, 105.209],
]
POINTS = [
    ["CÁCH TÍNH ĐIỂM NĂM 2025"],
    ["Phân loại", "Điểm", "Hệ số người mới", "Vàng trên", "Đỏ trên"],
    ["Hộ nghèo", "2,5", "0,5", 2, 4],
    ["Hộ cận nghèo", 1.5],
    ["Các hộ khác", 1],
    [None, None, None, 2, None],
]


def commune(path, scheme=None, *, members=MEMBERS, homes=HOMES, name="Cách tính khối lượng"):
    sheets = {"Đảng_viên": members, "Danh_sách_hộ": homes}
    if scheme is not None:
        sheets[name.replace(" ", "_")] = scheme
    return book(path / "ds.xlsx", **sheets)


def toml(path, text):
    file = path / "cach-tinh.toml"
    file.write_text(text, encoding="utf-8")
    return file


def loads(problem):
    return [home.workload for home in problem.households]


def defects(path, **options):
    return [
        f"{d.record}, {d.field}: {d.what}"
        for d in phancong.read(path, explain=True, **options).defects
    ]


def test_points_by_class_in_a_sheet_with_a_newcomers_share_and_marks(tmp_path):
    """A sheet states points by class, the share of who is new, and from which load on a member is red."""
    reading = phancong.read(commune(tmp_path, POINTS), explain=True)
    problem = reading.problem
    assert loads(problem) == [2.5, 1.5, 1.0]
    assert [member.share for member in problem.members] == [1.0, 0.5]
    assert problem.load_marks == phancong.LoadMarks(amber=2, red=4, unit="points")
    assert "scheme" in [use.became for use in reading.sheets]
    assert "workload in points by ds.xlsx, sheet 'Cách tính khối lượng', for 3 of 3" in str(reading)
    assert "cách tính khối lượng" in reading.text("vi")


def test_an_own_workload_goes_before_the_scheme_and_a_section_gives_the_class(tmp_path):
    """What the list says of a household stays; a heading is a class where the scheme has it."""
    homes = [
        ["STT", "Họ và tên chủ hộ", "Thôn", "Khối lượng"],
        ["A", "Hộ đơn thân"],
        [1, "Hoàng Văn Pản", "Nà Lừa", None],
        [2, "Tống Công Minh", "Nà Lừa", 7],
    ]
    scheme = [["Phân loại", "Điểm"], ["Hộ đơn thân", 3]]
    members = [row[:3] for row in MEMBERS]
    problem = phancong.read(commune(tmp_path, scheme, members=members, homes=homes), travel=None)
    assert loads(problem) == [3.0, 7.0]
    assert problem.load_marks is None


def test_hours_a_month_from_visits_minutes_and_the_same_way_for_all(tmp_path):
    """2 visits × (45 min there + 2 × 15 min of way) are 2.5 hours; the list's own visits go before."""
    homes = [
        [*row, visits] for row, visits in zip(HOMES, ["Số lần thăm", None, 4, None], strict=True)
    ]
    scheme = toml(
        tmp_path,
        'minutes = 30\nvisits = 1\nway = 15\n[classes]\n"*" = {}\n'
        '[classes."hộ nghèo"]\nvisits = 2\nminutes = 45\n',
    )
    problem = phancong.read(commune(tmp_path, homes=homes, members=[r[:3] + r[4:] for r in MEMBERS]),
                            scheme=scheme)  # fmt: skip
    assert loads(problem) == [2.5, 4.0, 1.0]
    assert [home.visits for home in problem.households] == [2.0, 4.0, 1.0]


def test_with_a_speed_the_way_of_each_pair_counts_there_and_back(tmp_path):
    """Hours of a pair: visits × (minutes + 2 × its own way at that speed) ÷ 60, whatever the order."""
    scheme = toml(tmp_path, 'speed = 6\n[classes]\n"*" = {visits = 2, minutes = 30}\n')
    homes = [HOMES[0], *HOMES[:0:-1]]
    members = [row[:3] + row[4:] for row in MEMBERS]
    problem = phancong.read(commune(tmp_path, homes=homes, members=members), scheme=scheme)
    travel = problem.travel_matrix
    assert problem.workload_matrix == pytest.approx(2 * (30 + 2 * travel / 1000 / 6 * 60) / 60)
    assert pickle.loads(pickle.dumps(problem)) == problem


@pytest.mark.parametrize(("unit", "factor"), [("min", 1.0), ("h", 60.0)])
def test_ways_in_minutes_or_hours_need_no_conversion_by_the_speed(tmp_path, unit, factor):
    """A travel matrix in minutes is taken as it is; an own workload has no way added, nor a lost pair."""
    scheme = toml(tmp_path, 'speed = 6\n[classes]\n"*" = {visits = 1, minutes = 30}\n')
    homes = [["STT", "Chủ hộ", "Khối lượng"], [1, "Hoàng Văn Pản", None], [2, "Tống Công Minh", 9]]
    travel = phancong.TravelMatrix([[30, float("inf")], [30, 30]], unit=unit)
    path = commune(tmp_path, homes=homes, members=[row[:2] for row in MEMBERS])
    problem = phancong.read(path, scheme=scheme, travel=travel)
    assert problem.workload_matrix.tolist() == [[0.5 + factor, 0.5], [9, 9]]


def test_a_speed_without_distances_is_a_defect(tmp_path):
    """Without coordinates no way can be counted: the minutes of one way are asked for."""
    scheme = toml(tmp_path, 'speed = 6\n[classes]\n"*" = {visits = 2, minutes = 30}\n')
    path = commune(tmp_path, members=[row[:3] for row in MEMBERS], homes=[row[:4] for row in HOMES])
    assert defects(path, scheme=scheme) == [
        "cach-tinh.toml, speed: is stated, and there are no distances to which it applies"
    ]


def test_a_class_that_the_scheme_does_not_have_is_asked_for_unless_it_has_the_others(tmp_path):
    """No default of the library slips in between the points of an office."""
    scheme = [["Phân loại", "Điểm"], ["Hộ nghèo", 3]]
    found = defects(commune(tmp_path, scheme), columns={"members": {"Người mới": None}})
    assert found == [
        "ds.xlsx, sheet 'Danh sách hộ', row 3, Phân loại (column D): "
        "is a class that the scheme does not have",
        "ds.xlsx, sheet 'Danh sách hộ', row 4, class: "
        "has no class, and the scheme says nothing of the others (1 household)",
    ]


def test_who_is_new_without_a_stated_share_is_a_defect(tmp_path):
    """A cross for a newcomer means nothing until the scheme says the share; other text is no cross."""
    members = [*MEMBERS[:2], [*MEMBERS[2][:3], "từ tháng 5", *MEMBERS[2][4:]]]
    assert "is neither yes nor no" in defects(commune(tmp_path, members=members))[0]
    assert "the share of a newcomer is not given" in defects(commune(tmp_path))[0]


def test_a_share_in_the_list_goes_before_that_of_newcomers(tmp_path):
    """A newcomer with a share of their own keeps it."""
    members = [[*row, share] for row, share in zip(MEMBERS, ["Hệ số", None, "0,8"], strict=True)]
    problem = phancong.read(commune(tmp_path, POINTS, members=members))
    assert [member.share for member in problem.members] == [1.0, 0.8]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([["Phân loại", "Điểm"], ["Đỏ trên", 4]], "states no class"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", "nhiều"]], "is not a number of 0 or more"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", True]], "is not a number of 0 or more"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", 1], ["HỘ NGHÈO", 2]], "is given twice"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", None]], "has neither points nor visits"),
        ([["Phân loại", "Điểm"], [None, 2]], "is missing"),
        ([["Phân loại", "Điểm", "Màu"], ["Hộ nghèo", 2, None]], "is not a known column"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", 2, 5]], "has no title"),
        ([["Người lập", "Nguyễn"], ["Phân loại", "Điểm"], ["Hộ nghèo", 2]], "is unknown"),
        ([["Phân loại", "Điểm", "Số phút"], ["Hộ nghèo", 2, 5]], "counts in points and in visits"),
        ([["Phân loại", "Số phút"], ["Hộ nghèo", 5]], "has a class with visits and no minutes"),
        ([["Phân loại", "Điểm"], ["Hộ nghèo", 2], ["Đỏ trên", 4]], "are not two marks"),
        ([["Đỏ trên", 4], ["Đỏ trên", 5], ["Phân loại", "Điểm"], ["Hộ nghèo", 2]], "is given twice"),
        ([["Đỏ trên", "cao"], ["Phân loại", "Điểm"], ["Hộ nghèo", 2]], "is not a number of 0 or more"),
        ([["Hệ số người mới", 0], ["Phân loại", "Điểm"], ["Hộ nghèo", 2]], "is not above 0"),
        (
            [["Tốc độ (km/giờ)", 0], ["Phân loại", "Số lần/tháng", "Số phút"], ["Hộ nghèo", 2, 3]],
            "is not above 0",
        ),
        (
            [["Tốc độ", 5], ["Số phút đi đường", 5], ["Phân loại", "Số lần/tháng", "Số phút"],
             ["Hộ nghèo", 2, 3]],
            "states both the minutes of the way and a speed",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_sheet_of_a_scheme_is_named(tmp_path, rows, what):
    """Nothing of a scheme is left out in silence."""
    assert any(what in found for found in defects(commune(tmp_path, rows)))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("points = [", "is not valid TOML"),
        ("classes = 3", "states no class"),
        (
            '[classes]\npoor = {weight = 3}\n"*" = 1',
            "is not known; there are points, visits, minutes",
        ),
        ("[classes]\npoor = 3\n[marks]\nred = 3", "is not known; there are way, speed"),
        ('[classes]\npoor = "x"', "is not a number of 0 or more"),
        ("[classes]\npoor = [1]", "is not a number of 0 or more"),
        ("[classes]\npoor = nan", "is not a number of 0 or more"),
        ("[classes]\npoor = 1" + "0" * 400, "is not a number of 0 or more"),
    ],
)
def test_what_is_wrong_in_a_file_of_a_scheme_is_named(tmp_path, text, what):
    """A name that is not known, a value that is no number, a file that is no TOML."""
    found = defects(commune(tmp_path), scheme=toml(tmp_path, text))
    assert any(what in line and line.startswith("cach-tinh.toml") for line in found)


def test_a_folder_holds_the_scheme_beside_the_lists_and_two_schemes_are_a_defect(tmp_path):
    """scheme.toml in a folder is the scheme; a file that is given goes before a sheet."""
    commune(tmp_path, POINTS)
    (tmp_path / "scheme.toml").write_text(
        'newcomer_share = 0.5\n[classes]\n"hộ nghèo" = 3\n"*" = 1\n', encoding="utf-8"
    )
    assert "says how workload is counted, as scheme.toml does" in defects(tmp_path)[0]
    reading = phancong.read(tmp_path, explain=True, scheme=tmp_path / "scheme.toml")
    assert loads(reading.problem) == [3.0, 1.0, 1.0]
    assert "another scheme is given" in str(reading)
    left = phancong.read(tmp_path, sheets={"Cách tính khối lượng": None})
    assert loads(left) == [3.0, 1.0, 1.0]


def test_a_list_that_is_called_like_a_scheme_is_a_list(tmp_path):
    """What has no points or visits by class is read as what it is."""
    sheets = {"Đảng_viên": [row[:3] for row in MEMBERS], "Khối_lượng": [row[:4] for row in HOMES]}
    assert len(phancong.read(book(tmp_path / "a.xlsx", **sheets)).households) == 3


def test_marks_stand_in_the_text_and_in_colour_in_the_workbook(tmp_path):
    """Who is above a mark, most loaded first: load ÷ share counts, in both languages."""
    problem = phancong.read(commune(tmp_path, POINTS))
    plan = phancong.solve(problem, search=phancong.Search(seconds=5))
    members = [plan.households_of(member.id) for member in problem.members]
    carried = [sum(problem.households[h - 1].workload for h in mine) for mine in members]
    marks = [problem.load_marks.mark(load / s) for load, s in zip(carried, (1, 0.5), strict=True)]
    text = page(plan, words("en")).text()
    assert "Load for a full share, in points: 0 above 4 (red)" in text
    assert f"{marks.count('amber')} above 2 (amber)" in text
    assert "vàng" in page(plan, words("vi")).text()
    plan.to_excel(tmp_path / "plan.xlsx", lang="en")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["marks"]
    cells = [
        cell for row in sheet.iter_rows() for cell in row if cell.value in ("green", "amber", "red")
    ]
    assert sorted(cell.value for cell in cells) == sorted(marks)
    assert {cell.fill.start_color.rgb for cell in cells} <= {"FFC6E7C8", "FFFFE08A", "FFF4A6A0"}


def test_without_marks_nothing_is_said_of_them(tmp_path):
    """A plan of a problem without marks has no such table and no such sheet."""
    problem = phancong.read(commune(tmp_path, members=[row[:3] + row[4:] for row in MEMBERS]))
    plan = phancong.solve(problem, search=phancong.Search(seconds=5))
    assert "full share" not in page(plan, words("en")).text()
    plan.to_excel(tmp_path / "plan.xlsx", lang="en")
    assert "marks" not in openpyxl.load_workbook(tmp_path / "plan.xlsx").sheetnames


def test_a_mark_is_passed_above_it_and_not_at_it():
    """A load that meets a mark is below it, as loads meet limits."""
    marks = phancong.LoadMarks(amber=0.3, red=0.6)
    assert [marks.mark(x) for x in (0.1 + 0.2, 0.31, 0.6, 0.61)] == [
        "green",
        "amber",
        "amber",
        "red",
    ]


@pytest.mark.parametrize(
    ("amber", "red"), [(2, 1), (-1, 1), (1, float("inf")), ("x", 1), (1, None)]
)
def test_marks_that_mean_nothing_are_refused(amber, red):
    """Amber no larger than red, both finite numbers of 0 or more."""
    with pytest.raises(phancong.InvalidArgumentError, match="marks of loads"):
        phancong.LoadMarks(amber=amber, red=red)


def test_marks_that_are_no_marks_are_a_defect():
    """A problem takes LoadMarks or None."""
    with pytest.raises(phancong.InvalidProblemError, match="load_marks: is not a LoadMarks"):
        phancong.Problem([phancong.Member("m")], [], travel=None, load_marks=3)


def test_the_command_line_takes_a_scheme_and_so_does_a_file_of_answers(tmp_path, capsys):
    """--scheme FILE, and scheme = "…" in answers, looked for beside them."""
    toml(tmp_path, 'newcomer_share = 0.5\namber = 1\nred = 2\n[classes]\n"*" = {points = 2}\n')
    path = str(commune(tmp_path))
    assert main(["lists", path, "--scheme", str(tmp_path / "cach-tinh.toml"), "--lang", "en"]) == 0
    assert "workload in points by cach-tinh.toml" in capsys.readouterr().out
    (tmp_path / "answers.toml").write_text('scheme = "cach-tinh.toml"\n', encoding="utf-8")
    assert main(["lists", path, "--answers", str(tmp_path / "answers.toml"), "--lang", "en"]) == 0
    assert "share 0.5 for newcomers (1)" in capsys.readouterr().out


def test_the_scheme_of_the_documentation_is_one(tmp_path):
    """The TOML of docs/excel.md is read as it stands: 2 visits of 45 minutes, the others one of 30."""
    page = Path(__file__).parents[2] / "docs" / "excel.md"
    text = page.read_text(encoding="utf-8").split("```text\nspeed", 1)[1].split("```", 1)[0]
    members = [row[:3] + row[4:] for row in MEMBERS]
    problem = phancong.read(
        commune(tmp_path, members=members), scheme=toml(tmp_path, f"speed{text}")
    )
    assert loads(problem) == [1.5, 0.5, 0.5]
    assert problem.load_marks == phancong.LoadMarks(amber=30, red=40, unit="hours a month")
