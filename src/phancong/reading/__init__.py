"""Problems and plans from files."""

from phancong.reading.plans import read_plan
from phancong.reading.problems import read

__all__ = ["read", "read_plan"]
