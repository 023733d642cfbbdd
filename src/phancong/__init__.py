"""Share out households among the people responsible for them: fair, near, lasting, and proven."""

from importlib.metadata import version as _version

from phancong.checking import Judgement, check
from phancong.comparing import Comparison, ComparisonRow, compare
from phancong.diagnosing import Conflict, Diagnosis, Repair, diagnose
from phancong.errors import (
    Defect,
    FarFromPathWarning,
    InfeasibleError,
    InvalidArgumentError,
    InvalidProblemError,
    JudgementError,
    MissingExtraError,
    NoPlanFoundError,
    NotWrittenError,
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
    Recommendation,
    Variation,
    explain,
    recommend,
)
from phancong.fronts import (
    Frontier,
    FrontierPoint,
    frontier,
    price_of_continuity,
    price_of_fairness,
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
from phancong.locating import located
from phancong.plan import BreachTotal, GoalValue, Plan, PlanDifference, Status
from phancong.problem import Household, Id, LoadMarks, Member, Problem, merged_hamlets
from phancong.reading import (
    DEFAULT_WORKLOADS,
    Labels,
    Reading,
    read,
    read_labels,
    read_plan,
    write_template,
)
from phancong.rules import RELAXABLE, Relaxation
from phancong.search import Progress, Search
from phancong.solving import solve
from phancong.touring import Round
from phancong.travel import BetweenPlaces, Geodesic, PathNetwork, TravelMatrix, Walking, read_paths

#: The version that is installed.
__version__ = _version("phancong")

__all__ = [
    "DEFAULT_WORKLOADS",
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
    "FarFromPathWarning",
    "Farthest",
    "Frontier",
    "FrontierPoint",
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
    "Labels",
    "LoadMarks",
    "Member",
    "MemberExplanation",
    "MissingExtraError",
    "Move",
    "NoPlanFoundError",
    "NotWrittenError",
    "PathNetwork",
    "PhancongError",
    "Plan",
    "PlanDifference",
    "Preference",
    "Price",
    "Problem",
    "Progress",
    "Reading",
    "Recommendation",
    "Relaxation",
    "Repair",
    "Round",
    "Search",
    "Status",
    "Travel",
    "TravelMatrix",
    "UnsupportedError",
    "Variation",
    "Walking",
    "__version__",
    "check",
    "compare",
    "diagnose",
    "explain",
    "frontier",
    "located",
    "merged_hamlets",
    "price_of_continuity",
    "price_of_fairness",
    "read",
    "read_labels",
    "read_paths",
    "read_plan",
    "recommend",
    "solve",
    "write_template",
]
