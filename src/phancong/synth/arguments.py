"""What can be asked of a commune, and whether it can be meant."""

from __future__ import annotations

import numbers
from typing import Any, Final, Literal, TypedDict, get_args

from phancong.errors import InvalidArgumentError

#: What households weigh: by class 1, 1.5, 2 or 3; a whole number of 1 to 5; or all the same.
Weights = Literal["class", "integer", "equal"]

#: Fewest households for each member: with less, a fair share is hardly a whole number.
LEAST_RATIO: Final = 3


class Options(TypedDict, total=False):
    """What can be asked of a commune, see :func:`commune`."""

    hamlets: int | None
    weights: Weights
    band: float
    secretary_share: float
    able: float | None
    newcomers: float
    departures: float
    infeasible: float


def check_arguments(given: dict[str, Any]) -> None:
    """Name all that is wrong with the arguments of :func:`phancong.synth.draw`.

    Raises
    ------
    InvalidArgumentError
        An argument cannot be used.
    """
    faults = []

    def whole(name: str, least: int) -> bool:
        value = given[name]
        fine = isinstance(value, numbers.Integral) and not isinstance(value, bool)
        if not (fine and int(value) >= least):
            faults.append(f"{name} is {value!r}; give a whole number, {least} or more")
            return False
        return True

    whole("seed", 0)
    sized = all([whole("members", 1), whole("households", 1)])
    if sized and given["households"] < LEAST_RATIO * given["members"]:
        faults.append(
            f"households are {given['households']} for {given['members']} members; "
            f"give at least {LEAST_RATIO * given['members']}"
        )
    counted = given["hamlets"] is not None and whole("hamlets", 1)
    if counted and sized and given["hamlets"] > given["households"]:
        faults.append(f"hamlets are {given['hamlets']}; give at most one for each household")
    if given["weights"] not in get_args(Weights):
        faults.append(
            f"weights is {given['weights']!r}; "
            f"give one of {', '.join(map(repr, get_args(Weights)))}"
        )
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
            least = "more than 0" if positive else "0 or more"
            faults.append(f"{name} is {value!r}; give a number, {least} and at most 1")
    if faults:
        raise InvalidArgumentError("; ".join(faults))
