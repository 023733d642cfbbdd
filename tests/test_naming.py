"""What limits, goals and figures are called: every one, in every language."""

from typing import get_args

import pytest

import phancong
from phancong import (
    RELAXABLE,
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Preference,
    Problem,
    Status,
    Travel,
    naming,
)
from phancong.assignment import Assignment
from phancong.goals import AIMS, Value
from phancong.metrics import metrics
from phancong.words import LANGUAGES, words

EN, VI = words("en"), words("vi")
GOALS = (
    *(FairLoad(measure, aim=aim) for measure in ("workload", "households") for aim in AIMS),
    *(FairTravel(aim=aim) for aim in AIMS),
    Travel(),
    Farthest(),
    Continuity(),
    Continuity("years"),
    Cohesion(),
    Preference({}),
)
FIGURES = tuple(metrics(Assignment.of(Problem([], [], travel=None), [])))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(lambda w: [naming.rule(w, rule) for rule in RELAXABLE], id="rule"),
        pytest.param(lambda w: [naming.limit(w, rule) for rule in RELAXABLE], id="limit"),
        pytest.param(
            lambda w: [naming.breach(w, rule, 2.0, "m") for rule in RELAXABLE], id="breach"
        ),
        pytest.param(lambda w: [naming.goal(w, goal) for goal in GOALS], id="goal"),
        pytest.param(lambda w: [naming.metric(w, figure) for figure in FIGURES], id="figure"),
        pytest.param(lambda w: [naming.status(w, status.value) for status in Status], id="status"),
    ],
)
def test_each_has_a_name_of_its_own(names, lang):
    """None is missing, and no two are called the same."""
    told = names(words(lang))
    assert all(told)
    assert len(set(told)) == len(told)


def test_every_goal_there_is_has_a_name():
    """A goal that is added must be named, too."""
    kinds = {type(goal) for goal in GOALS}
    public = [getattr(phancong, name) for name in phancong.__all__]
    goal_kinds = {kind for kind in public if isinstance(kind, type) and hasattr(kind, "floor")}
    assert goal_kinds - {phancong.Goal} == kinds


def test_tables_in_english_keep_the_names_of_the_program():
    """Who reads them can write them after ``relax=``; Vietnamese has words."""
    assert [naming.rule(EN, rule) for rule in RELAXABLE] == list(RELAXABLE)
    assert [naming.metric(EN, figure) for figure in FIGURES] == list(FIGURES)
    assert naming.rules(VI, ("coverage", "max_households")) == "đủ người phụ trách, số hộ tối đa"
    assert not {naming.rule(VI, rule) for rule in RELAXABLE} & set(RELAXABLE)


def test_a_goal_says_its_tolerance():
    """Absolute, or in percent."""
    assert naming.goal(EN, Travel(tolerance=1500.0)) == "total travel, within 1,500"
    assert naming.goal(VI, Travel(rtol=0.025)) == "tổng đường đi, sai lệch cho phép 2,5 %"


def test_another_goal_is_written_as_it_is():
    """A goal that the library does not know has no words."""

    class Quiet(Travel):
        """Somebody's own."""

    assert naming.goal(VI, Quiet()) == "tổng đường đi"

    class Other(phancong.goals.BaseGoal):
        """Somebody's own, of no kind that is known."""

    assert naming.goal(VI, Other()) == "Other()"


@pytest.mark.parametrize(
    ("goal", "unit"), [(Travel(), "km"), (FairTravel(), "km"), (Farthest(), "km"), (FairLoad(), "")]
)
def test_the_unit_of_a_goal(goal, unit):
    """Travel has one, loads have none."""
    assert naming.unit_of(goal, "km") == unit


def test_a_figure_and_its_unit_stay_together():
    """Units have words where the library knows them."""
    assert naming.amount(VI, 1234.5, "min") == "1.234\N{NO-BREAK SPACE}phút"
    assert naming.amount(EN, 2.0, "li") == "2\N{NO-BREAK SPACE}li"
    assert naming.amount(EN, 2.0, "") == "2"


def test_the_value_of_a_goal():
    """Semicolons between figures, for a comma may be a decimal point; nothing is a dash."""
    assert get_args(Value)[0] is float
    assert naming.value(VI, (2.5, 1000.0)) == "2,5; 1.000"
    assert naming.value(EN, tuple(map(float, range(9)))) == "0; 1; 2; 3; 4; 5; 6; … 2 more".replace(
        "; …", ", …"
    )
    assert naming.value(EN, ()) == "–"


@pytest.mark.parametrize(
    ("best", "bound", "proven", "text"),
    [
        (3.0, 3.0, True, "đã chứng minh"),
        (3.0, 1.5, False, "chưa chứng minh, lệch nhiều nhất 1,5"),
        (322361.2, 54433.9, False, "chưa chứng minh, lệch nhiều nhất 267.928"),
        ((3.0,), (1.0,), False, "chưa chứng minh"),
    ],
)
def test_how_far_off_a_line_is(best, bound, proven, text):
    """Of a leximax goal the difference of two lists says nothing; a large one is told as values are."""
    assert naming.proof(VI, best, bound, proven) == text
