"""Coordinates in the forms that communes have, converted to degrees before a problem is built."""

from phancong.locating.located import located

__all__ = ["located"]
