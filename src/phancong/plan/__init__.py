"""The output of the library: plans and their proofs."""

from phancong.plan import difference_text, text  # registers the text of the records
from phancong.plan.difference import PlanDifference
from phancong.plan.plan import Plan
from phancong.report.labels import Labels
from phancong.report.records import BreachTotal, GoalValue, Status

__all__ = [
    "BreachTotal",
    "GoalValue",
    "Labels",
    "Plan",
    "PlanDifference",
    "Status",
    "difference_text",
    "text",
]
