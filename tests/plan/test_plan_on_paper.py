"""A plan printed by LibreOffice: pages as they were worked out, nothing technical, everybody there."""

import math
import shutil
import subprocess

import openpyxl
import pytest
from hand_made import plan_of

from phancong.report.figures import Figures
from phancong.synth import commune

pytestmark = pytest.mark.full
#: Lines of 12 points that a page has room for: an upright one at most, a lying one at least.
MOST_LINES, LEAST_LINES = 50, 27
#: Lines that a row of these names takes at most.
ROW_LINES = 3


@pytest.fixture(scope="module")
def office():
    """LibreOffice, which prints without a screen."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        pytest.skip("no LibreOffice: install libreoffice-calc and libreoffice-writer")
    return path


def printed(office, path, tmp_path):
    """The texts of the pages."""
    pypdf = pytest.importorskip("pypdf", reason="no pypdf: pip install 'phancong[browser]'")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [page.extract_text() for page in pypdf.PdfReader(path.with_suffix(".pdf")).pages]


def named(members, households, seed=7):
    """A plan of a drawn commune and names as they are in Vietnam."""
    problem = commune(seed, members=members, households=households)
    ids, homes = problem.member_columns.ids, problem.household_columns.ids
    pairs = [(home, ids[row * members // households]) for row, home in enumerate(homes)]
    labels = {
        "members": {one: f"Nguyễn Thị Hồng Hạnh {n}" for n, one in enumerate(ids)},
        "households": {one: f"Hoàng Văn Thắng {n}" for n, one in enumerate(homes)},
        "posts": dict.fromkeys(ids, "Phó bí thư chi bộ"),
        "addresses": {one: f"Tổ {n % 9}, ngõ {n}" for n, one in enumerate(homes)},
    }
    return plan_of(problem, pairs), labels


@pytest.mark.parametrize(("members", "households"), [(1, 3), (8, 66), (25, 400)])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_pages_are_those_that_were_worked_out(office, tmp_path, lang, members, households):
    """A page for each break of the sheets that are seen, and none for those that are hidden."""
    plan, labels = named(members, households)
    path = tmp_path / "plan.xlsx"
    plan.to_excel(path, lang=lang, labels=labels, include=["coordinates"])
    sheets = [sheet for sheet in openpyxl.load_workbook(path) if sheet.sheet_state == "visible"]
    expected = sum(1 + len(sheet.row_breaks.brk) for sheet in sheets)
    pages = printed(office, path, tmp_path)
    assert len(pages) == expected
    whole = "\n".join(pages)
    assert "Gini" not in whole
    assert "household\nmember" not in whole
    listed = "".join("".join(pages).split())
    assert all("".join(name.split()) in listed for name in labels["households"].values())
    # A page that holds nothing but the titles of columns would be an empty one.
    assert all(len(page) > 60 for page in pages)


def pages_by_size(tables):
    """The fewest and the most pages of tables, each with its rows and the parts that begin a page."""
    least = sum(math.ceil(rows / MOST_LINES) for rows, _ in tables)
    most = sum(math.ceil(rows * ROW_LINES / LEAST_LINES) + parts for rows, parts in tables)
    return least, most


@pytest.mark.parametrize("households", [3, 66, 400])
def test_the_document_has_the_pages_of_its_tables(office, tmp_path, households):
    """The decision, then as many as the rows of its tables take; no blank one where paper turns."""
    plan, labels = named(max(households // 16, 1), households)
    path = tmp_path / "plan.docx"
    plan.to_word(path, lang="vi", labels=labels)
    pages = printed(office, path, tmp_path)
    figures = Figures(plan)
    hamlets = len(set(plan.problem.household_columns.hamlet))
    tables = [(households, hamlets), (len(figures.members), 1), (len(figures.changes), 1)]
    least, most = pages_by_size(tables)
    assert 1 + least <= len(pages) <= 1 + most
    assert all(len(page.split()) > 5 for page in pages)
