"""A plan as a document to edit and sign: the decision and its annex (contract 6.10)."""

import io
import math
import sys

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from hand_made import plan_of

from phancong import (
    Household,
    InvalidArgumentError,
    Member,
    MissingExtraError,
    NotWrittenError,
    Problem,
    TravelMatrix,
)
from phancong.plan import folder
from phancong.tables.printed import PrintedColumn, PrintedSheet, Sketch
from phancong.tables.word_files import document_bytes
from phancong.words import words

OFFICE = {
    "above": "Đảng ủy xã Minh Quang",
    "body": "Chi bộ thôn Bản Chang",
    "motto": "ĐẢNG CỘNG SẢN VIỆT NAM",
    "number": "12-QĐ/CB",
    "date": "ngày 01 tháng 02 năm 2026",
    "place": "Minh Quang",
    "title": "Danh sách phân công đảng viên phụ trách hộ gia đình",
    "subject": "về việc phân công đảng viên phụ trách hộ gia đình",
    "basis": "Quy định số 5 | Nghị quyết số 7",
    "receivers": "Các đảng viên | Lưu chi bộ",
    "year": 2026,
    "behalf": "T/M chi bộ",
    "post": "Bí thư",
    "signer": "Hoàng Văn Páo",
}
PROBLEM = Problem(
    [Member("m1"), Member("m2", max_households=1)],
    [Household("h1", hamlet="Nà Lừa"), Household("h2", hamlet="Bản Mới"), Household("h3")],
    travel=TravelMatrix([[1234.5, 2], [3, 4], [5, 6]], unit="m"),
    previous={"h1": "m2", "h2": "m2"},
)
PAIRS = [("h1", "m1"), ("h2", "m2")]


def written(plan, tmp_path, **options):
    plan.to_word(tmp_path / "plan.docx", **options)
    return docx.Document(tmp_path / "plan.docx")


def lines(document):
    """The text of the paragraphs outside tables, blank ones left out."""
    return [line.text for line in document.paragraphs if line.text]


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_decision_says_what_the_office_gives(tmp_path):
    """Who decides, its number and date, what it rests on, the articles, who gets it and who signs."""
    document = written(plan_of(PROBLEM, PAIRS), tmp_path, lang="vi", office=OFFICE)
    top, below, *_ = map(cells, document.tables)
    assert top == [
        [
            "ĐẢNG ỦY XÃ MINH QUANG\nCHI BỘ THÔN BẢN CHANG\n\nSố 12-QĐ/CB",
            "ĐẢNG CỘNG SẢN VIỆT NAM\n\nMinh Quang, ngày 01 tháng 02 năm 2026",
        ]
    ]
    assert below[0][0] == "Nơi nhận:\n- Các đảng viên;\n- Lưu chi bộ."
    signed = ["T/M CHI BỘ", "BÍ THƯ", "(Ký, ghi rõ họ tên)", *[""] * 3, "Hoàng Văn Páo"]
    assert below[0][1].splitlines() == signed
    assert lines(document)[:8] == [
        "QUYẾT ĐỊNH",
        "về việc phân công đảng viên phụ trách hộ gia đình năm 2026",
        "- Căn cứ Quy định số 5;",
        "- Căn cứ Nghị quyết số 7;",
        "CHI BỘ THÔN BẢN CHANG QUYẾT ĐỊNH:",
        "Điều 1. Phân công 2 người phụ trách 2 hộ, có danh sách kèm theo.",
        "Điều 2. Những người có tên trong danh sách và ……… chịu trách nhiệm thi hành quyết định này.",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
    ]
    assert "DANH SÁCH PHÂN CÔNG ĐẢNG VIÊN PHỤ TRÁCH HỘ GIA ĐÌNH NĂM 2026" in lines(document)


def test_blanks_stand_where_nothing_is_given(tmp_path):
    """To be filled in; the words are those of the language."""
    document = written(plan_of(PROBLEM, PAIRS), tmp_path)
    top, below, *_ = map(cells, document.tables)
    assert top == [["(ISSUING BODY)\n\nNo. ………", "………, (date)"]]
    assert below[0][0] == "Copies to:\n- as in article 2;\n- archive."
    assert lines(document)[:4] == [
        "DECISION",
        "on the members in charge of the households",
        "- Pursuant to ………;",
        "- Pursuant to ………;",
    ]
    with pytest.raises(InvalidArgumentError, match="office has no field 'seal'"):
        plan_of(PROBLEM, PAIRS).to_word(tmp_path / "x.docx", office={"seal": "x"})


def test_the_annex_has_a_table_a_hamlet(tmp_path):
    """Each begins a page; the head is repeated and no row is broken."""
    document = written(plan_of(PROBLEM, PAIRS), tmp_path, labels={"h1": "Lò Thị Én"})
    first, second, last = document.tables[2:5]
    head = ["No.", "id", "household", "member in charge", "note", "signature"]
    assert cells(first) == [head, ["1", "h1", "Lò Thị Én", "m1", "until now: m2", ""]]
    assert cells(second) == [head, ["2", "h2", "h2", "m2", "", ""]]
    assert cells(last)[1] == ["3", "h3", "h3", "", "1 member missing", ""]
    for row in first.rows:
        assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    assert first.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    begins = [p.text for p in document.paragraphs if p.paragraph_format.page_break_before]
    assert begins == [
        "HOUSEHOLDS AND THE MEMBERS IN CHARGE OF THEM",
        "Bản Mới: 1 household",
        "without a hamlet: 1 household",
        "Loads of the members",
        "Changes against last year",
    ]


def test_loads_and_changes_are_those_of_the_workbook(tmp_path):
    """With figures as the language writes them; there are no changes where there was no plan."""
    document = written(plan_of(PROBLEM, PAIRS), tmp_path, lang="vi")
    loads, changes = map(cells, document.tables[5:7])
    assert loads[1] == ["1", "m1", "1", "1.234", "1.234"]
    assert changes[1][:4] == ["1", "h1", "m2", "m1"]
    never = PROBLEM.replace(previous=())
    assert len(written(plan_of(never, PAIRS), tmp_path).tables) == 6
    heavy = Problem([Member("m1")], [Household("h1", workload=1.5)], travel=None)
    document = written(plan_of(heavy, [("h1", "m1")]), tmp_path, lang="vi")
    assert cells(document.tables[3])[1] == ["1", "m1", "1", "1,5"]


def test_the_paper_is_that_of_the_decree(tmp_path):
    """A4, its margins, Times New Roman, pages counted at the top but the first; nobody is the author."""
    document = written(plan_of(PROBLEM, PAIRS), tmp_path, lang="vi")
    section = document.sections[0]
    sides = ("page_width", "page_height", "left_margin", "right_margin", "top_margin")
    assert [round(getattr(section, side) / Mm(1)) for side in sides] == [210, 297, 30, 15, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert "PAGE" in section.header._element.xml
    assert section.different_first_page_header_footer
    assert document.core_properties.author == ""


def test_a_wide_list_lies_and_what_follows_stands(tmp_path):
    """A section for each way of the paper, counted on; heads of pages are those of the first one."""
    people = [Member(f"m{n}", hamlet="Bản Nà Lừa") for n in range(2)]
    homes = [Household(f"h{n:04}", hamlet="Bản Nà Lừa") for n in range(40)]
    plan = plan_of(Problem(people, homes, travel=None), [(h.id, "m0") for h in homes])
    name = "Nguyễn Thị Hồng Hạnh"
    labels = {
        "members": {"m0": name, "m1": name},
        "households": {home.id: name for home in homes},
        "posts": {"m0": "Chủ tịch Hội Phụ nữ xã"},
        "addresses": {home.id: "Tổ dân phố 12, ngõ 1034, phố Minh Quang" for home in homes},
    }
    document = written(plan, tmp_path, labels=labels)
    ways = [section.page_width > section.page_height for section in document.sections]
    assert ways == [False, True, False]
    assert all(section.header.is_linked_to_previous for section in document.sections[1:])
    assert [s.different_first_page_header_footer for s in document.sections] == [True, False, False]
    text_wide = [s.page_width - s.left_margin - s.right_margin for s in document.sections]
    for number, table in enumerate(document.tables[2:], 1):
        assert sum(column.width for column in table.columns) <= text_wide[number] + 20_000


def test_what_says_how_a_family_lives_is_left_out(tmp_path):
    """Unless it is named."""
    one = Problem([Member("m1")], [Household("h1", needs={"dogs"}, workload=2.25)], travel=None)
    plan = plan_of(one, [("h1", "m1")])
    assert "dogs" not in written(plan, tmp_path).element.xml
    document = written(plan, tmp_path, include=("needs", "workload"))
    assert cells(document.tables[2])[1] == [
        "1",
        "h1",
        "m1",
        "2.25",
        "dogs",
        "without a needed skill",
        "",
    ]


def test_text_is_text(tmp_path):
    """Marks of XML are shown, and lines are joined."""
    evil = '<w:t>&"x"</w:t>\n=1+1'
    document = written(plan_of(PROBLEM, PAIRS), tmp_path, labels={"h1": evil})
    assert cells(document.tables[2])[1][2] == '<w:t>&"x"</w:t> =1+1'


def test_a_figure_without_an_end_is_blank():
    """As in a workbook."""
    small_map = Sketch(((0.0, 0.0),), line=False)  # of which a document has none
    part = PrintedSheet("x", (), (PrintedColumn("y"),), [[math.inf], small_map, [None]])
    found = docx.Document(io.BytesIO(document_bytes([[part]], words("en"))))
    assert cells(found.tables[0]) == [["y"], [""], [""]]
    bad = PrintedSheet("x", ("a\x00b",))
    with pytest.raises(InvalidArgumentError, match="holds control characters"):
        document_bytes([[bad]], words("en"))


def test_without_the_extra(tmp_path, monkeypatch):
    """It is asked for by name; the folder of a plan does without the document."""
    plan = plan_of(PROBLEM, PAIRS)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'phancong\[word\]'"):
        plan.to_word(tmp_path / "plan.docx")
    made = folder.write_folder(plan, tmp_path / "o")
    assert [path.name for path in made.paths] == ["plan.xlsx", "plan.html", "plan.csv", "plan.json"]
    assert made.failed is None


def test_a_file_that_cannot_be_written(tmp_path):
    """As for the other writers."""
    with pytest.raises(NotWrittenError, match="Nothing was written"):
        plan_of(PROBLEM, PAIRS).to_word(tmp_path / "nowhere" / "plan.docx")
