"""`import phancong` is light: what is public is loaded when it is first asked for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import phancong

SMALL = """
import sys

import phancong

assert [name for name in sys.modules if name.startswith("phancong.")] == []
assert "numpy" not in sys.modules
members = [{"id": n, "lat": 21.0 + n / 100, "lon": 105.0} for n in range(2)]
households = [{"id": n, "lat": 21.0 + n / 100, "lon": 105.0} for n in range(3)]
plan = phancong.solve(phancong.Problem(members, households))
assert plan.status.value == "optimal"
seldom = ("reading", "diagnosing", "explaining", "fronts", "plan.workbook", "report.screen")
print([name for name in seldom if f"phancong.{name}" in sys.modules])
print([name for name in ("networkx", "pandas", "ortools.sat", "ortools.math_opt") if name in sys.modules])
"""


def test_a_small_plan_loads_only_what_it_needs():
    """No reader, no page, no diagnosis, no solver but that of flows."""
    run = subprocess.run([sys.executable, "-c", SMALL], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n") == ["[]", "[]", ""]


def test_a_package_is_there_without_an_import_of_its_own():
    """``phancong.synth.hamlet()`` after ``import phancong``."""
    asked = (
        "import phancong; print(len(phancong.synth.hamlet(5).members), phancong.errors.__name__)"
    )
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert run.stdout.endswith(" phancong.errors\n")


def test_every_public_name_is_there():
    """By attribute and in ``dir``; types are those that checkers see."""
    assert {name for name in phancong.__all__ if hasattr(phancong, name)} == {*phancong.__all__}
    assert {*phancong.__all__} <= {*dir(phancong)}
    checked = next(
        node
        for node in ast.parse(Path(phancong.__file__).read_text("utf-8")).body
        if isinstance(node, ast.If)
    )
    imported = {
        alias.name
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == {*phancong.__all__} - {"__version__"}


def test_a_name_that_is_not_public_is_none():
    with pytest.raises(AttributeError, match="module 'phancong' has no attribute 'solv'"):
        phancong.solv  # noqa: B018
