"""The goals: the value of each on a plan, and the order of values (contract 5)."""

from phancong.goals.base import BaseGoal, Goal, Kind, load_measure
from phancong.goals.cohesion import Cohesion
from phancong.goals.continuity import Continuity
from phancong.goals.default import default_goals, read_goals
from phancong.goals.fairness import AIMS, FairGoal, FairLoad, FairTravel
from phancong.goals.member_sums import MemberSums
from phancong.goals.ordering import (
    Value,
    by_place,
    compared,
    figures,
    first_difference,
    is_row,
    less,
    meets,
    near,
    no_higher,
    nowhere_more,
    single,
)
from phancong.goals.pair_sums import ListedPairs, PairSum
from phancong.goals.preference import Preference
from phancong.goals.travelling import Farthest, Travel

__all__ = [
    "AIMS",
    "BaseGoal",
    "Cohesion",
    "Continuity",
    "FairGoal",
    "FairLoad",
    "FairTravel",
    "Farthest",
    "Goal",
    "Kind",
    "ListedPairs",
    "MemberSums",
    "PairSum",
    "Preference",
    "Travel",
    "Value",
    "by_place",
    "compared",
    "default_goals",
    "figures",
    "first_difference",
    "is_row",
    "less",
    "load_measure",
    "meets",
    "near",
    "no_higher",
    "nowhere_more",
    "read_goals",
    "single",
]
