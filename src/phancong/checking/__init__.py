"""The judge of any plan; it knows no solver."""

from phancong.checking import text  # what it registers tells the record
from phancong.checking.judge import check
from phancong.checking.records import Judgement

__all__ = ["Judgement", "check", "text"]
