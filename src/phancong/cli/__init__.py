"""The command line: ``phancong plan``, ``check``, ``diagnose``, ``explain``, …"""

try:
    from phancong.cli.main import main, process
except KeyboardInterrupt:  # Ctrl-C during the import, which takes about a second
    raise SystemExit(130) from None

__all__ = ["main", "process"]
