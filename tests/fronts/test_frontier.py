"""`frontier`: what it takes, what it refuses, how it ends, and what it says (contract 6.6)."""

import math
import sys
from dataclasses import replace

import pytest
from matplotlib.figure import Figure

from phancong import (
    RELAXABLE,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Household,
    InfeasibleError,
    InvalidArgumentError,
    Member,
    MissingExtraError,
    NoPlanFoundError,
    Preference,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    UnsupportedError,
    check,
    frontier,
    price_of_continuity,
    price_of_fairness,
    solve,
)
from phancong.course import Course
from phancong.fronts.spreading import Spread
from phancong.fronts.trade import Trade


def village(**changes):
    """Three households with m2 last year, whose ways to m1 are 300, 150 and 90 shorter."""
    ways = TravelMatrix([[100, 400], [200, 350], [300, 390]], unit="m")
    homes = [Household(h) for h in ("h1", "h2", "h3")]
    last = dict.fromkeys(("h1", "h2", "h3"), "m2")
    members = [Member("m1"), Member("m2")]
    return Problem(members, homes, travel=ways, previous=last).replace(**changes)


def values(front):
    return [(point.x, point.y) for point in front.points]


def test_each_step_gives_up_the_family_that_saves_most():
    """1,140 m with nobody moved; then h1, h2 and h3 go to m1, who saves 300, 150 and 90 m."""
    front = frontier(village(), Continuity(), Travel())
    assert values(front) == [(0, 1140), (1, 840), (2, 690), (3, 600)]
    assert front.complete
    assert front.proven
    assert front.stopped is None
    assert front.held == "x"
    assert front.points[1].plan.households_of("m1") == ("h1",)


def test_an_unsupported_point_is_found():
    """Of 0, 1 and 2 changes at 300, 290 and 100 m the middle is below no line between the others."""
    ways = TravelMatrix([[50, 150], [50, 150], [95, 100]])
    homes = [Household("h1", group="g"), Household("h2", group="g"), Household("h3")]
    last = dict.fromkeys(("h1", "h2", "h3"), "m2")
    problem = Problem([Member("m1"), Member("m2")], homes, travel=ways, previous=last)
    assert values(frontier(problem, Continuity(), Travel())) == [
        (0, 400),
        (1, 395),
        (2, 200),
        (3, 195),
    ]


def test_the_axes_can_be_named_in_either_order():
    """The same plans, read from the other side."""
    turned = frontier(village(), Travel(), Continuity())
    assert values(turned) == [(600, 3), (690, 2), (840, 1), (1140, 0)]
    assert turned.held == "y"


def test_solve_finds_each_point_again_from_the_goals_of_its_plan():
    """A limit on one goal is a tolerance on it."""
    front = frontier(village(), Continuity(), Travel())
    for point in front.points:
        again = solve(village(), goals=[line.goal for line in point.plan.goals])
        assert again.status is Status.OPTIMAL
        assert [line.value for line in again.goals[-2:]] == [
            line.value for line in point.plan.goals[-2:]
        ]
        assert check(village(), point.plan).valid


def test_a_number_of_points_is_spread_over_the_range():
    """Both ends and the middle; with more than there are, all."""
    assert values(frontier(village(), Continuity(), Travel(), points=2)) == [(0, 1140), (3, 600)]
    three = frontier(village(), Continuity(), Travel(), points=3)
    assert len(three.points) == 3
    assert not three.complete
    every = frontier(village(), Continuity(), Travel(), points=9)
    assert len(every.points) == 4
    assert every.complete


def test_one_plan_that_is_best_in_both_is_the_whole_front():
    """Without a previous plan nothing changes hands."""
    front = frontier(village(previous=None), Continuity(), Travel())
    assert values(front) == [(0, 600)]
    assert front.complete
    assert front.knee is None
    assert front.price == 0


def test_goals_above_are_held_on_the_whole_front():
    """With loads of 2 and 1 at most, m1 has one or two of the three."""
    front = frontier(village(), Continuity(), Travel(), goals=[FairLoad()])
    assert values(front) == [(1, 840), (2, 690)]


def test_limits_that_give_way_are_broken_as_little_as_can_be_on_the_whole_front():
    """One place short: who goes to m2 (400, 350 or 390 m, a detour of 300, 150 or 90) decides."""
    members = [Member("m1", max_households=1), Member("m2", max_households=1)]
    front = frontier(village(members=members), Farthest(), Travel(), relax=["coverage"])
    assert values(front) == [(350, 750), (390, 690)]
    assert all(len(point.plan.uncovered) == 1 for point in front.points)
    assert front.complete


@pytest.mark.parametrize("engine", ["cp_sat", "mip", "lns"])
def test_exact_engines_find_the_same_front(engine):
    """Any engine that can hold a goal within a limit will do."""
    front = frontier(village(), Continuity(), Travel(), engine=engine)
    assert values(front) == [(0, 1140), (1, 840), (2, 690), (3, 600)]


def test_an_engine_by_hand_refuses_the_limit_by_name():
    """A single pass promises nothing."""
    with pytest.raises(UnsupportedError, match="a limit on Continuity"):
        frontier(village(), Continuity(), Travel(), engine="nearest")


def test_the_lagrangian_search_refuses_limits_on_loads_by_name():
    """It limits sums over pairs only."""
    with pytest.raises(UnsupportedError, match=r"a limit on FairLoad\(\) \(only sums over pairs"):
        frontier(village(), FairLoad(), Travel(), engine="lns")


def test_the_flow_engine_refuses_what_is_no_flow_within_a_limit():
    """Travel is no count, and the spread is no bound."""
    with pytest.raises(UnsupportedError, match=r"a limit on FairLoad\(aim='spread'\)"):
        frontier(village(), FairLoad(aim="spread"), Travel(), engine="flow")
    scores = Preference({("h1", "m1"): 0.123, ("h2", "m2"): 1 / 3, ("h3", "m2"): 1e6})
    with pytest.raises(UnsupportedError, match="a limit on Travel"):
        frontier(village(), Travel(), scores, engine="flow")
    with pytest.raises(UnsupportedError, match=r"a limit on Continuity"):
        frontier(village(), Continuity(), Travel(), goals=[FairLoad(aim="spread")], engine="flow")


@pytest.mark.parametrize(
    ("x", "y", "goals", "what"),
    [
        (
            FairLoad(aim="leximax"),
            Travel(),
            (),
            "x is FairLoad.*several figures; take aim='minmax'",
        ),
        (Travel(), Continuity(tolerance=1), (), "y is Continuity.*leave it out"),
        (Travel(), Travel(), (), "x and y are both Travel"),
        (Travel(), Continuity(), (Travel(),), "x is Travel.*already stands in goals"),
        (Travel, Continuity(), (), "x: .*which is not a goal .did you forget the brackets"),
    ],
)
def test_what_is_no_axis_is_refused_by_name(x, y, goals, what):
    """With what to give instead."""
    with pytest.raises(InvalidArgumentError, match=what):
        frontier(village(), x, y, goals=goals)


@pytest.mark.parametrize("points", [1, 0, True, 2.5, "all"])
def test_points_is_a_number_of_at_least_two(points):
    """Two ends make a front."""
    with pytest.raises(InvalidArgumentError, match=r"points is .*; give a whole number, 2"):
        frontier(village(), Continuity(), Travel(), points=points)


def test_where_there_is_no_plan_the_reason_is_said():
    """As by ``solve``."""
    members = [Member("m1", max_households=1), Member("m2", max_households=1)]
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        frontier(village(members=members), Continuity(), Travel(), relax=())


# --- a search that is cut


def test_a_front_that_is_stopped_says_so_and_has_what_it_found():
    """After the first end, after the second, and after a point between them."""
    for stop, count in (("point 1", 1), ("point 2", 2), ("point 3", 3)):
        front = frontier(
            village(), Continuity(), Travel(), progress=lambda r, stop=stop: r.stage != stop
        )
        assert front.stopped == "progress"
        assert not front.complete
        assert len(front.points) == count
    assert "The search was cut before its end." in " ".join(str(front).split())
    assert "There may be others between them." in " ".join(str(front).split())


def test_progress_is_heard_while_the_reason_is_looked_for_why_there_is_no_front():
    """The search for the first end has a course of its own, which has no listener."""
    heard = []
    crowded = village(members=[Member(m, max_households=1) for m in ("m1", "m2")])
    with pytest.raises(InfeasibleError, match="no plan keeps"):
        frontier(crowded, FairLoad(), Travel(), relax=(), progress=heard.append)
    assert "coverage" in [record.stage for record in heard]
    seconds = [record.seconds for record in heard]
    assert seconds == sorted(seconds)


def test_points_that_are_spread_can_be_stopped():
    """Before the first of the even limits."""
    front = frontier(
        village(), Continuity(), Travel(), points=4, progress=lambda r: r.stage != "point 2"
    )
    assert (len(front.points), front.stopped) == (2, "progress")


def test_bounds_hold_where_the_search_is_cut():
    """Within next to no work CP-SAT proves little; what it says is true."""
    weighted = village(
        households=[Household(h, workload=w) for h, w in (("h1", 1), ("h2", 2), ("h3", 4))]
    )
    whole = frontier(weighted, FairTravel(), Travel())
    assert whole.complete
    cut = frontier(weighted, FairTravel(), Travel(), search=Search(work=1e-9), engine="cp_sat")
    assert not cut.complete
    assert cut.stopped is not None
    for point in cut.points:
        if point.proven:
            continue
        best = [p for p in whole.points if p.x <= point.limit + 1e-9]
        assert point.y_bound <= min(p.y for p in best) + 1e-9


class _Late(Trade):
    """A trade whose time has run out once the first end is known, or both."""

    def within(self, *_, **__):
        raise NoPlanFoundError("too late")


class _Later(_Late):
    def best_held(self, *_):
        raise NoPlanFoundError("too late")


@pytest.mark.parametrize(("late", "points"), [(_Late, 2), (_Later, 1)])
def test_time_that_ends_between_points_ends_the_front(late, points):
    """Where an engine finds nothing in time, there are the points before it."""
    relax = dict.fromkeys(RELAXABLE, math.inf)
    trade = late(village(), (), Continuity(), Travel(), relax, Course(Search()), "auto")
    spread = Spread(trade, 3)
    assert (len(spread.answers()), spread.complete, spread.stopped) == (points, False, "time")


# --- what it says


def test_the_knee_is_marked_and_the_front_prints_as_a_table():
    """840 m with one change lies farthest below the line from 1,140 to 600: 1 - 1/3 - 4/9 = 2/9."""
    front = frontier(village(), Continuity(), Travel())
    assert front.knee is front.points[1]
    said, table = str(front).split("\n\n")
    assert " ".join(said.split()) == (
        "Between changes of hands and total travel there are 4 non-dominated plans. "
        "All is proven. There is no other. The knee, where a little more of one costs most in the "
        "other: changes of hands 1, total travel 840 m."
    )
    assert [line for line in table.splitlines() if line.endswith("knee")] == [
        "               1             840  proven  knee"
    ]


def test_a_front_speaks_vietnamese():
    """The same figures, as the language writes them."""
    said, table = frontier(village(), Continuity(), Travel()).text("vi").split("\n\n")
    assert said.startswith("Giữa số hộ thay đổi người phụ trách và tổng đường đi, có 4 phương án")
    assert "tổng đường đi 840" in " ".join(said.split())
    assert "1.140" in table
    assert table.splitlines()[2].endswith("điểm gãy")


def test_without_distance_there_is_no_unit_and_what_is_not_proven_says_so():
    """A goal that is no travel; a front of which nothing is proven."""
    front = frontier(village(travel=None), Continuity(), FairLoad("households"))
    assert "total travel" not in str(front)
    point = replace(front.points[0], proven=False, x_bound=0.0, y_bound=1.5)
    unsure = replace(front, points=(point,))
    assert "0 of them are proven." in " ".join(str(unsure).split())
    assert "not proven: at least 0 and 1.5" in str(unsure)


def test_a_front_without_a_bend_has_no_knee():
    """On a straight line no point is better placed than another."""
    straight = village(travel=TravelMatrix([[100, 200], [100, 200], [100, 200]]))
    assert frontier(straight, Continuity(), Travel()).knee is None


def test_the_frame_has_a_row_for_each_point():
    """With bounds, proof and knee."""
    frame = frontier(village(), Continuity(), Travel()).to_frame()
    assert frame["y"].tolist() == [1140, 840, 690, 600]
    assert frame["y_bound"].tolist() == [1140, 840, 690, 600]
    assert frame["knee"].tolist() == [False, True, False, False]
    assert frame["proven"].all()


def test_the_picture_has_the_points_the_knee_and_the_goals():
    """On the axes that are given, or on new ones."""
    front = frontier(village(), Continuity(), Travel())
    ax = front.plot()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("Continuity()", "Travel()")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["proven", "knee"]
    assert ax.collections[0].get_offsets().tolist() == [[0, 1140], [1, 840], [2, 690], [3, 600]]
    mine = Figure().add_subplot()
    assert front.plot(mine) is mine


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    """What to install."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'phancong\[plot\]'"):
        frontier(village(), Continuity(), Travel()).plot()


def test_the_price_of_continuity_is_what_no_change_costs():
    """1,140 m instead of 600: nine tenths more."""
    front = price_of_continuity(village())
    assert front.price == pytest.approx(0.9)
    assert (front.x, front.y) == (Continuity(), Travel())


def test_the_price_of_fairness_is_what_the_fairest_loads_cost():
    """All three with m1 take 600 m, two and one 690."""
    front = price_of_fairness(village())
    assert values(front) == [(2, 690), (3, 600)]
    assert front.price == pytest.approx(0.15)


def test_a_price_without_anything_to_compare_it_with_is_infinite():
    """Where the shortest ways are none at all."""
    free = village(travel=TravelMatrix([[0, 5], [0, 5], [0, 5]]))
    assert price_of_continuity(free).price == float("inf")


def test_bounds_on_pairs_and_loads_stay_with_the_flow_engine():
    """Farthest and the largest load are kept within limits by the network itself."""
    for x, y in ((Farthest(), Continuity()), (FairLoad(), Travel()), (FairLoad(), Farthest())):
        front = frontier(village(), x, y)
        assert {point.plan.engine for point in front.points} == {"flow"}
        assert front.complete


def test_what_is_gone_on_with_begins_with_the_plan_and_its_proofs(monkeypatch):
    """The engine gets the plan that was found and what is proven of it, for each kind of answer."""
    ways = TravelMatrix([[100, 300], [200, 500]])
    problem = Problem(
        [Member("m1"), Member("m2")],
        [Household("h1"), Household("h2")],
        travel=ways,
        previous={"h1": "m2", "h2": "m2"},
    )
    trade = Trade(problem, (), Continuity(), Travel(), {}, Course(Search()), "cp_sat")
    end = trade.best_held(1.0)
    middle = trade.within(1.0, None, end, 1.0, "point")
    again = trade.within(1.0, None, end, 1.0, "again", known=middle)
    assert (again.held, again.free) == (middle.held, middle.free) == (1, 500)
    assert again.plan.pairs == middle.plan.pairs
    assert trade.best_held(1.0, end).plan.pairs == end.plan.pairs
    assert trade.best_free(1.0, trade.best_free(1.0)).free == 300
