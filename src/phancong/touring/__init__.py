"""Round trips: the order in which a member visits the households, and its length."""

from phancong.touring.rounds import WORK, Round, round_of

__all__ = ["WORK", "Round", "round_of"]
