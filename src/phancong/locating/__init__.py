"""Coordinates as communes have them, made into degrees before a problem is built."""

from phancong.locating.located import located

__all__ = ["located"]
