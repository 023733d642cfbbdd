"""Docstrings of public names: their examples run, and what is meant to be called has one."""

import doctest
import inspect

import pytest

import phancong
import phancong.batch
import phancong.synth

#: Answers are looked at, not made; errors are raised, not made; these show nothing without a file.
WITHOUT = {"read", "read_labels", "read_paths", "read_plan", "write_template", "Goal", "Id"}
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


def test_what_is_called_or_built_has_an_example():
    """Functions, and the records that a user builds: those of a problem, goals, travel, search."""
    built = {
        name
        for name in phancong.__all__
        if inspect.isfunction(getattr(phancong, name))
        or (
            getattr(phancong, name).__class__ is type
            and not issubclass(getattr(phancong, name), BaseException)
            and getattr(phancong, name).__module__.split(".")[1] in ("goals", "travel", "search")
        )
    } | {"Problem", "Member", "Household", "LoadMarks"}
    assert sorted(n for n in built - WITHOUT if not examples("phancong", n)) == []
