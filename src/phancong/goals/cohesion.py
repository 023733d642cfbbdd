"""The goal that keeps clusters of households together (contract 5.2)."""

from __future__ import annotations

from dataclasses import dataclass

from phancong.assignment import Assignment
from phancong.goals.base import BaseGoal, Kind


@dataclass(frozen=True, slots=True, repr=False)
class Cohesion(BaseGoal):
    """Σ over clusters of (members serving it − 1), 0 for a cluster that nobody serves (contract 5.2)."""

    @property
    def kind(self) -> Kind:
        """A sum over clusters, each by all its pairs."""
        return Kind.COUNT

    def value(self, assignment: Assignment) -> float:
        """How many members too many the clusters have."""
        labels = assignment.problem.household_columns.cluster
        serving: dict[str, set[int]] = {}
        for row, column in zip(assignment.rows.tolist(), assignment.columns.tolist(), strict=True):
            label = labels[row]
            if label is not None:
                serving.setdefault(label, set()).add(column)
        return float(sum(len(members) - 1 for members in serving.values()))
