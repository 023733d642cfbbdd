"""A plan on paper: what stands in the workbook, in which order, and what does not (contract 2.6)."""

import unicodedata
from dataclasses import replace
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hand_made import plan_of
from lanes import chunks, named
from oracle import random_problems

from phancong import (
    Continuity,
    Diagnosis,
    FairLoad,
    Household,
    InvalidArgumentError,
    Labels,
    Member,
    Problem,
    Travel,
    TravelMatrix,
    check,
    diagnose,
    read_plan,
    solve,
)
from phancong.report.office import Office

WAYS = TravelMatrix([[100, 400, 100], [900, 100, 100], [300, 200, 100]])
NAMES = {
    "members": {"m1": "Nguyễn Thị Hòa", "m2": "=Trần Văn Đức"},
    "households": {"h1": "Lò Thị Én", "h2": "Ma Văn Bình", "h3": "  Hà   An "},
}


def problem(**options):
    members = [
        Member("m1", max_households=2, hamlet="Nà Lừa"),
        Member("m2", max_households=1, hamlet="Bản Mới"),
        Member("m9", max_households=0, hamlet="Nà Lừa"),
    ]
    homes = [
        Household("h1", (22.4, 105.2), workload=2.0, hamlet="Nà Lừa", needs={"livestock"}),
        Household("h2", hamlet="Bản Mới", priority=3),
        Household("h3", hamlet="Nà Lừa"),
    ]
    settings = {"travel": WAYS, "previous": {"h1": "m1", "h3": "m2", "h2": "gone"}} | options
    return Problem(members, homes, **settings)


PAIRS = [("h1", "m1"), ("h2", "m2"), ("h3", "m1")]


def book_of(plan, tmp_path, **options):
    plan.to_excel(tmp_path / "plan.xlsx", **options)
    return openpyxl.load_workbook(tmp_path / "plan.xlsx")


def table(sheet):
    """The rows of a sheet that are a table: its header and what follows, to the first blank one."""
    rows = [list(row) for row in sheet.values]
    top = next(n for n, row in enumerate(rows) if row[0] in ("No.", "STT", "goal or figure"))
    found = []
    for row in rows[top:]:
        if all(cell is None for cell in row):
            break
        if found and isinstance(row[0], str) and not any(row[1:]):
            continue  # a line that begins a part
        found.append(row[: sum(cell is not None for cell in rows[top])])
    return found


def slips(sheet):
    """The slips by their title, each with its rows."""
    found = {}
    for row in sheet.values:
        if isinstance(row[0], str) and row[0] not in ("No.", "STT"):
            rows = found.setdefault(row[0], [])
        elif isinstance(row[0], int) and row[1] is not None:
            rows.append(list(row))
    return found


def everything(book):
    return {str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None}


def test_the_list_has_the_order_of_an_annex(tmp_path):
    """A part for each hamlet, hamlets and households in the order in which they were given."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path)
    assert book.sheetnames == [
        "list", "summary", "hamlets", "changes", "slips", "figures", "pairs",
    ]  # fmt: skip
    assert table(book["list"]) == [
        ["No.", "household", "member in charge", "note", "signature"],
        [1, "h1", "m1", None, None],
        [2, "h3", "m1", "until now: m2", None],
        [3, "h2", "m2", "until now: gone", None],
    ]
    parts = [row[0] for row in book["list"].values if row[0] and ": " in str(row[0])]
    assert parts == ["Nà Lừa: 2 households", "Bản Mới: 1 household", "Total: 3 households."]


def test_names_are_joined_on_paper_only(tmp_path):
    """The id stands beside the name, so that the list can be read back; pairs hold ids."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path, labels=NAMES)
    assert table(book["list"])[3] == [
        3, "h2", "Ma Văn Bình", "=Trần Văn Đức", "until now: gone", None,
    ]  # fmt: skip
    assert table(book["list"])[2][2] == "Hà An"
    assert "Nguyễn Thị Hòa: 2 households" in slips(book["slips"])
    assert list(book["pairs"].values) == [("household", "member"), *PAIRS]
    cell = next(c for row in book["list"] for c in row if c.value == "=Trần Văn Đức")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_the_public_form_says_nothing_of_how_a_family_lives(tmp_path):
    """No workload of a household, needs, priority, exemption or coordinates, unless by name."""
    found = everything(book_of(plan_of(problem(), PAIRS), tmp_path))
    assert not found & {"livestock", "22.4", "105.2", "m9", "priority", "needs", "exempt"}
    asked = ("workload", "needs", "priority", "exempt", "coordinates")
    book = book_of(plan_of(problem(), PAIRS), tmp_path, include=asked)
    assert table(book["list"])[0][3:7] == ["workload", "priority", "needs", "note"]
    assert table(book["list"])[1][3:6] == [2, 1, "livestock"]
    assert table(book["list"])[3][3:6] == [1, 3, None]
    assert list(book["coordinates"].values)[1:3] == [("h1", 22.4, 105.2), ("h2", None, None)]
    assert book["coordinates"].sheet_state == "hidden"
    exempt = [row[-1] for row in table(book["summary"])]
    assert exempt == ["exempt", None, None, "yes"]


def test_a_broken_need_is_told_by_choice_only(tmp_path):
    """Who lacks a skill says what a household needs."""
    plan = plan_of(problem(), PAIRS)
    assert [r.rule for r in plan.relaxations] == ["needs"]
    assert "without a needed skill" not in everything(book_of(plan, tmp_path))
    book = book_of(plan, tmp_path, include=["needs"])
    assert table(book["list"])[1][-2] == "without a needed skill"
    assert "needs" in {cell for row in book["limits"].values for cell in row}


def test_a_member_takes_a_slip_home(tmp_path):
    """The households, how far they are, and what is new."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path)
    assert slips(book["slips"]) == {
        "m1: 2 households": [
            [1, "h1", "Nà Lừa", 100, None],
            [2, "h3", "Nà Lừa", 300, "until now: m2"],
        ],
        "m2: 1 household": [[1, "h2", "Bản Mới", 100, "until now: gone"]],
    }


def test_a_slip_goes_round(tmp_path):
    """In the order of a round trip, with its length; a small map where places are asked for."""
    homes = [Household(f"h{n}", (0.0, place)) for n, place in enumerate((0.02, 0.01, 0.03))]
    one = Problem([Member("a", (0.0, 0.0)), Member("b", (0.0, 0.05))], homes)
    plan = plan_of(one, [(home.id, "a") for home in homes])
    sheet = book_of(plan, tmp_path)["slips"]
    # From 0 to 0.03 degrees of the equator, of 111.32 km each, and back.
    assert slips(sheet) == {
        "a: 3 households, round trip 6,679\N{NO-BREAK SPACE}m": [
            [1, "h1", pytest.approx(1113, abs=1), None],
            [2, "h0", pytest.approx(2226, abs=1), None],
            [3, "h2", pytest.approx(3340, abs=1), None],
        ]
    }
    assert sheet._charts == []
    sheet = book_of(plan, tmp_path, include=("coordinates",))["slips"]
    assert len(sheet._charts) == 1
    assert slips(sheet).keys() == {"a: 3 households, round trip 6,679\N{NO-BREAK SPACE}m"}
    nowhere = Problem([Member("a")], homes, travel=WAYS.__class__([[3], [2], [1]]))
    sheet = book_of(plan_of(nowhere, plan.pairs), tmp_path, include=("coordinates",))["slips"]
    assert sheet._charts == []
    known = nowhere.replace(members=[Member("a", (0.0, 0.0))])
    sheet = book_of(plan_of(known, plan.pairs), tmp_path, include=("coordinates",))["slips"]
    assert len(sheet._charts) == 1  # without a line: nothing tells the way


def on_map(hamlets=("Nà Lừa", "Bản Mới"), households=6, **options):
    """A plan of two members whose households stand in rows; the last one is nowhere."""
    homes = [
        Household(f"h{n}", None if n == 1 else (22.0 + n / 1000, 105.0), hamlet=hamlets[n % 2])
        for n in range(households)
    ]
    problem = Problem([Member("a", (22, 105)), Member("b", (22, 105))], homes, travel=None)
    pairs = [(home.id, "ab"[n % 3 > 0]) for n, home in enumerate(homes[:-1])]
    return plan_of(problem, pairs)


def test_a_map_of_each_hamlet(tmp_path):
    """A page each: a mark for each member's households, numbered as on the list; by choice only."""
    plan = on_map()
    assert "maps" not in book_of(plan, tmp_path).sheetnames
    labels = {"a": "Hà An", "b": "Lò Én"}
    book = book_of(plan, tmp_path, include=["coordinates"], labels=labels)
    sheet = book["maps"]
    first, second = sheet._charts
    assert [one.tx.strRef is None and one.tx.v for one in first.series] == ["Hà An", "Lò Én"]
    (band,) = sheet.row_breaks.brk
    told = [row[:3] for row in sheet.values if isinstance(row[0], str)]
    assert told == [
        ("Nà Lừa", None, None),
        ("member in charge", "households", "numbers on the list"),
        ("Hà An", 1, "1"),
        ("Lò Én", 2, "2–3"),
        ("Bản Mới. 1 household has no place and is not on the map.", None, None),
        ("member in charge", "households", "numbers on the list"),
        ("Lò Én", 1, "4"),
        ("Hà An", 1, "5"),
        ("without a member", 1, "6"),
    ]
    assert sheet.cell(band.id + 1, 1).value.startswith("Bản Mới")
    assert len(second.series) == 2  # the only household of Lò Én there is nowhere
    numbers = [row[0] for row in table(book["list"])[1:]]
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_a_map_without_hamlets_or_with_many_households(tmp_path):
    """One of all; numbers that would cover each other are left out, and stand in the table."""
    book = book_of(on_map((None, None), 130), tmp_path, include=["coordinates"])
    sheet = book["maps"]
    assert sheet["A1"].value == "All households. 1 household has no place and is not on the map."
    with ZipFile(tmp_path / "plan.xlsx") as package:
        drawn = max((package.read(n) for n in package.namelist() if "/chart" in n), key=len)
    assert drawn.count(b"<c:dLbl>") == drawn.count(b'<c:delete val="1"/></c:dLbl>') == 129
    nobody = [row for row in sheet.values if row[0] == "without a member"]
    assert nobody[0][:3] == ("without a member", 1, "130")
    nowhere = Problem([Member("a")], [Household("h")], travel=None)
    plan = plan_of(nowhere, [("h", "a")])
    assert "maps" not in book_of(plan, tmp_path, include=["coordinates"]).sheetnames


def test_the_note_of_a_list_is_printed_by_choice(tmp_path):
    """After what there is to tell of the plan, in the list and on the slip; it may tell how one lives."""
    labels = NAMES | {"notes": {"h1": "nhà ở xa đường", "h2": "mới chuyển đến"}}
    homes = [Household("h1"), Household("h2", members_needed=0), Household("h3")]
    plan = plan_of(Problem([Member("m1")], homes, travel=None), [("h1", "m1"), ("h3", "m1")])
    assert "nhà ở xa đường" not in everything(book_of(plan, tmp_path, labels=labels))
    book = book_of(plan, tmp_path, labels=labels, include=["notes"])
    assert [row[-2] for row in table(book["list"])[1:]] == [
        "nhà ở xa đường", "needs nobody this year; mới chuyển đến", None,
    ]  # fmt: skip
    (slip,) = slips(book["slips"]).values()
    assert "nhà ở xa đường" in slip[0]


def test_posts_and_addresses_stand_beside_the_names(tmp_path):
    """Where they are given; the hamlet of a member beside its post."""
    labels = NAMES | {"posts": {"m1": "Secretary"}, "addresses": {"h1": "12 Main Street"}}
    book = book_of(plan_of(problem(), PAIRS), tmp_path, labels=labels)
    rows = table(book["list"])
    assert rows[0][3:6] == ["address", "member in charge", "post, hamlet"]
    assert [row[3:6] for row in rows[1:]] == [
        ["12 Main Street", "Nguyễn Thị Hòa", "Secretary, Nà Lừa"],
        [None, "Nguyễn Thị Hòa", "Secretary, Nà Lừa"],
        [None, "=Trần Văn Đức", "Bản Mới"],
    ]


def test_what_is_technical_is_on_no_paper(tmp_path):
    """Figures, proofs and ids are hidden: a workbook that is printed whole leaves them out."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path)
    hidden = [sheet.title for sheet in book if sheet.sheet_state == "hidden"]
    assert hidden == ["figures", "pairs"]


def test_persons_have_their_title_within_a_sentence(tmp_path):
    """Where a name is given, in Vietnamese; ids have none."""
    one = problem(max_travel=150)
    plan = plan_of(one, PAIRS)
    book = book_of(plan, tmp_path, lang="vi", labels=NAMES)
    told = everything(book)
    assert "hộ ông/bà Hà An (số h3)" in told
    assert any(title.startswith("Đồng chí Nguyễn Thị Hòa: 2 hộ") for title in slips(book["phiếu"]))
    assert not any("ông/bà" in str(cell) for cell in everything(book_of(plan, tmp_path, lang="vi")))


def test_figures_are_written_as_in_vietnam(tmp_path):
    """Where the program that shows them lets a file say so."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path, lang="vi")
    formats = {cell.number_format for row in book["tổng hợp"] for cell in row}
    assert '[$-42A]#,##0"  "' in formats
    assert "General" in formats  # of text


def test_slips_share_a_page_where_they_fit(tmp_path):
    """A slip is not parted unless it is longer than a page; who has nobody has none.

    Each has the titles of its columns, for it is cut off.
    """
    members = [Member(f"m{n}") for n in range(8)]
    homes = [Household(f"h{n:03}") for n in range(70)]
    many = Problem(members, homes, travel=None)
    sizes = [2, 2, 2, 2, 30, 20, 12]
    owners = [f"m{n}" for n, size in enumerate(sizes) for _ in range(size)]
    pairs = [(home.id, owner) for home, owner in zip(homes, owners, strict=True)]
    sheet = book_of(plan_of(many, pairs), tmp_path)["slips"]
    begin = [sheet.cell(found.id + 1, 1).value for found in sheet.row_breaks.brk]
    assert begin == ["m5: 20 households"]
    assert len(slips(sheet)) == 7
    assert [cell.value for cell in sheet["A"]].count("No.") == 7
    assert sheet.print_title_rows is None


def test_notes_in_one_line_let_slips_share_a_page(tmp_path):
    """Three slips of twelve households whose member of last year is named stand on one page."""
    members = [Member(f"m{n}") for n in range(3)]
    homes = [Household(f"h{n:02}") for n in range(36)]
    before = [(home.id, f"m{(n // 12 + 1) % 3}") for n, home in enumerate(homes)]
    many = Problem(members, homes, travel=None, previous=before)
    pairs = [(home.id, f"m{n // 12}") for n, home in enumerate(homes)]
    labels = {f"m{n}": f"Nguyễn Thị Hồng Hạnh {n}" for n in range(3)}
    sheet = book_of(plan_of(many, pairs), tmp_path, labels=labels)["slips"]
    assert len(slips(sheet)) == 3
    assert not sheet.row_breaks.brk


def test_a_long_slip_goes_on_below_its_titles(tmp_path):
    """Another one may follow it on its last page."""
    members, homes = [Member("a"), Member("b")], [Household(f"h{n:03}") for n in range(70)]
    pairs = [(home.id, "a" if number < 65 else "b") for number, home in enumerate(homes)]
    many = Problem(members, homes, travel=None)
    sheet = book_of(plan_of(many, pairs), tmp_path)["slips"]
    begin = [sheet.cell(found.id + 1, 1).value for found in sheet.row_breaks.brk]
    assert begin == ["No."]
    assert list(map(len, slips(sheet).values())) == [65, 5]


def test_each_hamlet_begins_a_page(tmp_path):
    """Its own breaks hold only where the sheet is not fitted to the paper; it is one page wide."""
    sheet = book_of(plan_of(problem(), PAIRS), tmp_path)["list"]
    begin = [sheet.cell(found.id + 1, 1).value for found in sheet.row_breaks.brk]
    assert begin == ["Bản Mới: 1 household"]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert 10 <= int(sheet.page_setup.scale or 100) <= 100


def test_the_commune_stands_on_one_page(tmp_path):
    """A row a hamlet, and the sums."""
    sheet = book_of(plan_of(problem(), PAIRS[:2]), tmp_path)["hamlets"]
    rows = [row[:5] for row in sheet.values][2:]
    assert rows == [
        ("hamlet", "households", "members in charge", "without a member", "households that change"),
        ("Nà Lừa", 2, 1, 1, 1),
        ("Bản Mới", 1, 1, 0, 1),
        ("the whole commune", 3, 2, 1, 2),
    ]
    homes = [Household("h1", hamlet="Nà Lừa"), Household("h2")]
    some = Problem([Member("a")], homes, travel=None)
    book = book_of(plan_of(some, [("h1", "a"), ("h2", "a")]), tmp_path)
    assert "without a hamlet: 1 household" in everything(book)
    assert "without a hamlet" in everything(book)


def test_an_office_signs(tmp_path):
    """What is given stands where a decision has it; what is not is left blank."""
    office = {
        "above": "Đảng ủy xã Minh Quang", "body": "Chi bộ Bản Chang", "number": "12-QĐ/CB",
        "motto": "Đảng Cộng sản Việt Nam", "date": "ngày 01 tháng 02 năm 2026", "place": "Minh Quang",
        "title": "Danh sách phân công đảng viên phụ trách hộ gia đình", "year": 2026,
        "behalf": "T/M chi bộ", "post": "Bí thư", "signer": "Nguyễn Thị Hòa",
    }  # fmt: skip
    plan = plan_of(problem(), PAIRS)
    book = book_of(plan, tmp_path, lang="vi", office=office)
    told = [cell for row in book["danh sách"].values for cell in row if cell is not None]
    assert told[:6] == [
        "ĐẢNG ỦY XÃ MINH QUANG",
        "Đảng Cộng sản Việt Nam",
        "CHI BỘ BẢN CHANG",
        "Minh Quang, ngày 01 tháng 02 năm 2026",
        "DANH SÁCH PHÂN CÔNG ĐẢNG VIÊN PHỤ TRÁCH HỘ GIA ĐÌNH NĂM 2026",
        "(Kèm theo Quyết định số 12-QĐ/CB, ngày 01 tháng 02 năm 2026, của Chi bộ Bản Chang)",
    ]
    assert told[-4:] == ["T/M CHI BỘ", "BÍ THƯ", "(Ký, ghi rõ họ tên)", "Nguyễn Thị Hòa"]
    blank = everything(book_of(plan, tmp_path))
    assert {"(ISSUING BODY)", "………, (date)", "(POST)", "………"} <= blank
    assert everything(book_of(plan, tmp_path, office=Office())) == blank


@pytest.mark.parametrize(
    ("office", "match"),
    [
        ("Chi bộ", "office is a str; give a mapping"),
        ({"boss": "x"}, "office has no field 'boss'; there are above, body, motto"),
        ({"number": 1.5}, "office: number is not text; put it in quotation marks"),
        ({"year": True}, "office: year is not text"),
    ],
)
def test_an_office_that_is_not_understood_is_refused(tmp_path, office, match):
    """Whole, or not at all."""
    with pytest.raises(InvalidArgumentError, match=match):
        plan_of(problem(), PAIRS).to_excel(tmp_path / "p.xlsx", office=office)


@pytest.mark.parametrize("name", ["plan.csv", "plan.xls", "plan"])
def test_a_name_that_belongs_to_another_format_is_refused(tmp_path, name):
    """A workbook called plan.csv would be read as text; nothing is written."""
    with pytest.raises(InvalidArgumentError, match=f"{name}: .* ends with .xlsx"):
        plan_of(problem(), PAIRS).to_excel(tmp_path / name)
    with pytest.raises(InvalidArgumentError, match=f"{name}: .* ends with .docx"):
        plan_of(problem(), PAIRS).to_word(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_summary_has_loads_and_bars(tmp_path):
    """Households, workload where it differs, travel; exempt members are not there."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path)
    head, *rows = table(book["summary"])
    assert head[:4] == ["No.", "member", "households", "workload"]
    assert rows == [[1, "m1", 2, 3, 400, 300], [2, "m2", 1, 1, 100, 100]]
    assert len(book["summary"]._charts) == 1
    plain = problem(travel=None).replace(households=[Household(h) for h in ("h1", "h2", "h3")])
    assert table(book_of(plan_of(plain, PAIRS), tmp_path)["summary"])[1] == [1, "m1", 2]


def test_figures_and_goals_stand_with_their_proof(tmp_path):
    """Every line comes from the record."""
    goals = (Travel(), FairLoad(), Continuity())
    rows = {
        row[0]: row[1:]
        for row in table(book_of(solve(problem(), goals=goals), tmp_path)["figures"])
    }
    assert rows["total travel"] == ["500", "500", "proven"]
    assert rows["load_gini"][1:] == [None, None]


def test_changes_are_listed(tmp_path):
    """Who comes, who goes; one who is no longer there is named, too."""
    sheet = book_of(plan_of(problem(), PAIRS), tmp_path)["changes"]
    assert sheet["A2"].value == "2 households change"
    assert table(sheet)[1:] == [
        [1, "h3", "m2", "m1", "could stay"],
        [2, "h2", "gone", "m2", "gone"],
    ]


@pytest.mark.parametrize(("include", "told"), [((), "not allowed"), (("exempt",), "exempt")])
def test_who_is_exempt_is_no_reason_unless_asked_for(tmp_path, include, told):
    """Exemption says something of a person: the list of changes keeps it back, too."""
    plan = plan_of(problem(previous={"h1": "m9"}), PAIRS)
    sheet = book_of(plan, tmp_path, include=include)["changes"]
    assert table(sheet)[1:] == [[1, "h1", "m9", "m1", told]]


def test_what_gave_way_and_what_would_mend_it(tmp_path):
    """Limits, subjects, amounts; then the diagnosis in sentences."""
    tight = problem(max_travel=150, within_hamlet=True)
    crossed = [("h1", "m2"), ("h2", "m1"), ("h3", "m1")]
    plan = plan_of(tight, crossed)
    book = book_of(plan, tmp_path, diagnosis=diagnose(tight), labels=NAMES)
    rows = [list(row) for row in book["limits"].values]
    assert ["max_travel", "Lò Thị Én (h1)", "=Trần Văn Đức", 150, 400, 250] in [
        row[:6] for row in rows
    ]
    told = [row[0] for row in rows if isinstance(row[0], str)]
    assert any(line.startswith("Not all limits can hold") for line in told)
    assert any(line.startswith("– ") for line in told)
    note = table(book["list"])[1][-2]
    assert (
        note == "until now: Nguyễn Thị Hòa; 250 beyond the distance limit; member of another hamlet"
    )


def test_loads_that_gave_way_name_the_member(tmp_path):
    """The subject of a load is a member, though a household has the same id."""
    one = Problem([Member("x", max_households=1)], [Household("x"), Household("y")], travel=None)
    labels = {"members": {"x": "A"}, "households": {"x": "B"}}
    book = book_of(solve(one), tmp_path, labels=labels)
    rows = [list(row) for row in book["limits"].values]
    assert ["max_households", "A", 1, 2, 1] in [row[:5] for row in rows]


def test_ways_beyond_the_limit_are_written_as_they_are_read(tmp_path):
    """In whole metres; what is less than a thousand in thousandths."""
    far = Problem(
        [Member("a", max_travel=6500)],
        [Household("h")],
        travel=TravelMatrix([[7387.756123429345]], unit="m"),
    )
    rows = [list(row) for row in book_of(plan_of(far, [("h", "a")]), tmp_path)["limits"].values]
    assert ["max_travel", "h", "a", 6500, 7388, 887.756] in [row[:6] for row in rows]


def test_who_has_nobody_and_who_needs_nobody(tmp_path):
    """Both are listed and told apart; a household of several members has them all on its line."""
    few = Problem(
        [Member("a", max_households=1), Member("b", max_households=1)],
        [Household("h1", members_needed=0), Household("h2", members_needed=2), Household("h3")],
        travel=None,
    )
    plan = solve(few, relax=("coverage",), goals=())
    rows = table(book_of(plan_of(few, [("h2", "a"), ("h2", "b")]), tmp_path)["list"])
    assert rows[1][1:4] == ["h1", None, "needs nobody this year"]
    assert rows[2][1:4] == ["h2", "a, b", None]
    assert rows[3][1:4] == ["h3", None, "1 member missing"]
    assert plan.uncovered


def test_who_stands_at_an_approximate_place_is_noted(tmp_path):
    """At the centre of its hamlet, say: the way on paper need not be the one to the door."""
    homes = [Household("h1", (22.4, 105.2)), Household("h2", (22.4, 105.2), approximate=True)]
    made = Problem([Member("m1", (22.4, 105.2))], homes)
    rows = table(book_of(solve(made), tmp_path)["list"])
    assert [row[-2] for row in rows[1:]] == [None, "place approximate"]


def test_a_feasible_diagnosis_is_one_sentence(tmp_path):
    """The sheet is there because it was asked for."""
    easy = problem().replace(households=[Household("h1")], travel=None)
    book = book_of(solve(easy), tmp_path, diagnosis=diagnose(easy))
    assert "All limits can hold." in {row[0] for row in book["limits"].values}


def test_a_diagnosis_that_knows_no_reason_leaves_no_blank_lines(tmp_path):
    """Cut before a conflict or a repair was found."""
    nothing = Diagnosis(False, None, (), (), complete=False)
    book = book_of(plan_of(problem(), PAIRS), tmp_path, diagnosis=nothing)
    told = [row[0] for row in book["limits"].values if row[0]]
    assert len(told) == 2
    assert told[1].startswith("Not all limits can hold.")


def test_it_speaks_vietnamese(tmp_path):
    """Titles of sheets and columns, notes and sentences; all in NFC."""
    book = book_of(plan_of(problem(), PAIRS), tmp_path, lang="vi", labels=NAMES)
    assert book.sheetnames[:-1] == [
        "danh sách", "tổng hợp", "theo thôn", "thay đổi", "phiếu", "số liệu",
    ]  # fmt: skip
    assert table(book["danh sách"])[0] == [
        "STT", "mã", "hộ", "người phụ trách", "ghi chú", "ký nhận",
    ]  # fmt: skip
    assert all(text == unicodedata.normalize("NFC", text) for text in everything(book))


@pytest.mark.parametrize(
    "labels",
    [
        {"m1": "Ann", "h1": "Bo"},
        pd.DataFrame({"id": ["m1", "h1"], "name": ["Ann", "Bo"]}),
        [{"id": "m1", "name": "Ann"}, {"id": "h1", "name": "Bo"}, {"id": "h2", "name": None}],
        Labels.of({"m1": "Ann"}, {"h1": "Bo"}),
    ],
    ids=["mapping", "frame", "dicts", "labels"],
)
def test_labels_come_in_any_form(tmp_path, labels):
    """One table for all, or one for each side; who has none is written by id."""
    rows = table(book_of(plan_of(problem(), PAIRS), tmp_path, labels=labels)["list"])
    assert rows[1][1:4] == ["h1", "Bo", "Ann"]
    assert rows[3][1:4] == ["h2", "h2", "m2"]


@pytest.mark.parametrize(
    ("labels", "match"),
    [
        ({"m1": 7}, "label number 1 has a name that is not text"),
        ({1.5: "Ann"}, "label number 1 has an id that"),
        ({"m1": "A\u202enn"}, "label number 1 has a name that holds a control character"),
        ([{"id": "m1"}], "labels have no column 'name'"),
    ],
)
def test_labels_that_are_none_are_refused(tmp_path, labels, match):
    """No name is repeated in the message."""
    with pytest.raises(InvalidArgumentError, match=match):
        plan_of(problem(), PAIRS).to_excel(tmp_path / "p.xlsx", labels=labels)


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\v", "\x1f"])
def test_a_name_that_a_list_breaks_stands_in_one_line(tmp_path, mark):
    """Labels put each text in one line, whatever broke it; a workbook takes no rare line mark."""
    labels = Labels.of({"m1": f"Ann{mark}Lee"}, {})
    rows = table(book_of(plan_of(problem(), PAIRS), tmp_path, labels=labels)["list"])
    assert "Ann Lee" in rows[1]


def test_labels_show_counts_only():
    """Names are in no log."""
    labels = Labels.of({"m1": "Ann"}, {"h1": "Bo", "h2": "Cy"})
    assert "Ann" not in repr(labels)
    assert "NamesById(1 name)" in repr(labels)


def test_an_empty_plan_is_written(tmp_path):
    """No pairs, no members, no goals."""
    book = book_of(plan_of(Problem([], [], travel=None), [], goals=()), tmp_path)
    assert book.sheetnames == ["list", "summary", "figures", "pairs"]


@pytest.mark.parametrize("seeds", chunks(quick=15, full=200, size=50), ids=named)
def test_what_is_written_is_read_and_judged_the_same(tmp_path, seeds):
    """Plan, workbook, plan: the same pairs, for random problems with Vietnamese names."""
    for seed in seeds:
        drawn, goals, _ = random_problems.tiny(seed, flow_only=False)
        plan = solve(drawn, goals=goals)
        labels = {
            "members": {i: f"Nguyễn Đình Hòa {n}" for n, i in enumerate(drawn.member_columns.ids)},
            "households": {i: f"Lò Thị Mỵ {n}" for n, i in enumerate(drawn.household_columns.ids)},
        }
        plan.to_excel(tmp_path / "p.xlsx", lang="vi", labels=labels)
        again = read_plan(tmp_path / "p.xlsx", drawn)
        assert again.pairs == plan.pairs, seed
        assert check(drawn, again).valid, seed


def test_lists_and_lines_agree(tmp_path):
    """What a member's sheet, the list of limits and the sentences say is the same."""
    one = Problem(
        [Member("a", max_households=1), Member("b", max_households=0)],
        [Household("h1"), Household("h2")],
        travel=TravelMatrix([[500, 100], [100, 100]], unit="m"),
        max_travel=200,
        fixed=[("h1", "a")],
        previous={"h1": "b", "h2": "b"},
    )
    book = book_of(plan_of(one, [("h1", "a"), ("h2", "a")]), tmp_path)
    title = "a: 2 households; max_households relaxed: 2 instead of 1"
    assert list(slips(book["slips"])) == [title]
    rows = [list(row) for row in book["limits"].values]
    assert [row[:4] for row in rows if row[1] == "a"] == [["max_households", "a", 1, 2]]
    assert "max_travel" not in {row[0] for row in rows}
    # What is fixed is meant: it is on no list of relaxed limits, and the note says so.
    note = "until now: b; 300\xa0m beyond the distance limit (intended: the pair is fixed)"
    assert table(book["list"])[1][-2] == note
    assert slips(book["slips"])[title][0][-1] == note
    heading = [row[0] for row in book["changes"].values][:4]
    assert heading[1:3] == [
        "2 households change",
        "0 changes of hands are counted: the member of last year could have stayed.",
    ]
    assert heading[3].startswith("2 households get somebody new because their member of last year")
    assert heading[3] in {row[0] for row in book["figures"].values}


def test_what_is_no_change_of_hands_is_not_called_one_in_vietnamese(tmp_path):
    """All families of an exempt member get somebody new: none of them is counted, on any sheet."""
    one = Problem(
        [Member("a"), Member("b", max_households=0)],
        [Household("h1", hamlet="x"), Household("h2", hamlet="y")],
        travel=None,
        previous={"h1": "b", "h2": "b"},
    )
    book = book_of(plan_of(one, [("h1", "a"), ("h2", "a")]), tmp_path, lang="vi")
    told = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    assert any("2 hộ có thay đổi so với năm trước" in each for each in told)
    assert not any("2 hộ thay đổi người phụ trách" in each for each in told)
    assert "số hộ có thay đổi" in told


def test_needs_that_are_not_listed_are_counted(tmp_path):
    """The figures count them: the list of limits does, too."""
    members = [replace(problem().members[0], max_households=1), *problem().members[1:]]
    plan = plan_of(problem().replace(members=members), PAIRS)
    sentence = "1 household has a member without a skill that it needs"
    book = book_of(plan, tmp_path)
    assert f"Not listed unless asked for: {sentence}." in {r[0] for r in book["limits"].values}
    assert sentence in str(book["figures"]["A2"].value)
    listed = book_of(plan, tmp_path, include=["needs"])
    assert not any("Not listed" in str(row[0]) for row in listed["limits"].values)


def test_a_plan_that_breaks_limits_that_could_hold_says_what_would_help(tmp_path):
    """A diagnosis that all can hold would contradict the list above it."""
    easy = Problem(
        [Member("a", max_households=1), Member("b")],
        [Household("h1"), Household("h2")],
        travel=None,
    )
    pairs = [("h1", "a"), ("h2", "a")]
    found = diagnose(easy)
    assert found.feasible
    cut = book_of(plan_of(easy, pairs, stopped="time"), tmp_path, diagnosis=found)
    told = [row[0] for row in cut["limits"].values if row[0]]
    assert told[-1].endswith("before it found such a plan, and more time would help.")
    assert "All limits can hold." not in told
    whole = book_of(plan_of(easy, pairs), tmp_path, diagnosis=found)
    told = [row[0] for row in whole["limits"].values if row[0]]
    assert told[-1].endswith("found no such plan, and another engine would help.")


def test_a_limit_of_the_whole_plan_is_nobodys(tmp_path):
    """More families change hands than agreed: the line has no subject."""
    one = Problem(
        [Member("a"), Member("b")],
        [Household("h")],
        travel=None,
        previous={"h": "a"},
        max_changes=0,
    )
    rows = [row[:5] for row in book_of(plan_of(one, [("h", "b")]), tmp_path)["limits"].values]
    assert ("max_changes", None, 0, 1, 1) in rows
