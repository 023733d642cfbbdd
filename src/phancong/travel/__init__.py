"""Travel models: the travel from each household to each member (contract 3).

Those along paths are in :mod:`phancong.travel.paths`, which is imported when it is asked for.
"""

from phancong.moved import moved
from phancong.travel.between_places import BetweenPlaces
from phancong.travel.geodesic import Geodesic
from phancong.travel.matrix import TravelMatrix
from phancong.travel.places import Places, TravelModel

__all__ = [
    "BetweenPlaces",
    "Geodesic",
    "Places",
    "TravelMatrix",
    "TravelModel",
]

__getattr__ = moved(
    __name__,
    {
        "FarPlace": "phancong.travel.paths.FarPlace",
        "NetworkPart": "phancong.travel.paths.NetworkPart",
        "NetworkReport": "phancong.travel.paths.NetworkReport",
        "PathNetwork": "phancong.PathNetwork",
        "Walking": "phancong.Walking",
        "read_paths": "phancong.read_paths",
        "tobler_speed": "phancong.travel.paths.tobler_speed",
    },
)
