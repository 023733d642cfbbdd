"""The price of one goal in another: the non-dominated plans between two goals (contract 6.6)."""

from phancong.fronts import text  # what it registers tells the records
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
