"""The columns of each table: the fields of a problem, and other columns of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from phancong.problem.columns import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from phancong.problem.fields import Amount, Field
from phancong.problem.label_fields import Identity
from phancong.reading.degree_columns import DEGREE_FIELDS
from phancong.reading.vocabulary import (
    ADDRESS,
    CLASS,
    EXEMPT,
    HOUSEHOLD_NAME,
    IN_CHARGE,
    IN_CHARGE_ID,
    KEY,
    MEMBER_NAME,
    NAME,
    NEWCOMER,
    NOTE,
    NUMBER,
    POST,
    RELATION,
    SINCE,
)

_PLACE: Final[Mapping[str, Field | None]] = {
    "id": Identity(),
    "at": None,
    "lat": None,
    "lon": None,
}
_PAIR: Final[Mapping[str, Field | None]] = {"household": Identity(), "member": Identity()}
#: The fields of each table, each with its kind; None if its cells need no preparation.
FIELDS: Final[Mapping[str, Mapping[str, Field | None]]] = {
    "members": {**_PLACE, **MEMBER_FIELDS},
    "households": {**_PLACE, **HOUSEHOLD_FIELDS},
    "previous": {**_PAIR, "years": Amount(1.0)},
    "fixed": _PAIR,
    "forbidden": _PAIR,
}
#: Further meanings in ``columns=``, beyond the fields of a problem.
BEYOND_FIELDS: Final = {
    "members": (NUMBER, NAME, POST, NOTE, KEY, EXEMPT, NEWCOMER, *DEGREE_FIELDS),
    "households": (
        NUMBER, NAME, ADDRESS, NOTE, KEY, CLASS, IN_CHARGE, IN_CHARGE_ID, SINCE, RELATION,
        *DEGREE_FIELDS,
    ),
    "previous": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet", SINCE),
    "fixed": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet"),
    "forbidden": (NUMBER, NOTE, HOUSEHOLD_NAME, MEMBER_NAME, "hamlet"),
}  # fmt: skip
