"""The exact engines for every rule and every goal, in stages: CP-SAT, and branch and cut."""

from phancong.engines.exact.engine import CpSatEngine, MipEngine

__all__ = ["CpSatEngine", "MipEngine"]
