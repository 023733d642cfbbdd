"""Five workbooks that nobody made for a program: from the first call to the plan, by command line."""

import tomllib

import openpyxl
import pytest
from five_books import BOOKS

from phancong import read
from phancong.cli.main import main

pytestmark = pytest.mark.full


def call(capsys, *arguments):
    ended = main([*map(str, arguments)])
    told = capsys.readouterr()
    return ended, told.out + told.err


def asked(tmp_path, capsys, name):
    """The lists, and the file of answers that the first call writes; all is asked for at once."""
    path, answers = BOOKS[name](tmp_path), tmp_path / "answers.toml"
    ended, told = call(capsys, "lists", path, "--answers", answers)
    assert ended == 2, told
    assert answers.exists()
    return path, answers, told


#: What stands to be asked: a word of each question, and how many lines of questions there are.
QUESTIONS = {
    "vietnamese_commune": (("Tình trạng nhà", "năm 2025", "--class NAME=1.0"), 3),
    "survey_export": (("status", "enumerator", "care/chw_id", "--class NAME=1.0"), 4),
    "french_list": (("Coût", "--gone end"), 2),
    "spanish_roster": (("Riesgo",), 1),
    "side_by_side": (
        ("Số CCCD chủ hộ", "decimal point that looks misplaced", "--places everybody"),
        3,
    ),
}


@pytest.mark.parametrize("name", BOOKS)
def test_one_call_asks_for_all_and_its_answers_are_enough(tmp_path, capsys, name):
    """What has to be mended in a list is said, too; after that the second call plans."""
    path, answers, told = asked(tmp_path, capsys, name)
    words, lines = QUESTIONS[name]
    questions = told.split("To be settled:")[1].split("Written:")[0]
    assert all(word in " ".join(questions.split()) for word in words)
    assert len([line for line in questions.splitlines() if line.startswith("- ")]) == lines
    if name == "side_by_side":
        workbook = openpyxl.load_workbook(path / "Phan cong 2026.xlsx")
        workbook["Sheet1"]["D9"] = 22.563
        workbook.save(path / "Phan cong 2026.xlsx")
    ended, told = call(capsys, "plan", path, "--answers", answers, "-o", tmp_path / "out")
    assert ended == 0, told
    assert (tmp_path / "out" / "plan.xlsx").exists()
    assert "have a member in charge" in told
    # Answered once: beside the lists the same call asks for nothing any more.
    assert call(capsys, "lists", path, "--answers", answers)[0] == 0


def answered(tmp_path, capsys, name):
    """The problem that the likely answers make."""
    path, answers, _ = asked(tmp_path, capsys, name)
    said = tomllib.loads(answers.read_text("utf-8"))
    columns = {
        table: {title: None if field == "none" else field for title, field in titles.items()}
        for table, titles in said.get("columns", {}).items()
    }
    options = {key: said[key] for key in ("gone", "places") if key in said}
    return read(path, columns=columns, workloads=said.get("classes", {}) or None, **options)


def test_coordinates_in_four_notations_are_read(tmp_path, capsys):
    """And the two households without stand at the centre of their hamlet."""
    problem = answered(tmp_path, capsys, "vietnamese_commune")
    homes = problem.household_columns
    assert homes.latitude == pytest.approx(22.415, abs=0.016)
    assert homes.longitude == pytest.approx(105.215, abs=0.016)
    assert int(homes.approximate.sum()) == 2
    assert set(homes.hamlet) == {"Nà Tông", "Khuổi Hẻo", "Lũng"}
    assert len(problem.previous) == 18
    assert [bool(exempt) for exempt in problem.exempt] == [False] * 5 + [True]


def test_answers_of_a_survey(tmp_path, capsys):
    """The health worker's id is last year's member."""
    problem = answered(tmp_path, capsys, "survey_export")
    assert len(problem.previous) == 30
    assert problem.household_columns.latitude == pytest.approx(-1.275, abs=0.026)


def test_a_census_of_persons_is_one_of_households(tmp_path, capsys):
    """Degrees and minutes are joined, O is west below a title in Spanish."""
    problem = answered(tmp_path, capsys, "spanish_roster")
    assert len(problem.households) == 15
    assert problem.household_columns.latitude == pytest.approx(14.617, abs=0.018)
    assert problem.household_columns.longitude == pytest.approx(-90.517, abs=0.018)


def test_a_folder_in_french(tmp_path, capsys):
    """Commas, a code page of Windows, an old workbook; one letter is left out and said."""
    problem = answered(tmp_path, capsys, "french_list")
    assert len(problem.households) == 20
    assert problem.household_columns.latitude == pytest.approx(14.71, abs=0.011)
    assert set(problem.household_columns.hamlet) == {"Médina", "Plateau"}
    assert set(problem.household_columns.workload) == {1.0, 1.5, 2.0}
    assert len(problem.previous) == 15  # three had somebody who has left
