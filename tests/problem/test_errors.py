"""Errors are what they say, and survive a process border."""

import pickle

import pytest

from phancong import (
    Defect,
    InfeasibleError,
    InvalidProblemError,
    PhancongError,
    UnsupportedError,
)


def test_an_error_of_the_input_keeps_its_defects_when_pickled():
    """Defects are there on the other side, not only the message."""
    error = InvalidProblemError([Defect("member 1", "share", "is odd", "mend it")])
    again = pickle.loads(pickle.dumps(error))
    assert again.defects == error.defects
    assert str(again) == str(error)
    assert "1 defect in the input:\n- member 1, share: is odd; mend it" in str(again)


def test_other_errors_survive_pickling():
    """Each with what it carries."""
    refused = pickle.loads(pickle.dumps(UnsupportedError("flow", ["groups", "workload"])))
    assert (refused.engine, refused.refusals) == ("flow", ("groups", "workload"))
    infeasible = pickle.loads(pickle.dumps(InfeasibleError("too few", diagnosis=[1])))
    assert (str(infeasible), infeasible.diagnosis) == ("too few", [1])


@pytest.mark.parametrize(
    ("error", "builtin"),
    [(InvalidProblemError([]), ValueError), (InfeasibleError("x"), RuntimeError)],
)
def test_each_error_is_the_builtin_that_fits(error, builtin):
    """Who knows nothing of this library still catches it."""
    assert isinstance(error, builtin)
    assert isinstance(error, PhancongError)
