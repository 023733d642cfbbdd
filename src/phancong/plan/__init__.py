"""The output: a plan and what it claims."""

from phancong.plan.difference import PlanDifference
from phancong.plan.plan import Plan
from phancong.plan.records import BreachTotal, GoalValue, Status

__all__ = ["BreachTotal", "GoalValue", "Plan", "PlanDifference", "Status"]
