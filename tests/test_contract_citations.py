"""Citations of the contract lead to paragraphs of docs/contract.md, and nothing cites another one."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACT = ROOT / "docs" / "contract.md"
PLACES = ("src", "tests", "benchmarks", "docs", "examples", "README.md", "CONTRIBUTING.md")
#: A paragraph: 4, 4.3, 6.10 or 4.4a.
NUMBER = r"\d+(?:\.\d+[a-z]?)?"
#: One citation or several in a row: "4.3", "4.3, 5.1" or "2 and 4", also over the end of a line, where
#: a comment or a quoted paragraph begins the next one with its mark.
GAP = r"\s+(?:(?:#:?|>)\s+)?"
CITED = re.compile(
    rf"\b(?P<word>[Cc]ontract|[Ss]pec){GAP}"
    rf"(?P<numbers>{NUMBER}(?!\w)(?:(?:,{GAP}|{GAP}and{GAP}){NUMBER}(?!\w))*)"
)
HEADING = re.compile(rf"^#{{2,3}} ({NUMBER})\.? (.+)$", re.MULTILINE)


def texts():
    """Every file of code and prose that can cite, but this one."""
    for place in map(ROOT.joinpath, PLACES):
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix in (".py", ".md", ".po") and path != Path(__file__):
                yield path, path.read_text(encoding="utf-8")


def citations(text):
    """Word and number of each citation, and the line that it begins on."""
    for found in CITED.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        for number in re.findall(NUMBER, found["numbers"]):
            yield found["word"].lower(), number, line


def headings():
    """Number and title of each paragraph, in the order of the page."""
    return HEADING.findall(CONTRACT.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(contract 4.3).", [("contract", "4.3", 1)]),
        ("Contract 6.10: whole", [("contract", "6.10", 1)]),
        (
            "as\ncontract 2.4a, 5\nand 7 say",
            [("contract", "2.4a", 2), ("contract", "5", 2), ("contract", "7", 2)],
        ),
        ("#: (contract\n    #: 4.2, 5.1)", [("contract", "4.2", 1), ("contract", "5.1", 1)]),
        ("(spec 4.1)", [("spec", "4.1", 1)]),
        ("a contract of 3 pages, inspec 4", []),
    ],
)
def test_a_citation_is_found_in_any_form(text, found):
    """What is not found is not checked."""
    assert list(citations(text)) == found


def test_each_number_stands_once_and_in_order():
    """A number means one paragraph; 6.10 comes after 6.9, and 4.4a after 4.4."""
    numbers = [number for number, _ in headings()]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    split = [re.fullmatch(r"(\d+)(?:\.(\d+)([a-z]?))?", number).groups() for number in numbers]
    places = [(int(a), -1 if b is None else int(b), c or "") for a, b, c in split]
    assert places == sorted(places)


def test_each_citation_leads_to_a_paragraph_that_holds():
    """There is a paragraph of that number, and it is not one of those that are to come."""
    held = {number for number, title in headings() if "not yet" not in title}
    wrong = [
        f"{path.relative_to(ROOT)}, line {line}: contract {number}"
        for path, text in texts()
        for word, number, line in citations(text)
        if word == "contract" and number not in held
    ]
    assert wrong == []


def test_nothing_cites_a_page_that_is_not_here():
    """Nobody who has the project alone could read "spec 4.3"."""
    wrong = [
        f"{path.relative_to(ROOT)}, line {line}: spec {number}"
        for path, text in texts()
        for word, number, line in citations(text)
        if word == "spec"
    ]
    assert wrong == []


def test_the_contract_is_cited_at_all():
    """The test would else be content with a tree in which nothing is found."""
    cited = Counter(number for _, text in texts() for _, number, _ in citations(text))
    assert {"2.4", "4.1", "4.3", "5.3", "6.8", "7"} <= cited.keys()
