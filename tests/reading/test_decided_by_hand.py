"""Pairs decided by hand: what a CSV fixes, and who is away (contract 6.10)."""

import pytest

from phancong import Household, InvalidProblemError, Member, Problem
from phancong.reading.decided_by_hand import decided_by_hand

PROBLEM = Problem(
    [Member("m1", min_households=1, max_households=3), Member("m2", min_workload=1.0)],
    [Household("h1"), Household("h2"), Household("h3")],
    travel=None,
    fixed=[("h3", "m2")],
)


def written(tmp_path, text):
    (tmp_path / "tried.csv").write_text(text, encoding="utf-8")
    return tmp_path / "tried.csv"


def test_pairs_are_fixed_beside_those_that_were(tmp_path):
    """Other columns, such as those of a plan, do not matter."""
    file = written(tmp_path, "household,member,travel\nh1,m2,3\nh3,m2,4\n")
    found = decided_by_hand(file, PROBLEM)
    assert found.fixed == (("h1", "m2"), ("h3", "m2"))
    assert not found.exempt.any()


def test_who_is_away_is_exempt(tmp_path):
    """Whatever its limits were; a mark beside a household takes nobody away."""
    file = written(tmp_path, "Household,Member,Away\nh1,m2,yes\n,m1,yes\n")
    found = decided_by_hand(file, PROBLEM)
    assert found.exempt.tolist() == [True, False]
    assert found.fixed == (("h1", "m2"), ("h3", "m2"))


def test_all_defects_are_named(tmp_path):
    """With their lines."""
    file = written(tmp_path, "household,member,away\nh9,m1,\nh1,,\n,m7,x\n,m1,\n")
    with pytest.raises(InvalidProblemError) as caught:
        decided_by_hand(file, PROBLEM)
    told = str(caught.value)
    assert [f"line {n}" in told for n in (2, 3, 4, 5)] == [True] * 4
    with pytest.raises(InvalidProblemError, match="member: is not a column of the table"):
        decided_by_hand(written(tmp_path, "household\nh1\n"), PROBLEM)
    away = written(tmp_path, "household,member,away\n,m2,yes\n")
    with pytest.raises(InvalidProblemError, match="exempt"):  # it has a fixed pair
        decided_by_hand(away, PROBLEM)
