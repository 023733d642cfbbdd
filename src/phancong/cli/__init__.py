"""The command line: ``phancong plan``, ``check``, ``diagnose``, ``explain``, …"""

from phancong.cli.main import main

__all__ = ["main"]
