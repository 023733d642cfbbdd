"""One word, one meaning: no class name stands for two things, and shared names are listed here."""

import ast
import re
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "phancong"

#: The head of a class, at any depth.
CLASS = re.compile(r"^ *class (\w+)[(:]", re.MULTILINE)
#: File names that stand in several rooms, and what they mean in each of them.
SHARED = {
    "__init__.py": "exports of the room",
    "beside.py": "what stands side by side: lists on a sheet, plans on a page",
    "breaches.py": "limits that a plan breaks, and by how much",
    "engine.py": "the class of an engine",
    "fairness.py": "goals that compare members",
    "folder.py": "the folder of files that is written",
    "hamlets.py": "the hamlets of households",
    "limits.py": "limits that a problem sets",
    "loads.py": "loads of members",
    "maps.py": "features of a map that are read from a file",
    "marks.py": "marks by the load of members",
    "pairs.py": "pairs of a household and a member",
    "plotting.py": "pictures by matplotlib",
    "prices.py": "what another choice costs, in each goal",
    "records.py": "the records that the room gives",
    "registry.py": "what there is, by name",
    "solving.py": "solves: a problem, or one flow of it",
    "stages.py": "stages of a search, one limit or goal after the other",
    "steps.py": "steps of which stages are made",
    "text.py": "sentences and tables of the room's records",
    "trade.py": "two goals, one within a limit",
}
#: Functions of several modules, and what they mean in each of them.
SHARED_FUNCTIONS = {
    "check": "judges a plan; on the command line, too",
    "compare": "engines side by side; on the command line, too",
    "coverage": "members for every household: in a model, in a sentence",
    "diagnose": "why the limits cannot hold; on the command line, too",
    "explain": "why a household has its member; on the command line, too",
    "figures": "the figures by which two plans are compared, in order",
    "hamlet": "a hamlet: its name, or one that is drawn",
    "picture": "a picture in a document",
    "plot": "a picture by matplotlib",
    "proof": "whether a line or a plan is proven, in words",
}


def modules():
    return sorted(SOURCE.rglob("*.py"))


def test_no_class_name_stands_for_two_things():
    """With or without the underscore of a private one."""
    places = defaultdict(list)
    for path in modules():
        for name in CLASS.findall(path.read_text(encoding="utf-8")):
            places[name.lstrip("_")].append(path.relative_to(SOURCE).as_posix())
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert not twice


def test_a_function_name_stands_in_several_modules_only_where_it_means_the_same():
    """Another one gets a name of its own, or a line above; those of one module only are its own."""
    places = defaultdict(set)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                places[node.name].add(path.relative_to(SOURCE).as_posix())
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert twice.keys() == SHARED_FUNCTIONS.keys(), twice


def test_a_file_name_stands_in_several_rooms_only_where_it_means_the_same():
    """Another one gets a name of its own, or a line above that says what it means everywhere."""
    places = defaultdict(list)
    for path in modules():
        places[path.name].append(path.relative_to(SOURCE).as_posix())
    twice = {name for name, where in places.items() if len(where) > 1}
    assert twice <= SHARED.keys(), {name: places[name] for name in twice - SHARED.keys()}
    assert SHARED.keys() <= twice, "listed, but in one room only"


def test_no_term_of_the_glossary_stands_twice():
    """Terms that share a line are one thing."""
    page = (SOURCE.parents[1] / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.split(" | ")[0].strip("| ") for line in page.splitlines() if line[:2] == "| "]
    terms = [term for row in rows for term in row.split(", ") if term != "term"]
    assert len(terms) > 50
    assert len(terms) == len(set(terms))
