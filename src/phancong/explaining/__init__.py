"""Why a household has its member, and what another choice would cost."""

from phancong.explaining import text  # registers the text of the records
from phancong.explaining.explain import explain
from phancong.explaining.recommend import recommend
from phancong.explaining.records import (
    Alternative,
    Explanation,
    Hindrance,
    MemberExplanation,
    Move,
    Price,
    Recommendation,
    Variation,
)

__all__ = [
    "Alternative",
    "Explanation",
    "Hindrance",
    "MemberExplanation",
    "Move",
    "Price",
    "Recommendation",
    "Variation",
    "explain",
    "recommend",
    "text",
]
