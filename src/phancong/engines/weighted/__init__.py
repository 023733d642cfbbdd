"""Weighted loads fast and bounded: Lagrangian bounds and neighbourhood search."""

from phancong.engines.weighted.engine import LnsEngine

__all__ = ["LnsEngine"]
