"""Plans as files: what stands in them (contract 6.1)."""

import json
import math

import pytest
from hand_made import plan_of

import phancong
from phancong import (
    FairLoad,
    Household,
    InvalidArgumentError,
    InvalidProblemError,
    Member,
    Preference,
    Problem,
    Search,
    TravelMatrix,
    read_plan,
    solve,
)
from phancong.plan import writing
from phancong.tables import read_csv

PROBLEM = Problem(
    [Member("=a"), Member(2)],
    [Household("h1", visits=2.0), Household("h2")],
    travel=TravelMatrix([[1, 2], [3, 4]], unit="km"),
    previous=[("h1", "=a")],
)
PLAN = plan_of(PROBLEM, [("h1", "=a"), ("h2", "=a")])


def test_csv_has_the_columns_of_the_frame(tmp_path):
    """Text that looks like a formula is guarded."""
    PLAN.to_csv(tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text().split("\n") == [
        "household,member,travel,kept",
        "h1,'=a,1.0,true",
        "h2,'=a,3.0,false",
        "",
    ]
    assert read_csv(tmp_path / "p.csv").column("member") == ("=a", "=a")


def test_csv_has_the_workload_by_choice(tmp_path):
    """It can say how a family lives."""
    PLAN.to_csv(tmp_path / "p.csv", include=("workload",))
    assert read_csv(tmp_path / "p.csv").column("workload") == ("1.0", "1.0")
    with pytest.raises(
        InvalidArgumentError, match="include names 'name'; there are workload, needs"
    ):
        PLAN.to_csv(tmp_path / "p.csv", include="name")


def test_csv_without_distance(tmp_path):
    """Travel is empty where there is none."""
    plan_of(PROBLEM.replace(travel=None), PLAN.pairs).to_csv(tmp_path / "p.csv")
    assert read_csv(tmp_path / "p.csv").column("travel") == ("", "")


def test_json_is_stable_and_sorted(tmp_path):
    """The same plan gives the same text, key by key, pair by pair on its own line."""
    text = PLAN.to_json()
    assert text == PLAN.to_json()
    assert PLAN.to_json(tmp_path / "p.json") is None
    assert (tmp_path / "p.json").read_bytes() == text.encode()
    record = json.loads(text)
    assert list(record) == sorted(record)
    assert '\n["h1", "=a"],\n["h2", "=a"]\n' in text
    assert record["pairs"] == [["h1", "=a"], ["h2", "=a"]]
    assert (record["format"], record["version"]) == (writing.FORMAT, writing.VERSION)


def test_json_knows_no_infinity():
    """What is not finite is null; ids keep their type."""
    plan = plan_of(PROBLEM.replace(travel=None), [("h1", 2)], goals=(FairLoad(aim="leximax"),))
    line = plan.goals[0]
    cut = type(line)(line.goal, line.best, line.value, (-math.inf, 0.0), False)
    plan = type(plan)(
        **{**{n: getattr(plan, n) for n in plan.__dataclass_fields__}, "goals": (cut,)}
    )
    record = json.loads(plan.to_json())
    assert record["goals"][0]["bound"] == [None, 0.0]
    assert record["metrics"]["travel_total"] is None
    assert record["pairs"] == [["h1", 2]]


def test_json_holds_the_parameters_of_goals():
    """Scores of a mapping by pair, of a matrix in the order of the ids."""
    goals = (Preference({("h1", 2): 1.5}), Preference([[1, 2], [3, 4]], tolerance=2))
    record = json.loads(plan_of(PROBLEM, PLAN.pairs, goals=goals).to_json())
    assert [line["goal"] for line in record["goals"]] == [
        {"type": "Preference", "scores": [["h1", 2, 1.5]], "tolerance": 0.0, "rtol": 0.0},
        {"type": "Preference", "scores": {"matrix": [[2, 1], [4, 3]]}, "tolerance": 2, "rtol": 0.0},
    ]


def test_an_empty_plan_is_written(tmp_path):
    """No pairs, no goals."""
    plan = plan_of(Problem([], [], travel=None), [], goals=())
    assert json.loads(plan.to_json())["pairs"] == []
    plan.to_csv(tmp_path / "p.csv")
    plan.to_excel(tmp_path / "p.xlsx")
    assert (tmp_path / "p.csv").read_text() == "household,member,travel,kept\n"


def test_half_a_letter_in_the_name_of_a_file_is_no_error(tmp_path):
    """It is written out, as JSON has it, and read back."""
    reason = "from Danh s\udce1ch.csv"
    plan_of(PROBLEM, PLAN.pairs, reason=reason).to_json(tmp_path / "p.json")
    assert b"s\\udce1ch" in (tmp_path / "p.json").read_bytes()
    assert read_plan(tmp_path / "p.json", PROBLEM).reason == reason


def test_the_record_says_how_the_plan_was_made(tmp_path):
    """Options in their order and versions come back; where nothing was searched for there are none."""
    search = Search(work=2.0, seed=3, threads=2)
    relax = {"max_households": None, "coverage": 1}
    plan = solve(PROBLEM, search=search, relax=relax, engine="auto")
    plan.to_json(tmp_path / "p.json")
    record = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert record["options"] == {
        "engine": "auto",
        "relax": [["max_households", None], ["coverage", 1.0]],
        "search": {"seconds": None, "work": 2.0, "gap": 0.0, "threads": 2, "seed": 3},
    }
    assert record["versions"]["phancong"] == phancong.__version__
    assert set(record["versions"]) == {"phancong", "python", "numpy", "ortools"}
    again = read_plan(tmp_path / "p.json", PROBLEM)
    assert (again.options, again.versions) == (plan.options, plan.versions)
    assert list(again.options["relax"].items()) == [("max_households", math.inf), ("coverage", 1.0)]
    assert again.to_json() == plan.to_json()
    assert json.loads(PLAN.to_json())["options"] == json.loads(PLAN.to_json())["versions"] == {}


@pytest.mark.parametrize("name", ["options", "versions"])
def test_how_a_plan_was_made_is_missing_in_older_records_only(tmp_path, name):
    """A record that lacks it is read; one that holds something else is refused."""
    record = json.loads(solve(PROBLEM).to_json())
    path = tmp_path / "p.json"
    whole = record.pop(name)
    path.write_text(json.dumps(record), encoding="utf-8")
    assert getattr(read_plan(path, PROBLEM), name) == {}
    broken = dict.fromkeys(whole, True)
    path.write_text(json.dumps(record | {name: broken}), encoding="utf-8")
    with pytest.raises(InvalidProblemError, match=f"p.json, {name}: cannot be read"):
        read_plan(path, PROBLEM)
