"""The exact engines for every rule and every goal: CP-SAT and branch and cut, in stages."""

from phancong.engines.exact.engine import CpSatEngine, MipEngine

__all__ = ["CpSatEngine", "MipEngine"]
