"""Travel along paths: shortest paths over a networkx graph, walking time, files of paths."""

from phancong.travel.paths import text  # registers the text of the record
from phancong.travel.paths.path_network import PathNetwork
from phancong.travel.paths.reading import read_paths
from phancong.travel.paths.report import FarPlace, NetworkPart, NetworkReport
from phancong.travel.paths.walking import Walking, tobler_speed

__all__ = [
    "FarPlace",
    "NetworkPart",
    "NetworkReport",
    "PathNetwork",
    "Walking",
    "read_paths",
    "text",
    "tobler_speed",
]
