"""Share out households among the people responsible for them: fair, near, lasting, and proven."""

from phancong.checking import Judgement, check
from phancong.comparing import Comparison, ComparisonRow, compare
from phancong.diagnosing import Conflict, Diagnosis, Repair, diagnose
from phancong.errors import (
    Defect,
    InfeasibleError,
    InvalidArgumentError,
    InvalidProblemError,
    JudgementError,
    MissingExtraError,
    NoPlanFoundError,
    PhancongError,
    UnsupportedError,
)
from phancong.explaining import (
    Alternative,
    Explanation,
    Hindrance,
    MemberExplanation,
    Move,
    Price,
    Variation,
    explain,
)
from phancong.goals import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Goal,
    Preference,
    Travel,
)
from phancong.plan import BreachTotal, GoalValue, Plan, PlanDifference, Status
from phancong.problem import Household, Id, Member, Problem, merged_hamlets
from phancong.reading import read, read_plan
from phancong.rules import RELAXABLE, Relaxation
from phancong.search import Progress, Search
from phancong.solving import solve
from phancong.travel import BetweenPlaces, Geodesic, TravelMatrix

__all__ = [
    "RELAXABLE",
    "Alternative",
    "BetweenPlaces",
    "BreachTotal",
    "Cohesion",
    "Comparison",
    "ComparisonRow",
    "Conflict",
    "Continuity",
    "Defect",
    "Diagnosis",
    "Explanation",
    "FairLoad",
    "FairTravel",
    "Farthest",
    "Geodesic",
    "Goal",
    "GoalValue",
    "Hindrance",
    "Household",
    "Id",
    "InfeasibleError",
    "InvalidArgumentError",
    "InvalidProblemError",
    "Judgement",
    "JudgementError",
    "Member",
    "MemberExplanation",
    "MissingExtraError",
    "Move",
    "NoPlanFoundError",
    "PhancongError",
    "Plan",
    "PlanDifference",
    "Preference",
    "Price",
    "Problem",
    "Progress",
    "Relaxation",
    "Repair",
    "Search",
    "Status",
    "Travel",
    "TravelMatrix",
    "UnsupportedError",
    "Variation",
    "check",
    "compare",
    "diagnose",
    "explain",
    "merged_hamlets",
    "read",
    "read_plan",
    "solve",
]
