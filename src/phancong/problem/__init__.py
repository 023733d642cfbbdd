"""The input of the library and its checks."""

from phancong.problem.columns import MEMBER_FIELDS, MINIMA, BoolArray, FloatArray, IntArray
from phancong.problem.hamlets import merged_hamlets
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.marks import AMBER, GREEN, HOURS, POINTS, RED, LoadMarks
from phancong.problem.pairs import Pair
from phancong.problem.problem import Problem, ids_of
from phancong.problem.records import Household, Id, Member

__all__ = [
    "AMBER",
    "GREEN",
    "HOURS",
    "MEMBER_FIELDS",
    "MINIMA",
    "POINTS",
    "RED",
    "WHOLE_LIMITS",
    "BoolArray",
    "FloatArray",
    "Household",
    "Id",
    "IntArray",
    "LoadMarks",
    "Member",
    "Pair",
    "Problem",
    "ids_of",
    "merged_hamlets",
]
