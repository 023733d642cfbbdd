"""Travel models: the travel from each household to each member (contract 3)."""

from phancong.travel.between_places import BetweenPlaces
from phancong.travel.geodesic import Geodesic
from phancong.travel.matrix import TravelMatrix
from phancong.travel.paths import (
    FarPlace,
    NetworkPart,
    NetworkReport,
    PathNetwork,
    Walking,
    read_paths,
    tobler_speed,
)
from phancong.travel.places import Places, TravelModel

__all__ = [
    "BetweenPlaces",
    "FarPlace",
    "Geodesic",
    "NetworkPart",
    "NetworkReport",
    "PathNetwork",
    "Places",
    "TravelMatrix",
    "TravelModel",
    "Walking",
    "read_paths",
    "tobler_speed",
]
