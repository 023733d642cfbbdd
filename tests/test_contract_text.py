"""The contract and its short form name what the code has: arguments, rules and goals."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import phancong
import phancong.batch
from phancong import RELAXABLE
from phancong.goals import BaseGoal, FairGoal

DOCS = Path(__file__).parents[1] / "docs"
CONTRACT = (DOCS / "contract.md").read_text(encoding="utf-8")
WRITTEN = dict(reversed(re.findall(r"^`(\w+)\((.*?)\)`(?: |$)", CONTRACT, re.MULTILINE)))
#: Of these the contract gives all arguments, of the functions those that it speaks of.
WHOLE = ("Member", "Household", "Problem", "Search")
PARTLY = ("solve", "check", "diagnose", "frontier", "recommend")
IN_ORDER = ", ".join(f"`{rule}`" for rule in RELAXABLE)
GOALS = [
    name
    for name, kind in vars(phancong.goals).items()
    if isinstance(kind, type) and issubclass(kind, BaseGoal) and kind not in (BaseGoal, FairGoal)
]


def arguments(name):
    """The names of the arguments that the contract gives."""
    (function,) = ast.parse(f"def f({WRITTEN[name]}): ...").body
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]


@pytest.mark.parametrize("name", WHOLE)
def test_the_contract_has_every_field_of_a_record(name):
    """In the order of the code (contract 2.1, 2.2, 2.3, 7)."""
    assert arguments(name) == list(inspect.signature(getattr(phancong, name)).parameters)


@pytest.mark.parametrize("name", PARTLY)
def test_arguments_that_the_contract_speaks_of_are_there(name):
    """By name (contract 6)."""
    assert set(arguments(name)) <= set(inspect.signature(getattr(phancong, name)).parameters)


@pytest.mark.parametrize("page", ["contract.md", "meaning.md"])
def test_the_pages_give_the_order_in_which_rules_are_relaxed(page):
    """All of them (contract 4.2)."""
    assert IN_ORDER in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["contract.md", "meaning.md", "overview.md"])
@pytest.mark.parametrize("goal", GOALS)
def test_the_pages_define_every_goal(page, goal):
    """By the name of its class (contract 5.2)."""
    assert f"`{goal}" in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RELAXABLE)
def test_the_overview_names_every_rule(rule):
    """Coverage in words."""
    page = (DOCS / "overview.md").read_text(encoding="utf-8")
    assert f"`{rule}`" in page or rule == "coverage"
