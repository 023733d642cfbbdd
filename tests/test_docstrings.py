"""Docstrings of public names: their examples run, and what is meant to be called has one."""

import ast
import doctest
import inspect
import itertools
from pathlib import Path

import pytest

import phancong
import phancong.batch
import phancong.synth

#: Constants, types of type checkers, and what has no docstring of its own.
WITHOUT = {"DEFAULT_WORKLOADS", "RELAXABLE", "Id", "__version__", "GENERATOR_VERSION", "Weights"}
NAMES = sorted(
    {
        (module.__name__, name)
        for module in (phancong, phancong.synth, phancong.batch)
        for name in module.__all__
        if inspect.getdoc(getattr(module, name))
    }
)


def examples(module, name):
    """The tests of a public name and of its methods."""
    found = doctest.DocTestFinder(exclude_empty=True, recurse=True).find(
        getattr(__import__(module, fromlist=[name]), name), name
    )
    return [test for test in found if test.examples]


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_examples_of_a_public_name_run(module, name, tmp_path, monkeypatch):
    """Each by itself, as a reader types it, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for test in examples(module, name):
        said = []
        runner = doctest.DocTestRunner(
            verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        )
        runner.run(test, out=said.append)
        assert not runner.failures, "".join(said)


@pytest.mark.parametrize("module", [phancong, phancong.synth, phancong.batch])
def test_every_public_name_has_an_example(module):
    """Functions, records, answers, goals, errors: whatever ``help()`` is asked about."""
    without = [name for name in module.__all__ if not examples(module.__name__, name)]
    assert sorted({*without} - WITHOUT) == []


def test_a_docstring_begins_with_the_noun():
    """“Load of a member”, not “What a member carries”: the field's word comes first."""
    files = Path(phancong.__file__).parent.rglob("*.py")
    found = [file.name for file in files if '"""What ' in file.read_text(encoding="utf-8")]
    assert found == []


def trees():
    """The syntax tree of each module, by its path."""
    files = sorted(Path(phancong.__file__).parent.rglob("*.py"))
    return {str(file): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def arguments(function):
    """Names of the arguments of a function, and whether it takes any keyword."""
    given = function.args
    named = {each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    rest = {each.arg for each in (given.vararg, given.kwarg) if each is not None}
    return named | rest, given.kwarg is not None


def fields(kind, classes):
    """Names of the fields and of the arguments of a class and of its bases."""
    found = set()
    for node in ast.walk(kind):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.FunctionDef) and node.name in ("__init__", "__new__"):
            found |= arguments(node)[0]
    for base in kind.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            found |= fields(classes[base.id], classes)
    return found


def described(docstring):
    """Names that a docstring describes under “Parameters” or “Attributes”."""
    lines = docstring.split("\n")
    inside = False
    for line, below in itertools.pairwise([*lines, ""]):
        if line.startswith(">>>") or (below and set(below) == {"-"}):
            inside = line in ("Parameters", "Attributes")
        elif inside and line and not line.startswith((" ", "-")):
            yield from line.replace("*", "").split(", ")


@pytest.mark.parametrize(("module", "name"), [at for at in NAMES if at[0] != "phancong.synth"])
def test_a_public_docstring_describes_every_argument(module, name):
    """Of a function; of a record each field but those that its base describes."""
    public = getattr(__import__(module, fromlist=[name]), name)
    if not callable(public) or (isinstance(public, type) and "__init__" not in vars(public)):
        return
    names = {*described(inspect.getdoc(public) or "")}
    for base in public.__mro__[1:] if isinstance(public, type) else ():
        names |= {*described(inspect.getdoc(base) or "")}
    parameters = {*inspect.signature(public).parameters}
    assert {each for each in parameters - names if not each.startswith("_")} == set()


@pytest.mark.full
def test_what_a_docstring_describes_is_an_argument_or_a_field():
    """A name that is gone, or prose in its place, misleads who reads ``help()``."""
    modules = trees()
    nodes = [(path, node) for path, tree in modules.items() for node in ast.walk(tree)]
    classes = {node.name: node for _, node in nodes if isinstance(node, ast.ClassDef)}
    wrong = []
    for path, node in nodes:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef):
            continue
        if "-----\n" not in (ast.get_docstring(node, clean=False) or ""):
            continue
        if isinstance(node, ast.ClassDef):
            known, anything = fields(node, classes), False
        else:
            known, anything = arguments(node)
        if not anything:
            names = described(ast.get_docstring(node) or "")
            wrong += [f"{path}: {node.name}, {name}" for name in names if name not in known]
    assert wrong == []
