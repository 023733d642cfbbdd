"""A goal that does to its process what broken communes do: by the id of a household."""

import ctypes
import os
import time
from pathlib import Path

import numpy as np

from phancong import Continuity


class Faulty(Continuity):
    """As few changes as possible, unless a household is called after a fault."""

    def defects(self, problem):
        for household in map(str, problem.household_columns.ids):
            name, _, marker = household.partition(":")
            if name == "abort":
                os.abort()
            elif name == "once" and not Path(marker).exists():
                Path(marker).touch()
                os.abort()
            elif name == "forever":
                while True:
                    time.sleep(1)
            elif name == "forever-in-c":  # holds the interpreter, as a solver may
                ctypes.PyDLL(None).sleep(3600)
            elif name == "eat":
                eaten = []
                while True:
                    eaten.append(np.empty(2**27))  # addresses of a GiB, of which none is used
            elif name == "memory":
                raise MemoryError
            elif name == "mistake":
                raise RuntimeError("what this says could be anything")
        return super().defects(problem)
