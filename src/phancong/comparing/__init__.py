"""Engines side by side."""

from phancong.comparing import text  # what it registers tells the records
from phancong.comparing.compare import compare
from phancong.comparing.records import Comparison, ComparisonRow

__all__ = ["Comparison", "ComparisonRow", "compare", "text"]
