"""Every report of a plan tells the same figures: text, page, workbook and document."""

import io
import re

import docx
import openpyxl
import pytest
from hand_made import plan_of

from phancong.synth import commune


def drawn(seed):
    """A commune whose households go round among the members; some stay with nobody."""
    problem = commune(seed, members=6, households=48)
    ids, homes = problem.member_columns.ids, problem.household_columns.ids
    pairs = [(home, ids[row * (5, 7)[seed % 2] % 6]) for row, home in enumerate(homes) if row % 11]
    return plan_of(problem, pairs)


def number(text):
    """A figure as it is told in English."""
    return float(str(text).replace(",", ""))


def rounded(figure):
    """To three digits, as figures are read aloud, and to the unit from a thousand on."""
    return float(f"{figure:.3g}") if abs(figure) < 1000 else float(round(figure))


def of_workbook(plan, path):
    plan.to_excel(path)
    book = openpyxl.load_workbook(path)
    rows = list(book["summary"].values)
    top = next(place for place, row in enumerate(rows) if row[0] == "No.")
    members = {}
    for row in rows[top + 1 :]:
        if row[0] is None:
            break
        members[row[1]] = [rounded(cell) for cell in row[2:6]]
    said = " ".join(str(cell) for row in rows[:top] for cell in row if cell)
    told = [row for row in book["changes"].values if isinstance(row[0], int)]
    return members, said, len(told), {(row[1], row[2], row[3] or "") for row in told}


def of_document(plan):
    made = docx.Document(io.BytesIO(plan_bytes(plan)))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in made.tables]
    loads = next(table for table in tables if "workload" in table[0])
    members = {row[1]: [rounded(number(cell)) for cell in row[2:6]] for row in loads[1:]}
    changes = next(table for table in tables if "until now" in table[0])[1:]
    said = " ".join(line.text for line in made.paragraphs)
    return members, said, len(changes), {(row[1], row[2], row[3]) for row in changes}


def plan_bytes(plan):
    from phancong.plan.document import as_document

    return as_document(plan)


def of_page(plan, path):
    plan.to_html(path)
    whole = path.read_text(encoding="utf-8")
    loads = re.search(r'<table id="loads">.*?</table>', whole, re.S)[0]
    members = {}
    for row in re.findall(r"<tr data-m=.*", loads):
        name = re.search(r"\d+\. ([^<]+)</button>", row)[1]
        bars = re.findall(r"<b>([\d,.]+)</b>", row)
        ways = re.findall(r'<td class="n">([\d,.]+)', row)
        members[name] = [rounded(number(cell)) for cell in (*bars, *ways)]
    changed = len(re.findall(r" data-c[ >]", whole))
    return members, re.sub("<[^>]+>", " ", whole), changed


def of_text(plan):
    whole = str(plan)
    members = {}
    for line in whole.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if re.fullmatch(r"m\d+", cells[0]):
            members[cells[0]] = [rounded(number(cell)) for cell in cells[1:5]]
    return members, " ".join(whole.split())


@pytest.mark.parametrize("seed", [1, 2])
def test_goals_bounds_and_limits_are_told_the_same(tmp_path, seed):
    """Proofs are on no paper: the document says what limits are relaxed, and no goal."""
    plan = drawn(seed)
    told = re.findall(r"^(\w[\w ]+?)  +(\S+)  +(\S+)  +(\w+)$", str(plan), re.M)
    goals = {name: cells for name, *cells in told if cells[2] == "proven"}
    assert len(goals) == len(plan.goals) == 3
    in_text = " ".join(str(plan).split())
    plan.to_excel(tmp_path / "plan.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "plan.xlsx")["figures"].values)
    top = next(place for place, row in enumerate(rows) if row[0] == "goal or figure")
    assert {row[0]: list(row[1:4]) for row in rows[top + 1 : top + 4]} == goals
    _, on_page, _ = of_page(plan, tmp_path / "plan.html")
    on_page = " ".join(on_page.split())
    for name, (value, *_) in goals.items():
        assert f"{name} {value}" in in_text
        assert f"{name} {value}" in on_page
    limits = re.search(r"Not every limit can be kept: .*? breaks less\.", in_text)[0]
    _, of_book, *_ = of_workbook(plan, tmp_path / "plan.xlsx")
    _, of_paper, *_ = of_document(plan)
    for other in (on_page, of_book, of_paper):
        assert limits in " ".join(other.split())
    assert "The goals" in on_page
    assert "The goals" not in of_paper


@pytest.mark.parametrize("seed", [1, 2])
def test_every_report_tells_the_same(tmp_path, seed):
    """Loads and ways of each member, sentences, and who changes hands."""
    plan = drawn(seed)
    in_text, said = of_text(plan)
    in_book, book_said, book_changes, book_hands = of_workbook(plan, tmp_path / "plan.xlsx")
    in_document, document_said, document_changes, hands = of_document(plan)
    on_page, page_said, page_changes = of_page(plan, tmp_path / "plan.html")
    served = {name: figures for name, figures in in_text.items() if figures[0]}
    assert len(served) == 6
    assert in_book == served
    assert in_document == served
    assert on_page == served
    assert book_changes == document_changes == page_changes > 0
    assert book_hands == hands
    coverage = said.split(". ")[0]
    for other in (book_said, document_said, page_said):
        assert coverage in " ".join(other.split())
        assert f"{book_changes} households change" in other
