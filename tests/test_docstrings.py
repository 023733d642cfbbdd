"""Docstrings of public names: their examples run, and what is meant to be called has one."""

import doctest
import inspect
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
