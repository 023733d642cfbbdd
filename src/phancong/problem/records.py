"""The records of which a problem is made (contract 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

#: The identifier of a member or household: a string or a whole number, opaque to the library.
Id = str | int


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """A person who can take charge of households.

    Records are not checked when they are made; :class:`~phancong.Problem` checks all of them at once.

    Parameters
    ----------
    id
        A string or a whole number; never a name, an identity number or a telephone number.
    at
        ``(latitude, longitude)`` in degrees WGS 84, or a point in another form: text in degrees,
        minutes and seconds, WKT, a point of shapely or geopy (``docs/excel.md``).
    min_households, max_households
        The least and the most households that the member should have; ``None`` is no limit. A maximum
        of 0 makes the member *exempt*: never assigned, not even if limits are relaxed.
    min_workload, max_workload
        The same for the sum of the workloads, in the unit of :attr:`Household.workload`.
    share
        The part of a full load that this member should carry, more than 0 (a secretary 0.5).
    skills
        The skills of the member, compared with :attr:`Household.needs`.
    hamlet
        The hamlet where the member lives.
    household
        The id of the member's own household.
    optional
        Whether the minima hold only if the member is assigned a household.
    max_travel
        The largest distance that the member should travel, in the unit of travel.
    carried_households, carried_workload
        The load of the member besides the list: households that are not in it, and workload of these or
        of other duties. Both count in limits and in fairness, and appear in no list.
    max_hamlets
        The largest number of hamlets in which the member may have households. A household without a
        hamlet does not count. A maximum of 0 does not exempt.

    Examples
    --------
    >>> from phancong import Member
    >>> secretary = Member("m1", (22.40, 105.20), share=0.5, max_households=4)
    >>> exempt = Member("m2", max_households=0)
    """

    id: Id
    at: Any = None
    _: KW_ONLY
    min_households: int = 0
    max_households: int | None = None
    min_workload: float = 0.0
    max_workload: float | None = None
    share: float = 1.0
    skills: Sequence[str] = ()
    hamlet: str | None = None
    household: Id | None = None
    optional: bool = False
    max_travel: float | None = None
    max_hamlets: int | None = None
    carried_households: int = 0
    carried_workload: float = 0.0

    def __repr__(self) -> str:
        return f"Member({self.id!r})"


@dataclass(frozen=True, slots=True, repr=False)
class Household:
    """A household to which members are assigned.

    Parameters
    ----------
    id
        A string or a whole number; never a name, an identity number or a telephone number.
    at
        ``(latitude, longitude)`` in degrees WGS 84, or a point in another form: text in degrees,
        minutes and seconds, WKT, a point of shapely or geopy (``docs/excel.md``).
    workload
        The effort that the household asks for, 0 or more, in any unit (visits × hours × difficulty).
    visits
        The number of visits, 0 or more; the travel of a pair counts once for each.
    needs
        Skills that the member should have.
    hamlet
        The hamlet of the household.
    cluster
        A label that neighbouring households share; they should preferably have one member.
    group
        Households of one group have the same members, all or none.
    priority
        The priority class: households with a larger number are left uncovered later.
    members_needed
        How many members the household needs; 0 if it needs none this year.
    approximate
        Whether ``at`` is only near the house, such as the centre of its hamlet
        (:func:`phancong.located`).

    Examples
    --------
    >>> from phancong import Household
    >>> hard = Household("h1", (22.41, 105.21), workload=3, needs={"midwife"})
    >>> lane = [Household(h, group="lane 2") for h in ("h2", "h3")]  # the same member
    """

    id: Id
    at: Any = None
    _: KW_ONLY
    workload: float = 1.0
    visits: float = 1.0
    needs: Sequence[str] = ()
    hamlet: str | None = None
    cluster: str | None = None
    group: str | None = None
    priority: float = 1.0
    members_needed: int = 1
    approximate: bool = False

    def __repr__(self) -> str:
        return f"Household({self.id!r})"
