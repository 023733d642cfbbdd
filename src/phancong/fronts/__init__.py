"""The trade-off between two goals: the non-dominated plans (contract 6.6)."""

from phancong.fronts import text  # registers the text of the records
from phancong.fronts.frontier import frontier
from phancong.fronts.prices import price_of_continuity, price_of_fairness
from phancong.fronts.records import Frontier, FrontierPoint

__all__ = [
    "Frontier",
    "FrontierPoint",
    "frontier",
    "price_of_continuity",
    "price_of_fairness",
    "text",
]
