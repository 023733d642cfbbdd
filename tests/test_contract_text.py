"""The contract and its short form name what the code has: arguments, rules and goals."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import phancong
import phancong.batch
from phancong import RELAXABLE
from phancong.engines.registry import ENGINES
from phancong.goals import BaseGoal, FairGoal
from phancong.problem import WHOLE_LIMITS
from phancong.rules import RULES

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


#: How the second column of the table in contract 4.3 says how breaches compare.
COMPARED = {
    "sum": r"the (?!.*, then)",
    "largest": r"the sum of the breaches, then the largest breach ÷ share$",
    "each": r"the sum of the breaches, then breach ÷ share from the largest to the smallest$",
    "class": r"for each priority class, highest first",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_contract_says_how_breaches_compare(rule):
    """In the table of contract 4.3, one row a rule or kind of rule."""
    table = CONTRACT.split("### 4.3 ")[1].split("### 4.4 ")[0]
    (told,) = re.findall(rf"^\|[^|]*`{rule.name}`[^|]*\| (.*?) \|$", table, re.MULTILINE)
    assert re.match(COMPARED[rule.compared], told)


def test_the_contract_lists_every_kind_of_repair():
    """In the order in which limits are relaxed (contract 6.4)."""
    (listed,) = re.findall(r"^- `repairs`.*The kinds, in this order: (.*)$", CONTRACT, re.MULTILINE)
    kinds = [kind for rule in RULES.values() for kind in rule.repairs]
    assert re.findall(r"`(\w+)`", listed) == kinds


@pytest.mark.parametrize("engine", ["flow", "lns"])
def test_the_contract_names_the_rules_that_an_engine_refuses(engine):
    """In the table of contract 6.7; all others it keeps."""
    (scope,) = re.findall(rf'^\| `"{engine}"` \|(.*)$', CONTRACT, re.MULTILINE)
    refused = set(RULES) - ENGINES[engine]().keeps
    assert {rule for rule in RULES if f"`{rule}`" in scope} == refused


def test_the_page_on_many_communes_names_every_limit_of_the_whole():
    """As columns of its table of communes."""
    page = (DOCS / "batch.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `communes` \|.*$", page, re.MULTILINE)
    assert {name for name in WHOLE_LIMITS if f"`{name}`" not in row} == set()


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
