"""docs/excel.md says nothing that does not work."""

import re
from pathlib import Path

from phancong import Status

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
