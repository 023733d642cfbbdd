"""Travel between hamlets by label, for communes without coordinates."""

from __future__ import annotations

import difflib
import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from phancong.errors import SHOWN, Defect, InvalidArgumentError
from phancong.layout import with_noun, without_invisible
from phancong.meeting import out_of_range
from phancong.travel.places import FloatArray, Places
from phancong.words import Message

_MEND_TABLE = "give {(from, to): travel} or (from, to, travel) triples, with travel as a number"
_MEND_WITHIN = "give a number, or a mapping of labels to numbers"


class BetweenPlaces:
    """Travel from label to label: of hamlets, or of clusters of households.

    Labels that the table does not connect are unreachable from each other, never at distance 0. An entry
    for one direction holds for both; if both directions are given, their mean counts (contract 3.0), so
    that a pair that is unreachable in one direction is unreachable. Labels are compared in the Unicode
    form NFC.

    Parameters
    ----------
    table
        A mapping ``{(from, to): travel}``, or an iterable of triples ``(from, to, travel)``, such as
        ``frame.itertuples(index=False)``. Travel is one way of one visit in ``unit``, 0 or more; ``inf``
        for unreachable.
    within
        Travel inside one place, in ``unit``: one number for all, or a mapping of labels to numbers. An
        entry ``(label, label)`` of the table takes precedence.
    unit
        The unit of travel, for messages and plans: ``"km"``, ``"minutes"``.
    by
        The label of members and households that is used: ``"hamlet"`` or ``"cluster"``.

    Raises
    ------
    InvalidArgumentError
        The table cannot be read, has a travel that is not a number, or two entries for one direction;
        *within* is no number; or *by* is another label. :meth:`defects` reports what depends on the
        problem, and negative numbers and NaN.

    Examples
    --------
    >>> from phancong import BetweenPlaces, Household, Member, Problem, solve
    >>> ways = BetweenPlaces({("A", "B"): 40}, within=5, unit="minutes")
    >>> members = [Member("m1", hamlet="A"), Member("m2", hamlet="B")]
    >>> plan = solve(Problem(members, [Household("h1", hamlet="B")], travel=ways))
    >>> plan.member_of("h1"), plan.metrics["travel_total"]
    ('m2', 5.0)
    """

    __slots__ = ("_by", "_table", "_unit", "_within")

    def __init__(
        self,
        table: Mapping[tuple[str, str], float] | Iterable[tuple[str, str, float]],
        *,
        within: float | Mapping[str, float] = 0.0,
        unit: str = "",
        by: Literal["hamlet", "cluster"] = "hamlet",
    ) -> None:
        if by not in ("hamlet", "cluster"):
            raise InvalidArgumentError(f"by: {by!r} is neither 'hamlet' nor 'cluster'")
        self._by: Literal["hamlet", "cluster"] = by
        self._unit = unit
        self._table = _read_table(table)
        self._within = _read_within(within)

    @property
    def unit(self) -> str:
        """The unit of travel, as given."""
        return self._unit

    @property
    def by(self) -> Literal["hamlet", "cluster"]:
        """The label that is used: ``"hamlet"`` or ``"cluster"``."""
        return self._by

    def defects(self, households: Places, members: Places) -> list[Defect]:
        """Invalid numbers, places without a label, and labels that the table does not have."""
        sides = (households, members)
        return [
            *self._wrong_numbers(),
            *(defect for places in sides for defect in self._unlabelled(places)),
            *self._unknown_labels(sides),
        ]

    def between(self, households: Places, members: Places) -> FloatArray:
        """Travel from the label of each household to the label of each member.

        Returns
        -------
        numpy.ndarray
            Shape ``(len(households), len(members))``, in :attr:`unit`; ``inf`` if the table has no
            entry, or a place has no label.
        """
        # There are few labels: make a small matrix of labels, then index it by place.
        rows, row_of = _numbered(self._labels(households))
        columns, column_of = _numbered(self._labels(members))
        small = np.full((len(row_of), len(column_of)), np.inf)
        for label in row_of.keys() & column_of.keys():
            if label is not None:  # two places without a label are not in the same place
                small[row_of[label], column_of[label]] = self._inside(label)
        for (start, end), there in self._table.items():
            back = self._table.get((end, start), there)
            for row, column in ((start, end), (end, start)):
                if row in row_of and column in column_of:
                    small[row_of[row], column_of[column]] = (there + back) / 2
        return small[np.ix_(rows, columns)]

    def _labels(self, places: Places) -> list[str | None]:
        labels = places.hamlet if self._by == "hamlet" else places.cluster
        return [None if label is None else _nfc(label) for label in labels]

    def _inside(self, label: str) -> float:
        if isinstance(self._within, dict):
            return self._within.get(label, np.inf)
        return self._within

    def _wrong_numbers(self) -> list[Defect]:
        named = {f"from {start!r} to {end!r}": value for (start, end), value in self._table.items()}
        if isinstance(self._within, dict):
            named |= {f"within {label!r}": value for label, value in self._within.items()}
        else:
            named["within"] = self._within
        found = [
            Defect(
                "travel table",
                field,
                "is not a number (NaN)" if math.isnan(value) else f"is negative ({value:g})",
                "give a number of at least 0, or inf where there is no way",
            )
            for field, value in named.items()
            if not value >= 0  # true for NaN, too
        ]
        for field, value in named.items():
            if out_of_range(np.asarray(value)):
                what = Message(
                    "is too large, or too small, to be added up ({value})", value=f"{value:g}"
                )
                found.append(
                    Defect("travel table", field, what, Message("state it in another unit"))
                )
        return found

    def _unlabelled(self, places: Places) -> list[Defect]:
        return [
            Defect(
                f"{places.kind} {place!r}",
                self._by,
                f"has no {self._by}, and travel is given from {self._by} to {self._by}",
                f"give its {self._by}, or use another way of travelling or travel=None",
            )
            for place, label in zip(places.ids, self._labels(places), strict=True)
            if label is None
        ]

    def _unknown_labels(self, sides: Iterable[Places]) -> list[Defect]:
        """Labels without an entry, and labels without a travel inside the place."""
        mentioned = {label for pair in self._table for label in pair}
        inside = {start for start, end in self._table if start == end}
        if isinstance(self._within, dict):
            mentioned |= self._within.keys()
            inside |= self._within.keys()
        else:
            inside = mentioned
        known = sorted(mentioned)
        found: list[Defect] = []
        for label, bearers in self._bearers(sides).items():
            record = f"{self._by} {label!r}"
            if label not in mentioned:
                # Similar labels are slow to find, and a message shows no more than SHOWN of them.
                alike = difflib.get_close_matches(label, known, 1) if len(found) < SHOWN else []
                meant = f"did you mean {alike[0]!r}? If not," if alike else "correct the label, or"
                what = f"is nowhere in the travel table ({bearers})"
                found.append(Defect(record, self._by, what, f"{meant} add it to the table"))
            elif label not in inside:
                what = f"has no travel inside the place ({bearers})"
                found.append(Defect(record, "within", what, "add the label to within"))
        return found

    def _bearers(self, sides: Iterable[Places]) -> dict[str, str]:
        """For each label the places that have it: the first one by id, and the number of others."""
        bearers: dict[str, list[str]] = {}
        for places in sides:
            for place, label in zip(places.ids, self._labels(places), strict=True):
                if label is not None:
                    bearers.setdefault(label, []).append(f"{places.kind} {place!r}")
        return {
            label: first if not more else f"{first} and {len(more)} more"
            for label, (first, *more) in bearers.items()
        }

    def __eq__(self, other: object) -> bool:
        """Compare table, travel inside, unit and label, as given."""
        if not isinstance(other, BetweenPlaces):
            return NotImplemented
        mine = (self._table, self._within, self._unit, self._by)
        return mine == (other._table, other._within, other._unit, other._by)

    __hash__ = None  # type: ignore[assignment]  # compared by value; hashing a long table would be slow

    def __repr__(self) -> str:
        """The number of labels and the unit, without the table."""
        labels = len({label for pair in self._table for label in pair})
        count = with_noun(labels, "label")
        return f"BetweenPlaces({count}, unit={self._unit!r}, by={self._by!r})"


def _nfc(label: str) -> str:
    # A Vietnamese letter may be one character, or a letter with combining marks.
    return unicodedata.normalize("NFC", without_invisible(label))


def _numbered(labels: list[str | None]) -> tuple[NDArray[np.int64], dict[str | None, int]]:
    """Number the labels; the number of each place, and that of each label."""
    numbers: dict[str | None, int] = {}
    codes = [numbers.setdefault(label, len(numbers)) for label in labels]
    return np.array(codes, dtype=np.int64), numbers


def _number(value: Any) -> float | None:
    """A number, or None if *value* is none. Text is no number: "7.237" may mean seven thousand."""
    if isinstance(value, str | bytes | bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _read_table(table: object) -> dict[tuple[str, str], float]:
    """Read travel by direction; one error lists everything that cannot be read."""
    if isinstance(table, Mapping):
        table = [(*key, value) if isinstance(key, tuple) else None for key, value in table.items()]
    if isinstance(table, str) or not isinstance(table, Iterable):
        raise InvalidArgumentError(f"table: is not a table; {_MEND_TABLE}")
    read: dict[tuple[str, str], float] = {}
    faults: list[str] = []
    for position, entry in enumerate(table, start=1):
        if not (isinstance(entry, tuple | list) and len(entry) == 3):
            faults.append(f"entry {position} is not from, to and travel")
            continue
        start, end, value = entry
        travel = _number(value)
        if not (isinstance(start, str) and isinstance(end, str)):
            faults.append(f"entry {position} has a label that is not text")
        elif travel is None:
            faults.append(f"entry {position}, from {start!r} to {end!r}, has no number as travel")
        elif (way := (_nfc(start), _nfc(end))) in read and read[way] != travel:
            faults.append(f"entry {position} gives another travel from {start!r} to {end!r}")
        else:
            read[way] = travel
    _refuse("table", faults, _MEND_TABLE)
    return read


def _read_within(within: object) -> float | dict[str, float]:
    if not isinstance(within, Mapping):
        number = _number(within)
        if number is None:
            raise InvalidArgumentError(f"within: is not a number; {_MEND_WITHIN}")
        return number
    read: dict[str, float] = {}
    faults: list[str] = []
    for label, value in within.items():
        number = _number(value)
        if not isinstance(label, str):
            faults.append(f"label {label!r} is not text")
        elif number is None:
            faults.append(f"{label!r} has no number as travel")
        elif (key := _nfc(label)) in read and read[key] != number:
            faults.append(f"{label!r} is given twice")
        else:
            read[key] = number
    _refuse("within", faults, _MEND_WITHIN)
    return read


def _refuse(argument: str, faults: list[str], mend: str) -> None:
    if faults:
        more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise InvalidArgumentError(f"{argument}: {'; '.join(faults[:SHOWN])}{more}; {mend}")
