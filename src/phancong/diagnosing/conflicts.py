"""Conflicts: irreducible sets of limits that cannot hold together.

With unit loads, conflicts come from the minimum cut. If not all households can be placed, some of them
need more members than the members whom they reach have places (Hall 1935, doi:10.1112/jlms/s1-10.37.26).
If not all minima can hold, the members concerned reach too few households. If neither is so, a plan
exists (Mendelsohn and Dulmage 1958, doi:10.4153/CJM-1958-006-4). Otherwise a conflict is a set of rules:
a deletion filter reduces it to an irreducible one, and each step is verified by solving.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from phancong.assignment import Assignment
from phancong.diagnosing.records import Conflict
from phancong.diagnosing.trial import Trial
from phancong.diagnosing.variants import without_rules
from phancong.engines.registry import ENGINES
from phancong.engines.task import Task
from phancong.problem import BoolArray, IntArray, Problem
from phancong.rules import LAST_FIRST, RELAXABLE, beyond_ceilings

if TYPE_CHECKING:
    from phancong.engines.flow.network import Network

_MINIMA = ("min_households", "min_workload")
_MAXIMA = ("max_households", "max_workload")


def conflicts(problem: Problem, trial: Trial) -> tuple[Conflict, ...]:
    """The conflicts of a problem in which not all limits can hold."""
    task = Task(problem, (), trial.relax, trial.course)
    found = tuple(_carried(problem, trial.relax))
    if not ENGINES["flow"]().refusals(task):
        found += tuple(_Cuts(problem, trial).conflicts())
    return found or _rules(problem, trial)


def _carried(problem: Problem, relax: Mapping[str, float]) -> Iterator[Conflict]:
    """Members whose carried load exceeds their maximum in every plan."""
    nobody = Assignment.of(problem, ())
    for rule in _MAXIMA:
        for found in beyond_ceilings(nobody, relax):
            if found.rule == rule and found.subject is not None:
                yield Conflict("carried", (), (found.subject,), 0, 0, (rule,))


# --- cuts of the flow network


class _Cuts:
    """The flow network of a problem with unit loads, and its conflicts."""

    def __init__(self, problem: Problem, trial: Trial) -> None:
        # Here, not above: importing the library must not load a solver.
        from phancong.engines.flow.loads import UnitLoads

        self.problem = problem
        self.relax = trial.relax
        self.loads = UnitLoads(problem, trial.course, trial.speed)
        self.network = self._network_of(self.relax)
        low, high = self.loads.bounds(self.relax)
        #: Members with a minimum that contradicts a maximum, by column.
        self.contradictory = {
            column: pair
            for column in np.flatnonzero((low > high) & self.loads.counted).tolist()
            if (pair := self._contradiction(column)) is not None
        }

    def conflicts(self) -> Iterator[Conflict]:
        """The conflicts, each once: of single members, of households without places, of minima.

        If time runs out, conflicts that may not be irreducible are left out.
        """
        from phancong.engines.common.pace import OutOfTimeError

        yield from self._contradictions()
        yield from self._fixed()
        try:
            yield from self._places()
            yield from self._minima()
        except OutOfTimeError:
            return

    def _network_of(self, relax: Mapping[str, float]) -> Network:
        """The network, with maxima raised to the carried load if that exceeds them.

        Such a maximum is a conflict of its own; the raise lets other conflicts be found.
        """
        network = self.loads.network(relax)
        return replace(network, high=np.maximum(network.high, 0))

    def _solve(self, network: Network) -> tuple[BoolArray, IntArray, bool]:
        from phancong.engines.flow.network import Costs
        from phancong.engines.flow.solving import minimum_cost

        flow = minimum_cost(network, Costs(), self.loads.guide, self.loads.pace)
        return flow.chosen, flow.missing, flow.feasible

    def _contradictions(self) -> Iterator[Conflict]:
        """Conflicts of one member with two rules: a minimum of one kind above a maximum of the other."""
        for column, pair in self.contradictory.items():
            member = self.problem.member_columns.ids[column]
            yield Conflict("limits", (), (member,), 0, 0, pair)

    def _contradiction(self, column: int) -> tuple[str, str] | None:
        """A minimum and a maximum below it that can hold separately; None if there are no such rules."""
        least = [rule for rule in _MINIMA if self.loads.limits(rule)]
        most = [rule for rule in _MAXIMA if self.loads.limits(rule)]
        high = {rule: self._bound(rule, column) for rule in most}
        for rule in least:
            low = np.zeros_like(self.network.low)
            low[column] = self._bound(rule, column)
            alone = replace(self.network, low=low, most_missing=self.network.need)
            # A maximum below the fixed pairs cannot hold, whatever the minimum.
            base = self.network.base[column]
            above = [other for other in most if low[column] > high[other] >= base]
            if above and self._solve(_minima_of(alone, np.array([column])))[2]:
                return rule, above[0]
        return None

    def _bound(self, rule: str, column: int) -> int:
        """How many households of a member *rule* alone requires, or allows."""
        alone = dict.fromkeys(RELAXABLE, float("inf"))
        alone[rule] = self.relax.get(rule, 0.0)
        low, high = self.loads.bounds(alone)
        return int(low[column] if rule in _MINIMA else high[column])

    def _fixed(self) -> Iterator[Conflict]:
        """Conflicts of members with more fixed pairs than their maximum."""
        network = self.network
        for column in np.flatnonzero(network.base > network.high).tolist():
            high = int(network.high[column])
            rows = np.flatnonzero(network.on[:, column])[: high + 1]
            yield self._conflict("fixed", rows, np.array([column]), high + 1, high)

    def _places(self) -> Iterator[Conflict]:
        """Conflicts of households that need more members than the members whom they reach have places."""
        network = replace(self.network, low=np.zeros_like(self.network.low))
        # Fixed pairs beyond a maximum are a conflict of their own: do not count them here.
        beyond = np.cumsum(network.on, axis=0) > network.high[None, :]
        network = replace(network, on=network.on & ~beyond)
        chosen, _, feasible = self._solve(network)
        if feasible:
            return
        must = network.need - network.most_missing + network.on.sum(axis=1)
        covered = chosen.sum(axis=1)
        known: list[tuple[list[int], BoolArray]] = []
        for start in np.flatnonzero(covered < must).tolist():
            reached = network.free[start]
            # A household that reaches no further member has the same shortage.
            if reached.any() and any((reached <= members).all() for _, members in known):
                continue
            rows = self._households_behind(network, chosen, start)
            if (must[rows] > 1).any() or (covered[rows] < must[rows]).sum() > 1:
                rows = self._filter_rows(network, rows)
            if any(rows.tolist() == others for others, _ in known):
                continue
            reach = (network.free[rows] | network.on[rows]).sum(axis=0)
            known.append((rows.tolist(), np.asarray(reach > 0)))
            places = int(np.minimum(network.high, reach).sum())
            columns = np.flatnonzero(reach)
            yield self._conflict("places", rows, columns, int(must[rows].sum()), places)

    def _households_behind(self, network: Network, chosen: BoolArray, start: int) -> IntArray:
        """All households that could make room for *start*.

        They are found by alternating paths: to a member who may have the household but does not, then to
        every household of that member. All members on the paths are full.
        """
        rows = np.zeros(len(chosen), dtype=bool)
        columns = np.zeros(chosen.shape[1], dtype=bool)
        new = np.array([start])
        while len(new):
            rows[new] = True
            ways = (network.free[new] & ~chosen[new]).any(axis=0) & ~columns
            columns |= ways
            new = np.flatnonzero(chosen[:, ways].any(axis=1) & ~rows)
        return np.flatnonzero(rows)

    def _filter_rows(self, network: Network, rows: IntArray) -> IntArray:
        """Deletion filter: an irreducible subset of households with too few places.

        Households with the same needs and the same allowed members are interchangeable. So only the
        number of each kind is needed; bisection finds it, since fewer households need no more places.
        """
        masks = [np.packbits(mask[rows], axis=1) for mask in (network.free, network.on)]
        features = np.column_stack([network.need[rows], network.most_missing[rows], *masks])
        _, kinds = np.unique(features, axis=0, return_inverse=True)
        kept = rows
        for kind in range(int(kinds.max()) + 1):
            alike = rows[kinds.ravel() == kind]
            others = np.setdiff1d(kept, alike)

            def fails(count: int, others: IntArray = others, alike: IntArray = alike) -> bool:
                part = np.union1d(others, alike[:count])
                return not self._solve(_only(network, part))[2]

            enough = bisect_left(range(len(alike)), True, key=fails)
            kept = np.union1d(others, alike[:enough])
        return kept

    def _minima(self) -> Iterator[Conflict]:
        """Conflicts of members whose minima need more households than there are for them.

        Maxima are not involved: if all minima can hold, and all households can be placed, both can
        hold together.
        """
        network = replace(self.network, most_missing=self.network.need)
        named = np.isin(np.arange(len(network.low)), list(self.contradictory))
        kept = np.flatnonzero((network.low > 0) & ~named)
        if self._solve(_minima_of(network, kept))[2]:
            return
        for column in kept.tolist():
            others = kept[kept != column]
            if not self._solve(_minima_of(network, others))[2]:
                kept = others
        reach = (network.free | network.on)[:, kept]
        rows = np.flatnonzero(reach.any(axis=1))
        # Fixed pairs with other members take up places of these households.
        taken = network.on.sum(axis=1) - network.on[:, kept].sum(axis=1)
        left = (self.problem.needed - taken)[rows]
        places = int(np.minimum(left, reach[rows].sum(axis=1)).sum())
        yield self._conflict("minimums", rows, kept, int(network.low[kept].sum()), places)

    def _conflict(
        self, kind: str, rows: IntArray, columns: IntArray, needed: int, places: int
    ) -> Conflict:
        households, members = self.problem.household_columns.ids, self.problem.member_columns.ids
        return Conflict(
            kind,
            tuple(households[row] for row in rows.tolist()),
            tuple(members[column] for column in columns.tolist()),
            needed,
            places,
            self._rules(kind, rows, columns),
        )

    def _rules(self, kind: str, rows: IntArray, columns: IntArray) -> tuple[str, ...]:
        """The rules that make the conflict: a deletion filter over those that are set."""
        loads = self.loads
        rules = [r for r in (_MINIMA if kind == "minimums" else _MAXIMA) if loads.limits(r)]
        if kind != "fixed":  # fixed pairs are exceptions to rules about pairs (contract 4.1)
            rules += [
                rule.name
                for rule in LAST_FIRST
                if rule.pair is not None and rule.is_set(self.problem)
            ]
        kept = [rule for rule in rules if self.relax.get(rule) != float("inf")]
        for rule in list(kept):
            relax = dict.fromkeys(
                [r for r in RELAXABLE if r not in kept or r == rule], float("inf")
            )
            network = self._network_of({**self.relax, **_without(relax, "coverage")})
            if kind == "minimums":
                part = _minima_of(replace(network, most_missing=network.need), columns)
            else:
                part = _only(replace(network, low=np.zeros_like(network.low)), rows)
                if kind == "fixed":  # do not require that these households get all their members
                    part = replace(part, most_missing=part.need)
            if not self._solve(part)[2]:
                kept.remove(rule)
        return ("coverage", *kept) if kind == "places" else tuple(kept)


def _only(network: Network, rows: IntArray) -> Network:
    """The network with the needs of some households only."""
    there = np.zeros(len(network.need), dtype=bool)
    there[rows] = True
    on = network.on & there[:, None]
    return replace(
        network,
        free=network.free & there[:, None],
        on=on,
        need=np.where(there, network.need, 0),
        most_missing=np.where(there, network.most_missing, 0),
    )


def _minima_of(network: Network, columns: IntArray) -> Network:
    """The network with the minima of some members only, and maxima raised to them."""
    low = np.zeros_like(network.low)
    low[columns] = network.low[columns]
    return replace(network, low=low, high=np.maximum.reduce([network.high, low, network.base]))


def _without(relax: dict[str, float], rule: str) -> dict[str, float]:
    return {name: ceiling for name, ceiling in relax.items() if name != rule}


# --- rules by name


def _rules(problem: Problem, trial: Trial) -> tuple[Conflict, ...]:
    """The rules that cannot hold together, by a deletion filter over their names.

    A rule that may be relaxed up to a ceiling is among them: the ceiling must hold.
    """
    kept = [rule for rule in RELAXABLE if trial.relax.get(rule) != float("inf")]
    failing = problem
    for rule in list(kept):
        others = [name for name in kept if name != rule]
        # Leave a rule out instead of relaxing it: only feasibility counts, so no breach is minimised.
        variant = problem.replace(**without_rules(problem, set(RELAXABLE) - set(others)))
        free = () if "coverage" in others else ("coverage",)
        # If the rule is not set, the variant equals the problem that is known to fail.
        same = variant == failing and rule != "coverage"
        holds = False if same else trial.known(variant, *free)
        if holds is None:
            return ()  # a set that may not be irreducible is no conflict
        if not holds:
            kept, failing = others, variant
    return (Conflict("limits", (), (), 0, 0, tuple(kept)),)
