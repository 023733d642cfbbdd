"""Whether the limits can hold, by how much they fall short, and what is said of it."""

import pytest
from diagnosed import (
    by_chunk,
    diagnosis_of,
    has_plan,
    holds,
    holds_by_networkx,
    infeasible_seeds,
    problem_of,
    without_minimums,
)
from full_to_the_brim import brimful
from lanes import by_lane
from oracle import brute, random_problems
from said import said

from phancong import (
    RELAXABLE,
    Conflict,
    Diagnosis,
    Household,
    InvalidArgumentError,
    Member,
    NoPlanFoundError,
    Problem,
    Repair,
    Search,
    UnsupportedError,
    diagnose,
)
from phancong.course import Course
from phancong.diagnosing import Trial, diagnosis
from phancong.diagnosing.conflicts import conflicts

SHORT = Problem(
    [Member("a", max_households=1)], [Household("h"), Household("k"), Household("l")], travel=None
)
ENOUGH = SHORT.replace(members=[Member("a", max_households=3)])


def test_what_can_hold_needs_no_reason():
    """Nothing to mend."""
    found = diagnose(SHORT.replace(households=[Household("h")]))
    assert found == Diagnosis(True, 0, (), ())
    assert str(found) == "All limits can hold."
    assert found.reason == "all limits can hold"


def test_a_diagnosis_reads_as_a_text():
    """What is missing, why, and what would mend it."""
    assert str(diagnose(SHORT)) == "\n".join(
        [
            "Not all limits can hold: 2 places are missing. 4 repairs are each enough by themselves, "
            "and were",
            "verified by solving. The first: raise the maximum to 3 households for all.",
            "",
            "Why:",
            "- 2 households (h, k) need 2 places and can only go to member a, where there is room for "
            "1",
            "  (coverage, max_households)",
            "",
            "what would mend it                           for whom",
            "raise the maximum to 3 households for all",
            "add 2 members who can take 1 household each",
            "leave 2 places open                          k, l",
            "spread the households over 3 years",
        ]
    ).replace("(h, k)", f"({', '.join(diagnose(SHORT).conflicts[0].households)})").replace(
        "k, l", ", ".join(diagnose(SHORT).repairs[2].subjects)
    )


def test_minimums_that_cannot_hold_are_no_shortfall():
    """Nobody misses a member; the minimum is what falls short."""
    problem = Problem([Member("a", min_households=2)], [Household("h")], travel=None)
    found = diagnose(problem)
    assert found.shortfall == 0
    assert "Not all limits can hold. " in said(found)
    assert "Why: - member a must have 2 households, and only 1 can be theirs" in said(found)


def test_where_other_limits_cannot_hold_there_is_no_shortfall_to_count():
    """Two fixed pairs for one place: whoever is covered, that is broken."""
    problem = SHORT.replace(fixed=[("h", "a"), ("k", "a")])
    assert diagnose(problem).shortfall is None


def test_who_has_nobody_for_the_same_reason_is_told_together():
    """Three conflicts, one line."""
    problem = SHORT.replace(forbidden=[(h, "a") for h in "hkl"])
    found = diagnose(problem)
    assert len(found.conflicts) == 3
    assert (
        "Why:\n- 3 households (h, k, l) need 3 places, and nobody can take them (coverage)\n\nwhat"
        in str(found)
    )


def test_the_reason_is_the_smallest_conflict_and_a_repair():
    """The shortest true sentence."""
    small = Conflict("places", ("h",), (), 1, 0, ("coverage",))
    large = Conflict("places", ("k", "l"), ("a",), 2, 1, ("coverage",))
    repair = Repair("leave_uncovered", 1, ("h",), {})
    found = Diagnosis(False, 1, (large, small), (repair,))
    assert found.reason == f"{small}; one repair: leave 1 place open (h)"
    assert Diagnosis(False, 1, (large, small), ()).reason == str(small)
    assert Diagnosis(False, None, (), (repair,)).reason == (
        "the limits cannot all hold; one repair: leave 1 place open (h)"
    )


def test_a_diagnosis_without_repairs():
    """Nothing is offered."""
    conflict = Conflict("limits", (), (), 0, 0, ("max_changes",))
    assert str(Diagnosis(False, None, (conflict,), ())) == (
        "Not all limits can hold. No single repair is enough.\n\nWhy:\n- max_changes cannot hold"
    )


@pytest.mark.parametrize("thing", ["problem", None, 3])
def test_only_a_problem_is_diagnosed(thing):
    """As for solve."""
    with pytest.raises(InvalidArgumentError, match=r"problem is a .*; give a Problem"):
        diagnose(thing)


@pytest.mark.parametrize("search", [None, 60])
def test_a_search_is_a_search(search):
    """As for solve."""
    with pytest.raises(InvalidArgumentError, match=r"search is .*; give Search\(seconds=...\)"):
        diagnose(SHORT, search=search)


def test_what_may_give_way_is_checked():
    """As for solve."""
    with pytest.raises(InvalidArgumentError, match="'cover' is not a rule that can be relaxed"):
        diagnose(SHORT, relax=("cover",))


def test_a_branch_of_eight_and_66_households():
    """Contract 4.6: shortfall 10; the maximum at 9, two more of 7, or ten left."""
    problem = Problem(
        [Member(n, min_households=5, max_households=7) for n in range(8)],
        [Household(n) for n in range(66)],
        travel=None,
    )
    found = diagnose(problem)
    assert found.shortfall == 10
    assert [(r.kind, r.amount, r.each) for r in found.repairs] == [
        ("raise_max_households", 9, None),
        ("add_members", 2, 7),
        ("leave_uncovered", 10, None),
        ("phase", 2, None),
    ]
    (conflict,) = found.conflicts
    assert (conflict.needed, conflict.places, len(conflict.members)) == (57, 56, 8)
    exempt = problem.replace(members=[*problem.members, Member("new", max_households=0)])
    assert diagnose(exempt) == found


@pytest.mark.full
def test_a_whole_district_is_diagnosed():
    """2,632 members with one place, 1,273 households that need five: 3,733 places short.

    So many new members, or three places each (6,365 places are needed, two would be 5,264). 526
    households can have all five in a year, so three years.
    """
    district = Problem(
        [Member(n, max_households=1) for n in range(2632)],
        [Household(n, members_needed=5) for n in range(1273)],
        travel=None,
    )
    found = diagnose(district)
    assert found.shortfall == 3733
    assert [(repair.kind, repair.amount) for repair in found.repairs] == [
        ("raise_max_households", 3),
        ("add_members", 3733),
        ("lower_members_needed", 3733),
        ("leave_uncovered", 3733),
        ("phase", 3),
    ]
    (conflict,) = found.conflicts
    assert (len(conflict.households), conflict.needed, conflict.places) == (527, 2635, 2632)


# --- where not everything can be tried


class Unsure:
    """Knows no answer in time, or takes nothing."""

    name = "unsure"
    apart = False

    def __init__(self, *, refuses=()):
        self.refuses = list(refuses)

    def refusals(self, task):
        return self.refuses

    def run(self, task):
        raise NoPlanFoundError("neither a plan nor a proof was found in time")


def unsure(relax=None, **options):
    """A trial by an engine that does not know."""
    made = {"unsure": Unsure(**options)}
    return Trial(relax or {}, Course(Search()), engine="unsure", made=made)


def test_what_is_not_found_out_is_not_claimed():
    """Neither feasible nor not; and a variant that is not known is no repair and no conflict."""
    trial = unsure()
    with pytest.raises(NoPlanFoundError, match="in time"):
        diagnosis(brimful(), trial)
    found = diagnosis(SHORT, trial)  # counting tells that
    assert (found.feasible, found.shortfall, found.at_least) == (False, 2, True)
    # What a plan by hand shows is a repair all the same.
    assert all(diagnose(repair.apply(SHORT)).feasible for repair in found.repairs)
    assert trial.attempt(brimful()) is None
    with pytest.raises(NoPlanFoundError, match="in time"):
        diagnosis(brimful(), unsure({"max_travel": 1.0}))
    assert trial.known(brimful()) is None
    # No flow keeps unequal loads, so rules are left out one by one: without the first it is not known.
    assert conflicts(brimful().replace(max_hamlets=1), unsure()) == ()
    trial = unsure(refuses=["everything"])
    with pytest.raises(UnsupportedError, match="everything"):
        diagnosis(SHORT, trial)
    assert trial.attempt(SHORT) is None
    assert trial.known(SHORT) is None


def test_a_plan_of_a_search_that_was_cut_is_no_answer_about_the_least():
    """It may not be the least that is relaxed; that there is a plan is known."""
    trial = Trial({}, Course(Search(work=1e-9)))
    assert trial.solve(SHORT, "coverage", "max_households").stopped == "work"
    assert trial.attempt(SHORT, "coverage", "max_households") is None
    assert trial.known(SHORT, "coverage") is True
    assert trial.known(SHORT) is False


def test_the_least_of_no_amounts_is_none():
    """Nothing to try, or the last does not hold either."""
    trial = Trial({}, Course(Search()))

    def variant(most):
        return SHORT.replace(members=[Member("a", max_households=most)])

    assert trial.least([], variant) is None
    assert trial.least([1, 2], variant) is None
    assert trial.least([1, 2, 3], variant) == 3
    assert trial.least([3], variant) == 3
    assert trial.least(range(1, 50), variant) == 3
    # Whether the first holds is not known, so it may be the least, and the last may not.
    known = variant(3)
    assert unsure().least((brimful(), known), lambda each: each) is None
    assert unsure().least((known,), lambda each: each) is known


# --- against trying every plan


def test_the_second_opinions_agree():
    """Trying all plans and a flow of networkx say the same."""
    for seed in range(by_lane(quick=30, full=300)):
        problem = problem_of(seed)
        assert holds_by_networkx(problem) == has_plan(seed) == holds(problem), seed


def test_feasible_is_what_trying_all_plans_finds():
    """On problems with every rule of unit loads."""
    for seed in range(by_lane(quick=30, full=150)):
        assert diagnosis_of(seed).feasible == has_plan(seed), seed


@by_chunk
def test_infeasible_problems_are_told_to_be_so(part):
    """And everything was tried."""
    for number in part:
        found = diagnosis_of(infeasible_seeds()[number])
        assert not found.feasible
        assert found.complete
        assert str(found).startswith("Not all limits can hold")


@by_chunk
def test_the_shortfall_is_what_trying_all_plans_leaves_open(part):
    """Members missing at the best coverage, minimums set aside, all else held."""
    for number in part:
        seed = infeasible_seeds()[number]
        best = brute.best(without_minimums(problem_of(seed)), (), ("coverage",))
        missing = None if best is None else best.totals["coverage"]
        assert diagnosis_of(seed).shortfall == missing, seed


@pytest.mark.parametrize("seeds", [range(15), range(15, 30)], ids=["0-14", "15-29"])
def test_problems_that_are_no_flow_are_diagnosed_by_whoever_can(seeds):
    """Groups, budgets, unequal workloads: feasible or not, repairs that repair, rules that clash."""
    for seed in seeds:
        problem = random_problems.tiny(seed, flow_only=False)[0]
        found = diagnose(problem)
        assert found.feasible == holds(problem, ()), seed
        for repair in found.repairs:
            mended = repair.apply(problem)
            if brute.count_plans(mended) < 1e6:
                assert brute.best(mended, (), ()) is not None, (seed, repair)
        for repair in found.repairs:
            if repair.kind == "allow_changes":
                best = brute.best(problem, (), ("max_changes",))
                assert repair.amount == problem.max_changes + best.totals["max_changes"], seed
        for conflict in found.conflicts:
            if conflict.kind == "limits" and not conflict.members:
                others = [r for r in RELAXABLE if r not in conflict.rules]
                assert brute.best(problem, (), others) is None, (seed, conflict)
                for rule in conflict.rules:
                    assert brute.best(problem, (), [*others, rule]) is not None, (seed, rule)
