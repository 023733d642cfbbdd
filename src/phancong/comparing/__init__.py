"""Comparison of engines."""

from phancong.comparing import text  # registers the text of the records
from phancong.comparing.compare import compare
from phancong.comparing.records import Comparison, ComparisonRow

__all__ = ["Comparison", "ComparisonRow", "compare", "text"]
