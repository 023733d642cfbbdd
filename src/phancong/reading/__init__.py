"""Problems and plans from files."""

from phancong.plan import Labels
from phancong.reading import text  # registers the text of its records
from phancong.reading.classes import DEFAULT_WORKLOADS
from phancong.reading.key_files import read_keys, write_keys
from phancong.reading.lists import Understanding
from phancong.reading.plans import read_plan
from phancong.reading.problems import read, read_labels, read_lists
from phancong.reading.record import Reading
from phancong.reading.template import write_template

__all__ = [
    "DEFAULT_WORKLOADS",
    "Labels",
    "Reading",
    "Understanding",
    "read",
    "read_keys",
    "read_labels",
    "read_lists",
    "read_plan",
    "text",
    "write_keys",
    "write_template",
]
