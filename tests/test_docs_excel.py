"""docs/excel.md says nothing that does not work."""

import re
from pathlib import Path

import more_files as made
import pytest
import ugly_lists as ugly

from phancong import Household, InvalidProblemError, Problem, Status, read, solve
from phancong.cli.parser import parser
from phancong.rules import RULES
from phancong.tables import TEXT_ENDINGS, WORKBOOK_ENDINGS
from phancong.words import words

PAGE = (Path(__file__).parents[1] / "docs" / "excel.md").read_text(encoding="utf-8")


def test_the_code_runs_from_top_to_bottom(tmp_path, monkeypatch, capsys):
    """What is printed holds no name; the doubts are told and settled."""
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    for block in blocks:
        exec(block, names)
    printed = capsys.readouterr().out
    assert names["plan"].status is Status.OPTIMAL
    assert names["labels"].households[1] == "Hoàng Văn Pản"
    assert "heads a section" in printed
    assert "Tình trạng nhà (column G): is not a known column" in printed
    assert "Pản" not in printed
    assert len(names["problem"].households) == 3
    assert (tmp_path / "commune.xlsx").exists()


def cells(heading):
    """The first column of the table below a heading, a cell between backticks each."""
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0]
    return re.findall(r"^\| `(.+?)` \|", table, flags=re.MULTILINE)


@pytest.mark.parametrize("cell", cells("a whole coordinate"))
def test_each_form_of_a_coordinate_is_read(cell):
    (household,) = Problem([], [Household(1, cell)]).households
    assert household.at == pytest.approx((22.401, 105.201))


@pytest.mark.parametrize("cell", cells("no coordinate"))
def test_what_is_no_coordinate_is_a_defect(cell):
    with pytest.raises(InvalidProblemError, match="household 1, at: "):
        Problem([], [Household(1, cell)])


def test_the_tables_of_coordinates_are_there():
    assert (len(cells("a whole coordinate")), len(cells("no coordinate"))) == (12, 8)


ROWS = [["household", "member"], ["h1", "m1"]]


def _written(path):
    """A list of last year in the kind of file that its ending says."""
    ending = path.suffix
    if ending in (".xlsx", ".xlsm", ".xltx"):
        ugly.book(path, Sheet1=ROWS)
    elif ending == ".xls":
        made.xls(path, {"Sheet1": ROWS})
    elif ending in (".ods", ".ots"):
        made.ods(path, {"Sheet1": ROWS})
    else:
        mark = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".txt": "|"}[ending]
        path.write_text("\n".join(map(mark.join, ROWS)), encoding="utf-8")


@pytest.mark.parametrize("name", [r.name for r in RULES.values() if r.column and r.column.title])
def test_the_titles_of_limits_are_named(name):
    """Those of the template, with the field that they become, in one row."""
    title = RULES[name].column.title(words("vi"))
    (row,) = [line for line in PAGE.splitlines() if line.startswith("|") and title in line]
    assert f"`{name}`" in row.split("|")[2]


def test_every_file_of_the_table_is_read(tmp_path):
    """And no ending that is read is missing in it."""
    first = re.findall(r"^\| (`\..*?) \|", PAGE, flags=re.MULTILINE)
    endings = [ending for cell in first for ending in re.findall(r"`(\.\w+)`", cell)]
    assert {*endings} == {*WORKBOOK_ENDINGS, *TEXT_ENDINGS}
    (tmp_path / "members.csv").write_text("id\nm1\n")
    (tmp_path / "households.csv").write_text("id\nh1\n")
    plan = solve(read(tmp_path))
    for ending in endings:
        path = tmp_path / f"previous{ending}"
        _written(path)
        assert read(tmp_path).previous == (("h1", "m1", 1.0),), ending
        path.unlink()
    plans = re.findall(r"`plan\.(\w+)`", PAGE.split("| a plan that phancong wrote")[0])
    for ending, write in zip(plans, (plan.to_json, plan.to_csv, plan.to_excel), strict=True):
        write(tmp_path / f"plan.{ending}")
        assert len(read(tmp_path).previous) == 1, ending
        (tmp_path / f"plan.{ending}").unlink()


def test_the_help_names_every_kind_of_workbook(capsys):
    """Macro workbooks and templates are variants of these."""
    with pytest.raises(SystemExit, match="0"):
        parser(words("en")).parse_args(["plan", "--help"])
    named = re.findall(r"\.\w+", capsys.readouterr().out.split("a workbook (")[1].split(")")[0])
    assert {*named} == {*WORKBOOK_ENDINGS} - {".xlsm", ".xltx", ".ots"}


@pytest.mark.parametrize("command", ["lists", "plan"])
def test_every_option_of_the_page_is_one(command, capsys):
    """What is offered can be given."""
    with pytest.raises(SystemExit, match="0"):
        parser(words("en")).parse_args([command, "--help"])
    shown = capsys.readouterr().out
    settling = PAGE.split("## Settling a doubt without Python")[1].split("##")[0]
    for option in re.findall(r"(--[a-z]+)", settling):
        assert option in shown, option
