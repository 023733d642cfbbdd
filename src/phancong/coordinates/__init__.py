"""Parsing of one coordinate in any form: the whole cell is a coordinate, or it is refused."""

from phancong.coordinates.letters import LetterSystem, letters_of
from phancong.coordinates.number_pairs import Place, as_float, on_the_globe, read_halves
from phancong.coordinates.points import read_point
from phancong.coordinates.refusals import NoCoordinateError

__all__ = [
    "LetterSystem",
    "NoCoordinateError",
    "Place",
    "as_float",
    "letters_of",
    "on_the_globe",
    "read_halves",
    "read_point",
]
