"""Share out households among the people responsible for them: fair, near, lasting, and proven.

Public names are imported on first use: ``import phancong`` alone loads none of them.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phancong.checking import Judgement as Judgement, check as check
    from phancong.comparing import Comparison as Comparison, ComparisonRow as ComparisonRow
    from phancong.comparing.compare import compare as compare
    from phancong.diagnosing import Conflict as Conflict, Diagnosis as Diagnosis, Repair as Repair
    from phancong.diagnosing.diagnose import diagnose as diagnose
    from phancong.errors import (
        Defect as Defect,
        FarFromPathWarning as FarFromPathWarning,
        InfeasibleError as InfeasibleError,
        InvalidArgumentError as InvalidArgumentError,
        InvalidProblemError as InvalidProblemError,
        JudgementError as JudgementError,
        MissingExtraError as MissingExtraError,
        NoPlanFoundError as NoPlanFoundError,
        NotWrittenError as NotWrittenError,
        PhancongError as PhancongError,
        UnsupportedError as UnsupportedError,
    )
    from phancong.explaining import (
        Alternative as Alternative,
        Explanation as Explanation,
        Hindrance as Hindrance,
        MemberExplanation as MemberExplanation,
        Move as Move,
        Price as Price,
        Recommendation as Recommendation,
        Variation as Variation,
    )
    from phancong.explaining.explain import explain as explain
    from phancong.explaining.recommend import recommend as recommend
    from phancong.fronts import (
        Frontier as Frontier,
        FrontierPoint as FrontierPoint,
        price_of_continuity as price_of_continuity,
        price_of_fairness as price_of_fairness,
    )
    from phancong.fronts.frontier import frontier as frontier
    from phancong.goals import (
        Cohesion as Cohesion,
        Continuity as Continuity,
        FairLoad as FairLoad,
        FairTravel as FairTravel,
        Farthest as Farthest,
        Goal as Goal,
        Preference as Preference,
        Travel as Travel,
    )
    from phancong.locating.located import located as located
    from phancong.plan import (
        BreachTotal as BreachTotal,
        GoalValue as GoalValue,
        Plan as Plan,
        PlanDifference as PlanDifference,
        Status as Status,
    )
    from phancong.problem import (
        Household as Household,
        Id as Id,
        LoadMarks as LoadMarks,
        Member as Member,
        Problem as Problem,
        merged_hamlets as merged_hamlets,
    )
    from phancong.reading import (
        DEFAULT_WORKLOADS as DEFAULT_WORKLOADS,
        Labels as Labels,
        Reading as Reading,
        read as read,
        read_labels as read_labels,
        read_plan as read_plan,
        write_template as write_template,
    )
    from phancong.rules import RELAXABLE as RELAXABLE, Relaxation as Relaxation
    from phancong.search import Progress as Progress, Search as Search
    from phancong.solving import solve as solve
    from phancong.touring import Round as Round
    from phancong.travel import (
        BetweenPlaces as BetweenPlaces,
        Geodesic as Geodesic,
        TravelMatrix as TravelMatrix,
    )
    from phancong.travel.paths import (
        PathNetwork as PathNetwork,
        Walking as Walking,
        read_paths as read_paths,
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
        "travel": "BetweenPlaces Geodesic TravelMatrix",
        "travel.paths": "PathNetwork Walking read_paths",
    }.items()
    for name in names.split()
}

__all__ = [*_HOMES, "__version__"]  # a type checker sees the imports above instead


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
