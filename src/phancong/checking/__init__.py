"""The judge of plans; it knows no solver."""

from phancong.checking import text  # registers the text of the record
from phancong.checking.judge import check
from phancong.checking.records import Judgement

__all__ = ["Judgement", "check", "text"]
