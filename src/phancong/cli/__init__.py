"""The command line: ``phancong plan``, ``check``, ``diagnose``, ``explain``, …"""

try:
    from phancong.cli.main import main, process
except KeyboardInterrupt:  # Ctrl-C while all is loaded, a second or so: nothing was begun
    raise SystemExit(130) from None

__all__ = ["main", "process"]
