"""`Part`: one list of one sheet, on its way to a table of a problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from phancong.errors import Defect
from phancong.reading.bodies import (
    Body,
)
from phancong.reading.degree_columns import DEGREE_FIELDS
from phancong.reading.headers import Block
from phancong.reading.record import ColumnUse
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
from phancong.tables import Grid

#: What a column may be called in ``columns=`` beside the fields of a problem.
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


@dataclass(slots=True, repr=False)
class Part:
    """One list of one grid, in the words of a table.

    Parameters
    ----------
    kind
        The table that it belongs to.
    block
        Where it stands.
    plain
        Its titles are the names of fields, as a program writes them.
    columns
        Meaning → a cell for each record.
    fields
        Meaning → what the list calls the column.
    lines
        The number of each record in the file.
    read
        The positions of the columns that mean something.
    uses, defects
        What each column became, and what is wrong or doubtful.
    stray
        Cells beyond the header, which are defects of the file.
    """

    kind: str
    block: Block
    plain: bool
    columns: dict[str, list[Any]] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    read: frozenset[int] = frozenset()
    body: Body = field(default_factory=lambda: Body([], {}, {}, {}))
    uses: list[ColumnUse] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    stray: list[Defect] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """Where the list stands."""
        return self.block.grid
