"""The JSON record of a plan, read field by field; a record of another form is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from phancong import goals as goal_types
from phancong.frozen import FrozenMapping
from phancong.goals import BaseGoal, Goal, Preference, Value, figures, is_row
from phancong.plan import BreachTotal, GoalValue, Status
from phancong.plan.writing import FORMAT, VERSION
from phancong.problem import Pair, Problem
from phancong.rules import RULES
from phancong.tables import Grid
from phancong.tables.json_files import parsed
from phancong.tables.sheet import read_bytes, unreadable
from phancong.words import Message

#: Every goal by the name of its class.
_GOALS: Final[Mapping[str, type]] = {
    name: kind
    for name in goal_types.__all__
    if isinstance(kind := getattr(goal_types, name), type) and issubclass(kind, BaseGoal)
}

#: The largest JSON file that is read, in bytes.
_MOST_RECORD: Final = 100_000_000
#: What can end a search (contract 6.1).
STOPS: Final = ("time", "work", "gap", "progress", "rounding", "numerics")
#: The settings of a search that a record has.
_SETTINGS: Final = ("seconds", "work", "gap", "threads", "seed")
#: The errors that a malformed record can raise.
MISREAD: Final = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError)


def read_record(path: Path) -> dict[str, Any]:
    """Read a JSON file and check that it is a plan of this version."""
    raw = read_bytes(path, _MOST_RECORD, Message("keep only the lists that are needed"))
    record = parsed(raw, path.name, Message("write the plan again with to_json()"), _no_constant)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        what = Message("is not a plan written by this library")
        raise unreadable(path.name, what, Message("give a file that to_json() wrote"))
    if record.get("version") != VERSION:
        what = Message("was written by another version of this library")
        mend = Message("read it with that version and write it as CSV")
        raise unreadable(path.name, what, mend)
    return record


def is_record(path: Path) -> bool:
    """Whether a file is marked as a plan of this library, of any version."""
    try:
        with path.open("rb") as file:
            return f'"{FORMAT}"'.encode() in file.read(_MOST_RECORD)
    except OSError:
        return False


def record_grid(path: Path) -> Grid:
    """The pairs of a plan in JSON as a table.

    Raises
    ------
    InvalidProblemError
        The file is no plan of this version.
    """
    record = read_record(path)
    try:
        pairs = _read_pairs(record["pairs"], None)
    except MISREAD:
        what = Message("cannot be read")
        mend = Message("write the plan again with to_json()")
        raise unreadable(path.name, what, mend) from None
    rows: list[tuple[int, Sequence[Any]]] = [(1, ("household", "member"))]
    rows += [(line, pair) for line, pair in enumerate(pairs, 2)]
    return Grid(path.name, path.stem, rows, pairs=True)


def _no_constant(_: str) -> float:
    raise ValueError


def _read_pairs(value: Any, _: Problem | None) -> list[Pair]:
    pairs = []
    for household, member in _list(value):
        if type(household) not in (int, str) or type(member) not in (int, str):
            raise TypeError
        pairs.append((household, member))
    return pairs


def _read_breaches(value: Any, problem: Problem) -> dict[str, BreachTotal]:
    """A line for each rule; a rule that the writer did not know is kept unless the problem sets it."""
    unknown = [name for name in RULES if name not in value]
    if set(value) - set(RULES) or any(RULES[name].is_set(problem) for name in unknown):
        raise ValueError
    kept = {"total": 0.0, "bound": 0.0, "proven": True}
    lines = {name: _only(value.get(name, kept), kept) for name in RULES}
    return {
        name: BreachTotal(
            read_number(line["total"]),
            _bound(line["bound"]),
            _flag(line["proven"]),
        )
        for name, line in lines.items()
    }


def _read_goals(value: Any, problem: Problem) -> tuple[GoalValue, ...]:
    return tuple(_read_line(line, problem) for line in _list(value))


def _read_line(line: Any, problem: Problem) -> GoalValue:
    """The line of a goal; its value, its best and its bound have the same number of figures."""
    _only(line, ("goal", "best", "value", "bound", "proven"))
    best, value = _value(line["best"]), _value(line["value"])
    bound = _value(line["bound"], _bound)
    if len({(is_row(figure), len(figures(figure))) for figure in (best, value, bound)}) > 1:
        raise ValueError
    return GoalValue(_goal(line["goal"], problem), best, value, bound, _flag(line["proven"]))


def _goal(written: Any, problem: Problem) -> Goal:
    """A goal with its parameters; a matrix of scores is put in the order given."""
    parameters = dict(written)
    kind = _GOALS[parameters.pop("type")]
    if kind is Preference:
        scores = parameters["scores"]
        if isinstance(scores, dict):
            given = problem.household_columns.given, problem.member_columns.given
            matrix = [
                [read_number(score) for score in _list(row)] for row in _list(scores["matrix"])
            ]
            parameters["scores"] = _unsorted(matrix, *given)
        else:
            parameters["scores"] = {(h, m): read_number(score) for h, m, score in _list(scores)}
    goal: Goal = kind(**parameters)
    if goal.defects(problem):
        raise ValueError
    return goal


def _unsorted(matrix: list[list[float]], rows: Any, columns: Any) -> list[list[float]]:
    if len(matrix) != len(rows) or any(len(row) != len(columns) for row in matrix):
        raise ValueError
    given = [[0.0] * len(columns) for _ in matrix]
    for row, scores in zip(rows.tolist(), matrix, strict=True):
        for column, score in zip(columns.tolist(), scores, strict=True):
            given[row][column] = score
    return given


def _only(record: Any, known: Collection[str]) -> Any:
    """A record that has no key but those *known*."""
    if set(record) - set(known):
        raise ValueError
    return record


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def read_number(value: Any) -> float:
    """A finite number of the record; anything else raises."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    number = float(value)
    if not math.isfinite(number):
        raise ValueError
    return number


def _bound(value: Any) -> float:
    return -math.inf if value is None else read_number(value)


def _value(value: Any, read: Any = read_number) -> Value:
    if isinstance(value, list):
        return tuple(read(figure) for figure in value)
    figure: float = read(value)
    return figure


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any, _: Problem) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read_options(value: Any, _: Problem) -> FrozenMapping[str, Any]:
    if not value:
        return FrozenMapping({})
    _only(value, ("engine", "relax", "search"))
    search = dict(_only(value["search"], _SETTINGS))
    for figure in search.values():
        _bound(figure)  # checks that it is a number or None
    search["seconds"] = math.inf if search["seconds"] is None else search["seconds"]
    relax = {
        RULES[rule].name: math.inf if most is None else read_number(most)
        for rule, most in value["relax"]
    }
    return FrozenMapping(
        {
            "engine": _text(value["engine"], _),
            "relax": FrozenMapping(relax),
            "search": FrozenMapping(search),
        }
    )


def _read_versions(value: Any, problem: Problem) -> FrozenMapping[str, str]:
    return FrozenMapping({name: _text(found, problem) for name, found in dict(value).items()})


READERS: Final[dict[str, Callable[[Any, Problem], Any]]] = {
    "pairs": _read_pairs,
    "status": lambda value, _: Status(value),
    "breaches": _read_breaches,
    "goals": _read_goals,
    "engine": _text,
    "reason": _text,
    "stopped": lambda value, _: None if value is None else STOPS[STOPS.index(value)],
    "seconds": lambda value, _: read_number(value),
}
#: Readers of fields that older files lack; these are then empty.
LATER_READERS: Final[dict[str, Callable[[Any, Problem], Any]]] = {
    "options": _read_options,
    "versions": _read_versions,
}
#: The keys of a record: no other is known.
KEYS: Final = frozenset(
    ("format", "version", "fingerprint", "metrics", "files", *READERS, *LATER_READERS)
)
