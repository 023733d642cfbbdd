"""Loads that members already carry: counted in limits and in fairness, in no list (contract 8.1)."""

import numpy as np
import pytest

from phancong import (
    Continuity,
    FairLoad,
    Household,
    InfeasibleError,
    InvalidProblemError,
    LoadMarks,
    Member,
    Problem,
    Travel,
    TravelMatrix,
    UnsupportedError,
    check,
    diagnose,
    explain,
    read_plan,
    recommend,
    solve,
)
from phancong.batch.shortage import more_members
from phancong.engines.flow.loads import common_workload
from phancong.problem.fingerprint import fingerprint
from phancong.search import Search

HOMES = [Household(f"h{n}") for n in range(4)]


def problem(*members, homes=HOMES, **options):
    """Members of which each is as near to every household as the others."""
    ways = np.ones((len(homes), len(members)))
    return Problem(members, homes, **{"travel": TravelMatrix(ways), **options})


def counts(plan):
    return {member.id: len(plan.households_of(member.id)) for member in plan.problem.members}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("carried_households", -1, "carried_households: is negative"),
        ("carried_households", 1.5, "carried_households: is not a whole number"),
        ("carried_workload", -0.5, "carried_workload: is negative"),
        ("carried_workload", "much", "carried_workload: is not a number"),
        ("carried_workload", float("inf"), "carried_workload: is infinite"),
        ("carried_workload", 1e101, "carried_workload: is too large"),
    ],
)
def test_what_is_carried_is_a_number_of_zero_or_more(field, value, told):
    """Contract 2.4: the defect names record and field."""
    with pytest.raises(InvalidProblemError, match=f"member 'a', {told}"):
        problem(Member("a", **{field: value}))


def test_who_carries_more_gets_less():
    """2 + 1 and 3 of the list: both carry 3; the figures of the plan count both together."""
    plan = solve(
        problem(Member("a", carried_households=2), Member("b")), goals=[FairLoad("households")]
    )
    assert counts(plan) == {"a": 1, "b": 3}
    assert plan.goals[0].best == 3
    assert (plan.metrics["load_min"], plan.metrics["load_max"]) == (3, 3)
    assert plan.metrics["load_jain"] == pytest.approx(1)
    assert (plan.metrics["workload_min"], plan.metrics["workload_max"]) == (1, 3)


@pytest.mark.parametrize("engine", ["auto", "flow", "cp_sat", "mip", "lns"])
def test_a_share_is_one_of_all_that_is_carried(engine):
    """(2 + n) / 1 against (0.5 of a share) 2 (4 − n): at n = 2 both have 4."""
    members = Member("a", carried_workload=2), Member("b", share=0.5)
    plan = solve(problem(*members), goals=[FairLoad()], engine=engine)
    assert counts(plan) == {"a": 2, "b": 2}
    assert plan.goals[0].best == plan.goals[0].bound == 4


def test_the_flow_engine_takes_whole_multiples_of_the_unit():
    """Half a unit has no place on its levels: it refuses by name, and another engine proves."""
    homes = [Household(f"h{n}", workload=0.1) for n in range(3)]
    whole = problem(Member("a", carried_workload=0.3), Member("b"), homes=homes)
    assert common_workload(whole) == 0.1
    assert solve(whole, engine="flow", goals=[FairLoad()]).goals[0].best == pytest.approx(0.3)
    half = problem(Member("a", carried_workload=0.25), Member("b"), homes=homes)
    assert common_workload(half) is None
    with pytest.raises(UnsupportedError, match="unequal workloads"):
        solve(half, engine="flow", goals=[FairLoad()])
    assert solve(half, goals=[FairLoad()]).goals[0].best == pytest.approx(0.3)
    nothing = problem(Member("a", carried_workload=1), homes=[Household("h", workload=0)])
    assert common_workload(nothing) is None


@pytest.mark.parametrize("engine", ["cp_sat", "mip", "lns"])
def test_households_that_weigh_nothing_leave_what_is_carried(engine):
    """Whoever has them, the largest load is the one carried."""
    homes = [Household("h", workload=0), Household("g", workload=0)]
    posed = problem(Member("a", carried_workload=3), Member("b"), homes=homes)
    for aim in ("minmax", "leximax", "spread") if engine != "lns" else ("minmax",):
        plan = solve(posed, engine=engine, goals=[FairLoad(aim=aim)])
        assert plan.goals[0].best == ((3, 0) if aim == "leximax" else 3)
        assert plan.goals[0].proven


@pytest.mark.parametrize("engine", ["flow", "cp_sat", "mip"])
def test_a_spread_counts_what_is_carried(engine):
    """5 and 4 of the list to b: 5 and 4, a spread of 1; with a third who has half a share."""
    plan = solve(
        problem(Member("a", carried_households=5), Member("b")),
        engine=engine,
        goals=[FairLoad("households", aim="spread")],
    )
    assert counts(plan) == {"a": 0, "b": 4}
    assert plan.goals[0].best == 1
    odd = problem(Member("a", carried_households=5), Member("b"), Member("c", share=0.5))
    plan = solve(odd, engine=engine, goals=[FairLoad("households", aim="spread"), Travel()])
    assert plan.goals[0].best == 3  # 5, and 2 and 4; or 3 and 2
    assert plan.goals[0].proven


def test_an_unused_optional_member_is_left_out_of_the_spread():
    """What an optional member carries besides does not make one who is used."""
    members = Member("a", carried_households=9, optional=True), Member("b")
    plan = solve(problem(*members), goals=[FairLoad("households", aim="spread")])
    assert plan.goals[0].best == 0
    short = problem(Member("a", min_households=6, optional=True, carried_households=2), Member("b"))
    plan = solve(short, goals=[FairLoad("households")])
    assert counts(plan) == {"a": 0, "b": 4} or counts(plan) == {"a": 4, "b": 0}
    assert not plan.relaxed


def test_the_judge_counts_it():
    """A plan by hand: 2 besides, and 2 of the list where 3 may be."""
    posed = problem(Member("a", max_households=3, carried_households=2), Member("b"))
    pairs = [("h0", "a"), ("h1", "a"), ("h2", "b"), ("h3", "b")]
    (found,) = check(posed, pairs).relaxations
    assert (found.rule, found.limit, found.value, found.by) == ("max_households", 3, 4, 1)


def test_a_maximum_that_is_passed_already_is_a_conflict_of_its_own():
    """It is told by member, apart from other reasons, and the repair is to raise the maximum."""
    posed = problem(
        Member("a", max_households=2, carried_households=4), Member("b", max_households=4)
    )
    with pytest.raises(InfeasibleError, match=r"a already carries, besides the list"):
        solve(posed, relax=())
    found = diagnose(posed)
    assert [(c.kind, c.members, c.rules) for c in found.conflicts] == [
        ("carried", ("a",), ("max_households",))
    ]
    assert [repair.kind for repair in found.repairs] == ["raise_max_households"]
    assert found.repairs[0].amount == 4
    assert "a already carries, besides the list, more than" in found.text()
    assert "vượt quá" in found.text(lang="vi")
    plan = solve(posed)
    assert [(r.subject, r.by) for r in plan.relaxations] == [("a", 2)]
    assert counts(plan) == {"a": 0, "b": 4}


def test_members_whose_maximum_is_passed_are_told_together():
    """And households that find no place are another conflict."""
    members = [
        Member(m, max_workload=1, carried_workload=2.5, max_households=3) for m in ("a", "b")
    ]
    found = diagnose(problem(*members, Member("c", max_households=1)))
    kinds = [(c.kind, c.members) for c in found.conflicts]
    assert kinds[:2] == [("carried", ("a",)), ("carried", ("b",))]
    assert found.shortfall is None  # no coverage mends it
    assert found.text().count("besides the list") == 1
    borne = diagnose(problem(*members), relax={"max_workload": 2})
    assert all(c.kind != "carried" for c in borne.conflicts)


def test_fixed_pairs_beside_what_is_carried():
    """A fixed household beyond the maximum is told with the room that is left for it."""
    posed = problem(
        Member("a", max_households=3, carried_households=2),
        Member("b"),
        fixed=[("h0", "a"), ("h1", "a")],
    )
    (found,) = diagnose(posed).conflicts
    assert (found.kind, found.needed, found.places) == ("fixed", 2, 1)
    with pytest.raises(UnsupportedError, match="fixed pairs and carried loads alone break it"):
        solve(posed, engine="nearest", relax=("coverage",))


def test_a_shortfall_counts_the_room_that_is_left():
    """Members who may have 3 each and carry 2: two places for four households."""
    members = [Member(m, max_households=3, carried_households=2) for m in ("a", "b")]
    found = diagnose(problem(*members))
    assert found.shortfall == 2
    repairs = {repair.kind: repair for repair in found.repairs}
    assert repairs["raise_max_households"].amount == 4
    assert repairs["add_members"].amount == 1  # who comes carries nothing
    assert repairs["phase"].amount == 2
    for repair in found.repairs:
        assert not solve(repair.apply(problem(*members)), relax=()).relaxed


def test_years_with_a_workload_that_stays():
    """4 of the list, and each year room for 1 beside what is carried: four years."""
    found = diagnose(problem(Member("a", max_workload=2.5, carried_workload=1.5)))
    repairs = {repair.kind: repair.amount for repair in found.repairs}
    assert repairs["phase"] == 4
    assert repairs["raise_max_workload"] == 5.5


def test_an_explanation_names_what_is_carried():
    """What is met counts both; one place less than what is carried is not tried."""
    plan = solve(problem(Member("a", max_households=2, carried_households=2), Member("b")))
    found = explain(plan, "a")
    assert (found.carried_households, found.carried_workload) == (2, 0)
    assert found.binding == ("max_households",)
    assert found.less is None
    assert found.more is not None
    told = " ".join(found.text().split())
    assert "already carries 2 households that are not in the list" in told
    assert "already carries" not in explain(plan, "b").text()


def test_a_recommendation_knows_who_is_full():
    """Whose maximum is reached by what is carried comes last, with the breach as its price."""
    plan = solve(
        problem(Member("a", max_households=1, carried_households=1), Member("b"), Member("c")),
        goals=[FairLoad("households")],
    )
    found = recommend(plan, "h0", count=2)
    assert found.alternatives[-1].member == "a"


def test_more_members_do_not_take_over_what_is_carried():
    """Only what is of the list could go to somebody else."""
    posed = problem(Member("a", max_households=2, carried_households=5))
    plan = solve(posed)
    assert plan.breaches["max_households"].total == 7
    assert more_members(plan) == 2
    heavy = problem(Member("a", max_workload=2, carried_workload=5, max_households=9))
    assert more_members(solve(heavy)) == 2


def test_stored_plans_know_their_problem(tmp_path):
    """What is carried tells problems apart; who carries nothing has the fingerprint of before."""
    bare = problem(Member("a"), Member("b"))
    carrying = problem(Member("a", carried_workload=0.5), Member("b"))
    assert fingerprint(problem(Member("a", carried_households=0), Member("b"))) == fingerprint(bare)
    assert len({fingerprint(p) for p in (bare, carrying)}) == 2
    plan = solve(carrying)
    plan.to_json(tmp_path / "plan.json")
    assert read_plan(tmp_path / "plan.json", carrying).pairs == plan.pairs
    assert carrying.members[0] == Member("a", carried_workload=0.5)
    assert "another problem" in read_plan(tmp_path / "plan.json", bare).reason


def test_reports_show_it_beside_the_list(tmp_path):
    """Text, workbook and page have columns of their own, and bars count both together."""
    openpyxl = pytest.importorskip("openpyxl", reason="workbooks need openpyxl")
    plan = solve(
        problem(Member("a", carried_households=2, carried_workload=3.5), Member("b")),
        goals=[FairLoad("households")],
    )
    text = plan.text()
    assert "households besides the list" in text
    assert "workload besides the list" in text
    assert "households besides the list" not in solve(problem(Member("a"))).text()
    plan.to_excel(tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["summary"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "workload besides the list" in cells
    assert 3.5 in cells
    plan.to_html(tmp_path / "plan.html")
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "2 of it besides the list" in page
    light = solve(problem(Member("a", carried_households=1, carried_workload=1), Member("b")))
    assert "workload besides the list" not in light.text()


def test_marks_look_at_all_that_is_carried():
    """4 besides and 2 of the list are above a mark of 5."""
    posed = problem(
        Member("a", carried_workload=4), homes=HOMES[:2], load_marks=LoadMarks(amber=3, red=5)
    )
    assert "1 above 5 (red)" in solve(posed).text()


def test_by_hand_the_least_loaded_of_equally_near_ones_is_chosen():
    """What is carried besides counts there, too."""
    plan = solve(
        problem(Member("a", carried_households=9), Member("b")),
        engine="nearest",
        goals=[Continuity()],
        search=Search(work=1),
    )
    assert counts(plan) == {"a": 0, "b": 4}


@pytest.mark.parametrize("limits", [{"max_workload": 1.5}, {"min_workload": 1.5}])
@pytest.mark.parametrize("engine", ["cp_sat", "mip", "lns"])
def test_long_decimals_that_are_carried_are_looked_at_exactly(engine, limits):
    """0.1 carried and loads that have no unit in common; what meets a limit exactly meets it."""
    homes = [Household("h0", workload=1.4), Household("h1", workload=0.123456789123)]
    members = Member("a", carried_workload=0.1, **limits), Member("b", carried_workload=1 / 7)
    plan = solve(problem(*members, homes=homes), engine=engine, relax=(), goals=[FairLoad()])
    assert not check(plan.problem, plan).violations
    assert "h0" in plan.households_of("a") or "max_workload" in limits
