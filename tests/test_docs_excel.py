"""docs/excel.md says nothing that does not work."""

import re
from pathlib import Path

import pytest

from phancong import Household, InvalidProblemError, Problem, Status

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
    assert "Tình trạng nhà (column G): is no column that is known" in printed
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
