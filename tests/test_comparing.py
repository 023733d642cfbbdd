"""Engines side by side (contract 6.7): what each makes of a problem, or why it makes nothing."""

import math
from importlib import import_module

import pytest
from as_large import as_large
from said import said

from phancong import (
    FairLoad,
    Household,
    InvalidArgumentError,
    Member,
    Problem,
    Search,
    Status,
    Travel,
    TravelMatrix,
    compare,
    solve,
)
from phancong.engines import starting

#: The module: the room has a function of this name.
comparing = import_module("phancong.comparing.compare")

#: The neighbourhood search, too, proves what is so small.
EXACT = ("flow", "cp_sat", "mip", "lns")
BY_HAND = ("nearest", "round_robin", "regret")


def branch(*, hard=1.0, most=3):
    """Each for herself m1 is nearest; together m1 has the two that are far from all others."""
    ways = [[1, 2, 9], [1, 9, 9], [1, 3, 4], [1, 9, 8], [2, 3, 1]]
    members = [Member(f"m{j}", max_households=most) for j in range(1, 4)]
    homes = [Household(f"h{i}", workload=hard if i == 1 else 1.0) for i in range(1, 6)]
    return Problem(members, homes, travel=TravelMatrix(ways))


def test_exact_engines_agree_and_no_other_is_better():
    problem = branch(most=2)
    found = compare(problem, goals=(Travel(),))
    assert [row.engine for row in found.rows] == [*EXACT, *BY_HAND]
    plans = {row.engine: row.plan for row in found.rows}
    assert None not in plans.values()
    best = solve(problem, goals=(Travel(),)).goals[0].value
    for name in EXACT:
        assert plans[name].status is Status.OPTIMAL
        assert plans[name].goals[0].value == best
    for name in BY_HAND:
        assert plans[name].relaxed or plans[name].goals[0].value >= best


def test_each_plan_is_the_one_that_solve_gives():
    found = compare(branch(), engines=("regret", "auto"))
    for row in found.rows:
        assert row.plan.pairs == solve(branch(), engine=row.engine).pairs


def test_in_no_time_all_have_the_first_plan_by_hand():
    """Of so many households each plan takes a while: the others by hand are not begun."""
    homes = [Household(n) for n in range(1_300)]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    found = compare(problem, goals=(FairLoad(),), search=Search(seconds=1e-9))
    rows = {row.engine: row for row in found.rows}
    first = rows["nearest"].plan
    assert first.goals[0].value == 650
    for name in ("round_robin", "regret"):
        assert rows[name].refusal == "there was no time to look for a plan; give more seconds"
    for name in ("cp_sat", "mip"):
        assert rows[name].plan.pairs == first.pairs


def test_a_plan_by_hand_that_would_come_too_late_is_not_begun():
    """Nobody can leave it once it is under way; the first plan is made all the same."""
    homes = [Household(n) for n in range(1_300)]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    with as_large(((starting, "START_A_HOUSEHOLD", 1.0),)):
        found = compare(problem, engines=("nearest", "round_robin"), search=Search(seconds=60))
    first, other = found.rows
    assert first.plan is not None
    assert other.plan is None
    assert other.refusal == "there was no time to look for a plan; give more seconds"


def test_no_plan_by_hand_that_would_come_too_late_is_begun_where_an_engine_has_one():
    problem = Problem([Member("a")], [Household(n) for n in range(1_300)], travel=None)
    with as_large(((starting, "START_A_HOUSEHOLD", 1.0),)):
        found = compare(problem, engines=("nearest", "flow"), search=Search(seconds=60))
    nearest, flow = found.rows
    assert nearest.refusal == "there was no time to look for a plan; give more seconds"
    assert flow.plan is not None


def test_a_refusal_names_what_the_engine_cannot_keep():
    found = compare(branch(hard=2.5), engines=("flow", "cp_sat"))
    flow, exact = found.rows
    assert flow.plan is None
    assert "workload" in flow.refusal
    assert exact.refusal is None
    assert f"flow: {flow.refusal}" in said(found)


def test_limits_that_cannot_hold_are_told_and_not_raised():
    found = compare(branch(most=1), engines=EXACT, relax=())
    assert [row.plan for row in found.rows] == [None] * len(EXACT)
    assert {row.refusal for row in found.rows} == {comparing.NO_PLAN}
    assert said(found).count("no plan keeps") == len(EXACT)
    assert list(found.to_frame()["engine"]) == list(EXACT)


def test_an_engine_that_runs_out_of_time_is_told_and_the_next_one_goes_on():
    """m2 has to take two, and only h0 and h3 may go there, who have others nearer: no start does it."""
    members = [
        Member(f"m{n}", min_households=most, max_households=most)
        for n, most in enumerate((1, 1, 2))
    ]
    problem = Problem(
        members,
        [Household(f"h{n}") for n in range(4)],
        travel=TravelMatrix([[2, 8, 5], [1, 1, 3], [8, 6, 6], [1, 5, 8]]),
        forbidden=[("h1", "m2"), ("h2", "m2")],
    )
    search = Search(seconds=1e-6)
    found = compare(problem, engines=("cp_sat", "flow"), relax=(), goals=(Travel(),), search=search)
    late, flow = found.rows
    assert late.plan is None
    assert late.refusal == "there was no time to look for a plan; give more seconds"
    assert flow.plan is not None


def test_a_frame_holds_every_figure_of_every_plan():
    goals = (FairLoad("households", aim="leximax"), Travel())
    found = compare(branch(most=1), engines=("nearest", "cp_sat"), goals=goals)
    frame = found.to_frame().set_index("engine")
    (plan,) = [row.plan for row in found.rows if row.engine == "cp_sat"]
    row = frame.loc["cp_sat"]
    assert row["max_households breach"] == plan.breaches["max_households"].total == 2
    assert row["max_households bound"] == 2
    assert row["max_households proven"]
    assert row[f"1. {goals[0]!r}"] == (2, 2, 1)
    for name, value in plan.metrics.items():
        assert row[name] == value
    travel = plan.goals[1]
    assert row["2. Travel()"] == travel.value
    assert row["2. Travel() best"] == travel.best
    assert row["2. Travel() bound"] == travel.bound
    assert row["2. Travel() proven"]
    assert row["status"] == "optimal"
    assert row["seconds"] == plan.seconds
    assert row["stopped"] is None or math.isnan(row["stopped"])


def test_the_table_says_what_gave_way_and_what_was_reached():
    text = str(compare(branch(most=1), engines=("cp_sat",), goals=(FairLoad(aim="leximax"),)))
    header, line = text.splitlines()[-2:]
    assert said(text).startswith(
        "Proven to be the best: cp_sat. The goals in their order: workloads, the largest first."
    )
    assert header.split()[:4] == ["engine", "status", "relaxed", "limits"]
    assert line.startswith("cp_sat  optimal  max_households 2")
    free = str(compare(branch(), engines=("flow",), goals=()))
    assert "nothing" in free


@pytest.mark.parametrize(
    ("engines", "message"),
    [
        ("flow", r"engines is 'flow'; give a list of names: there are 'auto', 'flow'"),
        (7, r"engines is 7; give a list"),
        (["flow", "magic", 3], r"unknown engine 'magic', 3; the engines are: 'auto'"),
        (["flow", "flow"], r"name at least one, each once"),
        ([], r"name at least one, each once"),
    ],
)
def test_engines_that_cannot_be_used_are_named_at_once(engines, message):
    with pytest.raises(InvalidArgumentError, match=message):
        compare(branch(), engines=engines)


def test_who_proves_what_is_read_aloud():
    """In either language: proven, not proven, refused, with the reason."""
    found = compare(branch(most=1), engines=("cp_sat", "nearest"), goals=(Travel(),))
    assert said(found).startswith(
        "Proven to be the best: cp_sat. A plan without a proof: nearest. "
        "The goals in their order: total travel. engine status relaxed limits goal 1 seconds"
    )
    assert said(found, "vi").startswith(
        "Đã chứng minh là tốt nhất: cp_sat. Có phương án nhưng chưa chứng minh: nearest. "
        "Các mục tiêu theo thứ tự: tổng đường đi. "
        "bộ giải kết quả chỉ tiêu chưa đạt hoặc vượt mục tiêu 1 giây cp_sat tối ưu "
        "số hộ tối đa 2 "
    )
    none = compare(branch(most=1), engines=("flow",), relax=())
    assert said(none, "vi") == (
        "Không có phương án: flow. Lý do: - flow: không phương án nào giữ được những "
        "giới hạn phải giữ; diagnose() cho biết lý do"
    )


def test_an_engine_that_refuses_takes_no_part_of_the_time():
    """What it would have had the others share, also where it stands last."""
    found = compare(
        branch(hard=2.5),
        engines=("cp_sat", "flow", "lns"),
        goals=(FairLoad(aim="spread"),),
        search=Search(work=4),
    )
    plans = {row.engine: row.plan for row in found.rows}
    assert plans["cp_sat"].options["search"]["work"] == 4.0
    assert plans["flow"] is plans["lns"] is None
