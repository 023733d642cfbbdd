"""`read_plan`: read a plan from a file and judge it again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from phancong.assignment import Assignment
from phancong.checking import Judgement, check
from phancong.errors import Defect, InvalidProblemError
from phancong.goals import Goal, Value, near
from phancong.plan import BreachTotal, GoalValue, Plan, Status
from phancong.problem import Id, Pair, Problem
from phancong.problem.fingerprint import fingerprint
from phancong.reading.pair_sheets import PairSheet
from phancong.reading.plan_records import (
    KEYS,
    LATER_READERS,
    MISREAD,
    READERS,
    read_number,
    read_record,
)
from phancong.rules import RELAXABLE
from phancong.tables import Sheet, read_csv, read_workbook
from phancong.tables.sheet import unreadable
from phancong.words import Message


def read_plan(path: str | Path, problem: Problem) -> Plan:
    """A plan that ``to_json``, ``to_csv`` or ``to_excel`` wrote, judged again.

    A JSON file holds the whole record. If it was made for *problem* (the fingerprints agree), it is
    restored with its proof; otherwise only its pairs are read. CSV files and workbooks hold pairs only,
    and people may have changed them, so nothing is proven. They need the columns ``household`` and
    ``member``; in a workbook, on the sheet ``pairs``.

    Parameters
    ----------
    path
        The file; its ending tells its format.
    problem
        The problem that the plan is for.

    Returns
    -------
    Plan
        A plan without proof has bounds of 0 (breaches) and minus infinity (goals), and the status
        ``FEASIBLE``.

    Raises
    ------
    InvalidProblemError
        The file cannot be read, names an unknown household or member, violates contract 4.1, or holds a
        wrong value or bound. The error lists all defects.
    MissingExtraError
        The file is a workbook, and the extra ``excel`` is not installed.

    Examples
    --------
    >>> from phancong import Household, Member, Problem, solve
    >>> members = [Member("m1", (22.40, 105.20)), Member("m2", (22.41, 105.22))]
    >>> households = [Household("h1", (22.401, 105.201)), Household("h2", (22.41, 105.219))]
    >>> problem = Problem(members, households)
    >>> from phancong import read_plan
    >>> solve(problem).to_json("plan.json")
    >>> read_plan("plan.json", problem).pairs
    (('h1', 'm1'), ('h2', 'm2'))
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending == ".json":
        return _from_json(path, problem)
    if ending == ".csv":
        sheet = read_csv(path)
    elif ending == ".xlsx":
        sheets = read_workbook(path)
        if "pairs" not in sheets:
            what = Message("has no sheet 'pairs'")
            raise unreadable(path.name, what, Message("name the sheet 'pairs'"))
        sheet = sheets["pairs"]
    else:
        what = Message("is not a plan: its ending is not .json, .csv or .xlsx")
        raise unreadable(str(path), what, Message("give a file of one of these"))
    return _unproven(problem, _pairs(sheet, problem), None, path.name, f"from {path.name}")


def is_of_another(path: Path, problem: Problem) -> bool:
    """Whether a file is the record of a plan that was made for another problem."""
    is_one = path.suffix.lower() == ".json"
    return is_one and read_record(path).get("fingerprint") != fingerprint(problem)


def _pairs(sheet: Sheet, problem: Problem) -> list[Pair]:
    """The pairs of a sheet, with ids of the problem."""
    read = PairSheet(sheet, problem)
    found: dict[tuple[Id | None, Id | None], str] = {}
    for household, member, record in zip(
        read.column("household"), read.column("member"), sheet.records(), strict=True
    ):
        pair = (
            read.identity("household", household, record),
            read.identity("member", member, record),
        )
        first = found.setdefault(pair, record)
        if first != record and None not in pair:
            what = Message("is given twice (first: {record})", record=first)
            read.defects.append(Defect(record, Message("pair"), what, Message("keep one")))
    read.refuse()
    return cast("list[Pair]", list(found))  # without a defect no id is None


def _unproven(
    problem: Problem, pairs: Sequence[Pair], goals: Sequence[Goal] | None, file: str, reason: str
) -> Plan:
    """A plan of pairs without any proof."""
    judgement = check(problem, pairs, goals=goals)
    _refuse_violations(judgement, file)
    return Plan(
        problem=problem,
        assignment=Assignment.of(problem, pairs),
        status=Status.FEASIBLE,
        breaches={
            rule: BreachTotal(judgement.total(rule), 0.0, judgement.total(rule) == 0)
            for rule in RELAXABLE
        },
        goals=tuple(
            GoalValue(goal, value, value, _no_bound(value), False)
            for goal, value in judgement.goals
        ),
        engine="read",
        reason=reason,
        stopped=None,
        seconds=0.0,
    )


def _no_bound(value: Value) -> Value:
    return (-math.inf,) * len(value) if isinstance(value, tuple) else -math.inf


def _refuse_violations(judgement: Judgement, file: str) -> None:
    if judgement.violations:
        raise InvalidProblemError(
            Defect(
                file,
                Message("plan"),
                violation,
                Message("correct the plan, or read it for its own problem"),
            )
            for violation in judgement.violations
        )


def _from_json(path: Path, problem: Problem) -> Plan:
    record = read_record(path)
    read: dict[str, Any] = {}
    defects: list[Defect] = []
    same = record.get("fingerprint") == fingerprint(problem)
    mend = Message("write the plan again with to_json()")
    for name, reader in (READERS | LATER_READERS).items():
        try:
            written = record.get(name, {}) if name in LATER_READERS else record[name]
            read[name] = reader(written, problem)
        except MISREAD:
            if same or name == "pairs":
                gone = name not in record
                what = Message("is missing") if gone else Message("cannot be read")
                defects.append(Defect(path.name, name, what, mend))
    strange = sorted(record.keys() - KEYS)
    defects += [Defect(path.name, name, Message("is not known"), mend) for name in strange]
    if defects:
        raise InvalidProblemError(defects)
    if not same:
        return _of_another(problem, read, path.name)
    # Judge the pairs first: a plan can only be made of valid pairs.
    _refuse_violations(check(problem, read["pairs"], goals=()), path.name)
    assignment = Assignment.of(problem, read.pop("pairs"))
    plan = Plan(problem=problem, assignment=assignment, **read)
    _refuse_violations(check(problem, plan), path.name)
    _refuse_contradictions(plan, record, path.name)
    return plan


def _refuse_contradictions(plan: Plan, record: Mapping[str, Any], file: str) -> None:
    """Raise an error for figures beside the plan that are not those of its pairs, and for its status."""
    defects: list[Defect] = []
    mend = Message("write the plan again with to_json()")
    stated = record.get("metrics", {})
    try:
        wrong = {
            name: figure
            for name, figure in stated.items()
            if not _agrees(plan.metrics[name], figure)
        }
    except MISREAD:
        defects.append(Defect(file, "metrics", Message("cannot be read"), mend))
    else:
        for name, figure in wrong.items():
            what = Message(
                "is stated as {stated}, and is {value}",
                stated=str(figure),
                value=str(plan.metrics[name]),
            )
            defects.append(Defect(file, name, what, mend))
    if plan.status is Status.OPTIMAL and plan.stopped is not None:
        what = Message(
            "says optimal, and that the search was stopped: {stopped}", stopped=plan.stopped
        )
        defects.append(Defect(file, "status", what, mend))
    if not isinstance(record.get("files", {}), dict):
        defects.append(Defect(file, "files", Message("cannot be read"), mend))
    if defects:
        raise InvalidProblemError(defects)


def _agrees(figure: float | None, stated: Any) -> bool:
    """Whether a stated figure is the one of the plan; a figure that is not finite is stated as None."""
    if figure is None or not math.isfinite(figure):
        return stated is None
    return near(read_number(stated), figure)


def _of_another(problem: Problem, read: Mapping[str, Any], file: str) -> Plan:
    """The pairs of a plan that was made for another problem, without its proof."""
    reason = f"from {file}, made for another problem"
    goals = [line.goal for line in read.get("goals", ())]
    return _unproven(problem, read["pairs"], goals or None, file, reason)
