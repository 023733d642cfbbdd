"""Share out households among the people responsible for them: fair, near, lasting, and proven.

Public names are imported on first use: ``import phancong`` alone loads none of them.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phancong.checking import Judgement, check
    from phancong.comparing import Comparison, ComparisonRow
    from phancong.comparing.compare import compare
    from phancong.diagnosing import Conflict, Diagnosis, Repair
    from phancong.diagnosing.diagnose import diagnose
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
    )
    from phancong.explaining.explain import explain
    from phancong.explaining.recommend import recommend
    from phancong.fronts import (
        Frontier,
        FrontierPoint,
        price_of_continuity,
        price_of_fairness,
    )
    from phancong.fronts.frontier import frontier
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
    from phancong.locating.located import located
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
    from phancong.travel import (
        BetweenPlaces,
        Geodesic,
        PathNetwork,
        TravelMatrix,
        Walking,
        read_paths,
    )

    #: The installed version.
    __version__: str

#: The module of each public name.
_HOMES = {
    name: home
    for home, names in {
        "checking": "Judgement check",
        "comparing": "Comparison ComparisonRow compare",
        "diagnosing": "Conflict Diagnosis Repair diagnose",
        "errors": (
            "Defect FarFromPathWarning InfeasibleError InvalidArgumentError "
            "InvalidProblemError JudgementError MissingExtraError NoPlanFoundError "
            "NotWrittenError PhancongError UnsupportedError"
        ),
        "explaining": (
            "Alternative Explanation Hindrance MemberExplanation Move Price Recommendation "
            "Variation explain recommend"
        ),
        "fronts": "Frontier FrontierPoint frontier price_of_continuity price_of_fairness",
        "goals": "Cohesion Continuity FairLoad FairTravel Farthest Goal Preference Travel",
        "locating": "located",
        "plan": "BreachTotal GoalValue Plan PlanDifference Status",
        "problem": "Household Id LoadMarks Member Problem merged_hamlets",
        "reading": "DEFAULT_WORKLOADS Labels Reading read read_labels read_plan write_template",
        "rules": "RELAXABLE Relaxation",
        "search": "Progress Search",
        "solving": "solve",
        "touring": "Round",
        "travel": "BetweenPlaces Geodesic PathNetwork TravelMatrix Walking read_paths",
    }.items()
    for name in names.split()
}

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


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("phancong")
    elif name in _HOMES:
        value = getattr(import_module(f"phancong.{_HOMES[name]}"), name)
    elif not name.startswith("_") and find_spec(f"phancong.{name}") is not None:
        value = import_module(f"phancong.{name}")  # a package, such as phancong.synth
    else:
        raise AttributeError(f"module 'phancong' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
