"""Engines by name, and which one a task gets."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from phancong import (
    RELAXABLE,
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Household,
    InvalidArgumentError,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    UnsupportedError,
    solve,
)
from phancong.course import Course
from phancong.engines.registry import ENGINES, EXACT, choose
from phancong.engines.task import Task, read_relax
from phancong.words import words

PLAIN = Problem([Member("a")], [Household("h")], travel=None)


def task_of(problem=PLAIN, goals=(), relax=RELAXABLE):
    return Task(problem, goals, read_relax(relax), Course(Search()))


class Refusing:
    """Refuses everything."""

    apart = False

    def __init__(self, name):
        self.name = name

    def refusals(self, task):
        return [f"everything ({self.name} is on leave)"]


@pytest.mark.parametrize("name", list(ENGINES))
def test_every_engine_goes_by_its_name(name):
    """Whoever is asked for by name comes, and the plan says so."""
    engine, reason = choose(name, task_of())
    assert engine.name == name
    assert reason == "asked for"
    assert engine.refusals(task_of()) == []


def test_auto_takes_the_cheapest_exact_engine():
    """Unit loads are a flow."""
    engine, reason = choose("auto", task_of())
    assert engine.name == "flow"
    assert reason == "unit loads: exact by minimum-cost flow"
    assert all(name in ENGINES for name, _ in EXACT)


def test_what_is_no_sum_and_no_largest_load_is_refused_by_the_fast_engine():
    """Each by its name (contract 6.7)."""
    problem = Problem(
        [Member("a", optional=True, min_households=1)],
        households(1, 2),
        travel=TravelMatrix([[1], [2]]),
    )
    goals = (FairLoad(aim="spread"), FairLoad(aim="leximax"), FairTravel(), Cohesion(), Travel())
    with pytest.raises(UnsupportedError, match="engine 'lns' cannot keep optional") as caught:
        solve(problem, goals=goals, engine="lns")
    assert [refusal.partition(" (")[0] for refusal in caught.value.refusals] == [
        "optional members with a minimum",
        "FairLoad(aim='spread')",
        "FairLoad(aim='leximax')",
        "FairTravel",
        "Cohesion",
    ]
    # A comparison tells them in the language of its reader.
    assert all(words("vi").tell(refusal) != refusal for refusal in caught.value.refusals)


def test_auto_passes_over_who_refuses():
    """The next exact engine gets the task, with its own reason."""
    made = {"shy": Refusing("shy")}
    asked = (("shy", "never"), *EXACT[:1])
    assert choose("auto", task_of(), made, asked)[1] == EXACT[0][1]


def test_auto_names_what_nobody_takes():
    """The refusals of all that were asked."""
    made = {name: Refusing(name) for name in ("shy", "shier")}
    with pytest.raises(
        UnsupportedError,
        match=r"engine 'auto' cannot keep everything \(shy is on leave\); "
        r"everything \(shier is on leave\)",
    ):
        choose("auto", task_of(), made, exact=(("shy", "never"), ("shier", "never")))


@pytest.mark.parametrize("name", ["flows", "", None, 3, ("flow",), ["flow"], {}])
def test_an_engine_that_is_none_is_refused(name):
    """Whatever it is, the names that there are are listed."""
    with pytest.raises(
        InvalidArgumentError, match=r"unknown engine .*; the engines are: 'auto', 'fl"
    ):
        solve(PLAIN, engine=name)


def households(*workloads, **options):
    return [Household(n, workload=w, **options) for n, w in enumerate(workloads)]


NOT_A_FLOW = {
    "max_changes (a network flow cannot keep a limit on all households together)": (
        PLAIN.replace(max_changes=1), (),
    ),
    "group (a network flow cannot keep households together)": (
        Problem([Member("a")], households(1, 1, group="g"), travel=None), (),
    ),
    "optional members with a minimum (a network flow cannot keep a minimum of used members only)": (
        Problem([Member("a", optional=True, min_households=1)], households(1), travel=None), (),
    ),
    "max_workload of unequal workloads": (
        Problem([Member("a", max_workload=9)], households(1, 2), travel=None), (),
    ),
    "min_workload of unequal workloads": (
        Problem([Member("a", min_workload=1)], [Household("h")], travel=None, workload=[[1]]), (),
    ),
    "FairLoad('workload') of unequal workloads": (
        Problem([Member("a")], households(1, 2), travel=None), (FairLoad(),),
    ),
    "FairLoad(aim='spread') with optional members": (
        Problem([Member("a", optional=True)], households(1), travel=None),
        (FairLoad("households", aim="spread"),),
    ),
    "FairTravel (a network flow cannot express it)": (
        PLAIN.replace(travel=TravelMatrix([[1]])), (FairTravel(),),
    ),
    "Cohesion (a network flow cannot express it)": (PLAIN, (Cohesion(),)),
    "a tolerance on Continuity (a network flow cannot keep it)": (
        PLAIN, (Continuity(tolerance=1), FairLoad()),
    ),
}  # fmt: skip


@pytest.mark.parametrize("refusal", list(NOT_A_FLOW))
def test_what_is_not_a_flow_is_refused_by_name(refusal):
    """Each on its own, by the engine and where there is no other (contract 6.7)."""
    problem, goals = NOT_A_FLOW[refusal]
    for name in ("flow", "auto"):
        with pytest.raises(UnsupportedError, match=f"engine '{name}' cannot keep ") as caught:
            choose(name, task_of(problem, goals), exact=EXACT[:1])
        assert caught.value.refusals == (refusal,)


def test_everything_that_is_not_a_flow_is_named_at_once():
    """Rules first, then goals in their order."""
    problem = Problem(
        [Member("a", optional=True, min_households=1, max_workload=3, min_workload=1)],
        households(1, 2, group="g"),
        travel=TravelMatrix([[1], [2]]),
        max_changes=0,
    )
    goals = (FairLoad(aim="spread"), Travel(rtol=0.1), FairTravel(), Cohesion())
    with pytest.raises(UnsupportedError, match="engine 'flow' cannot keep max_changes") as caught:
        solve(problem, goals=goals, engine="flow")
    assert [refusal.partition(" (")[0] for refusal in caught.value.refusals] == [
        "max_changes",
        "group",
        "optional members with a minimum",
        "max_workload of unequal workloads",
        "min_workload of unequal workloads",
        "FairLoad('workload') of unequal workloads",
        "FairLoad(aim='spread') with optional members",
        "a tolerance on Travel",
        "FairTravel",
        "Cohesion",
    ]


@pytest.mark.parametrize(
    ("problem", "goals"),
    [
        # The last goal is held to nothing, so its tolerance is idle.
        (PLAIN, (FairLoad(tolerance=1), Continuity(tolerance=1))),
        # Who is exempt has no maximum to be kept.
        (
            Problem([Member("a", max_workload=0)], households(1, 2), travel=None),
            (FairLoad("households"),),
        ),
        # Households that need nobody weigh nothing.
        (
            Problem(
                [Member("a", max_workload=1)],
                [Household(1), Household(2, workload=7, members_needed=0)],
                travel=None,
            ),
            (FairLoad(),),
        ),
    ],
    ids=["tolerance of the last goal", "exempt", "not this year"],
)
def test_what_only_looks_as_if_it_were_no_flow_is_taken(problem, goals):
    """A refusal is for what the engine cannot keep."""
    assert solve(problem, goals=goals, engine="flow").engine == "flow"


# --- what may be relaxed


def test_ceilings_are_read_in_the_order_in_which_rules_give_way():
    """No ceiling is infinite, and 0 is one."""
    read = read_relax({"coverage": None, "needs": 0, "max_travel": 2.5})
    assert list(read.items()) == [("coverage", float("inf")), ("needs", 0.0), ("max_travel", 2.5)]
    assert list(read_relax(("needs", "coverage"))) == ["needs", "coverage"]
    assert read_relax(iter(())) == {}
    given = {"coverage": np.int64(1), "needs": Fraction(1, 4), "max_travel": Decimal("2.5")}
    assert list(read_relax(given).values()) == [1.0, 0.25, 2.5]


def test_a_set_of_rules_gives_way_in_the_default_order():
    """The order of a set is another one in each process, and the plan was, too."""
    assert list(read_relax(set(RELAXABLE))) == list(RELAXABLE)
    assert list(read_relax(frozenset(("needs", "max_changes")))) == ["max_changes", "needs"]
    with pytest.raises(InvalidArgumentError, match="'cover' is not a rule"):
        read_relax({"cover", "needs"})


@pytest.mark.parametrize(
    ("relax", "said"),
    [
        ("coverage", r"relax is a string; give a sequence, such as \('coverage',\)"),
        (3, "relax is 3; give names of rules, or \\(\\) for none"),
        (None, "relax is None; give names"),
        (
            ("cover",),
            "relax: 'cover' is not a rule that can be relaxed; the rules: min_households, ",
        ),
        (("needs", "needs"), "relax: 'needs' is given twice; the rules: "),
        ({"needs": -1}, "the ceiling of 'needs' is -1, not a number, 0 or more"),
        ({"needs": float("nan")}, "the ceiling of 'needs' is nan"),
        ({"needs": True}, "the ceiling of 'needs' is True"),
        ({"needs": "many"}, "the ceiling of 'needs' is 'many'"),
        (([],), r"relax: \[\] is not a rule"),
    ],
)
def test_what_may_give_way_is_checked(relax, said):
    """By name, with the names that there are."""
    with pytest.raises(InvalidArgumentError, match=said):
        solve(PLAIN, relax=relax)


def test_all_that_is_wrong_with_relax_is_named_at_once():
    """Not one after the other."""
    with pytest.raises(
        InvalidArgumentError,
        match=r"'cover' is not a rule .*; 'needs' is given twice; 7 is not a rule",
    ):
        read_relax(("cover", "needs", "needs", 7))
