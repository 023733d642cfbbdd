"""A fraction or decimal that is given is meant as it is, on every engine and in every form (4.4a).

Thirds and sevenths whose loads meet a limit to the last digit, at the edge of its tolerance, where
the floats that stand for them do not; and limits that are missed by less than any float can tell.
"""

import pickle
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from lanes import in_full

from phancong import (
    Continuity,
    Household,
    InfeasibleError,
    InvalidProblemError,
    Member,
    Problem,
    Travel,
    TravelMatrix,
    check,
    diagnose,
    explain,
    solve,
)
from phancong.problem.fingerprint import fingerprint
from phancong.problem.part import part_of

ENGINES = ("auto", "flow", "cp_sat", "mip", "lns")
EDGE = Fraction(1, 10**9)
HAIR = Fraction(1, 10**21)


def homes(parts):
    """So many households, whose workloads together are one."""
    return [Household(f"h{n}", workload=Fraction(1, parts)) for n in range(parts)]


def nearest(members, households):
    """Everybody is nearest to the first member."""
    return Problem(members, households, travel=TravelMatrix([[1.0, 5.0]] * len(households)))


def at_most(parts, off):
    """The first member can just have all; with *off* above 0, not."""
    return nearest([Member("a", max_workload=1 - EDGE - off), Member("b")], homes(parts))


def at_least(parts, off):
    """The second member has just enough with all; with *off* above 0, not."""
    least = 1 / (1 - EDGE) + off
    return nearest([Member("a"), Member("b", min_workload=least)], homes(parts))


def all_to_a(problem):
    return [(h.id, "a") for h in problem.households]


# --- engines


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("parts", [3, *in_full(7)])
def test_a_maximum_that_is_met_at_its_very_edge(engine, parts):
    """Three thirds are one, and one passes the maximum by the tolerance, or by a hair more."""
    for off, value in ((0, parts), (HAIR, parts + 4)):
        plan = solve(at_most(parts, off), goals=(Travel(),), engine=engine, relax=())
        assert (plan.goals[0].value, plan.goals[0].proven) == (value, True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("parts", [3, *in_full(7)])
def test_a_minimum_that_is_met_at_its_very_edge(engine, parts):
    """All to the second member; a hair more, and nothing can hold."""
    met = solve(at_least(parts, 0), goals=(Travel(),), engine=engine, relax=())
    assert (met.goals[0].value, met.goals[0].proven) == (5 * parts, True)
    with pytest.raises(InfeasibleError, match="min_workload"):
        solve(at_least(parts, HAIR), goals=(Travel(),), engine=engine, relax=())
    assert solve(at_least(parts, HAIR), engine=engine).breaches["min_workload"].total > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_reach_that_is_met_at_its_very_edge(engine):
    """A third of an hour is within the reach, or a hair beyond it."""
    hour = TravelMatrix([[Fraction(1, 3), 5]], unit="h")
    for off, value in ((0, 0.0), (HAIR, 1.0)):
        members = [Member("a", max_travel=Fraction(1, 3) - EDGE - off), Member("b", max_travel=5)]
        problem = Problem(members, [Household("h")], travel=hour, previous=[("h", "a")])
        plan = solve(problem, goals=(Continuity(),), engine=engine, relax=())
        assert (plan.goals[0].value, plan.goals[0].proven) == (value, True)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("load", "most"), [(0.3333333333333333, 0.9999999989999999), (333333333.3333333, 999999999.0)]
)
def test_floats_of_thirds_are_the_decimals_that_they_are(engine, load, most):
    """Three of them are less than one, or 1e9, by a digit that decides at the edge."""
    households = [Household(f"h{n}", workload=load) for n in range(3)]
    problem = nearest([Member("a", max_workload=most), Member("b")], households)
    assert check(problem, all_to_a(problem)).kept
    plan = solve(problem, goals=(Travel(),), engine=engine, relax=())
    assert (plan.goals[0].value, plan.goals[0].proven) == (3.0, True)


@pytest.mark.parametrize("engine", ["auto", "cp_sat", "mip", "lns"])
def test_loads_besides_and_loads_in_a_matrix_count_exactly(engine):
    """A third is carried besides, and two more come."""
    for off, value in ((0, 2.0), (HAIR, 6.0)):
        members = [
            Member("a", max_workload=1 - EDGE - off, carried_workload=Fraction(1, 3)),
            Member("b"),
        ]
        problem = nearest(members, [Household("h0"), Household("h1")])
        third = Fraction(1, 3)
        problem = problem.replace(workload=[[third, 2 * third], [third, Fraction(1, 7)]])
        plan = solve(problem, goals=(Travel(),), engine=engine, relax=())
        assert (plan.goals[0].value, plan.goals[0].proven) == (value, True)


@pytest.mark.parametrize("engine", ["cp_sat", "mip", "lns"])
def test_a_breach_by_a_hair_is_one_where_limits_are_rounded(engine):
    """Taken for nothing, it made a plan of one large breach as good as one of two small ones."""
    members = [
        Member("a", max_workload=Fraction(11, 10) / (1 + EDGE) - HAIR),
        Member("b", max_workload=Fraction(3, 2) / (1 + EDGE) + HAIR, share=0.5),
    ]
    loads = {"h0": 1.0, "h1": 0.1, "h2": 0.5, "h3": 0.1, "h4": 1.5}
    problem = Problem(
        members,
        [Household(h, workload=load) for h, load in loads.items()],
        travel=None,
        forbidden=[("h3", "a")],
        previous={"h0": "b", "h1": "a", "h2": "a", "h4": "a"},
        max_changes=2,
    )
    plan = solve(problem, goals=(), engine=engine)
    by = {r.subject: r.by for r in plan.relaxations}
    assert by == {"a": pytest.approx(0.4), "b": pytest.approx(0.2)}
    assert plan.breaches["max_workload"].total == pytest.approx(0.6000000026, abs=1e-9)
    assert plan.breaches["max_changes"].proven


# --- forms


def as_dicts(problem):
    """The problem built anew of lists of dicts."""
    members, households = (
        [{f.name: getattr(r, f.name) for f in fields(r) if f.name != "at"} for r in records]
        for records in (problem.members, problem.households)
    )
    return Problem(members, households, travel=problem.travel)


def as_matrix(problem):
    """The loads in a matrix."""
    loads = [[h.workload] * len(problem.members) for h in problem.households]
    return problem.replace(workload=loads)


FORMS = {
    "records": lambda p: Problem(p.members, p.households, travel=p.travel),
    "dicts": as_dicts,
    "matrix": as_matrix,
    "matrix, replaced": lambda p: as_matrix(p).replace(max_changes=3),
    "matrix, reordered": lambda p: as_matrix(p).replace(households=p.households[::-1]),
    "matrix, pickled": lambda p: pickle.loads(pickle.dumps(as_matrix(p))),
    "columns": lambda p: p.replace(members=replace(p.member_columns)),
    "part": lambda p: part_of(as_matrix(p), np.arange(3), np.arange(2)),
}


@pytest.mark.parametrize("form", FORMS)
def test_it_is_so_in_every_form(form):
    """Records, dicts, matrices, variants, copies."""
    for off in (0, HAIR):
        problem = FORMS[form](at_most(3, off))
        assert check(problem, all_to_a(problem)).kept is (off == 0)
        most = problem.members[0].max_workload
        assert (most if off else Fraction(repr(most))) == 1 - EDGE - off


def test_travel_keeps_its_fractions_in_every_form():
    """The matrix, and the limits of a member and of all; copies and variants of them."""
    ways = TravelMatrix([[Fraction(1, 3)], [Fraction(1, 7)]], unit="h")
    for off in (0, HAIR):
        most = Fraction(1, 3) - EDGE - off
        households = [Household("x"), Household("y")]
        whole = Problem([Member("a")], households, travel=ways, max_travel=most)
        own = Problem([Member("a", max_travel=most)], households, travel=ways)
        for problem in (whole, own):
            for variant in (
                problem,
                problem.replace(households=households[::-1], max_changes=1),
                pickle.loads(pickle.dumps(problem)),
                part_of(problem, np.arange(2), np.arange(1)),
            ):
                assert check(variant, [("x", "a"), ("y", "a")]).kept is (off == 0)


def test_decimals_of_any_length_are_meant_to_their_last_digit():
    """As fractions are; a number that is no number is a defect as before."""
    most = Decimal("0.9999999990000000000000000001")
    long = Decimal("0.5000000000000000000000000001")
    for load, kept in ((Decimal("0.5"), True), (long, False)):
        members = [Member("a", max_workload=most)]
        problem = Problem(members, [Household(h, workload=load) for h in "xy"], travel=None)
        assert check(problem, [("x", "a"), ("y", "a")]).kept is kept
    with pytest.raises(InvalidProblemError, match="max_workload: is not a number"):
        Problem([Member("a", max_workload=Decimal("sNaN"))], [Household("x")], travel=None)


def test_a_fraction_that_no_float_is_as_near_to_0_as_is_a_slip():
    """It would be taken for 0, and a maximum of 0 exempts."""
    for tiny in (Fraction(1, 10**400), Decimal("1e-400")):
        with pytest.raises(InvalidProblemError, match="max_workload: is too small"):
            Problem([Member("a", max_workload=tiny)], [Household("x")], travel=None)
        with pytest.raises(InvalidProblemError, match="state it in a smaller unit"):
            Problem([Member("a")], [Household("x")], travel=TravelMatrix([[1]]), max_travel=tiny)


def test_problems_are_compared_and_known_again_by_the_floats():
    """A plan that was stored is that of the same lists, whether they say 1/3 or 0.333…"""
    given = at_most(3, 0)
    floats = nearest(
        [Member("a", max_workload=float(1 - EDGE)), Member("b")],
        [Household(f"h{n}", workload=1 / 3) for n in range(3)],
    )
    assert given == floats
    assert fingerprint(given) == fingerprint(floats)


def test_of_two_fractions_that_one_float_stands_for_the_simpler_is_meant():
    """In whatever order they come."""
    near = Fraction(1, 3) + HAIR
    households = [Household("x", workload=near), Household("y", workload=Fraction(1, 3))]
    problem = Problem([Member("a")], households, travel=None)
    assert {h.workload for h in problem.households} == {Fraction(1, 3)}


# --- what is asked of plans and problems


def test_a_small_part_of_a_large_breach_is_a_third():
    """Floats have lost half of the digits of what is left."""
    households = [Household("x", workload=10**9 + Fraction(1, 3))]
    problem = Problem([Member("a", max_workload=Fraction(10**9 - 2))], households, travel=None)
    (broken,) = check(problem, [("x", "a")]).relaxations
    assert broken.by == float(Fraction(7, 3))


def test_a_diagnosis_and_its_repair_go_by_the_fractions():
    """What is met at the edge holds; what is missed by a hair does not, and the repair mends it."""
    only = {"forbidden": [(f"h{n}", "b") for n in range(3)]}
    assert diagnose(at_most(3, 0).replace(**only)).feasible
    problem = at_most(3, HAIR).replace(**only)
    found = diagnose(problem)
    assert not found.feasible
    repair = next(r for r in found.repairs if r.kind == "raise_max_workload")
    assert check(repair.apply(problem), all_to_a(problem)).kept
    assert {c.rules for c in found.conflicts} == {("coverage", "max_workload")}


def test_an_explanation_goes_by_the_fractions():
    """A third more is free while the maximum is met, and a breach by a hair beyond it."""
    for off in (0, HAIR):
        problem = at_most(3, off).replace(forbidden=[("h0", "b"), ("h1", "b")])
        plan = solve(problem, goals=(), relax=())
        moved = explain(plan, "h2", kind="household", relax=())
        others = {other.member: other.possible for other in moved.alternatives}
        assert (plan.member_of("h2") == "a" or others["a"]) is (off == 0)
