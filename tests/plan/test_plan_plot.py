"""A plan as a picture for a paper (contract 6.10)."""

import sys

import pytest
from hand_made import plan_of

from phancong import Household, InvalidArgumentError, Member, MissingExtraError, Problem


def problem(**options):
    members = [
        Member("m1", (22.41, 105.2), min_households=1, max_households=3),
        Member("m2", max_households=1000),
        Member("m3", (22.43, 105.2)),
    ]
    homes = [
        Household("h1", (22.4, 105.2)),
        Household("h2", (22.41, 105.22)),
        Household("h3"),
        Household("h4", (22.42, 105.21)),
    ]
    return Problem(members, homes, **({"travel": None} | options))


PAIRS = [("h1", "m1"), ("h2", "m2"), ("h3", "m1")]


def texts(labels):
    return [label.get_text() for label in labels]


def test_loads_are_bars_with_their_limits():
    """Whoever serves somebody, the first on top; a limit far beyond all loads is left out."""
    ax = plan_of(problem(), PAIRS).plot(labels={"m1": "Lò Thị Én"})
    assert texts(ax.get_yticklabels()) == ["Lò Thị Én", "m2"]
    assert [bar.get_width() for bar in ax.patches] == [2, 1]
    assert [len(found.get_segments()) for found in ax.collections] == [1, 1]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.get_xlabel() == "households"
    weighted = problem().replace(households=[Household("h1", workload=2.5)])
    ax = plan_of(weighted, [("h1", "m1")]).plot(lang="vi", ax=ax)
    assert ax.patches[-1].get_width() == 2.5
    assert ax.get_xlabel() == "khối lượng công việc (quy đổi)"
    empty = plan_of(Problem([], [], travel=None), []).plot()
    assert not empty.patches


def test_the_map_has_dots_and_lines():
    """Lines where both ends are known, a cross where nobody is; a longer degree is drawn longer."""
    ax = plan_of(problem(), PAIRS).plot("map")
    assert len(ax.lines) == 2  # one way, and the mark of its member
    assert [len(found.get_offsets()) for found in ax.collections] == [1, 1, 1]
    assert texts(ax.texts) == ["m1"]
    assert ax.get_aspect() == pytest.approx(1.0818, abs=1e-3)


def test_what_it_does_not_draw(monkeypatch):
    """Each is named."""
    plan = plan_of(problem(), PAIRS)
    with pytest.raises(InvalidArgumentError, match="kind is 'pie'; there are 'loads', 'map'"):
        plan.plot("pie")
    nowhere = Problem([Member("a")], [Household("h")], travel=None)
    with pytest.raises(InvalidArgumentError, match="no household has a place"):
        plan_of(nowhere, [("h", "a")]).plot("map")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match="needs matplotlib"):
        plan.plot()
