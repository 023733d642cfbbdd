"""The arguments of a drawn commune, and their checks."""

from __future__ import annotations

import numbers
from typing import Any, Final, Literal, TypedDict, get_args

from phancong.errors import InvalidArgumentError
from phancong.words import Message

#: How workloads are drawn: by class 1, 1.5, 2 or 3; a whole number from 1 to 5; or all equal.
Weights = Literal["class", "integer", "equal"]

#: The fewest households for each member: with fewer, fair shares are hardly whole numbers.
LEAST_RATIO: Final = 3


class CommuneOptions(TypedDict, total=False):
    """The arguments of :func:`commune`.

    Examples
    --------
    >>> from phancong import synth
    >>> options: synth.CommuneOptions = {"hamlets": 2, "weights": "equal"}
    >>> synth.commune(3, members=4, households=20, **options)
    Problem(5 members, 20 households)
    """

    hamlets: int | None
    weights: Weights
    band: float
    secretary_share: float
    able: float | None
    newcomers: float
    departures: float
    infeasible: float


def check_arguments(given: dict[str, Any]) -> None:
    """Check the arguments of :func:`phancong.synth.draw`; one error names all defects.

    Raises
    ------
    InvalidArgumentError
        An argument is not valid.
    """
    faults: list[str] = []

    def note(name: str, mend: str) -> None:
        value = repr(given[name])
        faults.append(
            Message("{argument} is {value}; {mend}", argument=name, value=value, mend=mend)
        )

    def whole(name: str, least: int) -> bool:
        value = given[name]
        fine = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not (fine and int(value) >= least):
            mend = Message("give a whole number, {least} or more", least=str(least))
            note(name, mend)
            return False
        return True

    whole("seed", 0)
    sized = all([whole("members", 1), whole("households", 1)])
    if sized and given["households"] < LEAST_RATIO * given["members"]:
        faults.append(
            Message(
                "households are {households} for {members} members; give at least {least}",
                households=str(given["households"]),
                members=str(given["members"]),
                least=str(LEAST_RATIO * given["members"]),
            )
        )
    counted = given["hamlets"] is not None and whole("hamlets", 1)
    if counted and sized and given["hamlets"] > given["households"]:
        hamlets = str(given["hamlets"])
        faults.append(
            Message("hamlets are {hamlets}; give at most one for each household", hamlets=hamlets)
        )
    if given["weights"] not in get_args(Weights):
        these = ", ".join(map(repr, get_args(Weights)))
        note("weights", Message("give one of {these}", these=these))
    for name, positive in (
        ("band", False),
        ("secretary_share", True),
        ("able", True),
        ("newcomers", False),
        ("departures", False),
        ("infeasible", False),
    ):
        value = given[name]
        if name == "able" and value is None:
            continue
        fine = isinstance(value, numbers.Real) and 0 <= float(value) <= 1
        if not fine or (positive and float(value) == 0):
            mend = (
                Message("give a number, more than 0 and at most 1")
                if positive
                else Message("give a number, 0 or more and at most 1")
            )
            note(name, mend)
    if faults:
        raise InvalidArgumentError(Message.joined(faults))
