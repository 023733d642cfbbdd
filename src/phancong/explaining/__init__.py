"""Why this member, and what it would cost otherwise."""

from phancong.explaining import text  # what it registers tells the records
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
