"""Reports of a plan: figures, names and sentences, one source for all formats."""

from phancong.report.labels import Labels
from phancong.report.records import BreachTotal, GoalValue, Status

__all__ = ["BreachTotal", "GoalValue", "Labels", "Status"]
