"""The input and its checks."""

from phancong.problem.columns import MEMBER_FIELDS, BoolArray, FloatArray, IntArray
from phancong.problem.hamlets import merged_hamlets
from phancong.problem.limits import WHOLE_LIMITS
from phancong.problem.pairs import Pair
from phancong.problem.problem import Problem, ids_of
from phancong.problem.records import Household, Id, Member

__all__ = [
    "MEMBER_FIELDS",
    "WHOLE_LIMITS",
    "BoolArray",
    "FloatArray",
    "Household",
    "Id",
    "IntArray",
    "Member",
    "Pair",
    "Problem",
    "ids_of",
    "merged_hamlets",
]
