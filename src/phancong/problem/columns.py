"""Members and households as columns, sorted by id (contract 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from phancong.errors import Defect
from phancong.frozen import FrozenMapping
from phancong.meeting import Given, as_given, given_in
from phancong.problem.coordinate_fields import Halves, Point
from phancong.problem.fields import UNLIMITED, Amount, Column, Count, Field, Flag
from phancong.problem.label_fields import Identity, Label, LabelsField, id_order
from phancong.problem.records import Household, Id, Member
from phancong.problem.tables import Table, read_table
from phancong.travel.places import Places
from phancong.travel.whereabouts import Listed
from phancong.words import Message

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_INFINITE: Final = float("inf")

MEMBER_FIELDS: Final[Mapping[str, Field]] = {
    "min_households": Count(0),
    "max_households": Count(UNLIMITED),
    "min_workload": Amount(0.0),
    "max_workload": Amount(_INFINITE, most=_INFINITE),
    "share": Amount(1.0, positive=True, least=1e-9, most=1e9),
    "skills": LabelsField(),
    "hamlet": Label(),
    "household": Identity(required=False),
    "optional": Flag(),
    "max_travel": Amount(_INFINITE, most=_INFINITE),
    "max_hamlets": Count(UNLIMITED, later=True),
    "carried_households": Count(0, later=True),
    "carried_workload": Amount(0.0, later=True),
}

#: The minima of members; an exempt member has none.
MINIMA: Final = tuple(name for name in MEMBER_FIELDS if name.startswith("min_"))

HOUSEHOLD_FIELDS: Final[Mapping[str, Field]] = {
    "workload": Amount(1.0),
    "visits": Amount(1.0),
    "needs": LabelsField(),
    "hamlet": Label(),
    "cluster": Label(),
    "group": Label(),
    "priority": Amount(1.0, secret=True, signed=True, least=-_INFINITE, most=_INFINITE, finest=0.0),
    "members_needed": Count(1),
    "approximate": Flag(later=True),
}

#: How many ids the representation of columns shows.
_NAMED: Final = 6

_PLACE: Final = ("id", "at", "lat", "lon")


class _RecordColumns:
    """The common part of the columns of members and of households."""

    __slots__ = ()
    ids: tuple[Id, ...]
    latitude: FloatArray
    longitude: FloatArray
    hamlet: tuple[str | None, ...]
    given: IntArray
    exactly: Given

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        for column in fields(cast(Any, self)):
            # Columns are sorted, so the order of the input does not count. Fractions compare as floats.
            if column.name in ("given", "index", "exactly"):
                continue
            mine, theirs = getattr(self, column.name), getattr(other, column.name)
            same = (
                np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
                if isinstance(mine, np.ndarray)
                else mine == theirs
            )
            if not same:
                return False
        return True

    __hash__ = None  # type: ignore[assignment]  # compared by value, never a key

    def __repr__(self) -> str:
        """Ids only: places, classes and hardships are private (contract 7)."""
        shown = ", ".join(map(repr, self.ids[:_NAMED]))
        rest = len(self.ids) - _NAMED
        return f"{type(self).__name__}({shown}{f', … {rest} more' if rest > 0 else ''})"

    def freeze(self) -> None:
        """Make every array read-only; pickling loses the flag."""
        for column in fields(cast(Any, self)):
            value = getattr(self, column.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def _cell(self, name: str, row: int) -> Any:
        """A value as a record holds it: a fraction as it was given, None for no limit, labels sorted."""
        value = getattr(self, name)[row]
        if isinstance(value, frozenset):
            return tuple(sorted(value))
        if not isinstance(value, np.generic):
            return value
        plain = value.item()
        if plain in (UNLIMITED, _INFINITE):
            return None
        return as_given(plain, self.exactly)

    def _values(self, row: int, kinds: Mapping[str, Field]) -> dict[str, Any]:
        """The fields of the record in *row*."""
        latitude, longitude = float(self.latitude[row]), float(self.longitude[row])
        at = None if np.isnan(latitude) else (latitude, longitude)
        return {"id": self.ids[row], "at": at, **{name: self._cell(name, row) for name in kinds}}

    def in_place(self, other: _RecordColumns) -> bool:
        """Whether both hold the same records, in the same order, at the same coordinates."""
        return (
            self.ids == other.ids
            and np.array_equal(self.given, other.given)
            and np.array_equal(self.latitude, other.latitude, equal_nan=True)
            and np.array_equal(self.longitude, other.longitude, equal_nan=True)
            and self.hamlet == other.hamlet
            and getattr(self, "cluster", None) == getattr(other, "cluster", None)
        )

    def places(self, kind: str, rows: IntArray | None = None) -> Places:
        """The coordinates of these records for the travel models; of all, or of those in *rows*."""
        chosen = slice(None) if rows is None else rows

        def pick(column: tuple[Any, ...]) -> tuple[Any, ...]:
            return column if rows is None else tuple(column[row] for row in rows.tolist())

        return Places(
            kind=kind,
            ids=pick(self.ids),
            latitude=self.latitude[chosen],
            longitude=self.longitude[chosen],
            hamlet=pick(self.hamlet),
            cluster=pick(getattr(self, "cluster", (None,) * len(self))),
            given=self.given[chosen],
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class MemberColumns(_RecordColumns):
    """All members, one array (or tuple) a field, length M; see :class:`Member` for the fields."""

    ids: tuple[Id, ...]
    index: Mapping[Id, int]
    given: IntArray
    latitude: FloatArray
    longitude: FloatArray
    min_households: IntArray
    max_households: IntArray
    min_workload: FloatArray
    max_workload: FloatArray
    share: FloatArray
    skills: tuple[frozenset[str], ...]
    hamlet: tuple[str | None, ...]
    household: tuple[Id | None, ...]
    optional: BoolArray
    max_travel: FloatArray
    max_hamlets: IntArray
    carried_households: IntArray
    carried_workload: FloatArray
    #: For each float that stands for a fraction or decimal: the number as it was given.
    exactly: Given

    def record(self, row: int) -> Member:
        """The member in *row* as a record."""
        return Member(**self._values(row, MEMBER_FIELDS))


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class HouseholdColumns(_RecordColumns):
    """All households, one array (or tuple) a field, length H; see :class:`Household`."""

    ids: tuple[Id, ...]
    index: Mapping[Id, int]
    given: IntArray
    latitude: FloatArray
    longitude: FloatArray
    workload: FloatArray
    visits: FloatArray
    needs: tuple[frozenset[str], ...]
    hamlet: tuple[str | None, ...]
    cluster: tuple[str | None, ...]
    group: tuple[str | None, ...]
    priority: FloatArray
    members_needed: IntArray
    approximate: BoolArray
    #: As in :class:`MemberColumns`.
    exactly: Given

    def record(self, row: int) -> Household:
        """The household in *row* as a record."""
        return Household(**self._values(row, HOUSEHOLD_FIELDS))


def member_columns(table: Any, defects: list[Defect], lists: list[Listed]) -> MemberColumns:
    """Members from records or a table.

    Defects are appended to *defects*, columns of coordinates to *lists*.
    """
    if isinstance(table, MemberColumns):
        return _again(table, "members", lists)
    raw = read_table(table, "member", Member, (*_PLACE, *MEMBER_FIELDS))
    columns = MemberColumns(**_read(raw, MEMBER_FIELDS, defects, lists))
    for low, high in (("min_households", "max_households"), ("min_workload", "max_workload")):
        least, most = getattr(columns, low), getattr(columns, high)
        for row in np.flatnonzero(least > most).tolist():
            # A maximum of 0 with a minimum above it is a defect too: an exempt member has no minimum.
            defects.append(
                Defect(
                    raw.record(int(columns.given[row])),
                    low,
                    *_crossed(low, f"{least[row]:g}", f"{most[row]:g}"),
                )
            )
    return columns


def _crossed(low: str, least: str, most: str) -> tuple[str, str]:
    """A message about a minimum above its maximum, and the mend."""
    if low == "min_households":
        return (
            Message("is {least}, above max_households ({most})", least=least, most=most),
            Message("lower min_households or raise max_households"),
        )
    return (
        Message("is {least}, above max_workload ({most})", least=least, most=most),
        Message("lower min_workload or raise max_workload"),
    )


def household_columns(table: Any, defects: list[Defect], lists: list[Listed]) -> HouseholdColumns:
    """Households from records or a table; see :func:`member_columns`."""
    if isinstance(table, HouseholdColumns):
        return _again(table, "households", lists)
    raw = read_table(table, "household", Household, (*_PLACE, *HOUSEHOLD_FIELDS))
    return HouseholdColumns(**_read(raw, HOUSEHOLD_FIELDS, defects, lists))


def _again(columns: Any, name: str, lists: list[Listed]) -> Any:
    """*columns* that were read before, as they are; their coordinates are appended to *lists*."""
    at = np.column_stack([columns.latitude, columns.longitude])
    lists.append(Listed(name, str, at, judged=False))
    return columns


def _read(
    raw: Table,
    kinds: Mapping[str, Field],
    defects: list[Defect],
    lists: list[Listed],
) -> dict[str, Any]:
    """Read every column, check the ids, and sort all columns by id."""
    defects.extend(raw.defects)
    columns: dict[str, Any] = {}
    exactly: list[Given] = []

    def read(name: str, kind: Field, values: Sequence[Any]) -> Any:
        column = Column(name, raw.record)
        out = kind.read(values, column)
        defects.extend(column.defects)
        exactly.append(column.given)
        return out

    ids = read("id", Identity(), raw.column("id"))
    latitude, longitude = _read_place(raw, defects)
    field = "lat, lon" if "lat" in raw.columns else "at"
    at = np.column_stack([latitude, longitude])
    lists.append(Listed(raw.label, raw.record, at, field, judged=raw.judged))
    for name, kind in kinds.items():
        columns[name] = read(name, kind, raw.column(name))

    _refuse_duplicates(raw, ids, defects)
    # Rows without a valid id are defects already; they sort last so that the rest can be checked.
    if set(map(type, ids)) in ({str}, {int}):
        order = sorted(range(len(raw)), key=ids.__getitem__)  # ids of one type need no other key
    else:
        order = sorted(
            range(len(raw)),
            key=lambda row: (True, True, "") if ids[row] is None else (False, *id_order(ids[row])),
        )
    given = np.array(order, dtype=np.int64)
    straight = bool((given == np.arange(len(raw))).all())
    columns |= {"ids": ids, "latitude": latitude, "longitude": longitude}
    for name, values in columns.items():
        if isinstance(values, np.ndarray):
            columns[name] = values[given]
            columns[name].flags.writeable = False
        elif not straight:
            columns[name] = tuple([values[row] for row in order])
    given.flags.writeable = False
    columns["given"] = given
    columns["exactly"] = FrozenMapping(given_in(*exactly))
    columns["index"] = {identity: row for row, identity in enumerate(columns["ids"])}
    return columns


def _read_place(raw: Table, defects: list[Defect]) -> tuple[FloatArray, FloatArray]:
    """Coordinates from the column ``at``, or from ``lat`` and ``lon``."""
    halves = [name for name in ("lat", "lon") if name in raw.columns]
    if not halves:
        column = Column("at", raw.record)
        place = Point().read(raw.column("at"), column)
        defects.extend(column.defects)
        return place
    if len(halves) == 1 or "at" in raw.columns:
        defects.append(
            Defect(
                raw.label,
                halves[0],
                Message("is given without its other half")
                if len(halves) == 1
                else Message("is given together with 'at'"),
                Message("give both 'lat' and 'lon', or 'at' alone"),
            )
        )
        if len(halves) == 1:
            nowhere = np.full((2, len(raw)), np.nan)
            return nowhere[0], nowhere[1]
    column = Column("lat, lon", raw.record)
    place = Halves().read(raw.column("lat"), raw.column("lon"), column)
    defects.extend(column.defects)
    return place


def _refuse_duplicates(raw: Table, ids: Sequence[Id | None], defects: list[Defect]) -> None:
    if len(set(ids)) == len(ids):
        return
    first: dict[Id, int] = {}
    for row, identity in enumerate(ids):
        if identity is not None and first.setdefault(identity, row) != row:
            before = first[identity]
            if raw.records is None:
                place: str = Message("row {row}", row=str(before + 1))
            else:
                place = raw.records[before]
            defects.append(
                Defect(
                    raw.record(row),
                    "id",
                    Message(
                        "is given twice ({id}, first in {record})", id=repr(identity), record=place
                    ),
                    Message("give every record an id of its own"),
                )
            )
