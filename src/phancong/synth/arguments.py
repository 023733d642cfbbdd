"""The arguments of a drawn commune, and their checks."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import Any, Final, Literal, TypedDict, get_args

from phancong.errors import InvalidArgumentError
from phancong.words import Message

#: How workloads are drawn: by class 1, 1.5, 2 or 3; a whole number from 1 to 5; or all equal.
Weights = Literal["class", "integer", "equal"]

#: The fewest households for each member: with fewer, fair shares are hardly whole numbers.
LEAST_RATIO: Final = 3
#: The least value of each whole number.
_LEAST: Final = {"seed": 0, "members": 1, "households": 1, "hamlets": 1}
#: The arguments from 0 to 1, and whether they must be above 0.
_PARTS: Final = {
    "band": False,
    "secretary_share": True,
    "able": True,
    "newcomers": False,
    "departures": False,
    "infeasible": False,
}


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
    faults = [*_sizes(given)]
    if given["weights"] not in get_args(Weights):
        these = ", ".join(map(repr, get_args(Weights)))
        faults.append(_fault(given, "weights", Message("give one of {these}", these=these)))
    faults.extend(_parts(given))
    if faults:
        raise InvalidArgumentError(Message.joined(faults))


def _sizes(given: dict[str, Any]) -> Iterator[str]:
    """The defects of the seed and of the numbers of members, households and hamlets."""
    defects = {name: _not_whole(given, name, least) for name, least in _LEAST.items()}
    yield from (defects[name] for name in ("seed", "members", "households") if defects[name])
    sized = not (defects["members"] or defects["households"])
    if sized and given["households"] < LEAST_RATIO * given["members"]:
        yield Message(
            "households are {households} for {members} members; give at least {least}",
            households=str(given["households"]),
            members=str(given["members"]),
            least=str(LEAST_RATIO * given["members"]),
        )
    if given["hamlets"] is None:
        return
    if defects["hamlets"]:
        yield defects["hamlets"]
    elif sized and given["hamlets"] > given["households"]:
        hamlets = str(given["hamlets"])
        yield Message("hamlets are {hamlets}; give at most one for each household", hamlets=hamlets)


def _not_whole(given: dict[str, Any], name: str, least: int) -> str:
    """The defect of an argument that is no whole number or less than *least*; empty if it is one."""
    value = given[name]
    fine = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if fine and int(value) >= least:
        return ""
    return _fault(given, name, Message("give a whole number, {least} or more", least=str(least)))


def _parts(given: dict[str, Any]) -> Iterator[str]:
    """The defects of the arguments that are a part of a whole."""
    for name, positive in _PARTS.items():
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
            yield _fault(given, name, mend)


def _fault(given: dict[str, Any], name: str, mend: str) -> str:
    return Message(
        "{argument} is {value}; {mend}", argument=name, value=repr(given[name]), mend=mend
    )
