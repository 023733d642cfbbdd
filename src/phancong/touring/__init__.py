"""The round trip: in which order one member visits the households, and how long it is."""

from phancong.touring.rounds import WORK, Round, round_of

__all__ = ["WORK", "Round", "round_of"]
